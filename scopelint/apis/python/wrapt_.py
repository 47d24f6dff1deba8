"""wrapt: decorators that see the instance they are called on, and objects that stand before another."""

from __future__ import annotations

from typing import Any

from scopelint.apis.registry import Behaviour, Namespace, object_behaves
from scopelint.values.containers import DictValue
from scopelint.values.objects import MISSING, NativeFunction, NativeObject

api = Namespace("wrapt")

WRAPPED = "wrapt.FunctionWrapper"


def _wrap(wrapped: Any, wrapper: Any, instance: Any = None) -> NativeObject:
    return NativeObject(WRAPPED, (wrapped, wrapper, instance))


@api.function
def decorator(call: Any, wrapper: Any = None, enabled: Any = None, adapter: Any = None, proxy: Any = None) -> Any:
    """`wrapper(wrapped, instance, args, kwargs)` becomes a decorator."""
    if wrapper is None:
        return NativeFunction("decorator", lambda call, wrapper: decorator(call, wrapper), "wrapt.decorator.partial")
    return NativeFunction("decorator", lambda call, wrapped: _wrap(wrapped, wrapper), "wrapt.decorator.made")


@api.function(name="FunctionWrapper")
def function_wrapper(call: Any, wrapped: Any, wrapper: Any, enabled: Any = None) -> Any:
    return _wrap(wrapped, wrapper)


@api.function(name="ObjectProxy")
def object_proxy(call: Any, wrapped: Any) -> Any:
    return wrapped


@object_behaves(WRAPPED)
class FunctionWrapper(Behaviour):
    """Calls the wrapper with what it wraps; read through an instance, both are bound to it."""

    python_class = "types.FunctionType"

    def getattr(self, call: Any, value: Any, name: str) -> Any:
        if name in value.attrs:
            return value.attrs[name]
        wrapped = value.payload[0]
        return wrapped if name == "__wrapped__" else call.getattr(wrapped, name, MISSING)

    def invoke(self, call: Any, value: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        wrapped, wrapper, instance = value.payload
        if instance is None:
            instance = call.getattr(wrapped, "__self__", None)
        return call.engine.invoke(wrapper, (wrapped, instance, args, DictValue(dict(kwargs))), {})

    def bind(self, call: Any, value: Any, receiver: Any, cls: Any) -> Any:
        if receiver is None:
            return value
        wrapped, wrapper, _ = value.payload
        return _wrap(call.engine.bind_attribute(wrapped, receiver, cls), wrapper, receiver)
