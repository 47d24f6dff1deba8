"""Context managers of TensorFlow's: how a summary makes one, and one that does nothing."""

from __future__ import annotations

from typing import Any

from scopelint.apis.registry import Namespace
from scopelint.values.objects import InstanceValue

# What a `@contextmanager` of TF's gives: entered once, and a decorator too.
context = Namespace("scopelint").type("context")


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


def no_scope(value: Any = None) -> InstanceValue:
    return as_context(NoScope(value))
