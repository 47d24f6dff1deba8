"""tf.keras.backend: what it tells, settings, control flow; tf.keras.activations."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.tf.framework import keras_state as state
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework.bare_op import make, op_like
from scopelint.apis.tf.framework.dims import dims_of, rank_of
from scopelint.apis.tf.framework.keras_state import keras, training_of
from scopelint.apis.tf.framework.op_inputs import deps_of
from scopelint.apis.tf.framework.operations import scope
from scopelint.apis.tf.framework.python_values import dtype_of, is_tensor
from scopelint.apis.tf.framework.structures import flatten, items_of, mapped
from scopelint.apis.tf.keras import by_name
from scopelint.apis.tf.keras.backend import activations, backend, elu, hard_sigmoid, private, relu, same_as
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import FunctionValue, NativeFunction
from scopelint.values.tensors import SparseTensor, Tensor, num_elements
from scopelint.values.text import text
from scopelint.values.truth import is_on

# asking


@backend.function
def ndim(call: Call, x: AnyValue) -> Any:
    return rank_of(x)


@backend.function
def int_shape(call: Call, x: AnyValue) -> Any:
    shape = dims_of(x)
    return shape


@backend.function
def count_params(call: Call, x: AnyValue) -> Any:
    return num_elements(dims_of(x))


@backend.function
def is_sparse(call: Call, tensor: AnyValue) -> Any:
    return isinstance(tensor, SparseTensor)


@private.function
def is_keras_tensor(call: Call, x: AnyValue) -> Any:
    return keras(call).history(x) is not None


@private.function
def identity(call: Call, x: AnyValue, name: AnyValue) -> Any:
    return call.new("tf.identity", x, name=name)


@private.function
def is_placeholder(call: Call, x: AnyValue) -> Any:
    return isinstance(x, Tensor) and x.op_type == "Placeholder"


@private.function
def depthwise_conv2d(
    call: Call,
    x: AnyValue,
    depthwise_kernel: AnyValue,
    strides: AnyValue,
    padding: AnyValue,
    data_format: AnyValue,
    dilation_rate: AnyValue,
) -> Any:
    return call.new(
        "tf.nn.depthwise_conv2d",
        x,
        depthwise_kernel,
        ListValue([1, *tools.integers(call, strides, 2, "s"), 1]),
        padding.upper() if isinstance(padding, str) else padding,
    )


def _setting(name: str, default: AnyValue) -> None:
    backend.function(lambda call: keras(call).get(name, default=default), name=name)

    def change(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        keras(call).put(name, args[0] if args else next(iter(kwargs.values())))

    backend.function(change, name=f"set_{name}", raw=True)


_setting("floatx", "float32")
_setting("epsilon", 1e-7)
_setting("image_data_format", "channels_last")


@backend.function(name="backend")
def backend_name(call: Call) -> str:
    return "tensorflow"


@backend.function
def get_uid(call: Call, prefix: AnyValue) -> Any:
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
def reset_uids(call: Call) -> None:
    names = call.graph.layer_names
    for key in list(names.items):
        names.set(key, 0)


@backend.function
def clear_session(call: Call) -> None:
    """TF: backend.clear_session. The new graph has its learning phase from the start."""
    call.new("tf.reset_default_graph")
    state.learning_phase(call)


@backend.function
def learning_phase(call: Call) -> Any:
    return state.learning_phase(call)


@backend.function
def set_learning_phase(call: Call, value: AnyValue) -> None:
    keras(call).put("phase", call.graph.index, value)


@backend.function(raw=True)
def get_session(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: backend.get_session, which may run the initializers."""
    held = keras(call).get("session")
    if held is None:
        held = call.new("tf.Session")
        keras(call).put("session", held)
    return held


@backend.function
def set_session(call: Call, session: AnyValue) -> None:
    keras(call).put("session", session)


@backend.function
def manual_variable_initialization(call: Call, value: AnyValue) -> None:
    return None


