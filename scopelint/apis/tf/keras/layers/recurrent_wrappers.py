"""tf.keras.layers: the cuDNN forms of recurrent layers, ConvLSTM2D."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.framework.bare_op import make
from scopelint.apis.tf.framework.dims import dimension, dims_of
from scopelint.apis.tf.framework.op_inputs import deps_of
from scopelint.apis.tf.framework.python_values import dtype_of
from scopelint.apis.tf.framework.structures import items_of
from scopelint.apis.tf.keras import declaring as types
from scopelint.apis.tf.keras.base_layer import weight
from scopelint.apis.tf.keras.input_spec import spec
from scopelint.apis.tf.keras.layers.convolutional import check_size, conv_length
from scopelint.apis.tf.keras.layers.recurrent import OF_LAYER, RNN, check_initial, init_rnn, make_states, settle_spec
from scopelint.apis.tf.keras.layers.recurrent_cells import forget_bias, state_size
from scopelint.apis.tf.nn.conv import check_steps
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import InstanceValue, NativeFunction
from scopelint.values.tensors import TensorShape
from scopelint.values.truth import is_on

# the cuDNN forms


def _cudnn(name: str, gates: int) -> None:
    made = types.layer_type(name, "tf.keras.layers.RNN")
    cls = made.cls
    # TF: CuDNNLSTM._process_batch: the parts of both kernels and of the bias.
    cls.attrs["<slices>"] = gates * 4

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
        check_initial(call, self)
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
    if extra.pop("unroll", None):
        call.raise_("TypeError", "Unrolling isn't possible with convolutional RNNs.", "argument")
    of_cell = {k: v for k, v in given.items() if k not in OF_LAYER and k != "activity_regularizer"}
    of_cell = {key: types.convert(call, conv_lstm.cls, key, value) for key, value in of_cell.items()}
    own = {k: given[k] for k in OF_LAYER if k in given}
    init_rnn(call, self, RNN, None, own, extra, ("return_state", "time_major"))
    for key, value in of_cell.items():
        self.set(key, value)
    self.set("_input_spec", ListValue([spec(ndim=5)]))
    self.set("<parameters>", tuple(given))


def image_shape(self: InstanceValue, shape: Any) -> Any:
    """TF: ConvRNN2D.compute_output_shape, of one step without its batch."""
    attrs = self.attrs
    first = attrs.get("data_format") == "channels_first"
    if not isinstance(shape, tuple) or len(shape) != 5:
        return Unknown("shape is not known")
    space = shape[3:] if first else shape[2:4]
    sizes = [
        conv_length(space[i], attrs["kernel_size"][i], attrs["padding"], attrs["strides"][i], attrs["dilation_rate"][i])
        for i in range(2)
    ]
    return (attrs["filters"], *sizes) if first else (*sizes, attrs["filters"])


@conv_lstm.method(name="build")
def conv_lstm_build(call: Call, self: InstanceValue, input_shape: AnyValue) -> None:
    """TF: ConvRNN2D.build, ConvLSTM2DCell.build."""
    attrs = self.attrs
    shape = dims_of(input_shape.items[0] if isinstance(input_shape, ListValue) else input_shape)
    settle_spec(self, shape)
    axis = 2 if attrs.get("data_format") == "channels_first" else -1
    channels = types.input_dim(
        call, TensorShape(shape), axis, "The channel dimension of the inputs should be defined. Found `None`."
    )
    filters = attrs["filters"]
    weight(call, self, "kernel", (*attrs["kernel_size"], channels, filters * 4))
    weight(call, self, "recurrent_kernel", (*attrs["kernel_size"], filters, filters * 4), prefix="recurrent")
    weight(call, self, "bias", (filters * 4,), when=attrs["use_bias"], **forget_bias(call, self))
    if is_on(attrs.get("stateful")):
        batch, image = dimension(shape, 0, "batch"), image_shape(self, shape)
        if batch is None:
            call.raise_("TypeError", "__int__ returned non-int (type NoneType)", "layer")
        if isinstance(image, tuple):
            sizes = ListValue([batch, *image])
            self.set("_states", ListValue([call.new("tf.keras.backend.zeros", sizes) for _ in range(2)]))
    self.set("built", True)


@conv_lstm.method(name="call", raw=True)
def conv_lstm_call(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: ConvLSTM2D.call, with the convolutions of its cell."""
    self, inputs = args[0], args[1]
    if isinstance(inputs, ListValue):
        inputs = inputs.items[0]
    attrs, graph = self.attrs, call.graph
    shape, dtype = dims_of(inputs), dtype_of(inputs)
    check_steps(call, attrs["strides"], attrs["dilation_rate"])
    image = image_shape(self, shape)
    check_size(call, image, "Conv2D")
    deps = deps_of(inputs, items_of(call.getattr(self, "weights")))
    graph.op("Transpose", "transpose")
    for _ in range(2):
        graph.op("StridedSlice", "strided_slice")
        graph.op("Exit", "while/Exit")
    graph.op("Exit", "while/Exit")
    known = isinstance(image, tuple)
    out = (shape[0], *image) if known else image
    states = []
    if is_on(attrs.get("return_state")):
        states = [make(call, "Exit", "while/Exit", out, dtype, deps) for _ in range(2)]
    if is_on(attrs.get("return_sequences")):
        out = (*shape[:2], *image) if known else image
        made = make(call, "Transpose", "transpose", out, dtype, deps)
    else:
        made = make(call, "StridedSlice", "strided_slice", out, dtype, deps)
    return ListValue([made, *states]) if states else made
