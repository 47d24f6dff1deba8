"""The nodes of a graph, of what the run told and noted: inputs, control inputs, shapes, dtypes, devices."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.picture.contexts import Contexts, Inputs
from scopelint.apis.picture.inference import Inferred, inferred
from scopelint.apis.picture.wiring import Known, wired
from scopelint.apis.tf.framework.op_defs import Argument, OpDef, op_def
from scopelint.graph.drawing import Node, Place
from scopelint.graph.events import Event, OpMade, Shape, VariableMade
from scopelint.graph.names import Graph
from scopelint.tuples import NamedTuple
from scopelint.values.tensors import DType, Operation, Tensor, Variable

_NOWHERE = Place()
_OUTSIDE = "/"
"""The owner of what TF makes by itself, out of all contexts."""


class Listed(NamedTuple):
    """An operation as the run told of it; `owner`: the one that it was made along with."""

    type: str
    event: OpMade
    owner: str


ByGraph = tuple["dict[int, dict[str, Listed]]", "dict[int, dict[str, VariableMade]]"]


def events_of(events: Iterable[Event]) -> ByGraph:
    """Of each graph the operations, each after those that were made along with it, and the variables."""
    by_graph: dict[int, dict[str, Listed]] = {}
    variables: dict[int, dict[str, VariableMade]] = {}
    for event in events:
        if isinstance(event, OpMade):
            listed = by_graph.setdefault(event.graph, {})
            for relative, kind in event.inner:
                listed.setdefault(f"{event.name}/{relative}", Listed(kind, event, event.name))
            listed[event.name] = Listed(event.type, event, "")
        elif isinstance(event, VariableMade):
            variables.setdefault(event.graph, {})[event.name] = event
    return by_graph, variables


def nodes_of(call: Call, graphs: Iterable[Graph], events: Iterable[Event]) -> tuple[Node, ...]:
    """The nodes of these graphs, in the order in which they were made."""
    by_graph, variables = events_of(events)
    out: list[Node] = []
    for graph in graphs:
        writer = Writer(call, graph, by_graph.get(graph.index, {}), variables.get(graph.index, {}))
        out += writer.nodes()
    return tuple(out)


class Writer:
    """Writes the nodes of one graph."""

    def __init__(self, call: Call, graph: Graph, listed: dict[str, Listed], variables: dict[str, VariableMade]) -> None:
        self.call = call
        self.graph = graph
        self.listed = listed
        self.variables = variables
        self.known: Known = {name: each.type for name, each in listed.items()}
        self.pivots: dict[str, str] = {}
        self.contexts = Contexts(self.known, {}, {}, {})
        self.inferred = Inferred(graph, variables, self.known)

    def resolved(self) -> dict[str, Inputs | None]:
        """What each operation takes, and its outputs with it, for who walks the graph as it is so far."""
        taken = self.within_contexts()
        for name, each in self.listed.items():
            inferred(self.call, self.inferred, name, each.type, each.owner, taken[name])
        return taken

    def outputs(self, name: str) -> list[Tensor]:
        return self.inferred.found.get(name, [])

    def nodes(self) -> list[Node]:
        # What TF makes after its user, as a Switch is, gives its shape in the second turn.
        taken = self.resolved()
        out = []
        for name, each in self.listed.items():
            tensors = inferred(self.call, self.inferred, name, each.type, each.owner, taken[name])
            shapes: tuple[Shape, ...] = tuple(t.shape if isinstance(t.shape, tuple) else None for t in tensors)
            dtypes = tuple(t.dtype.name if isinstance(t.dtype, DType) else "" for t in tensors)
            controls, device = self.controls(name, each.owner, taken[name])
            known = taken[name]
            inputs = None if known is None and not controls else (*(known or ()), *controls)
            event = each.event
            out.append(Node(event.graph, name, each.type, inputs, shapes, dtypes, device, event.site, event.when))
        return out

    # contexts

    def place(self, name: str, owner: str) -> Place:
        drawing = self.graph.drawing
        return _NOWHERE if drawing is None else drawing.made.get(owner or name, _NOWHERE)

    def within_contexts(self) -> dict[str, Inputs | None]:
        """What each operation takes; what TF makes where something comes into a context is listed too."""
        places = {name: self.place(name, each.owner) for name, each in self.listed.items()}
        taken: dict[str, Inputs | None] = {}
        drawing = self.graph.drawing
        contexts = self.contexts = Contexts(self.known, places, taken, drawing.under if drawing is not None else {})
        self.inferred.alike = contexts.alike
        listed: dict[str, Listed] = {}
        for name, each in self.listed.items():
            inputs, place = self.inputs(name, each.type), places[name]
            listed[name] = each
            if place.context is not None and each.type not in ("Merge", "NextIteration", "Enter", "Exit"):
                before = len(contexts.made)
                inputs, pivot = contexts.entered(name, place, inputs)
                if pivot:
                    self.pivots[name] = pivot
                for fresh in list(contexts.made)[before:]:
                    kind, inner, _ = contexts.made[fresh]
                    listed[fresh] = Listed(kind, each.event, _OUTSIDE)
                    taken[fresh] = inner
            taken[name] = inputs
        self.listed = listed
        return taken

    # inputs

    def inputs(self, name: str, kind: str) -> Inputs | None:
        definition = op_def(kind)
        if definition is not None and not definition.inputs:
            return ()
        held = self.graph.inputs.get(name)
        found: Inputs | None = None
        if isinstance(held, dict):
            found = self.by_argument(definition, held)
        else:
            drawing = self.graph.drawing
            noted = drawing.inputs.get(name) if drawing is not None else None
            for each in (noted, held):
                if found is None and each is not None:
                    found = self.in_order(name, definition, list(each))
        return found if found is not None else wired(name, kind, self.known)

    def by_argument(self, definition: OpDef | None, held: dict[str, Any]) -> Inputs | None:
        out: list[str | None] = []
        for argument in definition.inputs if definition is not None else ():
            given = held.get(argument.name)
            out += [_said(each, _takes_handle(argument)) for each in (given if isinstance(given, list) else [given])]
        return tuple(out)

    def in_order(self, name: str, definition: OpDef | None, held: list[Any]) -> Inputs | None:
        """Where a summary noted the tensors, and made the constants besides below the operation by their names."""
        if definition is None:
            return None
        if len(held) == len(definition.inputs) and not any(a.number_attr or a.list_attr for a in definition.inputs):
            return tuple(_said(v, _takes_handle(a)) for v, a in zip(held, definition.inputs, strict=True))
        out: list[str | None] = []
        queue = list(held)
        told = {each for each in held if isinstance(each, str)}
        inner = {a.name for a in definition.inputs if (below := f"{name}/{a.name}") in self.known and below not in told}
        for at, argument in enumerate(definition.inputs):
            if argument.name in inner:
                out.append(f"{name}/{argument.name}")
                continue
            left = sum(a.name not in inner for a in definition.inputs[at + 1 :])
            many = len(queue) - left if argument.number_attr or argument.list_attr else 1
            for _ in range(many):
                if not queue:
                    return None
                out.append(_said(queue.pop(0), _takes_handle(argument)))
        return tuple(out) if not queue else None

    # control inputs

    def controls(self, name: str, owner: str, inputs: Inputs | None) -> tuple[tuple[str, ...], str]:
        """TF: Graph._control_dependencies_for_inputs. What an input waits for already is not waited for again."""
        controllers, device, _, _ = self.place(name, owner)
        found: dict[str, None] = {}
        before = {each.partition(":")[0] for each in inputs or () if each}
        for controller in controllers:
            if before & controller.seen:
                continue
            for each in controller.names:
                if each not in before:
                    found[f"^{each}"] = None
        for controller in controllers:
            controller.seen.add(name)
        for each in self.graph.drawing.waits.get(name, ()) if self.graph.drawing is not None else ():
            found[f"^{each}"] = None
        for each in self.contexts.controls.get(name, ()):
            found[f"^{each}"] = None
        if name in self.pivots and not (found if inputs else self.has_within(name, owner, found)):
            found[f"^{self.pivots[name]}"] = None
        return tuple(found), device

    def has_within(self, name: str, owner: str, waits: Iterable[str]) -> bool:
        """Does it wait for something of its own context already?"""
        context = self.place(name, owner).context
        return context is not None and any(self.contexts.is_within(each[1:], context) for each in waits)


def _takes_handle(argument: Argument) -> bool:
    return argument.is_ref or (argument.dtype is not None and argument.dtype.name == "resource")


def _said(value: Any, takes_handle: bool) -> str | None:
    """A tensor as a GraphDef names it."""
    if isinstance(value, str):
        return value
    if isinstance(value, Tensor):
        if "{" in value.op_name or not value.op_name:
            return None
        return f"{value.op_name}:{value.index}" if value.index else value.op_name
    if isinstance(value, Variable):
        return value.name if takes_handle or value.is_resource is True else f"{value.name}/read"
    return value.name if isinstance(value, Operation) else None
