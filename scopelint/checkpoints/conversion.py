"""Values of a checkpoint of another form, written as the data file and index entries of a V2 one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO

from scopelint.checkpoints.checksum import crc32c, masked
from scopelint.checkpoints.protos import DTYPES
from scopelint.checkpoints.records import Checkpoint, CheckpointError, CheckpointTensor
from scopelint.checkpoints.tensor_values import open_values
from scopelint.checkpoints.wire import raw, write_varint

_NUMBERS = {name: number for number, name in DTYPES.items()}
_HEADER = b"\x08\x01\x1a\x02\x08\x01"
"""BundleHeaderProto: num_shards=1, little-endian, version=3 {producer=1}. TF: kTensorBundleVersion."""
_UINT32 = 0xFFFFFFFF


def write_values(checkpoint: Checkpoint, names: Mapping[str, str | None], data: BinaryIO) -> list[tuple[bytes, bytes]]:
    """Writes the values into one data file, a tensor at a time, whole; gives the entries of the index to it."""
    values = open_values(checkpoint)
    entries = [(b"", _HEADER)]
    offset = 0
    for tensor in checkpoint.tensors:
        name = names.get(tensor.key)
        if name is None:
            continue
        value = values.read(tensor)
        written, checksum = _strings(value) if isinstance(value, list) else (value, crc32c(value, 0))
        data.write(written)
        entries.append((raw(name), _entry(checkpoint, tensor, offset, len(written), masked(checksum))))
        offset += len(written)
    return entries


def _strings(values: list[bytes]) -> tuple[bytes, int]:
    """The bytes of a string tensor and its checksum, which is of the lengths as fixed numbers.

    TF: tensor_bundle.cc, WriteStringTensor."""
    lengths = b"".join(write_varint(len(value)) for value in values)
    fixed = b"".join(len(value).to_bytes(4 if len(value) <= _UINT32 else 8, "little") for value in values)
    of_lengths = crc32c(fixed, 0)
    rest = masked(of_lengths).to_bytes(4, "little") + b"".join(values)
    return lengths + rest, crc32c(rest, of_lengths)


def _entry(checkpoint: Checkpoint, tensor: CheckpointTensor, offset: int, size: int, checksum: int) -> bytes:
    """BundleEntryProto: dtype=1, shape=2, offset=4, size=5, crc32c=6. Numbers that are 0 are left out, as TF does."""
    number = _NUMBERS.get(tensor.dtype)
    if number is None or tensor.shape is None:
        raise CheckpointError(checkpoint.path, f"{tensor.dtype} of {tensor.key!r} has no place in V2")
    shape = b""
    for length in tensor.shape:
        dimension = b"\x08" + write_varint(length) if length else b""
        shape += b"\x12" + write_varint(len(dimension)) + dimension
    entry = b"\x08" + write_varint(number) + b"\x12" + write_varint(len(shape)) + shape
    if offset:
        entry += b"\x20" + write_varint(offset)
    if size:
        entry += b"\x28" + write_varint(size)
    return entry + b"\x35" + checksum.to_bytes(4, "little")
