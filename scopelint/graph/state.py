"""GraphState: all of TF's process state for one run, and the log of what the run did."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from scopelint.frozen import replace
from scopelint.graph import refusals
from scopelint.graph.conditions import When, added, assumption, common
from scopelint.graph.events import Event, NotKnown, ProgramRaised, Refused, VariableMade, VariableRefused
from scopelint.graph.names import Graph
from scopelint.graph.refusals import TFError
from scopelint.graph.releases import DEFAULT, Release
from scopelint.site import Calls, Site
from scopelint.values.base import Cause, Unknown, Why
from scopelint.values.containers import ListValue
from scopelint.values.tensors import Variable, join_shapes
from scopelint.values.text import text
from scopelint.values.trail import Mutable

_BEFORE_ALL = -1

_REFUSALS = (Refused, VariableRefused, ProgramRaised)


class EventLog(Mutable):
    """The events of a run, in order. It only grows; a fork's state is the tail that it added."""

    __slots__ = ("items",)

    def __init__(self) -> None:
        super().__init__()
        self.items: list[Event] = []

    def append(self, event: Event) -> None:
        self.touch()
        self.items.append(event)

    def replace(self, old: Event, new: Event) -> None:
        """Puts a corrected record in an event's place; the newest are looked at first."""
        for at in range(len(self.items) - 1, -1, -1):
            if self.items[at] is old:
                self.items[at] = new
                return

    def save(self) -> Any:
        return len(self.items)

    def after(self, before: int) -> Any:
        return tuple(self.items[before:])

    def restore(self, state: int | tuple[Event, ...]) -> None:
        if isinstance(state, int):
            del self.items[state:]
        else:
            self.items.extend(state)

    def join_states(self, a: tuple[Event, ...], b: tuple[Event, ...], join: Callable[[Any, Any], Any]) -> Any:
        """Both tails. A variable that both made becomes one, under the conditions that are common to both."""
        made = {(e.graph, e.name): at for at, e in enumerate(a) if isinstance(e, VariableMade)}
        joined: list[Any] = list(a)
        for event in b:
            at = made.get((event.graph, event.name)) if isinstance(event, VariableMade) else None
            if at is None or not isinstance(event, VariableMade):
                joined.append(event)
                continue
            first: VariableMade = joined[at]
            second = event
            shape = join_shapes(
                first.shape if first.shape_known else None, second.shape if second.shape_known else None, join
            )
            known = first.shape_known and second.shape_known and (shape is None or isinstance(shape, tuple))
            joined[at] = replace(
                first,
                when=common(first.when, second.when),
                shape=shape if known else None,
                shape_known=known,
                dtype=first.dtype if first.dtype == second.dtype else "",
                trainable=first.trainable if first.trainable == second.trainable else None,
            )
        return tuple(joined)


