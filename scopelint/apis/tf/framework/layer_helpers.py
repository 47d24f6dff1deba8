"""What summaries of layers share: binding, structures, keras's `get` functions, scopes, weights."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from scopelint.apis import tables
from scopelint.apis.registry import Default
from scopelint.apis.tf.framework.op_inputs import Reach, note
from scopelint.apis.tf.framework.structures import flatten
from scopelint.graph import scopes
from scopelint.graph.layers import to_snake_case as snake_case
from scopelint.graph.layers import unique_object_name
from scopelint.values.base import Unknown, Value, without_summary
from scopelint.values.containers import ListValue
from scopelint.values.objects import MISSING, BoundMethod, ClassValue, InstanceValue
from scopelint.values.tensors import (
    DTYPES,
    Dimension,
    PartitionedVariable,
    SparseTensor,
    Tensor,
    TensorShape,
    Variable,
    as_dtype,
)
from scopelint.values.text import text

Bound = dict[str, Any]


def bind(call: Any, canonical: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Bound, Bound]:
    """Arguments by TF's recorded signature, defaults filled in, and what went to its `**kwargs`."""
    signature = tables.signature(canonical) or ()
    bound: Bound = {}
    extra = dict(kwargs)
    given = iter(args)
    takes_more = False
    for parameter in signature:
        if parameter.kind == "stars":
            takes_more = True
            continue
        if parameter.kind == "star":
            bound[parameter.name] = tuple(given)
            continue
        if parameter.kind == "plain":
            value = next(given, MISSING)
            if value is not MISSING:
                if parameter.name in extra:
                    call.raise_(
                        "TypeError",
                        f"{_short(canonical)}() got multiple values for argument '{parameter.name}'",
                        "argument",
                    )
                bound[parameter.name] = value
                continue
        if parameter.name in extra:
            bound[parameter.name] = extra.pop(parameter.name)
        elif parameter.has_default:
            bound[parameter.name] = parameter.default
        else:
            call.raise_(
                "TypeError",
                f"{_short(canonical)}() missing 1 required positional argument: '{parameter.name}'",
                "argument",
            )
    if next(given, MISSING) is not MISSING:
        call.raise_(
            "TypeError",
            f"{_short(canonical)}() takes {len(signature) + 1} positional arguments but {len(args) + 1} were given",
            "argument",
        )
    if extra and not takes_more:
        call.raise_(
            "TypeError", f"{_short(canonical)}() got an unexpected keyword argument '{next(iter(extra))}'", "argument"
        )
    return bound, extra


def _short(canonical: str) -> str:
    return "__init__" if tables.is_class(canonical) else canonical.rpartition(".")[2]


_XAVIER = "py:tensorflow.contrib.layers.python.layers.initializers.variance_scaling_initializer.<locals>._initializer"


def opaque(call: Any, value: Any) -> Any:
    """A recorded default that is no literal, as the object that TF has there."""
    if isinstance(value, tables.Opaque):
        name = value.name
        if name == _XAVIER:
            return call.new("tf.contrib.layers.xavier_initializer")
        if name.endswith("()"):
            cls = call.find(name[:-2])
            return without_summary(name) if cls is MISSING else call.invoke(cls)
        if name.startswith("tf.") and name[3:] in DTYPES:
            return DTYPES[name[3:]]
        found = call.find(name)
        return without_summary(name, name.rpartition(".")[2]) if found is MISSING else found
    if isinstance(value, Default):
        return opaque(call, tables.Opaque(f"<{value.text}>"))
    return value


# structures


def is_sequence(value: Any) -> bool:
    return isinstance(value, (ListValue, tuple)) or (
        isinstance(value, InstanceValue) and isinstance(value.payload, tuple)
    )


def items_of(value: Any) -> list[Any]:
    """The members known of a list, a tuple or a named tuple."""
    if isinstance(value, ListValue):
        return value.items
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, InstanceValue) and isinstance(value.payload, (tuple, ListValue)):
        return items_of(value.payload)
    if isinstance(value, TensorShape):
        return list(value.dims) if isinstance(value.dims, tuple) else []
    return [value]


