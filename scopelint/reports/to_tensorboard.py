"""An event file with the predicted graph, as TensorBoard reads it."""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Iterator, Sequence
from functools import cache

from scopelint.record.view import View
from scopelint.reports.graph_def import graph_def, message, text
from scopelint.reports.tree import trees


@cache
def _crc_table() -> tuple[int, ...]:
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return tuple(table)


def crc32c(data: bytes) -> int:
    crc, table = 0xFFFFFFFF, _crc_table()
    for byte in data:
        crc = crc >> 8 ^ table[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def _masked(data: bytes) -> bytes:
    """TF: core/lib/hash/crc32c.h, Mask: a checksum of data that holds checksums would else be weak."""
    crc = crc32c(data)
    return struct.pack("<I", ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)


def record(data: bytes) -> bytes:
    """TF: core/lib/io/record_writer.cc: length, its checksum, data, its checksum."""
    length = struct.pack("<Q", len(data))
    return length + _masked(length) + data + _masked(data)


def _events(graph: bytes, now: float) -> Iterator[bytes]:
    wall = b"\x09" + struct.pack("<d", now)
    yield wall + text(3, "brain.Event:2")
    yield wall + message(4, graph)


def write(views: Sequence[View], folder: str) -> list[str]:
    """One run per graph below `folder`; gives the files. The folder is what `tensorboard --logdir` is given."""
    written = []
    now = time.time()
    for view in views:
        for number, tree in enumerate(trees(view)):
            stem = os.path.splitext(os.path.basename(view.path))[0]
            run = os.path.join(folder, stem if not number else f"{stem}-{number + 1}")
            os.makedirs(run, exist_ok=True)
            path = os.path.join(run, f"events.out.tfevents.{int(now)}.scopelint")
            found = [node.variable for node in tree.walk() if node.variable is not None]
            with open(path, "wb") as stream:
                for event in _events(graph_def(tree.operations, found), now):
                    stream.write(record(event))
            written.append(path)
    return written
