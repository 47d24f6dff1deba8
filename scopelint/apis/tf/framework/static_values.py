"""What a program may ask of a tensor's value while the graph is built: tf.get_static_value."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.numpy.array import ArrayValue, as_array
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.shapes.common import from_vector
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.tensors import NOT_CONSTANT, DType, Tensor, TensorShape

api = Namespace("tf")

FOLDED = frozenset(
    {"Const", "Shape", "Size", "Rank", "Range", "Cast", "Concat", "ConcatV2", "Pack", "Fill", "Equal", "NotEqual"}
)
"""The types of operation that TF looks through here. Shape inference itself sees through more."""


@api.function
def get_static_value(call: Call, tensor: AnyValue, partial: AnyValue) -> Any:
    """TF: tensor_util.constant_value. A scalar is a plain number, as numpy's own are here."""
    if not isinstance(tensor, Tensor):
        return tensor
    const = tensor.const
    if tensor.op_type not in FOLDED:
        return None
    dtype = tensor.dtype.base_dtype.name if isinstance(tensor.dtype, DType) else "float32"
    if const is NOT_CONSTANT:
        # A constant too large to be kept is no secret to TF.
        return _unkept(tensor, dtype) if tensor.op_type == "Const" else None
    if isinstance(const, Unknown):
        return const
    if isinstance(const, tuple):
        if _has_none(const) and partial is not True:
            return None
        found = as_array(call, const, "object" if dtype == "string" else dtype)
        return found if isinstance(found, ArrayValue) else _unkept(tensor, dtype)
    return const


@Namespace("tensorflow.python.framework.tensor_util").function
def constant_value_as_shape(call: Call, tensor: AnyValue) -> Any:
    """TF: tensor_util.constant_value_as_shape: a tensor of sizes as a shape, as far as it is known."""
    return TensorShape(from_vector(tensor)) if isinstance(tensor, Tensor) else call.new("tf.TensorShape", tensor)


def _unkept(tensor: Tensor, dtype: str) -> Any:
    shape = tensor.shape
    if isinstance(shape, tuple) and shape and all(isinstance(dim, int) for dim in shape):
        return ArrayValue(shape, dtype, None)
    return Unknown(f"the value of {tensor.op_name}")


def _has_none(const: AnyValue) -> bool:
    return const is None or (isinstance(const, tuple) and any(_has_none(member) for member in const))
