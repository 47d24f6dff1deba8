"""The wire format of protocol buffers, as far as checkpoints use it: bounds are checked, nothing is copied twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
_WIDTH = {FIXED64: 8, FIXED32: 4}
_LONGEST_VARINT = 10
_EMPTY = b""


class Malformed(ValueError):
    """Bytes that do not read as what they should be. Whoever knows the file makes a CheckpointError of it."""


def tag(number: int, wire: int) -> int:
    """What stands before a field: its number and how its value is written."""
    return number << 3 | wire


def varint(data: bytes, at: int) -> tuple[int, int]:
    """An unsigned number of 64 bits and the position behind it."""
    value = shift = 0
    try:
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value & 0xFFFFFFFFFFFFFFFF, at
            shift += 7
            if shift >= 7 * _LONGEST_VARINT:
                raise Malformed("a number that does not end")
    except IndexError:
        raise Malformed("cut off in a number") from None


def signed(value: int) -> int:
    """An int64 from the varint that stands for it."""
    return value - (1 << 64) if value >> 63 else value


def fields(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """The fields of a message: tag, and its number or its bytes.

    A field that has another wire type than its reader expects has another tag, and so is passed over as unknown.
    Numbers of one byte, nearly all, are read in place: this loop is most of the time that a checkpoint takes."""
    at, end = 0, len(data)
    while at < end:
        key = data[at]
        at += 1
        if key >= 0x80:
            key, at = varint(data, at - 1)
        elif key < 8:
            raise Malformed("not a message")
        wire = key & 7
        if wire == VARINT:
            if at < end and data[at] < 0x80:
                value = data[at]
                at += 1
            else:
                value, at = varint(data, at)
            yield key, value, _EMPTY
        elif wire == BYTES:
            if at < end and data[at] < 0x80:
                size = data[at]
                at += 1
            else:
                size, at = varint(data, at)
            if size > end - at:
                raise Malformed("a length that reaches beyond the end")
            yield key, 0, data[at : at + size]
            at += size
        elif wire in _WIDTH:
            width = _WIDTH[wire]
            if width > end - at:
                raise Malformed("cut off in a number")
            yield key, int.from_bytes(data[at : at + width], "little"), _EMPTY
            at += width
        else:
            raise Malformed("not a message")


def packed(data: bytes) -> list[int]:
    """Varints one after the other."""
    values, at = [], 0
    while at < len(data):
        value, at = varint(data, at)
        values.append(value)
    return values


def text(data: bytes) -> str:
    """Names are bytes to TF. What is not UTF-8 comes back as it was by the same handler."""
    return data.decode("utf-8", "surrogateescape")


def raw(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")


def spans(stream: BinaryIO, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """The fields of a message in a file, without reading them: tag, start and end. Of numbers the span is their own.

    A graph of some hundred megabytes is stepped over in this way."""
    at = start
    while at < end:
        stream.seek(at)
        head = stream.read(min(2 * _LONGEST_VARINT, end - at))
        key, read = varint(head, 0)
        if key < 8:
            # No field has the number 0; a hole of a file is full of it.
            raise Malformed("not a message")
        wire = key & 7
        if wire == BYTES:
            size, read = varint(head, read)
            begin = at + read
            after = begin + size
        elif wire == VARINT:
            begin = at + read
            after = at + varint(head, read)[1]
        elif wire in _WIDTH:
            begin = at + read
            after = begin + _WIDTH[wire]
        else:
            raise Malformed("not a message")
        if after > end:
            raise Malformed("a length that reaches beyond the end")
        yield key, begin, after
        at = after


def write_varint(value: int) -> bytes:
    written = bytearray()
    while value >= 0x80:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    written.append(value)
    return bytes(written)
