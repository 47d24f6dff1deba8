"""What keras keeps beside the graph: which layer made a tensor, masks, the learning phase, its settings."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.graph.undo_dict import MISSING, UndoDict
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.tensors import DTYPES, NOT_CONSTANT, Tensor


def _join(key: Any, one: Any, two: Any, join: Any) -> Any:
    if one is MISSING or two is MISSING:
        return two if one is MISSING else one
    return join(one, two)


class KerasState:
    """One for a run. Every part of it is logged, so forks take it back and join it."""

    def __init__(self) -> None:
        self._facts = UndoDict(_join)

    def get(self, *key: Any, default: AnyValue = None) -> Any:
        found = self._facts.items.get(key, MISSING)
        return default if found is MISSING else found

    def put(self, *key_and_value: Any) -> None:
        *key, value = key_and_value
        self._facts.set(tuple(key), value)

    # The tensor itself is kept beside the answer: its id is its own only as long as it lives.

    def history(self, tensor: AnyValue) -> tuple[Any, int, int] | None:
        """TF: tensor._keras_history, as (layer, index of the node, index of the tensor)."""
        found = self.get("history", id(tensor))
        return found[1] if isinstance(found, tuple) else None

    def set_history(self, tensor: AnyValue, layer: AnyValue, node: int, index: int) -> None:
        self.put("history", id(tensor), (tensor, (layer, node, index)))

    def histories(self, before: AnyValue) -> list[tuple[Any, tuple[Any, int, int]]]:
        """The tensors of layers that got their history before this one did, newest first."""
        facts, own = self._facts.items, ("history", id(before))
        out = []
        for key in facts:
            if key == own:
                break
            if key[0] == "history" and isinstance(facts[key], tuple):
                out.append(facts[key])
        return out[::-1]

    def mask(self, tensor: AnyValue) -> Any:
        """TF: tensor._keras_mask."""
        found = self.get("mask", id(tensor))
        if isinstance(found, tuple):
            return found[1]
        unseen = isinstance(tensor, Unknown) or (isinstance(tensor, Tensor) and "{" in tensor.op_name)
        if unseen and self._has_masks():
            # One of two tensors, or one that was made unseen.
            return Unknown("the mask of a tensor that is not known")
        return None

    def _has_masks(self) -> bool:
        facts = self._facts.items
        return any(key[0] == "mask" and isinstance(facts[key], tuple) and facts[key][1] is not None for key in facts)

    def set_mask(self, tensor: AnyValue, mask: AnyValue) -> None:
        self.put("mask", id(tensor), (tensor, mask))

    @property
    def floatx(self) -> Any:
        return self.get("floatx", default="float32")

    @property
    def float_dtype(self) -> Any:
        name = self.floatx
        return DTYPES.get(name, DTYPES["float32"]) if isinstance(name, str) else Unknown("floatx is not known")

    @property
    def image_data_format(self) -> Any:
        return self.get("image_data_format", default="channels_last")


def keras(call: Call) -> KerasState:
    """The keras state of this run."""
    shelf = call.state.shelf
    found = shelf.get("keras")
    if found is None:
        found = shelf["keras"] = KerasState()
    return found


def learning_phase(call: Call) -> Any:
    """TF: backend.learning_phase. The placeholder of a graph is made when first asked for, outside of all scopes."""
    state = keras(call)
    graph = call.graph
    phase = state.get("phase", graph.index)
    if phase is not None:
        return phase
    scope = graph.name_scope("")
    scope.enter()
    try:
        graph.op("Const", "keras_learning_phase/input")
        name = graph.op("PlaceholderWithDefault", "keras_learning_phase")
    finally:
        scope.exit()
    made = Tensor(name, 0, "PlaceholderWithDefault", (), DTYPES["bool"], graph, 0, NOT_CONSTANT)
    state.put("phase", graph.index, made)
    return made


def training_of(call: Call, training: AnyValue) -> Any:
    """The training argument of a layer's `call`: True, False, a tensor, or Unknown."""
    if training is None:
        training = learning_phase(call)
    if isinstance(training, Tensor) and training.const is not NOT_CONSTANT:
        return bool(training.const)
    if isinstance(training, (int, float)):
        return bool(training)
    return training
