"""tf.nn: convolutions and pooling."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.conversion import none_if_default
from scopelint.apis.tf.framework.operations import constant, convert, gen, scope
from scopelint.apis.tf.framework.python_values import int_list, members
from scopelint.apis.tf.framework.shapes.nn import window
from scopelint.apis.tf.ops.array import renamed_argument, shape_of
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import (
    INT32,
    Tensor,
)

api = Namespace("tf.nn")


def sequence(value: AnyValue, count: int, channel: int) -> Any:
    """TF: _get_sequence. One number or one for each spatial dimension, made one for every dimension."""
    value = none_if_default(value)
    if value is None:
        return (1,) * (count + 2)
    if isinstance(value, Unknown):
        return value
    found = int_list(value)
    if found is None:
        return Unknown("strides are not known")
    if len(found) == 1:
        found = found * count
    if len(found) == count + 2:
        return tuple(found)
    return (1, 1, *found) if channel == 1 else (1, *found, 1)


def channel_of(data_format: AnyValue, rank: int) -> int:
    return 1 if isinstance(data_format, str) and data_format.startswith("NC") else rank - 1


def format_of(value: AnyValue, default: str) -> Any:
    return default if none_if_default(value) is None else value


# Convolutions


def conv2d_of(
    call: Call,
    input: AnyValue,
    filter: AnyValue,
    strides: AnyValue,
    padding: AnyValue,
    data_format: AnyValue = "NHWC",
    dilations: AnyValue = None,
    name: AnyValue = None,
) -> Any:
    """TF: nn_ops.conv2d."""
    data_format = format_of(data_format, "NHWC")
    channel = channel_of(data_format, 4)
    explicit = None
    if members(padding) is not None:
        explicit = tuple(n for pair in members(padding) or () for n in (int_list(pair) or (None, None)))
        padding = "EXPLICIT"
    return gen(
        call,
        "Conv2D",
        name,
        input=input,
        filter=filter,
        strides=sequence(strides, 2, channel),
        padding=padding,
        explicit_paddings=explicit or (),
        data_format=data_format,
        dilations=sequence(dilations, 2, channel),
    )


@api.function
def conv2d(
    call: Call,
    input: AnyValue,
    filter: AnyValue,
    strides: AnyValue,
    padding: AnyValue,
    data_format: AnyValue,
    dilations: AnyValue,
    name: AnyValue,
    filters: AnyValue,
) -> Any:
    return conv2d_of(
        call,
        input,
        renamed_argument(call, "filters", filters, "filter", filter),
        strides,
        padding,
        data_format,
        dilations,
        name,
    )


@api.function
def conv3d(
    call: Call,
    input: AnyValue,
    filter: AnyValue,
    strides: AnyValue,
    padding: AnyValue,
    data_format: AnyValue,
    dilations: AnyValue,
    name: AnyValue,
    filters: AnyValue,
) -> Any:
    return gen(
        call,
        "Conv3D",
        name,
        input=input,
        filter=renamed_argument(call, "filters", filters, "filter", filter),
        strides=strides,
        padding=padding,
        data_format=format_of(data_format, "NDHWC"),
        dilations=dilations,
    )


def conv1d_of(
    call: Call,
    value: AnyValue,
    filters: AnyValue,
    stride: AnyValue,
    padding: AnyValue,
    data_format: AnyValue = None,
    name: AnyValue = None,
    dilations: AnyValue = None,
) -> Any:
    """TF: nn_ops.conv1d: a Conv2D between an ExpandDims and a Squeeze."""
    with scope(call, name, "conv1d") as inner:
        first = isinstance(data_format, str) and data_format.startswith("NC")
        start, channel = (2, 1) if first else (1, 2)
        steps, rates = sequence(stride, 1, channel), sequence(dilations, 1, channel)
        steps, rates = (s if isinstance(s, Unknown) else (1, *s) for s in (steps, rates))
        value = gen(call, "ExpandDims", None, input=value, dim=start)
        filters = gen(call, "ExpandDims", None, input=filters, dim=0)
        result = gen(
            call,
            "Conv2D",
            inner,
            input=value,
            filter=filters,
            strides=steps,
            padding=padding,
            data_format="NCHW" if first else "NHWC",
            dilations=rates,
        )
        return gen(call, "Squeeze", None, input=result, squeeze_dims=(start,))


@api.function
def conv1d(
    call: Call,
    value: AnyValue,
    filters: AnyValue,
    stride: AnyValue,
    padding: AnyValue,
    data_format: AnyValue,
    name: AnyValue,
    input: AnyValue,
    dilations: AnyValue,
) -> Any:
    return conv1d_of(
        call,
        renamed_argument(call, "input", input, "value", value),
        filters,
        stride,
        padding,
        none_if_default(data_format),
        name,
        dilations,
    )


def _transposed(
    call: Call,
    value: AnyValue,
    filter: AnyValue,
    output_shape: AnyValue,
    strides: AnyValue,
    padding: AnyValue,
    data_format: AnyValue,
    name: AnyValue,
    dilations: AnyValue,
) -> Any:
    data_format = format_of(data_format, "NHWC")
    channel = channel_of(data_format, 4)
    with scope(call, name, "conv2d_transpose") as outer, scope(call, outer) as inner:
        return gen(
            call,
            "Conv2DBackpropInput",
            inner,
            input_sizes=output_shape,
            filter=filter,
            out_backprop=value,
            strides=sequence(strides, 2, channel),
            padding=padding,
            data_format=data_format,
            dilations=sequence(dilations, 2, channel),
        )


@api.function
def conv2d_transpose(
    call: Call,
    value: AnyValue,
    filter: AnyValue,
    output_shape: AnyValue,
    strides: AnyValue,
    padding: AnyValue,
    data_format: AnyValue,
    name: AnyValue,
    input: AnyValue,
    filters: AnyValue,
    dilations: AnyValue,
) -> Any:
    return _transposed(
        call,
        renamed_argument(call, "input", input, "value", value),
        renamed_argument(call, "filters", filters, "filter", filter),
        output_shape,
        strides,
        padding,
        data_format,
        name,
        dilations,
    )


@api.function
def conv3d_transpose(
    call: Call,
    value: AnyValue,
    filter: AnyValue,
    output_shape: AnyValue,
    strides: AnyValue,
    padding: AnyValue,
    data_format: AnyValue,
    name: AnyValue,
    input: AnyValue,
    filters: AnyValue,
    dilations: AnyValue,
) -> Any:
    with scope(call, name, "conv3d_transpose") as inner:
        return gen(
            call,
            "Conv3DBackpropInputV2",
            inner,
            input_sizes=output_shape,
            filter=renamed_argument(call, "filters", filters, "filter", filter),
            out_backprop=renamed_argument(call, "input", input, "value", value),
            strides=strides,
            padding=padding,
            data_format=format_of(data_format, "NDHWC"),
        )


def dilate(call: Call, input: Any, rates: list[Any], kernel: list[Any], padding: Any, make: Any) -> Any:
    """TF: with_space_to_batch: a dilated operation as a plain one on a batch of pieces. `make(tensor, padding)` makes
    the plain one; names of what computes the paddings are left out."""
    if all(isinstance(r, int) and r == 1 for r in rates):
        constant(call, tuple(rates), INT32, None, "dilation_rate")
        return make(input, padding)
    constant(call, tuple(rates), INT32, None, "dilation_rate")
    shape = input.shape
    pieces = Tensor(
        call.graph.op("SpaceToBatchND", "SpaceToBatchND", inner=(("block_shape", "Const"), ("paddings", "Const"))),
        0,
        "SpaceToBatchND",
        (None,) * len(shape) if isinstance(shape, tuple) else shape,
        input.dtype,
        call.graph,
        input.deps,
    )
    if isinstance(shape, tuple):
        pieces.shape = (None, *(None for _ in rates), *shape[1 + len(rates) :])
    middle = make(pieces, "VALID")
    name = call.graph.op("BatchToSpaceND", "BatchToSpaceND", inner=(("block_shape", "Const"), ("crops", "Const")))
    out = middle.shape
    if isinstance(shape, tuple) and isinstance(out, tuple):
        sizes = [window(shape[1 + i], kernel[i], 1, padding, rates[i]) for i in range(len(rates))]
        out = (shape[0], *sizes, *out[1 + len(rates) :])
    return Tensor(name, 0, "BatchToSpaceND", out, middle.dtype, call.graph, middle.deps)


def check_steps(call: Call, strides: AnyValue, rates: AnyValue) -> None:
    """TF: nn_ops._get_strides_and_dilation_rate."""
    for sizes, name in ((rates, "dilation_rate"), (strides, "strides")):
        if isinstance(sizes, tuple) and any(isinstance(size, int) and size < 1 for size in sizes):
            call.raise_("ValueError", f"all values of {name} must be positive", "argument")
    if all(
        isinstance(sizes, tuple) and any(isinstance(size, int) and size > 1 for size in sizes)
        for sizes in (strides, rates)
    ):
        call.raise_("ValueError", "strides > 1 not supported in conjunction with dilation_rate > 1", "argument")


def convolution_of(
    call: Call,
    input: AnyValue,
    filters: AnyValue,
    padding: AnyValue,
    strides: AnyValue = None,
    dilations: AnyValue = None,
    name: AnyValue = None,
    data_format: AnyValue = None,
) -> Any:
    """TF: convolution_internal."""
    tensor = input if isinstance(input, Tensor) else convert(call, input)
    shapes = tensor.shape, getattr(filters, "shape", None)
    known = [len(shape) for shape in shapes if isinstance(shape, tuple)]
    known += [2 + len(each) for each in (members(strides), members(dilations)) if each is not None and len(each) > 1]
    rank = known[0] if known else _PLANE
    count = rank - 2
    channel = channel_of(data_format, rank)
    steps, rates = sequence(strides, count, channel), sequence(dilations, count, channel)
    with scope(call, name, "convolution") as inner:
        check_steps(call, steps, rates)
        made = _applied(call, tensor, filters, padding, steps, rates, inner, data_format, rank)
        return made if known else of_some_rank(made, filters, channel == 1)


_PLANE = 4
"""The rank that is taken for the names of operations where none is known."""


def of_some_rank(made: Any, filters: AnyValue = None, channels_first: bool = False) -> Any:
    """An output whose rank hangs on one that is not known. Its channels are those that the filters give."""
    if isinstance(made, Tensor):
        made.shape = Unknown("the rank is not known")
        kernel = getattr(filters, "shape", None)
        if isinstance(kernel, Unknown) and not channels_first:
            made.shape.last = kernel.last
    return made


def _applied(
    call: Call,
    tensor: Any,
    filters: AnyValue,
    padding: Any,
    steps: AnyValue,
    rates: Any,
    inner: AnyValue,
    data_format: AnyValue,
    rank: int,
) -> Any:
    """TF: nn_ops.Convolution, called: directly where nothing is dilated, else on pieces of the input."""
    count, channel = rank - 2, channel_of(data_format, rank)
    plain = not isinstance(rates, tuple) or all(isinstance(r, int) and r == 1 for r in rates)
    if plain:
        if count == 1:
            return conv1d_of(call, tensor, filters, steps, padding, data_format, inner, rates)
        kind, default = ("Conv2D", "NHWC") if count == 2 else ("Conv3D", "NDHWC")
        return gen(
            call,
            kind,
            inner,
            input=tensor,
            filter=filters,
            strides=steps,
            padding=padding,
            data_format=format_of(data_format, default),
            dilations=rates,
        )
    filters = convert(call, filters, None, "filter")
    places = range(2, rank) if channel == 1 else range(1, rank - 1)
    kernel = list(filters.shape[:count]) if isinstance(filters.shape, tuple) else [Unknown("kernel")] * count

    def make(pieces: AnyValue, how: AnyValue) -> Any:
        if count == 1:
            return conv1d_of(call, pieces, filters, 1, how, data_format, inner)
        return gen(
            call,
            "Conv2D" if count == 2 else "Conv3D",
            inner,
            input=pieces,
            filter=filters,
            strides=steps,
            padding=how,
            data_format=format_of(data_format, "NHWC" if count == 2 else "NDHWC"),
        )

    return dilate(call, tensor, [rates[p] for p in places], kernel, padding, make)


CONVOLUTION = Namespace("tensorflow.python.ops.nn_ops").type("Convolution")


@CONVOLUTION.method
def __init__(
    call: Call,
    self: InstanceValue,
    input_shape: AnyValue,
    filter_shape: AnyValue,
    padding: AnyValue,
    strides: AnyValue,
    dilation_rate: AnyValue,
    name: AnyValue,
    data_format: AnyValue,
) -> None:
    """TF: nn_ops.Convolution. Libraries' own convolutional layers make it once and call it with their kernels."""
    dims = getattr(input_shape, "dims", input_shape)
    check_steps(call, strides, dilation_rate)
    for key, value in {
        "padding": padding,
        "strides": strides,
        "dilation_rate": dilation_rate,
        "name": name,
        "data_format": data_format,
        "<rank>": len(dims) if isinstance(dims, tuple) else None,
    }.items():
        self.set(key, value)


