"""Variables: tf.get_variable, tf.Variable and what they are asked and told."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call, Raised
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework import bare_op, operations
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.framework.callables import is_callable
from scopelint.apis.tf.framework.constant_checks import check_constant
from scopelint.apis.tf.framework.conversion import graph_dtype, graph_name, is_set, none_if_default
from scopelint.apis.tf.framework.lookups import tensor_named
from scopelint.apis.tf.framework.op_inputs import reference
from scopelint.apis.tf.framework.python_values import base, list_dtype
from scopelint.apis.tf.framework.replicas import component
from scopelint.apis.tf.framework.sessions import emit_session_run
from scopelint.apis.tf.ops.assign import declare_assigns, declare_scatters
from scopelint.apis.tf.ops.control_flow import cond
from scopelint.apis.tf.ops.scopes import open_scope, scope_class
from scopelint.apis.tf.ops.variable_options import graph_initial_value, graph_options
from scopelint.graph import store
from scopelint.graph.scopes import VariableScope, get_variable_scope
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import ClassValue, NativeFunction, NativeObject
from scopelint.values.tensors import (
    DTYPES,
    FLOAT32,
    Operation,
    PartitionedVariable,
    Tensor,
    TensorShape,
    Variable,
)
from scopelint.values.text import from_template

api = Namespace("tf")
train = Namespace("tf.train")

GET = (
    "name",
    "shape",
    "dtype",
    "initializer",
    "regularizer",
    "trainable",
    "collections",
    "caching_device",
    "partitioner",
    "validate_shape",
    "use_resource",
    "custom_getter",
    "constraint",
    "synchronization",
    "aggregation",
)


def get(call: Call, name: Any, *, by: str = "get_variable", scope: VariableScope | None = None, **options: Any) -> Any:
    """tf.get_variable with a program's values, for other summaries: `reuse`, and all that get_variable takes."""
    # TF looks at the dtype first, and at the shape only where the initializer is no value.
    if options.get("dtype") is not None:
        options = {"dtype": options.pop("dtype"), **options}
    value = options.get("initializer")
    is_value = isinstance(value, (bool, int, float, str, tuple, ListValue))
    asked = options.get("dtype")
    if is_value and isinstance(asked, ClassValue) and asked.canonical in ("builtins.int", "builtins.str"):
        found = list_dtype(value)
        message = f"Initializer type '{found}' and explicit dtype '<class '{asked.name}'>' don't match."
        call.raise_("ValueError", message, kind="argument")
    shape = options.get("shape")
    if isinstance(shape, Tensor):
        # As a list of dimensions, which it is not: TF refuses to look at its members.
        if _is_constant(value):
            call.raise_("ValueError", "If initializer is a constant, do not specify shape.", kind="argument")
        graph_dtype(call, options.get("dtype"))
        call.members(shape)
    try:
        made = graph_options(call, {"name": name, **options})
    except Raised:
        if is_set(shape) and _is_constant(value) and not _is_sliced(call, options):
            # TF: _get_single_variable, before it reads the shape.
            call.raise_("ValueError", "If initializer is a constant, do not specify shape.", kind="argument")
        raise
    of_scalar = isinstance(shape, TensorShape) and isinstance(shape.dims, tuple) and not shape.dims
    if of_scalar and _is_sliced(call, made):
        # A list of no sizes is let pass as that of a scalar.
        call.raise_("ValueError", "A partitioned Variable must have rank at least 1, shape: ()", kind="argument")
    if isinstance(options.get("initializer"), (ListValue, tuple)):
        check_constant(call, options["initializer"], None, None)
    dtype = options.get("dtype")
    if isinstance(dtype, (str, ClassValue)):
        made["dtype_given"] = dtype
    return store.get_variable(call.state, made.pop("name"), by=by, scope=scope, **made)


def _is_constant(initializer: AnyValue) -> bool:
    """Is it known to be given, and to be no function?"""
    return is_set(initializer) and not isinstance(initializer, Unknown) and not is_callable(initializer)


def _is_sliced(call: Call, options: dict[str, Any]) -> bool:
    slicing = options.get("partitioner") or get_variable_scope(call.state).partitioner
    return slicing is not None and not isinstance(slicing, Unknown)


def make(call: Call, initial_value: AnyValue, *, by: str = "Variable", **options: Any) -> Any:
    """tf.Variable with a program's values, for other summaries."""
    try:
        made = graph_options(call, options)
        check_constant(call, initial_value, None, made.get("dtype"))
    except Raised:
        # By then the name scope of the variable is open: its name is taken.
        with call.graph.name_scope(graph_name(options.get("name"), "Variable")):
            raise
    shape = options.get("shape")
    if isinstance(shape, TensorShape) and shape.dims is None:
        # Not the same as none at all: the variable may come to have any.
        made["shape"] = shape
    constraint = none_if_default(options.get("constraint"))
    if constraint is not None and not isinstance(constraint, Unknown) and not is_callable(constraint):
        call.raise_("ValueError", "The `constraint` argument must be a callable.", kind="argument")
    return store.variable(call.state, graph_initial_value(call, initial_value), by=by, **made)


