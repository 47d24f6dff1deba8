"""Name scopes, variable scopes, graphs: tf.variable_scope, tf.name_scope, tf.Graph and their like."""

from __future__ import annotations

from typing import Any

from scopelint.apis.adapters import (
    ClassBehaviour,
    given,
    graph_name,
    graph_options,
    is_set,
    scope_options,
    scope_value,
)
from scopelint.apis.registry import Namespace, behaves
from scopelint.graph import scopes as graph_scopes
from scopelint.graph.names import Graph
from scopelint.graph.scopes import AUTO_REUSE, VariableScope
from scopelint.values.base import Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import InstanceValue, NativeFunction, PropertyValue
from scopelint.values.tensors import Operation, Tensor, Variable
from scopelint.values.text import Text, from_template

api = Namespace("tf")
private = Namespace("tensorflow.python.ops.variable_scope")

declare_reuse = Namespace("tensorflow.python.ops.variable_scope._ReuseMode")
declare_reuse.constant("AUTO_REUSE", AUTO_REUSE)
api.constant("AUTO_REUSE", AUTO_REUSE)

OPTIONS = ("initializer", "regularizer", "caching_device", "partitioner", "custom_getter", "dtype", "use_resource",
           "constraint")


def graph_values(values: Any) -> Any:
    """`values=` as the graph layer looks through it for tensors."""
    if isinstance(values, ListValue):
        return tuple(values.items)
    return values if isinstance(values, tuple) else ((values,) if isinstance(values, Tensor) else ())


def graph_reuse(reuse: Any) -> Any:
    """The reuse mode: True, False, None, AUTO_REUSE or an Unknown; anything else is refused by the graph layer."""
    return None if not is_set(reuse) else reuse


def open_scope(call: Any, name_or_scope: Any, default_name: Any = None, values: Any = None, *, reuse: Any = None,
               auxiliary_name_scope: Any = True, **options: Any) -> Any:
    """A variable scope's context out of a program's arguments."""
    if isinstance(default_name, (int, float)) and not isinstance(default_name, bool):
        default_name = str(default_name)
    return graph_scopes.variable_scope(
        call.state, graph_name(name_or_scope), graph_name(default_name), graph_values(values),
        reuse=graph_reuse(reuse), auxiliary_name_scope=auxiliary_name_scope, **scope_options(call, options))


# tf.variable_scope

variable_scope = api.type("variable_scope")


@variable_scope.method
def __init__(call: Any, self: InstanceValue, name_or_scope: Any, default_name: Any, values: Any, initializer: Any,
             regularizer: Any, caching_device: Any, partitioner: Any, custom_getter: Any, reuse: Any, dtype: Any,
             use_resource: Any, constraint: Any, auxiliary_name_scope: Any) -> None:
    self.payload = open_scope(
        call, name_or_scope, default_name, values, reuse=reuse, auxiliary_name_scope=auxiliary_name_scope,
        initializer=initializer, regularizer=regularizer, caching_device=caching_device, partitioner=partitioner,
        custom_getter=custom_getter, dtype=dtype, use_resource=use_resource, constraint=constraint)


def enter_payload(call: Any, args: Any, kwargs: Any) -> Any:
    entered = args[0].payload.enter()
    return from_template(entered) if isinstance(entered, str) else entered


def exit_payload(call: Any, args: Any, kwargs: Any) -> Any:
    args[0].payload.exit()
    return None


variable_scope.method(enter_payload, name="__enter__", raw=True)
variable_scope.method(exit_payload, name="__exit__", raw=True)

# What a `@contextmanager` of TF's gives: entered once, and a decorator too.
context = Namespace("scopelint").type("context")
context.method(enter_payload, name="__enter__", raw=True)
context.method(exit_payload, name="__exit__", raw=True)


@context.method(name="__call__", raw=True)
def decorate(call: Any, args: Any, kwargs: Any) -> Any:
    """TF: tf_contextlib.contextmanager: used as a decorator, the context is made anew for each call."""
    self, function = args[0], args[1]
    remake = self.attrs.get("remake")
    def run(call: Any, args: Any, kwargs: Any) -> Any:
        opened = remake() if remake is not None else self.payload
        opened.enter()
        try:
            return call.engine.invoke(function, args, kwargs)
        finally:
            opened.exit()

    return NativeFunction("wrapped", run, raw=True)


def as_context(payload: Any, remake: Any = None) -> InstanceValue:
    """An object of the graph layer with `enter` and `exit` as a context manager of the program's."""
    attrs = {"remake": remake} if remake is not None else {}
    return InstanceValue(context.cls, attrs, payload)


