"""Between programs' values and the graph layer: names, shapes, dtypes, initializers, getters, both ways."""

from __future__ import annotations

from functools import partial
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Default
from scopelint.apis.tf.framework.callables import accepts, call_program, is_callable, takes_shape
from scopelint.apis.tf.framework.conversion import graph_dtype, graph_name, graph_shape, value_of
from scopelint.apis.tf.ops.initializers import flat, steps_of
from scopelint.graph.initial import Initializer, PartitionInfo
from scopelint.graph.scopes import VariableScope
from scopelint.values.base import AnyValue, Unknown, Value
from scopelint.values.containers import ListValue, SetValue
from scopelint.values.objects import (
    ClassValue,
    InstanceValue,
    NativeFunction,
    NativeObject,
)
from scopelint.values.tensors import (
    Dims,
    DType,
    PartitionedVariable,
    Tensor,
    Variable,
)
from scopelint.values.text import from_template, hole

# Names


# Shapes and dtypes


# Callables that the graph layer calls


class Given(Initializer):
    """An initializer with the program's own value, to hand back to it."""

    __slots__ = ("original",)

    original: Any


class Callback:
    """A callable of the program's that the graph layer calls; `value` is what the program gave."""

    __slots__ = ("call", "value")

    def __init__(self, call: Call, value: Any) -> None:
        self.call = call
        self.value = value


class Regularizer(Callback):
    __slots__ = ()

    def __call__(self, variable: Any) -> Any:
        return call_program(self.call, self.value, variable)


class Partitioner(Callback):
    __slots__ = ()

    def __call__(self, shape: Any, dtype: AnyValue) -> Any:
        found = call_program(self.call, self.value, shape=shape, dtype=dtype)
        if isinstance(found, ListValue):
            return found.rest if found.rest is not None else list(found.items)
        return found


_GETTER = (
    "name",
    "shape",
    "dtype",
    "initializer",
    "regularizer",
    "reuse",
    "trainable",
    "collections",
    "caching_device",
    "partitioner",
    "validate_shape",
    "use_resource",
    "constraint",
    "synchronization",
    "aggregation",
)


