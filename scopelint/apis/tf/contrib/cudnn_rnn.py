"""tf.contrib.cudnn_rnn: layers that keep all their weights in one opaque variable, and the cells that read it."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.contrib.rnn.block_cells import lstm_block
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework import operations
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.framework.bare_op import make
from scopelint.apis.tf.framework.dims import dims_of
from scopelint.apis.tf.framework.op_inputs import deps_of
from scopelint.apis.tf.framework.python_values import as_dtype, left_open
from scopelint.apis.tf.keras.input_spec import spec
from scopelint.apis.tf.keras.variable_scopes import set_scope
from scopelint.apis.tf.layers.base import LEGACY
from scopelint.apis.tf.ops.variables import get
from scopelint.apis.tf.rnn.cells import builds, inside, tf, weight, zeros_for
from scopelint.apis.tf.rnn.lstm_and_gru import gru, linear, parts
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import InstanceValue, NativeFunction, PropertyValue
from scopelint.values.tensors import INT32, Tensor

api = Namespace("tf.contrib.cudnn_rnn")
private = Namespace("tensorflow.contrib.cudnn_rnn.python.layers.cudnn_rnn")

base = private.type("_CudnnRNN", bases=(LEGACY,))
plain = private.type("_CudnnRNNNoInputC", bases=(base.cls,))
PARAMETERS = (
    "num_layers",
    "num_units",
    "input_mode",
    "direction",
    "dropout",
    "seed",
    "kernel_initializer",
    "bias_initializer",
)


@base.method(name="__init__", raw=True)
def layer_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    self, *rest = args
    bound, _ = bind(call, "tensorflow.contrib.cudnn_rnn.python.layers.cudnn_rnn._CudnnRNN", tuple(rest), kwargs)
    call.invoke(LEGACY.attrs["__init__"], self, dtype=bound["dtype"], name=bound["name"])
    direction = bound["direction"]
    if isinstance(direction, str) and direction not in ("unidirectional", "bidirectional"):
        call.raise_(
            "ValueError",
            f"Invalid direction: {direction}, expecting 'unidirectional' or 'bidirectional'",
            kind="argument",
        )
    for key in PARAMETERS:
        self.set("_" + key, bound[key])
    self.set("_plain_dtype", as_dtype(call, bound["dtype"]))
    self.set("_input_size", None)


def directions(self: InstanceValue) -> Any:
    direction = self.attrs["_direction"]
    return Unknown("a direction") if isinstance(direction, Unknown) else 1 if direction == "unidirectional" else 2


for _key in ("num_layers", "num_units", "input_mode", "direction", "input_size"):
    base.cls.attrs[_key] = PropertyValue(
        NativeFunction(_key, lambda call, self, _key=_key: self.attrs["_" + _key], f"{base.cls.canonical}.{_key}")
    )
base.cls.attrs["num_dirs"] = PropertyValue(
    NativeFunction("num_dirs", lambda call, self: directions(self), f"{base.cls.canonical}.num_dirs")
)


def gates_of(call: Call, self: InstanceValue) -> int:
    mode = call.getattr(self, "_rnn_mode", None)
    return {"lstm": 4, "gru": 3}.get(mode, 1) if isinstance(mode, str) else 1


@builds(base)
def layer_build(call: Call, self: InstanceValue, input_shape: AnyValue) -> None:
    """TF: _CudnnRNN.build."""
    if self.attrs.get("built") is True:
        return
    shape = dims_of(input_shape)
    if isinstance(shape, tuple) and len(shape) != 3:
        call.raise_("ValueError", f"Expecting input_shape with 3 dims, got {len(shape)}", kind="shape")
    size = shape[-1] if isinstance(shape, tuple) else Unknown("the depth of an input")
    if size is None:
        call.raise_(
            "ValueError",
            "The last dimension of the inputs to `CudnnRNN` should be defined. Found `None`.",
            kind="input_not_defined",
        )
    self.set("_input_size", size)
    call.setattr(self, "input_spec", spec(ndim=3))
    set_scope(call, self)
    dtype, attrs = self.attrs["_plain_dtype"], self.attrs
    with tools.variable_scope(call, attrs["_scope"], reuse=False):
        if attrs["_kernel_initializer"] is None:
            self.set("_kernel_initializer", call.new("tf.glorot_uniform_initializer", seed=attrs["_seed"], dtype=dtype))
        if attrs["_bias_initializer"] is None:
            self.set("_bias_initializer", call.new("tf.constant_initializer", 0.0, dtype=dtype))
        gates, units, layers, ways = (gates_of(call, self), attrs["_num_units"], attrs["_num_layers"], directions(self))
        if isinstance(layers, int) and isinstance(ways, int):
            for kind in ("kernel", "bias"):
                for layer in range(layers):
                    depth = size if layer == 0 else units * ways
                    both = [(units, depth)] * gates + [(units, units)] * gates
                    for each in (both if kind == "kernel" else [(units,)] * (2 * gates)) * ways:
                        call.invoke(attrs[f"_{kind}_initializer"], ListValue(list(each)), dtype=dtype)
        first = make(call, "CudnnRNNCanonicalToParams", "CudnnRNNCanonicalToParams", (None,), dtype)
        kernel = get(call, "opaque_kernel", dtype=dtype, initializer=first, validate_shape=False)
    self.set("kernel", kernel)
    tools.append(self, "_trainable_weights", kernel)
    self.set("built", True)


@base.method(name="call")
def layer_call(
    call: Call,
    self: InstanceValue,
    inputs: AnyValue,
    initial_state: AnyValue = None,
    sequence_lengths: AnyValue = None,
    time_major: AnyValue = True,
    training: AnyValue = True,
) -> Any:
    """TF: _CudnnRNN.call."""
    with inside(call):
        attrs, lstm = self.attrs, call.getattr(self, "_rnn_mode", None) == "lstm"
        tensor = operations.convert(call, inputs, attrs["_plain_dtype"])
        is_whole = isinstance(tensor.shape, tuple) and len(tensor.shape) == 3
        shape: Any = tensor.shape if is_whole else (left_open(tensor.shape),) * 3
        batch = make(call, "StridedSlice", "strided_slice", (), INT32)
        rows = attrs["_num_layers"] * directions(self)
        sizes = (rows, None, attrs["_num_units"])
        if initial_state is None:
            state = [
                tf(call, "zeros", ListValue([rows, batch, attrs["_num_units"]]), dtype=attrs["_plain_dtype"])
                for _ in range(2 if lstm else 1)
            ]
        else:
            state = [operations.convert(call, each) for each in parts(call, initial_state, 2 if lstm else 1)]
        kind = "CudnnRNNV3" if sequence_lengths is not None or time_major is False else "CudnnRNN"
        full = call.graph.op(kind, kind)
        deps = deps_of(tensor, attrs["kernel"], *state)
        units = attrs["_num_units"] * directions(self)

        def output(index: int, dims: AnyValue) -> Tensor:
            return Tensor(full, index, kind, dims, attrs["_plain_dtype"], call.graph, deps)

        hidden = [output(1, sizes)] + ([output(2, sizes)] if lstm else [])
        return (output(0, (*shape[:2], units)), tuple(hidden))


for _name, _mode, _parent in (
    ("CudnnLSTM", "lstm", base),
    ("CudnnGRU", "gru", plain),
    ("CudnnRNNTanh", "rnn_tanh", plain),
    ("CudnnRNNRelu", "rnn_relu", plain),
):
    api.type(_name, bases=(_parent.cls,)).cls.attrs["_rnn_mode"] = _mode


compatible_lstm = api.type("CudnnCompatibleLSTMCell", bases=(lstm_block.cls,))


@compatible_lstm.method(name="__init__")
def lstm_init(call: Call, self: InstanceValue, num_units: AnyValue, reuse: AnyValue = None) -> None:
    call.invoke(
        lstm_block.cls.attrs["__init__"],
        self,
        num_units,
        forget_bias=0,
        cell_clip=None,
        use_peephole=False,
        reuse=reuse,
        name="cudnn_compatible_lstm_cell",
    )


compatible_gru = api.type("CudnnCompatibleGRUCell", bases=(gru.cls,))


@compatible_gru.method(name="__init__")
def gru_init(
    call: Call, self: InstanceValue, num_units: AnyValue, reuse: AnyValue = None, kernel_initializer: AnyValue = None
) -> None:
    call.invoke(
        gru.cls.attrs["__init__"], self, num_units, activation=None, reuse=reuse, kernel_initializer=kernel_initializer
    )


@builds(compatible_gru)
def gru_build(call: Call, self: InstanceValue, inputs_shape: AnyValue) -> None:
    """TF: CudnnCompatibleGRUCell.build: the new memory has a projection of its own for the state."""
    shape = dims_of(inputs_shape)
    depth = shape[1] if isinstance(shape, tuple) and len(shape) > 1 else Unknown("the depth of an input")
    if depth is None:
        call.raise_(
            "ValueError",
            f"Expected inputs.shape[-1] to be known, saw shape: {call.to_string(inputs_shape)}",
            kind="shape",
        )
    n, kernel, bias = self.attrs["_num_units"], self.attrs["_kernel_initializer"], self.attrs["_bias_initializer"]
    weight(call, self, "_gate_kernel", "gates/kernel", depth + n, 2 * n, initializer=kernel)
    weight(
        call,
        self,
        "_gate_bias",
        "gates/bias",
        2 * n,
        initializer=bias if bias is not None else call.new("tf.constant_initializer", 1.0),
    )
    weight(call, self, "_candidate_input_kernel", "candidate/input_projection/kernel", depth, n, initializer=kernel)
    weight(call, self, "_candidate_hidden_kernel", "candidate/hidden_projection/kernel", n, n, initializer=kernel)
    for attribute, name in (
        ("_candidate_input_bias", "candidate/input_projection/bias"),
        ("_candidate_hidden_bias", "candidate/hidden_projection/bias"),
    ):
        weight(call, self, attribute, name, n, initializer=bias if bias is not None else zeros_for(call, self))
    self.set("built", True)


@compatible_gru.method(name="call")
def gru_call(call: Call, self: InstanceValue, inputs: AnyValue, state: AnyValue) -> Any:
    """TF: CudnnCompatibleGRUCell.call."""
    attrs = self.attrs
    with inside(call):
        gates = tf(call, "sigmoid", linear(call, [inputs, state], attrs["_gate_kernel"], attrs["_gate_bias"]))
        reset, update = parts(call, tf(call, "split", value=gates, num_or_size_splits=2, axis=1), 2)
        given = tf(
            call,
            "nn.bias_add",
            tf(call, "matmul", inputs, attrs["_candidate_input_kernel"]),
            attrs["_candidate_input_bias"],
        )
        held = tf(
            call,
            "nn.bias_add",
            tf(call, "matmul", state, attrs["_candidate_hidden_kernel"]),
            attrs["_candidate_hidden_bias"],
        )
        candidate = call.invoke(attrs["_activation"], call.binary("+", given, call.binary("*", reset, held)))
        one = call.binary("*", call.binary("-", 1, update), candidate)
        new = call.binary("+", one, call.binary("*", update, state))
    return (new, new)
