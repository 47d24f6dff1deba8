"""tf.contrib.layers (slim): layers of all kinds. Normalization is in contrib_norm.py."""

from __future__ import annotations

from typing import Any

from scopelint.apis import layer_tools as tools
from scopelint.apis import layers as _layers
from scopelint.apis.arg_scope import Given, scoped_whole
from scopelint.apis.registry import Namespace, declare
from scopelint.apis.tables import Opaque
from scopelint.graph.scopes import get_variable_scope
from scopelint.values.base import Unknown, Value
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import FunctionValue, NativeFunction
from scopelint.values.tensors import DTYPES, PartitionedVariable, SparseTensor, Tensor, Variable, num_elements
from scopelint.values.text import from_template, text

contrib = Namespace("tf.contrib.layers")
__all__ = ["_layers"]


# shared


def collect(call: Any, collections: Any, alias: str, outputs: Any) -> Any:
    """TF: utils.collect_named_outputs."""
    if collections is not None and collections is not False and collections != "":
        for leaf in tools.flatten(outputs):
            if isinstance(leaf, Tensor):
                append_alias(call, leaf, alias)
        add_to_collections(call, collections, outputs)
    return outputs


def append_alias(call: Any, tensor: Tensor, alias: str) -> None:
    """TF: utils.append_tensor_alias. Programs read and write the list, so it is an attribute here too."""
    held = call.engine.get_attribute(tensor, "aliases", None)
    added = from_template(alias.rstrip("/"))
    if isinstance(held, ListValue):
        held.touch()
        held.items.append(added)
    else:
        call.engine.set_attribute(tensor, "aliases", ListValue([added]))


def add_to_collections(call: Any, collections: Any, item: Any) -> None:
    for name in collection_names(collections):
        call.graph.add_to_collection(name, item)


def collection_names(collections: Any) -> list[Any]:
    if isinstance(collections, str):
        return [collections]
    if collections is None or isinstance(collections, Unknown):
        return []
    return [name for name in dict.fromkeys(tools.items_of(collections)) if not isinstance(name, Value)]


def variable_collections(collections: Any, name: str) -> Any:
    """TF: utils.get_variable_collections."""
    return collections.items.get(name) if isinstance(collections, DictValue) else collections


def add_variable(call: Any, variable: Any, collections: Any, name: str) -> None:
    """TF: _add_variable_to_collections."""
    for collection in collection_names(variable_collections(collections, name)):
        held = call.graph.get_collection_ref(collection)
        for part in variable.parts if isinstance(variable, PartitionedVariable) else (variable,):
            if not any(part is known for known in held.items):
                held.append(part)


