"""tf.Graph, its collections and its scopes, and the same on the default graph."""

from __future__ import annotations

import re
from typing import Any

from scopelint import later
from scopelint.apis import tables
from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.context_managers import as_context, no_scope
from scopelint.apis.tf.framework.conversion import graph_name, is_set
from scopelint.apis.tf.framework.devices import device
from scopelint.apis.tf.framework.filters import note_no_match
from scopelint.apis.tf.framework.gradient_overrides import Overrides
from scopelint.apis.tf.framework.lookups import element_named, operation_named, tensor_named
from scopelint.apis.tf.framework.operations import conversions
from scopelint.graph.collected import Members
from scopelint.graph.conditions import is_assumption
from scopelint.graph.names import Graph
from scopelint.graph.scopes import VariableScope
from scopelint.values.base import AnyValue, Unknown, first_doubt
from scopelint.values.containers import BRANCH, ListValue
from scopelint.values.objects import ClassValue
from scopelint.values.tensors import Operation, Variable
from scopelint.values.text import Text, from_template

api = Namespace("tf")

graph_class = api.type("Graph")


@graph_class.staticmethod
def __new__(call: Call, cls: AnyValue = None) -> Graph:
    return call.state.new_graph()


class GraphEntered:
    """`graph.as_default()`."""

    __slots__ = ("graph",)

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def enter(self) -> Graph:
        self.graph.state.push_graph(self.graph)
        return self.graph

    def exit(self) -> None:
        self.graph.state.pop_graph()


@graph_class.method
def as_default(call: Call, self: Graph) -> Any:
    return as_context(GraphEntered(self))


@graph_class.method(name="name_scope")
def graph_name_scope(call: Call, self: Graph, name: Any) -> Any:
    return as_context(self.name_scope(graph_name(name)), lambda: self.name_scope(graph_name(name)))


@graph_class.method
def unique_name(call: Call, self: Graph, name: AnyValue, mark_as_used: AnyValue) -> Any:
    return from_template(self.unique_name(graph_name(name), bool(mark_as_used)))


@graph_class.method
def get_name_scope(call: Call, self: Graph) -> Any:
    return from_template(self.get_name_scope())


@graph_class.method
def get_operations(call: Call, self: Graph) -> ListValue:
    return ListValue([Operation(name, kind, self) for name, kind in self.ops.items.items()])


@graph_class.method
def get_operation_by_name(call: Call, self: Graph, name: AnyValue) -> Any:
    return operation_named(call, self, name)


@graph_class.method
def get_tensor_by_name(call: Call, self: Graph, name: AnyValue) -> Any:
    return tensor_named(call, self, name)


@graph_class.method
def as_graph_element(call: Call, self: Graph, obj: AnyValue) -> Any:
    return element_named(call, self, obj) if isinstance(obj, str) else obj


@graph_class.method(name="get_collection")
def graph_get_collection(call: Call, self: Graph, name: AnyValue, scope: AnyValue) -> Any:
    return collection(call, self, name, scope, asked=True)


@graph_class.method
def get_collection_ref(call: Call, self: Graph, name: AnyValue) -> Any:
    return (
        call.unknown("a collection whose name is not known")
        if isinstance(name, Unknown)
        else (self.get_collection_ref(key_of(name)))
    )


@graph_class.method
def add_to_collection(call: Call, self: Graph, name: AnyValue, value: AnyValue) -> None:
    if not isinstance(name, Unknown):
        self.add_to_collection(key_of(name), value)


@graph_class.method
def add_to_collections(call: Call, self: Graph, names: Any, value: Any) -> None:
    if isinstance(names, Unknown):
        return
    names = names.items if isinstance(names, ListValue) else names
    self.add_to_collections(key_of(names) if isinstance(names, (str, Text)) else [key_of(n) for n in names], value)


@graph_class.method
def clear_collection(call: Call, self: Graph, name: AnyValue) -> None:
    held = self.get_collection_ref(key_of(name))
    held.touch()
    held.items.clear()


