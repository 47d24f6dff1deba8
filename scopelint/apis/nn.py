"""tf.nn: convolutions, pooling, activations, normalisation, dropout, embeddings."""

from __future__ import annotations

from typing import Any

from scopelint.apis.adapters import given
from scopelint.apis.array import (
    cast,
    concat_of,
    either,
    gather_of,
    identity_of,
    rank_of,
    reshape_to,
    shape_of,
    transpose_of,
)
from scopelint.apis.math import matmul_of, range_of, reduce_of
from scopelint.apis.ops import base, constant, convert, gen, int_list, members, scope
from scopelint.apis.random_ops import uniform
from scopelint.apis.registry import Namespace
from scopelint.apis.shapes_nn import window
from scopelint.values.base import Unknown
from scopelint.values.containers import ListValue
from scopelint.values.tensors import (
    FLOAT32,
    INT32,
    DType,
    PartitionedVariable,
    SparseTensor,
    Tensor,
    Variable,
    merge_shapes,
)

api = Namespace("tf.nn")


def sequence(value: Any, count: int, channel: int) -> Any:
    """TF: _get_sequence. One number or one for each spatial dimension, made one for every dimension."""
    value = given(value)
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


def channel_of(data_format: Any, rank: int) -> int:
    return 1 if isinstance(data_format, str) and data_format.startswith("NC") else rank - 1


def format_of(value: Any, default: str) -> Any:
    return default if given(value) is None else value


# Convolutions


def conv2d_of(call: Any, input: Any, filter: Any, strides: Any, padding: Any, data_format: Any = "NHWC",
              dilations: Any = None, name: Any = None) -> Any:
    """TF: nn_ops.conv2d."""
    data_format = format_of(data_format, "NHWC")
    channel = channel_of(data_format, 4)
    explicit = None
    if members(padding) is not None:
        explicit = tuple(n for pair in members(padding) or () for n in (int_list(pair) or (None, None)))
        padding = "EXPLICIT"
    return gen(call, "Conv2D", name, input=input, filter=filter, strides=sequence(strides, 2, channel),
               padding=padding, explicit_paddings=explicit or (), data_format=data_format,
               dilations=sequence(dilations, 2, channel))


@api.function
def conv2d(call: Any, input: Any, filter: Any, strides: Any, padding: Any, data_format: Any, dilations: Any, name: Any,
           filters: Any) -> Any:
    return conv2d_of(call, input, either(call, "filters", filters, "filter", filter), strides, padding, data_format,
                     dilations, name)


@api.function
def conv3d(call: Any, input: Any, filter: Any, strides: Any, padding: Any, data_format: Any, dilations: Any, name: Any,
           filters: Any) -> Any:
    return gen(call, "Conv3D", name, input=input, filter=either(call, "filters", filters, "filter", filter),
               strides=strides, padding=padding, data_format=format_of(data_format, "NDHWC"), dilations=dilations)


def conv1d_of(call: Any, value: Any, filters: Any, stride: Any, padding: Any, data_format: Any = None,
              name: Any = None, dilations: Any = None) -> Any:
    """TF: nn_ops.conv1d: a Conv2D between an ExpandDims and a Squeeze."""
    with scope(call, name, "conv1d") as inner:
        first = isinstance(data_format, str) and data_format.startswith("NC")
        start, channel = (2, 1) if first else (1, 2)
        steps, rates = sequence(stride, 1, channel), sequence(dilations, 1, channel)
        steps, rates = (s if isinstance(s, Unknown) else (1, *s) for s in (steps, rates))
        value = gen(call, "ExpandDims", None, input=value, dim=start)
        filters = gen(call, "ExpandDims", None, input=filters, dim=0)
        result = gen(call, "Conv2D", inner, input=value, filter=filters, strides=steps, padding=padding,
                     data_format="NCHW" if first else "NHWC", dilations=rates)
        return gen(call, "Squeeze", None, input=result, squeeze_dims=(start,))


@api.function
def conv1d(call: Any, value: Any, filters: Any, stride: Any, padding: Any, data_format: Any, name: Any, input: Any,
           dilations: Any) -> Any:
    return conv1d_of(call, either(call, "input", input, "value", value), filters, stride, padding, given(data_format),
                     name, dilations)


