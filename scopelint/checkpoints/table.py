"""LevelDB's sorted table, as TF keeps its own copy of it (core/lib/io/table*.cc): both kinds of checkpoint are one.

A footer names the index block; that names the data blocks; each block ends in its compression and a checksum.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from scopelint.checkpoints.checksum import crc32c, masked
from scopelint.checkpoints.snappy import decompress
from scopelint.checkpoints.wire import Malformed, varint, write_varint

MAGIC = (0xDB4775248B80FB57).to_bytes(8, "little")
FOOTER = 48
TRAILER = 5
_RESTART_INTERVAL = 16
_BLOCK_SIZE = 262_144
_GROWTH = 64
"""Keys may say that they begin as the one before. Of 16 one is written in full, so that all together are never many
times the block; more than this is no honest file."""


class Table:
    """A table in an open file."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._size = stream.seek(0, os.SEEK_END)
        if self._size < FOOTER:
            raise Malformed(f"cut off: {self._size} bytes are too few")
        stream.seek(self._size - FOOTER)
        footer = stream.read(FOOTER)
        if footer[-8:] != MAGIC:
            raise Malformed("not a checkpoint, or cut off: it does not end as one")
        _, _, at = _handle(footer, 0)
        offset, size, _ = _handle(footer, at)
        self._index = [(key, _handle(value, 0)) for key, value in self._entries(offset, size)]

    def _block(self, offset: int, size: int) -> bytes:
        end = offset + size
        if end > self._size - FOOTER - TRAILER:
            raise Malformed("a block that reaches beyond the end: cut off, or not a checkpoint")
        self._stream.seek(offset)
        data = self._stream.read(size + TRAILER)
        if len(data) != size + TRAILER:
            raise Malformed("cut off while it was read")
        if masked(crc32c(data[:-4], 0)) != int.from_bytes(data[-4:], "little"):
            raise Malformed(f"damaged: the checksum of bytes {offset} to {end} does not agree")
        kind = data[-TRAILER]
        if kind == 0:
            return data[:-TRAILER]
        if kind == 1:
            return decompress(data[:-TRAILER])
        raise Malformed(f"bytes {offset} to {end} are compressed in an unknown way")

    def _entries(self, offset: int, size: int) -> Iterator[tuple[bytes, bytes]]:
        block = self._block(offset, size)
        restarts = int.from_bytes(block[-4:], "little")
        end = len(block) - 4 - 4 * restarts
        if len(block) < 4 or end < 0:
            raise Malformed("a block that is cut off")
        at, key, left = 0, b"", _GROWTH * (len(block) + _RESTART_INTERVAL)
        while at < end:
            shared, at = varint(block, at)
            fresh, at = varint(block, at)
            length, at = varint(block, at)
            if shared > len(key) or fresh + length > end - at:
                raise Malformed("an entry that reaches beyond its block")
            left -= shared + fresh
            if left < 0:
                raise Malformed("keys that are longer than their block allows")
            key = key[:shared] + block[at : at + fresh]
            at += fresh
            yield key, block[at : at + length]
            at += length

    def __iter__(self) -> Iterator[tuple[bytes, bytes]]:
        """All keys and values, in the order of the keys."""
        before: bytes | None = None
        for _, (offset, size, _) in self._index:
            for key, value in self._entries(offset, size):
                if before is not None and key <= before:
                    raise Malformed("keys that are not in order")
                before = key
                yield key, value

    def first(self) -> tuple[bytes, bytes] | None:
        """The first key and its value, reading one block: what follows it may be gigabytes."""
        return next(iter(self), None)

    def get(self, key: bytes) -> bytes | None:
        for last, (offset, size, _) in self._index:
            if key <= last:
                return next((value for each, value in self._entries(offset, size) if each == key), None)
        return None


def _handle(data: bytes, at: int) -> tuple[int, int, int]:
    offset, at = varint(data, at)
    size, at = varint(data, at)
    return offset, size, at


class _Block:
    """A block that is being written."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.restarts = [0]
        self.count = 0
        self.last = b""

    def add(self, key: bytes, value: bytes) -> None:
        shared = 0
        if self.count == _RESTART_INTERVAL:
            self.restarts.append(len(self.data))
            self.count = 0
        else:
            longest = min(len(self.last), len(key))
            while shared < longest and self.last[shared] == key[shared]:
                shared += 1
        self.data += write_varint(shared) + write_varint(len(key) - shared) + write_varint(len(value))
        self.data += key[shared:] + value
        self.count += 1
        self.last = key

    def finish(self) -> bytes:
        numbers = [*self.restarts, len(self.restarts)]
        return bytes(self.data) + b"".join(number.to_bytes(4, "little") for number in numbers)


def write(entries: Iterable[tuple[bytes, bytes]], stream: BinaryIO) -> None:
    """Writes a table of entries that come in the order of their keys. TF: TableBuilder, without compression."""
    position = 0

    def put(block: _Block) -> bytes:
        nonlocal position
        data = block.finish() + b"\0"
        handle = write_varint(position) + write_varint(len(data) - 1)
        data += masked(crc32c(data, 0)).to_bytes(4, "little")
        stream.write(data)
        position += len(data)
        return handle

    index, block = _Block(), _Block()
    for key, value in entries:
        block.add(key, value)
        if len(block.data) >= _BLOCK_SIZE:
            index.add(block.last, put(block))
            block = _Block()
    if block.data:
        index.add(block.last, put(block))
    footer = put(_Block()) + put(index)
    stream.write(footer.ljust(FOOTER - len(MAGIC), b"\0") + MAGIC)