def model_variable(
    call: Any,
    name: str,
    shape: Any,
    dtype: Any = None,
    *,
    initializer: Any = None,
    regularizer: Any = None,
    collections: Any = None,
    trainable: Any = True,
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


def variable_getter(call: Any, rename: dict[str, str]) -> Any:
    """TF: _build_variable_getter, _model_variable_getter: tf.layers' variables by slim's names, and in the collection
    of model variables."""

    def getter(
        true_getter: Any,
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
        return true_getter(
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

    return getter


KERNEL = {"bias": "biases", "kernel": "weights"}


def options_of(params: Any) -> dict[str, Any]:
    """`**normalizer_params or {}`."""
    return {k: v for k, v in params.items.items() if isinstance(k, str)} if isinstance(params, DictValue) else {}


def normalize(call: Any, normalizer_fn: Any, normalizer_params: Any, outputs: Any) -> Any:
    if normalizer_fn is None:
        return outputs
    made = call.invoke(normalizer_fn, outputs, **options_of(normalizer_params))
    return outputs if isinstance(made, Unknown) else made


def use_bias(normalizer_fn: Any, biases_initializer: Any) -> bool:
    """`not normalizer_fn and biases_initializer`."""
    return normalizer_fn is None and biases_initializer is not None and biases_initializer is not False


def channels_of(data_format: Any) -> str:
    return "channels_first" if isinstance(data_format, str) and data_format.startswith("NC") else "channels_last"


def check_format(call: Any, data_format: Any, allowed: tuple[str, ...] = ("NHWC", "NCHW")) -> None:
    if isinstance(data_format, str) and data_format not in allowed:
        call.raise_("ValueError", "data_format has to be either NCHW or NHWC.", "argument")


def base_dtype(inputs: Any) -> Any:
    dtype = tools.dtype_of(inputs)
    return DTYPES["float32"] if dtype is None else dtype


def new_layer(call: Any, name: str, scope: Any, reuse: Any, **options: Any) -> Any:
    layer = call.new("tf.layers." + name, name=from_template(scope.name), _scope=scope, _reuse=reuse, **options)
    return layer


# dense and convolution


@scoped_whole(contrib)
def fully_connected(call: Any, g: Given) -> Any:
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
            activation=None,
            use_bias=use_bias(g.normalizer_fn, g.biases_initializer),
            kernel_initializer=g.weights_initializer,
            bias_initializer=g.biases_initializer,
            kernel_regularizer=g.weights_regularizer,
            bias_regularizer=g.biases_regularizer,
            trainable=g.trainable,
            dtype=base_dtype(g.inputs),
        )
        return finish(
            call,
            layer,
            g.inputs,
            g.normalizer_fn,
            g.normalizer_params,
            g.activation_fn,
            g.variables_collections,
            g.outputs_collections,
            sc,
            ("kernel",),
        )


def finish(
    call: Any,
    layer: Any,
    inputs: Any,
    normalizer_fn: Any,
    normalizer_params: Any,
    activation_fn: Any,
    variables_collections: Any,
    outputs_collections: Any,
    sc: Any,
    kernels: tuple[str, ...],
) -> Any:
    """Applies the layer and all that contrib.layers do after it."""
    outputs = call.method(layer, "apply", inputs)
    for kernel in kernels:
        add_variable(call, layer.attrs.get(kernel), variables_collections, "weights")
    if layer.attrs.get("bias") is not None:
        add_variable(call, layer.attrs["bias"], variables_collections, "biases")
    outputs = normalize(call, normalizer_fn, normalizer_params, outputs)
    outputs = tools.activate(call, activation_fn, outputs)
    return collect(call, outputs_collections, sc.name, outputs)


def _partial(name: str, activation: str, of: str = "fully_connected") -> None:
    """`functools.partial(fully_connected, activation_fn=...)`."""

    def impl(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        given = {"activation_fn": tools.opaque(call, Opaque(f"<{activation}>")) if activation else None, **kwargs}
        return call.invoke(call.find(f"tf.contrib.layers.{of}"), *args, **given)

    declare(f"tf.contrib.slim.{name}", NativeFunction(name, impl, f"tf.contrib.slim.{name}", raw=True))


for _name, _activation in (("relu", "tf.nn.relu"), ("relu6", "tf.nn.relu6"), ("elu", "tf.nn.elu"), ("linear", "")):
    _partial(_name, _activation)
_partial("legacy_relu", "tf.nn.relu", "legacy_fully_connected")
_partial("legacy_linear", "", "legacy_fully_connected")


def _convolve(call: Any, dims: int | None, g: dict[str, Any]) -> Any:
    """TF: contrib.layers.convolution."""
    data_format = g["data_format"]
    if isinstance(data_format, str) and data_format not in ("NWC", "NCW", "NHWC", "NCHW", "NDHWC", "NCDHW"):
        call.raise_("ValueError", f"Invalid data_format: {data_format!r}", "argument")
    with tools.variable_scope(
        call, g["scope"], "Conv", [g["inputs"]], reuse=g["reuse"], custom_getter=variable_getter(call, KERNEL)
    ) as sc:
        inputs = tools.as_tensor(call, g["inputs"])
        rank = tools.rank_of(inputs)
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
            g["reuse"],
            filters=g["num_outputs"],
            kernel_size=g["kernel_size"],
            strides=g["stride"],
            padding=g["padding"],
            data_format=channels_of(data_format),
            dilation_rate=g["rate"],
            activation=None,
            use_bias=use_bias(g["normalizer_fn"], g["biases_initializer"]),
            kernel_initializer=g["weights_initializer"],
            bias_initializer=g["biases_initializer"],
            kernel_regularizer=g["weights_regularizer"],
            bias_regularizer=g["biases_regularizer"],
            trainable=g["trainable"],
            dtype=base_dtype(inputs),
        )
        return finish(
            call,
            layer,
            inputs,
            g["normalizer_fn"],
            g["normalizer_params"],
            g["activation_fn"],
            g["variables_collections"],
            g["outputs_collections"],
            sc,
            ("kernel",),
        )


@scoped_whole(contrib)
def convolution(call: Any, g: Given) -> Any:
    return _convolve(call, g.conv_dims, g)


def _fixed(dims: int) -> None:
    def conv(call: Any, g: Given) -> Any:
        return _convolve(call, dims, g)

    scoped_whole(contrib, f"conv{dims}d")(conv)


for _dims in (1, 2, 3):
    _fixed(_dims)


def _transposed(dims: int) -> None:
    def conv_transpose(call: Any, g: Given) -> Any:
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
                activation=None,
                use_bias=use_bias(g.normalizer_fn, g.biases_initializer),
                kernel_initializer=g.weights_initializer,
                bias_initializer=g.biases_initializer,
                kernel_regularizer=g.weights_regularizer,
                bias_regularizer=g.biases_regularizer,
                trainable=g.trainable,
                dtype=base_dtype(g.inputs),
            )
            return finish(
                call,
                layer,
                g.inputs,
                g.normalizer_fn,
                g.normalizer_params,
                g.activation_fn,
                g.variables_collections,
                g.outputs_collections,
                sc,
                ("kernel",),
            )

    scoped_whole(contrib, f"conv{dims}d_transpose")(conv_transpose)


_transposed(2)
_transposed(3)


def two(value: Any) -> tuple[Any, Any]:
    """TF: utils.two_element_tuple."""
    return tools.integers(value, 2, "size")  # type: ignore[return-value]


@scoped_whole(contrib)
def conv2d_in_plane(call: Any, g: Given) -> Any:
    """TF: contrib.layers.convolution2d_in_plane."""
    with tools.variable_scope(call, g.scope, "ConvInPlane", [g.inputs], reuse=g.reuse) as sc:
        dtype = base_dtype(g.inputs)
        height, width = two(g.kernel_size)
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
        outputs = call.new("tf.nn.depthwise_conv2d", g.inputs, tiled, ListValue([1, *two(g.stride), 1]), g.padding)
        return _after(call, g, outputs, channels, dtype, sc)


def _after(call: Any, g: dict[str, Any], outputs: Any, width: Any, dtype: Any, sc: Any) -> Any:
    """A normalizer or biases, then the activation."""
    if g["normalizer_fn"] is not None:
        outputs = normalize(call, g["normalizer_fn"], g["normalizer_params"], outputs)
    elif g["biases_initializer"] is not None:
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
        outputs = call.new("tf.nn.bias_add", outputs, biases)
    outputs = tools.activate(call, g["activation_fn"], outputs)
    return collect(call, g["outputs_collections"], sc.name, outputs)


def known_dimension(call: Any, inputs: Any, axis: int, min_rank: int = 1) -> Any:
    """TF: utils._get_dimension."""
    shape = tools.shape_of(inputs)
    if shape is None:
        call.raise_("ValueError", "dims of shape must be known but is None", "shape")
    if isinstance(shape, tuple) and len(shape) < min_rank:
        call.raise_("ValueError", f"rank of shape must be at least {min_rank} not: {len(shape)}", "shape")
    found = tools.dimension(shape, axis)
    if found is None:
        from scopelint.values.tensors import shape_text

        call.raise_("ValueError", f"dimension {axis} of shape must be known but is None: {shape_text(shape)}", "shape")
    return found


SEPARABLE = {"bias": "biases", "depthwise_kernel": "depthwise_weights", "pointwise_kernel": "pointwise_weights"}


@scoped_whole(contrib)
def separable_conv2d(call: Any, g: Given) -> Any:
    """TF: contrib.layers.separable_convolution2d."""
    check_format(call, g.data_format)
    with tools.variable_scope(
        call, g.scope, "SeparableConv2d", [g.inputs], reuse=g.reuse, custom_getter=variable_getter(call, SEPARABLE)
    ) as sc:
        g.inputs = tools.as_tensor(call, g.inputs)
        if g.pointwise_initializer is None:
            g.pointwise_initializer = g.weights_initializer
        if g.num_outputs is not None:
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
                dilation_rate=two(g.rate),
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
            return finish(
                call,
                layer,
                g.inputs,
                g.normalizer_fn,
                g.normalizer_params,
                g.activation_fn,
                g.variables_collections,
                g.outputs_collections,
                sc,
                ("depthwise_kernel", "pointwise_kernel"),
            )
        dtype = base_dtype(g.inputs)
        first = channels_of(g.data_format) == "channels_first"
        channels = known_dimension(call, g.inputs, 1 if first else -1, 4)
        weights = model_variable(
            call,
            "depthwise_weights",
            (*two(g.kernel_size), channels, g.depth_multiplier),
            dtype,
            initializer=g.weights_initializer,
            regularizer=g.weights_regularizer,
            trainable=g.trainable,
            collections=variable_collections(g.variables_collections, "weights"),
        )
        strides = [1, 1, *two(g.stride)] if first else [1, *two(g.stride), 1]
        outputs = call.new(
            "tf.nn.depthwise_conv2d",
            g.inputs,
            weights,
            ListValue(strides),
            g.padding,
            rate=two(g.rate),
            data_format=g.data_format,
        )
        return _after(call, g, outputs, g.depth_multiplier * channels, dtype, sc)


@scoped_whole(contrib)
def bias_add(call: Any, g: Given) -> Any:
    """TF: contrib.layers.bias_add."""
    check_format(call, g.data_format)
    with tools.variable_scope(call, g.scope, "BiasAdd", [g.inputs], reuse=g.reuse) as sc:
        g.inputs = tools.as_tensor(call, g.inputs)
        shape = tools.shape_of(g.inputs)
        if shape is None:
            call.raise_("ValueError", "Dims of shape must be known but is None", "shape")
        features = tools.dimension(shape, 1 if g.data_format == "NCHW" else -1)
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


# without variables


def _pool(name: str, default: str, cls: str) -> None:
    def pool(call: Any, g: Given) -> Any:
        """TF: contrib.layers.max_pool2d and its like."""
        with tools.name_scope(call, g.scope, default) as sc:
            g.inputs = tools.as_tensor(call, g.inputs)
            layer = call.new(
                "tf.layers." + cls,
                pool_size=g.kernel_size,
                strides=g.stride,
                padding=g.padding,
                data_format=channels_of(g.data_format),
                _scope=from_template(sc),
            )
            return collect(call, g.outputs_collections, sc, call.method(layer, "apply", g.inputs))

    scoped_whole(contrib, name)(pool)


_pool("avg_pool2d", "AvgPool2D", "AveragePooling2D")
_pool("avg_pool3d", "AvgPool3D", "AveragePooling3D")
_pool("max_pool2d", "MaxPool2D", "MaxPooling2D")
_pool("max_pool3d", "MaxPool3D", "MaxPooling3D")


@scoped_whole(Namespace("tf.contrib.slim"))
def pool(call: Any, g: Given) -> Any:
    """TF: contrib.layers.pool."""
    kind = g.pooling_type.lower() if isinstance(g.pooling_type, str) else "{pooling_type}"
    with tools.name_scope(call, g.scope, f"{kind}_pool") as sc:
        g.inputs = tools.as_tensor(call, g.inputs)
        rank = tools.rank_of(g.inputs)
        spatial = rank - 2 if isinstance(rank, int) else 2
        made = call.new(
            "tf.nn.pool",
            g.inputs,
            tools.integers(g.kernel_size, spatial, "size"),
            g.pooling_type,
            g.padding,
            strides=tools.integers(g.stride, spatial, "stride"),
            name=from_template(sc),
        )
        return collect(call, g.outputs_collections, sc, made)


@scoped_whole(contrib)
def dropout(call: Any, g: Given) -> Any:
    """TF: contrib.layers.dropout."""
    with tools.variable_scope(call, g.scope, "Dropout", [g.inputs], custom_getter=variable_getter(call, {})) as sc:
        g.inputs = tools.as_tensor(call, g.inputs)
        rate = call.binary("-", 1, g.keep_prob)
        layer = call.new(
            "tf.layers.Dropout",
            rate=rate,
            noise_shape=g.noise_shape,
            seed=g.seed,
            name=from_template(sc.name),
            _scope=sc,
        )
        return collect(
            call, g.outputs_collections, sc.name, call.method(layer, "apply", g.inputs, training=g.is_training)
        )


@scoped_whole(contrib)
def flatten(call: Any, g: Given) -> Any:
    """TF: contrib.layers.flatten."""
    with tools.name_scope(call, g.scope, "Flatten") as sc:
        return collect(call, g.outputs_collections, sc, call.new("tf.layers.flatten", tools.as_tensor(call, g.inputs)))


@scoped_whole(contrib)
def one_hot_encoding(call: Any, g: Given) -> Any:
    """TF: contrib.layers.one_hot_encoding."""
    with tools.name_scope(call, g.scope, "OneHotEncoding") as sc:
        g.labels = tools.as_tensor(call, g.labels)
        if tools.dtype_of(g.labels) is DTYPES["int32"]:
            g.labels = call.new("tf.to_int64", g.labels)
        made = call.new("tf.one_hot", g.labels, g.num_classes, on_value=g.on_value, off_value=g.off_value)
        return collect(call, g.outputs_collections, sc, made)


@scoped_whole(contrib)
def softmax(call: Any, g: Given) -> Any:
    """TF: contrib.layers.softmax."""
    with tools.variable_scope(call, g.scope, "softmax", [g.logits]):
        width = known_dimension(call, g.logits, -1, 2)
        flat = call.new("tf.reshape", g.logits, ListValue([-1, width]))
        made = call.new("tf.reshape", call.new("tf.nn.softmax", flat), call.new("tf.shape", g.logits))
        if isinstance(made, Tensor):
            made.set_shape(tools.shape_of(g.logits))
        return made


@scoped_whole(contrib)
def unit_norm(call: Any, g: Given) -> Any:
    """TF: contrib.layers.unit_norm."""
    with tools.variable_scope(call, g.scope, "UnitNorm", [g.inputs]):
        rank = tools.rank_of(g.inputs)
        if rank is None or rank == 0:
            call.raise_("ValueError", "The input rank must be known.", "shape")
        if isinstance(rank, int) and isinstance(g.dim, int) and not 0 <= g.dim < rank:
            call.raise_("ValueError", "dim must be positive but smaller than the input rank.", "argument")
        return tools.like(call, g.inputs, "RealDiv", "div")


@scoped_whole(contrib)
def maxout(call: Any, g: Given) -> Any:
    """TF: contrib.layers.maxout."""
    with tools.variable_scope(call, g.scope, "MaxOut", [g.inputs]):
        g.inputs = tools.as_tensor(call, g.inputs)
        shape = tools.shape_of(g.inputs)
        out = shape
        if isinstance(shape, tuple) and isinstance(g.axis, int):
            channels = tools.dimension(shape, g.axis)
            if isinstance(channels, int) and isinstance(g.num_units, int) and channels % g.num_units:
                call.raise_(
                    "ValueError",
                    f"number of features({channels}) is not a multiple of num_units({g.num_units})",
                    "argument",
                )
            dims = list(shape)
            dims[g.axis] = g.num_units
            out = tuple(dims)
        return tools.like(call, g.inputs, "Max", shape=out)


@scoped_whole(contrib)
def spatial_softmax(call: Any, g: Given) -> Any:
    """TF: contrib.layers.spatial_softmax."""
    with tools.variable_scope(call, g.name, "spatial_softmax"):
        channels = tools.dimension(tools.shape_of(g.features), 1 if g.data_format == "NCHW" else 3)
        if channels is None:
            call.raise_(
                "ValueError",
                "The num_channels dimension of the inputs to `spatial_softmax` should be defined. Found `None`.",
                "shape",
            )
        with tools.name_scope(call, "spatial_softmax_op"):
            initial = (
                call.new("tf.ones_initializer")
                if g.temperature is None
                else call.new("tf.constant_initializer", g.temperature)
            )
            held = variable_collections(g.variables_collections, "temperature") if g.trainable is not False else None
            variable = model_variable(
                call, "temperature", (), DTYPES["float32"], initializer=initial, collections=held, trainable=g.trainable
            )
            return tools.op(
                call,
                "Reshape",
                "Reshape_2",
                (None, channels * 2),
                DTYPES["float32"],
                tools.deps_of(g.features, variable),
            )


@scoped_whole(contrib)
def dense_to_sparse(call: Any, g: Given) -> Any:
    """TF: contrib.layers.dense_to_sparse."""
    with tools.variable_scope(call, g.scope, "dense_to_sparse", [g.tensor]) as sc:
        g.tensor = tools.as_tensor(call, g.tensor)
        rank = tools.rank_of(g.tensor)
        indices = tools.op(call, "Where", None, (None, rank), DTYPES["int64"])
        values = tools.op(call, "GatherNd", None, (None,), tools.dtype_of(g.tensor), tools.deps_of(g.tensor))
        shape = tools.op(call, "Shape", None, (rank,), DTYPES["int64"])
        return collect(
            call, g.outputs_collections, sc.name, SparseTensor(indices, values, shape, tools.shape_of(g.tensor))
        )


@scoped_whole(contrib)
def images_to_sequence(call: Any, g: Given) -> Any:
    """TF: contrib.layers.images_to_sequence."""
    with tools.name_scope(call, g.scope, "ImagesToSequence") as sc:
        shape = tools.shape_of(g.inputs)
        out: Any = Unknown("shape is not known")
        if isinstance(shape, tuple) and len(shape) == 4:
            batch, height, width, depth = (shape[0], *shape[2:], shape[1]) if g.data_format == "NCHW" else shape
            out = (width, None if batch is None or height is None else batch * height, depth)
        call.graph.op("Transpose", "transpose")
        return collect(call, g.outputs_collections, sc, tools.like(call, g.inputs, "Reshape", shape=out))


@scoped_whole(contrib)
def sequence_to_images(call: Any, g: Given) -> Any:
    """TF: contrib.layers.sequence_to_images."""
    with tools.name_scope(call, g.scope, "SequenceToImages") as sc:
        shape = tools.shape_of(g.inputs)
        out: Any = Unknown("shape is not known")
        if isinstance(shape, tuple) and len(shape) == 3:
            batch = None if shape[1] is None else shape[1] // g.height
            out = (
                (batch, shape[2], g.height, shape[0])
                if g.output_data_format == "channels_first"
                else (batch, g.height, shape[0], shape[2])
            )
        call.graph.op("Reshape")
        return collect(call, g.outputs_collections, sc, tools.like(call, g.inputs, "Transpose", "transpose", shape=out))


@scoped_whole(Namespace("tensorflow.contrib.layers.python.layers.layers"))
def _inner_flatten(call: Any, g: Given) -> Any:
    with tools.name_scope(call, g.scope, "InnerFlatten") as sc:
        shape = tools.shape_of(g.inputs)
        out: Any = Unknown("shape is not known")
        if isinstance(shape, tuple) and isinstance(g.new_rank, int):
            out = (*shape[: g.new_rank - 1], num_elements(shape[g.new_rank - 1 :]))
        return collect(call, g.output_collections, sc, tools.like(call, g.inputs, "Reshape", shape=out))


# composition


def function_name(call: Any, layer: Any, default: str) -> Any:
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
}  # fmt: skip


