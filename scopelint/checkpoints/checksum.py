"""crc32c, by a library where one is installed, else by a table."""

from __future__ import annotations

import struct
from collections.abc import Callable


def _make_tables() -> list[list[int]]:
    """For slicing by four: the n-th table is of a byte that n others follow."""
    first = []
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
        first.append(value)
    tables = [first]
    for _ in range(3):
        last = tables[-1]
        tables.append([first[value & 0xFF] ^ value >> 8 for value in last])
    return tables


_TABLES: list[list[int]] = []


def by_table(data: bytes, value: int = 0) -> int:
    """The checksum of `data`, continuing `value`. Some 15 MB a second."""
    if not _TABLES:
        _TABLES.extend(_make_tables())
    last, third, second, first = _TABLES
    crc = value ^ 0xFFFFFFFF
    whole = len(data) & ~3
    for (word,) in struct.iter_unpack("<I", memoryview(data)[:whole]):
        crc ^= word
        crc = first[crc & 0xFF] ^ second[crc >> 8 & 0xFF] ^ third[crc >> 16 & 0xFF] ^ last[crc >> 24]
    for byte in data[whole:]:
        crc = last[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def _find() -> Callable[[bytes, int], int]:
    try:
        from crc32c import crc32c  # may not be installed

        return crc32c  # type: ignore[no-any-return,unused-ignore]
    except ImportError:
        pass
    try:
        from google_crc32c import extend  # may not be installed

        def by_library(data: bytes, value: int) -> int:
            return int(extend(value, data))

        return by_library
    except ImportError:
        return by_table


crc32c: Callable[[bytes, int], int] = _find()
"""The checksum of bytes, continuing the one given (0 at the start)."""


def masked(crc: int) -> int:
    """TF: crc32c::Mask. Files hold checksums in this form: one of data that holds checksums would mean little."""
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF
