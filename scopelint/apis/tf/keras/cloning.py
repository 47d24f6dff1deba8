"""tf.keras.models.clone_model, and models made again of their own configuration."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.tf.framework.keras_state import keras
from scopelint.apis.tf.framework.structures import flatten, mapped
from scopelint.apis.tf.keras.base_layer import nested_layers, own
from scopelint.apis.tf.keras.inputs import input_layer
from scopelint.apis.tf.keras.models import MODEL, NETWORK, is_graph, network
from scopelint.apis.tf.keras.nodes import node_inputs
from scopelint.apis.tf.keras.sequential import SEQUENTIAL, models
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import ClassValue, InstanceValue
from scopelint.values.tensors import Tensor

HELD = "<model>"
"""In the configuration of a model: the model, of which the configuration itself is not spelt out."""


def copied(call: Call, layer: Any, function: Any) -> Any:
    """TF: _clone_layer, or what the program gives for it."""
    if function is not None:
        return call.invoke(function, layer)
    if isinstance(layer, InstanceValue) and layer.cls.derives_from(NETWORK):
        return again(call, layer, None, None, True)
    config = call.method(layer, "get_config")
    if isinstance(config, Unknown):
        return call.cannot_know("the configuration of a layer that is cloned is not known", may_make=True)
    return call.method(layer.cls, "from_config", config)


def inputs_for(call: Call, layer: Any, tensor: Any) -> Any:
    """TF: a new Input for each old one, or around each tensor that was given and is none of Keras'."""
    name = layer.attrs.get("_name")
    if tensor is None:
        return call.new(
            "tf.keras.Input",
            batch_shape=layer.attrs.get("_batch_input_shape"),
            dtype=layer.attrs.get("<dtype>"),
            name=name,
        )
    if keras(call).history(tensor) is not None:
        return tensor
    return call.new("tf.keras.Input", tensor=tensor, name=f"input_wrapper_for_{name}")


def again(call: Call, model: InstanceValue, given: AnyValue, function: AnyValue, at_once: bool = False) -> Any:
    """TF: _clone_sequential_model and _clone_functional_model, which make each layer where it is first called; and
    reconstruct_from_config, which makes all of them first (`at_once`)."""
    tensors = None if given is None else flatten(given)
    if model.cls.derives_from(SEQUENTIAL):
        made = [
            copied(call, layer, None if layer.cls.derives_from(input_layer.cls) else function)
            for layer in nested_layers(model)
            if tensors is None or not layer.cls.derives_from(input_layer.cls)
        ]
        if tensors is not None:
            tensor = call.invoke(call.find("tf.convert_to_tensor"), tensors[0])
            made.insert(0, call.new("tf.keras.layers.InputLayer", input_tensor=tensor))
        return call.invoke(SEQUENTIAL, ListValue(made), name=model.attrs.get("_name"))
    if not is_graph(model):
        call.raise_(
            "ValueError",
            "Expected `model` argument to be a functional `Model` instance, but got a subclass model instead.",
            kind="argument",
        )
    layers: dict[int, Any] = {}
    known: dict[int, Any] = {}
    fresh = []
    for at, old in enumerate(own(model, "inputs")):
        history = keras(call).history(old)
        if history is None:
            return call.cannot_know("what a cloned model takes is not known", may_make=True)
        new = inputs_for(call, history[0], None if tensors is None else tensors[at])
        known[id(old)] = new
        fresh.append(new)
    if at_once:
        for layer in nested_layers(model):
            if not layer.cls.derives_from(input_layer.cls):
                layers[id(layer)] = copied(call, layer, None)
    for node in model.attrs.get("<nodes>", ()):
        old = node.attrs["outbound_layer"]
        if old.cls.derives_from(input_layer.cls):
            continue
        if id(old) not in layers:
            layers[id(old)] = copied(call, old, function)
        layer = layers[id(old)]
        for x in node_inputs(node):
            if id(x) not in known and isinstance(x, Tensor):
                known[id(x)] = x
        made = call.invoke(
            layer,
            mapped(lambda x: known.get(id(x), x), node.attrs["input_tensors"]),
            **dict(node.attrs.get("arguments") or {}),
        )
        for old, new in zip(flatten(node.attrs["output_tensors"]), flatten(made), strict=False):
            known[id(old)] = new
    outputs = mapped(lambda x: known.get(id(x), x), model.attrs.get("_nested_outputs"))
    return call.invoke(MODEL, ListValue(fresh), outputs, name=model.attrs.get("_name"))


@models.function
def clone_model(call: Call, model: AnyValue, input_tensors: AnyValue, clone_function: AnyValue) -> Any:
    if not isinstance(model, InstanceValue) or not model.cls.derives_from(NETWORK):
        return call.cannot_know("what a cloned model makes is not known", may_make=True)
    return again(call, model, input_tensors, clone_function)


@network.method(name="get_config")
def network_config(call: Call, self: InstanceValue) -> Any:
    return DictValue({"name": self.attrs.get("_name"), HELD: self}, call.unknown("a model's configuration is not kept"))


@network.classmethod
def from_config(call: Call, cls: ClassValue, config: AnyValue, custom_objects: AnyValue = None) -> Any:
    """TF: Network.from_config. A model that the program wrote by hand is made by its own class."""
    held = config.items.get(HELD) if isinstance(config, DictValue) else None
    if not isinstance(held, InstanceValue):
        return call.cannot_know("a model's configuration is not known", may_make=True)
    return again(call, held, None, None, True)
