"""Context managers of TensorFlow's: how a summary makes one, and one that does nothing."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.values.base import AnyValue
from scopelint.values.objects import InstanceValue, NativeFunction
from scopelint.values.text import from_template

# What a `@contextmanager` of TF's gives: entered once, and a decorator too.
context = Namespace("scopelint").type("context")


def enter_payload(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    entered = args[0].payload.enter()
    return from_template(entered) if isinstance(entered, str) else entered


def exit_payload(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    args[0].payload.exit()
    return None


context.method(enter_payload, name="__enter__", raw=True)
context.method(exit_payload, name="__exit__", raw=True)


@context.method(name="__call__", raw=True)
def decorate(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: tf_contextlib.contextmanager: used as a decorator, the context is made anew for each call."""
    self, function = args[0], args[1]
    remake = self.attrs.get("remake")

    def run(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        opened = remake() if remake is not None else self.payload
        opened.enter()
        try:
            return call.engine.invoke(function, args, kwargs)
        finally:
            opened.exit()

    return NativeFunction("wrapped", run, raw=True)


def as_context(payload: Any, remake: Any = None) -> InstanceValue:
    """An object of the graph layer with `enter` and `exit` as a context manager of the program's."""
    attrs = {"remake": remake} if remake is not None else {}
    return InstanceValue(context.cls, attrs, payload)


class NoScope:
    """A context that does nothing to names: devices, control dependencies."""

    __slots__ = ("value",)

    def __init__(self, value: Any = None) -> None:
        self.value = value

    def enter(self) -> Any:
        return self.value

    def exit(self) -> None:
        pass


def no_scope(value: AnyValue = None) -> InstanceValue:
    return as_context(NoScope(value))
