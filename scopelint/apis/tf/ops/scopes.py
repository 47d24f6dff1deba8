"""Name scopes, variable scopes, graphs: tf.variable_scope, tf.name_scope, tf.Graph and their like."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.context_managers import as_context, enter_payload, exit_payload, no_scope
from scopelint.apis.tf.framework.conversion import graph_name, is_set, none_if_default
from scopelint.apis.tf.framework.graphs import shown
from scopelint.apis.tf.ops.variable_options import graph_options, scope_options, scope_value
from scopelint.graph import scopes as graph_scopes
from scopelint.graph.scopes import AUTO_REUSE, VariableScope
from scopelint.values.base import AnyValue
from scopelint.values.containers import ListValue
from scopelint.values.objects import ClassValue, InstanceValue, NativeFunction, PropertyValue
from scopelint.values.tensors import Tensor
from scopelint.values.text import from_template

api = Namespace("tf")
private = Namespace("tensorflow.python.ops.variable_scope")

declare_reuse = Namespace("tensorflow.python.ops.variable_scope._ReuseMode")
declare_reuse.constant("AUTO_REUSE", AUTO_REUSE)
api.constant("AUTO_REUSE", AUTO_REUSE)

OPTIONS = (
    "initializer",
    "regularizer",
    "caching_device",
    "partitioner",
    "custom_getter",
    "dtype",
    "use_resource",
    "constraint",
)


def graph_values(values: AnyValue) -> Any:
    """`values=` as the graph layer looks through it for tensors."""
    if isinstance(values, ListValue):
        return tuple(values.items)
    return values if isinstance(values, tuple) else ((values,) if isinstance(values, Tensor) else ())


def graph_reuse(reuse: AnyValue) -> Any:
    """The reuse mode: True, False, None, AUTO_REUSE or an Unknown; anything else is refused by the graph layer."""
    return None if not is_set(reuse) else reuse


def open_scope(
    call: Call,
    name_or_scope: AnyValue,
    default_name: AnyValue = None,
    values: AnyValue = None,
    *,
    reuse: AnyValue = None,
    auxiliary_name_scope: AnyValue = True,
    **options: Any,
) -> Any:
    """A variable scope's context out of a program's arguments."""
    if isinstance(default_name, (int, float)) and not isinstance(default_name, bool):
        default_name = str(default_name)
    return graph_scopes.variable_scope(
        call.state,
        graph_name(name_or_scope),
        graph_name(default_name),
        graph_values(values),
        reuse=graph_reuse(reuse),
        auxiliary_name_scope=auxiliary_name_scope,
        **scope_options(call, options),
    )


# tf.variable_scope

variable_scope = api.type("variable_scope")


@variable_scope.method
def __init__(
    call: Call,
    self: InstanceValue,
    name_or_scope: AnyValue,
    default_name: AnyValue,
    values: AnyValue,
    initializer: AnyValue,
    regularizer: AnyValue,
    caching_device: AnyValue,
    partitioner: AnyValue,
    custom_getter: AnyValue,
    reuse: AnyValue,
    dtype: AnyValue,
    use_resource: AnyValue,
    constraint: AnyValue,
    auxiliary_name_scope: AnyValue,
) -> None:
    self.payload = open_scope(
        call,
        name_or_scope,
        default_name,
        values,
        reuse=reuse,
        auxiliary_name_scope=auxiliary_name_scope,
        initializer=initializer,
        regularizer=regularizer,
        caching_device=caching_device,
        partitioner=partitioner,
        custom_getter=custom_getter,
        dtype=dtype,
        use_resource=use_resource,
        constraint=constraint,
    )


variable_scope.method(enter_payload, name="__enter__", raw=True)
variable_scope.method(exit_payload, name="__exit__", raw=True)

Namespace("tensorflow.python.util.deprecation").function(
    lambda call, args, kwargs: no_scope(), name="silence", raw=True
)


@api.function
def variable_op_scope(
    call: Call,
    values: Any,
    name_or_scope: Any,
    default_name: Any,
    initializer: Any,
    regularizer: Any,
    caching_device: Any,
    partitioner: Any,
    custom_getter: Any,
    reuse: Any,
    dtype: Any,
    use_resource: Any,
    constraint: Any,
) -> Any:
    call.note("old_scope_function", function="variable_op_scope")

    def remake() -> Any:
        return open_scope(
            call,
            name_or_scope,
            default_name,
            values,
            reuse=reuse,
            initializer=initializer,
            regularizer=regularizer,
            caching_device=caching_device,
            partitioner=partitioner,
            custom_getter=custom_getter,
            dtype=dtype,
            use_resource=use_resource,
            constraint=constraint,
        )

    return as_context(remake(), remake)


pure = private.type("_pure_variable_scope")


@pure.method(name="__init__")
def pure_init(
    call: Call,
    self: InstanceValue,
    name_or_scope: AnyValue,
    reuse: AnyValue,
    initializer: AnyValue,
    regularizer: AnyValue,
    caching_device: AnyValue,
    partitioner: AnyValue,
    custom_getter: AnyValue,
    old_name_scope: AnyValue,
    dtype: AnyValue,
    use_resource: AnyValue,
    constraint: AnyValue,
) -> None:
    options = scope_options(
        call,
        {
            "initializer": initializer,
            "regularizer": regularizer,
            "caching_device": caching_device,
            "partitioner": partitioner,
            "custom_getter": custom_getter,
            "dtype": dtype,
            "use_resource": use_resource,
            "constraint": constraint,
        },
    )
    self.payload = graph_scopes.PureScope(
        call.graph,
        graph_name(name_or_scope),
        graph_reuse(reuse),
        options,
        graph_name(none_if_default(old_name_scope)),
        call.state.site(),
    )


pure.method(enter_payload, name="__enter__", raw=True)
pure.method(exit_payload, name="__exit__", raw=True)


@api.function
def get_variable_scope(call: Call) -> VariableScope:
    return graph_scopes.get_variable_scope(call.state)


@private.function(name="_get_unique_variable_scope")
def unique_variable_scope(call: Call, prefix: AnyValue) -> Any:
    return from_template(graph_scopes.scope_store(call.graph).unique_variable_scope(call.graph, graph_name(prefix)))


# tf.VariableScope

scope_class = api.type("VariableScope")


@scope_class.staticmethod
def __new__(
    call: Call,
    cls: ClassValue,
    reuse: AnyValue = None,
    name: AnyValue = "",
    initializer: AnyValue = None,
    regularizer: AnyValue = None,
    caching_device: AnyValue = None,
    partitioner: AnyValue = None,
    custom_getter: AnyValue = None,
    name_scope: AnyValue = "",
    dtype: AnyValue = None,
    use_resource: AnyValue = None,
    constraint: AnyValue = None,
) -> VariableScope:
    made = VariableScope(reuse, graph_name(name), graph_name(name_scope))
    options = scope_options(
        call,
        {
            "initializer": initializer,
            "regularizer": regularizer,
            "caching_device": caching_device,
            "partitioner": partitioner,
            "custom_getter": custom_getter,
            "dtype": dtype,
            "use_resource": use_resource,
            "constraint": constraint,
        },
    )
    for field, value in options.items():
        setattr(made, field, value)
    return made


@scope_class.property
def name(call: Call, self: VariableScope) -> Any:
    return from_template(self.name)


@scope_class.property
def original_name_scope(call: Call, self: VariableScope) -> Any:
    return from_template(self.original_name_scope)


@scope_class.property
def _name_scope(call: Call, self: VariableScope) -> Any:
    return from_template(self.original_name_scope)


@scope_class.property
def reuse(call: Call, self: VariableScope) -> Any:
    return self.reuse


@scope_class.property
def dtype(call: Call, self: VariableScope) -> Any:
    return self.dtype


scope_class.cls.attrs["_name"] = scope_class.cls.attrs["name"]
scope_class.cls.attrs["_reuse"] = scope_class.cls.attrs["reuse"]
scope_class.cls.attrs["_dtype"] = scope_class.cls.attrs["dtype"]


def _reader(field: str) -> Any:
    return lambda call, self: scope_value(field, self)


def _writer(field: str) -> Any:
    def write(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        value = args[1] if len(args) > 1 else next(iter(kwargs.values()), None)
        args[0]._set(field, graph_options(call, {field: value}).get(field))

    return write


def _declare_fields() -> None:
    attrs = scope_class.cls.attrs
    for field in (
        "initializer",
        "regularizer",
        "caching_device",
        "partitioner",
        "custom_getter",
        "use_resource",
        "constraint",
    ):
        attrs[field] = PropertyValue(NativeFunction(field, _reader(field), f"tf.VariableScope.{field}"))
        attrs["_" + field] = attrs[field]
        if field != "constraint":
            name = "set_" + field
            attrs[name] = NativeFunction(name, _writer(field), f"tf.VariableScope.{name}", True)


_declare_fields()


@scope_class.method
def set_dtype(call: Call, self: VariableScope, dtype: AnyValue) -> None:
    self.set_dtype(graph_options(call, {"dtype": dtype})["dtype"])


@scope_class.method
def reuse_variables(call: Call, self: VariableScope) -> None:
    self.reuse_variables()
    call.note("reuse_variables", scope=self.name)


def in_scope(call: Call, self: VariableScope, collection: str) -> ListValue:
    prefix = self.name + "/" if self.name else ""
    return shown(call, call.graph.get_collection(collection, prefix))


@scope_class.method
def get_collection(call: Call, self: VariableScope, name: AnyValue) -> Any:
    return in_scope(call, self, graph_name(name))


def _lister(key: str) -> Any:
    return lambda call, self: in_scope(call, self, key)


for _name, _key in (
    ("trainable_variables", "trainable_variables"),
    ("global_variables", "variables"),
    ("local_variables", "local_variables"),
):
    scope_class.method(_lister(_key), name=_name)


# tf.name_scope

name_scope = api.type("name_scope")


@name_scope.method(name="__init__")
def name_scope_init(call: Call, self: InstanceValue, name: AnyValue, default_name: AnyValue, values: AnyValue) -> None:
    self.payload = graph_scopes.name_scope(
        call.state,
        graph_name(name),
        graph_name(none_if_default(default_name)),
        graph_values(values) if is_set(values) else None,
    )


@name_scope.property
def name_(call: Call, self: InstanceValue) -> Any:
    return self.payload.name


name_scope.cls.attrs["name"] = name_scope.cls.attrs.pop("name_")
name_scope.method(enter_payload, name="__enter__", raw=True)
name_scope.method(exit_payload, name="__exit__", raw=True)


name_scope_v2 = Namespace("tf.compat.v2").type("name_scope")


@name_scope_v2.method(name="__init__")
def name_scope_v2_init(call: Call, self: InstanceValue, name: AnyValue) -> None:
    """TF: name_scope_v2: it needs a name, and may be entered more than once."""
    if name is None:
        call.raise_("ValueError", "name for name_scope must be a string.", kind="argument")
    self.set("_name", name)
    self.set("name", name)


@name_scope_v2.method(name="__enter__")
def enter_name_scope_v2(call: Call, self: InstanceValue) -> Any:
    self.touch()
    self.payload = (graph_scopes.name_scope(call.state, graph_name(self.attrs["_name"]), None, None), self.payload)
    return from_template(self.payload[0].enter())


@name_scope_v2.method(name="__exit__", raw=True)
def exit_name_scope_v2(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    self = args[0]
    if isinstance(self.payload, tuple):
        entered, before = self.payload
        self.touch()
        self.payload = before
        entered.exit()


@api.function
def op_scope(call: Call, values: Any, name: Any, default_name: Any) -> Any:
    call.note("old_scope_function", function="op_scope")

    def remake() -> Any:
        return graph_scopes.op_scope(call.state, graph_values(values), graph_name(name), graph_name(default_name))

    return as_context(remake(), remake)