class NoScope:
    """A context that does nothing to names: devices, control dependencies."""

    __slots__ = ("value",)

    def __init__(self, value: Any = None) -> None:
        self.value = value

    def enter(self) -> Any:
        return self.value

    def exit(self) -> None:
        pass


def no_scope(value: Any = None) -> InstanceValue:
    return as_context(NoScope(value))


@api.function
def variable_op_scope(call: Any, values: Any, name_or_scope: Any, default_name: Any, initializer: Any,
                      regularizer: Any, caching_device: Any, partitioner: Any, custom_getter: Any, reuse: Any,
                      dtype: Any, use_resource: Any, constraint: Any) -> Any:
    call.note("old_scope_function", function="variable_op_scope")

    def remake() -> Any:
        return open_scope(
            call, name_or_scope, default_name, values, reuse=reuse, initializer=initializer, regularizer=regularizer,
            caching_device=caching_device, partitioner=partitioner, custom_getter=custom_getter, dtype=dtype,
            use_resource=use_resource, constraint=constraint)

    return as_context(remake(), remake)


pure = private.type("_pure_variable_scope")


@pure.method(name="__init__")
def pure_init(call: Any, self: InstanceValue, name_or_scope: Any, reuse: Any, initializer: Any, regularizer: Any,
              caching_device: Any, partitioner: Any, custom_getter: Any, old_name_scope: Any, dtype: Any,
              use_resource: Any, constraint: Any) -> None:
    options = scope_options(call, {
        "initializer": initializer, "regularizer": regularizer, "caching_device": caching_device,
        "partitioner": partitioner, "custom_getter": custom_getter, "dtype": dtype, "use_resource": use_resource,
        "constraint": constraint})
    self.payload = graph_scopes.PureScope(call.graph, graph_name(name_or_scope), graph_reuse(reuse), options,
                                           graph_name(given(old_name_scope)), call.state.site())


pure.method(enter_payload, name="__enter__", raw=True)
pure.method(exit_payload, name="__exit__", raw=True)


@api.function
def get_variable_scope(call: Any) -> VariableScope:
    return graph_scopes.get_variable_scope(call.state)


@private.function(name="_get_unique_variable_scope")
def unique_variable_scope(call: Any, prefix: Any) -> Any:
    return from_template(graph_scopes.scope_store(call.graph).unique_variable_scope(graph_name(prefix)))


# tf.VariableScope

scope_class = api.type("VariableScope")


@scope_class.staticmethod
def __new__(call: Any, cls: Any, reuse: Any = None, name: Any = "", initializer: Any = None, regularizer: Any = None,
            caching_device: Any = None, partitioner: Any = None, custom_getter: Any = None, name_scope: Any = "",
            dtype: Any = None, use_resource: Any = None, constraint: Any = None) -> VariableScope:
    made = VariableScope(reuse, graph_name(name), graph_name(name_scope))
    options = scope_options(call, {
        "initializer": initializer, "regularizer": regularizer, "caching_device": caching_device,
        "partitioner": partitioner, "custom_getter": custom_getter, "dtype": dtype, "use_resource": use_resource,
        "constraint": constraint})
    for field, value in options.items():
        setattr(made, field, value)
    return made


@scope_class.property
def name(call: Any, self: VariableScope) -> Any:
    return from_template(self.name)


@scope_class.property
def original_name_scope(call: Any, self: VariableScope) -> Any:
    return from_template(self.original_name_scope)


@scope_class.property
def _name_scope(call: Any, self: VariableScope) -> Any:
    return from_template(self.original_name_scope)


@scope_class.property
def reuse(call: Any, self: VariableScope) -> Any:
    return self.reuse


@scope_class.property
def dtype(call: Any, self: VariableScope) -> Any:
    return self.dtype


def _reader(field: str) -> Any:
    return lambda call, self: scope_value(field, self)


def _writer(field: str) -> Any:
    def write(call: Any, args: Any, kwargs: Any) -> None:
        value = args[1] if len(args) > 1 else next(iter(kwargs.values()), None)
        args[0]._set(field, graph_options(call, {field: value}).get(field))

    return write


def _declare_fields() -> None:
    attrs = scope_class.cls.attrs
    for field in ("initializer", "regularizer", "caching_device", "partitioner", "custom_getter", "use_resource",
                  "constraint"):
        attrs[field] = PropertyValue(NativeFunction(field, _reader(field), f"tf.VariableScope.{field}"))
        if field != "constraint":
            name = "set_" + field
            attrs[name] = NativeFunction(name, _writer(field), f"tf.VariableScope.{name}", True)


