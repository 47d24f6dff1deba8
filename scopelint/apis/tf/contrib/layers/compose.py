"""tf.contrib.layers: repeat, stack, embeddings, the legacy dense layer."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Default
from scopelint.apis.tf.contrib.layers.layers import base_dtype, collection_names, contrib, model_variable
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework import operations
from scopelint.apis.tf.framework.bare_op import make
from scopelint.apis.tf.framework.dims import dimension, dims_of
from scopelint.apis.tf.framework.gathers import rows_of
from scopelint.apis.tf.framework.op_inputs import deps_of
from scopelint.apis.tf.framework.python_values import left_open
from scopelint.apis.tf.framework.structures import flatten, items_of
from scopelint.apis.tf.layers import functions  # noqa: F401  (declares the classes that these functions make)
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.dependences import of_rows
from scopelint.values.objects import FunctionValue, NativeFunction
from scopelint.values.tensors import DTYPES, PartitionedVariable, Tensor, Variable
from scopelint.values.text import text

# composition


def function_name(call: Call, layer: AnyValue, default: str) -> Any:
    """TF: repeat, stack: the function's own name, or that of what a partial holds."""
    if isinstance(layer, (FunctionValue, NativeFunction)):
        named = layer.attrs.get("__name__")
        return named if isinstance(named, str) else _python_name(layer)
    held = call.getattr(layer, "__name__", None)
    if held is None:
        inner = call.getattr(layer, "func", None)
        held = None if inner is None else call.getattr(inner, "__name__", None)
    return default if held is None else held


_LONG_NAMES = {
    "tf.contrib.layers.conv1d": "convolution1d", "tf.contrib.layers.conv2d": "convolution2d",
    "tf.contrib.layers.conv3d": "convolution3d", "tf.contrib.layers.conv2d_transpose": "convolution2d_transpose",
    "tf.contrib.layers.conv3d_transpose": "convolution3d_transpose",
    "tf.contrib.layers.conv2d_in_plane": "convolution2d_in_plane",
    "tf.contrib.layers.separable_conv2d": "separable_convolution2d",
    **dict.fromkeys(
        ("tf.contrib.slim.relu", "tf.contrib.slim.relu6", "tf.contrib.slim.elu", "tf.contrib.slim.linear"),
        "fully_connected",
    ),
    "tf.contrib.slim.legacy_relu": "legacy_fully_connected",
    "tf.contrib.slim.legacy_linear": "legacy_fully_connected",
}  # fmt: skip


def _python_name(function: Any) -> str:
    """What `__name__` says: some functions go by a short name that is not their own, some are partials of another."""
    return _LONG_NAMES.get(getattr(function, "canonical", ""), str(function.name))


def _compose(
    call: Call,
    inputs: Any,
    layer: AnyValue,
    calls: list[list[Any]],
    rest: tuple[Any, ...],
    kwargs: dict[str, Any],
    default: str,
    word: str,
) -> Any:
    kwargs = dict(kwargs)
    scope = kwargs.pop("scope", None)
    with tools.variable_scope(call, scope, default, [inputs]):
        inputs = tools.as_tensor(call, inputs)
        if scope is None:
            scope = function_name(call, layer, word)
        for number, given in enumerate(calls, 1):
            inputs = call.invoke(layer, inputs, *given, *rest, scope=text([scope, f"_{number}"]), **kwargs)
    return inputs


