"""decorator: wrappers that keep the signature of what they wrap."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.stdlib.functools import copy_metadata
from scopelint.apis.python.stdlib.inspect import Shape, shape_of
from scopelint.apis.registry import Namespace
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.objects import NativeFunction

api = Namespace("decorator")


def _as_declared(
    shape: Shape | None, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The generated function passes each of its parameters on by position, defaults too."""
    if shape is None or len(args) > len(shape.positional):
        return args, kwargs
    passed, left = list(args), dict(kwargs)
    without = len(shape.positional) - len(shape.defaults)
    for at, name in enumerate(shape.positional[len(args) :], len(args)):
        if name in left:
            passed.append(left.pop(name))
        elif at >= without:
            passed.append(shape.defaults[at - without])
        else:
            return args, kwargs
    return tuple(passed), {**shape.named_defaults, **left}


@api.function
def decorate(call: Call, func: AnyValue, caller: AnyValue, extras: AnyValue = (), kwsyntax: AnyValue = False) -> Any:
    if isinstance(func, Unknown):
        return func
    shape = shape_of(call, func)

    def impl(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        args, kwargs = _as_declared(shape, args, kwargs)
        return call.engine.invoke(caller, (func, *args), kwargs)

    return copy_metadata(call, NativeFunction(getattr(func, "name", "decorated"), impl, raw=True), func)


@api.function
def decorator(call: Call, caller: AnyValue, _func: AnyValue = None, kwsyntax: AnyValue = False) -> Any:
    if _func is not None:
        return decorate(call, _func, caller)

    def impl(call: Call, func: AnyValue) -> Any:
        return decorate(call, func, caller)

    return copy_metadata(call, NativeFunction("decorator", impl, static=True), caller)
