"""tf.keras.layers: the cuDNN forms of recurrent layers, ConvLSTM2D, Bidirectional."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.framework.bare_op import make, op_like
from scopelint.apis.tf.framework.dims import dimension, dims_of
from scopelint.apis.tf.framework.op_inputs import deps_of
from scopelint.apis.tf.framework.operations import scope
from scopelint.apis.tf.framework.python_values import dtype_of
from scopelint.apis.tf.framework.structures import items_of
from scopelint.apis.tf.keras import declaring as types
from scopelint.apis.tf.keras.base_layer import weight
from scopelint.apis.tf.keras.input_spec import spec
from scopelint.apis.tf.keras.layers.convolutional import conv_length
from scopelint.apis.tf.keras.layers.recurrent import (
    OF_LAYER,
    RNN,
    forget_bias,
    init_rnn,
    make_states,
    rnn_dunder_call,
    state_size,
)
from scopelint.graph.releases import KERAS_DIRECTIONS
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import InstanceValue, NativeFunction
from scopelint.values.tensors import TensorShape
from scopelint.values.text import hole, text
from scopelint.values.truth import is_on

# the cuDNN forms


def _cudnn(name: str, gates: int) -> None:
    made = types.layer_type(name, "tf.keras.layers.RNN")
    cls = made.cls

    def init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self = args[0]
        given, extra = bind(call, f"tf.keras.layers.{name}", args[1:], kwargs)
        init_rnn(call, self, RNN, None, {k: given[k] for k in OF_LAYER if k in given}, extra)
        for key, value in given.items():
            if key not in OF_LAYER and key != "activity_regularizer":
                self.set(key, types.convert(call, cls, key, value))
        self.set("state_size", state_size(self, gates))
        self.set("_input_spec", ListValue([spec(ndim=3)]))
        self.set("<parameters>", tuple(given))

    def build(call: Call, self: InstanceValue, input_shape: AnyValue) -> None:
        """TF: CuDNNLSTM.build, CuDNNGRU.build."""
        shape = dims_of(input_shape.items[0] if isinstance(input_shape, ListValue) else input_shape)
        width, units = dimension(shape, -1), self.attrs["units"]
        if is_on(self.attrs.get("stateful")):
            make_states(call, self, dimension(shape, 0, "batch"))
        weight(call, self, "kernel", (width, units * gates))
        weight(call, self, "recurrent_kernel", (units, units * gates), prefix="recurrent")
        weight(call, self, "bias", (units * gates * 2,), **forget_bias(call, self))
        self.set("built", True)

    cls.attrs["__init__"] = NativeFunction("__init__", init, f"tf.keras.layers.{name}.__init__", raw=True)
    cls.attrs["build"] = NativeFunction("build", build, f"tf.keras.layers.{name}.build")


_cudnn("CuDNNGRU", 3)
_cudnn("CuDNNLSTM", 4)


# ConvLSTM2D


conv_lstm = types.layer_type("ConvLSTM2D", "tf.keras.layers.RNN", rank=2)


@conv_lstm.method(name="__init__", raw=True)
def conv_lstm_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    self = args[0]
    given, extra = bind(call, "tf.keras.layers.ConvLSTM2D", args[1:], kwargs)
    tools.unique_object_name(call.graph, "conv_lst_m2d_cell", zero_based=True)
    init_rnn(call, self, RNN, None, {k: given[k] for k in OF_LAYER if k in given}, extra)
    for key, value in given.items():
        if key not in OF_LAYER and key != "activity_regularizer":
            self.set(key, types.convert(call, conv_lstm.cls, key, value))
    self.set("_input_spec", ListValue([spec(ndim=5)]))
    self.set("<parameters>", tuple(given))


@conv_lstm.method(name="build")
def conv_lstm_build(call: Call, self: InstanceValue, input_shape: AnyValue) -> None:
    """TF: ConvLSTM2DCell.build."""
    attrs = self.attrs
    shape = dims_of(input_shape.items[0] if isinstance(input_shape, ListValue) else input_shape)
    axis = 2 if attrs.get("data_format") == "channels_first" else -1
    channels = types.input_dim(
        call, TensorShape(shape), axis, "The channel dimension of the inputs should be defined. Found `None`."
    )
    filters = attrs["filters"]
    weight(call, self, "kernel", (*attrs["kernel_size"], channels, filters * 4))
    weight(call, self, "recurrent_kernel", (*attrs["kernel_size"], filters, filters * 4), prefix="recurrent")
    weight(call, self, "bias", (filters * 4,), when=attrs["use_bias"], **forget_bias(call, self))
    self.set("built", True)


@conv_lstm.method(name="call", raw=True)
def conv_lstm_call(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    self, inputs = args[0], args[1]
    if isinstance(inputs, ListValue):
        inputs = inputs.items[0]
    attrs = self.attrs
    shape = dims_of(inputs)
    out: Any = Unknown("shape is not known")
    if isinstance(shape, tuple) and len(shape) == 5:
        first = attrs.get("data_format") == "channels_first"
        space = shape[3:] if first else shape[2:4]
        sizes = [
            conv_length(
                space[i], attrs["kernel_size"][i], attrs["padding"], attrs["strides"][i], attrs["dilation_rate"][i]
            )
            for i in range(2)
        ]
        image = (attrs["filters"], *sizes) if first else (*sizes, attrs["filters"])
        out = (shape[0], shape[1], *image) if is_on(attrs.get("return_sequences")) else (shape[0], *image)
    made = make(
        call,
        "StridedSlice",
        "strided_slice_8",
        out,
        dtype_of(inputs),
        deps_of(inputs, items_of(call.getattr(self, "weights"))),
    )
    return made


# Bidirectional


bidirectional = types.layer_type("Bidirectional", "tf.keras.layers.Wrapper")
BIDIRECTIONAL = bidirectional.cls


@bidirectional.method(name="__init__")
def bidirectional_init(
    call: Call,
    self: InstanceValue,
    layer: Any,
    merge_mode: Any,
    weights: Any,
    backward_layer: Any,
    kwargs: dict[str, Any],
) -> None:
    """TF: wrappers.Bidirectional.__init__. Both directions are made anew from the layer's configuration."""
    if isinstance(layer, Unknown):
        self.set("layer", layer)
        call.cannot_know("the layer in a Bidirectional is not known", may_make=True)
    else:
        forward = recreate(call, layer)
        backward = recreate(call, layer, True) if backward_layer is None else backward_layer
        for made, word in ((forward, "forward_"), (backward, "backward_")):
            made.set("_name", text([word, call.getattr(made, "name")]))
        self.set("forward_layer", forward)
        self.set("backward_layer", backward)
    self.set("merge_mode", merge_mode)
    for key in ("stateful", "return_sequences", "return_state"):
        self.set(key, call.getattr(layer, key))
    self.set("_self_setattr_tracking", False)
    call.invoke(tools.super_method(self, BIDIRECTIONAL, "__init__"), layer, **kwargs)
    self.set("_self_setattr_tracking", True)
    self.set("supports_masking", True)
    self.set("_input_spec", layer.attrs.get("_input_spec") if isinstance(layer, InstanceValue) else None)
    self.set(
        "_layers",
        ListValue([v for v in (self.attrs.get("forward_layer"), self.attrs.get("backward_layer")) if v is not None]),
    )