@api.function
def get_variable(
    call: Call,
    name: AnyValue,
    shape: AnyValue,
    dtype: AnyValue,
    initializer: Any,
    regularizer: AnyValue,
    trainable: Any,
    collections: AnyValue,
    caching_device: AnyValue,
    partitioner: AnyValue,
    validate_shape: AnyValue,
    use_resource: AnyValue,
    custom_getter: AnyValue,
    constraint: AnyValue,
    synchronization: AnyValue,
    aggregation: AnyValue,
) -> Any:
    return get(
        call,
        name,
        shape=shape,
        dtype=dtype,
        initializer=initializer,
        regularizer=regularizer,
        trainable=trainable,
        collections=collections,
        caching_device=caching_device,
        partitioner=partitioner,
        validate_shape=validate_shape,
        use_resource=use_resource,
        custom_getter=custom_getter,
        constraint=constraint,
        synchronization=synchronization,
        aggregation=aggregation,
    )


@api.function
def get_local_variable(
    call: Call,
    name: AnyValue,
    shape: AnyValue,
    dtype: AnyValue,
    initializer: AnyValue,
    regularizer: AnyValue,
    collections: AnyValue,
    caching_device: AnyValue,
    partitioner: AnyValue,
    validate_shape: AnyValue,
    use_resource: AnyValue,
    custom_getter: AnyValue,
    constraint: AnyValue,
    synchronization: AnyValue,
    aggregation: AnyValue,
) -> Any:
    """TF: get_local_variable. Never trainable, and in the local collection beside those asked for."""
    names = [
        *(collections.items if isinstance(collections, ListValue) else none_if_default(collections) or ()),
        "local_variables",
    ]
    return get(
        call,
        name,
        shape=shape,
        dtype=dtype,
        initializer=initializer,
        regularizer=regularizer,
        trainable=False,
        collections=ListValue(names),
        caching_device=caching_device,
        partitioner=partitioner,
        validate_shape=validate_shape,
        use_resource=use_resource,
        custom_getter=custom_getter,
        constraint=constraint,
        synchronization=synchronization,
        aggregation=aggregation,
    )


def _get_in_scope(
    call: Call,
    self: VariableScope,
    var_store: AnyValue,
    name: AnyValue,
    shape: AnyValue,
    dtype: AnyValue,
    initializer: AnyValue,
    regularizer: AnyValue,
    reuse: AnyValue,
    trainable: AnyValue,
    collections: AnyValue,
    caching_device: AnyValue,
    partitioner: AnyValue,
    validate_shape: AnyValue,
    use_resource: AnyValue,
    custom_getter: AnyValue,
    constraint: AnyValue,
) -> Any:
    return get(
        call,
        name,
        scope=self,
        shape=shape,
        dtype=dtype,
        initializer=initializer,
        regularizer=regularizer,
        reuse=reuse,
        trainable=trainable,
        collections=collections,
        caching_device=caching_device,
        partitioner=partitioner,
        validate_shape=validate_shape,
        use_resource=use_resource,
        custom_getter=custom_getter,
        constraint=constraint,
    )


def _declare_on_scope() -> None:
    scope_class.method(_get_in_scope, name="get_variable")


_declare_on_scope()

private = Namespace("tensorflow.python.ops.variable_scope")


