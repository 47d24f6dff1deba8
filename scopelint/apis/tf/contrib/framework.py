"""tf.contrib.framework: its variables, its ways to find and restore them."""

from __future__ import annotations

import re
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tables.recorded import ops
from scopelint.apis.tf.contrib.arg_scope import scoped
from scopelint.apis.tf.framework.bare_op import op_like
from scopelint.apis.tf.framework.constant_checks import kind_of
from scopelint.apis.tf.framework.conversion import graph_shape, is_set
from scopelint.apis.tf.framework.graphs import collection
from scopelint.apis.tf.framework.python_values import is_dense_tensor
from scopelint.apis.tf.framework.recorded import leave, mode_of
from scopelint.apis.tf.framework.restoring import Saved, by_name, callback, restored, saved
from scopelint.apis.tf.ops import variables
from scopelint.apis.tf.ops.assign import assign_to
from scopelint.apis.tf.train.global_step import assert_integer_scalar, get_global_step
from scopelint.apis.tf.train.initialized_from import init
from scopelint.graph.names import Graph
from scopelint.graph.scopes import VariableScope, get_variable_scope
from scopelint.patterns import guarded
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import NativeFunction
from scopelint.values.tensors import (
    Operation,
    Tensor,
    Variable,
    is_fully_defined,
    merge_shapes,
    shape_text,
    shapes_compatible,
)
from scopelint.values.text import Text, from_template
from scopelint.values.truth import NO, YES

api = Namespace("tf.contrib.framework")


def names_in(call: Call, collections: AnyValue) -> list[Any]:
    """The members of `collections=`."""
    if not is_set(collections) or isinstance(collections, Unknown):
        return []
    members = call.members(collections)
    return [] if isinstance(members, Unknown) else members


@scoped(api)
def variable(
    call: Call,
    name: Any,
    shape: AnyValue,
    dtype: Any,
    initializer: AnyValue,
    regularizer: AnyValue,
    trainable: AnyValue,
    collections: AnyValue,
    caching_device: AnyValue,
    partitioner: AnyValue,
    custom_getter: AnyValue,
    use_resource: Any,
) -> Any:
    """TF: contrib.framework.variable. Whoever gives a custom getter here has it called in get_variable's place."""
    names = names_in(call, collections) or ["variables"]
    options = {
        "shape": shape,
        "dtype": dtype,
        "initializer": initializer,
        "regularizer": regularizer,
        "trainable": trainable,
        "collections": ListValue(dict.fromkeys(names)),
        "caching_device": caching_device,
        "partitioner": partitioner,
        "use_resource": use_resource,
    }
    if custom_getter is None:
        return variables.get(call, name, **options)

    return call.invoke(custom_getter, name, reuse=get_variable_scope(call.state).reuse, **options)


@scoped(api)
def model_variable(
    call: Call,
    name: AnyValue,
    shape: AnyValue,
    dtype: AnyValue,
    initializer: AnyValue,
    regularizer: AnyValue,
    trainable: AnyValue,
    collections: AnyValue,
    caching_device: AnyValue,
    device: AnyValue,
    partitioner: AnyValue,
    custom_getter: AnyValue,
    use_resource: AnyValue,
) -> Any:
    """TF: contrib.framework.model_variable, which asks `variable`, with that one's defaults."""
    names = ListValue([*names_in(call, collections), "variables", "model_variables"])
    return call.new(
        "tf.contrib.framework.variable",
        name,
        shape=shape,
        dtype=dtype,
        initializer=initializer,
        regularizer=regularizer,
        trainable=trainable,
        collections=names,
        caching_device=caching_device,
        device=device,
        partitioner=partitioner,
        custom_getter=custom_getter,
        use_resource=use_resource,
    )


def _plain(name: str, key: str) -> None:
    """TF: local_variable and global_variable: a tf.Variable that is not trained."""

    def make(
        call: Call, initial_value: AnyValue, validate_shape: AnyValue, name: AnyValue, use_resource: AnyValue
    ) -> Any:
        return variables.make(
            call,
            initial_value,
            trainable=False,
            collections=ListValue([key]),
            validate_shape=validate_shape,
            use_resource=use_resource,
            name=name,
        )

    scoped(api, name)(make) if name == "local_variable" else api.function(make, name=name)


