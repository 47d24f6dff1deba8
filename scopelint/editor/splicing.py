"""A run told from the one before it: where what is typed changes nothing that the rest of the program looks at, the
rest did what it did.

The statements that differ are run, as they were and as they are, from the same state. What they leave behind is
compared place by place (interp/watching.py). A place in which the two differ is idle where nothing looked at it
afterwards: a name that stands nowhere else in the text, a name of the graph that nothing asked for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from scopelint import limits
from scopelint.digest import digest
from scopelint.editor.moving import Moving, Unmoved
from scopelint.frozen import replace
from scopelint.graph.events import (
    Event,
    NotKnown,
    ProgramRaised,
    Refused,
    RestoreSite,
    VariableMade,
    VariableRefused,
    VariableReused,
)
from scopelint.graph.outcome import Outcome
from scopelint.graph.undo_dict import Looked
from scopelint.interp.changed import Changed, mentioned
from scopelint.interp.entry import makes_something
from scopelint.interp.modes import deciding
from scopelint.interp.stops import has_main_test
from scopelint.interp.watching import Effect, Place
from scopelint.syntax.differences import Change
from scopelint.syntax.source import Source

if TYPE_CHECKING:
    from scopelint.interp.engine import Interpreter

_LOOKED_AT_LATER = (VariableMade, VariableReused, VariableRefused, Refused, ProgramRaised, RestoreSite)
"""Events that others speak of, or that end a program."""

_AT_BOUNDS = (limits.TOO_LONG, limits.TOO_LARGE)

_BY_NAME = re.compile(
    r"\b(?:locals|globals|vars|dir|eval|exec|execfile|inspect|__dict__|_getframe|modules|import\s+__main__)\b"
)
"""Words of a program that may read a name which stands nowhere in it."""


class Base:
    """The last run of all of the file, and what it looked at."""

    def __init__(self, path: str, run: Interpreter, outcomes: list[Outcome]) -> None:
        self.path = path
        self.source: Source = run.modules.sources[path]
        self.outcome = outcomes[0] if len(outcomes) == 1 else None
        if run.modules.is_run_twice(path) or run.options.draws or run.options.coverage or run.defects:
            self.outcome = None
        if self.outcome is not None and any(each.reason in _AT_BOUNDS for each in self.outcome.unknowns):
            # Another time it may get further.
            self.outcome = None
        self.again: set[int] = run.again
        self._is_main = has_main_test(self.source.tree)
        self._flags, self._sources = dict(run.flags), list(run.modules.sources.values())
        self._looked: dict[Any, Looked] = {}
        for graph in run.state.graphs:
            for kind, held in (
                ("names", graph.names_in_use.items),
                ("ops", graph.ops.items),
                ("tensors", graph.tensors),
                ("inputs", graph.inputs),
                ("_texts", graph._texts),
            ):
                # What it holds goes with the run.
                self._looked[kind, graph.index] = held
        self._moved: tuple[tuple[Any, ...], Moving, list[Event], list[Event]] | None = None

    def spliced(
        self, data: bytes, fresh: Source, change: Change, changed: Changed, former: Effect, now: Effect
    ) -> Outcome | None:
        """The outcome of the text now; None where the rest of the program may do something else."""
        outcome = self.outcome
        if (
            outcome is None
            or former.first != now.first
            or former.last > len(outcome.events)
            or self._is_main != has_main_test(fresh.tree)
            or any(_is_spoken_of(event) for event in (*former.events, *now.events))
        ):
            return None
        for place in {**former.changes, **now.changes}:
            if place in former.changes and place in now.changes and former.changes[place] == now.changes[place]:
                continue
            if not self._is_idle(place, former.turn, fresh, changed):
                return None
        try:
            moving, head, tail = self._around(change, outcome, former.first, former.last)
            events = (*head, *moving.events(now.events), *tail)
        except Unmoved:
            return None
        found = replace(
            outcome,
            events=events,
            read=tuple((name, digest(data) if name == self.path else mark) for name, mark in outcome.read),
            modes=deciding(self._flags, [fresh if each is self.source else each for each in self._sources]),
        )
        return found if self._is_main or makes_something(found) else None

    def _around(
        self, change: Change, outcome: Outcome, first: int, last: int
    ) -> tuple[Moving, list[Event], list[Event]]:
        """The events before and behind, in the lines of the text now; one key after the other asks for the same."""
        known = self._moved
        if known is None or known[0] != (change, first, last):
            moving = Moving(self.path, self.source.tree, change)
            head, tail = moving.events(outcome.events[:first]), moving.events(outcome.events[last:])
            known = self._moved = (change, first, last), moving, head, tail
        return known[1:]

    def _is_idle(self, place: Place, turn: int, fresh: Source, changed: Changed) -> bool:
        kind = place[0]
        if kind == "name":
            _, where, name = place
            if where == "local" and changed.function[1]:
                first, last = changed.function
            else:
                first, last = 1, len(fresh.lines)
            begin, end = changed.now.begin, changed.now.last
            around = fresh.lines[first - 1 : last]
            if end:
                around = [*fresh.lines[first - 1 : begin - 1], *fresh.lines[end:last]]
            return not mentioned(name, around) and not any(_BY_NAME.search(line) for line in fresh.lines)
        if kind in ("names", "ops"):
            looked = self._looked.get(place[:2])
            return isinstance(looked, Looked) and looked.when(place[2]) < turn
        if isinstance(kind, tuple) and kind[0] == "graph" and len(place) == 3:
            looked = self._looked.get((place[1], kind[1]))
            return isinstance(looked, Looked) and looked.when(place[2]) < turn
        return False


def _is_spoken_of(event: Event) -> bool:
    return isinstance(event, _LOOKED_AT_LATER) or (isinstance(event, NotKnown) and event.may_make)


def in_lines_now(path: str, source: Source, change: Change, outcomes: list[Outcome]) -> list[Outcome]:
    """The outcomes of a run that went on with a text of more or fewer lines. Raises Unmoved."""
    moving = Moving(path, source.tree, change)
    return [replace(each, events=tuple(moving.events(each.events))) for each in outcomes]