def _transposed(call: Any, value: Any, filter: Any, output_shape: Any, strides: Any, padding: Any, data_format: Any,
                name: Any, dilations: Any) -> Any:
    data_format = format_of(data_format, "NHWC")
    channel = channel_of(data_format, 4)
    with scope(call, name, "conv2d_transpose") as outer, scope(call, outer) as inner:
        return gen(call, "Conv2DBackpropInput", inner, input_sizes=output_shape, filter=filter, out_backprop=value,
                   strides=sequence(strides, 2, channel), padding=padding, data_format=data_format,
                   dilations=sequence(dilations, 2, channel))


@api.function
def conv2d_transpose(call: Any, value: Any, filter: Any, output_shape: Any, strides: Any, padding: Any,
                     data_format: Any, name: Any, input: Any, filters: Any, dilations: Any) -> Any:
    return _transposed(call, either(call, "input", input, "value", value),
                       either(call, "filters", filters, "filter", filter), output_shape, strides, padding, data_format,
                       name, dilations)


@api.function
def conv3d_transpose(call: Any, value: Any, filter: Any, output_shape: Any, strides: Any, padding: Any,
                     data_format: Any, name: Any, input: Any, filters: Any, dilations: Any) -> Any:
    with scope(call, name, "conv3d_transpose") as inner:
        return gen(call, "Conv3DBackpropInputV2", inner, input_sizes=output_shape,
                   filter=either(call, "filters", filters, "filter", filter),
                   out_backprop=either(call, "input", input, "value", value), strides=strides, padding=padding,
                   data_format=format_of(data_format, "NDHWC"))


def spread(call: Any, input: Any, rates: list[Any], kernel: list[Any], padding: Any, make: Any) -> Any:
    """TF: with_space_to_batch: a dilated operation as a plain one on a batch of pieces. `make(tensor, padding)` makes
    the plain one; names of what computes the paddings are left out."""
    if all(isinstance(r, int) and r == 1 for r in rates):
        constant(call, tuple(rates), INT32, None, "dilation_rate")
        return make(input, padding)
    constant(call, tuple(rates), INT32, None, "dilation_rate")
    shape = input.shape
    pieces = Tensor(call.graph.op("SpaceToBatchND", "SpaceToBatchND", inner=(
        ("block_shape", "Const"), ("paddings", "Const"))), 0, "SpaceToBatchND",
        (None,) * len(shape) if isinstance(shape, tuple) else shape, input.dtype, call.graph, input.deps)
    if isinstance(shape, tuple):
        pieces.shape = (None, *(None for _ in rates), *shape[1 + len(rates):])
    middle = make(pieces, "VALID")
    name = call.graph.op("BatchToSpaceND", "BatchToSpaceND", inner=(("block_shape", "Const"), ("crops", "Const")))
    out = middle.shape
    if isinstance(shape, tuple) and isinstance(out, tuple):
        sizes = [window(shape[1 + i], kernel[i], 1, padding, rates[i]) for i in range(len(rates))]
        out = (shape[0], *sizes, *out[1 + len(rates):])
    return Tensor(name, 0, "BatchToSpaceND", out, middle.dtype, call.graph, middle.deps)