def _python_name(function: Any) -> str:
    """What `__name__` says: some functions go by a short name that is not their own."""
    return _LONG_NAMES.get(getattr(function, "canonical", ""), function.name)


def _compose(
    call: Any,
    inputs: Any,
    layer: Any,
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
def repeat(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
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
def stack(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: contrib.layers.stack."""
    kwargs = dict(kwargs)
    names = ("inputs", "layer", "stack_args")
    inputs, layer, stack_args = [args[i] if i < len(args) else kwargs.pop(name) for i, name in enumerate(names)]
    if isinstance(stack_args, Unknown):
        return Unknown("the layers to stack are not known")
    if not isinstance(stack_args, (ListValue, tuple)):
        call.raise_("ValueError", "stack_args need to be a list or tuple", "argument")
    calls = [tools.items_of(a) if isinstance(a, (ListValue, tuple)) else [a] for a in tools.items_of(stack_args)]
    return _compose(call, inputs, layer, calls, (), kwargs, "Stack", "stack")


# embeddings


def _embeddings(call: Any, shape: Any, g: dict[str, Any]) -> Any:
    return model_variable(
        call, "embeddings", shape, initializer=g["initializer"], regularizer=g["regularizer"], trainable=g["trainable"]
    )


@contrib.function
def embed_sequence(
    call: Any,
    ids: Any,
    vocab_size: Any,
    embed_dim: Any,
    unique: Any,
    initializer: Any,
    regularizer: Any,
    trainable: Any,
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
    call: Any,
    ids: Any,
    vocab_size: Any,
    embed_dim: Any,
    sparse_lookup: Any,
    initializer: Any,
    regularizer: Any,
    trainable: Any,
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
        batch = tools.dimension(tools.shape_of(ids), 0, "batch")
        return tools.op(call, "Mean", None, (batch, embed_dim), DTYPES["float32"], tools.deps_of(table))


@contrib.function
def embedding_lookup_unique(call: Any, params: Any, ids: Any, partition_strategy: Any, name: Any) -> Any:
    with tools.name_scope(call, name, "EmbeddingLookupUnique"):
        return call.new("tf.nn.embedding_lookup", params, ids)


@contrib.function
def safe_embedding_lookup_sparse(call: Any, embedding_weights: Any, sparse_ids: Any, name: Any) -> Any:
    """TF: contrib.layers.safe_embedding_lookup_sparse."""
    held = [v for v in tools.flatten(embedding_weights) if isinstance(v, (Variable, PartitionedVariable, Tensor))]
    width = tools.dimension(tools.shape_of(held[0]), -1) if held else None
    with tools.name_scope(call, name, "embedding_lookup"):
        return tools.op(call, "Reshape", "Reshape_2", (None, width), DTYPES["float32"], tools.deps_of(held))


@contrib.function
def legacy_fully_connected(
    call: Any,
    x: Any,
    num_output_units: Any,
    activation_fn: Any,
    weight_init: Any,
    bias_init: Any,
    name: Any,
    weight_collections: Any,
    bias_collections: Any,
    output_collections: Any,
    trainable: Any,
    weight_regularizer: Any,
    bias_regularizer: Any,
) -> Any:
    """TF: contrib.layers.legacy_fully_connected."""
    with tools.variable_scope(call, name, "fully_connected", [x]):
        x = tools.as_tensor(call, x)
        shape = tools.shape_of(x)
        if shape is None:
            call.raise_("ValueError", "dims of x must be known but is None", "shape")
        width = tools.dimension(shape, -1)
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
        y = tools.op(call, "MatMul", None, out, dtype, tools.deps_of(x, weights))
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


def _given(value: Any) -> bool:
    from scopelint.apis.registry import Default

    return not isinstance(value, Default)