@graph_class.method
def get_all_collection_keys(call: Call, self: Graph) -> ListValue:
    return ListValue(
        [key for key, held in self.collections.items.items() if held.items and isinstance(key, str) and key[:1] != "<"]
    )


def key_of(name: AnyValue) -> Any:
    return str(name) if isinstance(name, Text) else name


_PLAIN = later.pattern(r"[\w./-]*\w")
"""A scope as it is written, not a regular expression: TF takes it for one all the same."""


def note_prefix(call: Call, scope: str, members: Any) -> None:
    """TF: Graph.get_collection compares with `re.match`: a scope's name also chooses what only begins so. Scopes that
    TF itself numbered (`net_1`) are the same name asked for again."""
    if not _PLAIN.fullmatch(scope):
        return
    names = [member.name for member in members if isinstance(member, Variable)]
    others = [name for name in names if not name.startswith(scope + "/") and name != scope]
    if others and len(others) < len(names):
        others = [name for name in others if not re.match(r"_\d+(/|$)", name[len(scope) :])]
    if others and len(others) < len(names):
        call.note("chosen_by_prefix", scope=scope, others=tuple(others))


_OF_VARIABLES = ("variables", "trainable_variables", "model_variables")


def collection(call: Call, graph: Graph, name: Any, scope: Any = None, asked: bool = False) -> Any:
    """TF: Graph.get_collection. `asked`: does the program itself ask, so that a scope without variables is a slip?"""
    if isinstance(name, Unknown):
        return call.unknown("a collection whose name is not known")
    if isinstance(scope, VariableScope):
        scope = scope.name
    pattern = graph_name(scope) if is_set(scope) else None
    if pattern is not None and not isinstance(pattern, str):
        return call.unknown("a collection filtered by what is not known")
    try:
        members = graph.get_collection(key_of(name), pattern)
    except Exception:
        # The scope is a regular expression, and not every name is a valid one.
        return call.unknown("a collection filtered by what is no regular expression")
    if pattern is not None and not isinstance(scope, (Unknown, Text)):
        note_prefix(call, pattern, members)
        if asked and not members and key_of(name) in _OF_VARIABLES:
            note_no_match(call, f"scope {pattern!r}", (pattern,), graph.get_collection(key_of(name)))
    if isinstance(scope, Unknown) and pattern is not None:
        return ListValue([], call.unknown("a collection filtered by what is not known"))
    if isinstance(scope, Text):
        # Names that begin with the same text, hole and all, are meant; others may be.
        meant = [member for member in members if member.tf_name.startswith(pattern)]
        if len(meant) < len(members):
            return ListValue(meant, call.unknown("a collection filtered by what is not known in full"))
    return shown(call, members)


def hangs_on_test(call: Call, value: AnyValue) -> bool:
    """Is it a variable that was made under a test that is not known to hold here?"""
    conditions = call.state.conditions
    return isinstance(value, Variable) and any(
        each not in conditions and not is_assumption(each) for each in value.when
    )


def shown(call: Call, members: Members) -> ListValue:
    """What a collection holds as the program gets hold of it: a variable that hangs on a test may be among it."""
    doubtful = [hangs_on_test(call, member) or any(member is other for other in members.unsure) for member in members]
    found = ListValue(members)
    if any(doubtful):
        found.items = [member for member, doubt in zip(members, doubtful, strict=True) if not doubt]
        found.maybe = [member for member, doubt in zip(members, doubtful, strict=True) if doubt]
        found.firm = min(doubtful.index(True), len(members) if found.firm is None else found.firm)
        found.rest = first_doubt(found.rest, BRANCH)
    return found


graph_class.method(lambda call, args, kwargs: device(call, *args[1:2], *kwargs.values()), name="device", raw=True)
for _name in (
    "colocate_with",
    "container",
    "_attr_scope",
    "_kernel_label_map",
    "_colocate_with_for_gradient",
):
    graph_class.method(lambda call, args, kwargs: no_scope(), name=_name, raw=True)


