"""Turns of loops that run a session and go on building, where the number of turns is not known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeVar

from scopelint.graph.events import Event, Noted, SessionRun, VariableMade
from scopelint.rules.base import Finding, Record

E = TypeVar("E", bound=Event)


class Turns(NamedTuple):
    """What the first turn of such a loop left, and what a later one."""

    first: list[Event]
    later: list[Event]

    def repeated(self, kind: type[E]) -> Iterator[tuple[E, E]]:
        """What both turns made at one place of one graph: the first of them, and the one of the later turn."""
        before: dict[object, E] = {}
        for event in self.first:
            if isinstance(event, kind):
                before.setdefault((event.graph, event.calls or event.site), event)
        for event in self.later:
            if isinstance(event, kind):
                first = before.get((event.graph, event.calls or event.site))
                if first is not None:
                    yield first, event

    def makes_variables(self) -> bool:
        return any(self.repeated(VariableMade))


def training_loops(outcome: Record) -> list[Turns]:
    """The loops that the engine told of: it ran each twice, under conditions of their own."""
    loops: list[Turns] | None = outcome.notes.get("training_loops")
    if loops is None:
        loops = outcome.notes["training_loops"] = []
        first: list[Event] = []
        events = outcome.events
        for at, event in enumerate(events):
            if isinstance(event, Noted) and event.kind == "training_turn":
                depth = len(event.when)
                begin = at
                while begin and events[begin - 1].when[:depth] == event.when:
                    begin -= 1
                turn = list(events[begin:at])
                if not event.fact("later"):
                    first = turn
                elif any(isinstance(each, SessionRun) for each in turn):
                    loops.append(Turns(first, turn))
    return loops


def without_loops(outcome: Record, finding: Finding) -> Finding:
    """That a loop comes round at all is no condition of what is said about its turns."""
    turning = outcome.notes.get("turning")
    if turning is None:
        turning = outcome.notes["turning"] = {
            event.when[-1] for event in outcome.of(Noted, kind="training_turn") if event.when
        }
    left = tuple(condition for condition in finding.when if condition not in turning)
    return finding._replace(when=left, certain=not left)
