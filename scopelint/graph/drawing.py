"""What a graph keeps while its picture is asked for: control inputs, contexts, devices; and the nodes themselves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from scopelint.frozen import frozen
from scopelint.graph.events import Shape
from scopelint.site import Site


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
    `pred`: of a cond its test; `branch`: the output of a Switch that it takes."""

    __slots__ = ("branch", "kind", "outer", "pivot", "pred")

    def __init__(self, kind: str, pivot: str, outer: Context | None, pred: str = "", branch: int = 0) -> None:
        self.kind = kind
        self.pivot = pivot
        self.outer = outer
        self.pred = pred
        self.branch = branch


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
    worked out by making operations, once for a graph."""

    __slots__ = ("attrs", "context", "controllers", "device", "inputs", "made", "waits", "worked_out")

    def __init__(self) -> None:
        self.controllers: tuple[Controller, ...] = ()
        self.context: Context | None = None
        self.device = ""
        self.attrs: dict[str, dict[str, Any]] = {}
        self.inputs: dict[str, Any] = {}
        self.waits: dict[str, tuple[str, ...]] = {}
        self.worked_out: set[Any] = set()
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
