"""The program's exceptions: raised, raised again, caught, and in each other's place."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call, Raised
from scopelint.apis.registry import find
from scopelint.graph.state import GraphState
from scopelint.interp.frame import Frame
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.objects import ClassValue, InstanceValue
from scopelint.values.text import text


class Exceptions:
    """Of the interpreter: what `raise`, `except` and `finally` do, and what the record of a refusal says of it.

    `refusals`: exceptions that TF raised, each with its error. `replaced`: of an exception that a handler or a
    `finally` raised, the one that was under way; whoever catches it has caught both. `caught`: exceptions that were
    caught, and where they had been raised. All are by identity, with the exception itself, so that it stays alive.
    """

    call: Call
    state: GraphState
    invoke: Any
    where: Any
    refusals: dict[int, Any]
    replaced: dict[int, tuple[Any, Any]]
    caught: dict[int, tuple[Any, Any]]

    def raise_value(self, value: AnyValue) -> Any:
        if isinstance(value, ClassValue):
            value = self.invoke(value, (), {})
        if isinstance(value, Unknown):
            value = InstanceValue(find("builtins.Exception"), {"args": (value,)})
        raise self._raised_before(value) or Raised(value, self.where())

    def refuse_with(self, value: AnyValue) -> Any:
        """As `raise_value`, where the line that raises restates one of TF's: it is TF that refuses."""
        if isinstance(value, ClassValue):
            value = self.invoke(value, (), {})
        if not isinstance(value, InstanceValue):
            return self.raise_value(value)
        said = value.attrs.get("args")
        message = str(text([said[0]])) if isinstance(said, tuple) and len(said) == 1 else ""
        return self.call.raise_(value.cls.name, message, "argument")

    def raise_again(self, frame: Frame) -> Any:
        there: Any = frame
        while there is not None:
            if there.handling:
                raise self._raised_before(there.handling[-1]) or Raised(there.handling[-1], self.where())
            there = there.caller
        self.call.raise_("RuntimeError", "No active exception to reraise")

    def _raised_before(self, value: AnyValue) -> Raised | None:
        """An exception that was caught, raised once more: it stands where it was raised first."""
        _, place = self.caught.get(id(value), (None, None))
        if place is None:
            return None
        self.mark_caught(value, False)
        return Raised(value, place)

    def find_handler(self, frame: Frame, handlers: list[Any], problem: Raised) -> Any:
        """The first handler whose class the exception is of."""
        for kind, put, execute in handlers:
            if kind is None or self._catches(kind(frame), problem.value):
                self.caught[id(problem.value)] = (problem.value, problem.place)
                self.mark_caught(problem.value)
                return put, execute
        return None

    def not_handled(self, first: AnyValue, later: AnyValue) -> None:
        """What handled the first exception, or came after it, raised the later one: where nobody catches that, the
        first is what went wrong, unless TF refused a second time, or the program ends itself."""
        if later is not first:
            self.replaced[id(later)] = (later, first)
            ends = isinstance(later, InstanceValue) and later.cls.derives_from("builtins.SystemExit")
            self.mark_caught(first, ends or id(later) in self.refusals)

    def mark_caught(self, value: AnyValue, caught: bool = True) -> None:
        """The program caught an exception: where TF raised it, the record says so."""
        refusal = self.refusals.get(id(value))
        if refusal is not None:
            self.state.mark_caught(refusal[1], caught)
        _, former = self.replaced.get(id(value), (None, None))
        if former is not None:
            self.mark_caught(former, caught)

    def _catches(self, kind: AnyValue, value: AnyValue) -> bool:
        if isinstance(kind, tuple):
            return any(self._catches(k, value) for k in kind)
        if isinstance(kind, ClassValue):
            return isinstance(value, InstanceValue) and value.cls.derives_from(kind)
        return isinstance(kind, Unknown)
