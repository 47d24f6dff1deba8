"""wrapt: decorators that are told whether they wrap a function or a method."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.stdlib.functools import copy_metadata
from scopelint.apis.registry import Behaviour, Namespace, object_behaves
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue
from scopelint.values.objects import MISSING, BoundMethod, ClassMethod, ClassValue, NativeFunction, NativeObject

api = Namespace("wrapt")

FUNCTION = "wrapt.FunctionWrapper"


def wrapped_by(call: Call, wrapper: AnyValue, wrapped: AnyValue, adapter: AnyValue = None) -> Any:
    if isinstance(wrapped, Unknown):
        return wrapped
    made = NativeObject(FUNCTION, (wrapped, wrapper, None))
    copy_metadata(call, made, wrapped)
    made.attrs["__wrapped__"] = wrapped if adapter is None else adapter
    return made


@api.function
def decorator(
    call: Call, wrapper: AnyValue = None, enabled: AnyValue = None, adapter: AnyValue = None, proxy: AnyValue = None
) -> Any:
    def decorate(call: Call, wrapper: AnyValue) -> Any:
        return NativeFunction(
            "decorator", lambda call, wrapped: wrapped_by(call, wrapper, wrapped, adapter), static=True
        )

    return NativeFunction("decorator", decorate, static=True) if wrapper is None else decorate(call, wrapper)


@api.function
def FunctionWrapper(call: Call, wrapped: AnyValue, wrapper: AnyValue, enabled: AnyValue = None) -> Any:
    return wrapped_by(call, wrapper, wrapped)


@api.function
def ObjectProxy(call: Call, wrapped: AnyValue) -> Any:
    return wrapped


@object_behaves(FUNCTION)
class WrapperBehaviour(Behaviour):
    python_class = "types.FunctionType"

    def getattr(self, call: Call, value: Any, name: str) -> Any:
        if name == "__call__":
            return value
        found = value.attrs.get(name, MISSING)
        return call.getattr(value.payload[0], name, MISSING) if found is MISSING else found

    def invoke(self, call: Call, value: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        wrapped, wrapper, instance = value.payload
        return call.invoke(wrapper, wrapped, instance, args, DictValue(dict(kwargs)))

    def bind(self, call: Call, value: Any, receiver: Any, cls: Any) -> Any:
        wrapped, wrapper, _ = value.payload
        if receiver is None and not isinstance(wrapped, ClassMethod):
            return value
        inner = (
            BoundMethod(wrapped.function, cls)
            if isinstance(wrapped, ClassMethod)
            else (
                call.engine.bind_attribute(wrapped, receiver, cls) if not isinstance(wrapped, ClassValue) else wrapped
            )
        )
        return NativeObject(FUNCTION, (inner, wrapper, receiver), dict(value.attrs))