def convolution_of(call: Any, input: Any, filters: Any, padding: Any, strides: Any = None, dilations: Any = None,
                   name: Any = None, data_format: Any = None) -> Any:
    """TF: convolution_internal."""
    tensor = input if isinstance(input, Tensor) else convert(call, input)
    shapes = [s for s in (tensor.shape, getattr(filters, "shape", None)) if isinstance(s, tuple)]
    rank = len(shapes[0]) if shapes else 4
    count = rank - 2
    channel = channel_of(data_format, rank)
    steps, rates = sequence(strides, count, channel), sequence(dilations, count, channel)
    with scope(call, name, "convolution") as inner:
        plain = not isinstance(rates, tuple) or all(isinstance(r, int) and r == 1 for r in rates)
        if plain:
            if count == 1:
                return conv1d_of(call, tensor, filters, steps, padding, data_format, inner, rates)
            kind, default = ("Conv2D", "NHWC") if count == 2 else ("Conv3D", "NDHWC")
            return gen(call, kind, inner, input=tensor, filter=filters, strides=steps, padding=padding,
                       data_format=format_of(data_format, default), dilations=rates)
        filters = convert(call, filters, None, "filter")
        places = range(2, rank) if channel == 1 else range(1, rank - 1)
        kernel = list(filters.shape[:count]) if isinstance(filters.shape, tuple) else [Unknown("kernel")] * count

        def make(pieces: Any, how: Any) -> Any:
            if count == 1:
                return conv1d_of(call, pieces, filters, 1, how, data_format, inner)
            return gen(call, "Conv2D" if count == 2 else "Conv3D", inner, input=pieces, filter=filters,
                       strides=steps, padding=how, data_format=format_of(data_format, "NHWC" if count == 2 else "NDHWC"))

        return spread(call, tensor, [rates[p] for p in places], kernel, padding, make)


@api.function
def convolution(call: Any, input: Any, filter: Any, padding: Any, strides: Any, dilation_rate: Any, name: Any,
                data_format: Any, filters: Any, dilations: Any) -> Any:
    return convolution_of(call, input, either(call, "filters", filters, "filter", filter), padding, given(strides),
                          either(call, "dilations", dilations, "dilation_rate", dilation_rate), name,
                          given(data_format))


@api.function
def atrous_conv2d(call: Any, value: Any, filters: Any, rate: Any, padding: Any, name: Any) -> Any:
    return convolution_of(call, value, filters, padding, None, (rate, rate), name)


@api.function
def atrous_conv2d_transpose(call: Any, value: Any, filters: Any, output_shape: Any, rate: Any, padding: Any,
                            name: Any) -> Any:
    with scope(call, name, "atrous_conv2d_transpose"):
        value, filters = convert(call, value, None, "value"), convert(call, filters, None, "filters")
        sizes = convert(call, output_shape, None, "output_shape")
        return gen(call, "Conv2DBackpropInput", "BatchToSpaceND", input_sizes=sizes, filter=filters, out_backprop=value)


@api.function
def depthwise_conv2d(call: Any, input: Any, filter: Any, strides: Any, padding: Any, rate: Any, name: Any,
                     data_format: Any, dilations: Any) -> Any:
    rates = int_list(either(call, "dilations", dilations, "rate", rate) or (1, 1)) or [1, 1]
    with scope(call, name, "depthwise") as inner:
        tensor, kernel = convert(call, input, None, "tensor_in"), convert(call, filter, None, "filter_in")
        shape_of(call, kernel)

        def make(pieces: Any, how: Any) -> Any:
            return gen(call, "DepthwiseConv2dNative", inner, input=pieces, filter=kernel, strides=strides, padding=how,
                       data_format=format_of(data_format, "NHWC"))

        return spread(call, tensor, rates, _sizes(kernel, 2), padding, make)


def _sizes(kernel: Tensor, count: int) -> list[Any]:
    return list(kernel.shape[:count]) if isinstance(kernel.shape, tuple) else [Unknown("kernel size")] * count


@api.function
def separable_conv2d(call: Any, input: Any, depthwise_filter: Any, pointwise_filter: Any, strides: Any, padding: Any,
                     rate: Any, name: Any, data_format: Any, dilations: Any) -> Any:
    rates = int_list(either(call, "dilations", dilations, "rate", rate) or (1, 1)) or [1, 1]
    data_format = format_of(data_format, "NHWC")
    with scope(call, name, "separable_conv2d") as inner:
        tensor = convert(call, input, None, "tensor_in")
        kernel = convert(call, depthwise_filter, None, "depthwise_filter")
        point = convert(call, pointwise_filter, None, "pointwise_filter")
        shape_of(call, kernel)

        def make(pieces: Any, how: Any) -> Any:
            return gen(call, "DepthwiseConv2dNative", "depthwise", input=pieces, filter=kernel, strides=strides,
                       padding=how, data_format=data_format)

        middle = spread(call, tensor, rates, _sizes(kernel, 2), padding, make)
        return gen(call, "Conv2D", inner, input=middle, filter=point, strides=(1, 1, 1, 1), padding="VALID",
                   data_format=data_format)