class GraphState(Mutable):
    """TF's default graph stack, the graphs, and the log. `where` tells what source is running.

    `conditions`: the `when` in force, set by the interpreter while it runs a side of a fork. `user_depth`: 0 while
    user code itself is calling TF, more while TF's own functions are.
    """

    __slots__ = (
        "_early",
        "_next_bit",
        "_stack",
        "_the_default",
        "_two",
        "by",
        "conditions",
        "draws",
        "eager",
        "entered",
        "events",
        "graphs",
        "of_sides_left",
        "plain_sizes",
        "reached_if",
        "record_ops",
        "release",
        "second",
        "shelf",
        "taken",
        "trained_if",
        "turns",
        "use_resource_default",
        "user_depth",
        "where",
    )  # fmt: skip

    def __init__(
        self, where: Callable[[], tuple[Site, Calls]], release: Release = DEFAULT, draws: bool = False
    ) -> None:
        super().__init__()
        self.where = where
        self.graphs: list[Graph] = []
        self._stack: list[Graph] = []
        self._the_default: Graph | None = None
        self.events = EventLog()
        self.conditions: tuple[str, ...] = ()
        # Those of them that hold to the end of a `try`: that nothing was raised in it.
        self.taken: tuple[str, ...] = ()
        # What must hold for the program to have come here, where TF would else have refused something before.
        self.reached_if: When = ()
        # The one of them that says that names known in part are no others', once it is needed.
        self._two = ""
        # Variables that were made on a side which then raised: the graph that goes on has them in no collection.
        self.of_sides_left: list[VariableMade] = []
        self.user_depth = 0
        # On whose behalf TF is asked: "cell" while an RNN cell is called, "shared cell" if it was called before,
        # "average" while a moving average makes its variables; else empty.
        self.by = ""
        self.record_ops = True
        # Is the whole graph asked for, as a picture shows it?
        self.draws = draws
        # Is this a function of a library, whose caller may have made whatever it needs in the implicit graph?
        self.entered = False
        self.release = release
        # TF 2 runs eagerly, does otherwise than TF 1 and makes resource variables until the program says no.
        self.eager = self.second = release.is_second
        self.use_resource_default: Any = release.is_second
        # Does a shape give its sizes as ints and None (TF: v2_tensorshape), or as Dimensions?
        self.plain_sizes = release.is_second
        self._next_bit = 0
        # While an optimizer makes its slots: of which variables it is not known whether it trains them, by index.
        self.trained_if: dict[int, When] = {}
        # What may have made something in the implicit graph before we saw it come into being.
        self._early: tuple[tuple[str, str, Unknown], ...] = ()
        # The number of the run's turn, where it is to be known when a name was asked for last (interp/watching.py).
        self.turns: list[int] | None = None
        # What summaries keep for the run, by their own keys; each is a Mutable, so that forks can take it back.
        self.shelf: dict[str, Any] = {}

    def save(self) -> Any:
        resource = self.use_resource_default
        modes = self.eager, self.second, self.plain_sizes
        return tuple(self.graphs), tuple(self._stack), self._the_default, resource, self._early, modes, self.reached_if

    def restore(self, state: tuple[Any, ...]) -> None:
        implicit = self._the_default
        graphs, stack, self._the_default, self.use_resource_default, self._early, modes, self.reached_if = state
        self.eager, self.second, self.plain_sizes = modes
        self.graphs[:] = graphs
        self._stack[:] = stack
        if self._the_default is None and implicit is not None and implicit.epoch == _BEFORE_ALL:
            self._the_default = implicit
            if implicit not in self.graphs:
                self.graphs.insert(implicit.index, implicit)

    def join_states(self, a: tuple[Any, ...], b: tuple[Any, ...], join: Callable[[Any, Any], Any]) -> Any:
        graphs = a[0] + tuple(g for g in b[0] if g not in a[0])
        resource = a[3] if a[3] == b[3] else join(a[3], b[3])
        early = tuple(dict.fromkeys((*a[4], *b[4])))
        return graphs, a[1], a[2] or b[2], resource, early, max(a[5], b[5]), added(a[6], b[6])

    def settled(self, mark: int = 0) -> tuple[Event, ...]:
        """The events from `mark` on, at the end of a run: each variable's record names the collections that it ended
        in. Programs list variables themselves (`add_to_collection`), and TF lists averaged ones when it averages."""
        found: dict[tuple[int, str], set[str]] = {}
        for graph in self.graphs:
            for name, collection in graph.collections.items.items():
                for item in collection.items:
                    if isinstance(item, Variable):
                        found.setdefault((graph.index, item.name), set()).add(str(text([name])))
        events = self.events.items[mark:]
        left = {id(event) for event in self.of_sides_left}
        for at, event in enumerate(events):
            if isinstance(event, VariableMade) and id(event) not in left:
                names = tuple(sorted(found.get((event.graph, event.name), ())))
                # A list of collections that the program gives may hold the trainable one where `trainable` is False.
                trainable = None if event.trainable is None else "trainable_variables" in names
                if names != event.collections or trainable != event.trainable:
                    events[at] = replace(event, collections=names, trainable=trainable)
        return tuple(events)

    def dismantle(self) -> None:
        """Ends a TF process: drops what refers back to its graphs, so that all is freed at once."""
        for graph in self.graphs:
            graph.dismantle()
        self.graphs.clear()
        self._stack.clear()
        self._the_default = None
        self.shelf.clear()

    # graphs

    @property
    def default(self) -> Graph:
        """TF: get_default_graph. The implicit one exists from the first time that it is asked for."""
        if self._stack:
            return self._stack[-1]
        if self._the_default is None:
            graph = self.new_graph()
            self._the_default = graph
            if self.eager and not self.entered:
                # A library's functions are called by who may have said so.
                self.emit(NotKnown, reason="eager execution is on, which names nothing as a graph does", may_make=True)
            for about, assuming, why in self._early:
                graph.doubt(about, assuming, why)
            # A fork's two sides must find one and the same implicit graph, so it counts as older than any fork.
            for part in graph.parts():
                part.epoch = _BEFORE_ALL
        return self._the_default

    @property
    def runs_eagerly(self) -> bool:
        """TF: context.executing_eagerly: within a graph that is open, none is."""
        return self.eager and not self._stack

    @property
    def implicit(self) -> Graph | None:
        """The implicit default graph, as far as there is one."""
        return self._the_default

    def new_graph(self) -> Graph:
        """TF: Graph.__init__."""
        self.touch()
        graph = Graph(self, len(self.graphs))
        self.graphs.append(graph)
        return graph

    def push_graph(self, graph: Graph) -> None:
        """TF: Graph.as_default, entered."""
        self.touch()
        self._stack.append(graph)

    def pop_graph(self) -> None:
        """TF: Graph.as_default, left."""
        self.touch()
        if self._stack:
            self._stack.pop()

    def reset_default_graph(self) -> None:
        """TF: reset_default_graph."""
        if self._stack:
            raise self.refuse(refusals.reset_nested_graph())
        self.touch()
        self._the_default = None

    def stack(self, name: str) -> ListValue:
        """A stack that the run keeps under this name. It counts as older than any fork, for what a fork puts on it must
        be taken back with the fork, though it was made there."""
        held = self.shelf.get(name)
        if held is None:
            held = self.shelf[name] = ListValue()
            held.epoch = _BEFORE_ALL
        return held

    def next_bit(self) -> int:
        """The number of a new variable. Forks do not take it back, so two branches' variables never share a bit."""
        self._next_bit += 1
        return self._next_bit - 1

    @contextmanager
    def on_behalf(self, by: str) -> Iterator[None]:
        """While TF's own code is asked for something by one of the known: events say so."""
        former, self.by = self.by, by
        try:
            yield
        finally:
            self.by = former

    # the log

    def site(self) -> Site:
        return self.where()[0]

    def emit(self, event_class: type[Event], /, **fields: Any) -> Event:
        """Records an event of this kind, now and here; what came to its end elsewhere has a `place`. What is not known
        to be made `elsewhere`, in a scope of its own, has nothing to do with what TF numbers from here on."""
        site, calls = fields.pop("place", None) or self.where()
        graph = fields.pop("graph", None)
        if graph is None:
            # Telling of something must not bring the implicit graph into being.
            current = self._stack[-1] if self._stack else self._the_default
            graph = current.index if current is not None else len(self.graphs)
        when = fields.pop("when", self.conditions)
        if self.reached_if and event_class in _REFUSALS:
            when = added(when, self.reached_if)
        if event_class is NotKnown and fields["may_make"] and not fields.pop("elsewhere", False):
            self._doubt(fields, site)
        event = event_class(site=site, calls=calls, when=when, graph=graph, **fields)
        self.events.append(event)
        return event

    def is_callers(self, graph: Graph) -> bool:
        """May a caller that we do not see have made operations in this graph?"""
        return self.entered and graph is self._the_default

    def doubts(self, about: str) -> bool:
        """Is it taken for granted already that this made nothing in the graph that is open?"""
        graph = self._stack[-1] if self._stack else self._the_default
        return about in graph.doubts if graph is not None else any(early[0] == about for early in self._early)

    def _doubt(self, fields: dict[str, Any], site: Site) -> None:
        """What may have made variables unseen: what TF numbers from here on hangs on it that it made none."""
        reason = fields["reason"]
        assuming = fields.setdefault("assuming", "") or assumption(f"nothing is made at {site.line}: {reason}")
        about = fields.setdefault("about", "") or reason
        fields["assuming"], fields["about"] = assuming, about
        why = Unknown(f"what was called before may have made it: {reason}", site=site, cause=Cause(Why.UNSEEN))
        graph = self._stack[-1] if self._stack else self._the_default
        if graph is not None:
            graph.doubt(about, assuming, why)
            scope = graph.scopes.current
            if scope.name:
                graph.unseen_in[scope.name] = scope, assuming
        elif all(early[0] != about for early in self._early):
            self.touch()
            self._early = (*self._early, (about, assuming, why))

    def take_as_whole(self) -> None:
        """A list was taken for all that there is: what comes now hangs on it that nothing was made unseen."""
        self._take(self.assumed)

    def take_as_two(self, name: str, other: str) -> None:
        """A variable was made under a name that is known in part and may be another's, which TF refuses: what comes
        now hangs on it that it is not."""
        self._take((self.as_two(name, other),))

    def take_as_reached(self, assuming: str) -> None:
        """TF may have refused what was just asked for: what it refuses from here on hangs on it that it did not. Names
        do not, for a program that is refused makes no others."""
        self.touch()
        self.reached_if = added(self.reached_if, (assuming,))

    def take(self, assuming: str) -> None:
        """All that comes now hangs on an assumption of ours."""
        self._take((assuming,))

    def take_as_ended(self, graph: Graph) -> None:
        """A variable is made in a scope that is open once more, and in which something unseen was done before: what
        comes now hangs on it that this made nothing, for TF refuses to make it again."""
        scope, assuming = graph.unseen_in.get(graph.scopes.current.name, (None, ""))
        if scope is not None and scope is not graph.scopes.current:
            self._take((assuming,))

    def as_two(self, name: str, other: str) -> str:
        """That a name known in part is not another, as a condition. The first such pair stands for all."""
        if not self._two:
            at = self.site().line
            self._two = assumption(
                f"no two names are one where a part is not known, first {name} at line {at} and {other}"
            )
        return self._two

    def _take(self, assumptions: Iterable[str]) -> None:
        self.taken = added(self.taken, assumptions)
        self.conditions = added(self.conditions, assumptions)

    @property
    def assumed(self) -> tuple[str, ...]:
        """That nothing was made unseen in the graph that is open."""
        graph = self._stack[-1] if self._stack else self._the_default
        return graph.assumed if graph is not None else tuple(early[1] for early in self._early)

    @contextmanager
    def under(self, when: Iterable[str]) -> Iterator[None]:
        """What happens within hangs on these conditions too."""
        former = self.conditions
        self.conditions = added(former, when)
        try:
            yield
        finally:
            self.conditions = added(former, self.taken)

    def refuse(self, error: TFError) -> TFError:
        """Records a refusal that is not a variable's, and gives it back to be raised."""
        facts = error.facts if not self.by else (*error.facts, ("by", self.by))
        error.event = self.emit(
            Refused, reason=error.reason, name=error.name, message=error.sentence, error=error.kind, facts=facts
        )
        return error

    def forget_shape(self, name: str) -> None:
        """The variable of this name that was made last is of a shape that is not known."""
        for event in reversed(self.events.items):
            if isinstance(event, VariableMade) and event.name == name:
                self.events.replace(event, replace(event, shape=None, shape_known=False))
                return

    def mark_caught(self, error: TFError, caught: bool = True) -> None:
        """The program caught this error, or raised it again: its record says so from now on."""
        event = error.event
        if isinstance(event, (Refused, VariableRefused)) and event.caught is not caught:
            error.event = replace(event, caught=caught)
            self.events.replace(event, error.event)
