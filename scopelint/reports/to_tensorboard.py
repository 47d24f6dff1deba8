"""An event file with the predicted graph, as TensorBoard reads it, written without TensorFlow or protobuf."""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Iterator, Sequence
from functools import cache

from scopelint.record.view import Variable, View
from scopelint.reports.tree import trees

_TYPES = {
    "float32": 1, "float64": 2, "int32": 3, "uint8": 4, "int16": 5, "int8": 6, "string": 7, "complex64": 8,
    "int64": 9, "bool": 10, "bfloat16": 14, "uint16": 17, "complex128": 18, "float16": 19, "resource": 20,
    "uint32": 22, "uint64": 23,
}  # fmt: skip
"""DataType of tensorflow/core/framework/types.proto."""


def _varint(number: int) -> bytes:
    out = bytearray()
    number &= (1 << 64) - 1
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _text(field: int, value: str) -> bytes:
    return _bytes(field, value.encode())


def _attribute(key: str, value: bytes) -> bytes:
    """One entry of NodeDef.attr, a map: a message of key 1 and value 2."""
    return _bytes(5, _text(1, key) + _bytes(2, value))


def _shape(shape: tuple[int | None, ...] | None) -> bytes:
    """TensorShapeProto; an unknown dimension is -1."""
    if shape is None:
        return _number(3, 1)
    return b"".join(_bytes(2, _number(1, -1 if size is None else size)) for size in shape)


def _node(variable: Variable) -> bytes:
    """NodeDef of a VariableV2."""
    parts = [_text(1, variable.name), _text(2, "VariableV2")]
    parts.append(_attribute("shape", _bytes(7, _shape(variable.shape))))
    if variable.dtype in _TYPES:
        parts.append(_attribute("dtype", _number(6, _TYPES[variable.dtype])))
    parts.append(_attribute("_source", _text(2, f"{os.path.basename(variable.site.path)}:{variable.site.line}")))
    parts.append(_attribute("_trainable", _number(5, int(variable.trainable is not False))))
    return b"".join(parts)


def graph(variables: Sequence[Variable]) -> bytes:
    """GraphDef: a node per variable, and one per place that shares it would need operations, which are not drawn."""
    nodes = b"".join(_bytes(1, _node(variable)) for variable in variables)
    return nodes + _bytes(4, _number(1, 134))  # versions.producer, as TF 1.15 writes it


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


def _events(graph_def: bytes, now: float) -> Iterator[bytes]:
    wall = b"\x09" + struct.pack("<d", now)
    yield wall + _text(3, "brain.Event:2")
    yield wall + _bytes(4, graph_def)


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
                for event in _events(graph(found), now):
                    stream.write(record(event))
            written.append(path)
    return written
