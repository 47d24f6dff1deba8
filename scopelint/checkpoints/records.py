"""What a checkpoint holds, as plain data: tensors by key, the variables of the graph that saved it, what was odd."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from scopelint.escapes import printable

Kind = Literal["V2", "V1", "object-based", "SavedModel", "Keras HDF5", "Keras v3"]
"""`object-based` is a V2 bundle with an object graph in it; `SavedModel` one with a graph beside it. An object-based
one in a SavedModel is `object-based`."""

OBJECT_GRAPH_KEY = "_CHECKPOINTABLE_OBJECT_GRAPH"
"""TF: trackable/base.py, OBJECT_GRAPH_PROTO_KEY. Its value is the object graph; it is no variable."""


_LONGEST = 1_000
"""Characters of a message: it may quote what a damaged file holds."""


class CheckpointError(Exception):
    """A file that cannot be read or written. Its text is one line that names the file."""

    def __init__(self, path: str, reason: str) -> None:
        reason = printable(reason)
        super().__init__(f"{printable(path)}: {reason[:_LONGEST]}{'...' * (len(reason) > _LONGEST)}")
        self.path = path
        self.reason = reason


@dataclass(frozen=True)
class Stored:
    """Where the bytes of a tensor, or of one slice of it, lie."""

    shard: int
    """Which of `Checkpoint.shards`."""
    offset: int
    size: int
    checksum: int | None = None
    """The crc32c as the file has it (masked), None where the form has none."""


@dataclass(frozen=True)
class Slice:
    """A part of a tensor that was saved alone: one piece of a partitioned variable."""

    begin: tuple[int, ...]
    shape: tuple[int, ...]
    stored: Stored | None = None


@dataclass(frozen=True)
class CheckpointTensor:
    """One key. A partitioned variable is one key with its whole shape and several slices."""

    key: str
    shape: tuple[int, ...] | None
    """None where the file leaves the rank open."""
    dtype: str
    """TF's name of it: float32, int64, string, ..."""
    slices: tuple[Slice, ...] = ()
    """Empty where the tensor was saved whole."""
    stored: Stored | None = None
    """None for one in slices, and for forms that do not tell."""
    full_name: str = ""
    """The name of the variable, where the key is not it: of object-based and Keras files. TF's Saver finds by it."""
    slot_of: str = ""
    """The key of the variable that this one is a slot of, where the file itself says so."""
    slot: str = ""
    """The optimizer's word for it (`m`, `momentum`), where the file itself says so."""
    layer: str = ""
    """The layer that holds it, in Keras files: `load_weights(by_name=True)` finds by it."""
    is_variable: bool = True
    """False for what is saved besides variables: the object graph, a lookup table, the state of an iterator."""

    @property
    def name(self) -> str:
        """What a name-based loader calls it: the variable's name where it is known, else the key."""
        return self.full_name or self.key


@dataclass(frozen=True)
class GraphVariable:
    """A variable of the graph that saved, as the `.meta` or the SavedModel beside the checkpoint tells it."""

    name: str
    """Full name without `:0`."""
    key: str
    """The key it is saved under: its name, or for a piece of a partitioned variable the name of the whole."""
    trainable: bool | None
    """None where the file does not tell, as those of Keras do not."""
    is_global: bool = True
    """False where it stands in another collection alone (local variables, metrics)."""


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint, read without its values."""

    path: str
    """As the user named it."""
    prefix: str
    """What TF's loaders take: the path without `.index`, the file itself for V1 and Keras."""
    kind: Kind
    tensors: tuple[CheckpointTensor, ...]
    """By key, in the order of its bytes."""
    shards: tuple[str, ...] = ()
    """The files that hold the values, in their order; whether or not they are there."""
    tensorflow_version: str | None = None
    """Of the process that saved, where a `.meta` or a SavedModel lies beside it."""
    graph_variables: tuple[GraphVariable, ...] | None = None
    """In the order in which they were made; None where no `.meta` or SavedModel tells. Of Keras' files: its weights, in
    the order of layers."""
    notes: tuple[str, ...] = ()
    """What the reader had to assume: a moved folder, the newest of several."""
    warnings: tuple[str, ...] = ()
    """What is wrong but does not hinder listing: values missing or cut off."""
    big_endian: bool = False
    by_key: dict[str, CheckpointTensor] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_key", {tensor.key: tensor for tensor in self.tensors})

    @property
    def creation_order(self) -> tuple[str, ...] | None:
        """Keys in the order in which their variables were made, each once; None where nothing tells."""
        if self.graph_variables is None:
            return None
        return tuple(dict.fromkeys(variable.key for variable in self.graph_variables))

    @property
    def trainable_keys(self) -> frozenset[str] | None:
        """None where nothing tells."""
        if self.graph_variables is None or any(variable.trainable is None for variable in self.graph_variables):
            return None
        return frozenset(variable.key for variable in self.graph_variables if variable.trainable)

    @property
    def is_name_based(self) -> bool:
        """May a Saver find variables by these keys themselves?"""
        return self.kind in ("V2", "V1", "SavedModel")
