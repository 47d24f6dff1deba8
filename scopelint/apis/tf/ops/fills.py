"""Tensors filled with one value: zeros, ones, their likes, eye."""

from __future__ import annotations

from math import isinf
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.conversion import none_if_default, require_finite
from scopelint.apis.tf.framework.operations import constant, convert, gen, scope
from scopelint.apis.tf.framework.python_values import as_dtype, base, int_list, is_dense_tensor, members
from scopelint.apis.tf.framework.shapes.common import product
from scopelint.apis.tf.ops.array import SMALL, _is_full, concat_of, reshape_to, shape_of
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.tensors import (
    BOOL,
    FLOAT32,
    INT32,
    STRING,
    Dimension,
    PartitionedVariable,
    SparseTensor,
    Tensor,
    TensorShape,
    Variable,
    merge_shapes,
)

api = Namespace("tf")


def filled(call: Call, shape: AnyValue, dtype: AnyValue, name: AnyValue, default: str, number: int) -> Any:
    """TF: array_ops.zeros and ones."""
    zero: Any = number
    if dtype is BOOL:
        zero = bool(number)
    elif dtype is STRING:
        zero = ""
    with scope(call, name, default) as inner:
        if not isinstance(shape, Tensor):
            for size in members(shape) or ():
                if isinstance(size, float) and isinf(size):
                    require_finite(call, size)
            dims = _static_dims(shape)
            if dims is None:
                _try_small(call, shape, number, dtype)
            if dims is not None:
                count = product(dims)
                # A size alone is no list of sizes, which a constant wants, and none has a negative one; TF then fills.
                small = not isinstance(count, int) or count < SMALL
                fits = not any(isinstance(size, int) and size < 0 for size in dims)
                if small and fits and not isinstance(shape, (int, Dimension)):
                    return constant(call, zero, dtype, dims, inner)
                shape = constant(call, dims, INT32, (len(dims),), "shape_as_tensor")
                shape.const = dims
            else:
                shape = convert(call, shape, INT32)
        if shape.shape == ():
            shape = reshape_to(call, shape, (-1,))
        return gen(call, "Fill", inner, dims=shape, value=constant(call, zero, dtype))


def _try_small(call: Call, shape: AnyValue, number: int, dtype: AnyValue) -> None:
    """TF: _constant_if_small asks numpy for the product of the sizes, which multiplies the tensors among them, and
    whether that is below 1000, which makes one operation more before it is refused."""
    held = members(shape)
    if not held or any(not is_dense_tensor(d) and not isinstance(d, (int, Dimension)) for d in held):
        return
    total = held[0]
    for dim in held[1:]:
        total = call.binary("*", total, dim)
    if is_dense_tensor(total):
        call.compare("<", total, SMALL)


def _static_dims(shape: AnyValue) -> tuple[Any, ...] | None:
    """The dimensions that a list of numbers asks for; None where there are tensors in it."""
    if isinstance(shape, TensorShape):
        dims = shape.dims
        return dims if isinstance(dims, tuple) and all(d is not None for d in dims) else None
    if isinstance(shape, (int, Dimension)):
        return (shape.value if isinstance(shape, Dimension) else shape,)
    held = members(shape)
    if held is None or any(isinstance(d, (Tensor, Variable, PartitionedVariable)) for d in held):
        return None
    out = int_list(shape)
    return None if out is None or any(d is None or isinstance(d, tuple) for d in out) else tuple(out)


@api.function
def zeros(call: Call, shape: AnyValue, dtype: AnyValue, name: AnyValue) -> Any:
    return filled(call, shape, as_dtype(call, dtype, FLOAT32), name, "zeros", 0)


@api.function
def ones(call: Call, shape: AnyValue, dtype: AnyValue, name: AnyValue) -> Any:
    return filled(call, shape, as_dtype(call, dtype, FLOAT32), name, "ones", 1)


