"""What of a checkpoint is no weight of the model: optimizers' state, averages, counters; and how that is known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from scopelint.checkpoints.companions import AVERAGE, Companion, companions
from scopelint.checkpoints.records import Checkpoint, CheckpointTensor

Evidence = Literal["source", "graph", "objects", "structure", "name", "rule", "form"]
"""How it is known: the program makes it so; the graph that was saved says so; the file's object graph does; by where
it stands among the other keys and their shapes; by TF's own name for it alone; a rule says so; it has no values."""


@dataclass(frozen=True)
class Reason:
    """`of`: the variable that it is kept for. `certain` is false for what a name alone tells."""

    text: str
    evidence: Evidence
    of: str = ""
    certain: bool = True


@dataclass(frozen=True)
class Known:
    """What a program tells of its variables. `slots`: each with the line that makes it; `steps`: those that are the
    global step; `local`: those that no Saver saves by itself; `weights`: those that are trained."""

    slots: Mapping[str, str] = field(default_factory=dict)
    steps: Mapping[str, str] = field(default_factory=dict)
    local: Mapping[str, str] = field(default_factory=dict)
    weights: Mapping[str, str] = field(default_factory=dict)
    cells: frozenset[str] = frozenset()
    """Names of variables that RNN cells made."""
    mentions: Mapping[str, str] = field(default_factory=dict)
    """Of a weight that a cell made, the line of its program that speaks of a forget bias."""


_INTEGERS = frozenset(("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"))


def left_out(checkpoint: Checkpoint, known: Known) -> dict[str, Reason]:
    """The keys that are no weights. What the program or the saved graph has as a weight is never among them."""
    tensors = {tensor.key: tensor for tensor in checkpoint.tensors}
    names = {tensor.name: tensor for tensor in checkpoint.tensors if tensor.is_variable}
    shapes = {name: tensor.shape for name, tensor in names.items()}
    related = companions(names, shapes, frozenset(known.slots))
    trainable = checkpoint.trainable_keys or frozenset()
    saved = {each.key: each.trainable for each in checkpoint.graph_variables or ()}
    optimizers = _optimizer_objects(checkpoint)
    kinds = {
        each.optimizer for name, each in related.items() if each.kind == "slot" and _stands_below(names[name], names)
    }
    around = _around(names)
    found: dict[str, Reason] = {}
    for key, tensor in tensors.items():
        if not tensor.is_variable:
            found[key] = Reason("no variable of the model: an object graph, a lookup table, a metric's count", "form")
        elif checkpoint.kind == "Keras v3" and key.startswith("optimizer/"):
            found[key] = Reason("the optimizer's own: a part of the file of its own", "form")
        elif tensor.name in known.slots:
            found[key] = Reason(f"made by an optimizer or an average at {known.slots[tensor.name]}", "source")
        elif tensor.name in known.steps:
            found[key] = Reason(f"the global step, made at {known.steps[tensor.name]}", "source")
        elif tensor.name in known.local:
            found[key] = Reason(f"a local variable or a metric's, made at {known.local[tensor.name]}", "source")
        elif tensor.name in known.weights or key in trainable:
            continue
        else:
            reason = _by_structure(tensor, names, related.get(tensor.name), saved, optimizers, kinds, around)
            if reason is not None:
                found[key] = reason
    return found


def averages(checkpoint: Checkpoint) -> dict[str, str]:
    """Keys of moving averages, each with the name of the variable that it follows."""
    names = {tensor.name: tensor for tensor in checkpoint.tensors if tensor.is_variable}
    related = companions(names, {name: tensor.shape for name, tensor in names.items()})
    return {
        names[name].key: each.base for name, each in related.items() if each.kind == "average" and each.role == AVERAGE
    }


def _optimizer_objects(checkpoint: Checkpoint) -> frozenset[str]:
    """The objects, as keys name them, of which the object graph says that they keep slots. Those of Keras since 2.11
    keep them in a list, beside the number of their steps."""
    found = set()
    keys = [tensor.key for tensor in checkpoint.tensors]
    counting = {key.partition("/_iterations/")[0] for key in keys if "/_iterations/.ATTRIBUTES/" in key}
    for tensor in checkpoint.tensors:
        listed = re.match(r"(.+?)/_variables/\d+/\.ATTRIBUTES/", tensor.key)
        if listed and listed.group(1) in counting:
            found.add(listed.group(1) + "/")
        slot = re.search(r"/\.OPTIMIZER_SLOT/(.+?)/[^/]+/\.ATTRIBUTES/", tensor.key)
        if slot:
            found.add(slot.group(1) + "/")
    return frozenset(found)


