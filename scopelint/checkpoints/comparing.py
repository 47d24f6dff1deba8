"""A checkpoint held against what a program asks of it: what is missing, what does not fit, what is left over."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from scopelint.checkpoints.demands import Demand, Shape, Variable
from scopelint.checkpoints.matching import Entry, Matching, fits, match
from scopelint.checkpoints.records import OBJECT_GRAPH_KEY, Checkpoint, CheckpointTensor


@dataclass(frozen=True, slots=True)
class Want:
    """One key that the loader reads. `variables`: the one it goes into; several where they are pieces of one, which
    then has the shape of the whole."""

    key: str
    name: str
    shape: Shape
    dtype: str
    variables: tuple[Variable, ...]
    wholes: tuple[Shape, ...] = ()

    @property
    def variable(self) -> Variable | None:
        return self.variables[0] if self.variables else None


@dataclass(frozen=True)
class Comparison:
    """`missing`: keys that the file lacks. `shapes`, `dtypes`: that it has, with another shape or dtype. `unread`: its
    tensors that nothing reads. `silent`: variables of the program that keep their start values without a word."""

    demand: Demand
    checkpoint: Checkpoint
    wants: tuple[Want, ...]
    missing: tuple[Want, ...]
    shapes: tuple[tuple[Want, CheckpointTensor], ...]
    dtypes: tuple[tuple[Want, CheckpointTensor], ...]
    unread: tuple[CheckpointTensor, ...]
    silent: tuple[Variable, ...]
    taken: tuple[tuple[Want, CheckpointTensor], ...] = ()
    """Resource variables that take a value of another shape: TF assigns it without a word."""

    @property
    def found(self) -> int:
        return len(self.wants) - len(self.missing)

    @cached_property
    def matching(self) -> Matching:
        """All global variables of the program against all tensors of the file, by name."""
        return match(held_entries(self.checkpoint), wanted_entries(self.demand, self.wants))

    @cached_property
    def keys(self) -> dict[str, CheckpointTensor]:
        return by_name(self.checkpoint)


def by_name(checkpoint: Checkpoint) -> dict[str, CheckpointTensor]:
    """The tensors by what a loader that goes by names finds them: the key, and the variable's name where it is told.

    TF: Saver.restore falls back on the names in the object graph."""
    found = {tensor.name: tensor for tensor in checkpoint.tensors if tensor.key != OBJECT_GRAPH_KEY}
    found.update((tensor.key, tensor) for tensor in checkpoint.tensors if tensor.key != OBJECT_GRAPH_KEY)
    return found


def held_entries(checkpoint: Checkpoint) -> list[Entry]:
    """The variables of a file, with their order of creation where a graph beside it tells."""
    order = checkpoint.creation_order
    places = {} if order is None else {key: number for number, key in enumerate(order)}
    named = [t for t in checkpoint.tensors if t.is_variable and t.key != OBJECT_GRAPH_KEY]
    return [Entry(t.name, t.shape, t.dtype, places.get(t.key), bool(t.slot_of)) for t in named]


def wanted_entries(demand: Demand, wants: tuple[Want, ...]) -> list[Entry]:
    """The program's variables by name, pieces as one."""
    pieces = {v.name: want for want in wants if len(want.variables) > 1 for v in want.variables}
    done: set[str] = set()
    found = []
    for number, variable in enumerate(demand.variables):
        if not variable.certain:
            continue
        want = pieces.get(variable.name)
        name, shape = (want.name, want.shape) if want is not None else (variable.name, variable.shape)
        if name not in done:
            done.add(name)
            order = number if demand.ordered else None
            found.append(Entry(name, shape, variable.dtype, order, variable.is_slot))
    return found


