"""The dimensions of tensors, and of shapes as programs write them."""

from __future__ import annotations

from typing import Any

from scopelint.apis.tf.framework.structures import items_of
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.tensors import Dimension, PartitionedVariable, SparseTensor, Tensor, TensorShape, Variable


def dims_of(value: AnyValue) -> Any:
    """The dimensions of a tensor, or of a shape as a program writes it: a tuple, None or an Unknown."""
    if isinstance(value, (Tensor, Variable, PartitionedVariable, SparseTensor)):
        return value.shape
    if isinstance(value, TensorShape):
        return value.dims
    if isinstance(value, Unknown):
        return value
    if isinstance(value, (tuple, ListValue)):
        members = [m.value if isinstance(m, Dimension) else m for m in items_of(value)]
        return tuple(
            m if m is None or isinstance(m, (int, Unknown)) else Unknown("dimension is not known") for m in members
        )
    return Unknown("shape is not known")


def rank_of(value: AnyValue) -> Any:
    """The number of dimensions, None or Unknown."""
    shape = dims_of(value)
    return len(shape) if isinstance(shape, tuple) else shape


def dimension(shape: AnyValue, axis: AnyValue, label: str = "channels") -> Any:
    """One dimension: int, None where TF itself does not know, Unknown where we do not."""
    if isinstance(shape, tuple) and isinstance(axis, int):
        if -len(shape) <= axis < len(shape):
            return shape[axis]
        return None
    if shape is None:
        return None
    return Unknown("the shape of the input is not known", label)
