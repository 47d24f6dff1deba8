"""The keys that slices of tensors lie under: TF's EncodeTensorNameSlice, in the code of ordered_code.cc."""

from __future__ import annotations

from collections.abc import Sequence

from scopelint.checkpoints.wire import Malformed

_END = b"\0\1"
Extents = Sequence[tuple[int, int]]
"""Start and length on each axis; the whole of an axis is (0, -1)."""


def _special(value: bytes) -> bool:
    return b"\0" in value or b"\xff" in value


def _escaped(value: bytes) -> bytes:
    """TF: OrderedCode::WriteString without its end."""
    if not _special(value):
        return value
    out = bytearray()
    for byte in value:
        out.append(byte)
        if byte == 0:
            out.append(0xFF)
        elif byte == 0xFF:
            out.append(0)
    return bytes(out)


def _number(value: int) -> bytes:
    """TF: OrderedCode::WriteNumIncreasing: how many bytes, then the bytes from the highest."""
    size = (value.bit_length() + 7) // 8
    return bytes([size]) + value.to_bytes(size, "big")


def _signed(value: int) -> bytes:
    """TF: OrderedCode::WriteSignedNumIncreasing: leading bits tell the length, and the sign by what they are.

    Of one byte six bits are left beside them, of each more seven."""
    magnitude = ~value if value < 0 else value
    size = 1
    while magnitude >> (7 * size - 1):
        size += 1
    bits = 8 * size
    header = ((1 << size) - 1) << (bits - size)
    code = header | magnitude
    if value < 0:
        code = ~code & ((1 << bits) - 1)
    return code.to_bytes(size, "big")


def encode(name: bytes, extents: Extents) -> bytes:
    """The key of a slice."""
    parts = [_number(0), _escaped(name), _END, _number(len(extents))]
    for start, length in extents:
        parts += (_signed(start), _signed(length))
    return b"".join(parts)


def split(key: bytes) -> tuple[bytes, bytes]:
    """The name in the key of a slice, and the rest, which does not hang on the name."""
    if key[:1] != b"\0":
        raise Malformed("not the key of a slice")
    name = bytearray()
    at = 1
    while at < len(key):
        byte = key[at]
        if byte == 0 or byte == 0xFF:
            after = key[at + 1] if at + 1 < len(key) else -1
            if byte == 0 and after == 1:
                return bytes(name), key[at + 2 :]
            if after != (0xFF if byte == 0 else 0):
                break
            at += 1
        name.append(byte)
        at += 1
    raise Malformed("the key of a slice that does not end")


def join(name: bytes, rest: bytes) -> bytes:
    """The other way: the same slice under another name."""
    return b"\0" + _escaped(name) + _END + rest
