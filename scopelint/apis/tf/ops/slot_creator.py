"""Slots and other variables that training makes: `graph/slots.py`, spoken to from summaries."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.conversion import graph_name, graph_shape
from scopelint.apis.tf.framework.replicas import component
from scopelint.apis.tf.ops.variable_options import graph_initializer
from scopelint.graph import initial, slots, store
from scopelint.graph.initial import Initializer
from scopelint.graph.names import Graph
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.tensors import (
    DType,
    IndexedSlices,
    PartitionedVariable,
    SparseTensor,
    Tensor,
    Variable,
    as_dtype,
    is_fully_defined,
)
from scopelint.values.text import hole
from scopelint.values.truth import NO

_KNOWN = {"zeros": initial.ZEROS, "ones": initial.ONES, "Const": initial.CONSTANT}


def primary_of(call: Call, primary: AnyValue) -> Any:
    if isinstance(primary, PartitionedVariable):
        call.raise_("AttributeError", "'PartitionedVariable' object has no attribute 'op'", kind="argument")
    """What stands in for a variable that is not known, so that its slots can be named in part."""
    if isinstance(primary, (Variable, Tensor, PartitionedVariable)):
        return component(call.state, primary)
    if isinstance(primary, (IndexedSlices, SparseTensor)):
        return primary_of(call, primary.values)
    unknown = primary if isinstance(primary, Unknown) else call.unknown("a variable that is not known")
    name = hole(unknown.label or "variable")
    return Tensor(name, 0, "", unknown.derive(""), unknown.derive(""), call.graph)


def initializer_of(call: Call, given: AnyValue) -> Initializer:
    """An `Initializer` out of what a summary or a program gave."""
    if isinstance(given, Initializer):
        return given
    if isinstance(given, str):
        return _KNOWN[given]
    found = graph_initializer(call, given)
    return found if isinstance(found, Initializer) else initial.of_value(Unknown("initial value"), Unknown("dtype"))


def make_slot(call: Call, primary: AnyValue, initializer: AnyValue, shape: AnyValue, dtype: AnyValue, name: str) -> Any:
    """TF: create_slot_with_initializer. `initializer`: "zeros", "ones", "Const" or what a program gave."""
    found = as_dtype(dtype)
    base = found.base_dtype if isinstance(found, DType) else found
    return slots.create_slot(
        call.state, primary_of(call, primary), initializer_of(call, initializer), graph_shape(call, shape), base, name
    )


def make_slot_from_tensor(call: Call, primary: AnyValue, value: AnyValue, name: str) -> Any:
    """TF: create_slot."""
    return slots.create_slot(call.state, primary_of(call, primary), initializer_of(call, value), None, None, name)


def make_zeros_slot(call: Call, primary: AnyValue, name: str) -> Any:
    """TF: create_zeros_slot. The shape of a variable that has no full one is asked of its initialized value."""
    held = primary_of(call, primary)
    if isinstance(held, Variable) and is_fully_defined(held.shape) is NO:
        initialized_value(call, held)
    return slots.create_zeros_slot(call.state, held, name)


def make_variable(
    call: Call,
    value: AnyValue,
    name: str,
    use_resource: Any = None,
    *,
    dtype: Any = None,
    collections: tuple[str, ...] = ("variables",),
    trainable: bool = False,
    by: str = "slot",
) -> Any:
    """TF: variable_scope.variable(value, name=name, trainable=False)."""
    return store.variable(
        call.state,
        initializer_of(call, value) if not isinstance(value, Unknown) else value,
        trainable=trainable,
        collections=list(collections),
        name=name,
        dtype=dtype,
        use_resource=use_resource,
        by=by,
    )


def initialized_value(call: Call, variable: Variable) -> Tensor:
    """TF: Variable.initialized_value. A cond between the variable's value and its initial value."""
    graph = call.graph
    resource = variable.is_resource is True
    tested = graph.op("VarIsInitializedOp" if resource else "IsVariableInitialized")
    read = (
        (("Read/ReadVariableOp", "ReadVariableOp"), ("Read/ReadVariableOp/Switch", "Switch"), ("Identity", "Identity"))
        if resource
        else (("read", "Identity"), ("read/Switch", "RefSwitch"))
    )
    with graph.name_scope("cond") as scope:
        for relative, kind in (
            ("Switch", "Switch"),
            ("switch_t", "Identity"),
            ("switch_f", "Identity"),
            ("pred_id", "Identity"),
            *read,
            ("Switch_1", "Switch"),
        ):
            graph.op(kind, f"{scope}{relative}/")
        merged = graph.op("Merge", "Merge")
    if graph.drawing is not None and not resource:
        _draw_choice(graph, tested, scope, variable)
    return Tensor(merged, 0, "Merge", variable.shape, variable.dtype, graph, variable.deps)


