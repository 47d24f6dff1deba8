"""Python values where TensorFlow takes tensors: lists, shapes and dtypes of them."""

from __future__ import annotations

from math import isfinite
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Default
from scopelint.apis.tf.framework.conversion import graph_dtype
from scopelint.values.base import AnyValue, Unknown, Value, first_doubt
from scopelint.values.containers import ListValue
from scopelint.values.numbers import NumpyFloat, NumpyInt, integer_dtype
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import (
    BOOL,
    DTYPES,
    FLOAT32,
    INT32,
    INT64,
    NOT_CONSTANT,
    STRING,
    Dimension,
    DType,
    IndexedSlices,
    PartitionedVariable,
    SparseTensor,
    Tensor,
    TensorShape,
    Variable,
)
from scopelint.values.text import Text

CONST_ELEMENTS = 256
"""A constant with more elements is remembered by its shape only: no shape or axis list is that long."""


NESTING = 32
"""Depth of nested lists that are looked through for a constant."""


def members(value: AnyValue) -> list[Any] | None:
    """The members of a list or tuple; None for what is none or is not known to its end."""
    if isinstance(value, (tuple, list)):
        return list(value)
    if isinstance(value, ListValue):
        return value.items if value.rest is None else None
    if isinstance(value, TensorShape):
        return list(value.dims) if isinstance(value.dims, tuple) else None
    if isinstance(value, InstanceValue) and isinstance(value.payload, (tuple, ListValue)):
        return members(value.payload)
    return None


def is_list(value: AnyValue) -> bool:
    """Would TF take it for a list? `isinstance(value, (list, tuple))`."""
    return isinstance(value, (tuple, ListValue)) or (
        isinstance(value, InstanceValue) and isinstance(value.payload, (tuple, ListValue))
    )


def is_tensor(value: AnyValue) -> bool:
    """TF: tensor_util.is_tensor."""
    return isinstance(value, (Tensor, Variable, PartitionedVariable, SparseTensor))


def is_dense_tensor(value: AnyValue) -> bool:
    """Is it, or is it read as, one tensor of one shape?"""
    return isinstance(value, (Tensor, Variable, PartitionedVariable))


def shape_of(value: AnyValue) -> Any:
    """The static shape of anything that TF takes for a tensor, as far as that can be seen from here."""
    if isinstance(value, (Tensor, Variable, PartitionedVariable, SparseTensor)):
        return value.shape
    if isinstance(value, IndexedSlices):
        return Unknown("shape of indexed slices")
    if isinstance(value, InstanceValue) and value.payload is None:
        return Unknown("shape of an object")
    return list_shape(value)


def plain(value: AnyValue, depth: int = 0) -> Any:
    """A constant as nested tuples of numbers, Unknowns for members that are not known; NOT_CONSTANT where it is no
    constant, or too large to keep."""
    if isinstance(value, (int, float, str, bytes, complex, Unknown, Text)) or value is None:
        return value
    if isinstance(value, Dimension):
        return value.value
    if isinstance(value, Tensor):
        return value.const
    if isinstance(value, TensorShape) and isinstance(value.dims, Unknown):
        return value.dims
    found = members(value)
    if found is None or len(found) > CONST_ELEMENTS or depth > NESTING:
        return NOT_CONSTANT
    out = tuple(plain(member, depth + 1) for member in found)
    return NOT_CONSTANT if any(member is NOT_CONSTANT for member in out) else out


def int_list(value: AnyValue) -> list[Any] | None:
    """A number, list or constant tensor of ints as a Python list; None where its length is not known, or where one is
    a float that no int is."""
    const = plain(value)
    numbers = (const,) if isinstance(const, (int, float)) else const
    if not isinstance(numbers, tuple) or any(isinstance(each, float) and not isfinite(each) for each in numbers):
        return None
    return [int(each) if isinstance(each, (bool, float)) else each for each in numbers]


def list_shape(value: AnyValue, depth: int = 0) -> Any:
    """The shape of nested lists."""
    if isinstance(value, ListValue) and value.rest is not None:
        return Unknown("the length of a list is not known")
    found = members(value)
    if found is None:
        if isinstance(value, (Tensor, Variable, PartitionedVariable)):
            return value.shape
        data = array_parts(value)
        if data is not None:
            return data[0]
        if isinstance(value, TensorShape):
            return (left_open(value.dims),)
        return value.derive("") if isinstance(value, Unknown) and value.number is None else ()
    if not found or depth > NESTING:
        return (0,)
    # All have the shape that one has, or no array comes of them.
    inner: Any = None
    for member in found[:_SEEN]:
        inner = list_shape(member, depth + 1)
        if not isinstance(inner, Unknown):
            break
    return (len(found), *inner) if isinstance(inner, tuple) else inner


_SEEN = 8
"""Members of a list that are asked for their shape."""