@graph_class.method
def gradient_override_map(call: Call, self: Graph, op_type_map: AnyValue) -> Any:
    return as_context(Overrides(self, op_type_map), lambda: Overrides(self, op_type_map))


graph_class.method(lambda call, args, kwargs: args[0].finalize(), name="finalize", raw=True)
graph_class.method(lambda call, args, kwargs: args[0].finalize(False), name="_unsafe_unfinalize", raw=True)
for _name in ("prevent_feeding", "prevent_fetching", "switch_to_thread_local", "_add_device_to_stack"):
    graph_class.method(lambda call, args, kwargs: None, name=_name, raw=True)
graph_class.method(lambda call, args, kwargs: call.unknown("the definition of a graph"), name="as_graph_def", raw=True)
graph_class.method(lambda call, args, kwargs: True, name="is_feedable", raw=True)
graph_class.method(lambda call, args, kwargs: True, name="is_fetchable", raw=True)


@graph_class.property
def collections(call: Call, self: Graph) -> Any:
    return get_all_collection_keys(call, self)


@graph_class.property
def version(call: Call, self: Graph) -> int:
    return len(self.ops.items)


graph_class.cls.attrs["finalized"] = False
graph_class.cls.attrs["building_function"] = False


@graph_class.property
def seed(call: Call, self: Graph) -> Any:
    return None


@api.function
def get_default_graph(call: Call) -> Graph:
    return call.graph  # type: ignore[no-any-return]


@api.function
def reset_default_graph(call: Call) -> None:
    call.note("reset_default_graph")
    call.state.reset_default_graph()


# The same on the default graph


@api.function(name="get_collection")
def tf_get_collection(call: Call, key: AnyValue, scope: AnyValue) -> Any:
    return collection(call, call.graph, key, scope, asked=True)


@api.function(name="get_collection_ref")
def tf_get_collection_ref(call: Call, key: AnyValue) -> Any:
    return get_collection_ref(call, call.graph, key)


@api.function(name="add_to_collection")
def tf_add_to_collection(call: Call, name: AnyValue, value: AnyValue) -> None:
    add_to_collection(call, call.graph, name, value)


@api.function(name="add_to_collections")
def tf_add_to_collections(call: Call, names: AnyValue, value: AnyValue) -> None:
    add_to_collections(call, call.graph, names, value)


api.function(lambda call, args, kwargs: device(call, *args[:1], *kwargs.values()), name="device", raw=True)
for _name in ("colocate_with", "container"):
    api.function(lambda call, args, kwargs: no_scope(), name=_name, raw=True)


@Namespace("tf.contrib.framework").function(name="get_name_scope")
def contrib_get_name_scope(call: Call) -> Any:
    return from_template(call.graph.get_name_scope())


@Namespace("tensorflow.python.framework.ops").function(name="get_name_scope")
def ops_get_name_scope(call: Call) -> Any:
    return from_template(call.graph.get_name_scope())


@api.function
def set_random_seed(call: Call, seed: AnyValue) -> None:
    return None


# tf.GraphKeys

keys = api.type("GraphKeys")


def _declare_keys() -> None:
    for attribute, member in tables.own_members("tf.GraphKeys").items():
        if member.value.startswith("const:"):
            value = tables.constant(member.value)
            keys.constant(attribute, ListValue(value) if isinstance(value, list) else value)
    keys.constant("VARIABLES", "variables")


_declare_keys()


@api.function
def register_tensor_conversion_function(
    call: Call, base_type: AnyValue, conversion_func: AnyValue, priority: AnyValue
) -> None:
    """TF: register_tensor_conversion_function. Those of a lower number are asked first, those of one in order."""
    listed = list(base_type) if isinstance(base_type, tuple) else [base_type]
    held = conversions(call)
    for cls in listed:
        if isinstance(cls, ClassValue):
            held.touch()
            held.items.append((priority if isinstance(priority, int) else 100, cls, conversion_func))
            held.items.sort(key=lambda each: each[0])