# Pooling


def _declare_pools() -> None:
    def pool2d(kind: str, source: str) -> Any:
        def impl(call: Any, value: Any, ksize: Any, strides: Any, padding: Any, data_format: Any, name: Any,
                 input: Any) -> Any:
            value = either(call, "input", input, "value", value)
            data_format = format_of(data_format, "NHWC")
            channel = channel_of(data_format, 4)
            with scope(call, name, kind) as inner:
                return gen(call, kind, inner, **{source: value}, ksize=sequence(ksize, 2, channel),
                           strides=sequence(strides, 2, channel), padding=padding, data_format=data_format)

        return impl

    def pool3d(kind: str) -> Any:
        def impl(call: Any, input: Any, ksize: Any, strides: Any, padding: Any, data_format: Any, name: Any) -> Any:
            data_format = format_of(data_format, "NDHWC")
            channel = channel_of(data_format, 5)
            with scope(call, name, kind) as inner:
                return gen(call, kind, inner, input=input, ksize=sequence(ksize, 3, channel),
                           strides=sequence(strides, 3, channel), padding=padding, data_format=data_format)

        return impl

    api.function(pool2d("MaxPool", "input"), name="max_pool")
    api.function(pool2d("AvgPool", "value"), name="avg_pool")
    api.function(pool3d("MaxPool3D"), name="max_pool3d")
    api.function(pool3d("AvgPool3D"), name="avg_pool3d")


_declare_pools()


@api.function
def pool(call: Any, input: Any, window_shape: Any, pooling_type: Any, padding: Any, dilation_rate: Any, strides: Any,
         name: Any, data_format: Any, dilations: Any) -> Any:
    sizes = int_list(window_shape) or [Unknown("window"), Unknown("window")]
    count = len(sizes)
    kind = {"MAX": "MaxPool", "AVG": "AvgPool"}.get(pooling_type, "MaxPool") + ("3D" if count == 3 else "")
    rate = either(call, "dilations", dilations, "dilation_rate", dilation_rate)
    rates = ([1] * count if given(rate) is None else int_list(rate)) or []
    steps = int_list(given(strides)) if given(strides) is not None else [1] * count
    default = f"{pooling_type.lower()}_pool" if isinstance(pooling_type, str) else "pool"
    first = isinstance(data_format, str) and data_format.startswith("NC")
    with scope(call, name, default) as inner:
        tensor = convert(call, input, None, "input")
        sizes = sizes if len(sizes) > 1 else [1, *sizes]
        steps = (steps if steps is not None and len(steps) > 1 else [1, *(steps or [1])])
        adjusted = [(1, 1, *v) if first else (1, *v, 1) for v in (sizes, steps)]
        layout = ("NCDHW" if first else "NDHWC") if count == 3 else ("NCHW" if first else "NHWC")
        source = "value" if kind == "AvgPool" else "input"

        def make(pieces: Any, how: Any) -> Any:
            if count == 1:
                pieces = gen(call, "ExpandDims", None, input=pieces, dim=2 if first else 1)
            result = gen(call, kind, inner, **{source: pieces}, ksize=adjusted[0], strides=adjusted[1], padding=how,
                         data_format=layout)
            return gen(call, "Squeeze", None, input=result, squeeze_dims=(2 if first else 1,)) if count == 1 else result

        return spread(call, tensor, rates, sizes, padding, make)


# Activations


def _declare_activations() -> None:
    def scoped(kind: str) -> Any:
        def impl(call: Any, features: Any, name: Any) -> Any:
            with scope(call, name, kind) as inner:
                return gen(call, kind, inner, features=convert(call, features, None, "features"))

        return impl

    api.function(scoped("Relu6"), name="relu6")


_declare_activations()


@api.function
def leaky_relu(call: Any, features: Any, alpha: Any, name: Any) -> Any:
    with scope(call, name, "LeakyRelu") as inner:
        features = convert(call, features, None, "features")
        if isinstance(features.dtype, DType) and features.dtype.is_integer:
            features = cast(call, features, FLOAT32)
        return gen(call, "LeakyRelu", inner, features=features, alpha=alpha)


