"""The nodes of Keras's networks: each is one call of a layer, and knows what it took and gave."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework.keras_state import keras
from scopelint.apis.tf.framework.structures import flatten
from scopelint.values.base import AnyValue
from scopelint.values.containers import ListValue
from scopelint.values.objects import InstanceValue, NativeObject


def node_inputs(node: Any) -> list[Any]:
    return flatten(node.attrs["input_tensors"])


def node_at(layer: InstanceValue, index: int) -> NativeObject | None:
    held = layer.attrs["_inbound_nodes"].items
    return held[index] if index < len(held) else (held[-1] if held else None)


def note_node(
    layer: InstanceValue, inputs: AnyValue, outputs: AnyValue, inbound: Iterable[Any] = (), arguments: Any = None
) -> NativeObject:
    """Notes that a layer took and gave these tensors. `inbound`: the histories of what it took, but where it took
    nothing from a layer."""
    node = NativeObject(
        "keras node",
        None,
        {
            "input_tensors": inputs,
            "output_tensors": outputs,
            "inbound_layers": list(inbound),
            "outbound_layer": layer,
            "arguments": arguments,
        },
    )
    tools.append(layer, "_inbound_nodes", node)
    return node


def add_node(call: Call, self: InstanceValue, inputs: AnyValue, outputs: AnyValue, arguments: Any = None) -> None:
    """TF: Layer._add_inbound_node."""
    state = keras(call)
    held = self.attrs.get("_inbound_nodes")
    number = len(held.items) if isinstance(held, ListValue) else 0
    inbound = [(state.history(x) or (None, 0, 0)) for x in flatten(inputs)]
    node = note_node(self, inputs, outputs, inbound, arguments)
    for producer, _, _ in inbound:
        if isinstance(producer, InstanceValue):
            tools.append(producer, "_outbound_nodes", node)
    for at, tensor in enumerate(flatten(outputs)):
        state.set_history(tensor, self, number, at)
