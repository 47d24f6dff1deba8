"""The door: `read_checkpoint` gives a `Checkpoint` of whatever form lies at a path, or one line of what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import BinaryIO, TypeVar

from scopelint.checkpoints import bundle, graph_file, impostors, object_graph, tensor_slices
from scopelint.checkpoints.finding import Found, find, peek
from scopelint.checkpoints.records import (
    OBJECT_GRAPH_KEY,
    Checkpoint,
    CheckpointError,
    CheckpointTensor,
    GraphVariable,
    Kind,
)
from scopelint.checkpoints.shards import Shards
from scopelint.checkpoints.wire import Malformed

T = TypeVar("T")

_AT_ONCE = 1 << 16
"""Bytes read at once: a graph is stepped over in pieces of some bytes."""


def read_checkpoint(path: str) -> Checkpoint:
    """The checkpoint that a path means, without its values. Raises CheckpointError, and nothing else."""
    found = find(path)
    if found.form in ("hdf5", "keras"):
        from scopelint.checkpoints import keras_files  # h5py and numpy, for those who ask for it alone

        return keras_files.read(found)
    if found.form == "v1":
        return _read_v1(found)
    return _read_bundle(found)


def opened(path: str, reader: Callable[[BinaryIO], T]) -> T:
    """What a reader makes of a file; what hinders it as a CheckpointError that names the file."""
    try:
        with open(path, "rb", _AT_ONCE) as stream:
            return reader(stream)
    except Malformed as problem:
        head, size = peek(path)
        raise CheckpointError(path, impostors.kind(head, size) or str(problem)) from None
    except OSError as problem:
        raise CheckpointError(path, problem.strerror or str(problem)) from None


def _read_bundle(found: Found) -> Checkpoint:
    head, tensors = opened(found.files[0], bundle.read)
    paths = tuple(bundle.shard_path(found.prefix, number, head.shards) for number in range(head.shards))
    shards = Shards(paths)
    warnings = shards.check(tensors)
    kind: Kind = "SavedModel" if found.form == "saved_model" else "V2"
    graph = next((tensor for tensor in tensors if tensor.key == OBJECT_GRAPH_KEY), None)
    if graph is not None:
        kind = "object-based"
        data: bytes | None = None
        try:
            data = shards.strings(graph)[0]
            tensors = object_graph.named(tensors, data)
        except (Malformed, CheckpointError, IndexError) as problem:
            tensors = object_graph.named(tensors, None)
            said = problem.reason if isinstance(problem, CheckpointError) else problem
            warnings = (*warnings, f"names of variables not known, the object graph cannot be read: {said}")
    version, variables, notes = _graph_beside(found)
    return Checkpoint(
        found.path,
        found.prefix,
        kind,
        tuple(_without_tables(tensors)),
        paths,
        version,
        variables,
        (*found.notes, *notes),
        warnings,
        head.big_endian,
    )


def _read_v1(found: Found) -> Checkpoint:
    files = [opened(path, tensor_slices.read) for path in found.files]
    try:
        tensors = tensor_slices.tensors(files)
    except Malformed as problem:
        raise CheckpointError(found.files[0], str(problem)) from None
    version, variables, notes = _graph_beside(found)
    return Checkpoint(
        found.path,
        found.prefix,
        "V1",
        tuple(_without_tables(tensors)),
        found.files,
        version,
        variables,
        (*found.notes, *notes),
    )


def _graph_beside(found: Found) -> tuple[str | None, tuple[GraphVariable, ...] | None, tuple[str, ...]]:
    if not found.graph:
        return None, None, ()
    reader = graph_file.read_saved_model if found.form == "saved_model" else graph_file.read_meta
    try:
        return (*opened(found.graph, reader), ())
    except CheckpointError as problem:
        said = f"{problem}; TF's version and the order of creation are not known"
        return None, None, (said,)


def _without_tables(tensors: list[CheckpointTensor]) -> list[CheckpointTensor]:
    """Says of lookup tables that they are no variables: they are saved under two keys, as many keys as values.

    TF: lookup_ops.py, MutableHashTable._Saveable."""
    shapes = {tensor.key: tensor.shape for tensor in tensors}
    tables = set()
    for key, shape in shapes.items():
        if key.endswith("-keys"):
            other = key.removesuffix("-keys") + "-values"
            values = shapes.get(other)
            if shape and values and shape[0] == values[0]:
                tables |= {key, other}
    if not tables:
        return tensors
    return [replace(tensor, is_variable=False) if tensor.key in tables else tensor for tensor in tensors]
