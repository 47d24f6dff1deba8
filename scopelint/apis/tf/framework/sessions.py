"""Sessions and what else runs a graph: little of it names anything, all of it must be passable."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Default, Namespace
from scopelint.apis.tf.framework.lookups import is_missing, told_missing
from scopelint.apis.tf.framework.restoring import (
    initialized_by,
    note_values,
)
from scopelint.graph.conditions import added, assumption
from scopelint.graph.events import NotKnown, SessionRun
from scopelint.graph.names import Graph
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.join import one_of
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import Operation, Tensor, Variable

api = Namespace("tf")
train = Namespace("tf.train")


def nothing(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """What a function does that neither names nor returns anything."""


def not_known(what: str) -> Any:
    """A function whose result only a run can tell."""
    return lambda call, args, kwargs: call.unknown(what)


def give_self(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return args[0]


# Messages of TF and of protocol buffers: any field may be set and read.

_MESSAGES = {
    "gpu_options", "graph_options", "optimizer_options", "rewrite_options", "experimental", "session_config",
    "cluster_def", "rpc_options", "thread_pool", "debug_options", "run_metadata", "tpu_config",
}  # fmt: skip


def bag(namespace: Namespace, name: str) -> None:
    """A protocol buffer message: keywords become fields, a field that was not set is made or not known."""
    made = namespace.type(name)

    def init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        for field, value in kwargs.items():
            args[0].set(field, value)
        args[0].set("<made at>", call.state.where()[0])

    def field_of(call: Call, self: InstanceValue, field: str) -> Any:
        if field in _MESSAGES:
            self.set(field, call.new("tf.ConfigProto"))
            return self.attrs[field]
        unset = call.unknown("a field of a message that the program did not set")
        unset.attribute = field  # so that a method of it is taken for one of data: it makes nothing
        return unset

    made.method(init, name="__init__", raw=True)
    made.method(field_of, name="__getattr__")
    made.method(not_known("a message that is read"), name="FromString", raw=True)


for _name in (
    "ConfigProto",
    "GPUOptions",
    "GraphOptions",
    "OptimizerOptions",
    "RunOptions",
    "RunMetadata",
    "SummaryMetadata",
):
    bag(api, _name)
for _name in (
    "ClusterDef",
    "JobDef",
    "ServerDef",
    "SaverDef",
    "Example",
    "Features",
    "Feature",
    "FeatureList",
    "FeatureLists",
    "SequenceExample",
    "BytesList",
    "FloatList",
    "Int64List",
):
    bag(train, _name)


# Sessions


def fetched(call: Call, fetches: AnyValue) -> Any:
    """TF: what `Session.run` gives for `fetches`: the same structure, None for operations, numbers for tensors."""
    if isinstance(fetches, tuple):
        return tuple(fetched(call, each) for each in fetches)
    if isinstance(fetches, ListValue):
        return ListValue([fetched(call, each) for each in fetches.items], fetches.rest)
    if isinstance(fetches, DictValue):
        return DictValue({key: fetched(call, each) for key, each in fetches.items.items()}, fetches.rest)
    if isinstance(fetches, Operation):
        return None
    return call.unknown("the result of a session's run")


def check_graph(call: Call, graph: Any, fetches: Any) -> None:
    """TF: Graph.as_graph_element, as a session uses it: what is fetched must be of the session's graph."""
    members: Any = fetches if isinstance(fetches, tuple) else ()
    if isinstance(fetches, ListValue):
        members = fetches.items
    elif isinstance(fetches, DictValue):
        members = fetches.items.values()
    for member in members:
        check_graph(call, graph, member)
    if isinstance(fetches, str) and is_missing(graph, fetches):
        call.raise_(
            "ValueError",
            f"Fetch argument {fetches!r} cannot be interpreted as a Tensor. ({told_missing(graph, fetches)})",
            kind="argument",
        )
    if not isinstance(fetches, (Tensor, Operation, Variable)) or graph is None or isinstance(graph, Unknown):
        return
    if fetches.graph is not None and fetches.graph is not graph:
        if not graph.ops:
            call.raise_(
                "RuntimeError",
                "The Session graph is empty.  Add operations to the graph before calling run().",
                kind="graph",
            )
        shown = (
            f"<tf.Operation '{fetches.name}' type={fetches.type}>"
            if isinstance(fetches, Operation)
            else (str(fetches) if isinstance(fetches, Tensor) else f"<tf.Variable '{fetches.tf_name}'>")
        )
        kind = "Operation" if isinstance(fetches, Operation) else "Tensor"
        call.raise_(
            "ValueError",
            f"Fetch argument {shown} cannot be interpreted as a {kind}. ({kind} {shown} is not "
            "an element of this graph.)",
            kind="graph",
        )


def emit_session_run(call: Call, what: str) -> None:
    call.state.emit(SessionRun, what=what)


