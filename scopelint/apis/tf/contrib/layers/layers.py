"""tf.contrib.layers (slim): layers of all kinds. Normalization is in contrib_norm.py."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace, declare
from scopelint.apis.tables import Opaque
from scopelint.apis.tf.contrib.arg_scope import ScopedArguments, scoped_whole
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework.arguments import opaque
from scopelint.apis.tf.framework.dims import dimension, dims_of, rank_of
from scopelint.apis.tf.framework.python_values import dtype_of
from scopelint.apis.tf.framework.structures import flatten, items_of
from scopelint.apis.tf.layers import functions  # noqa: F401  (declares the classes that these functions make)
from scopelint.graph.scopes import get_variable_scope
from scopelint.values.base import AnyValue, Unknown, Value
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import NativeFunction
from scopelint.values.tensors import DTYPES, FLOAT32, PartitionedVariable, Tensor, TensorShape, shape_text
from scopelint.values.text import from_template
from scopelint.values.truth import is_given

contrib = Namespace("tf.contrib.layers")


# shared


def collect(call: Call, collections: AnyValue, alias: str, outputs: AnyValue) -> Any:
    """TF: utils.collect_named_outputs."""
    if collections is not None and collections is not False and collections != "":
        for leaf in flatten(outputs):
            if isinstance(leaf, Tensor):
                append_alias(call, leaf, alias)
        add_to_collections(call, collections, outputs)
    return outputs


def append_alias(call: Call, tensor: Tensor, alias: str) -> None:
    """TF: utils.append_tensor_alias. Programs read and write the list, so it is an attribute here too."""
    held = call.engine.get_attribute(tensor, "aliases", None)
    added = from_template(alias.rstrip("/"))
    if isinstance(held, ListValue):
        held.touch()
        held.items.append(added)
    else:
        call.engine.set_attribute(tensor, "aliases", ListValue([added]))


def add_to_collections(call: Call, collections: AnyValue, item: AnyValue) -> None:
    for name in collection_names(collections):
        call.graph.add_to_collection(name, item)


def collection_names(collections: AnyValue) -> list[Any]:
    if isinstance(collections, str):
        return [collections]
    if collections is None or isinstance(collections, Unknown):
        return []
    return [name for name in dict.fromkeys(items_of(collections)) if not isinstance(name, Value)]


def variable_collections(collections: AnyValue, name: str) -> Any:
    """TF: utils.get_variable_collections."""
    return collections.items.get(name) if isinstance(collections, DictValue) else collections


def add_variable(call: Call, variable: AnyValue, collections: AnyValue, name: str) -> None:
    """TF: _add_variable_to_collections."""
    for collection in collection_names(variable_collections(collections, name)):
        held = call.graph.get_collection_ref(collection)
        for part in variable.parts if isinstance(variable, PartitionedVariable) else (variable,):
            if not any(part is known for known in held.items):
                held.append(part)


def model_variable(
    call: Call,
    name: str,
    shape: AnyValue,
    dtype: AnyValue = FLOAT32,
    *,
    initializer: AnyValue = None,
    regularizer: AnyValue = None,
    collections: AnyValue = None,
    trainable: AnyValue = True,
) -> Any:
    """TF: contrib.framework.model_variable."""
    return call.new(
        "tf.contrib.framework.model_variable",
        name,
        shape=shape,
        dtype=dtype,
        initializer=initializer,
        regularizer=regularizer,
        collections=collections,
        trainable=trainable,
    )


def variable_getter(call: Call, rename: dict[str, str]) -> Any:
    """TF: _build_variable_getter, _model_variable_getter: tf.layers' variables by slim's names, and in the collection
    of model variables."""

    def model_getter(
        getter: Any,
        name: Any = None,
        *,
        shape: Any = None,
        dtype: Any = None,
        initializer: Any = None,
        regularizer: Any = None,
        trainable: Any = True,
        collections: Any = None,
        partitioner: Any = None,
        use_resource: Any = None,
        **_: Any,
    ) -> Any:
        prefix, slash, leaf = name.rpartition("/")
        name = prefix + slash + rename.get(leaf, leaf)
        held = [*(collections or ()), "variables", "model_variables"]
        return getter(
            name,
            shape=shape,
            dtype=dtype,
            initializer=initializer,
            regularizer=regularizer,
            trainable=trainable,
            collections=list(dict.fromkeys(held)),
            partitioner=partitioner,
            use_resource=use_resource,
            reuse=get_variable_scope(call.state).reuse,
        )

    return model_getter


KERNEL = {"bias": "biases", "kernel": "weights"}


def options_of(params: AnyValue) -> dict[str, Any]:
    """`**normalizer_params or {}`."""
    return {k: v for k, v in params.items.items() if isinstance(k, str)} if isinstance(params, DictValue) else {}


def normalize(call: Call, normalizer_fn: AnyValue, normalizer_params: AnyValue, outputs: AnyValue) -> Any:
    if not is_given(normalizer_fn):
        return outputs
    made = call.invoke(normalizer_fn, outputs, **options_of(normalizer_params))
    return outputs if isinstance(made, Unknown) else made


def use_bias(normalizer_fn: AnyValue, biases_initializer: AnyValue) -> bool:
    """`not normalizer_fn and biases_initializer`."""
    if isinstance(biases_initializer, Unknown):
        return not is_given(normalizer_fn) and bool(biases_initializer)
    return not is_given(normalizer_fn) and biases_initializer is not None and biases_initializer is not False


def channels_of(data_format: AnyValue) -> str:
    return "channels_first" if isinstance(data_format, str) and data_format.startswith("NC") else "channels_last"


def check_format(call: Call, data_format: AnyValue, allowed: tuple[str, ...] = ("NHWC", "NCHW")) -> None:
    if isinstance(data_format, str) and data_format not in allowed:
        call.raise_("ValueError", "data_format has to be either NCHW or NHWC.", "argument")


def base_dtype(inputs: AnyValue) -> Any:
    dtype = dtype_of(inputs)
    return DTYPES["float32"] if dtype is None else dtype


def new_layer(call: Call, name: str, scope: Any, reuse: Any, **options: Any) -> Any:
    layer = call.new("tf.layers." + name, name=from_template(scope.name), _scope=scope, _reuse=reuse, **options)
    return layer


def _kernel_and_bias(g: ScopedArguments) -> dict[str, Any]:
    """What contrib's arguments are to a layer of tf.layers that has a kernel and a bias. The activation comes after
    the normalizer, so the layer itself has none."""
    return {
        "activation": None,
        "use_bias": use_bias(g.normalizer_fn, g.biases_initializer),
        "kernel_initializer": g.weights_initializer,
        "bias_initializer": g.biases_initializer,
        "kernel_regularizer": g.weights_regularizer,
        "bias_regularizer": g.biases_regularizer,
        "trainable": g.trainable,
        "dtype": base_dtype(g.inputs),
    }


# dense and convolution


@scoped_whole(contrib)
def fully_connected(call: Call, g: ScopedArguments) -> Any:
    """TF: contrib.layers.fully_connected."""
    g.num_outputs = tools.integer(g.num_outputs) if not isinstance(g.num_outputs, float) else g.num_outputs
    if not isinstance(g.num_outputs, (int, Unknown)):
        kind = call.class_of(g.num_outputs).name
        call.raise_(
            "ValueError", f"num_outputs type should be one of [<class 'int'>], got <class '{kind}'>.", "argument"
        )
    with tools.variable_scope(
        call, g.scope, "fully_connected", [g.inputs], reuse=g.reuse, custom_getter=variable_getter(call, KERNEL)
    ) as sc:
        g.inputs = tools.as_tensor(call, g.inputs)
        layer = new_layer(
            call,
            "Dense",
            sc,
            g.reuse,
            units=g.num_outputs,
            **_kernel_and_bias(g),
        )
        return finish(call, layer, g, sc)


def finish(call: Call, layer: Any, g: ScopedArguments, sc: Any, kernels: tuple[str, ...] = ("kernel",)) -> Any:
    """Applies the layer and all that contrib.layers do after it."""
    outputs = call.method(layer, "apply", g.inputs)
    for kernel in kernels:
        add_variable(call, layer.attrs.get(kernel), g.variables_collections, "weights")
    if layer.attrs.get("bias") is not None:
        add_variable(call, layer.attrs["bias"], g.variables_collections, "biases")
    outputs = normalize(call, g.normalizer_fn, g.normalizer_params, outputs)
    outputs = tools.activate(call, g.activation_fn, outputs)
    return collect(call, g.outputs_collections, sc.name, outputs)


def _partial(name: str, activation: str, of: str = "fully_connected") -> None:
    """`functools.partial(fully_connected, activation_fn=...)`."""

    def impl(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        given = {"activation_fn": opaque(call, Opaque(f"<{activation}>")) if activation else None, **kwargs}
        return call.invoke(call.find(f"tf.contrib.layers.{of}"), *args, **given)

    declare(f"tf.contrib.slim.{name}", NativeFunction(name, impl, f"tf.contrib.slim.{name}", raw=True))


for _name, _activation in (("relu", "tf.nn.relu"), ("relu6", "tf.nn.relu6"), ("elu", "tf.nn.elu"), ("linear", "")):
    _partial(_name, _activation)
_partial("legacy_relu", "tf.nn.relu", "legacy_fully_connected")
_partial("legacy_linear", "", "legacy_fully_connected")


def _convolve(call: Call, dims: int | None, g: ScopedArguments) -> Any:
    """TF: contrib.layers.convolution."""
    data_format = g.data_format
    if isinstance(data_format, str) and data_format not in ("NWC", "NCW", "NHWC", "NCHW", "NDHWC", "NCDHW"):
        call.raise_("ValueError", f"Invalid data_format: {data_format!r}", "argument")
    with tools.variable_scope(
        call, g.scope, "Conv", [g.inputs], reuse=g.reuse, custom_getter=variable_getter(call, KERNEL)
    ) as sc:
        g.inputs = tools.as_tensor(call, g.inputs)
        rank = rank_of(g.inputs)
        if dims is not None and not isinstance(rank, Unknown) and dims + 2 != rank:
            call.raise_("ValueError", f"Convolution expects input with rank {dims + 2}, got {rank}", "shape")
        if isinstance(rank, Unknown):
            rank = dims + 2 if dims is not None else 4
        if rank not in (3, 4, 5):
            call.raise_("ValueError", f"('Convolution not supported for input with rank', {rank})", "shape")
        layer = new_layer(
            call,
            f"Conv{rank - 2}D",
            sc,
            g.reuse,
            filters=g.num_outputs,
            kernel_size=g.kernel_size,
            strides=g.stride,
            padding=g.padding,
            data_format=channels_of(data_format),
            dilation_rate=g.rate,
            **_kernel_and_bias(g),
        )
        return finish(call, layer, g, sc)


@scoped_whole(contrib)
def convolution(call: Call, g: ScopedArguments) -> Any:
    return _convolve(call, g.conv_dims, g)


def _fixed(dims: int) -> None:
    def conv(call: Call, g: ScopedArguments) -> Any:
        return _convolve(call, dims, g)

    scoped_whole(contrib, f"conv{dims}d")(conv)


for _dims in (1, 2, 3):
    _fixed(_dims)


def _transposed(dims: int) -> None:
    def conv_transpose(call: Call, g: ScopedArguments) -> Any:
        """TF: contrib.layers.convolution2d_transpose, convolution3d_transpose."""
        with tools.variable_scope(
            call,
            g.scope,
            f"Conv{dims}d_transpose",
            [g.inputs],
            reuse=g.reuse,
            custom_getter=variable_getter(call, KERNEL),
        ) as sc:
            check_format(call, g.data_format, ("NHWC", "NCHW", "NDHWC", "NCDHW"))
            g.inputs = tools.as_tensor(call, g.inputs)
            layer = new_layer(
                call,
                f"Conv{dims}DTranspose",
                sc,
                g.reuse,
                filters=g.num_outputs,
                kernel_size=g.kernel_size,
                strides=g.stride,
                padding=g.padding,
                data_format=channels_of(g.data_format),
                **_kernel_and_bias(g),
            )
            return finish(call, layer, g, sc)

    scoped_whole(contrib, f"conv{dims}d_transpose")(conv_transpose)


_transposed(2)
_transposed(3)


def two(call: Call, value: AnyValue) -> tuple[Any, Any]:
    """TF: utils.two_element_tuple."""
    if isinstance(value, Unknown) or (isinstance(value, ListValue) and value.rest is not None):
        unknown = Unknown("a size is not known", "size")
        return unknown, unknown
    listed = isinstance(value, (tuple, ListValue))
    members = items_of(value) if listed or isinstance(value, TensorShape) else [value, value]
    if isinstance(value, tuple) and len(members) not in (1, 2):
        # The message takes the tuple's members for its own.
        which = "not enough arguments for format string" if not members else "not all arguments converted during"
        call.raise_("TypeError", which + ("" if not members else " string formatting"), "argument")
    if listed and len(members) != 2:
        call.raise_("ValueError", f"Must be a list with 2 elements: {call.to_string(value)}", "argument")
    if len(members) != 2 or not (listed or isinstance(value, (int, TensorShape))):
        call.raise_("ValueError", "Must be an int, a list with 2 elements or a TensorShape of length 2", "argument")
    return tools.integer(members[0]), tools.integer(members[1])


@scoped_whole(contrib)
def conv2d_in_plane(call: Call, g: ScopedArguments) -> Any:
    """TF: contrib.layers.convolution2d_in_plane."""
    with tools.variable_scope(call, g.scope, "ConvInPlane", [g.inputs], reuse=g.reuse) as sc:
        dtype = base_dtype(g.inputs)
        height, width = two(call, g.kernel_size)
        channels = known_dimension(call, g.inputs, -1, 4)
        weights = model_variable(
            call,
            "weights",
            (height, width, 1, 1),
            dtype,
            initializer=g.weights_initializer,
            regularizer=g.weights_regularizer,
            collections=variable_collections(g.variables_collections, "weights"),
            trainable=g.trainable,
        )
        tiled = call.new("tf.tile", weights, ListValue([1, 1, channels, 1]))
        outputs = call.new(
            "tf.nn.depthwise_conv2d", g.inputs, tiled, ListValue([1, *two(call, g.stride), 1]), g.padding
        )
        return _after(call, g, outputs, channels, dtype, sc)


def _after(
    call: Call, g: dict[str, Any], outputs: Any, width: Any, dtype: Any, sc: Any, data_format: Any = None
) -> Any:
    """A normalizer or biases, then the activation."""
    if is_given(g["normalizer_fn"]):
        outputs = normalize(call, g["normalizer_fn"], g["normalizer_params"], outputs)
    elif use_bias(None, g["biases_initializer"]):
        biases = model_variable(
            call,
            "biases",
            (width,),
            dtype,
            initializer=g["biases_initializer"],
            regularizer=g["biases_regularizer"],
            trainable=g["trainable"],
            collections=variable_collections(g["variables_collections"], "biases"),
        )
        outputs = call.new("tf.nn.bias_add", outputs, biases, data_format=data_format)
    outputs = tools.activate(call, g["activation_fn"], outputs)
    return collect(call, g["outputs_collections"], sc.name, outputs)


def known_dimension(call: Call, inputs: AnyValue, axis: int, min_rank: int = 1) -> Any:
    """TF: utils._get_dimension."""
    shape = dims_of(inputs)
    if shape is None:
        call.raise_("ValueError", "dims of shape must be known but is None", "shape")
    if isinstance(shape, tuple) and len(shape) < min_rank:
        call.raise_("ValueError", f"rank of shape must be at least {min_rank} not: {len(shape)}", "shape")
    found = dimension(shape, axis)
    if found is None:
        call.raise_("ValueError", f"dimension {axis} of shape must be known but is None: {shape_text(shape)}", "shape")
    return found


SEPARABLE = {"bias": "biases", "depthwise_kernel": "depthwise_weights", "pointwise_kernel": "pointwise_weights"}


@scoped_whole(contrib)
def separable_conv2d(call: Call, g: ScopedArguments) -> Any:
    """TF: contrib.layers.separable_convolution2d."""
    check_format(call, g.data_format)
    with tools.variable_scope(
        call, g.scope, "SeparableConv2d", [g.inputs], reuse=g.reuse, custom_getter=variable_getter(call, SEPARABLE)
    ) as sc:
        g.inputs = tools.as_tensor(call, g.inputs)
        if g.pointwise_initializer is None:
            g.pointwise_initializer = g.weights_initializer
        if g.num_outputs is not None and (not isinstance(g.num_outputs, Unknown) or bool(g.num_outputs)):
            layer = new_layer(
                call,
                "SeparableConv2D",
                sc,
                g.reuse,
                filters=g.num_outputs,
                kernel_size=g.kernel_size,
                strides=g.stride,
                padding=g.padding,
                data_format=channels_of(g.data_format),
                dilation_rate=two(call, g.rate),
                activation=None,
                depth_multiplier=g.depth_multiplier,
                use_bias=use_bias(g.normalizer_fn, g.biases_initializer),
                depthwise_initializer=g.weights_initializer,
                pointwise_initializer=g.pointwise_initializer,
                bias_initializer=g.biases_initializer,
                depthwise_regularizer=g.weights_regularizer,
                pointwise_regularizer=g.weights_regularizer,
                bias_regularizer=g.biases_regularizer,
                trainable=g.trainable,
                dtype=base_dtype(g.inputs),
            )
            return finish(call, layer, g, sc, ("depthwise_kernel", "pointwise_kernel"))
        dtype = base_dtype(g.inputs)
        first = channels_of(g.data_format) == "channels_first"
        size, step = two(call, g.kernel_size), two(call, g.stride)
        channels = known_dimension(call, g.inputs, 1 if first else -1, 4)
        weights = model_variable(
            call,
            "depthwise_weights",
            (*size, channels, g.depth_multiplier),
            dtype,
            initializer=g.weights_initializer,
            regularizer=g.weights_regularizer,
            trainable=g.trainable,
            collections=variable_collections(g.variables_collections, "weights"),
        )
        strides = [1, 1, *step] if first else [1, *step, 1]
        outputs = call.new(
            "tf.nn.depthwise_conv2d",
            g.inputs,
            weights,
            ListValue(strides),
            g.padding,
            rate=two(call, g.rate),
            data_format=g.data_format,
        )
        return _after(call, g, outputs, g.depth_multiplier * channels, dtype, sc, g.data_format)


@scoped_whole(contrib)
def bias_add(call: Call, g: ScopedArguments) -> Any:
    """TF: contrib.layers.bias_add."""
    check_format(call, g.data_format)
    with tools.variable_scope(call, g.scope, "BiasAdd", [g.inputs], reuse=g.reuse) as sc:
        g.inputs = tools.as_tensor(call, g.inputs)
        shape = dims_of(g.inputs)
        if shape is None:
            call.raise_("ValueError", "Dims of shape must be known but is None", "shape")
        features = dimension(shape, 1 if g.data_format == "NCHW" else -1)
        if features is None:
            call.raise_("ValueError", "`C` dimension must be known but is None", "shape")
        biases = model_variable(
            call,
            "biases",
            (features,),
            base_dtype(g.inputs),
            initializer=g.initializer,
            regularizer=g.regularizer,
            trainable=g.trainable,
            collections=variable_collections(g.variables_collections, "biases"),
        )
        outputs = tools.activate(
            call, g.activation_fn, call.new("tf.nn.bias_add", g.inputs, biases, data_format=g.data_format)
        )
        return collect(call, g.outputs_collections, sc.name, outputs)