def recreate(call: Call, layer: InstanceValue, backwards: bool = False) -> InstanceValue:
    config = call.method(layer, "get_config")
    if backwards and hasattr(config, "items"):
        config.items["go_backwards"] = config.items.get("go_backwards") is not True
    made = call.method(layer.cls, "from_config", config)
    return made if isinstance(made, InstanceValue) else layer


@bidirectional.method(name="__call__", raw=True)
def bidirectional_dunder(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return rnn_dunder_call(call, args, kwargs)


@bidirectional.method(name="build")
def bidirectional_build(call: Call, self: InstanceValue, input_shape: AnyValue) -> None:
    """TF: Bidirectional.build."""
    shape = input_shape.items[0] if isinstance(input_shape, ListValue) else input_shape
    for name in ("forward_layer", "backward_layer"):
        inner = self.attrs.get(name)
        if isinstance(inner, InstanceValue):
            named = KERAS_DIRECTIONS.at(call.state.release)
            with scope(call, call.getattr(inner, "name")) if named else nullcontext():
                call.method(inner, "build", shape)
            inner.set("built", True)
    self.set("built", True)


@bidirectional.method(name="call", raw=True)
def bidirectional_call(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: Bidirectional.call."""
    self, inputs = args[0], args[1] if len(args) > 1 else kwargs.get("inputs")
    attrs = self.attrs
    given = {k: v for k, v in kwargs.items() if k in ("training", "mask") and v is not None}
    one_given = two_given = inputs
    if isinstance(inputs, ListValue) and len(inputs.items) > 1:
        half = len(inputs.items) // 2 + 1
        one_given = ListValue([inputs.items[0], *inputs.items[1:half]])
        two_given = ListValue([inputs.items[0], *inputs.items[half:]])
    initial = kwargs.get("initial_state")
    states = items_of(initial) if initial is not None else []
    half = len(states) // 2
    made = []
    for name, x, part in (("forward_layer", one_given, states[:half]), ("backward_layer", two_given, states[half:])):
        inner = attrs.get(name)
        if not isinstance(inner, InstanceValue):
            return Unknown("the layer in a Bidirectional is not known")
        more = {"initial_state": ListValue(part)} if part else {}
        made.append(call.invoke(inner, x, **given, **more))
    ends: list[Any] = []
    if is_on(attrs.get("return_state")):
        parts = [items_of(m) for m in made]
        ends = parts[0][1:] + parts[1][1:]
        made = [parts[0][0], parts[1][0]]
    mode = attrs.get("merge_mode")
    if is_on(attrs.get("return_sequences")):
        made[1] = op_like(call, made[1], "ReverseV2", inner=(("axis", "Const"),))
    if mode is None:
        return ListValue([*made, *ends])
    shape = dims_of(made[0])
    if mode == "concat":
        width = dimension(dims_of(made[1]), -1)
        if isinstance(shape, tuple):
            last = None if shape[-1] is None or width is None else shape[-1] + width
            shape = (*shape[:-1], last)
        output = op_like(
            call, made[0], "ConcatV2", "concat", shape=shape, deps=deps_of(made), inner=(("axis", "Const"),)
        )
    else:
        type, name = (
            {"sum": ("AddV2", "add"), "mul": ("Mul", "mul")}.get(mode, ("RealDiv", "truediv"))
            if isinstance(mode, str)
            else ("AddV2", hole("merge"))
        )
        output = op_like(call, made[0], type, name, deps=deps_of(made))
    return ListValue([output, *ends]) if ends else output