_plain("local_variable", "local_variables")
_plain("global_variable", "variables")


@api.function
def add_model_variable(call: Call, var: AnyValue) -> None:
    held = call.graph.get_collection("model_variables")
    if not any(each is var for each in held):
        call.graph.add_to_collection("model_variables", var)


# Finding variables


def variables_in_scope(call: Call, scope: Any, suffix: Any, key: Any) -> Any:
    """TF: contrib.framework.get_variables."""
    if isinstance(scope, VariableScope):
        scope = from_template(scope.name)
    if is_set(suffix):
        if isinstance(suffix, (Unknown, Text)) or isinstance(scope, (Unknown, Text)):
            return call.unknown("variables by a suffix that is not known")
        scope = (scope if is_set(scope) and scope else "") + ".*" + (suffix if ":" in suffix else suffix + ":")
    return collection(call, call.graph, key, scope)


@api.function
def get_variables(call: Call, scope: AnyValue, suffix: AnyValue, collection: AnyValue) -> Any:
    return variables_in_scope(call, scope, suffix, collection)


def _finder(key: str) -> Any:
    return lambda call, scope, suffix: variables_in_scope(call, scope, suffix, key)


for _name, _key in (
    ("get_model_variables", "model_variables"),
    ("get_local_variables", "local_variables"),
    ("get_trainable_variables", "trainable_variables"),
):
    api.function(_finder(_key), name=_name)


@api.function
def get_variables_by_suffix(call: Call, suffix: AnyValue, scope: AnyValue) -> Any:
    return variables_in_scope(call, scope, suffix, "variables")


@api.function
def get_variables_by_name(call: Call, given_name: AnyValue, scope: AnyValue) -> Any:
    if not isinstance(given_name, str):
        return call.unknown("variables by a name that is not known")
    return variables_in_scope(call, scope, "/" + given_name + ":|^" + given_name + ":", "variables")


@api.function
def get_unique_variable(call: Call, var_op_name: Any) -> Any:
    candidates = variables_in_scope(call, var_op_name, None, "variables")
    if isinstance(candidates, Unknown) or candidates.rest is not None:
        return call.unknown("a variable found by its name")
    if not candidates.items:
        call.raise_("ValueError", f"Couldn't find variable {var_op_name}", kind="argument")
    for candidate in candidates.items:
        if candidate.name == var_op_name:
            return candidate
    return call.raise_("ValueError", f"Variable {var_op_name} does not uniquely identify a variable", kind="argument")


@api.function
def get_variables_to_restore(call: Call, include: AnyValue, exclude: AnyValue) -> Any:
    """TF: get_variables_to_restore."""
    for label, given_scopes in (("include", include), ("exclude", exclude)):
        if isinstance(given_scopes, str):
            call.raise_("TypeError", f"{label} is provided but is not a list or a tuple.", kind="argument")
    wanted = [None] if not is_set(include) else call.members(include)
    if isinstance(wanted, Unknown):
        return call.unknown("which variables to restore")
    members: list[Any] = []
    for scope in wanted:
        held = variables_in_scope(call, scope, None, "variables")
        if isinstance(held, Unknown) or held.rest is not None:
            return call.unknown("which variables to restore")
        members += held.items
    left_out: list[Any] = []
    scopes = call.members(exclude) if is_set(exclude) else []
    if isinstance(scopes, Unknown):
        return call.unknown("which variables to restore")
    for scope in scopes:
        held = variables_in_scope(call, scope, None, "variables")
        if isinstance(held, Unknown) or held.rest is not None:
            return call.unknown("which variables to restore")
        left_out += held.items
    chosen = [v for v in members if not any(v is other for other in left_out)]
    call.note("variables_to_restore", names=tuple(v.name for v in chosen if isinstance(v, Variable)))
    return ListValue(chosen)


