"""What a graph keeps while its picture is asked for: control inputs, contexts, devices; and the nodes themselves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from scopelint.frozen import frozen
from scopelint.graph.events import Shape
from scopelint.site import Site
from scopelint.tuples import NamedTuple


@frozen
class Node:
    """An operation as a GraphDef has it. `inputs`: as there, `name`, `name:1` and `^name` for those of control; None
    for one that is not known, or for all of them. `shapes` and `dtypes`: of its outputs, a shape as in events, a dtype
    empty where it is not known. `device`: empty where none was asked for."""

    graph: int
    name: str
    type: str
    inputs: tuple[str | None, ...] | None
    shapes: tuple[Shape, ...]
    dtypes: tuple[str, ...]
    device: str
    site: Site
    when: tuple[str, ...]


class Controller:
    """TF: _ControlDependenciesController. One `with tf.control_dependencies(...)`: what all waits for that is made
    within, and what was made within so far."""

    __slots__ = ("names", "seen")

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        self.seen: set[str] = set()


class Context:
    """TF: CondContext or WhileContext. `kind`: "cond" or "while"; `pivot`: what operations wait for that take nothing;
    `pred`: the test of a cond, and of a loop what decides whether it goes on; `branch`: the output of a Switch that a
    branch of a cond takes. Of a loop, `enters` is what comes into it and `exits` what leaves it, in order; `back`, of
    one that runs back for the gradients of another, that other one and what keeps both in step."""

    __slots__ = ("back", "branch", "enters", "exits", "kind", "outer", "pivot", "pred")

    def __init__(self, kind: str, pivot: str, outer: Context | None, pred: str = "", branch: int = 0) -> None:
        self.kind = kind
        self.pivot = pivot
        self.outer = outer
        self.pred = pred
        self.branch = branch
        self.exits: list[str] = []
        self.enters: list[str] = []
        self.back: Back | None = None

    @property
    def loop(self) -> Context | None:
        """TF: GetWhileContext: the innermost loop, itself perhaps."""
        at: Context | None = self
        while at is not None and at.kind != "while":
            at = at.outer
        return at


class Back(NamedTuple):
    """TF: _GradLoopState, of which the picture keeps: the `forward` loop; in it the `turn`, the sum that counts turns,
    and the NextIteration of that sum; in the loop that runs back the NextIteration of its counter."""

    forward: Context
    turn: str
    next_turn: str
    next_back: str


class Place(NamedTuple):
    """What was in force where an operation was made. `pivot`: of its context, at that time."""

    controllers: tuple[Controller, ...] = ()
    device: str = ""
    context: Context | None = None
    pivot: str = ""


class Drawing:
    """Of one graph. `made`: each operation's name with what was in force. `inputs`: what operations take, where that is
    noted for the picture alone; `attrs`: their attributes, where they are known; `waits`: what they wait
    for besides what was in force; `worked_out`: which shapes TF has
    worked out by making operations, once for a graph; `under`: for an operation of a cond or of a loop the scope
    in which what it takes from outside comes in, where that is not its own; `loops`: all that were built."""

    __slots__ = (
        "attrs", "context", "controllers", "device", "inputs", "loops", "made", "under", "waits", "worked_out",
    )  # fmt: skip

    def __init__(self) -> None:
        self.controllers: tuple[Controller, ...] = ()
        self.context: Context | None = None
        self.device = ""
        self.attrs: dict[str, dict[str, Any]] = {}
        self.inputs: dict[str, Any] = {}
        self.waits: dict[str, tuple[str, ...]] = {}
        self.worked_out: set[Any] = set()
        self.under: dict[str, str] = {}
        self.loops: list[Context] = []
        self.made: dict[str, Place] = {}

    def note(self, name: str) -> None:
        context = self.context
        self.made[name] = Place(self.controllers, self.device, context, context.pivot if context is not None else "")

    def put(self, name: str, context: Context | None) -> None:
        """Notes that an operation is one of a context's own."""
        self.made[name] = Place(self.controllers, self.device, context)

    @contextmanager
    def outside(self) -> Iterator[None]:
        """TF: control_dependencies(None): out of all contexts, and nothing is waited for."""
        former = self.context, self.controllers
        self.context, self.controllers = None, ()
        try:
            yield
        finally:
            self.context, self.controllers = former