@CONVOLUTION.method(name="__call__")
def call_convolution(call: Call, self: InstanceValue, inp: AnyValue, filter: AnyValue) -> Any:
    g = self.attrs
    tensor = inp if isinstance(inp, Tensor) else convert(call, inp)
    known = len(tensor.shape) if isinstance(tensor.shape, tuple) else g["<rank>"]
    rank = known or _PLANE
    channel = channel_of(g["data_format"], rank)
    made = _applied(
        call,
        tensor,
        filter,
        g["padding"],
        sequence(g["strides"], rank - 2, channel),
        sequence(g["dilation_rate"], rank - 2, channel),
        g["name"],
        g["data_format"],
        rank,
    )
    return made if known else of_some_rank(made)


@api.function
def convolution(
    call: Call,
    input: AnyValue,
    filter: AnyValue,
    padding: AnyValue,
    strides: AnyValue,
    dilation_rate: AnyValue,
    name: AnyValue,
    data_format: AnyValue,
    filters: AnyValue,
    dilations: AnyValue,
) -> Any:
    return convolution_of(
        call,
        input,
        renamed_argument(call, "filters", filters, "filter", filter),
        padding,
        none_if_default(strides),
        renamed_argument(call, "dilations", dilations, "dilation_rate", dilation_rate),
        name,
        none_if_default(data_format),
    )


