"""What the summaries of training share: tensors of any kind looked at, operations made, other summaries asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scopelint.apis import tables
from scopelint.apis.tf.framework.conversion import is_blank
from scopelint.apis.tf.framework.python_values import list_dtype, list_shape
from scopelint.values.base import Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import MISSING, InstanceValue
from scopelint.values.tensors import (
    FLOAT32,
    NOT_CONSTANT,
    IndexedSlices,
    Operation,
    PartitionedVariable,
    SparseTensor,
    Tensor,
    Variable,
)
from scopelint.values.text import Text

ALL_DEPS = -1
"""Depends on any variable there may be: what is not known may."""


def ask(call: Any, canonical: str, /, *args: Any, **kwargs: Any) -> Any:
    """Calls another summary by its canonical name; an Unknown where there is none."""
    found = call.find(canonical)
    if found is MISSING:
        return call.unknown(f"{canonical} is not modelled")
    return call.invoke(found, *args, **kwargs)


def name_of(value: Any, default: str = "") -> str:
    """A name as the graph takes it; `default` for None and "": TF's `name or default`."""
    if is_blank(value):
        return default
    if isinstance(value, (str, Text)):
        return str(value)
    if isinstance(value, Unknown):
        return "{" + (value.label or "name") + "}"
    return str(value)


def scoped(call: Any, name: Any, default: str) -> Any:
    """TF: ops.name_scope(name, default), as a Python context that gives the scope's string."""
    return call.graph.name_scope(default if name is None else name_of(name))


def make(
    call: Any,
    type: str,
    name: str | None = None,
    shape: Any = (),
    dtype: Any = FLOAT32,
    deps: int = 0,
    inner: Iterable[tuple[str, str]] = (),
    const: Any = NOT_CONSTANT,
) -> Tensor:
    """An operation of one output."""
    full = call.graph.op(type, name, inner=inner)
    return Tensor(full, 0, type, shape, dtype, call.graph, deps, const)


def make_op(call: Any, type: str, name: str | None = None, inner: Iterable[tuple[str, str]] = ()) -> Operation:
    """An operation without outputs that matter."""
    return Operation(call.graph.op(type, name, inner=inner), type, call.graph)


def shape_of(value: Any) -> Any:
    """The static shape of anything that TF takes for a tensor, as far as that can be seen from here."""
    if isinstance(value, (Tensor, Variable, PartitionedVariable, SparseTensor)):
        return value.shape
    if isinstance(value, IndexedSlices):
        return Unknown("shape of indexed slices")
    if isinstance(value, InstanceValue) and value.payload is None:
        return Unknown("shape of an object")
    return list_shape(value)


def dtype_of(value: Any, default: Any = FLOAT32) -> Any:
    """The base dtype of anything that TF takes for a tensor; `default` for None."""
    return default if value is None else list_dtype(value)


def deps_of(value: Any) -> int:
    """The variables that a value, or any member of a structure of values, depends on differentiably."""
    if isinstance(value, (Tensor, Variable, PartitionedVariable)):
        return value.deps
    if isinstance(value, IndexedSlices):
        return deps_of(value.values)
    if isinstance(value, SparseTensor):
        return deps_of(value.values)
    if isinstance(value, Unknown):
        return ALL_DEPS
    if isinstance(value, ListValue):
        return deps_of(tuple(value.items)) | (ALL_DEPS if value.rest is not None else 0)
    if isinstance(value, tuple):
        bits = 0
        for member in value:
            bits |= deps_of(member)
        return bits
    return 0


def op_name(value: Any) -> str:
    """`value.op.name`, as the graph takes it."""
    if isinstance(value, Variable):
        return value.name
    if isinstance(value, Tensor):
        return value.op_name
    if isinstance(value, (PartitionedVariable, Operation)):
        return value.name
    if isinstance(value, (IndexedSlices, SparseTensor)):
        return op_name(value.values)
    return "{" + (getattr(value, "label", "") or "variable") + "}"


def add_to(call: Any, collections: Any, item: Any) -> None:
    """TF: add_to_collections, for what a program gave; None means none."""
    if collections is None or isinstance(collections, Unknown):
        return
    names = call.members(collections) if not isinstance(collections, str) else [collections]
    if isinstance(names, Unknown):
        return
    for name in dict.fromkeys(names):
        call.graph.add_to_collection(name, item)


def not_negative(call: Any, value: Any, message: str) -> None:
    """Refuses a known number below zero."""
    if isinstance(value, (int, float)) and value < 0:
        call.raise_("ValueError", message, kind="argument")


def bound(canonical: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """A raw summary's arguments by TF's names, defaults filled in."""

    given: dict[str, Any] = {}
    for at, parameter in enumerate(p for p in tables.signature(canonical) or () if p.kind in ("plain", "named")):
        if parameter.kind == "plain" and at < len(args):
            given[parameter.name] = args[at]
        else:
            given[parameter.name] = kwargs.get(parameter.name, parameter.default)
    return given