@api.function
def crelu(call: Any, features: Any, name: Any, axis: Any) -> Any:
    with scope(call, name, "CRelu") as inner:
        features = convert(call, features, None, "features")
        joined = concat_of(call, (features, call.unary("-", features)), axis, inner)
        return gen(call, "Relu", None, features=joined)


@api.function
def swish(call: Any, features: Any) -> Any:
    """TF: swish, with a gradient of its own, which is one IdentityN over what it computes."""
    tensor = gen(call, "Identity", None, input=convert(call, features))
    soft = _sigmoid(call, tensor)
    product = call.binary("*", tensor, soft)
    name = call.graph.op("IdentityN", "IdentityN")
    return Tensor(name, 0, "IdentityN", product.shape, product.dtype, call.graph, product.deps)


def _sigmoid(call: Any, x: Any) -> Any:
    with scope(call, None, "Sigmoid") as inner:
        return gen(call, "Sigmoid", inner, x=x)


def softmax_of(call: Any, kind: str, logits: Any, axis: Any, name: Any) -> Any:
    """TF: nn_ops._softmax. Another axis than the last is moved there and back."""
    logits = convert(call, logits)
    shape = logits.shape
    rank = len(shape) if isinstance(shape, tuple) else None
    if axis is None or axis == -1 or not isinstance(axis, int) or rank is None or axis == rank - 1:
        return gen(call, kind, name, logits=logits)
    ndims = rank_of(call, logits)
    place: Any = call.binary("+", axis, ndims) if axis < 0 else axis
    last_rank = rank_of(call, logits)
    place = call.binary("%", place, rank)
    moved = _swap_axis(call, logits, place, gen(call, "Sub", None, x=last_rank, y=1), None)
    output = gen(call, kind, None, logits=moved)
    output = _swap_axis(call, output, place, gen(call, "Sub", None, x=last_rank, y=1), name)
    output.shape = shape
    return output


def _swap_axis(call: Any, logits: Any, place: Any, last: Any, name: Any) -> Any:
    before = range_of(call, place)
    after = range_of(call, call.binary("+", place, 1), last)
    order = concat_of(call, (before, (last,), after, (place,)), 0)
    return transpose_of(call, logits, order, "transpose" if name is None else name)


def _declare_softmax() -> None:
    def soft(kind: str) -> Any:
        def impl(call: Any, logits: Any, axis: Any, name: Any, dim: Any) -> Any:
            return softmax_of(call, kind, logits, either(call, "axis", axis, "dim", dim), name)

        return impl

    Namespace("tf.math").function(soft("Softmax"), name="softmax")
    Namespace("tf.math").function(soft("LogSoftmax"), name="log_softmax")


_declare_softmax()


# Sums with weights


def bias_add_of(call: Any, value: Any, bias: Any, data_format: Any = None, name: Any = None) -> Any:
    """TF: nn_ops.bias_add."""
    with scope(call, name, "BiasAdd") as inner:
        layout = None
        if isinstance(data_format, str):
            layout = "NCHW" if data_format.startswith("NC") else "NHWC"
        value = convert(call, value, None, "input")
        return gen(call, "BiasAdd", inner, value=value, bias=convert(call, bias, base(value.dtype), "bias"),
                   data_format=layout)


@api.function
def bias_add(call: Any, value: Any, bias: Any, data_format: Any, name: Any) -> Any:
    return bias_add_of(call, value, bias, given(data_format), name)


@api.function
def xw_plus_b(call: Any, x: Any, weights: Any, biases: Any, name: Any) -> Any:
    with scope(call, name, "xw_plus_b") as inner:
        x, weights = convert(call, x, None, "x"), convert(call, weights, None, "weights")
        biases = convert(call, biases, None, "biases")
        return bias_add_of(call, matmul_of(call, x, weights), biases, None, inner)