@api.function
def filter_variables(call: Any, var_list: Any, include_patterns: Any, exclude_patterns: Any, reg_search: Any) -> Any:
    """TF: filter_variables. Patterns are regular expressions, searched in or matched at the start of `v.op.name`."""
    members = call.members(var_list)
    include = call.members(include_patterns) if is_set(include_patterns) else []
    exclude = call.members(exclude_patterns) if is_set(exclude_patterns) else []
    if any(isinstance(each, Unknown) for each in (members, include, exclude)):
        return call.unknown("variables filtered by what is not known")
    if not all(isinstance(p, str) for p in (*include, *exclude)) or not isinstance(reg_search, bool):
        return call.unknown("variables filtered by what is not known")
    match = re.search if reg_search else re.match
    names = [v.name for v in members if isinstance(v, Variable)]
    try:
        for pattern in (*include, *exclude):
            guarded(re.compile(pattern), names)
        kept = [
            v
            for v in members
            if isinstance(v, Variable)
            and (not include or any(match(p, v.name) for p in include))
            and not any(match(p, v.name) for p in exclude)
        ]
    except re.error:
        return call.unknown("variables filtered by what is no regular expression")
    return ListValue(kept)


@api.function
def get_variable_full_name(call: Call, var: AnyValue) -> Any:
    if isinstance(var, Variable):
        return from_template(var.slice_info[0] if var.slice_info else var.name)
    return call.unknown("the name of a variable")


# Restoring


def assigned(call: Call, values: list[Any]) -> Operation:
    """TF: a placeholder and an Assign for each variable, and their group."""
    graph = call.graph
    for value in values:
        if isinstance(value, Variable):
            graph.op("Placeholder", "placeholder/" + value.name)
            assign_to(call, value, Tensor("", 0, "Placeholder", value.shape, value.dtype, graph), "Assign", None)
    return Operation(graph.op("NoOp", "group_deps"), "NoOp", graph)


def record(
    call: Call,
    what: str,
    path: AnyValue,
    var_list: AnyValue,
    ignore_missing: AnyValue = False,
    reshape: AnyValue = False,
) -> Saved:
    """Leaves the record of a list or a dictionary of variables that is read."""
    names: Any = Unknown("which variables to restore")
    members: Any = () if isinstance(var_list, DictValue) else call.members(var_list)
    certain = call.sees_all() and getattr(var_list, "rest", None) is None
    if isinstance(var_list, DictValue):
        names = var_list.items
    elif not isinstance(members, Unknown):
        names = by_name(members)
    given = "{...}" if isinstance(var_list, DictValue) else "var_list"
    held = saved(call, names, certain, given=given, made_at=call.state.site(), reshape=reshape is True)
    restored(call, "assign", what, held, path, options=("ignore_missing",) if ignore_missing is True else ())
    return held


@api.function
def assign_from_checkpoint(call: Call, model_path: AnyValue, var_list: AnyValue, ignore_missing_vars: AnyValue) -> Any:
    values: list[Any] = []
    if isinstance(var_list, DictValue):
        for value in var_list.items.values():
            values += value.items if isinstance(value, ListValue) else [value]
    else:
        members = call.members(var_list)
        values = [] if isinstance(members, Unknown) else members
    record(call, "assign_from_checkpoint", model_path, var_list, ignore_missing_vars)
    return (assigned(call, values), DictValue({}, call.unknown("the content of a checkpoint")))


@api.function
def assign_from_checkpoint_fn(
    call: Call, model_path: AnyValue, var_list: AnyValue, ignore_missing_vars: AnyValue, reshape_variables: AnyValue
) -> Any:
    """TF: assign_from_checkpoint_fn makes a Saver."""
    if isinstance(var_list, (ListValue, DictValue)) and not var_list.items and var_list.rest is None:
        call.raise_("ValueError", "var_list cannot be empty", kind="argument")
    call.new("tf.train.Saver", var_list)
    what = "assign_from_checkpoint_fn"
    return callback(record(call, what, model_path, var_list, ignore_missing_vars, reshape_variables))