_declare_fields()


@scope_class.method
def set_dtype(call: Any, self: VariableScope, dtype: Any) -> None:
    self.set_dtype(graph_options(call, {"dtype": dtype})["dtype"])


@scope_class.method
def reuse_variables(call: Any, self: VariableScope) -> None:
    self.reuse_variables()
    call.note("reuse_variables", scope=self.name)


def in_scope(call: Any, self: VariableScope, collection: str) -> ListValue:
    prefix = self.name + "/" if self.name else ""
    return ListValue(call.graph.get_collection(collection, prefix))


@scope_class.method
def get_collection(call: Any, self: VariableScope, name: Any) -> Any:
    return in_scope(call, self, graph_name(name))


def _lister(key: str) -> Any:
    return lambda call, self: in_scope(call, self, key)


for _name, _key in (("trainable_variables", "trainable_variables"), ("global_variables", "variables"),
                    ("local_variables", "local_variables")):
    scope_class.method(_lister(_key), name=_name)


@behaves(VariableScope)
class VariableScopeBehaviour(ClassBehaviour):
    python_class = "tf.VariableScope"


class ReuseBehaviour(ClassBehaviour):
    python_class = "builtins.object"


behaves(type(AUTO_REUSE))(ReuseBehaviour)


# tf.name_scope

name_scope = api.type("name_scope")


@name_scope.method(name="__init__")
def name_scope_init(call: Any, self: InstanceValue, name: Any, default_name: Any, values: Any) -> None:
    self.payload = graph_scopes.name_scope(call.state, graph_name(name), graph_name(given(default_name)),
                                           graph_values(values) if is_set(values) else None)


@name_scope.property
def name_(call: Any, self: InstanceValue) -> Any:
    return self.payload.name


name_scope.cls.attrs["name"] = name_scope.cls.attrs.pop("name_")
name_scope.method(enter_payload, name="__enter__", raw=True)
name_scope.method(exit_payload, name="__exit__", raw=True)


@api.function
def op_scope(call: Any, values: Any, name: Any, default_name: Any) -> Any:
    call.note("old_scope_function", function="op_scope")

    def remake() -> Any:
        return graph_scopes.op_scope(call.state, graph_values(values), graph_name(name), graph_name(default_name))

    return as_context(remake(), remake)


# tf.Graph

graph_class = api.type("Graph")


@graph_class.staticmethod
def __new__(call: Any, cls: Any = None) -> Graph:  # noqa: F811
    return call.state.new_graph()  # type: ignore[no-any-return]


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
def as_default(call: Any, self: Graph) -> Any:
    return as_context(GraphEntered(self))


@graph_class.method(name="name_scope")
def graph_name_scope(call: Any, self: Graph, name: Any) -> Any:
    return as_context(self.name_scope(graph_name(name)), lambda: self.name_scope(graph_name(name)))


@graph_class.method
def unique_name(call: Any, self: Graph, name: Any, mark_as_used: Any) -> Any:
    return from_template(self.unique_name(graph_name(name), bool(mark_as_used)))


@graph_class.method
def get_name_scope(call: Any, self: Graph) -> Any:
    return from_template(self.get_name_scope())


@graph_class.method
def get_operations(call: Any, self: Graph) -> ListValue:
    return ListValue([Operation(name, kind, self) for name, kind in self.ops.items.items()])


def find_operation(call: Any, self: Graph, name: Any) -> Any:
    """TF: Graph.get_operation_by_name. An operation that is not restated below a known one may well be there."""
    if not isinstance(name, str):
        return call.unknown("an operation whose name is not known")
    kind = self.ops.items.get(name)
    if kind is None:
        return call.unknown("an operation that is not known")
    return Operation(name, kind, self)


@graph_class.method
def get_operation_by_name(call: Any, self: Graph, name: Any) -> Any:
    return find_operation(call, self, name)


@graph_class.method
def get_tensor_by_name(call: Any, self: Graph, name: Any) -> Any:
    if isinstance(name, str) and ":" not in name:
        call.raise_("ValueError", f"The name '{name}' refers to an Operation, not a Tensor. Tensor names must be of "
                                  'the form "<op_name>:<output_index>".', kind="argument")
    if isinstance(name, str):
        op_name, _, index = name.partition(":")
        for variable in self.get_collection("variables"):
            if isinstance(variable, Variable) and variable.name == op_name:
                return Tensor(op_name, 0, "VariableV2", variable.shape, variable.tf_dtype, self, variable.deps)
        kind = self.ops.items.get(op_name)
        if kind is not None and index.isdigit():
            unknown = call.unknown("a tensor found by its name")
            return Tensor(op_name, int(index), kind, unknown, unknown, self)
    return call.unknown("a tensor found by its name")


