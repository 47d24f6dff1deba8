"""tf.contrib.layers: pools, dropout, reshaping and the rest that makes hardly any variable."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.contrib.arg_scope import ScopedArguments, scoped_whole
from scopelint.apis.tf.contrib.layers.layers import (
    channels_of,
    collect,
    contrib,
    known_dimension,
    model_variable,
    variable_collections,
    variable_getter,
)
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework.bare_op import make, op_like
from scopelint.apis.tf.framework.dims import dimension, dims_of, rank_of
from scopelint.apis.tf.framework.op_inputs import deps_of
from scopelint.apis.tf.framework.operations import scope
from scopelint.apis.tf.framework.python_values import dtype_of
from scopelint.apis.tf.layers import functions  # noqa: F401  (declares the classes that these functions make)
from scopelint.values.base import Unknown
from scopelint.values.containers import ListValue
from scopelint.values.tensors import DTYPES, SparseTensor, Tensor, num_elements
from scopelint.values.text import from_template, hole

# without variables


def _pool(name: str, default: str, cls: str) -> None:
    def pool(call: Call, g: ScopedArguments) -> Any:
        """TF: contrib.layers.max_pool2d and its like."""
        with scope(call, g.scope, default) as sc:
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
def pool(call: Call, g: ScopedArguments) -> Any:
    """TF: contrib.layers.pool."""
    kind = g.pooling_type.lower() if isinstance(g.pooling_type, str) else hole("pooling_type")
    with scope(call, g.scope, f"{kind}_pool") as sc:
        g.inputs = tools.as_tensor(call, g.inputs)
        rank = rank_of(g.inputs)
        spatial = rank - 2 if isinstance(rank, int) else 2
        made = call.new(
            "tf.nn.pool",
            g.inputs,
            tools.integers(call, g.kernel_size, spatial, "size"),
            g.pooling_type,
            g.padding,
            strides=tools.integers(call, g.stride, spatial, "stride"),
            name=from_template(sc),
        )
        return collect(call, g.outputs_collections, sc, made)


@scoped_whole(contrib)
def dropout(call: Call, g: ScopedArguments) -> Any:
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
def flatten(call: Call, g: ScopedArguments) -> Any:
    """TF: contrib.layers.flatten."""
    with scope(call, g.scope, "Flatten") as sc:
        return collect(call, g.outputs_collections, sc, call.new("tf.layers.flatten", tools.as_tensor(call, g.inputs)))


@scoped_whole(contrib)
def one_hot_encoding(call: Call, g: ScopedArguments) -> Any:
    """TF: contrib.layers.one_hot_encoding."""
    with scope(call, g.scope, "OneHotEncoding") as sc:
        g.labels = tools.as_tensor(call, g.labels)
        if dtype_of(g.labels) is DTYPES["int32"]:
            g.labels = call.new("tf.to_int64", g.labels)
        made = call.new("tf.one_hot", g.labels, g.num_classes, on_value=g.on_value, off_value=g.off_value)
        return collect(call, g.outputs_collections, sc, made)


@scoped_whole(contrib)
def softmax(call: Call, g: ScopedArguments) -> Any:
    """TF: contrib.layers.softmax."""
    with tools.variable_scope(call, g.scope, "softmax", [g.logits]):
        width = known_dimension(call, g.logits, -1, 2)
        flat = call.new("tf.reshape", g.logits, ListValue([-1, width]))
        made = call.new("tf.reshape", call.new("tf.nn.softmax", flat), call.new("tf.shape", g.logits))
        if isinstance(made, Tensor):
            made.set_shape(dims_of(g.logits))
        return made


@scoped_whole(contrib)
def unit_norm(call: Call, g: ScopedArguments) -> Any:
    """TF: contrib.layers.unit_norm."""
    with tools.variable_scope(call, g.scope, "UnitNorm", [g.inputs]):
        rank = rank_of(g.inputs)
        if rank is None or rank == 0:
            call.raise_("ValueError", "The input rank must be known.", "shape")
        if isinstance(rank, int) and isinstance(g.dim, int) and not 0 <= g.dim < rank:
            call.raise_("ValueError", "dim must be positive but smaller than the input rank.", "argument")
        return op_like(call, g.inputs, "RealDiv", "div")


@scoped_whole(contrib)
def maxout(call: Call, g: ScopedArguments) -> Any:
    """TF: contrib.layers.maxout."""
    with tools.variable_scope(call, g.scope, "MaxOut", [g.inputs]):
        g.inputs = tools.as_tensor(call, g.inputs)
        shape = dims_of(g.inputs)
        if shape is None:
            call.raise_("ValueError", "as_list() is not defined on an unknown TensorShape.", "shape")
        out = shape
        if isinstance(shape, tuple) and isinstance(g.axis, int):
            if not -len(shape) <= g.axis < len(shape):
                call.raise_("IndexError", "list index out of range", "shape")
            channels = dimension(shape, g.axis)
            if channels is None:
                text = "unsupported operand type(s) for %: 'NoneType' and 'int'"
                call.raise_("TypeError", text, "argument")
            if isinstance(channels, int) and isinstance(g.num_units, int) and channels % g.num_units:
                call.raise_(
                    "ValueError",
                    f"number of features({channels}) is not a multiple of num_units({g.num_units})",
                    "argument",
                )
            dims = list(shape)
            dims[g.axis] = g.num_units
            out = tuple(dims)
        return op_like(call, g.inputs, "Max", shape=out)


@scoped_whole(contrib)
def spatial_softmax(call: Call, g: ScopedArguments) -> Any:
    """TF: contrib.layers.spatial_softmax."""
    with tools.variable_scope(call, g.name, "spatial_softmax"):
        channels = dimension(dims_of(g.features), 1 if g.data_format == "NCHW" else 3)
        if channels is None:
            call.raise_(
                "ValueError",
                "The num_channels dimension of the inputs to `spatial_softmax` should be defined. Found `None`.",
                "input_not_defined",
            )
        with scope(call, "spatial_softmax_op"):
            initial = (
                call.new("tf.ones_initializer")
                if g.temperature is None
                else call.new("tf.constant_initializer", g.temperature)
            )
            held = variable_collections(g.variables_collections, "temperature") if g.trainable is not False else None
            variable = model_variable(
                call, "temperature", (), DTYPES["float32"], initializer=initial, collections=held, trainable=g.trainable
            )
            return make(
                call,
                "Reshape",
                "Reshape_2",
                (None, channels * 2),
                DTYPES["float32"],
                deps_of(g.features, variable),
            )


@scoped_whole(contrib)
def dense_to_sparse(call: Call, g: ScopedArguments) -> Any:
    """TF: contrib.layers.dense_to_sparse."""
    with tools.variable_scope(call, g.scope, "dense_to_sparse", [g.tensor]) as sc:
        g.tensor = tools.as_tensor(call, g.tensor)
        rank = rank_of(g.tensor)
        indices = make(call, "Where", None, (None, rank), DTYPES["int64"])
        values = make(call, "GatherNd", None, (None,), dtype_of(g.tensor), deps_of(g.tensor))
        shape = make(call, "Shape", None, (rank,), DTYPES["int64"])
        return collect(call, g.outputs_collections, sc.name, SparseTensor(indices, values, shape, dims_of(g.tensor)))


@scoped_whole(contrib)
def images_to_sequence(call: Call, g: ScopedArguments) -> Any:
    """TF: contrib.layers.images_to_sequence."""
    with scope(call, g.scope, "ImagesToSequence") as sc:
        shape = dims_of(g.inputs)
        out: Any = Unknown("shape is not known")
        if isinstance(shape, tuple) and len(shape) == 4:
            batch, height, width, depth = (shape[0], *shape[2:], shape[1]) if g.data_format == "NCHW" else shape
            out = (width, None if batch is None or height is None else batch * height, depth)
        call.graph.op("Transpose", "transpose")
        return collect(call, g.outputs_collections, sc, op_like(call, g.inputs, "Reshape", shape=out))


@scoped_whole(contrib)
def sequence_to_images(call: Call, g: ScopedArguments) -> Any:
    """TF: contrib.layers.sequence_to_images."""
    with scope(call, g.scope, "SequenceToImages") as sc:
        shape = dims_of(g.inputs)
        out: Any = Unknown("shape is not known")
        if isinstance(shape, tuple) and len(shape) == 3:
            batch = None if shape[1] is None else shape[1] // g.height
            out = (
                (batch, shape[2], g.height, shape[0])
                if g.output_data_format == "channels_first"
                else (batch, g.height, shape[0], shape[2])
            )
        call.graph.op("Reshape")
        return collect(call, g.outputs_collections, sc, op_like(call, g.inputs, "Transpose", "transpose", shape=out))


@scoped_whole(Namespace("tensorflow.contrib.layers.python.layers.layers"))
def _inner_flatten(call: Call, g: ScopedArguments) -> Any:
    with scope(call, g.scope, "InnerFlatten") as sc:
        shape = dims_of(g.inputs)
        out: Any = Unknown("shape is not known")
        if isinstance(shape, tuple) and isinstance(g.new_rank, int):
            out = (*shape[: g.new_rank - 1], num_elements(shape[g.new_rank - 1 :]))
        return collect(call, g.output_collections, sc, op_like(call, g.inputs, "Reshape", shape=out))
