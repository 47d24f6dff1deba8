"""How a functional model finds and orders its layers, going back from its outputs."""

from __future__ import annotations

from collections import Counter
from typing import Any

from scopelint.apis.tf.framework.keras_state import KerasState
from scopelint.apis.tf.framework.structures import flatten
from scopelint.apis.tf.keras.nodes import node_at, node_inputs
from scopelint.values.objects import InstanceValue, NativeObject
from scopelint.values.tensors import Tensor


def sources(state: KerasState, tensor: Any) -> list[tuple[Any, tuple[Any, int, int]]]:
    """The keras tensors that an operation's tensor was made of: those that account for the variables it depends on,
    newest first. Operations between them make no variables."""
    # Where nobody knows what it depends on, none accounts for it.
    left = max(getattr(tensor, "deps", 0), 0)
    out = []
    for made, history in state.histories(tensor):
        if not left:
            break
        deps = made.deps
        if (
            made is not tensor
            and deps
            and not deps & ~tensor.deps
            and deps & left
            and isinstance(history[0], InstanceValue)
        ):
            out.append((made, history))
            left &= ~deps
    return out


def inbound(state: KerasState, node: NativeObject) -> list[tuple[Any, int]]:
    """The layers and nodes that a node's inputs come from; operations are looked through."""
    out: list[tuple[Any, int]] = []
    for x in node_inputs(node):
        history = state.history(x)
        if history is None:
            continue
        if isinstance(history[0], InstanceValue):
            out.append((history[0], history[1]))
        else:
            out += [(h[0], h[1]) for _, h in sources(state, x)]
    return out


def looked_through(state: KerasState, outputs: list[Tensor], nodes: list[Any]) -> list[Tensor]:
    """The tensors between the layers of a network of whose operations Keras made layers that are not known."""
    taken = [x for node in nodes for x in flatten(node.attrs["input_tensors"]) if isinstance(x, Tensor)]
    out = []
    for x in (*outputs, *taken):
        history = state.history(x)
        if history is None or not isinstance(history[0], InstanceValue):
            out.append(x)
    return out


def disconnected(state: KerasState, inputs: list[Tensor], nodes: list[Any]) -> str:
    """TF: what _map_graph_network says of the first tensor that the inputs do not lead to; empty where they do, and
    where operations that are no layers lie between, of which TF makes layers."""
    computable = {(x.op_name, x.index) for x in inputs}
    accessed: list[str] = []
    for node in nodes:
        layer = node.attrs["outbound_layer"]
        name = layer.attrs.get("_name")
        taken = flatten(node.attrs["input_tensors"])
        given = flatten(node.attrs["output_tensors"])
        if not all(isinstance(x, Tensor) and "{" not in x.op_name for x in (*taken, *given)):
            return ""
        for x in taken:
            history = state.history(x)
            if history is None or not isinstance(history[0], InstanceValue):
                return ""
            if (x.op_name, x.index) not in computable:
                return (
                    f'Graph disconnected: cannot obtain value for tensor {x} at layer "{name}". The following previous '
                    f"layers were accessed without issue: {accessed}"
                )
        computable.update((x.op_name, x.index) for x in given)
        accessed.append(name)
    return ""


def map_network(state: KerasState, inputs: list[Tensor], outputs: list[Tensor]) -> tuple[list[Any], list[Any], str]:
    """TF: network._map_graph_network. The layers by depth, the nodes in the order that they run in, and what is wrong.
    Written with a stack of its own, for networks are deeper than Python's."""
    decreasing: list[NativeObject] = []
    indices: dict[int, int] = {}
    layers: dict[int, Any] = {}
    finished: set[int] = set()
    started: set[int] = set()
    for x in outputs:
        history = state.history(x)
        starts = (
            []
            if history is None
            else (
                [(history[0], history[1])]
                if isinstance(history[0], InstanceValue)
                else [(h[0], h[1]) for _, h in sources(state, x)]
            )
        )
        for layer, index in starts:
            stack: list[tuple[Any, NativeObject, Any]] = []
            _push(state, layer, index, stack, indices, layers, finished, started)
            while stack:
                _, node, rest = stack[-1]
                following = next(rest, None)
                if following is None:
                    stack.pop()
                    finished.add(id(node))
                    decreasing.append(node)
                else:
                    _push(state, following[0], following[1], stack, indices, layers, finished, started)
    depths: dict[int, int] = {}
    layer_depths: dict[int, int] = {}
    for node in reversed(decreasing):
        layer = node.attrs["outbound_layer"]
        depth = max(depths.get(id(node), 0), layer_depths.get(id(layer), 0))
        layer_depths[id(layer)] = depths[id(node)] = depth
        for other, index in inbound(state, node):
            before = node_at(other, index)
            if before is not None:
                depths[id(before)] = max(depth + 1, depths.get(id(before), 0))
    for x in inputs:
        history = state.history(x)
        if history is not None and isinstance(history[0], InstanceValue) and id(history[0]) not in layer_depths:
            layers[id(history[0])] = history[0]
            layer_depths[id(history[0])], indices[id(history[0])] = 0, -1
    # Python's sort is stable, as TF's own lists by depth are.
    ordered = sorted(layer_depths, key=lambda key: (-layer_depths[key], indices[key]))
    found = [layers[key] for key in ordered]
    nodes = sorted(decreasing, key=lambda node: -depths[id(node)])
    names = [layer.attrs.get("_name") for layer in found]
    for name, times in Counter(name for name in names if isinstance(name, str)).items():
        if times != 1:
            problem = f'The name "{name}" is used {times} times in the model. All layer names should be unique.'
            return found, nodes, problem
    return found, nodes, ""


def lengthened(
    state: KerasState, layers: list[Any], nodes: tuple[NativeObject, ...], output: Tensor
) -> tuple[list[Any], list[Any]] | None:
    """What `map_network` gives for a network that was one row of layers, and whose output went through one layer more;
    None where it was something else. A model that grows by one layer at a time would else be gone through each time."""
    history = state.history(output)
    if history is None or not isinstance(history[0], InstanceValue) or not nodes or len(layers) != len(nodes):
        return None
    layer, last = history[0], nodes[-1]
    node = node_at(layer, history[1])
    if node is None or last.attrs["outbound_layer"] is not layers[-1]:
        return None
    before = inbound(state, node)
    name = layer.attrs.get("_name")
    if len(before) != 1 or node_at(*before[0]) is not last or _is_taken(name, layers):
        return None
    return [*layers, layer], [*nodes, node]


def _is_taken(name: Any, layers: list[Any]) -> bool:
    """Has one of the layers this name? One that is not known is taken for a name of its own."""
    names = [each.attrs.get("_name") for each in layers]
    return isinstance(name, str) and name in [taken for taken in names if isinstance(taken, str)]


def _push(
    state: KerasState,
    layer: Any,
    index: int,
    stack: list[Any],
    indices: dict[int, int],
    layers: dict[int, Any],
    finished: set[int],
    started: set[int],
) -> None:
    node = node_at(layer, index)
    if node is None or id(node) in finished or id(node) in started:
        return
    started.add(id(node))
    if id(layer) not in indices:
        indices[id(layer)] = len(indices)
        layers[id(layer)] = layer
    stack.append((layer, node, iter(inbound(state, node))))
