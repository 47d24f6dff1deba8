"""Where a program stands among the replicas of a distribution strategy, and how a function is run once in each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from scopelint.apis.call import Call, Raised
from scopelint.apis.tf.framework.bare_op import make
from scopelint.graph.scopes import get_variable_scope, variable_scope
from scopelint.graph.store import creators
from scopelint.graph.threads import OtherThread
from scopelint.values.base import AnyValue
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import DTYPES, Variable
from scopelint.values.trail import TRAIL

if TYPE_CHECKING:
    from scopelint.graph.names import Graph
    from scopelint.graph.state import GraphState

COPIES = "<replicas>"
"""The key under which a graph keeps the copies of variables, which TF lists nowhere."""
MIRRORED = "<mirrored>"
"""And the variables that have them, if only as many as there are other devices: none."""
_PLACES = "replicas"


class Place:
    """In which strategy's scope the program is, and in which of its replicas: None is across them all."""

    __slots__ = ("graph", "group", "index", "number", "strategy")

    def __init__(
        self,
        strategy: InstanceValue,
        graph: Graph,
        index: int | None = None,
        group: Group | None = None,
        number: AnyValue = 0,
    ) -> None:
        self.strategy = strategy
        self.graph = graph
        self.index = index
        self.group = group
        self.number = number


class Group:
    """Replicas that run one function, each in a thread of its own, and meet wherever they are merged.

    They run here one after the other: what the first one's merges give is kept for the others. `stop`: the merge
    before which the first one ends, because another never gets as far.
    """

    __slots__ = ("made", "results", "running", "stop", "turns")

    def __init__(self, count: int, stop: int | None) -> None:
        self.stop = stop
        self.results: list[Any] = []
        self.turns = [0] * count
        self.running: tuple[OtherThread, Shared] | None = None
        self.made: dict[str, list[Any]] = {}


def place(state: GraphState) -> Place | None:
    """Where the program stands in the default graph; None outside of all strategies."""
    held = state.shelf.get(_PLACES)
    if held is None or not held.items:
        return None
    found = next((each for each in reversed(held.items) if each.graph is state.default), None)
    return found if found is None or found.strategy is not None else None


@contextmanager
def at(state: GraphState, where: Place) -> Iterator[None]:
    enter(state, where)
    try:
        yield
    finally:
        leave(state, where)


def enter(state: GraphState, where: Place) -> None:
    held = state.stack(_PLACES)
    held.touch()
    held.items.append(where)


def leave(state: GraphState, where: Place) -> None:
    held = state.stack(_PLACES)
    if where in held.items:
        held.touch()
        held.items.remove(where)


@contextmanager
def outside(state: GraphState) -> Iterator[None]:
    """As if no strategy were in force."""
    with at(state, Place(None, state.default)):  # type: ignore[arg-type]
        yield


def component(state: GraphState, variable: Any) -> Any:
    """TF: DistributedValues.get. What a variable is in the replica that is running."""
    where = place(state)
    if where is None or not where.index or not isinstance(variable, Variable):
        return variable
    name = f"{variable.name}/replica_{where.index}"
    return next((each for each in variable.graph.get_collection(COPIES) if each.name == name), variable)


# A function in each replica


_NUMBERED = re.compile(r"_\d(/|$)")


class Shared:
    """TF: shared_variable_creator.make_fn. The first replica makes the variables; another takes them in their order,
    each by its name without the numbers that made it unique."""

    def __init__(self, call: Call, group: Group, index: int) -> None:
        self.call = call
        self.graph = call.graph
        self.group = group
        self.index = index
        self.taken: dict[str, int] = {}

    def __call__(self, following: Any, initial_value: Any, **given: Any) -> Any:
        name = given.get("name")
        canonical = _NUMBERED.sub(r"\1", str(name)) if name is not None else "Variable"
        listed = self.group.made.setdefault(canonical, [])
        if not self.index:
            made = following(initial_value, **given)
            listed.append(made)
            return made
        turn = self.taken.get(canonical, 0)
        if turn >= len(listed):
            message = f"Tried to create variable {name} with mismatching name on device {self.index}"
            self.call.raise_("RuntimeError", message, kind="argument")
        self.taken[canonical] = turn + 1
        return listed[turn]


def each(call: Call, strategy: InstanceValue, count: int, work: Callable[[int], Any]) -> Any:
    """TF: mirrored_strategy._call_for_each_replica. Gives what the first replica does.

    In TF the replicas take turns: each runs to the next merge, and then it is done for all. So what one raises before
    a merge leaves undone what the first one did after it.
    """
    engine: Any = call.engine
    frame, depth = engine.frame, engine.depth

    def attempt(stop: int | None) -> tuple[Any, Group]:
        group = Group(count, stop)

        def run() -> Any:
            first, *_ = [_in_replica(call, strategy, group, index, work) for index in range(count)]
            return first

        side = TRAIL.attempt(run, Raised)
        engine.frame, engine.depth = frame, depth
        return side, group

    side, group = attempt(None)
    if side.error is not None and group.turns[-1] < group.turns[0]:
        reached = next((turns for turns in group.turns[1:] if turns < group.turns[0]), 0)
        side, group = attempt(reached)
    TRAIL.keep(side)
    if side.error is not None:
        raise side.error
    return side.result


def _in_replica(call: Call, strategy: InstanceValue, group: Group, index: int, work: Callable[[int], Any]) -> Any:
    """TF: _MirroredReplicaThread.run."""
    engine: Any = call.engine
    state, graph = call.state, call.graph
    names, scope = graph.get_name_scope(), get_variable_scope(state)
    names = names + "/" if names else ""
    if index:
        names += f"replica_{index}/"
    thread, shared = OtherThread(state), Shared(call, group, index)
    former, group.running = group.running, (thread, shared)
    thread.enter()
    try:
        state.push_graph(graph)
        number = make(call, "Const", "Const", (), DTYPES["int32"], const=index)
        where = Place(strategy, graph, index, group, number)
        with at(state, where), graph.name_scope(names), variable_scope(state, scope, reuse=index > 0):
            _push(state, shared)
            try:
                return work(index)
            except engine.ThreadLeft:
                if group.stop is None:
                    raise
                return None
            finally:
                _pull(state, shared)
    finally:
        group.running = former
        thread.exit()


def merge(call: Call, work: Callable[[], Any]) -> Any:
    """TF: ReplicaContext.merge_call: done once across all replicas, in the scopes of the first."""
    state, graph = call.state, call.graph
    where = place(state)
    if where is None or where.index is None:
        return work()
    across, group = Place(where.strategy, graph), where.group
    if group is None:
        with at(state, across):
            return work()
    turn = group.turns[where.index]
    if where.index:
        group.turns[where.index] += 1
        return group.results[turn] if turn < len(group.results) else call.unknown("what replicas are merged to")
    if turn == group.stop:
        raise call.engine.ThreadLeft
    group.turns[0] += 1
    assert group.running is not None
    thread, shared = group.running
    names, scope = graph.get_name_scope(), get_variable_scope(state)
    _pull(state, shared)
    thread.exit()
    try:
        with at(state, across), graph.name_scope(names + "/" if names else ""), variable_scope(state, scope):
            result = work()
    finally:
        thread.enter()
        _push(state, shared)
    group.results.append(result)
    return result


def _push(state: GraphState, creator: Any) -> None:
    held = creators(state)
    held.touch()
    held.items.append(creator)


def _pull(state: GraphState, creator: Any) -> None:
    held = creators(state)
    if creator in held.items:
        held.touch()
        held.items.remove(creator)
