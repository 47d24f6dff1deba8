"""tf.keras.backend and tf.keras.activations."""

from __future__ import annotations

from typing import Any

from scopelint.apis import keras_state
from scopelint.apis import layer_tools as tools
from scopelint.apis.keras_state import keras, training_of
from scopelint.apis.registry import Namespace
from scopelint.values.base import Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import FunctionValue, NativeFunction
from scopelint.values.tensors import DType, SparseTensor, Tensor, num_elements
from scopelint.values.text import text

backend = Namespace("tf.keras.backend")
private = Namespace("tensorflow.python.keras.backend")
activations = Namespace("tf.keras.activations")


# what goes straight to an operation


def _same(name: str, canonical: str, *names: str, namespace: Namespace = backend) -> None:
    """A function that hands its arguments on, `names` being what they are called there."""

    def impl(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        bound, _ = tools.bind(call, f"{namespace.path}.{name}", args, kwargs)
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
    ("reverse", "tf.reverse"),
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
    _same(_name, _canonical)
_same("squeeze", "tf.squeeze", "input", "axis")
_same("ones_like", "tf.ones_like", "tensor", "dtype", "name")
_same("zeros_like", "tf.zeros_like", "tensor", "dtype", "name")
_same("map_fn", "tf.map_fn", "fn", "elems", "name", "dtype")
_same("foldl", "tf.foldl", "fn", "elems", "initializer", "name")
_same("foldr", "tf.foldr", "fn", "elems", "initializer", "name")

for _name, _canonical in (
    ("mean", "tf.reduce_mean"),
    ("sum", "tf.reduce_sum"),
    ("max", "tf.reduce_max"),
    ("min", "tf.reduce_min"),
    ("prod", "tf.reduce_prod"),
):
    _same(_name, _canonical, "input_tensor", "axis", "keepdims")
_same("std", "tf.math.reduce_std", "input_tensor", "axis", "keepdims")
_same("var", "tf.math.reduce_variance", "input_tensor", "axis", "keepdims")


def _truth(name: str) -> None:
    def impl(call: Any, x: Any, axis: Any, keepdims: Any) -> Any:
        return call.new(f"tf.reduce_{name}", call.new("tf.cast", x, tools.to_dtype("bool")), axis, keepdims)

    backend.function(impl, name=name)


_truth("any")
_truth("all")


@backend.function
def get_dtype_name(call: Any, x: Any) -> Any:
    dtype = tools.dtype_of(x)
    return dtype.name if isinstance(dtype, DType) else dtype


@backend.function
def dtype(call: Any, x: Any) -> Any:
    return get_dtype_name(call, x)


@backend.function
def relu(call: Any, x: Any, alpha: Any, max_value: Any, threshold: Any) -> Any:
    """TF: backend.relu."""
    plain = threshold in (0, 0.0)
    if alpha not in (0, 0.0):
        if max_value is None and plain:
            return call.new("tf.nn.leaky_relu", x, alpha=alpha)
        return tools.like(call, x, "Sub", "sub")
    if not plain:
        x = tools.like(call, x, "Mul", "mul")
    elif max_value == 6:
        return call.new("tf.nn.relu6", x)
    else:
        x = call.new("tf.nn.relu", x)
    if max_value is not None:
        call.graph.op("Const")
        call.graph.op("Const")
        x = tools.like(call, x, "Maximum", "clip_by_value")
    return x


@backend.function
def elu(call: Any, x: Any, alpha: Any) -> Any:
    made = call.new("tf.nn.elu", x)
    return made if alpha == 1 else tools.like(call, x, "Select")


@backend.function
def hard_sigmoid(call: Any, x: Any) -> Any:
    """TF: backend.hard_sigmoid."""
    x = tools.as_tensor(call, x)
    call.graph.op("Const")
    call.graph.op("Const")
    call.graph.op("Mul")
    call.graph.op("Add")
    return tools.like(
        call, x, "Maximum", "clip_by_value", inner=(("Minimum/y", "Const"), ("Minimum", "Minimum"), ("y", "Const"))
    )


@backend.function
def softmax(call: Any, x: Any, axis: Any) -> Any:
    return call.new("tf.nn.softmax", x, axis=axis)


@backend.function
def clip(call: Any, x: Any, min_value: Any, max_value: Any) -> Any:
    """TF: backend.clip."""
    call.graph.op("Const")
    call.graph.op("Const")
    return tools.like(call, tools.as_tensor(call, x), "Maximum", "clip_by_value", inner=(("Minimum", "Minimum"),))


@backend.function
def sqrt(call: Any, x: Any) -> Any:
    call.graph.op("Const")
    call.graph.op("Const")
    return call.new("tf.sqrt", tools.like(call, tools.as_tensor(call, x), "Maximum", "clip_by_value"))


@backend.function
def flatten(call: Any, x: Any) -> Any:
    return call.new("tf.reshape", x, ListValue([-1]))


@backend.function
def batch_flatten(call: Any, x: Any) -> Any:
    x = tools.as_tensor(call, x)
    shape = tools.shape_of(x)
    width = num_elements(shape[1:]) if isinstance(shape, tuple) else None
    return tools.like(call, x, "Reshape", shape=(None, width))


@backend.function
def concatenate(call: Any, tensors: Any, axis: Any) -> Any:
    """TF: backend.concatenate. A negative axis is counted from the rank of the first."""
    leaves = tools.flatten(tensors)
    rank = tools.rank_of(leaves[0]) if leaves else None
    if isinstance(axis, int) and axis < 0 and isinstance(rank, int):
        axis = axis % rank if rank else 0
    return call.new("tf.concat", tensors, axis)


@backend.function
def dot(call: Any, x: Any, y: Any) -> Any:
    """TF: backend.dot."""
    a, b = tools.shape_of(x), tools.shape_of(y)
    if isinstance(a, tuple) and isinstance(b, tuple) and (len(a) > 2 or len(b) > 2):
        out = (*a[:-1], *b[:-2], b[-1])
        return tools.op(call, "Reshape", "Reshape_2", out, tools.dtype_of(x), tools.deps_of(x, y))
    if isinstance(x, SparseTensor):
        return call.new("tf.sparse_tensor_dense_matmul", x, y)
    return call.new("tf.matmul", x, y)


@backend.function
def batch_dot(call: Any, x: Any, y: Any, axes: Any) -> Any:
    """TF: backend.batch_dot."""
    a, b = tools.shape_of(x), tools.shape_of(y)
    out: Any = Unknown("the axes are not known")
    if isinstance(a, tuple) and isinstance(b, tuple):
        pair = (
            [len(a) - 1, len(b) - 2]
            if axes is None
            else [axes, axes]
            if isinstance(axes, int)
            else tools.items_of(axes)
        )
        if all(isinstance(i, int) for i in pair):
            i, j = pair[0] % len(a), pair[1] % len(b)
            out = (*a[:i], *a[i + 1 :], *b[1:j], *b[j + 1 :])
            out = (out[0], 1) if len(out) == 1 else out
    return tools.op(call, "BatchMatMulV2", "MatMul", out, tools.dtype_of(x), tools.deps_of(x, y))


@backend.function
def tile(call: Any, x: Any, n: Any) -> Any:
    return call.new("tf.tile", x, ListValue([n]) if isinstance(n, int) else n)


@backend.function
def repeat(call: Any, x: Any, n: Any) -> Any:
    call.graph.op("ExpandDims", inner=(("dim", "Const"),))
    shape = tools.shape_of(x)
    return tools.like(call, x, "Tile", shape=(shape[0], n, *shape[1:]) if isinstance(shape, tuple) else shape)


@backend.function
def repeat_elements(call: Any, x: Any, rep: Any, axis: Any) -> Any:
    shape = tools.shape_of(x)
    out = shape
    if isinstance(shape, tuple) and isinstance(axis, int):
        dims = list(shape)
        dims[axis] = None if dims[axis] is None else dims[axis] * rep
        out = tuple(dims)
    return tools.like(call, x, "ConcatV2", "concat", shape=out)


@backend.function
def one_hot(call: Any, indices: Any, num_classes: Any) -> Any:
    return call.new("tf.one_hot", indices, num_classes, axis=-1)


@backend.function
def l2_normalize(call: Any, x: Any, axis: Any) -> Any:
    return call.new("tf.nn.l2_normalize", x, axis=axis)


@backend.function
def arange(call: Any, start: Any, stop: Any, step: Any, dtype: Any) -> Any:
    if stop is None:
        start, stop = 0, start
    return call.new("tf.range", start, limit=stop, delta=step, name="arange")


@backend.function
def bias_add(call: Any, x: Any, bias: Any, data_format: Any) -> Any:
    return call.new("tf.nn.bias_add", x, bias)


@backend.function
def dropout(call: Any, x: Any, level: Any, noise_shape: Any, seed: Any) -> Any:
    return call.new("tf.nn.dropout", x, rate=level, noise_shape=noise_shape, seed=seed)


def _padding(rank: int, name: str) -> None:
    def impl(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        from scopelint.apis.keras_conv import join_shape, pairs, split_shape

        bound, _ = tools.bind(call, f"tf.keras.backend.{name}", args, kwargs)
        x = tools.as_tensor(call, bound["x"])
        first = (bound.get("data_format") or keras(call).image_data_format) == "channels_first" and rank > 1
        parts = split_shape(tools.shape_of(x), rank, first)
        out: Any = tools.shape_of(x) if isinstance(tools.shape_of(x), Unknown) else None
        if parts is not None:
            more = pairs(bound["padding"], rank)
            space = [None if d is None else d + more[i][0] + more[i][1] for i, d in enumerate(parts[1])]
            out = join_shape(parts[0], space, parts[2], first)
        return tools.like(call, x, "Pad", shape=out, inner=(("paddings", "Const"),))

    backend.function(impl, name=name, raw=True)


_padding(1, "temporal_padding")
_padding(2, "spatial_2d_padding")
_padding(3, "spatial_3d_padding")


def _convolution(name: str, rank: int) -> None:
    """Through the layer's own shapes: TF goes by `nn.convolution`."""

    def impl(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        bound, _ = tools.bind(call, f"{_home(name)}.{name}", args, kwargs)
        padding = bound["padding"]
        return call.new(
            "tf.nn.convolution",
            bound["x"],
            bound["kernel"],
            padding=padding.upper() if isinstance(padding, str) else padding,
            strides=tools.integers(bound["strides"], rank, "strides"),
            dilation_rate=tools.integers(bound["dilation_rate"], rank, "dilation_rate"),
        )

    backend.function(impl, name=name, raw=True)


def _home(name: str) -> str:
    return "tf.keras.backend"


for _rank in (1, 2, 3):
    _convolution(f"conv{_rank}d", _rank)


def _pool(rank: int) -> None:
    def impl(call: Any, x: Any, pool_size: Any, strides: Any, padding: Any, data_format: Any, pool_mode: Any) -> Any:
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
    call: Any, x: Any, height_factor: Any, width_factor: Any, data_format: Any, interpolation: Any
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


def _float(call: Any, dtype: Any) -> Any:
    return keras(call).floatx if dtype is None else dtype


@backend.function
def variable(call: Any, value: Any, dtype: Any, name: Any, constraint: Any) -> Any:
    """TF: backend.variable."""
    return call.new("tf.Variable", value, dtype=tools.to_dtype(_float(call, dtype)), name=name)


@backend.function
def constant(call: Any, value: Any, dtype: Any, shape: Any, name: Any) -> Any:
    return call.new(
        "tf.constant",
        value,
        dtype=tools.to_dtype(_float(call, dtype)),
        shape=shape,
        name="Const" if name is None else name,
    )


@backend.function
def placeholder(call: Any, shape: Any, ndim: Any, dtype: Any, sparse: Any, name: Any) -> Any:
    """TF: backend.placeholder."""
    if shape is None and isinstance(ndim, int):
        shape = (None,) * ndim
    dtype = tools.to_dtype(_float(call, dtype))
    if sparse is True:
        return call.new("tf.sparse_placeholder", dtype, shape=shape, name=name)
    return call.new("tf.placeholder", dtype, shape=shape, name=name)


def _filled(name: str) -> None:
    def impl(call: Any, shape: Any, dtype: Any, name: Any) -> Any:
        value = call.new(f"tf.{which}", shape=shape, dtype=tools.to_dtype(_float(call, dtype)), name=name)
        dims = tools.shape_of(value)
        if isinstance(dims, tuple) and all(d is not None for d in dims):
            return call.new("tf.Variable", value, dtype=tools.to_dtype(_float(call, dtype)), name=name)
        return value

    which = name
    backend.function(impl, name=name)


_filled("zeros")
_filled("ones")


@backend.function
def eye(call: Any, size: Any, dtype: Any, name: Any) -> Any:
    value = call.new("tf.eye", size, dtype=tools.to_dtype(_float(call, dtype)))
    return call.new("tf.Variable", value, dtype=tools.to_dtype(_float(call, dtype)), name=name)


for _name, _canonical, _rest in (
    ("random_normal", "tf.random_normal", ("mean", "stddev")),
    ("random_uniform", "tf.random_uniform", ("minval", "maxval")),
    ("truncated_normal", "tf.truncated_normal", ("mean", "stddev")),
):
    _same(_name, _canonical, "shape", *_rest, "dtype", "seed")


def _random_variable(name: str, initializer: str) -> None:
    def impl(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        bound, _ = tools.bind(call, f"tf.keras.backend.{name}", args, kwargs)
        dtype = tools.to_dtype(_float(call, bound["dtype"]))
        first, second = list(bound.values())[1:3]
        made = call.new(initializer, first, second, dtype=dtype, seed=bound["seed"])
        return call.new("tf.Variable", call.invoke(made, bound["shape"]), dtype=dtype, name=bound["name"])

    backend.function(impl, name=name, raw=True)


_random_variable("random_normal_variable", "tf.random_normal_initializer")
_random_variable("random_uniform_variable", "tf.random_uniform_initializer")


# asking


@backend.function
def ndim(call: Any, x: Any) -> Any:
    return tools.rank_of(x)


@backend.function
def int_shape(call: Any, x: Any) -> Any:
    shape = tools.shape_of(x)
    return shape


@backend.function
def count_params(call: Any, x: Any) -> Any:
    return num_elements(tools.shape_of(x))


@backend.function
def is_sparse(call: Any, tensor: Any) -> Any:
    return isinstance(tensor, SparseTensor)


@private.function
def is_keras_tensor(call: Any, x: Any) -> Any:
    return keras(call).history(x) is not None


@private.function
def identity(call: Any, x: Any, name: Any) -> Any:
    return call.new("tf.identity", x, name=name)


@private.function
def is_placeholder(call: Any, x: Any) -> Any:
    return isinstance(x, Tensor) and x.op_type == "Placeholder"


@private.function
def depthwise_conv2d(
    call: Any, x: Any, depthwise_kernel: Any, strides: Any, padding: Any, data_format: Any, dilation_rate: Any
) -> Any:
    return call.new(
        "tf.nn.depthwise_conv2d",
        x,
        depthwise_kernel,
        ListValue([1, *tools.integers(strides, 2, "s"), 1]),
        padding.upper() if isinstance(padding, str) else padding,
    )


def _setting(name: str, default: Any) -> None:
    backend.function(lambda call: keras(call).get(name, default=default), name=name)

    def change(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        keras(call).put(name, args[0] if args else next(iter(kwargs.values())))

    backend.function(change, name=f"set_{name}", raw=True)


_setting("floatx", "float32")
_setting("epsilon", 1e-7)
_setting("image_data_format", "channels_last")


@backend.function(name="backend")
def backend_name(call: Any) -> str:
    return "tensorflow"


@backend.function
def get_uid(call: Any, prefix: Any) -> Any:
    """TF: backend.get_uid."""
    if not isinstance(prefix, str):
        return Unknown("a number that is not known", "n")
    key = f"uid:{prefix}"
    counts = call.graph.layer_names
    number = counts.items.get(key, 0)
    number = number + 1 if isinstance(number, int) else 1
    counts.set(key, number)
    return number


@backend.function
def reset_uids(call: Any) -> None:
    names = call.graph.layer_names
    for key in list(names.items):
        names.set(key, 0)


@backend.function
def clear_session(call: Any) -> None:
    """TF: backend.clear_session. The new graph has its learning phase from the start."""
    call.new("tf.reset_default_graph")
    keras_state.learning_phase(call)


@backend.function
def learning_phase(call: Any) -> Any:
    return keras_state.learning_phase(call)


@backend.function
def set_learning_phase(call: Any, value: Any) -> None:
    keras(call).put("phase", call.graph.index, value)


@backend.function(raw=True)
def get_session(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: backend.get_session, which may run the initializers."""
    held = keras(call).get("session")
    if held is None:
        held = call.new("tf.Session")
        keras(call).put("session", held)
    return held


@backend.function
def set_session(call: Any, session: Any) -> None:
    keras(call).put("session", session)


@backend.function
def manual_variable_initialization(call: Any, value: Any) -> None:
    return None


def _evaluated(name: str) -> None:
    def impl(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return call.unknown("a value that is known when the graph runs only", "value")

    backend.function(impl, name=name, raw=True)


for _name in ("get_value", "batch_get_value", "eval"):
    _evaluated(_name)


@backend.function(raw=True)
def set_value(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: backend.set_value. In a graph it makes a placeholder and an assignment the first time."""
    x = args[0] if args else kwargs.get("x")
    if tools.is_tensor(x):
        call.new(
            "tf.assign",
            x,
            call.new(
                "tf.placeholder",
                tools.dtype_of(x),
                shape=tools.shape_of(x) if isinstance(tools.shape_of(x), tuple) else None,
            ),
        )


@backend.function(raw=True)
def batch_set_value(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    return None


@backend.function(raw=True)
def function(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: backend.function. What it gives is known when it runs only."""
    return NativeFunction("function", lambda call, args, kwargs: call.unknown("what a run gives"), "", raw=True)


# control


def _branch(call: Any, value: Any) -> Any:
    return call.invoke(value) if isinstance(value, (FunctionValue, NativeFunction)) else value


def _as_function(value: Any) -> Any:
    if isinstance(value, (FunctionValue, NativeFunction)):
        return value
    return NativeFunction("<lambda>", lambda call, args, kwargs: value, "", raw=True)


@backend.function
def switch(call: Any, condition: Any, then_expression: Any, else_expression: Any) -> Any:
    """TF: backend.switch, for a scalar condition."""
    if tools.rank_of(condition) not in (0, None):
        return call.new("tf.where", condition, _branch(call, then_expression), _branch(call, else_expression))
    return call.new("tf.cond", condition, _as_function(then_expression), _as_function(else_expression))


def _in_phase(call: Any, x: Any, alt: Any, training: Any) -> Any:
    training = training_of(call, training)
    if training is True:
        return _branch(call, x)
    if training is False:
        return _branch(call, alt)
    if isinstance(training, Unknown):
        return _branch(call, x)
    return switch(call, training, x, alt)


@backend.function
def in_train_phase(call: Any, x: Any, alt: Any, training: Any) -> Any:
    return _in_phase(call, x, alt, training)


@backend.function
def in_test_phase(call: Any, x: Any, alt: Any, training: Any) -> Any:
    return _in_phase(call, alt, x, training)


@backend.function
def moving_average_update(call: Any, x: Any, value: Any, momentum: Any) -> Any:
    return call.new(
        "tensorflow.python.training.moving_averages.assign_moving_average", x, value, momentum, zero_debias=True
    )


@backend.function
def print_tensor(call: Any, x: Any, message: Any) -> Any:
    return x


def _crossentropy(name: str) -> None:
    def impl(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        output = args[1] if len(args) > 1 else kwargs.get("output")
        target = args[0] if args else kwargs.get("target")
        shape = tools.shape_of(output)
        if name != "binary_crossentropy" and isinstance(shape, tuple):
            shape = shape[:-1]
        return tools.op(call, "Neg", None, shape, tools.dtype_of(output), tools.deps_of(output, target))

    backend.function(impl, name=name, raw=True)


for _name in ("binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy"):
    _crossentropy(_name)


@backend.function(raw=True)
def name_scope(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return call.new("tf.name_scope", *args, **kwargs)


# activations


for _name, _canonical in (
    ("softplus", "tf.nn.softplus"),
    ("softsign", "tf.nn.softsign"),
    ("tanh", "tf.tanh"),
    ("sigmoid", "tf.sigmoid"),
    ("exponential", "tf.exp"),
):
    _same(_name, _canonical, namespace=activations)


@activations.function(name="relu")
def relu_activation(call: Any, x: Any, alpha: Any, max_value: Any, threshold: Any) -> Any:
    return relu(call, x, alpha, max_value, threshold)


@activations.function(name="elu")
def elu_activation(call: Any, x: Any, alpha: Any) -> Any:
    return elu(call, x, alpha)


@activations.function
def selu(call: Any, x: Any) -> Any:
    """TF: activations.selu."""
    call.graph.op("Elu")
    call.graph.op("Select", "Select")
    return tools.like(call, x, "Mul", "mul")


@activations.function(name="hard_sigmoid")
def hard_sigmoid_activation(call: Any, x: Any) -> Any:
    return hard_sigmoid(call, x)


@activations.function(name="softmax")
def softmax_activation(call: Any, x: Any, axis: Any) -> Any:
    """TF: activations.softmax."""
    rank = tools.rank_of(x)
    if rank == 2 or not isinstance(rank, int):
        return call.new("tf.nn.softmax", x)
    if rank < 2:
        call.raise_(
            "ValueError", f"Cannot apply softmax to a tensor that is 1D. Received input: {call.to_string(x)}", "shape"
        )
    graph = call.graph
    for type, name in (("Max", "Max"), ("Sub", "sub"), ("Exp", "Exp"), ("Sum", "Sum")):
        graph.op(type, name)
    return tools.like(call, x, "RealDiv", "truediv")


@activations.function
def linear(call: Any, x: Any) -> Any:
    return x


@activations.function
def get(call: Any, identifier: Any) -> Any:
    return tools.activation(call, identifier)


@activations.function
def deserialize(call: Any, name: Any) -> Any:
    return tools.activation(call, name)


@activations.function
def serialize(call: Any, activation: Any) -> Any:
    return getattr(activation, "name", None) or text([Unknown("an activation's name", "activation")])