def integer(value: Any) -> Any:
    """`int(value)` of what may not be known."""
    if isinstance(value, (bool, float)):
        return int(value)
    held = getattr(value, "data", None) if isinstance(value, Value) else None
    if isinstance(held, list) and len(held) == 1:
        # An array of one member is as good as a number: Dense(np.array([2])).
        return integer(held[0])
    return value.value if isinstance(value, Dimension) else value


def integers(call: Any, value: Any, count: int, label: str) -> tuple[Any, ...]:
    """TF: conv_utils.normalize_tuple."""
    if isinstance(value, int):
        return (int(value),) * count
    if isinstance(value, Unknown):
        return (value,) * count
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


def _refuse_tuple(call: Any, value: Any, count: int, label: str, member: Any = MISSING) -> None:
    shown = f"The `{label}` argument must be a tuple of {count} integers. Received: {call.to_string(value)}"
    if member is not MISSING:
        shown += f" including element {member} of type {call.to_string(call.class_of(member))}"
    call.raise_("ValueError", shown, "argument")


def name_of(value: Any) -> Any:
    """A name as the graph layer takes it: unknown parts in braces."""
    if isinstance(value, Unknown):
        return str(text([value]))
    return str(value) if isinstance(value, Value) and not isinstance(value, scopes.VariableScope) else value


# tensors


def is_tensor(value: Any) -> bool:
    return isinstance(value, (Tensor, Variable, PartitionedVariable, SparseTensor))


def as_tensor(call: Any, value: Any, dtype: Any = None) -> Any:
    """TF: convert_to_tensor. What is not known becomes a tensor of which nothing is known."""
    if isinstance(value, (Tensor, SparseTensor)):
        return value
    if isinstance(value, Unknown):
        made = Tensor("{" + (value.label or "tensor") + "}", 0, "", value, value, call.graph)
        return made
    converted = (
        call.new("tf.convert_to_tensor", value)
        if dtype is None
        else call.new("tf.convert_to_tensor", value, dtype=dtype)
    )
    return as_tensor(call, converted) if isinstance(converted, Unknown) else converted


def shape_of(value: Any) -> Any:
    """A tensor's shape, as `values.tensors` writes them."""
    if isinstance(value, (Tensor, Variable, PartitionedVariable, SparseTensor)):
        return value.shape
    if isinstance(value, TensorShape):
        return value.dims
    if isinstance(value, Unknown):
        return value
    if isinstance(value, (tuple, ListValue)):
        members = [m.value if isinstance(m, Dimension) else m for m in items_of(value)]
        return tuple(
            m if m is None or isinstance(m, (int, Unknown)) else Unknown("dimension is not known") for m in members
        )
    return Unknown("shape is not known")


def rank_of(value: Any) -> Any:
    """The number of dimensions, None or Unknown."""
    shape = shape_of(value)
    return len(shape) if isinstance(shape, tuple) else shape


def dimension(shape: Any, axis: Any, label: str = "channels") -> Any:
    """One dimension: int, None where TF itself does not know, Unknown where we do not."""
    if isinstance(shape, tuple) and isinstance(axis, int):
        if -len(shape) <= axis < len(shape):
            return shape[axis]
        return None
    if shape is None:
        return None
    return Unknown("the shape of the input is not known", label)


def dtype_of(value: Any) -> Any:
    """The base dtype of a tensor, or Unknown."""
    dtype = getattr(value, "dtype", None)
    if isinstance(dtype, str):
        dtype = DTYPES.get(dtype)
    if isinstance(dtype, Unknown):
        return dtype
    return Unknown("dtype is not known") if dtype is None else dtype.base_dtype


def first(one: Any, two: Any) -> Any:
    """`one or two` of what may not be known."""
    return two if one is None else one