def _evaluated(name: str) -> None:
    def impl(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return call.unknown("a value that is known when the graph runs only", "value")

    backend.function(impl, name=name, raw=True)


for _name in ("get_value", "batch_get_value", "eval"):
    _evaluated(_name)


@backend.function(raw=True)
def set_value(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: backend.set_value. In a graph it makes a placeholder and an assignment the first time."""
    x = args[0] if args else kwargs.get("x")
    if is_tensor(x):
        call.new(
            "tf.assign",
            x,
            call.new(
                "tf.placeholder",
                dtype_of(x),
                shape=dims_of(x) if isinstance(dims_of(x), tuple) else None,
            ),
        )


@backend.function(raw=True)
def batch_set_value(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    return None


@backend.function(raw=True)
def function(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: backend.function. What it gives is known when it runs only."""
    return NativeFunction("function", lambda call, args, kwargs: call.unknown("what a run gives"), "", raw=True)


# control


def _branch(call: Call, value: AnyValue) -> Any:
    return call.invoke(value) if isinstance(value, (FunctionValue, NativeFunction)) else value


def _as_function(value: AnyValue) -> Any:
    if isinstance(value, (FunctionValue, NativeFunction)):
        return value
    return NativeFunction("<lambda>", lambda call, args, kwargs: value, "", raw=True)


@backend.function
def switch(call: Call, condition: AnyValue, then_expression: AnyValue, else_expression: AnyValue) -> Any:
    """TF: backend.switch, for a scalar condition."""
    if rank_of(condition) not in (0, None):
        return call.new("tf.where", condition, _branch(call, then_expression), _branch(call, else_expression))
    return call.new("tf.cond", condition, _as_function(then_expression), _as_function(else_expression))


def _in_phase(call: Call, x: AnyValue, alt: AnyValue, training: AnyValue) -> Any:
    training = training_of(call, training)
    if training is True:
        return _branch(call, x)
    if training is False:
        return _branch(call, alt)
    if isinstance(training, Unknown):
        return _branch(call, x)
    return switch(call, training, x, alt)


@backend.function
def in_train_phase(call: Call, x: AnyValue, alt: AnyValue, training: AnyValue) -> Any:
    return _in_phase(call, x, alt, training)


@backend.function
def in_test_phase(call: Call, x: AnyValue, alt: AnyValue, training: AnyValue) -> Any:
    return _in_phase(call, alt, x, training)


@backend.function
def moving_average_update(call: Call, x: AnyValue, value: AnyValue, momentum: AnyValue) -> Any:
    return call.new(
        "tensorflow.python.training.moving_averages.assign_moving_average", x, value, momentum, zero_debias=True
    )


@backend.function
def print_tensor(call: Call, x: AnyValue, message: AnyValue) -> Any:
    return x


def _crossentropy(name: str) -> None:
    def impl(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        output = args[1] if len(args) > 1 else kwargs.get("output")
        target = args[0] if args else kwargs.get("target")
        shape = dims_of(output)
        if name != "binary_crossentropy" and isinstance(shape, tuple):
            shape = shape[:-1]
        return make(call, "Neg", None, shape, dtype_of(output), deps_of(output, target))

    backend.function(impl, name=name, raw=True)


for _name in ("binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy"):
    _crossentropy(_name)


@backend.function(raw=True)
def name_scope(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return call.new("tf.name_scope", *args, **kwargs)


# activations


for _name, _canonical in (
    ("softplus", "tf.nn.softplus"),
    ("softsign", "tf.nn.softsign"),
    ("tanh", "tf.tanh"),
    ("sigmoid", "tf.sigmoid"),
    ("exponential", "tf.exp"),
):
    same_as(_name, _canonical, namespace=activations)


@activations.function(name="relu")
def relu_activation(call: Call, x: AnyValue, alpha: AnyValue, max_value: AnyValue, threshold: AnyValue) -> Any:
    return relu(call, x, alpha, max_value, threshold)


@activations.function(name="elu")
def elu_activation(call: Call, x: AnyValue, alpha: AnyValue) -> Any:
    return elu(call, x, alpha)


@activations.function
def selu(call: Call, x: AnyValue) -> Any:
    """TF: activations.selu."""
    call.graph.op("Elu")
    call.graph.op("Greater", inner=(("y", "Const"),))
    call.graph.op("Mul", "mul", inner=(("x", "Const"),))
    call.graph.op("Select", "Select")
    return op_like(call, x, "Mul", "mul", inner=(("x", "Const"),))


@activations.function(name="hard_sigmoid")
def hard_sigmoid_activation(call: Call, x: AnyValue) -> Any:
    return hard_sigmoid(call, x)


@activations.function(name="softmax")
def softmax_activation(call: Call, x: AnyValue, axis: AnyValue) -> Any:
    """TF: activations.softmax."""
    rank = rank_of(x)
    if rank == 2 or not isinstance(rank, int):
        return call.new("tf.nn.softmax", x)
    if rank < 2:
        call.raise_(
            "ValueError", f"Cannot apply softmax to a tensor that is 1D. Received input: {call.to_string(x)}", "shape"
        )
    graph = call.graph
    for type, name in (("Max", "Max"), ("Sub", "sub"), ("Exp", "Exp"), ("Sum", "Sum")):
        graph.op(type, name, inner=(("reduction_indices", "Const"),) if name in ("Max", "Sum") else ())
    return op_like(call, x, "RealDiv", "truediv")


@activations.function
def linear(call: Call, x: Any) -> Any:
    return x


@activations.function
def get(call: Call, identifier: Any) -> Any:
    return by_name.activation(call, identifier)


@activations.function
def deserialize(call: Call, name: AnyValue) -> Any:
    return by_name.activation(call, name)


@activations.function
def serialize(call: Call, activation: AnyValue) -> Any:
    return getattr(activation, "name", None) or text([Unknown("an activation's name", "activation")])


@backend.function
def rnn(
    call: Call,
    step_function: AnyValue,
    inputs: AnyValue,
    initial_states: AnyValue,
    go_backwards: AnyValue,
    mask: AnyValue,
    constants: AnyValue,
    unroll: AnyValue,
    time_major: AnyValue,
) -> Any:
    """TF: backend.rnn. The step is asked for time zero, then traced in a loop; unrolled, it is asked for every step."""
    first = next((leaf for leaf in flatten(inputs)), None)
    shape = dims_of(first)
    known = shape[:2] if isinstance(shape, tuple) and len(shape) > 2 else (None, None)
    time, batch = known if is_on(time_major) else known[::-1]
    extra = tuple(items_of(constants)) if constants is not None else ()
    states = tuple(items_of(initial_states))
    others = initial_states if isinstance(initial_states, Unknown) else getattr(initial_states, "rest", None)

    def at_time(leaf: AnyValue) -> Any:
        dims = dims_of(leaf)
        below = (batch, *dims[2:]) if isinstance(dims, tuple) else dims
        return op_like(call, tools.as_tensor(call, leaf), "StridedSlice", "strided_slice", shape=below)

    def step() -> Any:
        slices = mapped(at_time, inputs)
        given = call.members(call.invoke(step_function, slices, (*states, *extra)))
        if isinstance(given, Unknown):
            return given.derive("output"), given.derive("states")
        if len(given) != 2:
            said = f"not enough values to unpack (expected 2, got {len(given)})"
            call.raise_("ValueError", said if len(given) < 2 else "too many values to unpack (expected 2)")
        return given

    if is_on(unroll) and isinstance(time, int):
        for _ in range(time):
            output, made = step()
    else:
        output, made = step()
        with scope(call, "while"):
            output, made = step()

    def whole(leaf: AnyValue) -> Any:
        dims = dims_of(leaf)
        order = (time, batch) if is_on(time_major) else (batch, time)
        return op_like(
            call, leaf, "Transpose", "transpose", shape=(*order, *dims[1:]) if isinstance(dims, tuple) else dims
        )

    return (
        mapped(lambda leaf: op_like(call, leaf, "StridedSlice", "strided_slice"), output),
        mapped(whole, output),
        mapped(lambda leaf: leaf, made) if others is None else others.derive(""),
    )
