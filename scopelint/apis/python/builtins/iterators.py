"""How iterators, generators and deques answer Python's operators and their methods."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.builtins.indices import integer
from scopelint.apis.python.builtins.sequences import LIST_METHODS, DequeValue, ListBehaviour, holds, pop_item
from scopelint.apis.python.support import (
    MethodTable,
    derived,
    members,
)
from scopelint.apis.registry import BEHAVIOURS
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import IteratorValue


def _append_left(call: Call, self: ListValue, item: AnyValue) -> None:
    self.touch()
    self.items.insert(0, item)
    if type(self) is DequeValue and self.maxlen is not None and len(self.items) > self.maxlen:
        self.items.pop()


def _rotate(call: Call, self: ListValue, count: AnyValue = 1) -> None:
    steps = integer(call, count)
    self.touch()
    if isinstance(steps, Unknown) or self.rest is not None:
        self.items, self.rest = [], derived(steps, self.rest)
    elif self.items:
        steps %= len(self.items)
        self.items = self.items[-steps:] + self.items[:-steps] if steps else self.items


def _extend_left(call: Call, self: ListValue, iterable: AnyValue) -> None:
    added = members(call, iterable)
    self.touch()
    if isinstance(added, Unknown):
        self.items, self.rest = [], added
    else:
        self.items[:0] = added[::-1]


DEQUE_METHODS: dict[str, Callable[..., Any]] = {
    **LIST_METHODS,
    "appendleft": _append_left,
    "popleft": lambda call, self: pop_item(call, self, 0),
    "rotate": _rotate,
    "extendleft": _extend_left,
}


class IteratorBehaviour(MethodTable):
    """Iterators and generators."""

    def getattr(self, call: Call, value: Any, name: str) -> Any:
        if name in ("__name__", "gi_frame", "gi_code"):
            return value.name
        return super().getattr(call, value, name)

    def contains(self, call: Call, value: AnyValue, member: AnyValue) -> Any:
        found = members(call, value)
        return found.derive("") if isinstance(found, Unknown) else holds(call, found, member)

    def iterate(self, call: Call, value: Any) -> Any:
        return value.members()


def step(call: Call, self: IteratorValue, *default: Any) -> Any:
    """`next(iterator)`."""
    try:
        return self.draw()
    except StopIteration as end:
        if default:
            return default[0]
        call.raise_("StopIteration", end.value)
    except call.engine.UnknownTurns as turns:
        # A generator has ended with this. Whether more would have come is as little known the next time.
        self.rest = self.rest or turns.unknown
        raise


def _send(call: Call, self: IteratorValue, value: AnyValue) -> Any:
    if self.send is None:
        return step(call, self)
    try:
        return self.send(value)
    except StopIteration as end:
        call.raise_("StopIteration", end.value)


def _close(call: Call, self: IteratorValue) -> None:
    # The slot is set by the interpreter for generators alone.
    close = self.close
    self.send = self.close = None
    if close is not None:
        close()
    self.iterator = iter(())


BEHAVIOURS.update(
    {
        DequeValue: ListBehaviour("collections.deque", DEQUE_METHODS),
        IteratorValue: IteratorBehaviour(
            "builtins.generator",
            {
                "__next__": step,
                "next": step,
                "__iter__": lambda call, self: self,
                "send": _send,
                "close": _close,
                "__enter__": lambda call, self: self,
                "__exit__": lambda call, self, *error: None,
            },
        ),
    }
)