def deps_of(*values: Any) -> int:
    """The bits of the variables that values depend on, with the tensors among them (`walks.Reach`)."""
    bits = 0
    taken: list[Any] | None = []
    for value in values:
        for leaf in flatten(tuple(value) if type(value) is list else value):
            if isinstance(leaf, SparseTensor):
                leaf = leaf.values
            # What is not known may depend on any variable.
            bits |= -1 if isinstance(leaf, Unknown) else getattr(leaf, "deps", 0) or 0
            if not isinstance(leaf, (Tensor, Variable, PartitionedVariable)):
                taken = None if isinstance(leaf, Value) else taken
            elif taken is not None:
                taken.append(leaf)
    return bits if taken is None else Reach.of(bits, tuple(taken))


def op(
    call: Any,
    type: str,
    name: str | None = None,
    shape: Any = None,
    dtype: Any = None,
    deps: int = 0,
    inner: tuple[tuple[str, str], ...] = (),
    index: int = 0,
) -> Tensor:
    """An operation and its first output."""
    graph = call.graph
    full = graph.op(type, name, inner=inner)
    note(graph, full, type, deps, inner)
    return Tensor(full, index, type, shape, dtype if dtype is not None else DTYPES["float32"], graph, deps)


def like(call: Any, source: Any, type: str, name: str | None = None, **changes: Any) -> Tensor:
    """An operation whose output is as its input."""
    given = {"shape": shape_of(source), "dtype": dtype_of(source), "deps": deps_of(source), **changes}
    return op(call, type, name, **given)


def activate(call: Any, activation: Any, value: Any) -> Any:
    """`activation(value)`, where None stands for none. One that is not known changes no shape."""
    if activation is None:
        return value
    if isinstance(activation, Unknown):
        if not is_tensor(value):
            return value
        return Tensor(
            "{" + (activation.label or "activation") + "}",
            0,
            "",
            shape_of(value),
            dtype_of(value),
            call.graph,
            deps_of(value),
        )
    return call.invoke(activation, value)


# scopes


@contextmanager
def name_scope(call: Any, name: Any, default: str | None = None) -> Iterator[str]:
    """`ops.name_scope`; leaving happens on every way out."""
    scope = call.graph.name_scope(name_of(default if name is None else name))
    entered = scope.enter()
    try:
        yield entered
    finally:
        scope.exit()


@contextmanager
def variable_scope(
    call: Any,
    name_or_scope: Any,
    default_name: str | None = None,
    values: Any = (),
    *,
    reuse: Any = None,
    auxiliary_name_scope: Any = True,
    **options: Any,
) -> Iterator[Any]:
    """`variable_scope.variable_scope`."""
    context = scopes.variable_scope(
        call.state,
        name_of(name_or_scope),
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


# what keras takes by name


# callables


def super_method(self: InstanceValue, after: ClassValue, name: str) -> Any:
    """`super(after, self).name` as a bound method."""
    found_it = False
    for cls in self.cls.mro:
        if found_it and name in cls.attrs:
            return BoundMethod(cls.attrs[name], self)
        if cls is after:
            found_it = True
    return MISSING


def append(owner: InstanceValue, name: str, item: Any) -> None:
    """`owner.name.append(item)`; the list is made where it is missing."""
    held = owner.attrs.get(name)
    if not isinstance(held, ListValue):
        held = ListValue()
        owner.set(name, held)
    held.touch()
    held.items.append(item)


def to_dtype(value: Any) -> Any:
    """A DType of what a program wrote, None, or Unknown."""
    if value is None or isinstance(value, Unknown):
        return value
    if isinstance(value, tables.Opaque):
        return DTYPES.get(value.name.removeprefix("tf.")) or DTYPES.get(value.name.rpartition(":")[2])
    if isinstance(value, ClassValue):
        name = value.canonical.rpartition(".")[2]
        return as_dtype({"int": "int64", "float": "float32"}.get(name, name) if "builtins" in value.canonical else name)
    found = as_dtype(value)
    return found.base_dtype if found is not None and not isinstance(found, Unknown) else found


__all__ = ["snake_case", "unique_object_name"]
