"""tf.nn: convolutions, pooling, activations, normalisation, dropout, embeddings."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.conversion import none_if_default
from scopelint.apis.tf.framework.operations import constant, convert, gen, scope
from scopelint.apis.tf.framework.python_values import base, int_list, members
from scopelint.apis.tf.nn.conv import format_of
from scopelint.apis.tf.ops.array import (
    concat_of,
    identity_of,
    rank_of,
    renamed_argument,
    reshape_to,
    shape_of,
    transpose_of,
)
from scopelint.apis.tf.ops.casts import cast
from scopelint.apis.tf.ops.math import matmul_of
from scopelint.apis.tf.ops.random import uniform
from scopelint.apis.tf.ops.reductions import range_of, reduce_of
from scopelint.apis.tf.ops.slices import gather_of
from scopelint.values.base import AnyValue, Unknown
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
from scopelint.values.truth import is_on

api = Namespace("tf.nn")


# Activations


def _declare_activations() -> None:
    def scoped(kind: str) -> Any:
        def impl(call: Call, features: AnyValue, name: AnyValue) -> Any:
            with scope(call, name, kind) as inner:
                return gen(call, kind, inner, features=convert(call, features, None, "features"))

        return impl

    api.function(scoped("Relu6"), name="relu6")


_declare_activations()


@api.function
def leaky_relu(call: Call, features: AnyValue, alpha: AnyValue, name: AnyValue) -> Any:
    with scope(call, name, "LeakyRelu") as inner:
        features = convert(call, features, None, "features")
        if isinstance(alpha, (Tensor, Variable, ListValue)):
            # The slope is an attribute of the operation. TF: execute.make_float.
            said = f"Expected float for argument 'alpha' not {call.to_string(alpha)}."
            call.raise_("TypeError", said, kind="argument")
        if isinstance(features.dtype, DType) and features.dtype.is_integer:
            features = cast(call, features, FLOAT32)
        return gen(call, "LeakyRelu", inner, features=features, alpha=alpha)


@api.function
def crelu(call: Call, features: AnyValue, name: AnyValue, axis: AnyValue) -> Any:
    with scope(call, name, "CRelu") as inner:
        features = convert(call, features, None, "features")
        joined = concat_of(call, (features, call.unary("-", features)), axis, inner)
        return gen(call, "Relu", None, features=joined)


@api.function(also=("tf.nn.silu",))
def swish(call: Call, features: AnyValue) -> Any:
    """TF: swish, with a gradient of its own, which is one IdentityN over what it computes."""
    tensor = gen(call, "Identity", None, input=convert(call, features))
    soft = _sigmoid(call, tensor)
    product = call.binary("*", tensor, soft)
    name = call.graph.op("IdentityN", "IdentityN")
    return Tensor(name, 0, "IdentityN", product.shape, product.dtype, call.graph, product.deps)


def _sigmoid(call: Call, x: AnyValue) -> Any:
    with scope(call, None, "Sigmoid") as inner:
        return gen(call, "Sigmoid", inner, x=x)


def softmax_of(call: Call, kind: str, logits: AnyValue, axis: AnyValue, name: AnyValue) -> Any:
    """TF: nn_ops._softmax. Another axis than the last is moved there and back."""
    logits = convert(call, logits)
    shape = logits.shape
    rank = len(shape) if isinstance(shape, tuple) else None
    if axis is None or axis == -1 or not isinstance(axis, int) or rank is None or axis == rank - 1:
        return gen(call, kind, name, logits=logits)
    if not -rank <= axis < rank:
        said = f"Dimension ({axis}) must be in the range [{-rank}, {rank}) where {rank} is the number of dimensions in "
        call.raise_("tf.errors.InvalidArgumentError", said + "the input.", kind="shape")
    ndims = rank_of(call, logits)
    place: Any = call.binary("+", axis, ndims) if axis < 0 else axis
    last_rank = rank_of(call, logits)
    place = call.binary("%", place, rank)
    moved = _swap_axis(call, logits, place, gen(call, "Sub", None, x=last_rank, y=1), None)
    output = gen(call, kind, None, logits=moved)
    output = _swap_axis(call, output, place, gen(call, "Sub", None, x=last_rank, y=1), name)
    output.shape = shape
    return output


def _swap_axis(call: Call, logits: AnyValue, place: AnyValue, last: AnyValue, name: AnyValue) -> Any:
    before = range_of(call, place)
    after = range_of(call, call.binary("+", place, 1), last)
    order = concat_of(call, (before, (last,), after, (place,)), 0)
    return transpose_of(call, logits, order, "transpose" if name is None else name)


def _declare_softmax() -> None:
    def soft(kind: str) -> Any:
        def impl(call: Call, logits: AnyValue, axis: AnyValue, name: AnyValue, dim: AnyValue) -> Any:
            return softmax_of(call, kind, logits, renamed_argument(call, "axis", axis, "dim", dim), name)

        return impl

    Namespace("tf.math").function(soft("Softmax"), name="softmax")
    Namespace("tf.math").function(soft("LogSoftmax"), name="log_softmax")


_declare_softmax()


# Sums with weights


def bias_add_of(
    call: Call, value: AnyValue, bias: AnyValue, data_format: AnyValue = None, name: AnyValue = None
) -> Any:
    """TF: nn_ops.bias_add."""
    with scope(call, name, "BiasAdd") as inner:
        layout = None
        if isinstance(data_format, str):
            layout = "NCHW" if data_format.startswith("NC") else "NHWC"
        value = convert(call, value, None, "input")
        return gen(
            call, "BiasAdd", inner, value=value, bias=convert(call, bias, base(value.dtype), "bias"), data_format=layout
        )


@api.function
def bias_add(call: Call, value: AnyValue, bias: AnyValue, data_format: AnyValue, name: AnyValue) -> Any:
    return bias_add_of(call, value, bias, none_if_default(data_format), name)


@api.function
def xw_plus_b(call: Call, x: AnyValue, weights: AnyValue, biases: AnyValue, name: AnyValue) -> Any:
    with scope(call, name, "xw_plus_b") as inner:
        x, weights = convert(call, x, None, "x"), convert(call, weights, None, "weights")
        biases = convert(call, biases, None, "biases")
        return bias_add_of(call, matmul_of(call, x, weights), biases, None, inner)


@api.function
def relu_layer(call: Call, x: AnyValue, weights: AnyValue, biases: AnyValue, name: AnyValue) -> Any:
    with scope(call, name, "relu_layer") as inner:
        x, weights = convert(call, x, None, "x"), convert(call, weights, None, "weights")
        biases = convert(call, biases, None, "biases")
        return gen(call, "Relu", inner, features=bias_add_of(call, matmul_of(call, x, weights), biases))


# Normalisation


def moments_of(
    call: Call, x: AnyValue, axes: AnyValue, keep: AnyValue = False, name: AnyValue = None
) -> tuple[Any, Any]:
    """TF: nn_impl.moments."""
    with scope(call, name, "moments"):
        kind = base(x.dtype) if isinstance(x, (Tensor, Variable, PartitionedVariable)) else None
        half = isinstance(kind, DType) and kind.name == "float16"
        y = cast(call, x, FLOAT32) if half else x
        mean = reduce_of(call, "Mean", y, axes, True, "mean")
        stopped = gen(call, "StopGradient", None, input=mean)
        variance = reduce_of(call, "Mean", gen(call, "SquaredDifference", None, x=y, y=stopped), axes, True, "variance")
        return _pair(call, [mean, variance], axes, keep, kind if half else None)


def _pair(call: Call, pair: list[Any], axes: AnyValue, keep: AnyValue, kind: DType | None) -> tuple[Any, Any]:
    """A mean and a variance without the axes that they were taken over, unless these are kept, in the dtype `kind`."""
    if not is_on(keep):
        pair = [gen(call, "Squeeze", None, input=t, squeeze_dims=tuple(int_list(axes) or ()) or axes) for t in pair]
    if kind is not None:
        pair = [cast(call, t, kind) for t in pair]
    if isinstance(keep, Unknown):
        for each in pair:
            each.shape = keep.derive("")
    return pair[0], pair[1]


@api.function
def moments(call: Call, x: AnyValue, axes: AnyValue, name: AnyValue, keep_dims: AnyValue, keepdims: AnyValue) -> Any:
    return moments_of(call, x, axes, renamed_argument(call, "keepdims", keepdims, "keep_dims", keep_dims), name)


@api.function
def weighted_moments(
    call: Call,
    x: AnyValue,
    axes: AnyValue,
    frequency_weights: AnyValue,
    name: AnyValue,
    keep_dims: AnyValue,
    keepdims: AnyValue,
) -> Any:
    """TF: nn_impl.weighted_moments: the weights are spread over x, and x over them."""
    keep = renamed_argument(call, "keepdims", keepdims, "keep_dims", keep_dims)
    with scope(call, name, "weighted_moments"):
        x, weights = convert(call, x, None, "x"), convert(call, frequency_weights, None, "frequency_weights")
        kind = base(x.dtype)
        half = isinstance(kind, DType) and kind.name == "float16"
        x = cast(call, x, FLOAT32) if half else x
        weights = cast(call, weights, base(x.dtype))
        total = reduce_of(call, "Sum", call.binary("*", weights, x), axes, True, "weighted_input_sum")
        spread = call.binary("+", weights, call.new("tf.zeros_like", x))
        count = reduce_of(call, "Sum", spread, axes, True, "sum_of_weights")
        divisor = gen(call, "Reciprocal", "inv_weight_sum", x=count)
        mean = gen(call, "Mul", None, x=total, y=divisor)
        away = call.binary("*", weights, gen(call, "SquaredDifference", None, x=x, y=mean))
        distance = reduce_of(call, "Sum", away, axes, True, "weighted_distsq")
        variance = gen(call, "Mul", None, x=distance, y=divisor)
        return _pair(call, [mean, variance], axes, keep, kind if half else None)


@api.function
def batch_normalization(
    call: Call,
    x: AnyValue,
    mean: AnyValue,
    variance: AnyValue,
    offset: AnyValue,
    scale: AnyValue,
    variance_epsilon: AnyValue,
    name: AnyValue,
) -> Any:
    with scope(call, name, "batchnorm"):
        inverse = gen(call, "Rsqrt", None, x=call.binary("+", variance, variance_epsilon))
        if scale is not None:
            inverse = call.binary("*", inverse, scale)
        kind = base(getattr(x, "dtype", None))
        # In Python's order: the product with x comes before what is added to it.
        product = call.binary("*", x, cast(call, inverse, kind))
        shift = (
            call.binary("-", offset, call.binary("*", mean, inverse))
            if offset is not None
            else call.binary("*", call.unary("-", mean), inverse)
        )
        return call.binary("+", product, cast(call, shift, kind))


@api.function
def fused_batch_norm(
    call: Call,
    x: AnyValue,
    scale: AnyValue,
    offset: AnyValue,
    mean: AnyValue,
    variance: AnyValue,
    epsilon: AnyValue,
    data_format: AnyValue,
    is_training: AnyValue,
    name: AnyValue,
) -> Any:
    x, scale = convert(call, x, None, "input"), convert(call, scale, None, "scale")
    offset = convert(call, offset, None, "offset")
    mean = constant(call, (), FLOAT32) if none_if_default(mean) is None else mean
    variance = constant(call, (), FLOAT32) if none_if_default(variance) is None else variance
    out = gen(
        call,
        "FusedBatchNormV3",
        name,
        x=x,
        scale=scale,
        offset=offset,
        mean=mean,
        variance=variance,
        epsilon=epsilon,
        data_format=format_of(data_format, "NHWC"),
        is_training=is_training,
    )
    return tuple(members(out) or ())[:3]


# Dropout


def dropout_of(call: Call, x: AnyValue, rate: AnyValue, noise_shape: AnyValue = None, name: AnyValue = None) -> Any:
    """TF: nn_ops.dropout_v2. At rate 0 nothing is left but the scope."""
    with scope(call, name, "dropout"):
        x = convert(call, x, None, "x")
        if isinstance(x.dtype, DType) and not x.dtype.is_floating:
            call.raise_(
                "ValueError",
                "x has to be a floating point tensor since it's going to be scaled. Got a "
                f"<dtype: '{x.dtype.name}'> tensor instead.",
                kind="argument",
            )
        if isinstance(rate, (int, float)) and not 0 <= rate < 1:
            said = f"rate must be a scalar tensor or a float in the range [0, 1), got {rate:g}"
            call.raise_("ValueError", said, kind="argument")
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
def dropout(call: Call, x: AnyValue, keep_prob: AnyValue, noise_shape: AnyValue, name: AnyValue, rate: AnyValue) -> Any:
    kept, dropped = none_if_default(keep_prob), none_if_default(rate)
    if kept is not None:
        # TF subtracts it first, outside of the scope: a tensor leaves `sub` there.
        kept = call.binary("-", 1.0, kept)
    dropped = renamed_argument(call, "rate", dropped, "keep_prob", kept)
    if dropped is None:
        call.raise_("ValueError", "You must provide a rate to dropout.", kind="argument")
    return dropout_of(call, x, dropped, none_if_default(noise_shape), name)


# Embeddings


def embedding_lookup_of(
    call: Call,
    params: AnyValue,
    ids: AnyValue,
    name: AnyValue = None,
    max_norm: AnyValue = None,
    partition_strategy: AnyValue = "mod",
) -> Any:
    """TF: _embedding_lookup_and_transform."""
    if params is None:
        call.raise_("ValueError", "params must be specified", kind="argument")
    held: list[Any]
    if isinstance(params, PartitionedVariable):
        held = list(params.parts)
    elif isinstance(params, ListValue):
        held = params.items if params.rest is None else [params.rest.derive("")]
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
            if none_if_default(max_norm) is not None:
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
        result.shape = (
            (*ids.shape, *row)
            if isinstance(ids.shape, tuple) and row is not None
            else Unknown("the shape of an embedding")
        )
        return result


def _clip(call: Call, result: AnyValue, max_norm: AnyValue) -> Any:
    return call.new("tf.clip_by_norm", result, max_norm)


@api.function
def embedding_lookup(
    call: Call, params: AnyValue, ids: AnyValue, partition_strategy: AnyValue, name: AnyValue, max_norm: AnyValue
) -> Any:
    return embedding_lookup_of(call, params, ids, name, max_norm, partition_strategy)


@api.function
def embedding_lookup_sparse(
    call: Call,
    params: AnyValue,
    sp_ids: AnyValue,
    sp_weights: AnyValue,
    partition_strategy: AnyValue,
    name: AnyValue,
    combiner: AnyValue,
    max_norm: AnyValue,
) -> Any:
    if isinstance(sp_ids, (Tensor, Variable, ListValue, int, float, str)):
        call.raise_("TypeError", "sp_ids must be SparseTensor", kind="argument")
    if not isinstance(sp_ids, SparseTensor):
        return call.unknown("an embedding of ids that are not known")
    kinds = {"sum": "SparseSegmentSum", "sqrtn": "SparseSegmentSqrtN"}
    kind = kinds.get(combiner if isinstance(combiner, str) else "mean", "SparseSegmentMean")
    with scope(call, name, "embedding_lookup_sparse") as inner:
        segments = call.getitem(sp_ids.indices, (slice(None, None, None), 0))
        segments = cast(call, segments, INT32)
        ids, index = members(gen(call, "Unique", None, x=sp_ids.values, out_idx=INT32)) or (None, None)
        found = embedding_lookup_of(call, params, ids, None, max_norm)
        row = found.shape[1:] if isinstance(found.shape, tuple) else found.shape
        if isinstance(sp_weights, SparseTensor):
            found = gather_of(call, found, index)
            weighted = call.binary("*", found, reshape_to(call, sp_weights.values, (-1, 1)))
            result = gen(call, "SegmentSum", inner, data=weighted, segment_ids=segments)
        else:
            result = gen(call, kind, inner, data=found, indices=index, segment_ids=segments)
        result.shape = (None, *row) if isinstance(row, tuple) else row
        return result


@api.function
def in_top_k(call: Call, predictions: AnyValue, targets: AnyValue, k: AnyValue, name: AnyValue) -> Any:
    with scope(call, name, "in_top_k"):
        return gen(call, "InTopKV2", name, predictions=predictions, targets=targets, k=k)
