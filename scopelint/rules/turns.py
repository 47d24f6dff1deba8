"""Turns of loops that run a session and go on building."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from scopelint.graph.conditions import is_assumption
from scopelint.graph.events import Event, Noted, SessionRun, VariableMade
from scopelint.rules.base import Finding, Record
from scopelint.site import CallSite
from scopelint.tuples import NamedTuple

E = TypeVar("E", bound=Event)


class Turns(NamedTuple):
    """One loop. `depth`: of the calls around it. `symbolic`: is the number of its turns not known? The engine then ran
    two, under conditions of their own; of others it tells the first few."""

    depth: int
    symbolic: bool
    turns: list[list[Event]]

    def repeated(self, kind: type[E], times: int) -> Iterator[tuple[E, E]]:
        """What so many turns made at one place of one graph: in the first of them, and in the last of so many."""
        before: dict[object, list[E]] = {}
        for turn in self.turns:
            seen: set[object] = set()
            for event in turn:
                if isinstance(event, kind):
                    key = (event.graph, event.calls or event.site)
                    made = before.setdefault(key, [])
                    if key not in seen:
                        seen.add(key)
                        made.append(event)
                        if len(made) == times:
                            yield made[0], event

    def makes_variables(self) -> bool:
        return any(self.repeated(VariableMade, 2))

    def statement(self, event: Event) -> CallSite:
        """The step of the event's calls that stands in the loop itself."""
        return event.calls[self.depth - 1] if len(event.calls) >= self.depth else CallSite(event.site, "")


def training_loops(outcome: Record) -> list[Turns]:
    """The loops of which the engine told that a turn ran a session and built something."""
    loops: dict[object, Turns] | None = outcome.notes.get("training_loops")
    if loops is None:
        loops = outcome.notes["training_loops"] = {}
        events = outcome.events if any(outcome.of(Noted, kind="training_turn")) else []
        ends: dict[object, int] = {}
        for at, mark in enumerate(events):
            if isinstance(mark, Noted) and mark.kind == "training_turn":
                number, depth = mark.fact("loop"), len(mark.calls)
                symbolic = bool(mark.fact("symbolic"))
                begin, end = at, ends.get(number, -1)
                around = mark.calls[: depth - 1]
                while begin > end + 1:
                    former = events[begin - 1]
                    inside = (
                        former.when[: len(mark.when)] == mark.when if symbolic else former.calls[: depth - 1] == around
                    )
                    if not inside:
                        break
                    begin -= 1
                turn = list(events[begin:at])
                ends[number] = at
                loop = loops.setdefault(number, Turns(depth, symbolic, []))
                if any(isinstance(each, SessionRun) for each in turn):
                    loop.turns.append(turn)
    return list(loops.values())


def without_loops(outcome: Record, finding: Finding) -> Finding:
    """That a loop comes round at all is no condition of what is said about its turns; nor is which number TF gives a
    name in one."""
    turning = outcome.notes.get("turning")
    if turning is None:
        turning = outcome.notes["turning"] = {
            event.when[-1] for event in outcome.of(Noted, kind="training_turn") if event.when and event.fact("symbolic")
        }
    left = tuple(c for c in finding.when if c not in turning and not is_assumption(c))
    return finding._replace(when=left, certain=not left)