class Getter(Callback):
    """A custom getter: the store gives it the graph layer's arguments, the program's function sees its own."""

    __slots__ = ()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        call = self.call
        by_keywords = "getter" in kwargs
        getter = kwargs.pop("getter") if by_keywords else args[0]

        def get(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            for key in kwargs:
                # The getter of a scope further out takes what it likes, the innermost one what get_variable does.
                if key not in _GETTER and not isinstance(getter, partial):
                    call.raise_("TypeError", f"_true_getter() got an unexpected keyword argument '{key}'")
            others = getattr(kwargs, "rest", None)
            if others is not None:
                kwargs = {**{key: others.derive(key) for key in _GETTER[len(args) :]}, **kwargs}
            given = graph_options(call, dict(zip(_GETTER, args, strict=False)))
            return getter(*given.values(), **graph_options(call, kwargs))

        native = NativeFunction("getter", get, raw=True)
        shown = {key: program_value(key, value) for key, value in kwargs.items()}
        if by_keywords:
            if "constraint" in shown and not accepts(call, self.value, "constraint"):
                del shown["constraint"]
            return call_program(call, self.value, getter=native, **shown)
        given = [program_value(key, value) for key, value in zip(_GETTER, args[1:], strict=False)]
        return call_program(call, self.value, native, *given, **shown)


def asked_getter(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, Any, dict[str, Any]]:
    """What a summary that is a custom getter was called with, after its `self`: the getter, the name, the rest."""
    given = dict(kwargs)
    rest = list(args)
    getter = given.pop("getter") if "getter" in given else rest.pop(0)
    name = given.pop("name") if "name" in given else rest.pop(0)
    return getter, name, {**dict(zip(_GETTER[1:], rest, strict=False)), **given}


def program_value(key: str, value: AnyValue) -> Any:
    """An argument of the store's as a custom getter of the program sees it."""
    if key == "name":
        return from_template(value) if isinstance(value, str) else value
    if key == "shape" and isinstance(value, (tuple, list)):
        return ListValue(value)
    if isinstance(value, (Given, Callback)):
        return value.original if isinstance(value, Given) else value.value
    if isinstance(value, list):
        return ListValue(value)
    return value


def graph_options(call: Call, options: dict[str, Any]) -> dict[str, Any]:
    """The arguments of get_variable, as a program gives them, for the store."""
    out: dict[str, Any] = {}
    for key, value in options.items():
        if value is None:
            # Left out, whatever it is.
            out[key] = None
            continue
        if isinstance(value, Default):
            continue
        convert = _CONVERT.get(key)
        out[key] = convert(call, value) if convert is not None else value
    return out


def graph_regularizer(call: Call, value: AnyValue) -> Any:
    """TF only asks whether there is one; one that is not known adds no variable."""
    if isinstance(value, Regularizer):
        return value
    if isinstance(value, Unknown) or (not isinstance(value, Value) and not value):
        return None
    return Regularizer(call, value)


def graph_partitioner(call: Call, value: AnyValue) -> Any:
    if value is None or isinstance(value, (Unknown, Partitioner)):
        return value
    return Partitioner(call, value) if is_callable(value) else value


def graph_getter(call: Call, value: AnyValue) -> Any:
    if value is None or isinstance(value, (Unknown, Getter)):
        return value
    return Getter(call, value) if callable(value) or is_callable(value) else value


def graph_collections(call: Call, value: AnyValue) -> Any:
    if isinstance(value, (ListValue, SetValue)):
        return value.rest if value.rest is not None else [graph_name(name) for name in value.items]
    return value


def graph_flag(call: Call, value: AnyValue) -> Any:
    """A bool, None or Unknown; other constants by their truth."""
    return bool(value) if isinstance(value, (int, str, float)) else value


# Initializers


def graph_initializer(call: Call, value: AnyValue) -> Any:
    """`initializer=` of get_variable as the store takes it: None, an Unknown, or a record of what it does."""
    if value is None or isinstance(value, (Unknown, Initializer)):
        return value
    if isinstance(value, Default):
        return None
    if isinstance(value, ClassValue):
        made = graph_initializer(call, call.invoke(value))
    elif isinstance(value, InstanceValue) and is_native_initializer(value):
        made = _native(call, value)
    elif is_callable(value):
        made = _function(call, value)
    else:
        made = graph_value(call, value)
    if isinstance(made, Given):
        made.original = value
    return made


def is_native_initializer(value: InstanceValue) -> bool:
    """One of TF's initializers, not overridden by the program."""
    for cls in value.cls.mro:
        if cls.canonical:
            return cls.derives_from("tf.keras.initializers.Initializer") or cls.canonical.startswith("scopelint.")
        if "__call__" in cls.attrs:
            return False
    return False


def _native(call: Call, value: InstanceValue) -> Any:
    def ops(shape: Dims, dtype: AnyValue) -> Any:
        steps = steps_of(call, value, shape, dtype)
        return flat(steps) if steps else ()

    label = value.cls.canonical.rpartition(".")[2].removesuffix("_initializer")
    return Given(label, ops=ops)


def _function(call: Call, value: AnyValue) -> Any:
    def run(shape: Dims, dtype: AnyValue, info: PartitionInfo | None) -> Any:
        if not takes_shape(call, value) and not isinstance(shape, tuple):
            found = call.invoke(value)
        else:
            wanted = ListValue(shape) if isinstance(shape, tuple) else shape
            found = call_program(call, value, wanted, dtype=dtype, partition_info=partition_info(info))
        return initial_tensor(call, found, shape, dtype)

    return Given("function", call=run, takes_shape=takes_shape(call, value))


def initial_tensor(call: Call, found: Any, shape: Dims, dtype: Any) -> Any:
    """What an initializer of the program's gave, for the store. Where its shape is not known it is taken to be
    the one asked for."""
    if isinstance(found, Tensor):
        asked = isinstance(shape, tuple) or (isinstance(shape, Unknown) and shape.last is not None)
        if isinstance(found.shape, Unknown) and asked:
            return Tensor(found.op_name, found.index, found.op_type, shape, found.dtype, found.graph, found.deps)
        return found
    if isinstance(found, Unknown):
        if isinstance(shape, tuple):
            return Tensor(hole("initial_value"), 0, "", shape, dtype or found, call.graph)
        return found
    if isinstance(found, (Variable, Initializer)):
        return found
    made = graph_value(call, found)
    if isinstance(dtype, DType) and isinstance(made, Given):
        made.dtype = dtype
    if isinstance(shape, tuple) and isinstance(made, Given) and isinstance(made.shape, Unknown):
        made.shape = shape
    return made


def partition_info(info: PartitionInfo | None) -> Any:
    if info is None:
        return None
    return NativeObject(
        "partition_info", info, {"full_shape": ListValue(info.full_shape), "var_offset": ListValue(info.var_offset)}
    )


def graph_value(call: Call, value: AnyValue) -> Any:
    """An initial value that is no function: a tensor, a variable, a Python or numpy value."""
    if isinstance(value, (Unknown, Initializer)):
        return value
    if isinstance(value, Tensor):
        return _given("tensor", value.shape, value.dtype, value)
    if isinstance(value, Variable):
        read = "Read/ReadVariableOp" if value.is_resource is True else "read"
        tensor = Tensor(f"{value.name}/{read}", 0, "Identity", value.shape, value.dtype, value.graph, value.deps)
        return _given("tensor", value.shape, value.dtype, tensor)
    if isinstance(value, PartitionedVariable):
        tensor = call.method(value, "as_tensor")
        return graph_value(call, tensor)
    shape, dtype = value_of(call, value)
    return _given("value", shape, dtype, None)


def _given(label: str, shape: Dims, dtype: Any, tensor: Tensor | None) -> Given:
    made = Given(label, shape=shape, dtype=dtype, tensor=tensor)
    made.original = tensor
    return made


def graph_initial_value(call: Call, value: AnyValue) -> Any:
    """`initial_value` of tf.Variable: a function of no arguments, or a value."""
    if value is None or isinstance(value, (Unknown, Initializer)):
        return value
    if isinstance(value, Default):
        return None
    if is_callable(value):

        def run(shape: Dims, dtype: AnyValue, info: AnyValue) -> Any:
            return initial_tensor(call, call.invoke(value), None, dtype)

        made = Given("function", call=run, takes_shape=False)
    else:
        made = graph_value(call, value)
    if isinstance(made, Given):
        made.original = value
    return made


_CONVERT: dict[str, Any] = {
    "name": lambda call, value: graph_name(value),
    "shape": graph_shape,
    "dtype": graph_dtype,
    "initializer": graph_initializer,
    "regularizer": graph_regularizer,
    "partitioner": graph_partitioner,
    "custom_getter": graph_getter,
    "collections": graph_collections,
    "trainable": graph_flag,
    "use_resource": graph_flag,
    "validate_shape": graph_flag,
}


# Variable scopes


def scope_options(call: Call, options: dict[str, Any]) -> dict[str, Any]:
    """The options of a variable scope as the graph layer holds them, without those not given."""
    return {key: value for key, value in graph_options(call, options).items() if value is not None}


def scope_value(field: str, scope: VariableScope) -> Any:
    """A field of a variable scope as the program sees it."""
    value = getattr(scope, field)
    if isinstance(value, Given):
        return value.original
    return value.value if isinstance(value, Callback) else value
