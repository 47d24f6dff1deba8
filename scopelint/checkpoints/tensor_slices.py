"""V1 checkpoints: a table that holds the values itself, and names and shapes under its first key.

TF: util/tensor_slice_reader.cc, util/saved_tensor_slice.proto."""

from __future__ import annotations

from typing import BinaryIO

from scopelint.checkpoints import protos
from scopelint.checkpoints.protos import Extent
from scopelint.checkpoints.records import CheckpointTensor, Slice
from scopelint.checkpoints.table import Table
from scopelint.checkpoints.wire import Malformed, fields, text

Described = tuple[str, tuple[int, ...], tuple[tuple[Extent, ...], ...]]
"""The dtype, the shape, and the slices that a file holds."""


def read(stream: BinaryIO) -> dict[str, Described]:
    """What one file says that it holds. SavedTensorSlices: meta=1 {tensor=1}."""
    first = Table(stream).first()
    if first is None or first[0] != b"":
        raise Malformed("a table, but not of a checkpoint")
    found: dict[str, Described] = {}
    for tag, _, meta in fields(first[1]):
        if tag == 0x0A:
            for inner, _, blob in fields(meta):
                if inner == 0x0A:
                    name, described = _tensor(blob)
                    found[name] = described
    return found


def _tensor(data: bytes) -> tuple[str, Described]:
    """SavedSliceMeta: name=1, shape=2, type=3, slice=4."""
    name, dtype = "", 0
    shape: tuple[int, ...] | None = ()
    slices = []
    for tag, number, blob in fields(data):
        if tag == 0x0A:
            name = text(blob)
        elif tag == 0x12:
            shape = protos.shape(blob)
        elif tag == 0x18:
            dtype = number
        elif tag == 0x22:
            slices.append(protos.extents(blob))
    if shape is None:
        raise Malformed(f"{name!r} has no shape")
    return name, (protos.dtype(dtype), shape, tuple(slices))


def tensors(files: list[dict[str, Described]]) -> list[CheckpointTensor]:
    """The tensors of all shards: slices of one may lie in several."""
    joined: dict[str, Described] = {}
    for file in files:
        for name, (dtype, shape, slices) in file.items():
            known = joined.get(name)
            if known is not None and known[:2] != (dtype, shape):
                raise Malformed(f"shards that do not agree on {name!r}")
            joined[name] = (dtype, shape, (known[2] if known else ()) + slices)
    found = []
    for name in sorted(joined, key=lambda each: each.encode("utf-8", "surrogateescape")):
        dtype, shape, slices = joined[name]
        parts = [Slice(*protos.within(extents, shape)) for extents in slices]
        whole = len(parts) == 1 and parts[0].shape == shape
        found.append(CheckpointTensor(name, shape, dtype, () if whole else tuple(parts)))
    return found