@graph_class.method
def as_graph_element(call: Any, self: Graph, obj: Any) -> Any:
    if isinstance(obj, str):
        return get_tensor_by_name(call, self, obj) if ":" in obj else find_operation(call, self, obj)
    return obj


@graph_class.method(name="get_collection")
def graph_get_collection(call: Any, self: Graph, name: Any, scope: Any) -> Any:
    return collection(call, self, name, scope)


@graph_class.method
def get_collection_ref(call: Any, self: Graph, name: Any) -> Any:
    return call.unknown("a collection whose name is not known") if isinstance(name, Unknown) else (
        self.get_collection_ref(key_of(name)))


@graph_class.method
def add_to_collection(call: Any, self: Graph, name: Any, value: Any) -> None:
    if not isinstance(name, Unknown):
        self.add_to_collection(key_of(name), value)


@graph_class.method
def add_to_collections(call: Any, self: Graph, names: Any, value: Any) -> None:
    if isinstance(names, Unknown):
        return
    names = names.items if isinstance(names, ListValue) else names
    self.add_to_collections(key_of(names) if isinstance(names, (str, Text)) else [key_of(n) for n in names], value)


@graph_class.method
def clear_collection(call: Any, self: Graph, name: Any) -> None:
    held = self.get_collection_ref(key_of(name))
    held.touch()
    held.items.clear()


@graph_class.method
def get_all_collection_keys(call: Any, self: Graph) -> ListValue:
    return ListValue([key for key, held in self.collections.items.items() if held.items and isinstance(key, str)])


def key_of(name: Any) -> Any:
    return str(name) if isinstance(name, Text) else name


def collection(call: Any, graph: Graph, name: Any, scope: Any = None) -> Any:
    """TF: Graph.get_collection."""
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
    ref = graph.collections.get(key_of(name))
    if isinstance(scope, (Unknown, Text)):
        return ListValue(members, call.unknown("a collection filtered by what is not known in full"))
    return ListValue(members, ref.rest if ref is not None else None)


for _name in ("device", "control_dependencies", "colocate_with", "container", "gradient_override_map",
              "_attr_scope", "_kernel_label_map", "_colocate_with_for_gradient"):
    graph_class.method(lambda call, args, kwargs: no_scope(), name=_name, raw=True)
for _name in ("finalize", "_unsafe_unfinalize", "prevent_feeding", "prevent_fetching", "switch_to_thread_local",
              "_add_device_to_stack"):
    graph_class.method(lambda call, args, kwargs: None, name=_name, raw=True)
graph_class.method(lambda call, args, kwargs: call.unknown("the definition of a graph"), name="as_graph_def", raw=True)
graph_class.method(lambda call, args, kwargs: True, name="is_feedable", raw=True)
graph_class.method(lambda call, args, kwargs: True, name="is_fetchable", raw=True)


@graph_class.property
def collections(call: Any, self: Graph) -> Any:
    return get_all_collection_keys(call, self)


@graph_class.property
def version(call: Any, self: Graph) -> int:
    return len(self.ops.items)


graph_class.cls.attrs["finalized"] = False
graph_class.cls.attrs["building_function"] = False


@graph_class.property
def seed(call: Any, self: Graph) -> Any:
    return None


@behaves(Graph)
class GraphBehaviour(ClassBehaviour):
    python_class = "tf.Graph"

    def setattr(self, call: Any, value: Any, name: str, new: Any) -> bool:
        # Programs set `graph.seed` and private marks; nothing that is named depends on them.
        return True

    def compare(self, call: Any, sign: str, left: Any, right: Any) -> Any:
        if sign == "==":
            return left is right
        return left is not right if sign == "!=" else NotImplemented


@api.function
def get_default_graph(call: Any) -> Graph:
    return call.graph  # type: ignore[no-any-return]


@api.function
def reset_default_graph(call: Any) -> None:
    call.note("reset_default_graph")
    call.state.reset_default_graph()


# The same on the default graph


@api.function(name="get_collection")
def tf_get_collection(call: Any, key: Any, scope: Any) -> Any:
    return collection(call, call.graph, key, scope)


@api.function(name="get_collection_ref")
def tf_get_collection_ref(call: Any, key: Any) -> Any:
    return get_collection_ref(call, call.graph, key)


@api.function(name="add_to_collection")
def tf_add_to_collection(call: Any, name: Any, value: Any) -> None:
    add_to_collection(call, call.graph, name, value)