base_session = Namespace("tensorflow.python.client.session").type("BaseSession")


@base_session.method
def __init__(call: Call, self: InstanceValue, target: AnyValue, graph: Graph, config: AnyValue) -> None:
    own = call.graph if graph is None or isinstance(graph, Default) else graph
    if not isinstance(own, (Graph, Unknown)):
        shown = call.engine.to_string(call.engine.class_of(own))
        call.raise_("TypeError", f"graph must be a tf.Graph, but got {shown}", kind="argument")
    self.set("graph", own)
    self.set("sess_str", target)
    self.set("_explicit", graph is not None and not isinstance(graph, Default))


@base_session.method(name="run")
def session_run(call: Call, self: InstanceValue, fetches: AnyValue) -> Any:
    check_graph(call, self.attrs.get("graph"), fetches)
    emit_session_run(call, "run")
    note_values(call, "values_initialized", self, initialized_by(call, fetches))
    return fetched(call, fetches)


@base_session.method(raw=True)
def make_callable(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return call.unknown("the result of a session's run")


for _name in ("close", "reset"):
    base_session.method(nothing, name=_name, raw=True)
for _name in ("partial_run", "partial_run_setup", "list_devices"):
    base_session.method(not_known("the result of a session's run"), name=_name, raw=True)


@base_session.property
def graph_def(call: Call, self: InstanceValue) -> Any:
    return call.unknown("the definition of a graph")


@base_session.method
def as_default(call: Call, self: InstanceValue) -> InstanceValue:
    """TF: ops.default_session: does not touch the default graph."""
    return InstanceValue(call.find("scopelint.default_session"), {"session": self})


default_session = Namespace("scopelint").type("default_session")


@default_session.method
def __enter__(call: Call, self: InstanceValue) -> Any:
    push_session(call, self.attrs["session"])
    return self.attrs["session"]


@default_session.method
def __exit__(
    call: Call, self: InstanceValue, kind: AnyValue = None, error: AnyValue = None, trace: AnyValue = None
) -> None:
    pop_session(call)


def sessions(call: Call) -> ListValue:
    """The stack of default sessions of this run."""
    return call.state.stack("sessions")


def push_session(call: Call, session: AnyValue) -> None:
    stack = sessions(call)
    stack.touch()
    stack.items.append(session)


def pop_session(call: Call) -> None:
    stack = sessions(call)
    if stack.items:
        stack.touch()
        stack.items.pop()


@api.function
def get_default_session(call: Call) -> Any:
    stack = sessions(call).items
    if stack:
        return stack[-1]
    if not call.state.entered and not call.state.assumed:
        return None
    # The caller of a library's function, or what is not followed, may well have opened one.
    of_others = InstanceValue(session.cls, {"graph": call.unknown("the graph of a session that somebody else opened")})
    return one_of(call.unknown("the default session"), of_others, None)


def open_graph(call: Call, self: InstanceValue) -> None:
    """TF: Session.__enter__, `self.graph.as_default()`. One that is not known is taken for the graph that is open."""
    graph, state = self.attrs["graph"], call.state
    if isinstance(graph, Graph):
        state.push_graph(graph)
        return
    reason = f"the graph of a session is not known: {graph.reason}"
    assuming = assumption(f"{graph.label or 'the graph of the session'} is the graph that is open")
    state.emit(NotKnown, reason=reason, may_make=True, assuming=assuming)
    self.set("_hanging", state.conditions)
    state.conditions = added(state.conditions, (assuming,))
    state.push_graph(call.graph)


def close_graph(call: Call, self: InstanceValue) -> None:
    if "_hanging" in self.attrs:
        call.state.conditions = added(self.attrs["_hanging"], call.state.taken)
    call.state.pop_graph()


session = api.type("Session", bases=(base_session.cls,))


@session.method(name="__enter__")
def session_enter(call: Call, self: InstanceValue) -> InstanceValue:
    """TF: Session.__enter__: the session's graph becomes the default one too."""
    open_graph(call, self)
    push_session(call, self)
    return self


@session.method(name="__exit__")
def session_exit(
    call: Call, self: InstanceValue, exec_type: AnyValue = None, exec_value: AnyValue = None, exec_tb: AnyValue = None
) -> None:
    pop_session(call)
    close_graph(call, self)


interactive = api.type("InteractiveSession", bases=(base_session.cls,))


@interactive.method(name="__init__")
def interactive_init(call: Call, self: InstanceValue, target: AnyValue, graph: Graph, config: AnyValue) -> None:
    """TF: InteractiveSession.__init__: its graph stays the default one until `close`."""
    __init__(call, self, target, graph, config)
    push_session(call, self)
    if self.attrs["_explicit"]:
        open_graph(call, self)


@interactive.method(name="close")
def interactive_close(call: Call, self: InstanceValue) -> None:
    pop_session(call)
    if self.attrs["_explicit"]:
        close_graph(call, self)
