"""tf.keras.backend and tf.keras.activations."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework import structures
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.framework.bare_op import make, op_like
from scopelint.apis.tf.framework.dims import dims_of, rank_of
from scopelint.apis.tf.framework.keras_state import keras
from scopelint.apis.tf.framework.op_inputs import deps_of
from scopelint.apis.tf.framework.python_values import as_dtype, dtype_of, left_open
from scopelint.apis.tf.framework.structures import items_of
from scopelint.apis.tf.keras.layers.convolutional import join_shape, split_shape
from scopelint.apis.tf.keras.layers.pooling import pairs
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.tensors import DType, SparseTensor, num_elements
from scopelint.values.truth import is_on

backend = Namespace("tf.keras.backend")
private = Namespace("tensorflow.python.keras.backend")
activations = Namespace("tf.keras.activations")


# what goes straight to an operation


def same_as(name: str, canonical: str, *names: str, namespace: Namespace = backend) -> None:
    """A function that hands its arguments on, `names` being what they are called there."""

    def impl(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        bound, _ = bind(call, f"{namespace.path}.{name}", args, kwargs)
        given = dict(zip(names, bound.values(), strict=False)) if names else None
        if given is not None:
            return call.new(canonical, **{k: v for k, v in given.items() if k})
        return call.new(canonical, *bound.values())

    namespace.function(impl, name=name, raw=True)


for _name, _canonical in (
    ("abs", "tf.abs"),
    ("exp", "tf.exp"),
    ("log", "tf.log"),
    ("square", "tf.square"),
    ("sign", "tf.sign"),
    ("sin", "tf.sin"),
    ("cos", "tf.cos"),
    ("round", "tf.round"),
    ("tanh", "tf.tanh"),
    ("sigmoid", "tf.sigmoid"),
    ("softplus", "tf.nn.softplus"),
    ("softsign", "tf.nn.softsign"),
    ("pow", "tf.pow"),
    ("maximum", "tf.maximum"),
    ("minimum", "tf.minimum"),
    ("equal", "tf.equal"),
    ("not_equal", "tf.not_equal"),
    ("greater", "tf.greater"),
    ("greater_equal", "tf.greater_equal"),
    ("less", "tf.less"),
    ("less_equal", "tf.less_equal"),
    ("transpose", "tf.transpose"),
    ("reshape", "tf.reshape"),
    ("permute_dimensions", "tf.transpose"),
    ("stack", "tf.stack"),
    ("cast", "tf.cast"),
    ("shape", "tf.shape"),
    ("gather", "tf.gather"),
    ("stop_gradient", "tf.stop_gradient"),
    ("cumsum", "tf.cumsum"),
    ("cumprod", "tf.cumprod"),
    ("update", "tf.assign"),
    ("update_add", "tf.assign_add"),
    ("update_sub", "tf.assign_sub"),
    ("gradients", "tf.gradients"),
    ("to_dense", "tf.sparse.to_dense"),
    ("expand_dims", "tf.expand_dims"),
    ("argmax", "tf.argmax"),
    ("argmin", "tf.argmin"),
    ("in_top_k", "tf.nn.in_top_k"),
):
    same_as(_name, _canonical)


@backend.function
def reverse(call: Call, x: AnyValue, axes: AnyValue) -> Any:
    """TF: backend.reverse, along one axis or several."""
    return call.new("tf.reverse", x, ListValue([axes]) if isinstance(axes, int) else axes)


same_as("squeeze", "tf.squeeze", "input", "axis")
same_as("ones_like", "tf.ones_like", "tensor", "dtype", "name")
same_as("zeros_like", "tf.zeros_like", "tensor", "dtype", "name")
same_as("map_fn", "tf.map_fn", "fn", "elems", "name", "dtype")
same_as("foldl", "tf.foldl", "fn", "elems", "initializer", "name")
same_as("foldr", "tf.foldr", "fn", "elems", "initializer", "name")

for _name, _canonical in (
    ("mean", "tf.reduce_mean"),
    ("sum", "tf.reduce_sum"),
    ("max", "tf.reduce_max"),
    ("min", "tf.reduce_min"),
    ("prod", "tf.reduce_prod"),
):
    same_as(_name, _canonical, "input_tensor", "axis", "keepdims")
same_as("std", "tf.math.reduce_std", "input_tensor", "axis", "keepdims")
same_as("var", "tf.math.reduce_variance", "input_tensor", "axis", "keepdims")


def _truth(name: str) -> None:
    def impl(call: Call, x: AnyValue, axis: AnyValue, keepdims: AnyValue) -> Any:
        return call.new(f"tf.reduce_{name}", call.new("tf.cast", x, as_dtype(call, "bool")), axis, keepdims)

    backend.function(impl, name=name)


_truth("any")
_truth("all")


@backend.function
def get_dtype_name(call: Call, x: AnyValue) -> Any:
    dtype = dtype_of(x)
    return dtype.name if isinstance(dtype, DType) else dtype


@backend.function
def dtype(call: Call, x: AnyValue) -> Any:
    return get_dtype_name(call, x)


@backend.function
def relu(call: Call, x: AnyValue, alpha: AnyValue, max_value: AnyValue, threshold: AnyValue) -> Any:
    """TF: backend.relu."""
    plain = threshold in (0, 0.0)
    if alpha not in (0, 0.0):
        if max_value is None and plain:
            return call.new("tf.nn.leaky_relu", x, alpha=alpha)
        return op_like(call, x, "Sub", "sub")
    if not plain:
        x = op_like(call, x, "Mul", "mul")
    elif max_value == 6:
        return call.new("tf.nn.relu6", x)
    else:
        x = call.new("tf.nn.relu", x)
    if max_value is not None:
        call.graph.op("Const")
        call.graph.op("Const")
        x = op_like(call, x, "Maximum", "clip_by_value")
    return x


@backend.function
def elu(call: Call, x: AnyValue, alpha: AnyValue) -> Any:
    made = call.new("tf.nn.elu", x)
    return made if alpha == 1 else op_like(call, x, "Select")


@backend.function
def hard_sigmoid(call: Call, x: AnyValue) -> Any:
    """TF: backend.hard_sigmoid."""
    x = tools.as_tensor(call, x)
    call.graph.op("Const")
    call.graph.op("Const")
    call.graph.op("Mul")
    call.graph.op("Add")
    return op_like(
        call, x, "Maximum", "clip_by_value", inner=(("Minimum/y", "Const"), ("Minimum", "Minimum"), ("y", "Const"))
    )


@backend.function
def softmax(call: Call, x: AnyValue, axis: AnyValue) -> Any:
    return call.new("tf.nn.softmax", x, axis=axis)


@backend.function
def clip(call: Call, x: AnyValue, min_value: AnyValue, max_value: AnyValue) -> Any:
    """TF: backend.clip."""
    call.graph.op("Const")
    call.graph.op("Const")
    return op_like(call, tools.as_tensor(call, x), "Maximum", "clip_by_value", inner=(("Minimum", "Minimum"),))


@backend.function
def sqrt(call: Call, x: AnyValue) -> Any:
    call.graph.op("Const")
    call.graph.op("Const")
    return call.new("tf.sqrt", op_like(call, tools.as_tensor(call, x), "Maximum", "clip_by_value"))


@backend.function
def flatten(call: Call, x: AnyValue) -> Any:
    return call.new("tf.reshape", x, ListValue([-1]))


@backend.function
def batch_flatten(call: Call, x: AnyValue) -> Any:
    x = tools.as_tensor(call, x)
    shape = dims_of(x)
    width = num_elements(shape[1:]) if isinstance(shape, tuple) else left_open(shape)
    return op_like(call, x, "Reshape", shape=(None, width))


@backend.function
def concatenate(call: Call, tensors: AnyValue, axis: AnyValue) -> Any:
    """TF: backend.concatenate. A negative axis is counted from the rank of the first."""
    leaves = structures.flatten(tensors)
    rank = rank_of(leaves[0]) if leaves else None
    if isinstance(axis, int) and axis < 0 and isinstance(rank, int):
        axis = axis % rank if rank else 0
    return call.new("tf.concat", tensors, axis)


@backend.function
def dot(call: Call, x: AnyValue, y: AnyValue) -> Any:
    """TF: backend.dot."""
    a, b = dims_of(x), dims_of(y)
    if isinstance(a, tuple) and isinstance(b, tuple) and (len(a) > 2 or len(b) > 2):
        if len(b) < 2:
            call.raise_("IndexError", "pop index out of range" if b else "pop from empty list", "shape")
        out = (*a[:-1], *b[:-2], b[-1])
        return make(call, "Reshape", "Reshape_2", out, dtype_of(x), deps_of(x, y))
    if isinstance(x, SparseTensor):
        return call.new("tf.sparse_tensor_dense_matmul", x, y)
    made = call.new("tf.matmul", x, y)
    if isinstance(a, Unknown) or isinstance(b, Unknown):
        # Of more than two dimensions it is not that, but pieces put together.
        made.shape = left_open(a, b)
    return made


@backend.function
def batch_dot(call: Call, x: AnyValue, y: AnyValue, axes: AnyValue) -> Any:
    """TF: backend.batch_dot."""
    a, b = dims_of(x), dims_of(y)
    out: Any = Unknown("the axes are not known")
    if isinstance(a, tuple) and isinstance(b, tuple):
        pair = [len(a) - 1, len(b) - 2] if axes is None else [axes, axes] if isinstance(axes, int) else items_of(axes)
        if all(isinstance(i, int) for i in pair):
            i, j = pair[0] % len(a), pair[1] % len(b)
            out = (*a[:i], *a[i + 1 :], *b[1:j], *b[j + 1 :])
            out = (out[0], 1) if len(out) == 1 else out
    return make(call, "BatchMatMulV2", "MatMul", out, dtype_of(x), deps_of(x, y))


@backend.function
def tile(call: Call, x: AnyValue, n: AnyValue) -> Any:
    return call.new("tf.tile", x, ListValue([n]) if isinstance(n, int) else n)


@backend.function
def repeat(call: Call, x: AnyValue, n: AnyValue) -> Any:
    shape = dims_of(x)
    if shape is None or (isinstance(shape, tuple) and len(shape) != 2):
        call.raise_("AssertionError", "", "shape")
    call.graph.op("ExpandDims", inner=(("dim", "Const"),))
    return op_like(call, x, "Tile", shape=(shape[0], n, *shape[1:]) if isinstance(shape, tuple) else shape)


@backend.function
def repeat_elements(call: Call, x: AnyValue, rep: AnyValue, axis: AnyValue) -> Any:
    shape = dims_of(x)
    out = shape if isinstance(axis, int) else left_open(axis)
    if isinstance(shape, tuple) and isinstance(axis, int):
        dims = list(shape)
        if not -len(dims) <= axis < len(dims):
            call.raise_("IndexError", "list index out of range", "shape")
        dims[axis] = None if dims[axis] is None else dims[axis] * tools.integer(rep)
        out = tuple(dims)
    return op_like(call, x, "ConcatV2", "concat", shape=out)


@backend.function
def one_hot(call: Call, indices: AnyValue, num_classes: AnyValue) -> Any:
    return call.new("tf.one_hot", indices, num_classes, axis=-1)


@backend.function
def l2_normalize(call: Call, x: AnyValue, axis: AnyValue) -> Any:
    return call.new("tf.nn.l2_normalize", x, axis=axis)


@backend.function
def arange(call: Call, start: AnyValue, stop: AnyValue, step: AnyValue, dtype: AnyValue) -> Any:
    if stop is None:
        start, stop = 0, start
    return call.new("tf.range", start, limit=stop, delta=step, name="arange")


@backend.function
def bias_add(call: Call, x: AnyValue, bias: AnyValue, data_format: AnyValue) -> Any:
    return call.new("tf.nn.bias_add", x, bias)


@backend.function
def dropout(call: Call, x: AnyValue, level: AnyValue, noise_shape: AnyValue, seed: AnyValue) -> Any:
    return call.new("tf.nn.dropout", x, rate=level, noise_shape=noise_shape, seed=seed)


def _padding(rank: int, name: str) -> None:
    def impl(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        bound, _ = bind(call, f"tf.keras.backend.{name}", args, kwargs)
        x = tools.as_tensor(call, bound["x"])
        first = (bound.get("data_format") or keras(call).image_data_format) == "channels_first" and rank > 1
        parts = split_shape(dims_of(x), rank, first)
        out: Any = dims_of(x) if isinstance(dims_of(x), Unknown) else None
        if parts is not None:
            more = pairs(bound["padding"], rank)
            space = [None if d is None else d + more[i][0] + more[i][1] for i, d in enumerate(parts[1])]
            out = join_shape(parts[0], space, parts[2], first)
        return op_like(call, x, "Pad", shape=out, inner=(("paddings", "Const"),))

    backend.function(impl, name=name, raw=True)


_padding(1, "temporal_padding")
_padding(2, "spatial_2d_padding")
_padding(3, "spatial_3d_padding")


def _convolution(name: str, rank: int) -> None:
    """Through the layer's own shapes: TF goes by `nn.convolution`."""

    def impl(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        bound, _ = bind(call, f"{_home(name)}.{name}", args, kwargs)
        padding = bound["padding"]
        return call.new(
            "tf.nn.convolution",
            bound["x"],
            bound["kernel"],
            padding=padding.upper() if isinstance(padding, str) else padding,
            strides=tools.integers(call, bound["strides"], rank, "strides"),
            dilation_rate=tools.integers(call, bound["dilation_rate"], rank, "dilation_rate"),
        )

    backend.function(impl, name=name, raw=True)


def _home(name: str) -> str:
    return "tf.keras.backend"


for _rank in (1, 2, 3):
    _convolution(f"conv{_rank}d", _rank)


def _pool(rank: int) -> None:
    def impl(
        call: Call,
        x: AnyValue,
        pool_size: AnyValue,
        strides: AnyValue,
        padding: AnyValue,
        data_format: AnyValue,
        pool_mode: AnyValue,
    ) -> Any:
        kind = "Max" if pool_mode == "max" else "Average"
        layer = call.find(f"tf.keras.layers.{kind}Pooling{rank}D")
        made = call.invoke(
            layer, pool_size=pool_size, strides=strides, padding=padding, data_format=data_format, name="pool"
        )
        return call.method(made, "call", x)

    backend.function(impl, name=f"pool{rank}d")


_pool(2)
_pool(3)


@backend.function
def resize_images(
    call: Call,
    x: AnyValue,
    height_factor: AnyValue,
    width_factor: AnyValue,
    data_format: AnyValue,
    interpolation: AnyValue,
) -> Any:
    """TF: backend.resize_images."""
    layer = call.new(
        "tf.keras.layers.UpSampling2D",
        size=(height_factor, width_factor),
        data_format=data_format,
        interpolation=interpolation,
        name="resize",
    )
    return call.method(layer, "call", x)


# making things


def _float(call: Call, dtype: AnyValue) -> Any:
    return keras(call).floatx if dtype is None else dtype


@backend.function
def variable(call: Call, value: AnyValue, dtype: Any, name: AnyValue, constraint: AnyValue) -> Any:
    """TF: backend.variable."""
    return call.new("tf.Variable", value, use_resource=True, dtype=as_dtype(call, _float(call, dtype)), name=name)


@backend.function
def constant(call: Call, value: AnyValue, dtype: AnyValue, shape: AnyValue, name: AnyValue) -> Any:
    return call.new(
        "tf.constant",
        value,
        dtype=as_dtype(call, _float(call, dtype)),
        shape=shape,
        name="Const" if name is None else name,
    )


@backend.function
def placeholder(call: Call, shape: AnyValue, ndim: AnyValue, dtype: AnyValue, sparse: AnyValue, name: AnyValue) -> Any:
    """TF: backend.placeholder."""
    if shape is None and isinstance(ndim, int):
        shape = (None,) * ndim
    elif shape is None and isinstance(ndim, Unknown):
        shape = ndim.derive("")
    dtype = as_dtype(call, _float(call, dtype))
    if is_on(sparse):
        return call.new("tf.sparse_placeholder", dtype, shape=shape, name=name)
    return call.new("tf.placeholder", dtype, shape=shape, name=name)


def _filled(name: str) -> None:
    def impl(call: Call, shape: AnyValue, dtype: AnyValue, name: AnyValue) -> Any:
        value = call.new(f"tf.{which}", shape=shape, dtype=as_dtype(call, _float(call, dtype)), name=name)
        dims = dims_of(value)
        if isinstance(dims, Unknown):
            call.cannot_know(f"whether the shape of {which} is defined", may_make=True)
        if isinstance(dims, tuple) and all(d is not None for d in dims):
            dtype = as_dtype(call, _float(call, dtype))
            return call.new("tf.Variable", value, use_resource=True, dtype=dtype, name=name)
        return value

    which = name
    backend.function(impl, name=name)


_filled("zeros")
_filled("ones")


@backend.function
def eye(call: Call, size: AnyValue, dtype: AnyValue, name: AnyValue) -> Any:
    value = call.new("tf.eye", size, dtype=as_dtype(call, _float(call, dtype)))
    return call.new("tf.Variable", value, use_resource=True, dtype=as_dtype(call, _float(call, dtype)), name=name)


for _name, _canonical, _rest in (
    ("random_normal", "tf.random_normal", ("mean", "stddev")),
    ("random_uniform", "tf.random_uniform", ("minval", "maxval")),
    ("truncated_normal", "tf.truncated_normal", ("mean", "stddev")),
):
    same_as(_name, _canonical, "shape", *_rest, "dtype", "seed")


def _random_variable(name: str, initializer: str) -> None:
    def impl(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        bound, _ = bind(call, f"tf.keras.backend.{name}", args, kwargs)
        dtype = as_dtype(call, _float(call, bound["dtype"]))
        first, second = list(bound.values())[1:3]
        made = call.new(initializer, first, second, dtype=dtype, seed=bound["seed"])
        value = call.invoke(made, bound["shape"])
        return call.new("tf.Variable", value, use_resource=True, dtype=dtype, name=bound["name"])

    backend.function(impl, name=name, raw=True)


_random_variable("random_normal_variable", "tf.random_normal_initializer")
_random_variable("random_uniform_variable", "tf.random_uniform_initializer")
