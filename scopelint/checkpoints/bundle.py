"""V2 checkpoints, TF's tensor bundles: `PREFIX.index` is a table of what lies where in `PREFIX.data-*`.

TF: util/tensor_bundle/tensor_bundle.cc, protobuf/tensor_bundle.proto."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from scopelint.checkpoints import protos, slice_keys
from scopelint.checkpoints.protos import Extent
from scopelint.checkpoints.records import CheckpointTensor, Slice, Stored
from scopelint.checkpoints.table import Table
from scopelint.checkpoints.wire import Malformed, fields, signed, text

_MOST_SHARDS = 99_999
"""Names of shards have five digits."""


@dataclass(frozen=True)
class Header:
    """BundleHeaderProto."""

    shards: int
    big_endian: bool


@dataclass(frozen=True)
class _Entry:
    """BundleEntryProto."""

    dtype: str
    shape: tuple[int, ...] | None
    stored: Stored
    slices: tuple[tuple[Extent, ...], ...]


def is_header(value: bytes) -> bool:
    """V1 tables have a message under the same empty key; there the first field is one too."""
    return value == b"" or value[0] != 0x0A


def header(value: bytes) -> Header:
    """num_shards=1, endianness=2 (0 is little), version=3."""
    shards, order = 0, 0
    for tag, number, _ in fields(value):
        if tag == 0x08:
            shards = number
        elif tag == 0x10:
            order = number
    if not 0 < shards <= _MOST_SHARDS:
        raise Malformed(f"a checkpoint of {shards} shards")
    return Header(shards, order == 1)


def _entry(value: bytes) -> _Entry:
    """dtype=1, shape=2, shard_id=3, offset=4, size=5, crc32c=6 fixed32, slices=7."""
    dtype = shard = offset = size = 0
    checksum: int | None = None
    shape: tuple[int, ...] | None = ()
    slices = []
    for tag, number, blob in fields(value):
        if tag == 0x08:
            dtype = number
        elif tag == 0x12:
            shape = protos.shape(blob)
        elif tag == 0x18:
            shard = number
        elif tag == 0x20:
            offset = signed(number)
        elif tag == 0x28:
            size = signed(number)
        elif tag == 0x35:
            checksum = number
        elif tag == 0x3A:
            slices.append(protos.extents(blob))
    if offset < 0 or size < 0:
        raise Malformed("a tensor at a negative place")
    return _Entry(protos.dtype(dtype), shape, Stored(shard, offset, size, checksum or 0), tuple(slices))


def _in_slices(name: bytes, entry: _Entry, pieces: dict[bytes, bytes]) -> CheckpointTensor:
    found = []
    if entry.shape is None:
        raise Malformed(f"slices of {text(name)!r}, which has no shape")
    for extents in entry.slices:
        begin, shape = protos.within(extents, entry.shape)
        value = pieces.get(slice_keys.encode(name, extents))
        if value is None:
            raise Malformed(f"a slice of {text(name)!r} is not in it")
        found.append(Slice(begin, shape, _entry(value).stored))
    return CheckpointTensor(text(name), entry.shape, entry.dtype, tuple(found))


def read(stream: BinaryIO) -> tuple[Header, list[CheckpointTensor]]:
    """What an index says, in the order of its keys."""
    head: Header | None = None
    pieces: dict[bytes, bytes] = {}
    entries: list[tuple[bytes, _Entry]] = []
    for key, value in Table(stream):
        if key == b"":
            if not is_header(value):
                raise Malformed("a checkpoint of the old form (V1) under the name of an index")
            head = header(value)
        elif key[0] == 0:
            pieces[key] = value
        else:
            entries.append((key, _entry(value)))
    if head is None:
        raise Malformed("a table, but not of a checkpoint")
    tensors = []
    for name, entry in entries:
        if entry.slices:
            tensors.append(_in_slices(name, entry, pieces))
        else:
            tensors.append(CheckpointTensor(text(name), entry.shape, entry.dtype, stored=entry.stored))
    for tensor in tensors:
        for stored in [tensor.stored, *(part.stored for part in tensor.slices)]:
            if stored is not None and stored.shard >= head.shards:
                raise Malformed(f"{tensor.key!r} lies in shard {stored.shard} of {head.shards}")
    return head, tensors


def shard_path(prefix: str, shard: int, shards: int) -> str:
    """TF: DataFilename."""
    return f"{prefix}.data-{shard:05d}-of-{shards:05d}"
