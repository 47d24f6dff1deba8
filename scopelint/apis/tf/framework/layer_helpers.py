"""What summaries of layers share: numbers and tuples of them, conversion, activations, scopes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from math import isfinite
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.tf.framework.conversion import graph_name
from scopelint.apis.tf.framework.op_inputs import deps_of
from scopelint.apis.tf.framework.structures import items_of
from scopelint.graph import scopes
from scopelint.graph.layers import to_snake_case as snake_case
from scopelint.graph.layers import unique_object_name
from scopelint.values.base import AnyValue, Unknown, Value
from scopelint.values.containers import ListValue
from scopelint.values.objects import MISSING, BoundMethod, ClassValue, InstanceValue
from scopelint.values.tensors import (
    Dimension,
    SparseTensor,
    Tensor,
    TensorShape,
)
from scopelint.values.text import hole


def integer(value: AnyValue) -> Any:
    """`int(value)` of what may not be known."""
    if isinstance(value, float) and not isfinite(value):
        return Unknown("an integer that a float is not")
    if isinstance(value, (bool, float)):
        return int(value)
    held = getattr(value, "data", None) if isinstance(value, Value) else None
    if isinstance(held, list) and len(held) == 1:
        # An array of one member is as good as a number: Dense(np.array([2])).
        return integer(held[0])
    return value.value if isinstance(value, Dimension) else value


def integers(call: Call, value: AnyValue, count: int, label: str) -> tuple[Any, ...]:
    """TF: conv_utils.normalize_tuple."""
    if isinstance(value, int):
        return (int(value),) * count
    if isinstance(value, Unknown):
        return (value,) * count
    dims = value.dims if isinstance(value, TensorShape) else None
    if isinstance(dims, tuple) and len(dims) == count and all(isinstance(size, int) for size in dims):
        return dims
    held = getattr(value, "data", None) if isinstance(value, Value) else None
    listed = isinstance(value, (str, tuple, ListValue)) or isinstance(held, list)
    members = tuple(integer(m) for m in (held if isinstance(held, list) else items_of(value)))
    open_end = isinstance(value, ListValue) and value.rest is not None
    if len(members) == count and listed and not open_end:
        for member in members:
            if member is None or (isinstance(member, str) and not member.strip().lstrip("+-").isdigit()):
                _refuse_tuple(call, value, count, label, member)
        return tuple(int(member) if isinstance(member, str) else member for member in members)
    if value is None or isinstance(value, float) or (listed and not open_end):
        _refuse_tuple(call, value, count, label)
    return tuple(Unknown(f"{label} is not known", label) for _ in range(count))


def _refuse_tuple(call: Call, value: Any, count: int, label: str, member: Any = MISSING) -> None:
    shown = f"The `{label}` argument must be a tuple of {count} integers. Received: {call.to_string(value)}"
    if member is not MISSING:
        shown += f" including element {member} of type {call.to_string(call.class_of(member))}"
    call.raise_("ValueError", shown, "argument")


# tensors


def as_tensor(call: Call, value: AnyValue, dtype: AnyValue = None) -> Any:
    """TF: convert_to_tensor. What is not known becomes a tensor of which nothing is known."""
    if isinstance(value, (Tensor, SparseTensor)):
        return value
    if isinstance(value, Unknown):
        return Tensor(hole(value.label or "tensor"), 0, "", value, value, call.graph, deps_of(value))
    converted = (
        call.new("tf.convert_to_tensor", value)
        if dtype is None
        else call.new("tf.convert_to_tensor", value, dtype=dtype)
    )
    return as_tensor(call, converted) if isinstance(converted, Unknown) else converted


def first(one: AnyValue, two: AnyValue) -> Any:
    """`one or two` of what may not be known."""
    return two if one is None else one


def activate(call: Call, activation: AnyValue, value: AnyValue) -> Any:
    """`activation(value)`, where None stands for none. One that is not known gives anything."""
    return value if activation is None else call.invoke(activation, value)


# scopes


@contextmanager
def variable_scope(
    call: Call,
    name_or_scope: AnyValue,
    default_name: str | None = None,
    values: Any = (),
    *,
    reuse: AnyValue = None,
    auxiliary_name_scope: AnyValue = True,
    **options: Any,
) -> Iterator[Any]:
    """`variable_scope.variable_scope`."""
    context = scopes.variable_scope(
        call.state,
        graph_name(name_or_scope),
        default_name,
        values,
        reuse=reuse,
        auxiliary_name_scope=auxiliary_name_scope,
        **options,
    )
    entered = context.enter()
    try:
        yield entered
    finally:
        context.exit()


def super_method(self: InstanceValue, after: ClassValue, name: str) -> Any:
    """`super(after, self).name` as a bound method."""
    found_it = False
    for cls in self.cls.mro:
        if found_it and name in cls.attrs:
            return BoundMethod(cls.attrs[name], self)
        if cls is after:
            found_it = True
    return MISSING


def append(owner: InstanceValue, name: str, item: AnyValue) -> None:
    """`owner.name.append(item)`; the list is made where it is missing."""
    held = owner.attrs.get(name)
    if not isinstance(held, ListValue):
        held = ListValue()
        owner.set(name, held)
    held.touch()
    held.items.append(item)


__all__ = ["snake_case", "unique_object_name"]
