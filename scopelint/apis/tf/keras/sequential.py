"""tf.keras.Sequential and tf.keras.models."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework.keras_state import keras
from scopelint.apis.tf.framework.structures import flatten, items_of
from scopelint.apis.tf.keras import base_layer
from scopelint.apis.tf.keras.base_layer import LAYER, nested_layers, own
from scopelint.apis.tf.keras.base_layer_attributes import MAY_BE_BUILT, OTHERS
from scopelint.apis.tf.keras.inputs import input_layer, make_input, tf_keras
from scopelint.apis.tf.keras.models import (
    MODEL,
    NETWORK,
    init_graph_network,
    is_graph,
    known_layers,
    network_build,
    refuse_legacy,
    run_internal_graph,
)
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import OPEN_KEYWORDS, InstanceValue
from scopelint.values.seen import is_unseen, unseen
from scopelint.values.tensors import Tensor
from scopelint.values.text import hole, text

# Sequential


sequential = tf_keras.type("Sequential", bases=(MODEL,))
SEQUENTIAL = sequential.cls


@sequential.method(name="__init__")
def sequential_init(call: Call, self: InstanceValue, layers: AnyValue, name: AnyValue) -> None:
    """TF: Sequential.__init__."""
    call.invoke(tools.super_method(self, SEQUENTIAL, "__init__"), name=name)
    self.set("supports_masking", True)
    self.set("_compute_output_and_mask_jointly", True)
    if layers is None:
        return
    rest = layers.rest if isinstance(layers, ListValue) else None
    if isinstance(layers, ListValue) and rest is not None and not is_unseen(rest):
        firm = len(layers.items) if layers.firm is None else layers.firm
        layers = ListValue([*layers.items[:firm], rest.derive(""), *layers.items[firm:]])
    members = call.members(layers) if not isinstance(layers, InstanceValue) else [layers]
    if isinstance(members, Unknown):
        call.method(self, "add", members)
        return
    for child in members:
        call.method(self, "add", child)


@sequential.method
def add(call: Call, self: InstanceValue, layer: AnyValue) -> None:
    """TF: Sequential.add."""
    state = keras(call)
    if isinstance(layer, Tensor):
        history = state.history(layer)
        if history is not None and isinstance(history[0], InstanceValue):
            layer = history[0]
    if isinstance(layer, Unknown):
        # What it makes of its input is not known: so it is with a layer of a function that is not known.
        call.cannot_know("a layer of a Sequential is not known", may_make=True)
        if not own(self, "_layers"):
            # With a shape of its input, the model is built.
            self.set(MAY_BE_BUILT, True)
        # Nor whether it is one layer.
        self.set(OTHERS, unseen(layer))
        layer = call.new("tf.keras.layers.Lambda", layer, name=hole("layer"))
    if not isinstance(layer, InstanceValue) or not layer.cls.derives_from(LAYER):
        call.raise_(
            "TypeError",
            f"The added layer must be an instance of class Layer. Found: {call.to_string(layer)}",
            "argument",
        )
    refuse_legacy(call, [layer])
    self.set("built", False)
    made_inputs = False
    if not own(self, "_layers"):
        if layer.cls.derives_from(input_layer.cls):
            made_inputs = True
        else:
            shape, dtype = first_shape(layer)
            if shape is None and OPEN_KEYWORDS in layer.attrs:
                call.cannot_know("whether the first layer of a Sequential says its input's shape", may_make=True)
                self.set(MAY_BE_BUILT, True)
            if shape is not None:
                x = make_input(
                    call,
                    (),
                    {"batch_shape": shape, "dtype": dtype, "name": text([call.getattr(layer, "name"), "_input"])},
                )
                call.invoke(layer, x)
                made_inputs = True
        if made_inputs:
            node = own(layer, "_inbound_nodes")[-1]
            outputs = flatten(node.attrs["output_tensors"])
            if len(outputs) != 1:
                call.raise_(
                    "ValueError",
                    "All layers in a Sequential model should have a single output tensor. For "
                    "multi-output layers, use the functional API.",
                    "layer",
                )
            sources = flatten(node.attrs["input_tensors"])
            self.set("outputs", ListValue(outputs))
            self.set("inputs", ListValue(sources))
    elif own(self, "outputs"):
        made = call.invoke(layer, own(self, "outputs")[0])
        self.set("outputs", ListValue([made]))
    if own(self, "outputs"):
        self.set("built", True)
    if made_inputs or is_graph(self):
        init_graph_network(call, self, self.attrs["inputs"], self.attrs["outputs"], name=self.attrs.get("_name"))
    else:
        tools.append(self, "_layers", layer)


def first_shape(layer: InstanceValue) -> tuple[Any, Any]:
    """TF: training_utils.get_input_shape_and_dtype, which looks into models for their first layer."""
    while layer.cls.derives_from(NETWORK) and own(layer, "_layers"):
        layer = own(layer, "_layers")[0]
    shape = layer.attrs.get("_batch_input_shape")
    return shape, layer.attrs.get("<dtype>")


@sequential.property
def layers(call: Call, self: InstanceValue) -> Any:
    held = nested_layers(self)
    return known_layers(self, held[1:] if held and held[0].cls.derives_from(input_layer.cls) else held)


@sequential.method
def pop(call: Call, self: InstanceValue) -> None:
    """TF: Sequential.pop."""
    held = self.attrs["_layers"]
    if not held.items:
        call.raise_("TypeError", "There are no layers in the model.", "layer")
    held.touch()
    held.items.pop()
    if is_graph(self) and held.items:
        last = own(held.items[-1], "_inbound_nodes")
        if last:
            init_graph_network(
                call,
                self,
                self.attrs["inputs"],
                ListValue(flatten(last[-1].attrs["output_tensors"])),
                name=self.attrs.get("_name"),
            )


@sequential.method(name="build", raw=True)
def sequential_build(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: Sequential.build."""
    self = args[0]
    shape = args[1] if len(args) > 1 else kwargs.get("input_shape")
    if not is_graph(self):
        if shape is None:
            call.raise_("ValueError", "You must provide an `input_shape` argument.", "argument")
        network_build(call, (self, shape), {})
    self.set("built", True)


@sequential.method(name="call")
def sequential_call(call: Call, self: InstanceValue, inputs: AnyValue, training: AnyValue, mask: AnyValue) -> Any:
    """TF: Sequential.call."""
    if is_graph(self):
        return run_internal_graph(call, self, inputs, training)
    state = keras(call)
    for child in items_of(call.getattr(self, "layers")):
        given = {}
        names = base_layer.call_parameters(call, child)[0]
        if "mask" in names:
            given["mask"] = mask
        if "training" in names:
            given["training"] = training
        inputs = call.invoke(child, inputs, **given)
        mask = state.mask(inputs)
    return inputs


@sequential.method(name="compute_output_shape")
def sequential_shape(call: Call, self: InstanceValue, input_shape: AnyValue) -> Any:
    shape = input_shape
    for child in items_of(call.getattr(self, "layers")):
        shape = call.method(child, "compute_output_shape", shape)
    return shape


base_layer.DEFAULT_BUILDS.update({network_build, sequential_build})

models = Namespace("tf.keras.models")


@models.function(raw=True)
def load_model(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return call.cannot_know("a model that is read from a file", may_make=True)


@models.function(raw=True)
def save_model(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    return None


for _name in ("model_from_json", "model_from_yaml", "model_from_config"):
    models.function(load_model, name=_name, raw=True)
