"""Callables that a program hands to TensorFlow: what they are, and what they take."""

from __future__ import annotations

from typing import Any

from scopelint.apis import tables
from scopelint.apis.call import Call, Raised
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.objects import (
    MISSING,
    BoundMethod,
    ClassValue,
    FunctionValue,
    InstanceValue,
    NativeFunction,
    NativeObject,
)


def call_program(call: Call, function: AnyValue, /, *args: Any, **kwargs: Any) -> Any:
    """Calls a function of the program that TF asks. That it does not take what TF hands it is TF's to be told of."""
    place = call.state.where()
    try:
        return call.invoke(function, *args, **kwargs)
    except Raised as error:
        value = error.value
        if error.place == place and id(value) not in call.engine.refusals and isinstance(value, InstanceValue):
            message = str(next(iter(value.attrs.get("args", ())), ""))
            if value.cls.name == "TypeError" and message.startswith(f"{getattr(function, 'name', '')}() "):
                call.raise_("TypeError", message, "argument")
        raise


def accepts(call: Call, function: AnyValue, parameter: str) -> bool:
    """TF: function_utils.fn_args and has_kwargs."""

    names, stars = parameter_names(call, function)
    return stars or parameter in names


def is_callable(value: AnyValue) -> bool:
    """Python's `callable`."""
    if isinstance(value, (FunctionValue, NativeFunction, BoundMethod, ClassValue)):
        return True
    if isinstance(value, InstanceValue):
        return value.cls.find("__call__") is not MISSING
    return isinstance(value, NativeObject)


def call_with_some(call: Call, function: AnyValue, given: Unknown) -> Any:
    """Calls a function of the program with arguments that may be any number: as many as it cannot do without, and
    for its star whatever there may be."""
    inner, bound = function, isinstance(function, BoundMethod)
    while isinstance(inner, BoundMethod):
        inner = inner.function
    if not isinstance(inner, FunctionValue):
        return call_program(call, function, given.derive(""))
    needed = len(inner.code.parameters.positional) - len(inner.defaults) - bound
    if not inner.code.parameters.star:
        return call_program(call, function, *(given.derive("") for _ in range(max(1, needed))))
    args = tuple(given.derive("") for _ in range(max(0, needed)))
    return call.engine.invoke(function, args, call.engine.open_keywords({}, given, True))


def takes_shape(call: Call, function: AnyValue) -> bool:
    """TF: _get_single_variable: a function of which every parameter has a default needs no shape."""
    if isinstance(function, FunctionValue):
        names, _ = parameter_names(call, function)
        return len(names) != len(function.defaults)
    return True


def parameter_names(call: Call, function: AnyValue) -> tuple[list[str], bool]:
    """The names of a function's parameters without `self`, and whether it takes `**kwargs`."""
    bound = False
    while isinstance(function, BoundMethod):
        function, bound = function.function, True
    if isinstance(function, NativeFunction):
        signature = tables.signature(function.canonical) or ()
        names = [p.name for p in signature if p.kind in ("plain", "named")]
        return names, any(p.kind == "stars" for p in signature)
    if isinstance(function, FunctionValue):
        names, stars = call.engine.parameters(function)
        return (names[1:] if bound or (names and names[0] == "self") else names), stars
    if isinstance(function, ClassValue):
        return parameter_names(call, BoundMethod(function.find("__init__"), None))
    if isinstance(function, InstanceValue):
        method = function.cls.find("__call__")
        return parameter_names(call, BoundMethod(method, function)) if method is not MISSING else ([], True)
    return [], False