@private.function(name="variable", raw=True)
def _variable(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return call.engine.invoke(call.find("tf.Variable"), args, kwargs)


# tf.Variable

base_class = Namespace("tf.compat.v2").type("Variable")
variable_class = api.type("Variable", bases=(base_class.cls,))


@variable_class.method(raw=True)
def __new__(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: VariableMetaclass.__call__. A variable is made, whatever class of them is asked."""

    _, *rest = args
    bound, _extra = bind(call, "tf.Variable", tuple(rest), kwargs)
    initial = bound.pop("initial_value")
    definition = bound.pop("variable_def", None)
    if is_set(definition) and not is_set(initial):
        # TF takes one of the two.
        return _from_definition(call, definition)
    for unused in ("import_scope", "expected_shape", "caching_device"):
        bound.pop(unused, None)
    for key in ("synchronization", "aggregation"):
        value: Any = bound.get(key)
        bound[key] = value.name.rpartition(".")[2] if hasattr(value, "name") and isinstance(value.name, str) else None
    return make(call, initial, **bound)


def _from_definition(call: Call, definition: AnyValue) -> Any:
    """TF: RefVariable._init_from_proto: the variable that the graph has by that name."""
    held = definition.payload if isinstance(definition, NativeObject) else None
    if not isinstance(held, Variable):
        return call.unknown("a variable that is made from its definition")
    tensor_named(call, call.graph, held.tf_name)
    found = [v for v in call.graph.get_collection("variables") if getattr(v, "name", None) == held.name]
    return found[0] if found else call.unknown("a variable that is made from its definition")


base_class.method(__new__, name="__new__", raw=True)

resource_class = Namespace("tensorflow.python.ops.resource_variable_ops").type(
    "ResourceVariable", bases=(variable_class.cls,)
)


@resource_class.method(name="__new__", raw=True)
def new_resource(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: ResourceVariable, made by itself: its own order of parameters."""
    order = (
        "initial_value",
        "trainable",
        "collections",
        "validate_shape",
        "caching_device",
        "name",
        "dtype",
        "variable_def",
        "import_scope",
        "constraint",
    )
    return __new__(call, args[:1], {**dict(zip(order, args[1:], strict=False)), **kwargs, "use_resource": True})


Var = Any
"""A Variable, or a PartitionedVariable where TF lets one stand for it."""


def declare_property(name: str, read: Any) -> None:
    base_class.property(_named(name, read))


def _named(name: str, impl: Any) -> Any:
    impl.__name__ = name
    return impl


def read_name(call: Call, self: Any) -> Any:
    if isinstance(self, Variable):
        self.graph.note_read(self.name, self.when)
    return from_template(component(call.state, self).tf_name)


def read_op(call: Call, self: Any) -> Any:
    kind = "VarHandleOp" if self.is_resource is True else "VariableV2"
    return Operation(component(call.state, self).name, kind, self.graph)


declare_property("name", read_name)
declare_property("_shared_name", lambda call, self: from_template(self.name))
declare_property("op", read_op)
declare_property("shape", lambda call, self: TensorShape(self.shape))
declare_property("dtype", lambda call, self: self.tf_dtype)
declare_property("trainable", lambda call, self: self.trainable)
declare_property("graph", lambda call, self: self.graph)
declare_property("device", lambda call, self: "")
declare_property("constraint", lambda call, self: None)
declare_property(
    "initializer",
    lambda call, self: Operation(
        self.name + "/Assign", "AssignVariableOp" if self.is_resource is True else "Assign", self.graph
    ),
)
declare_property(
    "initial_value",
    lambda call, self: Tensor(_initial_name(self), 0, "Const", _initial_shape(self), base(self.dtype), self.graph),
)
declare_property("_save_slice_info", lambda call, self: _slice_info(call, self))
base_class.method(lambda call, self: reference(call, self), name="_ref")
declare_property("_variable", lambda call, self: self)
declare_property("handle", lambda call, self: Tensor(self.name, 0, "VarHandleOp", (), DTYPES["resource"], self.graph))
declare_property("_handle_name", lambda call, self: from_template(self.tf_name))
declare_property("_in_graph_mode", lambda call, self: True)
declare_property("_cached_value", lambda call, self: None)
declare_property("create", lambda call, self: Operation(self.name, "VarHandleOp", self.graph))


def _initial_shape(self: Variable) -> Any:
    """That of the value itself, where the variable may come to have another."""
    own = getattr(self.initial_value, "shape", None)
    return own if self.shape is None and isinstance(own, tuple) else self.shape


def _initial_name(self: Variable) -> str:
    source = self.initial_value
    if getattr(source, "tensor", None) is not None:
        return source.tensor.op_name  # type: ignore[no-any-return]
    below = getattr(source, "ops", None)
    if below is not None:
        made = below(self.shape, self.dtype)
        return f"{self.name}/Initializer/{made[-1][0]}" if made else self.name + "/initial_value"
    return self.name + "/initial_value"


def _slice_info(call: Call, self: Variable) -> Any:
    if self.slice_info is None:
        return None

    full_name, offset = self.slice_info
    return NativeObject("slice_info", None, {"full_name": from_template(full_name), "var_offset": ListValue(offset)})


@base_class.method
def get_shape(call: Call, self: Var) -> TensorShape:
    return TensorShape(self.shape)


@base_class.method
def set_shape(call: Call, self: Var, shape: AnyValue) -> None:
    return None


def value_of(call: Call, self: Variable) -> Tensor:
    """TF: Variable.value: the snapshot of a ref variable; one of resource is read anew."""
    return operations.read(call, self)


base_class.method(value_of, name="value")
base_class.method(value_of, name="_AsTensor")
base_class.method(value_of, name="sparse_read")
base_class.method(lambda call, self: self, name="_as_graph_element")


@base_class.method
def read_value(call: Call, self: Variable) -> Tensor:
    """TF: read_value."""
    graph = call.graph
    if self.is_resource is True:
        with operations.scope(call, "Read"):
            operations.read(call, self)
        name, kind = graph.op("Identity", "Identity"), "Identity"
    else:
        name, kind = graph.op("Identity", "read"), "Identity"
    return Tensor(name, 0, kind, self.shape, base(self.dtype), graph, self.deps)


@base_class.method
def initialized_value(call: Call, self: Variable) -> Any:
    """TF: initialized_value: the value or the initial one, whichever there is."""

    is_there = is_variable_initialized(call, self)
    initial = call.getattr(self, "initial_value")
    return cond(call, is_there, lambda: read_value(call, self), lambda: initial)


@api.function
def is_variable_initialized(call: Call, variable: AnyValue) -> Any:
    if isinstance(variable, Variable) and variable.is_resource is True:
        made = bare_op.make(call, "VarIsInitializedOp", dtype=DTYPES["bool"])
    else:
        made = bare_op.make(call, "IsVariableInitialized", dtype=DTYPES["bool"])
    call.graph.draw(made.op_name, variable)
    return made


@base_class.method(raw=True)
def load(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    return None


@base_class.method(name="eval", raw=True)
def eval_(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    emit_session_run(call, "eval")
    return call.unknown("the value of a variable")


@base_class.method(raw=True)
def to_proto(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    self = args[0]
    name = from_template(self.tf_name)
    return NativeObject("variable_def", self, {"variable_name": name, "trainable": self.trainable})


@base_class.method
def experimental_ref(call: Call, self: Var) -> Any:
    return self


@base_class.method
def is_initialized(call: Call, self: Variable) -> Any:
    return is_variable_initialized(call, self)


declare_assigns(base_class)
declare_scatters(base_class)


# Partitioned variables

parts_class = Namespace("tensorflow.python.ops.variables").type("PartitionedVariable")


@parts_class.property
def name(call: Call, self: PartitionedVariable) -> Any:
    return from_template(self.name)


@parts_class.property
def dtype(call: Call, self: PartitionedVariable) -> Any:
    return self.parts[0].tf_dtype if self.parts else self.dtype


@parts_class.property
def shape(call: Call, self: PartitionedVariable) -> TensorShape:
    return TensorShape(self.shape)


parts_class.method(get_shape, name="get_shape")


@parts_class.method
def as_tensor(call: Call, self: PartitionedVariable) -> Tensor:
    return operations.convert(call, self)


parts_class.method(lambda call, self: ListValue(self.parts), name="_get_variable_list")
parts_class.method(lambda call, self: ListValue(self.partitions), name="_get_partitions")


@parts_class.property
def op(call: Call, self: PartitionedVariable) -> Any:
    return call.raise_("AttributeError", "'PartitionedVariable' object has no attribute 'op'")


# Collections of variables


# Resource variables or the other kind


@api.function
def enable_resource_variables(call: Call) -> None:
    use_resources(call, True)


@api.function
def disable_resource_variables(call: Call) -> None:
    use_resources(call, False)


def use_resources(call: Call, on: bool) -> None:
    call.state.touch()
    call.state.use_resource_default = on


@api.function
def resource_variables_enabled(call: Call) -> Any:
    return bool(call.state.use_resource_default)


@api.function(also=("tf.compat.v1.create_partitioned_variables",))
def create_partitioned_variables(
    call: Call,
    shape: AnyValue,
    slicing: AnyValue,
    initializer: AnyValue,
    dtype: AnyValue = None,
    trainable: AnyValue = True,
    collections: AnyValue = None,
    name: AnyValue = None,
    reuse: AnyValue = None,
) -> Any:
    """TF: create_partitioned_variables: variables of the scope `PartitionedVariable`, or `name`."""

    opened = open_scope(call, name, "PartitionedVariable", reuse=reuse)
    scope = opened.enter()
    try:
        outer = scope.name.rpartition("/")
        parent = get_variable_scope(call.state)
        leaf = outer[2]
        named = VariableScope(parent.reuse, outer[0], parent.original_name_scope, parent.sites[:-1])
        parts = NativeFunction("partitioner", lambda call, args, kwargs: slicing, raw=True)
        made = get(
            call,
            leaf,
            scope=named,
            shape=shape,
            dtype=graph_dtype(call, dtype) or FLOAT32,
            initializer=initializer,
            trainable=trainable,
            collections=collections,
            partitioner=parts,
            reuse=scope.reuse,
        )
    finally:
        opened.exit()
    return ListValue(made.parts) if isinstance(made, PartitionedVariable) else ListValue([made])


resources = Namespace("tensorflow.python.ops.resource_variable_ops")


@resources.function
def is_resource_variable(call: Call, var: AnyValue) -> Any:
    return var.is_resource if isinstance(var, Variable) else var if isinstance(var, Unknown) else False
