"""The values of a checkpoint, read on request, as the machine would hold them, and held against their checksums."""

from __future__ import annotations

import hashlib
import struct
from typing import Protocol

from scopelint.checkpoints import slice_keys
from scopelint.checkpoints.protos import ITEM_BYTES
from scopelint.checkpoints.reading import opened
from scopelint.checkpoints.records import Checkpoint, CheckpointError, CheckpointTensor, Slice
from scopelint.checkpoints.shards import Shards, elements
from scopelint.checkpoints.table import Table
from scopelint.checkpoints.wire import Malformed, fields, packed, raw, signed

_FORMATS = {
    "float32": "f",
    "float64": "d",
    "float16": "e",
    "int8": "b",
    "uint8": "B",
    "int16": "h",
    "uint16": "H",
    "int32": "i",
    "uint32": "I",
    "int64": "q",
    "uint64": "Q",
    "bool": "?",
}
_SHOWN = 8


class Values(Protocol):
    """The values of one checkpoint."""

    def read(self, tensor: CheckpointTensor) -> bytes | list[bytes]:
        """Row by row, lowest byte first; the elements themselves of strings. Raises CheckpointError."""
        ...


def open_values(checkpoint: Checkpoint) -> Values:
    if checkpoint.kind == "V1":
        return _TableValues(checkpoint)
    if checkpoint.kind in ("Keras HDF5", "Keras v3"):
        from scopelint.checkpoints import keras_files  # h5py and numpy, for those who ask for it alone

        return keras_files.KerasValues(checkpoint)
    return _BundleValues(checkpoint)