def _draw_choice(graph: Graph, tested: str, scope: str, variable: Variable) -> None:
    """What the cond of `initialized_value` takes, for the picture."""
    assert graph.drawing is not None
    initial = graph.drawing.inputs.get(f"{variable.name}/Assign", (None, None))[1]
    graph.draw(tested, variable)
    for name, taken in (
        ("Switch", (tested, tested)), ("switch_t", (f"{scope}Switch:1",)), ("switch_f", (f"{scope}Switch",)),
        ("pred_id", (tested,)), ("read/Switch", (variable, f"{scope}pred_id")), ("read", (f"{scope}read/Switch:1",)),
        ("Switch_1", (initial, f"{scope}pred_id")), ("Merge", (f"{scope}Switch_1", f"{scope}read")),
    ):  # fmt: skip
        graph.draw(scope + name, *taken)


def draw_guard(call: Call, made: Any, variable: Variable, start: Tensor) -> None:
    """TF: _try_guard_against_uninitialized_dependencies. An initial value that is read off a variable is copied, with a
    cond in the place of the variable; only the picture has these operations."""
    graph, own = call.graph, getattr(made, "name", "")
    if graph.drawing is None or not isinstance(made, Variable) or variable.is_resource is True or "{" in own:
        return
    tested, scope = f"{own}/IsVariableInitialized", f"{own}/cond/"
    outer = start.op_name.removesuffix("Merge")
    with graph.drawing.outside():
        for name, kind in (
            (tested, "IsVariableInitialized"), (scope + "Switch", "Switch"), (scope + "switch_t", "Identity"),
            (scope + "switch_f", "Identity"), (scope + "pred_id", "Identity"), (scope + "read", "Identity"),
            (scope + "read/Switch", "RefSwitch"), (scope + "Switch_1", "Switch"), (scope + "Merge", "Merge"),
            (f"{outer}read/Switch_{own}", "Switch"), (f"{outer}read_{own}", "Identity"),
            (f"{outer}Merge_{own}", "Merge"),
        ):  # fmt: skip
            graph.op(kind, name + "/")
    _draw_choice(graph, tested, scope, variable)
    graph.draw(f"{outer}read/Switch_{own}", scope + "Merge", f"{outer}pred_id")
    graph.draw(f"{outer}read_{own}", f"{outer}read/Switch_{own}:1")
    graph.draw(f"{outer}Merge_{own}", f"{outer}Switch_1", f"{outer}read_{own}")
    graph.draw(f"{own}/Assign", made, f"{outer}Merge_{own}")


creator = Namespace("tensorflow.python.training.slot_creator")


@creator.function(name="create_slot")
def _create_slot(call: Call, primary: AnyValue, val: AnyValue, name: AnyValue) -> Any:
    return make_slot_from_tensor(call, primary, val, graph_name(name))


@creator.function(name="create_slot_with_initializer")
def _create_with_initializer(
    call: Call, primary: AnyValue, initializer: AnyValue, shape: AnyValue, dtype: AnyValue, name: AnyValue
) -> Any:
    return make_slot(call, primary, initializer, shape, dtype, graph_name(name))


@creator.function(name="create_zeros_slot")
def _create_zeros(call: Call, primary: AnyValue, name: AnyValue, dtype: AnyValue) -> Any:
    if dtype is None:
        return make_zeros_slot(call, primary, graph_name(name))
    return make_slot(call, primary, "zeros", call.getattr(primary, "shape"), dtype, graph_name(name))