@contrib.function(raw=True)
def repeat(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: contrib.layers.repeat."""
    kwargs = dict(kwargs)
    names = ("inputs", "repetitions", "layer")
    given = [args[i] if i < len(args) else kwargs.pop(name) for i, name in enumerate(names)]
    inputs, repetitions, layer = given
    if not isinstance(repetitions, int):
        number = Unknown("how often the layer is repeated is not known", "i")
        scope = kwargs.pop("scope", None)
        with tools.variable_scope(call, scope, "Repeat", [inputs]):
            named = function_name(call, layer, "repeat") if scope is None else scope
            return call.invoke(layer, inputs, *args[3:], scope=text([named, "_", number]), **kwargs)
    return _compose(
        call, inputs, layer, [[] for _ in range(min(repetitions, 10_000))], args[3:], kwargs, "Repeat", "repeat"
    )


@contrib.function(raw=True)
def stack(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: contrib.layers.stack."""
    kwargs = dict(kwargs)
    names = ("inputs", "layer", "stack_args")
    inputs, layer, stack_args = [args[i] if i < len(args) else kwargs.pop(name) for i, name in enumerate(names)]
    if isinstance(stack_args, Unknown) or getattr(stack_args, "rest", None) is not None:
        return call.cannot_know("the layers to stack are not known", may_make=True)
    if not isinstance(stack_args, (ListValue, tuple)):
        call.raise_("ValueError", "stack_args need to be a list or tuple", "argument")
    calls = [items_of(a) if isinstance(a, (ListValue, tuple)) else [a] for a in items_of(stack_args)]
    return _compose(call, inputs, layer, calls, (), kwargs, "Stack", "stack")


# embeddings


def _embeddings(call: Call, shape: AnyValue, g: dict[str, Any]) -> Any:
    return model_variable(
        call, "embeddings", shape, initializer=g["initializer"], regularizer=g["regularizer"], trainable=g["trainable"]
    )


@contrib.function
def embed_sequence(
    call: Call,
    ids: Any,
    vocab_size: Any,
    embed_dim: Any,
    unique: AnyValue,
    initializer: AnyValue,
    regularizer: AnyValue,
    trainable: AnyValue,
    scope: Any,
    reuse: Any,
) -> Any:
    """TF: contrib.layers.embed_sequence."""
    if (reuse is None or reuse is False) and (vocab_size in (None, 0) or embed_dim in (None, 0)):
        call.raise_(
            "ValueError",
            "Must specify vocab size and embedding dimension when not reusing. Got "
            f"vocab_size={vocab_size} and embed_dim={embed_dim}",
            "argument",
        )
    with tools.variable_scope(call, scope, "EmbedSequence", [ids], reuse=reuse):
        shape = None if vocab_size is None or embed_dim is None else ListValue([vocab_size, embed_dim])
        table = _embeddings(
            call, shape, {"initializer": initializer, "regularizer": regularizer, "trainable": trainable}
        )
        return call.new("tf.nn.embedding_lookup", table, ids)


@contrib.function
def bow_encoder(
    call: Call,
    ids: Any,
    vocab_size: AnyValue,
    embed_dim: AnyValue,
    sparse_lookup: AnyValue,
    initializer: AnyValue,
    regularizer: AnyValue,
    trainable: AnyValue,
    scope: Any,
    reuse: Any,
) -> Any:
    """TF: contrib.layers.bow_encoder."""
    if vocab_size in (None, 0) or embed_dim in (None, 0):
        call.raise_("ValueError", "Must specify vocab size and embedding dimension", "argument")
    with tools.variable_scope(call, scope, "bow_encoder", [ids], reuse=reuse):
        table = _embeddings(
            call,
            ListValue([vocab_size, embed_dim]),
            {"initializer": initializer, "regularizer": regularizer, "trainable": trainable},
        )
        batch = dimension(dims_of(ids), 0, "batch")
        return make(call, "Mean", None, (batch, embed_dim), DTYPES["float32"], of_rows(deps_of(table)))


@contrib.function
def embedding_lookup_unique(
    call: Call, params: AnyValue, ids: AnyValue, partition_strategy: AnyValue, name: AnyValue
) -> Any:
    with operations.scope(call, name, "EmbeddingLookupUnique"):
        return call.new("tf.nn.embedding_lookup", params, ids)


@contrib.function
def safe_embedding_lookup_sparse(call: Call, embedding_weights: AnyValue, sparse_ids: AnyValue, name: AnyValue) -> Any:
    """TF: contrib.layers.safe_embedding_lookup_sparse."""
    held = [v for v in flatten(embedding_weights) if isinstance(v, (Variable, PartitionedVariable, Tensor))]
    width = dimension(dims_of(held[0]), -1) if held else left_open(embedding_weights)
    with operations.scope(call, name, "embedding_lookup"):
        deps = 0
        for each in held:
            deps |= rows_of(each)
        return make(call, "Reshape", "Reshape_2", (None, width), DTYPES["float32"], deps)


@contrib.function
def legacy_fully_connected(
    call: Call,
    x: Any,
    num_output_units: AnyValue,
    activation_fn: AnyValue,
    weight_init: AnyValue,
    bias_init: AnyValue,
    name: Any,
    weight_collections: AnyValue,
    bias_collections: AnyValue,
    output_collections: AnyValue,
    trainable: AnyValue,
    weight_regularizer: AnyValue,
    bias_regularizer: AnyValue,
) -> Any:
    """TF: contrib.layers.legacy_fully_connected."""
    with tools.variable_scope(call, name, "fully_connected", [x]):
        x = tools.as_tensor(call, x)
        shape = dims_of(x)
        if shape is None:
            call.raise_("ValueError", "dims of x must be known but is None", "shape")
        if isinstance(shape, tuple) and len(shape) < 2:
            call.raise_("ValueError", f"rank of x must be at least 2 not: {len(shape)}", "layer_input")
        width = dimension(shape, -1)
        if width is None:
            call.raise_("ValueError", "last dimension of x must be known but is None", "shape")
        dtype = base_dtype(x)
        default = call.new("tf.contrib.layers.xavier_initializer") if not _given(weight_init) else weight_init
        weights = call.new(
            "tf.get_variable",
            "weights",
            shape=ListValue([width, num_output_units]),
            dtype=dtype,
            initializer=default,
            regularizer=weight_regularizer,
            trainable=trainable,
        )
        out = (*shape[:-1], num_output_units) if isinstance(shape, tuple) else shape
        y = make(call, "MatMul", None, out, dtype, deps_of(x, weights))
        if bias_init is not None:
            zeros = call.new("tf.zeros_initializer") if not _given(bias_init) else bias_init
            bias = call.new(
                "tf.get_variable",
                "bias",
                shape=ListValue([num_output_units]),
                dtype=dtype,
                initializer=zeros,
                regularizer=bias_regularizer,
                trainable=trainable,
            )
            y = call.new("tf.nn.bias_add", y, bias)
        y = tools.activate(call, activation_fn, y)
        for collection in (*collection_names(output_collections), "activations"):
            call.graph.add_to_collection(collection, y)
        return y


def _given(value: AnyValue) -> bool:
    return not isinstance(value, Default)