class Verified:
    """The same, where what is damaged is gathered rather than raised."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        self._values = open_values(checkpoint)
        self.problems: list[str] = []

    def read(self, tensor: CheckpointTensor) -> bytes | list[bytes] | None:
        if tensor.dtype != "string" and tensor.dtype not in ITEM_BYTES:
            return None  # a variant, for one: whole, for all that can be said
        try:
            return self._values.read(tensor)
        except CheckpointError as problem:
            self.problems.append(f"{tensor.key}: {problem}")
            return None


def digest(value: bytes | list[bytes]) -> str:
    """Sixteen digits by which equal values are known."""
    data = value if isinstance(value, bytes) else b"".join(len(each).to_bytes(8, "little") + each for each in value)
    return hashlib.sha256(data).hexdigest()[:16]


def shown(tensor: CheckpointTensor, value: bytes | list[bytes]) -> str:
    """The numbers of a small tensor, else nothing."""
    if tensor.shape is None or not 0 < elements(tensor.shape) <= _SHOWN:
        return ""
    if isinstance(value, list):
        return " ".join(ascii(each.decode("utf-8", "backslashreplace"))[:40] for each in value)
    if tensor.dtype == "bfloat16":
        value = b"".join(b"\0\0" + value[at : at + 2] for at in range(0, len(value), 2))
    letter = "f" if tensor.dtype == "bfloat16" else _FORMATS.get(tensor.dtype)
    if letter is None:
        return ""
    numbers = struct.unpack(f"<{len(value) // struct.calcsize(letter)}{letter}", value)
    return " ".join(f"{number:.6g}" if isinstance(number, float) else str(number) for number in numbers)


class _BundleValues:
    """TF: BundleReader::Lookup, of numbers and strings."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        self._shards = Shards(checkpoint.shards)
        self._swap = checkpoint.big_endian
        self._path = checkpoint.prefix + ".index"

    def read(self, tensor: CheckpointTensor) -> bytes | list[bytes]:
        try:
            if tensor.dtype == "string" and not tensor.slices:
                return self._shards.strings(tensor)
            return self._numbers(tensor)
        except Malformed as problem:
            raise CheckpointError(self._path, str(problem)) from None

    def _numbers(self, tensor: CheckpointTensor) -> bytes:
        width = ITEM_BYTES.get(tensor.dtype)
        if width is None or tensor.shape is None:
            raise Malformed(f"values of {tensor.dtype} cannot be read ({tensor.key!r})")
        pieces = []
        for part in tensor.slices or (Slice((0,) * len(tensor.shape), tensor.shape, tensor.stored),):
            if part.stored is None or part.stored.size != elements(part.shape) * width:
                raise Malformed(f"{tensor.key!r} takes another number of bytes than its shape")
            pieces.append((part, self._shards.read(part.stored)))
        data = assembled(tensor, width, pieces)
        return _swapped(data, width // 2 if tensor.dtype.startswith("complex") else width) if self._swap else data


def _swapped(data: bytes, width: int) -> bytes:
    return b"".join(data[at : at + width][::-1] for at in range(0, len(data), width))


def assembled(tensor: CheckpointTensor, width: int, pieces: list[tuple[Slice, bytes]]) -> bytes:
    """One tensor out of its slices, row by row of the last axis."""
    shape = tensor.shape or ()
    if len(pieces) == 1 and pieces[0][0].shape == shape:
        return pieces[0][1]
    total = elements(shape)
    if sum(elements(part.shape) for part, _ in pieces) != total:
        raise Malformed(f"slices of {tensor.key!r} that do not make up the whole")
    out = bytearray(total * width)
    strides = [width] * len(shape)
    for axis in range(len(shape) - 2, -1, -1):
        strides[axis] = strides[axis + 1] * shape[axis + 1]
    for part, data in pieces:
        if not data:
            continue
        # From this axis on the slice takes all there is, so that its rows lie together there too.
        axis = len(shape)
        while axis and part.shape[axis - 1] == shape[axis - 1]:
            axis -= 1
        axis = max(axis - 1, 0)
        run = elements(part.shape[axis:]) * width
        for number, start in enumerate(range(0, len(data), run)):
            place, left = part.begin[axis] * strides[axis], number
            for outer in range(axis - 1, -1, -1):
                left, index = divmod(left, part.shape[outer])
                place += (part.begin[outer] + index) * strides[outer]
            out[place : place + run] = data[start : start + run]
    return bytes(out)


class _TableValues:
    """V1: each slice is a record of the table itself. TF: SavedSlice, in saved_tensor_slice.proto."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        self._files = checkpoint.shards

    def read(self, tensor: CheckpointTensor) -> bytes | list[bytes]:
        found: list[tuple[Slice, bytes | list[bytes]]] = []
        for path in self._files:
            found += opened(path, lambda stream: _records(Table(stream), tensor))
        try:
            if tensor.dtype == "string":
                strings = [value for _, value in found if isinstance(value, list)]
                if len(strings) != 1:
                    raise Malformed(f"{tensor.key!r} is not in one piece")
                return strings[0]
            width = ITEM_BYTES.get(tensor.dtype, 0)
            pieces = [(part, value) for part, value in found if isinstance(value, bytes)]
            for part, value in pieces:
                if len(value) != elements(part.shape) * width:
                    raise Malformed(f"{tensor.key!r} takes another number of bytes than its shape")
            return assembled(tensor, width, pieces)
        except Malformed as problem:
            raise CheckpointError(self._files[0], str(problem)) from None


def _records(table: Table, tensor: CheckpointTensor) -> list[tuple[Slice, bytes | list[bytes]]]:
    shape = tensor.shape or ()
    found: list[tuple[Slice, bytes | list[bytes]]] = []
    for part in tensor.slices or (Slice((0,) * len(shape), shape),):
        value = None
        for extent in _spellings(part, shape):
            value = table.get(slice_keys.encode(raw(tensor.key), extent))
            if value is not None:
                found.append((part, _saved_slice(value, tensor.dtype)))
                break
    return found


def _spellings(part: Slice, shape: tuple[int, ...]) -> list[list[tuple[int, int]]]:
    """A whole axis is written as (0, -1) by Saver, and in numbers by a partitioned variable."""
    numbers = list(zip(part.begin, part.shape, strict=True))
    whole = [(0, -1) if each == (0, size) else each for each, size in zip(numbers, shape, strict=True)]
    return [whole, numbers]


_FIELDS = {
    0x2A: ("f", 4),
    0x32: ("d", 8),
    0x4A: ("f", 4),
    0x62: ("d", 8),
}
"""TensorProto: float_val=5, double_val=6, scomplex_val=9, dcomplex_val=12, which are packed as they lie in memory."""


def _saved_slice(data: bytes, dtype: str) -> bytes | list[bytes]:
    """SavedTensorSlices: data=2 {name=1, slice=2, data=3 TensorProto}."""
    proto = b""
    for tag, _, blob in fields(data):
        if tag == 0x12:
            proto = next((value for inner, _, value in fields(blob) if inner == 0x1A), b"")
    if dtype == "string":
        return [value for tag, _, value in fields(proto) if tag == 0x42]
    out = []
    for tag, number, blob in fields(proto):
        if tag in _FIELDS or tag == 0x22:  # tensor_content=4
            out.append(blob)
        elif tag in (0x3A, 0x52, 0x5A, 0x6A, 0x82, 0x8A):  # int_val 7, int64_val 10, bool_val 11, half_val 13, ...
            out.append(_integers(packed(blob), dtype))
        elif tag in (0x38, 0x50, 0x58, 0x68):
            out.append(_integers([number], dtype))
        elif tag in (0x2D, 0x31):
            out.append(number.to_bytes(4 if tag == 0x2D else 8, "little"))
    return b"".join(out)


def _integers(numbers: list[int], dtype: str) -> bytes:
    width = ITEM_BYTES.get(dtype, 8)
    mask = (1 << 8 * width) - 1
    return b"".join((signed(number) & mask).to_bytes(width, "little") for number in numbers)
