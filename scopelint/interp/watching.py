"""What some statements of a program change, told so that it can be compared with what others would change.

A run that goes over them leaves the same behind as another one did, or not: all that a run keeps is on the trail
(values/trail.py), or an attribute of the few objects that hold its state. Each place that changed is told with what is
there now; a value that cannot be told in full is equal to no other.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count
from typing import Any

from scopelint.graph.collected import Collection
from scopelint.graph.events import Event
from scopelint.graph.names import Graph
from scopelint.graph.state import EventLog
from scopelint.graph.undo_dict import UndoDict
from scopelint.tuples import NamedTuple
from scopelint.values.objects import Attributed
from scopelint.values.tensors import NOT_CONSTANT, DType, Tensor
from scopelint.values.text import holes
from scopelint.values.trail import TRAIL, Mutable

Place = tuple[Any, ...]
"""What changed: ("name", "local" or "module", its name), ("names", number of the graph, key), ..."""

_PLAIN = (int, str, bytes, bool, float, type(None))

_OF_THE_RUN = frozenset({
    "again", "bodies", "bottoms", "ceiling", "charged", "codes", "deadline", "shelf", "sizes", "steps", "turns",
})  # fmt: skip
"""Attributes of a run that say how far it came, or what it has read: no program hangs on them."""

_DEEP = 8

_UNTOLD = count()


class Effect(NamedTuple):
    """`first`, `last`: how many events there were before and behind; `turn`: of the run, behind; `events`: those of the
    statements themselves."""

    first: int
    last: int
    turn: int
    changes: dict[Place, Any]
    events: tuple[Event, ...]


class Watch:
    """Begun before the statements; `effect` behind them."""

    def __init__(self, run: Any) -> None:
        self._run = run
        self._frame, self._depth, self._handling = run.frame, run.depth, len(run.frame.handling)
        self._state = dict(_attributes(run))
        self._events = run.state.events.items[:]
        self._trail = TRAIL.assumed.copy(), TRAIL.asked, TRAIL.answers.copy()
        self._former = TRAIL.watch()

    @property
    def frame(self) -> Any:
        return self._frame

    def leave(self) -> None:
        """Nothing is asked of it any more."""
        TRAIL.told(self._former)

    def effect(self) -> Effect | None:
        """None where it cannot be told. The run may go on."""
        run = self._run
        changed = TRAIL.told(self._former)
        items = run.state.events.items
        first = len(self._events)
        if (
            run.frame is not self._frame
            or run.depth != self._depth
            or len(run.frame.handling) != self._handling
            or (TRAIL.assumed, TRAIL.asked, TRAIL.answers) != self._trail
            or len(items) < first
            or any(a is not b for a, b in zip(self._events, items, strict=False))
        ):
            return None
        changes: dict[Place, Any] = {}
        for thing, before in changed:
            self._tell(thing, before, changes)
        now = dict(_attributes(run))
        for place in {**self._state, **now}:
            _compare(place, self._state.get(place), now.get(place), changes)
        return Effect(first, len(items), run.turns[0], changes, tuple(items[first:]))

    def _tell(self, thing: Mutable, before: Any, changes: dict[Place, Any]) -> None:
        run = self._run
        if isinstance(thing, EventLog):
            return
        if isinstance(thing, UndoDict):
            kind = next((kind for kind, held in _dicts(run) if held is thing), None)
            if kind is not None:
                for key, value in thing.after(before).items():
                    changes[(*kind, key)] = told(value)
                return
        if isinstance(thing, Attributed):
            attrs = thing.attrs
            main = run.modules.loaded.get("__main__")
            where = "local" if attrs is self._frame.attrs else ""
            if main is not None and attrs is main.attrs:
                where = "module"
            if where:
                for key in {**before, **attrs}:
                    if not (key in before and key in attrs and before[key] is attrs[key]):
                        changes["name", where, key] = told(attrs[key]) if key in attrs else ("gone",)
                return
        after = thing.save()
        if _same(before, after):
            return
        if isinstance(thing, Collection):
            held = [(graph.index, name) for graph in run.state.graphs
                    for name, each in dict.items(graph.collections.items) if each is thing]  # fmt: skip
            for graph, name in held:
                changes["collection", graph, told(name)] = told(tuple(thing.items)), told(tuple(thing.unsure))
            if held:
                return
        if isinstance(thing, Tensor):
            changes["shape", getattr(thing.graph, "index", -1), thing.tf_name] = told(after)
            return
        changes["thing", len(changes)] = told(thing)


def _dicts(run: Any) -> Iterator[tuple[tuple[Any, ...], UndoDict]]:
    """The dicts of each graph that forks can take back."""
    for graph in run.state.graphs:
        for kind, held in (
            ("names", graph.names_in_use),
            ("ops", graph.ops),
            ("collections", graph.collections),
            ("layers", graph.layer_names),
            ("doubtful names", graph.doubtful_names),
            ("doubtful scopes", graph.doubtful_scopes),
            ("variables", graph.store.vars),
            ("partitioned", graph.store.partitioned),
        ):
            yield (kind, graph.index), held
        for number, part in enumerate(graph.scopes.counts.parts()):
            if isinstance(part, UndoDict):
                yield ("counts", graph.index, number), part


def _attributes(run: Any) -> Iterator[tuple[Place, Any]]:
    """All that the objects hold which a run's state consists of, containers as they are now."""
    owners: list[tuple[Any, Any]] = [("run", run), ("modules", run.modules), ("state", run.state), ("call", run.call)]
    for graph in run.state.graphs:
        index = graph.index
        owners += [
            (("graph", index), graph),
            (("store", index), graph.store),
            (("scopes", index), graph.scopes),
            (("counts", index), graph.scopes.counts),
            (("in part", index, 0), graph._in_part),
            (("in part", index, 1), graph.store._in_part),
            (("in part", index, 2), graph.scopes.in_part),
        ]
    yield ("text", "holes"), holes()
    for name, owner in owners:
        for attribute in _names(owner):
            if name in ("run", "state") and attribute in _OF_THE_RUN:
                continue
            value = getattr(owner, attribute, None)
            kind = type(value)
            if isinstance(value, dict):
                value = dict.copy(value)
            elif isinstance(value, (list, set)) and kind in (list, set):
                value = value.copy()
            yield (name, attribute), value


