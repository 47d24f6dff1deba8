"""Reads blocks that snappy compressed. Nothing here grows beyond what the compressed form can hold."""

from __future__ import annotations

from scopelint.checkpoints.wire import Malformed, varint

_LARGEST_RATIO = 64
"""Three bytes of a copy give 64 at most."""


def decompress(data: bytes) -> bytes:
    size, at = varint(data, 0)
    if size > _LARGEST_RATIO * len(data):
        raise Malformed("a compressed block that claims too much")
    out = bytearray()
    end = len(data)
    while at < end:
        byte = data[at]
        at += 1
        kind = byte & 3
        if kind == 0:
            length = byte >> 2
            if length >= 60:
                width = length - 59
                length = int.from_bytes(data[at : at + width], "little")
                at += width
            length += 1
            if length > end - at:
                raise Malformed("a compressed block that is cut off")
            out += data[at : at + length]
            at += length
        else:
            if kind == 1:
                length, width, high = (byte >> 2 & 7) + 4, 1, byte >> 5 << 8
            else:
                length, width, high = (byte >> 2) + 1, 2 if kind == 2 else 4, 0
            offset = int.from_bytes(data[at : at + width], "little") | high
            at += width
            if at > end or not 0 < offset <= len(out):
                raise Malformed("a compressed block that copies from nowhere")
            start = len(out) - offset
            if offset >= length:
                out += out[start : start + length]
            else:
                out += (out[start:] * (length // offset + 1))[:length]
        if len(out) > size:
            raise Malformed("a compressed block that is longer than it says")
    if len(out) != size:
        raise Malformed("a compressed block that is shorter than it says")
    return bytes(out)