@api.function
def assign_from_values(call: Call, var_names_to_values: AnyValue) -> Any:
    values: list[Any] = []
    if isinstance(var_names_to_values, DictValue):
        for name in var_names_to_values.items:
            held = variables_in_scope(call, name, None, "variables")
            if isinstance(held, ListValue) and held.rest is None:
                if not held.items:
                    call.raise_("ValueError", f"Variable {name} wasn't found", kind="argument")
                exact = [v for v in held.items if isinstance(v, Variable) and v.name == name]
                values += exact or held.items[:1]
            given = var_names_to_values.items[name]
            if given is None or isinstance(given, (ListValue, tuple, str)):
                # TF reshapes what it is given itself: an array, or one of numpy's numbers.
                call.raise_("AttributeError", f"'{kind_of(given)}' object has no attribute 'reshape'", kind="argument")
    return (assigned(call, values), DictValue({}, call.unknown("what is fed")))


@api.function
def assign_from_values_fn(call: Call, var_names_to_values: AnyValue) -> Any:
    assign_from_values(call, var_names_to_values)
    return NativeFunction("callback", lambda call, args, kwargs: None, raw=True)


@api.function
def init_from_checkpoint(call: Call, checkpoint_dir: AnyValue, assignment_map: AnyValue) -> None:
    """TF: contrib's own init_from_checkpoint, which reads its map as `tf.train`'s does."""
    init(call, checkpoint_dir, assignment_map, "init_from_checkpoint", "init")


@api.function(raw=True)
def load_variable(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return call.unknown("what a checkpoint holds")


# The rest


@api.function
def assert_or_get_global_step(call: Call, graph: Graph, global_step_tensor: AnyValue) -> Any:
    if not is_set(global_step_tensor):
        return get_global_step(call, graph)
    assert_integer_scalar(call, global_step_tensor)
    return global_step_tensor


@api.function(name="assert_global_step")
def assert_step(call: Call, global_step_tensor: AnyValue) -> None:
    assert_integer_scalar(call, global_step_tensor)


@api.function
def prepend_name_scope(call: Call, name: AnyValue, import_scope: AnyValue) -> Any:
    if not import_scope or not isinstance(name, str) or not isinstance(import_scope, str):
        return name
    scope = import_scope.rstrip("/")
    match = re.match(r"(loc:@)?(.*)", name)
    return f"{match.group(1) or ''}{scope}/{match.group(2)}" if match else name


@api.function
def strip_name_scope(call: Call, name: AnyValue, export_scope: AnyValue) -> Any:
    if not export_scope or not isinstance(name, str) or not isinstance(export_scope, str):
        return name
    scope = export_scope.rstrip("/")
    return re.sub(r"([\^]|loc:@|^)" + re.escape(scope) + r"[\/](.*)", r"\1\2", name)


@api.function
def is_tensor(call: Call, x: AnyValue) -> Any:
    return x if isinstance(x, Unknown) else is_dense_tensor(x)


@api.function
def VariableDeviceChooser(call: Call) -> Any:
    return call.unknown("a device function")


@api.function
def with_shape(call: Call, expected_shape: AnyValue, tensor: AnyValue) -> Any:
    """TF: tensor_util.with_shape: the tensor itself where its shape is known; else a check as the graph runs, in the
    tensor's own scope."""
    asked = None if is_dense_tensor(expected_shape) else graph_shape(call, expected_shape)
    if not isinstance(tensor, Tensor):
        return tensor
    if asked is not None and is_fully_defined(tensor.shape) is YES:
        if shapes_compatible(tensor.shape, asked) is NO:
            found = f"expected {call.to_string(expected_shape)}, got {shape_text(tensor.shape)}"
            call.raise_("ValueError", f"Invalid shape for tensor {tensor.tf_name}, {found}.", kind="shape")
        return tensor
    path = "tf.contrib.framework.with_shape"
    given = mode_of(tensor)
    with call.graph.name_scope(f"{tensor.op_name}/"):
        row = ops(path)
        if row is not None:
            leave(call, row.variant({"tensor": (given, "tensor")}, False).entries[0], "assert_shape")
        made = op_like(call, tensor, "Identity")
    if asked is not None:
        made.shape = merge_shapes(tensor.shape, asked)
    return made
