"""The layers that Keras makes itself: of plain operations which lead from its inputs to what a layer or a model is
given, and of the losses and metrics that are added to a model."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.dims import dims_of
from scopelint.apis.tf.framework.keras_state import KerasState, keras
from scopelint.apis.tf.framework.node import Node
from scopelint.apis.tf.framework.op_defs import op_def
from scopelint.apis.tf.framework.op_inputs import deps_of, takes
from scopelint.apis.tf.framework.op_outputs import shapes_of
from scopelint.apis.tf.framework.structures import flatten
from scopelint.apis.tf.keras.base_layer_weights import init_layer
from scopelint.apis.tf.keras.nodes import add_node
from scopelint.graph.names import Graph
from scopelint.values.base import AnyValue
from scopelint.values.containers import ListValue
from scopelint.values.objects import InstanceValue, NativeObject
from scopelint.values.tensors import UNKNOWN_TYPE, Tensor

private = Namespace("tensorflow.python.keras.engine.base_layer")
operation_layer = private.type("TensorFlowOpLayer", bases=("tf.keras.layers.Layer",))


def add_histories(call: Call, tensors: list[Any], always: bool = False) -> None:
    """TF: base_layer_utils.create_keras_history. Where it is not known what an operation takes, its output gets a
    history that is none of a layer, and knows only which variables it depends on. `always`: whether or not one of the
    tensors comes from an Input."""
    state = keras(call)
    if all(state.history(x) is not None for x in tensors):
        return
    if not always and all(_comes_from_input(state, x) is False for x in tensors):
        return
    left = tensors[::-1]
    # What it takes is looked at first, but for what a loop of the graph leads back to.
    entered: set[int] = set()
    while left:
        tensor = left[-1]
        if not isinstance(tensor, Tensor) or state.history(tensor) is not None or tensor.op_type in ("", UNKNOWN_TYPE):
            left.pop()
            continue
        taken = _layer_inputs(state, tensor)
        entered.add(id(tensor))
        missing = [each for each in taken or () if state.history(each) is None and id(each) not in entered]
        if missing:
            left += reversed(missing)
            continue
        left.pop()
        if taken is None or "{" in tensor.op_name:
            state.set_history(tensor, NativeObject("keras op layer", tensor, {"_name": tensor.op_name}), 0, 0)
        else:
            _wrap(call, state, tensor, taken)


def _layer_inputs(state: KerasState, tensor: Tensor) -> list[Tensor] | None:
    """Those of the tensors that an operation takes which come from an Input; None where that is not known."""
    held = takes(tensor.graph, tensor.op_name, tensor.op_type)
    if held is None:
        return None
    found = []
    for each in held:
        comes = _comes_from_input(state, each)
        if comes is None:
            return None
        if comes:
            found.append(each)
    return found


def _comes_from_input(state: KerasState, value: AnyValue) -> bool | None:
    """TF: base_layer_utils.uses_keras_history; None where it is not known."""
    left, seen, known = [value], set(), True
    while left:
        x = left.pop()
        if not isinstance(x, Tensor):
            # A variable, of whatever kind.
            continue
        if state.history(x) is not None:
            return True
        if x.op_name in seen:
            continue
        seen.add(x.op_name)
        held = None if x.is_stand_in or "{" in x.op_name else takes(x.graph, x.op_name, x.op_type)
        if held is None:
            known = False
        else:
            left += held
    return False if known else None


def _wrap(call: Call, state: KerasState, tensor: Tensor, taken: list[Tensor]) -> None:
    graph: Graph = tensor.graph
    made = InstanceValue(operation_layer.cls)
    init_layer(call, made, name=f"tf_op_layer_{tensor.op_name}")
    made.set("<operation>", tensor)
    made.set("built", True)
    outputs = graph.tensors.get(tensor.op_name, {}) | {tensor.index: tensor}
    inputs = taken[0] if len(taken) == 1 else ListValue(taken)
    add_node(call, made, inputs, ListValue([outputs[index] for index in sorted(outputs)]))


@operation_layer.method(name="call", raw=True)
def make_again(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: TensorFlowOpLayer._make_op: the operation once more."""
    self, inputs = args[0], flatten(args[1])
    old: Tensor = self.attrs["<operation>"]
    node = self.attrs["_inbound_nodes"].items[0]
    taken = {id(one): two for one, two in zip(flatten(node.attrs["input_tensors"]), inputs, strict=False)}
    name = call.graph.op(old.op_type, old.op_name)
    shapes = _shapes_again(call, old, name, taken)
    deps = deps_of(*inputs)
    made = []
    for at, each in enumerate(flatten(node.attrs["output_tensors"])):
        shape = each.shape if shapes is None else shapes[at]
        made.append(Tensor(name, each.index, old.op_type, shape, each.dtype, call.graph, deps))
    return made[0] if len(made) == 1 else ListValue(made)


def _shapes_again(call: Call, old: Tensor, name: str, taken: dict[int, Any]) -> list[Any] | None:
    """The shapes of the outputs where other tensors are taken; None where they are as before."""
    held, definition = old.graph.inputs.get(old.op_name), op_def(old.op_type)
    members = held.values() if isinstance(held, dict) else held or ()
    leaves = [x for each in members for x in (each if isinstance(each, list) else [each])]
    if all(dims_of(x) == dims_of(taken[id(x)]) for x in leaves if id(x) in taken):
        return None
    # An attribute of another kind is not kept, and may decide of the shape.
    if (
        isinstance(held, dict)
        and definition is not None
        and all(attribute.kind == "type" or name == "N" for name, attribute in definition.attributes.items())
    ):
        ins = {
            key: [taken.get(id(x), x) for x in each] if isinstance(each, list) else taken.get(id(each), each)
            for key, each in held.items()
        }
        return shapes_of(Node(call, old.op_type, name, ins, {}), len(definition.outputs))
    why = call.unknown("the shape of an operation that is made once more")
    return [why] * (len(definition.outputs) if definition is not None else 1)


def _added(name: str, method: str) -> None:
    """TF: AddLoss, AddMetric. A layer that gives what it takes, and adds it under its own name."""
    made = private.type(name, bases=("tf.keras.layers.Layer",))

    def init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        init_layer(call, args[0])
        args[0].set("<given>", args[1:])

    def add(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        self, inputs = args[0], args[1]
        call.method(self, method, inputs, *self.attrs["<given>"])
        return inputs

    made.method(init, name="__init__", raw=True)
    made.method(add, name="call", raw=True)


_added("AddLoss", "add_loss")
_added("AddMetric", "add_metric")
