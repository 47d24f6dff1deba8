"""Collections of variables, and the operations that initialise what is in them."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework import operations
from scopelint.apis.tf.framework.conversion import graph_name, is_set, none_if_default
from scopelint.apis.tf.framework.graphs import collection
from scopelint.apis.tf.framework.restoring import remember_initializer
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.tensors import Operation, Variable

api = Namespace("tf")


def variables_in(call: Call, key: str, scope: AnyValue = None) -> Any:
    return collection(call, call.graph, key, scope)


def _declare_lists() -> None:
    for name, key in (
        ("global_variables", "variables"),
        ("trainable_variables", "trainable_variables"),
        ("local_variables", "local_variables"),
        ("model_variables", "model_variables"),
        ("moving_average_variables", "moving_average_variables"),
    ):
        api.function(_by_scope(key), name=name)


def _by_scope(key: str) -> Any:
    def listed(call: Call, scope: AnyValue) -> Any:
        return collection(call, call.graph, key, scope, asked=True)

    return listed


_declare_lists()


@api.function
def all_variables(call: Call) -> Any:
    return variables_in(call, "variables")


def no_op(call: Call, name: AnyValue, default: str) -> Operation:
    full = call.graph.op("NoOp", default if name is None else graph_name(name))
    return Operation(full, "NoOp", call.graph)


@api.function(also=("tf.initialize_variables",))
def variables_initializer(call: Call, var_list: AnyValue, name: AnyValue) -> Operation:
    """TF: variables_initializer: a group of the variables' own initializers."""
    members = call.members(var_list)
    made = no_op(call, none_if_default(name), "init")
    draw_initializers(call, made, [] if isinstance(members, Unknown) else members)
    remember_initializer(call, made, [] if isinstance(members, Unknown) else members)
    return made


def draw_initializers(call: Call, made: Operation, variables: list[Any]) -> None:
    """What an operation that initializes variables waits for."""
    call.graph.draw_after(made.name, [f"{each.name}/Assign" for each in variables if isinstance(each, Variable)])


def _initializer(key: str) -> Any:
    def summary(call: Call) -> Operation:
        made = no_op(call, None, "init")
        draw_initializers(call, made, call.graph.get_collection(key))
        remember_initializer(call, made, call.graph.get_collection(key))
        return made

    return summary


for _name, _key in (
    ("global_variables_initializer", "variables"),
    ("local_variables_initializer", "local_variables"),
    ("initialize_all_variables", "variables"),
    ("initialize_local_variables", "local_variables"),
):
    api.function(_initializer(_key), name=_name)


for _name in ("tables_initializer", "initialize_all_tables"):
    api.function(lambda call, name: no_op(call, name, "init_all_tables"), name=_name)


@api.function
def report_uninitialized_variables(call: Call, name: AnyValue) -> Any:
    with operations.scope(call, name, "report_uninitialized_variables"):
        pass
    return call.unknown("which variables are not initialized")


@api.function
def assert_variables_initialized(call: Call, var_list: AnyValue) -> Any:
    """TF: assert_variables_initialized. One operation a variable, at the level of the call."""
    members = variables_in(call, "variables") if not is_set(var_list) else var_list
    found = call.members(members)
    if isinstance(found, Unknown):
        return found
    if not found:
        return None
    with operations.scope(call, "IsVariableInitialized"):
        pass
    for _ in found:
        call.graph.op("IsVariableInitialized", "IsVariableInitialized")
    call.graph.op("Pack", "stack")
    return call.unknown("whether variables are initialized")