@api.function
def atrous_conv2d(
    call: Call, value: AnyValue, filters: AnyValue, rate: AnyValue, padding: AnyValue, name: AnyValue
) -> Any:
    return convolution_of(call, value, filters, padding, None, (rate, rate), name)


@api.function
def atrous_conv2d_transpose(
    call: Call,
    value: AnyValue,
    filters: AnyValue,
    output_shape: AnyValue,
    rate: AnyValue,
    padding: AnyValue,
    name: AnyValue,
) -> Any:
    with scope(call, name, "atrous_conv2d_transpose"):
        value, filters = convert(call, value, None, "value"), convert(call, filters, None, "filters")
        sizes = convert(call, output_shape, None, "output_shape")
        return gen(call, "Conv2DBackpropInput", "BatchToSpaceND", input_sizes=sizes, filter=filters, out_backprop=value)


@api.function
def depthwise_conv2d(
    call: Call,
    input: AnyValue,
    filter: AnyValue,
    strides: AnyValue,
    padding: Any,
    rate: AnyValue,
    name: AnyValue,
    data_format: AnyValue,
    dilations: AnyValue,
) -> Any:
    rates = int_list(renamed_argument(call, "dilations", dilations, "rate", rate)) or [1, 1]
    with scope(call, name, "depthwise") as inner:
        tensor, kernel = convert(call, input, None, "tensor_in"), convert(call, filter, None, "filter_in")
        shape_of(call, kernel)

        def make(pieces: AnyValue, how: AnyValue) -> Any:
            return gen(
                call,
                "DepthwiseConv2dNative",
                inner,
                input=pieces,
                filter=kernel,
                strides=strides,
                padding=how,
                data_format=format_of(data_format, "NHWC"),
            )

        return dilate(call, tensor, rates, _sizes(kernel, 2), padding, make)