@api.function(name="add_to_collections")
def tf_add_to_collections(call: Any, names: Any, value: Any) -> None:
    add_to_collections(call, call.graph, names, value)


for _name in ("device", "control_dependencies", "colocate_with", "container", "variable_creator_scope",
              "init_scope"):
    api.function(lambda call, args, kwargs: no_scope(), name=_name, raw=True)


@Namespace("tf.contrib.framework").function(name="get_name_scope")
def contrib_get_name_scope(call: Any) -> Any:
    return from_template(call.graph.get_name_scope())


@Namespace("tensorflow.python.framework.ops").function(name="get_name_scope")
def ops_get_name_scope(call: Any) -> Any:
    return from_template(call.graph.get_name_scope())


@api.function
def set_random_seed(call: Any, seed: Any) -> None:
    return None


# tf.GraphKeys

keys = api.type("GraphKeys")


def _declare_keys() -> None:
    from scopelint.apis import tables

    for attribute, member in tables.own_members("tf.GraphKeys").items():
        if member.value.startswith("const:"):
            value = tables.constant(member.value)
            keys.constant(attribute, ListValue(value) if isinstance(value, list) else value)
    keys.constant("VARIABLES", "variables")


_declare_keys()


# Partitioners


def partitioner(namespace: Namespace, name: str, slices: Any) -> None:
    """A function that makes a partitioner. `slices(call, given, shape, dtype)` tells how many parts on each axis."""

    def make(call: Any, args: Any, kwargs: Any) -> Any:
        from scopelint.apis.layer_tools import bind

        bound, _ = bind(call, f"{namespace.path}.{name}", args, kwargs)

        def run(call: Any, args: Any, kwargs: Any) -> Any:
            shape = kwargs.get("shape", args[0] if args else None)
            dtype = kwargs.get("dtype", args[1] if len(args) > 1 else None)
            dims = getattr(shape, "dims", shape)
            if not isinstance(dims, tuple) or not all(isinstance(d, int) for d in dims):
                return call.unknown("how a variable is partitioned")
            return slices(call, bound, list(dims), dtype)

            return NativeFunction(name, run, raw=True)

    namespace.function(make, name=name, raw=True)


def _fixed(call: Any, given: dict[str, Any], shape: list[int], dtype: Any) -> Any:
    """TF: fixed_size_partitioner."""
    axis, count = given["axis"], given["num_shards"]
    if not isinstance(axis, int) or not isinstance(count, int):
        return call.unknown("how a variable is partitioned")
    parts = [1] * len(shape)
    parts[axis] = min(count, shape[axis])
    return ListValue(parts)


def _variable_axis(call: Any, given: dict[str, Any], shape: list[int], dtype: Any) -> Any:
    """TF: variable_axis_size_partitioner. As few parts as stay below the size in bytes."""
    size = 16 if getattr(dtype, "base_name", "") == "string" else getattr(dtype, "size", None)
    axis, most, shards = given["axis"], given["max_shard_bytes"], given["max_shards"]
    if given.get("bytes_per_string_element") is not None and getattr(dtype, "base_name", "") == "string":
        size = given["bytes_per_string_element"]
    if not all(isinstance(number, int) for number in (size, axis, most)) or isinstance(shards, Unknown):
        return call.unknown("how a variable is partitioned")
    partitions = [1] * len(shape)
    total = size
    for dim in shape:
        total *= dim
    slice_bytes = total // shape[axis] if shape[axis] else 0
    per_shard = max(1, most // slice_bytes) if slice_bytes else 1
    count = -(-shape[axis] // per_shard)
    partitions[axis] = max(1, min(shards, count) if shards else count)
    return ListValue(partitions)


def _min_max(call: Any, given: dict[str, Any], shape: list[int], dtype: Any) -> Any:
    """TF: min_max_variable_partitioner."""
    size = given.get("bytes_per_string_element", 16) if getattr(dtype, "base_name", "") == "string" else getattr(
        dtype, "size", None)
    axis, most, least = given["axis"], given["max_partitions"], given["min_slice_size"]
    if not all(isinstance(number, int) for number in (size, axis, most, least)):
        return call.unknown("how a variable is partitioned")
    total = 1
    for dim in shape:
        total *= dim
    partitions = [1] * len(shape)
    partitions[axis] = max(1, min(shape[axis], most, -(-total * size // least)))
    return ListValue(partitions)


partitioner(api, "fixed_size_partitioner", _fixed)
partitioner(api, "variable_axis_size_partitioner", _variable_axis)
partitioner(api, "min_max_variable_partitioner", _min_max)