def left_open(*causes: AnyValue) -> Unknown | None:
    """What a shape has where its causes do not tell: None, which says that TF does not know either, but where one of
    them, or of their members, is not known here."""
    for cause in causes:
        if isinstance(cause, Unknown):
            return cause.derive("")
        if isinstance(cause, ListValue) and cause.rest is not None:
            return Unknown("the length of a list is not known")
        if isinstance(cause, Tensor):
            found = left_open(cause.shape, cause.const)
        else:
            found = left_open(*(members(cause) or ())[:_SEEN])
        if found is not None:
            return found
    return None


def is_empty(value: AnyValue) -> bool:
    """Nested lists without a number in them take any dtype: `tf.reshape(x, [])`."""
    shape = list_shape(value)
    return isinstance(shape, tuple) and any(isinstance(d, int) and d == 0 for d in shape)


def list_dtype(value: Any, depth: int = 0) -> Any:
    """TF: the dtype that numpy, as tensor_util uses it, finds for a Python value; Unknown where it is not known."""
    if isinstance(value, bool):
        return BOOL
    if isinstance(value, NumpyInt) and not depth:
        return DTYPES[value.dtype]
    if isinstance(value, int):
        return INT32 if -(1 << 31) <= value < 1 << 31 else INT64
    if isinstance(value, float):
        # In a list numpy's scalars count as Python's own.
        return DTYPES[value.dtype] if isinstance(value, NumpyFloat) and not depth else FLOAT32
    if isinstance(value, Unknown) and value.number is not None:
        return FLOAT32 if value.number is float else INT32
    if isinstance(value, (str, bytes, Text)):
        return STRING
    if isinstance(value, complex):
        return DTYPES["complex128"]
    if isinstance(value, (Dimension, TensorShape)):
        return INT32
    if is_tensor(value) or isinstance(value, IndexedSlices):
        return base(value.values.dtype if isinstance(value, (IndexedSlices, SparseTensor)) else value.dtype)
    data = array_parts(value)
    if data is not None:
        return data[1]
    found = members(value)
    if found is None:
        return value.derive("") if isinstance(value, Unknown) else Unknown("dtype of a value is not known")
    if not found or depth > NESTING:
        return FLOAT32
    own = integer_dtype(found[:1000])
    if own and own != "int64":
        return DTYPES[own]
    # One float among ints makes all floats; a long list of numbers is of one kind.
    best: Any = None
    doubt: Unknown | None = None
    for member in found[:1000]:
        dtype = list_dtype(member, depth + 1)
        if isinstance(dtype, Unknown):
            doubt = first_doubt(doubt, dtype)
        elif best is None or _order(dtype) > _order(best):
            best = dtype
    # What is not known may be a number of any kind, but with a float among them a float comes out.
    return best if doubt is None or (best is not None and best.is_floating) else doubt


def _order(dtype: DType) -> int:
    return (
        ("bool", "int32", "int64", "float32", "float64", "complex128", "string").index(dtype.name)
        if (dtype.name in ("bool", "int32", "int64", "float32", "float64", "complex128", "string"))
        else 3
    )


def array_parts(value: AnyValue) -> tuple[Any, Any, Any] | None:
    """Shape, dtype and data of an array of numpy's, as `apis.python` models it; None for what is none."""
    if isinstance(value, Value) and type(value).__name__ in ("ArrayValue", "NumpyArray", "Array"):
        shape = getattr(value, "shape", None)
        dtype = getattr(value, "dtype", None)
        name = getattr(dtype, "name", dtype)
        known = DTYPES.get(name) if isinstance(name, str) else None
        return shape, known or Unknown("dtype of an array is not known"), getattr(value, "data", None)
    return None


def base(dtype: AnyValue) -> Any:
    """TF: DType.base_dtype, of what may not be known."""
    return dtype.base_dtype if isinstance(dtype, DType) else dtype


def dtype_of(value: AnyValue, default: AnyValue = FLOAT32) -> Any:
    """The base dtype that a value has, or would get as a tensor; `default` for None."""
    return default if value is None else list_dtype(value)


def as_dtype(call: Call, value: AnyValue, default: AnyValue = None) -> Any:
    """A dtype as programs give it; `default` for none."""
    if isinstance(value, Default) or value is None:
        return default
    return base(graph_dtype(call, value))


def nested(held: AnyValue, dims: AnyValue) -> Any:
    """An array's members, which numpy's model holds in one list, as nested tuples."""
    if not isinstance(held, list) or not isinstance(dims, tuple) or not 0 < len(held) <= CONST_ELEMENTS:
        return NOT_CONSTANT
    out: list[Any] = held
    for dim in reversed(dims[1:]):
        if not isinstance(dim, int) or dim < 1:
            return NOT_CONSTANT
        out = [tuple(out[i : i + dim]) for i in range(0, len(out), dim)]
    return tuple(out) if dims else out[0]
