"""Slots: the variables that optimizers and moving averages keep for others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scopelint.graph import scopes, store
from scopelint.graph.initial import ZEROS, Initializer, of_tensor
from scopelint.values.base import Unknown
from scopelint.values.tensors import INT32, NO, NOT_CONSTANT, PartitionedVariable, Tensor, Variable, is_fully_defined

if TYPE_CHECKING:
    from scopelint.graph.state import GraphState


def primary_name(primary: Any) -> str:
    """`primary.op.name`."""
    if isinstance(primary, Tensor):
        return primary.op_name
    if isinstance(primary, (Variable, PartitionedVariable)):
        return primary.name
    return "{" + (getattr(primary, "label", "") or "variable") + "}"


def create_slot(
    state: GraphState, primary: Any, initializer: Initializer, shape: Any, dtype: Any, name: str
) -> Any:
    """TF: slot_creator.create_slot and create_slot_with_initializer, with _create_slot_var.

    The primary's full name is the scope's default name: so it is numbered (`w/Adam_1`), and the prefix of the scope
    that is open comes before it once more (`net/net/w/Adam`). The scope's own name, with nothing after it, is asked of
    the variable store, which under reuse has to have it."""
    if initializer.is_value:
        shape = dtype = None
    elif is_fully_defined(shape) is NO:
        shape = None
    use_resource = primary.is_resource if isinstance(primary, Variable) else None
    with scopes.variable_scope(state, None, f"{primary_name(primary)}/{name}") as scope:
        partitioner = scope.partitioner
        scope.set_partitioner(None)
        slot = store.get_variable(
            state, "", shape=shape, dtype=dtype, initializer=initializer, trainable=False, use_resource=use_resource,
            by="slot",
        )
        scope.set_partitioner(partitioner)
    return slot


def create_zeros_slot(state: GraphState, primary: Any, name: str) -> Any:
    """TF: slot_creator.create_zeros_slot. What has no full shape gets a tensor of zeros, made out here."""
    shape, dtype = primary.shape, primary.dtype
    base = dtype if isinstance(dtype, Unknown) else dtype.base_dtype
    if is_fully_defined(shape) is not NO:
        return create_slot(state, primary, ZEROS, shape, base, name)
    graph = state.default
    if isinstance(primary, Variable):
        initialized_value(state, primary)
    graph.op("Shape", "Shape")
    filled = Tensor(graph.op("Fill", "zeros", inner=(("Const", "Const"),)), 0, "Fill", shape, base, graph)
    return create_slot(state, primary, of_tensor(filled), None, None, name)


def initialized_value(state: GraphState, variable: Variable) -> Tensor:
    """TF: Variable.initialized_value. A cond between the variable's value and its initial value."""
    graph = state.default
    resource = variable.is_resource is True
    tested = "VarIsInitializedOp" if resource else "IsVariableInitialized"
    graph.op(tested)
    read = (
        (("Read/ReadVariableOp", "ReadVariableOp"), ("Read/ReadVariableOp/Switch", "Switch"), ("Identity", "Identity"))
        if resource
        else (("read", "Identity"), ("read/Switch", "RefSwitch"))
    )
    with graph.name_scope("cond") as scope:
        inner = (
            ("Switch", "Switch"), ("switch_t", "Identity"), ("switch_f", "Identity"), ("pred_id", "Identity"), *read,
            ("Switch_1", "Switch"),
        )  # fmt: skip
        for relative, kind in inner:
            graph.op(kind, scope + relative + "/")
        merged = graph.op("Merge", "Merge")
    return Tensor(merged, 0, "Merge", variable.shape, variable.dtype, graph, variable.deps, NOT_CONSTANT)


def local_variable(state: GraphState, name: str | None, initial: Any, collections: tuple[str, ...], **options: Any) -> Any:
    """TF: variable_scope.variable(trainable=False), of which metrics and optimizers keep their own."""
    return store.variable(state, initial, trainable=False, collections=list(collections), name=name, **options)


__all__ = ["INT32", "create_slot", "create_zeros_slot", "initialized_value", "local_variable", "primary_name"]
