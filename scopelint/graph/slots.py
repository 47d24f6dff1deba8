"""Slots: the variables that optimizers and moving averages keep beside each variable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scopelint.graph import initial, refusals
from scopelint.graph.initial import Initializer
from scopelint.graph.scopes import get_variable_scope, variable_scope
from scopelint.graph.store import get_variable
from scopelint.values.base import Unknown
from scopelint.values.tensors import DType, Tensor, Variable, is_fully_defined
from scopelint.values.truth import NO

if TYPE_CHECKING:
    from scopelint.graph.state import GraphState


def _name_of(primary: Tensor | Variable) -> str:
    """TF: primary.op.name."""
    return primary.op_name if isinstance(primary, Tensor) else primary.name


def create_slot(
    state: GraphState, primary: Tensor | Variable, value: Initializer, shape: object, dtype: object, name: str
) -> Any:
    """TF: slot_creator.create_slot_with_initializer, and create_slot where `shape` and `dtype` are None.

    The slot's own name is empty, so its key ends in a slash, and its operation takes the scope's name as it is.
    """
    is_value = value.is_value
    shape_given = value.shape if is_value else shape
    validate_shape = is_fully_defined(shape_given) is not NO
    # The slot is there only where its variable is.
    when = (*primary.when, *state.trained_if.get(primary.index, ())) if isinstance(primary, Variable) else ()
    with state.under(when), variable_scope(state, None, f"{_name_of(primary)}/{name}"):
        own = get_variable_scope(state)
        partitioner = own.partitioner
        own.set_partitioner(None)
        slot = get_variable(
            state,
            "",
            shape=None if is_value else shape,
            dtype=dtype,
            initializer=value,
            trainable=False,
            use_resource=primary.is_resource if isinstance(primary, Variable) else None,
            validate_shape=validate_shape,
            by="slot",
        )
        own.set_partitioner(partitioner)
    if isinstance(primary, Variable) and primary.slice_info is not None:
        # What a getter made of the slot has no place among the slices.
        if slot is None:
            raise state.refuse(refusals.no_slot(primary.name))
        if isinstance(slot, Tensor) and slot.op_type:
            raise state.refuse(refusals.no_slice(primary.name))
    return slot


def create_zeros_slot(
    state: GraphState, primary: Tensor | Variable, name: str, dtype: DType | Unknown | None = None
) -> Any:
    """TF: slot_creator.create_zeros_slot. Where the shape is not fully defined the zeros are made as a tensor."""
    if dtype is None:
        dtype = primary.dtype
    if is_fully_defined(primary.shape) is not NO:
        return create_slot(state, primary, initial.ZEROS, primary.shape, dtype, name)
    graph = state.default
    graph.op("Shape", "Shape")
    zeros = graph.op("Fill", "zeros", inner=(("Const", "Const"),))
    tensor = Tensor(zeros, 0, "Fill", primary.shape, dtype, graph)
    return create_slot(state, primary, initial.of_tensor(tensor), None, None, name)