def _sizes(kernel: Tensor, count: int) -> list[Any]:
    return list(kernel.shape[:count]) if isinstance(kernel.shape, tuple) else [Unknown("kernel size")] * count


@api.function
def separable_conv2d(
    call: Call,
    input: AnyValue,
    depthwise_filter: AnyValue,
    pointwise_filter: AnyValue,
    strides: AnyValue,
    padding: Any,
    rate: AnyValue,
    name: AnyValue,
    data_format: AnyValue,
    dilations: AnyValue,
) -> Any:
    rates = int_list(renamed_argument(call, "dilations", dilations, "rate", rate)) or [1, 1]
    data_format = format_of(data_format, "NHWC")
    with scope(call, name, "separable_conv2d") as inner:
        tensor = convert(call, input, None, "tensor_in")
        kernel = convert(call, depthwise_filter, None, "depthwise_filter")
        point = convert(call, pointwise_filter, None, "pointwise_filter")
        shape_of(call, kernel)

        def make(pieces: AnyValue, how: AnyValue) -> Any:
            return gen(
                call,
                "DepthwiseConv2dNative",
                "depthwise",
                input=pieces,
                filter=kernel,
                strides=strides,
                padding=how,
                data_format=data_format,
            )

        middle = dilate(call, tensor, rates, _sizes(kernel, 2), padding, make)
        return gen(
            call,
            "Conv2D",
            inner,
            input=middle,
            filter=point,
            strides=(1, 1, 1, 1),
            padding="VALID",
            data_format=data_format,
        )


# Pooling