def wants_of(demand: Demand, held: dict[str, CheckpointTensor]) -> list[Want]:
    """What the loader reads, key by key."""
    variables = {variable.name: variable for variable in demand.variables}
    grouped: dict[str, list[str]] = {}
    parts = demand.parts or {}
    for key, name in demand.pairs:
        if demand.kind == "all" and key not in held:
            whole = _whole_of(name, variables)
            key = whole if whole and whole in held else key
        grouped.setdefault(key, []).append(name)
    found = []
    for key, names in grouped.items():
        members = tuple(variables[name] for name in names if name in variables)
        pieces = [parts[name] for name in names if name in parts]
        first = members[0] if members else None
        if pieces:
            name = names[0].rpartition("/part_")[0] or names[0]
            shape, wholes = pieces[0].whole, tuple(piece.whole for piece in pieces)
        elif len(members) > 1:
            name, shape, wholes = key, _joined(members, held.get(key)), ()
        else:
            name, shape, wholes = names[0], first.shape if first else None, ()
        found.append(Want(key, name, shape, first.dtype if first else "", members, wholes))
    return found


def _whole_of(name: str, variables: dict[str, Variable]) -> str:
    """Of `table/part_1` the table, where all pieces from the first on are there."""
    head, mark, number = name.rpartition("/part_")
    return head if mark and number.isdigit() and f"{head}/part_0" in variables else ""


def _joined(members: tuple[Variable, ...], tensor: CheckpointTensor | None) -> Shape:
    """The shape of pieces put together, along the axis along which they make up what the file has."""
    shapes = [member.shape for member in members]
    first = shapes[0]
    if first is None or tensor is None or tensor.shape is None or len(tensor.shape) != len(first):
        return None
    for axis in range(len(first)):
        sizes = [shape[axis] if shape is not None and len(shape) == len(first) else None for shape in shapes]
        if all(size is not None for size in sizes):
            whole = (*first[:axis], sum(size or 0 for size in sizes), *first[axis + 1 :])
            if whole == tensor.shape:
                return whole
    return None


def compare(checkpoint: Checkpoint, demand: Demand) -> Comparison:
    """What would be read, and what not."""
    held = by_name(checkpoint)
    wants = wants_of(demand, held)
    missing: list[Want] = []
    shapes: list[tuple[Want, CheckpointTensor]] = []
    dtypes: list[tuple[Want, CheckpointTensor]] = []
    taken: list[tuple[Want, CheckpointTensor]] = []
    reshaped = "reshape" in demand.options
    for want in wants:
        tensor = held.get(want.key)
        if tensor is None:
            missing.append(want)
            continue
        if want.dtype and tensor.dtype and want.dtype != tensor.dtype:
            dtypes.append((want, tensor))
        if not fits(want.shape, tensor.shape) and not (reshaped and _size(want.shape) == _size(tensor.shape)):
            (taken if _takes_any_shape(demand, want) else shapes).append((want, tensor))
    read = {want.key for want in wants}
    unread = [
        tensor
        for tensor in checkpoint.tensors
        if tensor.key not in read and tensor.name not in read and tensor.key != OBJECT_GRAPH_KEY
    ]
    asked = {name for _, name in demand.pairs}
    silent = [v for v in demand.variables if v.name not in asked and v.certain] if demand.certain else []
    return Comparison(
        demand,
        checkpoint,
        tuple(wants),
        tuple(missing),
        tuple(shapes),
        tuple(dtypes),
        tuple(unread),
        tuple(silent),
        tuple(taken),
    )


def _takes_any_shape(demand: Demand, want: Want) -> bool:
    """TF: resource_variable_ops.shape_safe_assign_variable_handle compares static shapes, and what RestoreV2 gives has
    none; AssignVariableOp takes every shape. Measured: TF 1.15.5 restores [3,4] into a [3,5] without a word."""
    variable = want.variable
    by_name = demand.kind in ("saver", "assign", "all", "checkpoint")
    return by_name and not want.wholes and variable is not None and variable.is_resource is True


def _size(shape: Shape) -> int | None:
    if shape is None or any(side is None for side in shape):
        return None
    size = 1
    for side in shape:
        size *= side or 0
    return size