@api.function
def relu_layer(call: Any, x: Any, weights: Any, biases: Any, name: Any) -> Any:
    with scope(call, name, "relu_layer") as inner:
        x, weights = convert(call, x, None, "x"), convert(call, weights, None, "weights")
        biases = convert(call, biases, None, "biases")
        return gen(call, "Relu", inner, features=bias_add_of(call, matmul_of(call, x, weights), biases))


# Normalisation


def moments_of(call: Any, x: Any, axes: Any, keep: Any = False, name: Any = None) -> tuple[Any, Any]:
    """TF: nn_impl.moments."""
    with scope(call, name, "moments"):
        kind = base(x.dtype) if isinstance(x, (Tensor, Variable, PartitionedVariable)) else None
        half = isinstance(kind, DType) and kind.name == "float16"
        y = cast(call, x, FLOAT32) if half else x
        mean = reduce_of(call, "Mean", y, axes, True, "mean")
        stopped = gen(call, "StopGradient", None, input=mean)
        variance = reduce_of(call, "Mean", gen(call, "SquaredDifference", None, x=y, y=stopped), axes, True, "variance")
        pair = [mean, variance]
        if not keep:
            pair = [gen(call, "Squeeze", None, input=t, squeeze_dims=tuple(int_list(axes) or ()) or axes) for t in pair]
        if half:
            pair = [cast(call, t, kind) for t in pair]
        return pair[0], pair[1]


@api.function
def moments(call: Any, x: Any, axes: Any, name: Any, keep_dims: Any, keepdims: Any) -> Any:
    return moments_of(call, x, axes, either(call, "keepdims", keepdims, "keep_dims", keep_dims) is True, name)


@api.function
def batch_normalization(call: Any, x: Any, mean: Any, variance: Any, offset: Any, scale: Any, variance_epsilon: Any,
                        name: Any) -> Any:
    with scope(call, name, "batchnorm"):
        inverse = gen(call, "Rsqrt", None, x=call.binary("+", variance, variance_epsilon))
        if scale is not None:
            inverse = call.binary("*", inverse, scale)
        kind = base(getattr(x, "dtype", None))
        # In Python's order: the product with x comes before what is added to it.
        product = call.binary("*", x, cast(call, inverse, kind))
        shift = call.binary("-", offset, call.binary("*", mean, inverse)) if offset is not None else call.binary(
            "*", call.unary("-", mean), inverse)
        return call.binary("+", product, cast(call, shift, kind))


@api.function
def fused_batch_norm(call: Any, x: Any, scale: Any, offset: Any, mean: Any, variance: Any, epsilon: Any,
                     data_format: Any, is_training: Any, name: Any) -> Any:
    x, scale = convert(call, x, None, "input"), convert(call, scale, None, "scale")
    offset = convert(call, offset, None, "offset")
    mean = constant(call, (), FLOAT32) if given(mean) is None else mean
    variance = constant(call, (), FLOAT32) if given(variance) is None else variance
    out = gen(call, "FusedBatchNormV3", name, x=x, scale=scale, offset=offset, mean=mean, variance=variance,
              epsilon=epsilon, data_format=format_of(data_format, "NHWC"), is_training=is_training)
    return tuple(members(out) or ())[:3]


# Dropout


def dropout_of(call: Any, x: Any, rate: Any, noise_shape: Any = None, name: Any = None) -> Any:
    """TF: nn_ops.dropout_v2. At rate 0 nothing is left but the scope."""
    with scope(call, name, "dropout"):
        x = convert(call, x, None, "x")
        if isinstance(rate, (int, float)) and rate == 0:
            return x
        rate = convert(call, rate, base(x.dtype), "rate")
        if isinstance(rate.const, (int, float)) and rate.const == 0:
            return x
        if noise_shape is None:
            sizes: Any = shape_of(call, x)
        else:
            sizes = noise_shape
        noise = uniform(call, sizes, 0, 1, base(x.dtype), None)
        keep = call.binary("-", 1, rate)
        scale = call.binary("/", 1, keep)
        mask = call.compare(">=", noise, rate)
        result = call.binary("*", call.binary("*", x, scale), cast(call, mask, base(x.dtype)))
        result.shape = merge_shapes(x.shape, result.shape)
        return result


