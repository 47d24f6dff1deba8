"""Of which events a rule needs one to find something: found by asking it about a run in which nothing happened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scopelint.graph.events import Event, Noted
from scopelint.graph.outcome import Outcome
from scopelint.rules.base import E, Record, Rule

_BESIDES = ("outcome", "events", "checkpoints")


def reads(rule: Rule) -> tuple[str, ...] | None:
    """The kinds of events, a Noted with its own kind; None where it reads what is no event.

    A run without any of these looks to the rule like the empty one, of which it finds nothing.
    """
    record = _Empty()
    found = list(rule.check(record))
    return None if found or record.besides else tuple(sorted(record.asked))


class _Empty(Record):
    """The record of an empty run. It notes what it is asked for."""

    def __init__(self) -> None:
        self.asked: set[str] = set()
        super().__init__(Outcome("", "", ()))
        self.besides = False

    def __getattribute__(self, name: str) -> Any:  # noqa: ANN401
        if name in _BESIDES:
            self.besides = True
        return super().__getattribute__(name)

    def of(self, kind: type[E], /, **wanted: object) -> Iterator[E]:
        own = wanted.get("kind")
        self.asked.add(f"Noted {own}" if kind is Noted and own else kind.__name__)
        return iter(())

    def has(self, kind: type[Event]) -> bool:
        self.asked.add(kind.__name__)
        return False