def _names(owner: Any) -> list[str]:
    names = list(vars(owner)) if hasattr(owner, "__dict__") else []
    for kind in type(owner).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        names += [slots] if isinstance(slots, str) else slots
    return [name for name in names if name not in ("epoch", "__dict__", "__weakref__")]


def _compare(place: Place, before: Any, after: Any, changes: dict[Place, Any]) -> None:
    if _same(before, after):
        return
    if type(before) is dict and type(after) is dict:
        for key in {**before, **after}:
            if not (key in before and key in after and _same(before[key], after[key])):
                changes[(*place, key)] = told(after[key]) if key in after else ("gone",)
    elif type(before) is set and type(after) is set and all(isinstance(each, _PLAIN) for each in before ^ after):
        for each in before ^ after:
            changes[(*place, each)] = each in after
    else:
        changes[place] = told(after)


def _same(one: Any, two: Any) -> bool:
    """Are they the same, without asking a value of the program whether it is?"""
    if one is two:
        return True
    kind = type(one)
    if kind is not type(two):
        return False
    if kind in _PLAIN:
        return bool(one == two)
    if kind is dict:
        return len(one) == len(two) and all(key in two and one[key] is two[key] for key in one)
    if kind is set:
        return bool(one == two)
    if isinstance(one, (tuple, list)):
        return len(one) == len(two) and all(_same(a, b) for a, b in zip(one, two, strict=True))
    return False


def told(value: Any, deep: int = 0) -> Any:
    """A value as plain data, equal to that of another run where the two are one; else equal to nothing. What a program
    can change, a list for one, is told by no content: two names may be of one list."""
    kind = type(value)
    if kind in _PLAIN:
        return kind.__name__, repr(value) if kind is float else value
    if deep < _DEEP:
        if kind is tuple:
            return ("tuple", *(told(each, deep + 1) for each in value))
        if kind is DType:
            return "dtype", value.name
        if kind is Graph:
            return "graph", value.index
        if kind is Tensor:
            const = ("none",) if value.const is NOT_CONSTANT else told(value.const, deep + 1)
            return (
                "tensor", value.op_name, value.index, value.op_type, told(value.shape, deep + 1),
                told(value.dtype, deep + 1), told(value.graph, deep + 1), value.deps, const,
            )  # fmt: skip
        if kind is Collection and value.rest is None:
            return "collection", told(tuple(value.items), deep + 1), told(tuple(value.unsure), deep + 1)
    return "untold", os.getpid(), next(_UNTOLD)