@api.function
def dropout(call: Any, x: Any, keep_prob: Any, noise_shape: Any, name: Any, rate: Any) -> Any:
    kept, dropped = given(keep_prob), given(rate)
    if kept is not None:
        # TF subtracts it first, outside of the scope: a tensor leaves `sub` there.
        kept = call.binary("-", 1.0, kept)
    dropped = either(call, "rate", dropped, "keep_prob", kept)
    if dropped is None:
        call.raise_("ValueError", "You must provide a rate to dropout.", kind="argument")
    return dropout_of(call, x, dropped, given(noise_shape), name)


# Embeddings


def embedding_lookup_of(call: Any, params: Any, ids: Any, name: Any = None, max_norm: Any = None,
                        partition_strategy: Any = "mod") -> Any:
    """TF: _embedding_lookup_and_transform."""
    if params is None:
        call.raise_("ValueError", "params must be specified", kind="argument")
    held: list[Any]
    if isinstance(params, PartitionedVariable):
        held = list(params.parts)
    elif isinstance(params, ListValue):
        held = params.items
    else:
        held = [params] if not isinstance(params, tuple) else list(params)
    if not held:
        call.raise_("ValueError", "Need at least one param", kind="argument")
    with scope(call, name, "embedding_lookup") as inner:
        resource = any(isinstance(p, Variable) and p.is_resource is True for p in held)
        if not resource:
            held = [convert(call, p, None, f"params_{i}") for i, p in enumerate(held)]
        ids = convert(call, ids, None, "ids")
        if len(held) == 1:
            result = gather_of(call, held[0], ids, 0, inner)
            if given(max_norm) is not None:
                result = _clip(call, result, max_norm)
            return identity_of(call, result)
        # The ids of each part are looked up there, and stitched together again.
        flat = reshape_to(call, ids, (-1,))
        parts = [gather_of(call, p, flat) for p in held]
        full = call.graph.op("ParallelDynamicStitch", inner)
        deps = 0
        for part in parts:
            deps |= part.deps
        row = held[0].shape[1:] if isinstance(held[0].shape, tuple) else None
        stitched = Tensor(full, 0, "ParallelDynamicStitch", None, parts[0].dtype, call.graph, deps)
        result = reshape_to(call, stitched, (-1,))
        result.shape = (*ids.shape, *row) if isinstance(ids.shape, tuple) and row is not None else Unknown(
            "the shape of an embedding")
        return result


def _clip(call: Any, result: Any, max_norm: Any) -> Any:
    return call.new("tf.clip_by_norm", result, max_norm)


@api.function
def embedding_lookup(call: Any, params: Any, ids: Any, partition_strategy: Any, name: Any, max_norm: Any) -> Any:
    return embedding_lookup_of(call, params, ids, name, max_norm, partition_strategy)


@api.function
def embedding_lookup_sparse(call: Any, params: Any, sp_ids: Any, sp_weights: Any, partition_strategy: Any, name: Any,
                            combiner: Any, max_norm: Any) -> Any:
    if not isinstance(sp_ids, SparseTensor):
        return call.unknown("an embedding of ids that are not known")
    kinds = {"sum": "SparseSegmentSum", "sqrtn": "SparseSegmentSqrtN"}
    kind = kinds.get(combiner if isinstance(combiner, str) else "mean", "SparseSegmentMean")
    with scope(call, name, "embedding_lookup_sparse") as inner:
        segments = call.getitem(sp_ids.indices, (slice(None, None, None), 0))
        segments = cast(call, segments, INT32)
        ids, index = members(gen(call, "Unique", None, x=sp_ids.values, out_idx=INT32)) or (None, None)
        found = embedding_lookup_of(call, params, ids, None, max_norm)
        row = found.shape[1:] if isinstance(found.shape, tuple) else ()
        if isinstance(sp_weights, SparseTensor):
            found = gather_of(call, found, index)
            weighted = call.binary("*", found, reshape_to(call, sp_weights.values, (-1, 1)))
            result = gen(call, "SegmentSum", inner, data=weighted, segment_ids=segments)
        else:
            result = gen(call, kind, inner, data=found, indices=index, segment_ids=segments)
        result.shape = (None, *row)
        return result
