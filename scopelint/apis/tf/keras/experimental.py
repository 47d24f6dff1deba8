"""tf.keras.experimental: linear and wide-and-deep models, the LSTM cell with peepholes."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.framework.structures import items_of
from scopelint.apis.tf.keras import declaring as types
from scopelint.apis.tf.keras import training  # noqa: F401  (the models that are made can be trained)
from scopelint.apis.tf.keras.base_layer import weight
from scopelint.apis.tf.keras.by_name import activation
from scopelint.apis.tf.keras.layers.core import bias_add
from scopelint.apis.tf.keras.layers.recurrent_cells import forget_bias  # noqa: F401  (declares the cell that this one extends)
from scopelint.values.base import AnyValue
from scopelint.values.containers import ListValue
from scopelint.values.objects import InstanceValue

experimental = Namespace("tf.keras.experimental")

linear = experimental.type("LinearModel", bases=("tf.keras.Model",))


@linear.method(name="__init__", raw=True)
def linear_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: premade.LinearModel.__init__."""
    self = args[0]
    given, extra = bind(call, "tf.keras.experimental.LinearModel", args[1:], kwargs)
    for key, value in given.items():
        self.set(key, types.convert(call, linear.cls, key, value))
    call.invoke(tools.super_method(self, linear.cls, "__init__"), **extra)


@linear.method(name="build", raw=True)
def linear_build(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: premade.LinearModel.build."""
    self, shape = args[0], args[1]
    layers = ListValue()
    for _ in shape.items if isinstance(shape, ListValue) else [shape]:
        layers.items.append(
            call.new(
                "tf.keras.layers.Dense",
                units=self.attrs["units"],
                use_bias=False,
                kernel_initializer=self.attrs["kernel_initializer"],
                kernel_regularizer=self.attrs["kernel_regularizer"],
            )
        )
    call.setattr(self, "dense_layers", layers)
    weight(call, self, "bias", (self.attrs["units"],), when=self.attrs["use_bias"])


@linear.method(name="call", raw=True)
def linear_call(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: premade.LinearModel.call."""
    self, inputs = args[0], args[1]
    members = items_of(inputs) if isinstance(inputs, (ListValue, tuple)) else [inputs]
    result: Any = None
    for x, layer in zip(members, items_of(self.attrs["dense_layers"]), strict=False):
        made = call.invoke(layer, x)
        result = made if result is None else call.binary("+", result, made)
    if self.attrs.get("bias") is not None:
        result = bias_add(call, result, self.attrs["bias"])
    return tools.activate(call, self.attrs.get("activation"), result)


wide_deep = experimental.type("WideDeepModel", bases=("tf.keras.Model",))


@wide_deep.method(name="__init__", raw=True)
def wide_deep_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: premade.WideDeepModel.__init__."""
    self = args[0]
    given, extra = bind(call, "tf.keras.experimental.WideDeepModel", args[1:], kwargs)
    call.invoke(tools.super_method(self, wide_deep.cls, "__init__"), **extra)
    call.setattr(self, "linear_model", given["linear_model"])
    call.setattr(self, "dnn_model", given["dnn_model"])
    self.set("activation", activation(call, given["activation"]))


@wide_deep.method(name="call", raw=True)
def wide_deep_call(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: premade.WideDeepModel.call."""
    self, inputs = args[0], args[1]
    pair = items_of(inputs) if isinstance(inputs, (ListValue, tuple)) else [inputs, inputs]
    one = call.invoke(self.attrs["linear_model"], pair[0])
    two = call.invoke(self.attrs["dnn_model"], pair[1] if len(pair) > 1 else pair[0])
    return tools.activate(call, self.attrs.get("activation"), call.binary("+", one, two))


peephole = experimental.type("PeepholeLSTMCell", bases=("tf.keras.layers.LSTMCell",))


@peephole.method(name="build")
def peephole_build(call: Call, self: InstanceValue, input_shape: AnyValue) -> None:
    """TF: PeepholeLSTMCell.build."""
    call.invoke(tools.super_method(self, peephole.cls, "build"), input_shape)
    for gate in ("input", "forget", "output"):
        weight(
            call,
            self,
            f"{gate}_gate_peephole_weights",
            (self.attrs["units"],),
            initializer=self.attrs["kernel_initializer"],
        )
