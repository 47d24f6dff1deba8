"""Control-flow contexts: which loops and branches are being built, and what is made inside of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from sys import maxsize
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.context_managers import as_context, no_scope
from scopelint.apis.tf.framework.graphs import graph_class
from scopelint.apis.tf.framework.op_inputs import op_name
from scopelint.graph.drawing import Context, Controller, Drawing
from scopelint.graph.function_graph import lifted
from scopelint.graph.names import Graph
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue, SetValue
from scopelint.values.objects import FunctionValue, InstanceValue, NativeFunction, PropertyValue
from scopelint.values.tensors import Tensor

api = Namespace("tf")

context_class = Namespace("tensorflow.python.ops.control_flow_ops").type("ControlFlowContext")
context_class.cls.attrs["outer_context"] = PropertyValue(
    NativeFunction("outer_context", lambda call, self: self.attrs["_outer"], "scopelint.outer_context")
)
context_class.method(lambda call, self: self.attrs["_kind"] == "while", name="IsWhileContext")
context_class.method(lambda call, self: self.attrs["_kind"] == "cond", name="IsCondContext")
context_class.method(lambda call, self: False, name="IsXLAContext")


class Extent:
    """Which operations of a graph were made in a context: those after the first `start`, but for the `lifted`."""

    __slots__ = ("graph", "lifted", "start")

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.start = len(graph.ops.items)
        self.lifted: list[tuple[int, int]] = []

    def holds(self, tensor: Tensor) -> bool:
        if tensor.graph is not self.graph or tensor.op_name not in self.graph.ops.items:
            return False
        at = list(self.graph.ops.items).index(tensor.op_name)
        return at >= self.start and not any(low <= at < high for low, high in self.lifted)


class within:
    """TF: ControlFlowContext.Enter and Exit. Programs ask a graph for the context that it is in."""

    __slots__ = ("_call", "_drawn", "_former", "_kind")

    def __init__(self, call: Call, kind: str, drawn: Context | None = None) -> None:
        self._call = call
        self._kind = kind
        # The context as the picture has it.
        self._drawn = drawn
        self._former: Context | None = None

    def __enter__(self) -> None:
        if self._drawn is not None and (drawing := self._call.graph.drawing) is not None:
            self._former, drawing.context = drawing.context, self._drawn
        stack = contexts(self._call)
        stack.touch()
        stack.items.append(
            InstanceValue(
                context_class.cls, {"_kind": self._kind, "_outer": current(self._call)}, Extent(self._call.graph)
            )
        )

    def __exit__(self, *error: object) -> None:
        if self._drawn is not None and (drawing := self._call.graph.drawing) is not None:
            drawing.context = self._former
        stack = contexts(self._call)
        stack.touch()
        stack.items.pop()


def drawn(call: Call, kind: str, pivot: str, pred: str = "", branch: int = 0) -> Context | None:
    """The context for `within` where the picture is asked for."""
    drawing = call.graph.drawing
    return Context(kind, pivot, drawing.context, pred, branch) if drawing is not None else None


class Waiting:
    """TF: _ControlDependenciesController, for the picture."""

    __slots__ = ("drawing", "former", "names")

    def __init__(self, drawing: Drawing, names: tuple[str, ...]) -> None:
        self.drawing = drawing
        self.names = names
        self.former: list[tuple[Controller, ...]] = []

    def enter(self) -> None:
        self.former.append(self.drawing.controllers)
        self.drawing.controllers = (*self.drawing.controllers, Controller(self.names))

    def exit(self) -> None:
        if self.former:
            self.drawing.controllers = self.former.pop()


@contextmanager
def waiting(call: Call, members: Iterable[Any]) -> Iterator[None]:
    """`with tf.control_dependencies(members)` in a summary, which only the picture sees."""
    drawing = call.graph.drawing
    if drawing is None:
        yield
        return
    entered = Waiting(drawing, tuple(dict.fromkeys(name for each in members if "{" not in (name := op_name(each)))))
    entered.enter()
    try:
        yield
    finally:
        entered.exit()


class Lifted:
    """TF: control_dependencies(None) and init_scope: out of all contexts."""

    __slots__ = ("call", "extents", "outside", "start", "undrawn")

    def __init__(self, call: Call) -> None:
        self.call = call
        self.start = 0
        self.extents: list[Extent] = []
        self.outside: Any = None
        self.undrawn: Any = None

    def enter(self) -> None:
        self.outside = lifted(self.call.state)
        self.outside.__enter__()
        if self.call.graph.drawing is not None:
            self.undrawn = self.call.graph.drawing.outside()
            self.undrawn.__enter__()
        stack = contexts(self.call)
        stack.touch()
        self.start = len(self.call.graph.ops.items)
        self.extents = [c.payload for c in stack.items if c is not None and c.payload.graph is self.call.graph]
        for extent in self.extents:
            extent.lifted.append((self.start, maxsize))
        stack.items.append(None)

    def exit(self) -> None:
        if self.undrawn is not None:
            self.undrawn.__exit__(None, None, None)
        stack = contexts(self.call)
        stack.touch()
        stack.items.pop()
        for extent in self.extents:
            extent.lifted.remove((self.start, maxsize))
            extent.lifted.append((self.start, len(self.call.graph.ops.items)))
        self.outside.__exit__(None, None, None)


def contexts(call: Call) -> ListValue:
    """The contexts that are open; None for what is lifted out of those before."""
    return call.state.stack("contexts")


def current(call: Call) -> Any:
    """TF: Graph._get_control_flow_context."""
    stack = contexts(call).items
    return stack[-1] if stack else None


def containing(call: Call, context: AnyValue, kind: str) -> Any:
    """TF: GetContainingWhileContext and its like."""
    while isinstance(context, InstanceValue):
        if context.attrs.get("_kind") == kind:
            return context
        context = context.attrs.get("_outer")
    return context


util = Namespace("tensorflow.python.ops.control_flow_util")
util.function(lambda call, ctxt, stop_ctxt: containing(call, ctxt, "while"), name="GetContainingWhileContext")
util.function(lambda call, ctxt: containing(call, ctxt, "cond"), name="GetContainingCondContext")
util.function(lambda call, args, kwargs: None, name="GetContainingXLAContext", raw=True)
for _name in ("IsInXLAContext", "InXlaContext", "GraphOrParentsInXlaContext"):
    util.function(lambda call, args, kwargs: False, name=_name, raw=True)


@api.function
def control_dependencies(call: Call, control_inputs: Any) -> Any:
    """TF: Graph.control_dependencies."""
    if control_inputs is None:
        return as_context(Lifted(call), lambda: Lifted(call))
    members = call.members(control_inputs)
    for member in () if isinstance(members, Unknown) else members:
        if member is None or isinstance(
            member, (bool, int, float, str, ListValue, tuple, DictValue, SetValue, FunctionValue)
        ):
            kind = "function" if isinstance(member, FunctionValue) else call.class_of(member).name
            call.raise_("TypeError", f"Can not convert a {kind} into a Tensor or Operation.", kind="argument")
    drawing = call.graph.drawing
    if drawing is None or isinstance(members, Unknown):
        return no_scope()
    names = tuple(dict.fromkeys(name for each in members if "{" not in (name := op_name(each))))
    return as_context(Waiting(drawing, names), lambda: Waiting(drawing, names))


graph_class.method(
    lambda call, self, control_inputs: control_dependencies(call, control_inputs), name="control_dependencies"
)


@api.function
def init_scope(call: Call) -> Any:
    return as_context(Lifted(call), lambda: Lifted(call))


@graph_class.method
def _get_control_flow_context(call: Call, self: Graph) -> Any:
    return current(call)
