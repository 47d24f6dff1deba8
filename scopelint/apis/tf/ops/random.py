"""Random tensors: tf.random_normal and its kin."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.constant_checks import check_drawn
from scopelint.apis.tf.framework.conversion import none_if_default
from scopelint.apis.tf.framework.operations import constant, convert, gen, scope
from scopelint.apis.tf.framework.python_values import as_dtype, is_list, members
from scopelint.apis.tf.framework.shapes.common import from_const
from scopelint.apis.tf.ops.array import shape_of
from scopelint.apis.tf.ops.reductions import reduce_of
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.tensors import FLOAT32, INT32, INT64, DType, Tensor, TensorShape, merge_shapes

api = Namespace("tf")


def shape_tensor(call: Call, shape: AnyValue) -> Tensor:
    """TF: tensor_util.shape_tensor. A list of numbers becomes a constant of int32."""
    dtype = None
    if isinstance(shape, TensorShape) or (is_list(shape) and not members(shape)):
        dtype = INT32
    elif is_list(shape):
        dtype = INT32 if all(isinstance(d, (int, Unknown)) for d in members(shape) or ()) else None
    return convert(call, shape, dtype, "shape")


def _static(result: Tensor, sizes: Tensor) -> Tensor:
    """TF: maybe_set_static_shape."""
    result.shape = merge_shapes(result.shape, from_const(sizes.const))
    return result


def normal(
    call: Call,
    kind: str,
    default: str,
    shape: AnyValue,
    mean: AnyValue,
    stddev: AnyValue,
    dtype: AnyValue,
    name: AnyValue,
) -> Any:
    """TF: random_normal and truncated_normal: scaled and moved from the standard one."""
    dtype = as_dtype(call, dtype, FLOAT32)
    with scope(call, name, default) as inner:
        sizes = shape_tensor(call, shape)
        mean, stddev = convert(call, mean, dtype, "mean"), convert(call, stddev, dtype, "stddev")
        drawn = gen(call, kind, None, shape=sizes, dtype=dtype)
        return _static(gen(call, "Add", inner, x=call.binary("*", drawn, stddev), y=mean), sizes)


def uniform(call: Call, shape: AnyValue, minval: AnyValue, maxval: AnyValue, dtype: AnyValue, name: AnyValue) -> Any:
    """TF: random_uniform."""
    check_drawn(call, dtype)
    if maxval is None:
        if isinstance(dtype, DType) and dtype.is_integer:
            call.raise_("ValueError", f"Must specify maxval for integer dtype {dtype!r}", kind="argument")
        maxval = 1
    with scope(call, name, "random_uniform") as inner:
        sizes = shape_tensor(call, shape)
        low, high = convert(call, minval, dtype, "min"), convert(call, maxval, dtype, "max")
        if isinstance(dtype, DType) and dtype.is_integer:
            return _static(gen(call, "RandomUniformInt", inner, shape=sizes, minval=low, maxval=high), sizes)
        drawn = gen(call, "RandomUniform", None, shape=sizes, dtype=dtype)
        width = call.binary("-", high, low)
        return _static(gen(call, "Add", inner, x=call.binary("*", drawn, width), y=low), sizes)


@api.function
def random_normal(
    call: Call, shape: AnyValue, mean: AnyValue, stddev: AnyValue, dtype: AnyValue, name: AnyValue
) -> Any:
    return normal(call, "RandomStandardNormal", "random_normal", shape, mean, stddev, dtype, name)


@api.function
def truncated_normal(
    call: Call, shape: AnyValue, mean: AnyValue, stddev: AnyValue, dtype: AnyValue, name: AnyValue
) -> Any:
    return normal(call, "TruncatedNormal", "truncated_normal", shape, mean, stddev, dtype, name)


@api.function
def random_uniform(
    call: Call, shape: AnyValue, minval: AnyValue, maxval: AnyValue, dtype: AnyValue, name: AnyValue
) -> Any:
    return uniform(call, shape, minval, none_if_default(maxval), as_dtype(call, dtype, FLOAT32), name)


@api.function
def random_shuffle(call: Call, value: AnyValue, name: AnyValue) -> Any:
    return gen(call, "RandomShuffle", name, value=value)


@api.function
def random_crop(call: Call, value: AnyValue, size: AnyValue, name: AnyValue) -> Any:
    with scope(call, name, "random_crop") as inner:
        value = convert(call, value, None, "value")
        size = convert(call, size, INT32, "size")
        shape = shape_of(call, value)
        condition = reduce_of(call, "All", call.compare(">=", shape, size))
        with scope(call, None, "Assert"):
            call.graph.op("Assert", "Assert")
        del condition
        shape = gen(call, "Identity", "control_dependency", input=shape)
        limit = call.binary("+", call.binary("-", shape, size), 1)
        offset = call.binary("%", uniform(call, shape_of(call, shape), 0, (1 << 31) - 1, INT32, None), limit)
        return gen(call, "Slice", inner, input=value, begin=offset, size=size)


def _drawn(default: str) -> Any:
    def impl(call: Call, logits: AnyValue, num_samples: AnyValue, name: AnyValue, dtype: AnyValue) -> Any:
        with scope(call, name, default):
            logits = convert(call, logits, None, "logits")
            return gen(
                call,
                "Multinomial",
                None,
                logits=logits,
                num_samples=num_samples,
                output_dtype=as_dtype(call, dtype, INT64),
            )

    return impl


@api.function
def multinomial(call: Call, logits: AnyValue, num_samples: AnyValue, name: AnyValue, output_dtype: AnyValue) -> Any:
    return _drawn("multinomial")(call, logits, num_samples, name, output_dtype)


Namespace("tf.random").function(_drawn("categorical"), name="categorical")


@api.function
def random_gamma(call: Call, shape: AnyValue, alpha: AnyValue, beta: AnyValue, dtype: AnyValue, name: AnyValue) -> Any:
    dtype = as_dtype(call, dtype, FLOAT32)
    with scope(call, name, "random_gamma"):
        sizes = convert(call, shape, INT32, "shape")
        alpha = convert(call, alpha, dtype, "alpha")
        beta = convert(call, 1 if none_if_default(beta) is None else beta, dtype, "beta")
        wide = call.binary("+", alpha, constant(call, 0, dtype, (), "zeros_like"))
        drawn = gen(call, "RandomGamma", None, shape=sizes, alpha=wide)
        return gen(call, "Maximum", None, x=1e-38, y=call.binary("/", drawn, beta))
