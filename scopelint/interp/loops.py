"""Turns of loops: how many are gone through, what is told of them, and what a later one could tell."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from scopelint import limits
from scopelint.graph.events import NotKnown, OpMade, SessionRun, VariableMade, VariableRefused, VariableReused
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.tensors import Tensor, Variable
from scopelint.values.trail import Side

if TYPE_CHECKING:
    from scopelint.interp.engine import Interpreter


class Loop:
    """The turns of one loop: what rules are told of a training loop, when to stop one, and when to give up."""

    __slots__ = ("drawn", "forked", "number", "rest", "run", "seen", "turns", "undecided", "window")

    def __init__(self, run: Any, drawn: bool = False) -> None:
        """`drawn`: of a generator, whose turns are as many as others ask for; between them sessions may be run."""
        self.run = run
        self.drawn = drawn
        self.number = next(NUMBERS)
        self.turns = 0
        self.undecided = 0
        self.forked = run.forked
        self.seen = self.window = len(run.state.events.items)

    def goes_on(self, member: AnyValue = None) -> bool:
        """Called at the end of each turn, with what it was for. Where it says no, the loop was given up: how many turns
        it has left, and what they are for, is not known (`rest`)."""
        self.turns += 1
        self.run.tick()
        if self.run.forked != self.forked:
            self.forked = self.run.forked
            self.undecided += 1
            if self.undecided > limits.UNDECIDED_TURNS:
                return self._give_up(f"a loop of more than {limits.UNDECIDED_TURNS} turns that are not decided")
        if self.turns >= limits.LOOP_TURNS:
            return self._give_up(f"a loop of more than {limits.LOOP_TURNS} turns")
        items = self.run.state.events.items
        if len(items) != self.seen:
            if self.turns <= _TURNS_TOLD and not is_of_graph(member) and is_training(items[self.seen :]):
                self.run.call.note("training_turn", loop=self.number, turn=self.turns)
            self.seen = len(items)
        if self.turns % limits.QUIET_TURNS_WITH_RUN == 0 and not self.drawn:
            new = items[self.window :]
            self.window = len(items)
            if not any(isinstance(event, SessionRun) for event in new):
                return True
            if all(isinstance(event, SessionRun) for event in new):
                self.rest = Unknown("a later turn of a training loop")
                return False
            names = any(isinstance(event, VariableMade) for event in new)
            if self.turns >= limits.TRAINING_TURNS * (10 if names else 1):
                reason = f"a training loop of more than {self.turns} turns"
                return self._give_up(reason)
        return True

    def _give_up(self, why: str) -> bool:
        self.rest = Unknown(why, site=self.run.where()[0])
        # The turn that stands for those that are left tells what they make.
        self.run.state.emit(NotKnown, reason=why, may_make=False)
        return False


NUMBERS = itertools.count(1)
"""Tells loops apart."""
_TURNS_TOLD = 4


def is_of_graph(member: AnyValue) -> bool:
    """`for v in tf.global_variables(): session.run(v.assign(...))` comes to an end with the graph's own parts."""
    parts = member if isinstance(member, tuple) else (member,)
    return any(isinstance(part, (Tensor, Variable)) for part in parts)


def is_training(events: list[Any], label: str = "") -> bool:
    """Does this turn run a session and go on building? One that asks for a variable by the loop's own index, to load
    it from a file for instance, does so for that variable, as a loop over the variables themselves."""
    hole = "{" + label
    if label and any(isinstance(event, (VariableMade, VariableReused)) and hole in event.name for event in events):
        return False
    return any(isinstance(event, SessionRun) for event in events) and any(
        isinstance(event, (OpMade, VariableMade)) for event in events
    )


def all_by_index(run: Interpreter, side: Side, label: str) -> bool:
    """Does each variable that a turn asked for bear the loop's index in its name? Then a later turn tells nothing
    more: its names are of the same templates, and it can meet none of the first's."""
    change = side.changes.get(id(run.state.events))
    if not label or change is None:
        return change is None
    hole = "{" + label
    return all(
        hole in event.name
        for event in change.after
        if isinstance(event, (VariableMade, VariableReused, VariableRefused))
    )