def zeros_like_of(
    call: Call, tensor: AnyValue, dtype: AnyValue = None, name: AnyValue = None, optimize: AnyValue = True
) -> Any:
    """TF: zeros_like_impl."""
    if isinstance(tensor, SparseTensor):
        return zeros_like_of(call, tensor.values, dtype, name, optimize)
    with scope(call, name, "zeros_like") as inner:
        tensor = convert(call, tensor, None, "tensor")
        if optimize and _is_full(tensor.shape):
            kind = base(tensor.dtype) if dtype is None else dtype
            return filled(call, TensorShape(tensor.shape), kind, inner, "zeros", 0)
        if dtype is not None and dtype is not base(tensor.dtype):
            return filled(call, shape_of(call, tensor), dtype, inner, "zeros", 0)
        return gen(call, "ZerosLike", inner, x=tensor)


def ones_like_of(
    call: Call, tensor: AnyValue, dtype: AnyValue = None, name: AnyValue = None, optimize: AnyValue = True
) -> Any:
    """TF: ones_like_impl."""
    with scope(call, name, "ones_like") as inner:
        tensor = convert(call, tensor, None, "tensor")
        kind = base(tensor.dtype) if dtype is None else dtype
        made = filled(call, shape_of(call, tensor, None, INT32, optimize is not False), kind, inner, "ones", 1)
        made.shape = merge_shapes(made.shape, tensor.shape)
        return made


@api.function
def zeros_like(call: Call, tensor: AnyValue, dtype: AnyValue, name: AnyValue, optimize: AnyValue) -> Any:
    return zeros_like_of(call, tensor, as_dtype(call, dtype), name, optimize)


@api.function
def ones_like(call: Call, tensor: AnyValue, dtype: AnyValue, name: AnyValue, optimize: AnyValue) -> Any:
    return ones_like_of(call, tensor, as_dtype(call, dtype), name, optimize)


@api.function
def eye(
    call: Call, num_rows: AnyValue, num_columns: AnyValue, batch_shape: AnyValue, dtype: AnyValue, name: AnyValue
) -> Any:
    kind = as_dtype(call, dtype, FLOAT32)
    columns = none_if_default(num_columns)
    columns = num_rows if columns is None else columns
    with scope(call, name, "eye"):
        if is_dense_tensor(num_rows) or is_dense_tensor(columns) or is_dense_tensor(batch_shape):
            least = gen(call, "Minimum", None, x=num_rows, y=columns)
            batch = convert(call, () if none_if_default(batch_shape) is None else batch_shape, INT32, "shape")
            ones_ = filled(call, concat_of(call, (batch, (least,)), 0), kind, None, "ones", 1)
            return gen(call, "MatrixDiag", "diag", diagonal=ones_)
        held = tuple(members(batch_shape) or ()) if none_if_default(batch_shape) is not None else ()
        packed = any(is_dense_tensor(size) for size in held)
        sizes = held if packed or not held else tuple(int_list(batch_shape) or ())
        rows, columns = _number(num_rows), _number(columns)
        if isinstance(rows, int) and isinstance(columns, int) and rows != columns:
            ones_ = filled(call, (*sizes, min(rows, columns)), kind, None, "ones", 1)
            zero = filled(call, (*sizes, rows, columns), kind, None, "zeros", 0)
            made = gen(call, "MatrixSetDiag", "set_diag", input=zero, diagonal=ones_)
            if isinstance(batch_shape, Unknown):
                made.shape = batch_shape.derive("")
            return made
        ones_ = filled(call, (*sizes, rows), kind, None, "ones", 1)
        made = gen(call, "MatrixDiag", "diag", diagonal=ones_)
        if not packed:
            made.shape = batch_shape.derive("") if isinstance(batch_shape, Unknown) else (*sizes, rows, columns)
        return made


def _number(value: AnyValue) -> Any:
    return value.value if isinstance(value, Dimension) else value
