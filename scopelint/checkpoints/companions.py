"""Which tensors belong to another one: slots of optimizers, moving averages, and the optimizers' own scalars."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

AVERAGE = "ExponentialMovingAverage"

SLOT_LEAVES: Mapping[str, str] = {
    # TF: the default names of tf.train's and tf.contrib.opt's optimizers, with which slot_creator names their slots.
    "Adam": "Adam",
    "AdamAsync": "Adam",
    "AdaMax": "AdaMax",
    "Adadelta": "Adadelta",
    "Adagrad": "Adagrad",
    "AdagradDA": "AdagradDA",
    "AddSign": "AddSign",
    "Ftrl": "Ftrl",
    "GGTOptimizer": "GGT",
    "LARSOptimizer": "LARS",
    "Momentum": "Momentum",
    "MomentumW": "Momentum",
    "AdamW": "Adam",
    "PowerSign": "PowerSign",
    "RMSProp": "RMSProp",
    "Shampoo": "Shampoo",
    "YellowFin": "YellowFin",
    # The names that published optimizers give theirs by hand: BERT's AdamWeightDecay, LAMB, Adafactor.
    "adam_m": "AdamWeightDecay",
    "adam_v": "AdamWeightDecay",
    "lamb_m": "LAMB",
    "lamb_v": "LAMB",
    "vr": "Adafactor",
    "vc": "Adafactor",
    "slot_m": "Adafactor",
}
_OBJECT_SLOTS = {"m": "Adam", "v": "Adam", "vhat": "Adam", "momentum": "momentum", "rms": "RMSprop", "accumulator": ""}
"""Slots as Keras names them. These words are common, so that they count below another key of the same shape alone."""

_SCALARS: Mapping[str, str] = {"beta1_power": "Adam", "beta2_power": "Adam", "momentum_power": "Adam"}
_NUMBERED = re.compile(r"^(.*?)_(\d+)$")
_KERAS_SCALAR = re.compile(r"^(?:training(?:_\d+)?/)?(Adam|SGD|RMSprop|Adagrad|Adadelta|Adamax|Nadam)(?:_\d+)?/(\w+)$")

Kind = Literal["slot", "average", "scalar"]


@dataclass(frozen=True, slots=True)
class Companion:
    """`base`: the name of the variable it belongs to, empty for an optimizer's own scalar. `role`: what it is to it,
    the same on both sides of a comparison: `Adam_1`. `optimizer`: by its name, empty where the name does not tell.
    `doubled`: the scope that stands in front of the base's name a second time, as slots made inside a scope have it."""

    kind: Kind
    base: str
    role: str
    optimizer: str = ""
    doubled: str = ""


def without_number(leaf: str) -> str:
    """`Adam_1` is the second slot, or the slot of a second optimizer, of the same name."""
    found = _NUMBERED.match(leaf)
    return found.group(1) if found else leaf


def companions(
    names: Iterable[str],
    shapes: Mapping[str, tuple[int | None, ...] | None],
    made_as_slots: frozenset[str] = frozenset(),
) -> dict[str, Companion]:
    """The companions among these names. `made_as_slots`: those of which the source itself tells it."""
    known = set(names)
    found: dict[str, Companion] = {}
    for name in known:
        companion = _companion(name, known, shapes, name in made_as_slots)
        if companion is not None:
            found[name] = companion
    return found


def _companion(
    name: str, known: set[str], shapes: Mapping[str, tuple[int | None, ...] | None], is_slot: bool
) -> Companion | None:
    head, _, leaf = name.rpartition("/")
    word = without_number(leaf)
    if word in _SCALARS and not shapes.get(name):
        return Companion("scalar", "", leaf, _SCALARS[word], head)
    keras = _KERAS_SCALAR.match(name)
    if keras and not shapes.get(name) and (keras.group(2) in ("iter", "iterations", "decay", "learning_rate", "lr")):
        return Companion("scalar", "", keras.group(2), keras.group(1))
    if not head:
        return Companion("slot", "", leaf, word) if is_slot else None
    if leaf in ("biased", "local_step"):
        # TF: moving_averages._zero_debias, of ExponentialMovingAverage and of assign_moving_average.
        above, _, last = head.rpartition("/")
        if last.startswith(AVERAGE):
            return _below(above, f"{AVERAGE}/{leaf}", "average", "", known)
        return _below(head, leaf, "average", "", known)
    if word == AVERAGE:
        return _below(head, leaf, "average", "", known)
    if word in SLOT_LEAVES and (head in known or len(word) > 2):
        return _below(head, leaf, "slot", SLOT_LEAVES[word], known)
    if head in known and (is_slot or shapes.get(head) == shapes.get(name)):
        # A variable below a variable's own name is what slot_creator makes, whatever the optimizer is called.
        return Companion("slot", head, leaf, _OBJECT_SLOTS.get(word, word))
    base = _undoubled(head, known)
    if base and (is_slot or shapes.get(base) == shapes.get(name)):
        scope = head[: len(head) - len(base)]
        if word in _OBJECT_SLOTS or is_slot or base.startswith(scope):
            return Companion("slot", base, leaf, _OBJECT_SLOTS.get(word, word), scope)
    return Companion("slot", head, leaf, word) if is_slot else None


def _below(head: str, role: str, kind: Kind, optimizer: str, known: set[str]) -> Companion:
    base = head if head in known else _undoubled(head, known)
    if not base:
        # The file may hold the slots alone. Where the scope stands twice, what it repeats is the variable.
        parts = head.split("/")
        for size in range(1, len(parts) // 2 + 1):
            if parts[:size] == parts[size : 2 * size]:
                base = "/".join(parts[size:])
                break
        else:
            base = head
    return Companion(kind, base, role, optimizer, head[: len(head) - len(base)])


def _undoubled(head: str, known: set[str]) -> str:
    """The longest known name that `head` ends in: of `scope/scope/w` it is `scope/w`."""
    rest = head
    while "/" in rest:
        rest = rest.partition("/")[2]
        if rest in known:
            return rest
    return ""