def _by_structure(
    tensor: CheckpointTensor,
    names: Mapping[str, CheckpointTensor],
    companion: Companion | None,
    saved: Mapping[str, bool | None],
    optimizers: frozenset[str],
    kinds: set[str],
    around: Mapping[str, str],
) -> Reason | None:
    if tensor.slot_of:
        return Reason("a slot, as the object graph has it", "objects", tensor.slot_of)
    if any(tensor.key.startswith(prefix) for prefix in optimizers):
        return Reason("the optimizer's own, as the object graph has it", "objects")
    base = _stands_below(tensor, names) or around.get(tensor.name, "")
    if base:
        what = "an average" if companion is not None and companion.kind == "average" else "a slot"
        return Reason(f"{what}: below the name of a variable of its shape", "structure", base)
    if tensor.shape == () and tensor.dtype in _INTEGERS:
        return Reason("a whole number by itself: a counter, no weight", "structure")
    if saved.get(tensor.key) is False and tensor.shape == () and companion is not None:
        return Reason(f"a number of {companion.optimizer or 'the optimizer'}, not trained", "graph")
    if companion is None:
        return None
    if companion.kind == "scalar" and companion.optimizer in kinds:
        return Reason(f"a number of {companion.optimizer}, whose slots are in the file", "structure")
    if companion.kind == "scalar":
        return Reason(f"named as {companion.optimizer} names its number", "name", certain=False)
    if companion.kind == "average" and companion.base not in names and companion.role == AVERAGE:
        # It is all that is left of the variable: `stand_ins` puts it in its place.
        return None
    what = "an average" if companion.kind == "average" else f"a slot of {companion.optimizer or 'an optimizer'}"
    there = "" if companion.base in names else ", whose variable is not in the file"
    return Reason(f"named as {what} is{there}", "name", companion.base, False)


def _stands_below(tensor: CheckpointTensor, names: Mapping[str, CheckpointTensor]) -> str:
    """The variable under whose own name it stands with its shape: `w/Adam` under `w`, and `scope/scope/w/Adam`, made
    inside a scope, under `scope/w`. Factored optimizers keep one number a row and one a column instead."""
    head, _, leaf = tensor.name.rpartition("/")
    if leaf in ("biased", "local_step"):
        # TF: moving_averages._zero_debias keeps both below the average that it mends.
        average = names.get(f"{head}/biased")
        base = names.get(head) or names.get(head.rpartition("/")[0])
        if average is not None and base is not None and average.shape == base.shape:
            return base.name
    base = names.get(head)
    if base is None:
        inner = head
        while base is None and "/" in inner:
            inner = inner.partition("/")[2]
            if inner.startswith(head[: len(head) - len(inner)]):
                base = names.get(inner)
    if base is None or base.shape is None or tensor.shape is None:
        return ""
    if tensor.shape == base.shape or _is_factored(tensor, base, head, names):
        return base.name
    return ""


def _around(names: Mapping[str, CheckpointTensor]) -> dict[str, str]:
    """Slots that an optimizer names by a scope of its own around its variables' names, `training/Adam/dense/kernel/m`:
    the same scope and word around two variables or more, each with its variable's shape."""
    patterns: dict[tuple[str, str], dict[str, str]] = {}
    for name, tensor in names.items():
        head, _, leaf = name.rpartition("/")
        inner = head
        while "/" in inner:
            inner = inner.partition("/")[2]
            base = names.get(inner)
            if base is not None and base.shape == tensor.shape and head not in names:
                patterns.setdefault((head[: len(head) - len(inner)], leaf), {})[name] = inner
                break
    return {name: base for found in patterns.values() if len(found) > 1 for name, base in found.items()}


def _is_factored(
    tensor: CheckpointTensor, base: CheckpointTensor, head: str, names: Mapping[str, CheckpointTensor]
) -> bool:
    """Adafactor's: the means over the last axis and over the one before it, side by side."""
    shape = base.shape or ()
    if len(shape) < 2:
        return False
    rows, columns = shape[:-1], (*shape[:-2], shape[-1])
    if tensor.shape not in (rows, columns):
        return False
    below = [each.shape for name, each in names.items() if name.rpartition("/")[0] == head]
    return rows in below and columns in below and (rows != columns or below.count(rows) == 2)
