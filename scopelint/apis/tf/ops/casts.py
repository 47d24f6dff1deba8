"""Casts between dtypes."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.operations import convert, gen, scope
from scopelint.apis.tf.framework.python_values import as_dtype, base
from scopelint.values.base import AnyValue
from scopelint.values.tensors import (
    DTYPES,
    DType,
    IndexedSlices,
    SparseTensor,
    Tensor,
    Variable,
)

api = Namespace("tf")


# Casts


def cast(call: Call, x: AnyValue, dtype: AnyValue, name: AnyValue = None) -> Any:
    """TF: math_ops.cast. To its own dtype it is nothing at all."""
    wanted = as_dtype(call, dtype)
    if (
        isinstance(x, (Tensor, Variable))
        and isinstance(wanted, DType)
        and (x.tf_dtype if isinstance(x, Variable) else x.dtype) is wanted
    ):
        return x
    with scope(call, name, "Cast") as inner:
        if isinstance(x, SparseTensor):
            return SparseTensor(x.indices, cast(call, x.values, wanted, inner), x.dense_shape, x.shape)
        if isinstance(x, IndexedSlices):
            return IndexedSlices(cast(call, x.values, wanted, inner), x.indices, x.dense_shape)
        x = convert(call, x, None, "x")
        return x if base(x.dtype) is wanted else gen(call, "Cast", inner, x=x, DstT=wanted)


@api.function(name="cast")
def cast_(call: Call, x: AnyValue, dtype: AnyValue, name: AnyValue) -> Any:
    return cast(call, x, dtype, name)


def _declare_casts() -> None:
    def to(dtype: str) -> Any:
        def impl(call: Call, x: AnyValue, name: AnyValue) -> Any:
            return cast(call, x, DTYPES[dtype], name)

        return impl

    for name, dtype in (
        ("to_float", "float32"),
        ("to_double", "float64"),
        ("to_int32", "int32"),
        ("to_int64", "int64"),
        ("to_bfloat16", "bfloat16"),
        ("to_complex64", "complex64"),
        ("to_complex128", "complex128"),
    ):
        api.function(to(dtype), name=name)


_declare_casts()


@api.function
def saturate_cast(call: Call, value: AnyValue, dtype: AnyValue, name: AnyValue) -> Any:
    wanted = as_dtype(call, dtype)
    with scope(call, name, "saturate_cast") as inner:
        value = convert(call, value, None, "value")
        own = base(value.dtype)
        if isinstance(own, DType) and isinstance(wanted, DType):
            low, high = _bounds(own), _bounds(wanted)
            if low[0] < high[0]:
                value = gen(call, "Maximum", None, x=value, y=convert(call, high[0], own, "min"))
            if low[1] > high[1]:
                value = gen(call, "Minimum", None, x=value, y=convert(call, high[1], own, "max"))
        return cast(call, value, wanted, inner)


def _bounds(dtype: DType) -> tuple[float, float]:
    return dtype.limits or ((-65504.0, 65504.0) if dtype.name == "float16" else (-1.8e308, 1.8e308))
