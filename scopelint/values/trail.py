"""Undo and join: what lets an undecided test run both of its sides on one heap.

Everything that the analysis changes (frames, containers, instances, the graph) is a `Mutable`. While a fork is
under way the first change of each in that fork saves its former state here, so that the fork can be taken back,
and the states that two sides end in can be joined. Outside forks a change costs one comparison.

The trail is the one piece of module state besides registries: each mutable value would else carry a reference
to it, and each place that makes a list would have to be handed it. An analysis therefore owns its process or
runs under `project.check`'s lock.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from scopelint.tuples import NamedTuple

T = TypeVar("T")


class Change(NamedTuple):
    """What one side of a fork did to one thing."""

    thing: Mutable
    epoch: int
    before: Any
    after: Any


class Side(NamedTuple):
    """One side of a fork, taken back: what it gave, what it raised, what it changed."""

    result: Any
    error: BaseException | None
    changes: dict[int, Change]


class Trail:
    """The log of the fork under way.

    `assumed`: what an unknown is taken for, by its identity. `asked` counts the tests of the summary that is being
    replayed, and `answers` has what the earlier of them are answered: a test may be on an Unknown that the replay
    itself computes anew (`name != ""`), so only its turn tells that it is the same.
    """

    __slots__ = ("_log", "_newest", "_watched", "answers", "asked", "assumed", "epoch", "forked")

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forgets all; called when an analysis begins."""
        self.epoch = 0
        self._newest = 0
        self._log: list[tuple[Mutable, int, Any]] | None = None
        # Is a fork under way? A plain attribute, for each change to the graph asks.
        self.forked = False
        self.assumed: dict[int, bool] = {}
        self.asked = 0
        self.answers: dict[int, bool] = {}
        self._watched: dict[int, int] = {}

    def save(self, thing: Mutable) -> None:
        """Logs the state of `thing` before its first change in this epoch."""
        if self._log is not None:
            self._log.append((thing, thing.epoch, thing.save()))
        thing.epoch = self.epoch

    def attempt(self, side: Callable[[], T], catch: type[BaseException] | tuple[type[BaseException], ...]) -> Side:
        """Runs `side` and takes back all that it changed. Exceptions of type `catch` are part of the answer."""
        epoch, log = self.epoch, self._log
        self._newest += 1
        self.epoch = self._newest
        own = self._log = []
        self.forked = True
        result, error = None, None
        try:
            result = side()
        except catch as problem:
            # Its traceback refers to the frame here, and that to it: a circle for each side that raised.
            error = problem.with_traceback(None)
        finally:
            self.epoch, self._log, self.forked = epoch, log, log is not None
            changes: dict[int, Change] = {}
            for thing, former, before in reversed(own):
                changes[id(thing)] = Change(thing, former, before, thing.after(before))
                thing.restore(before)
                thing.epoch = former
        return Side(result, error, changes)

    def watch(self) -> int:
        """From here on the first change of each thing is known; not within a fork. Gives what `told` asks for."""
        assert self._log is None
        former = self.epoch
        self._newest += 1
        self.epoch = self._newest
        self._watched[self.epoch] = former
        self._log = []
        self.forked = True
        return former

    def is_of(self, epoch: int) -> bool:
        """Is the fork under way the one of that epoch? A watch is none of its own."""
        return self._watched.get(epoch, epoch) == self._watched.get(self.epoch, self.epoch)

    def told(self, former: int) -> list[tuple[Mutable, Any]]:
        """What has changed since `watch` gave `former`, with its state before. It stays changed."""
        log = self._log or []
        self.epoch, self._log, self.forked = former, None, False
        return [(thing, before) for thing, _, before in log]

    def keep(self, side: Side) -> None:
        """Makes the changes of one side real."""
        for change in reversed(side.changes.values()):
            change.thing.touch()
            change.thing.restore(change.after)

    def join(self, one: Side, two: Side, join: Callable[[Any, Any], Any]) -> None:
        """Makes the changes of both sides real, each thing ending in the join of its two states."""
        for key in {**one.changes, **two.changes}:
            a, b = one.changes.get(key), two.changes.get(key)
            change = a or b
            assert change is not None
            thing = change.thing
            thing.touch()
            after_a = a.after if a else thing.after(change.before)
            after_b = b.after if b else thing.after(change.before)
            thing.restore(thing.join_states(after_a, after_b, join))


TRAIL = Trail()


class Mutable:
    """Something that changes while the program is interpreted.

    Call `touch()` before each change. `save()` gives a state that `restore` takes back; `after(before)` gives the
    state now, relative to `before` (for logs that only grow, their tail); `join_states` makes one of two.
    """

    __slots__ = ("epoch",)

    def __init__(self) -> None:
        self.epoch = TRAIL.epoch

    def touch(self) -> None:
        if self.epoch != TRAIL.epoch:
            TRAIL.save(self)

    def save(self) -> Any:
        raise NotImplementedError

    def after(self, before: Any) -> Any:
        return self.save()

    def restore(self, state: Any) -> None:
        raise NotImplementedError

    def join_states(self, a: Any, b: Any, join: Callable[[Any, Any], Any]) -> Any:
        raise NotImplementedError
