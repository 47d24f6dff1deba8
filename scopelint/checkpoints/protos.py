"""Shapes, dtypes and slices as TF's protocol buffers write them, and the reader of each."""

from __future__ import annotations

from scopelint.checkpoints.wire import Malformed, fields, signed, varint

DTYPES = {
    1: "float32",
    2: "float64",
    3: "int32",
    4: "uint8",
    5: "int16",
    6: "int8",
    7: "string",
    8: "complex64",
    9: "int64",
    10: "bool",
    11: "qint8",
    12: "quint8",
    13: "qint32",
    14: "bfloat16",
    15: "qint16",
    16: "quint16",
    17: "uint16",
    18: "complex128",
    19: "float16",
    20: "resource",
    21: "variant",
    22: "uint32",
    23: "uint64",
    24: "float8_e5m2",
    25: "float8_e4m3fn",
    29: "int4",
    30: "uint4",
}
"""TF: types.proto, and those that came after 1.15."""

ITEM_BYTES = {
    "float32": 4,
    "float64": 8,
    "int32": 4,
    "uint8": 1,
    "int16": 2,
    "int8": 1,
    "complex64": 8,
    "int64": 8,
    "bool": 1,
    "qint8": 1,
    "quint8": 1,
    "qint32": 4,
    "bfloat16": 2,
    "qint16": 2,
    "quint16": 2,
    "uint16": 2,
    "complex128": 16,
    "float16": 2,
    "uint32": 4,
    "uint64": 8,
    "float8_e5m2": 1,
    "float8_e4m3fn": 1,
}
"""Of the dtypes whose elements all take as many bytes."""

_REF = 100
_MAX_RANK = 254
"""TF: TensorShape::MaxDimensions."""

Extent = tuple[int, int]


def dtype(number: int) -> str:
    return DTYPES.get(number % _REF if number > _REF else number, f"dtype {number}")


def shape(data: bytes) -> tuple[int, ...] | None:
    """TensorShapeProto: dim=2 {size=1}, unknown_rank=3."""
    sizes = []
    for tag, number, blob in fields(data):
        if tag == 0x12:
            if blob[:1] == b"\x08":  # a size and nothing else, as nearly always
                size = signed(varint(blob, 1)[0])
            else:
                size = next((signed(value) for inner, value, _ in fields(blob) if inner == 0x08), 0)
            if size < 0:
                raise Malformed("a shape with a negative size")
            sizes.append(size)
        elif tag == 0x18 and number:
            return None
    if len(sizes) > _MAX_RANK:
        raise Malformed(f"a shape of {len(sizes)} axes")
    return tuple(sizes)


def extents(data: bytes) -> tuple[Extent, ...]:
    """TensorSliceProto: extent=1 {start=1, length=2}. Without a length it is the whole axis: (0, -1)."""
    found = []
    for tag, _, blob in fields(data):
        if tag == 0x0A:
            start, length = 0, -1
            for inner, number, _ in fields(blob):
                if inner == 0x08:
                    start = signed(number)
                elif inner == 0x10:
                    length = signed(number)
            found.append((start, length) if length != -1 else (0, -1))
    return tuple(found)


def within(extent: tuple[Extent, ...], whole: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Where a slice begins in a tensor of this shape, and its own shape."""
    if len(extent) != len(whole):
        raise Malformed("a slice of another rank than its tensor")
    lengths = []
    for (start, length), size in zip(extent, whole, strict=True):
        taken = size if length == -1 else length
        if start < 0 or taken < 0 or start + taken > size:
            raise Malformed("a slice that reaches beyond its tensor")
        lengths.append(taken)
    return tuple(start for start, _ in extent), tuple(lengths)
