"""Keras's optimizers before 1.14: numbers under the class's name, then variables without a name for each weight."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.tf.framework.structures import flatten
from scopelint.apis.tf.ops.gradients import gradients_of
from scopelint.apis.tf.ops.slot_creator import primary_of
from scopelint.graph import initial, store
from scopelint.graph.releases import KERAS_ADAM_KEEPS_MAXIMA, KERAS_OPTIMIZERS
from scopelint.values.base import AnyValue
from scopelint.values.containers import ListValue
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import FLOAT32, INT64, DType
from scopelint.values.truth import is_on

_NUMBERS = {
    "SGD": ("iterations", "lr", "momentum", "decay"),
    "RMSprop": ("lr", "rho", "decay", "iterations"),
    "Adagrad": ("lr", "decay", "iterations"),
    "Adadelta": ("lr", "decay", "iterations"),
    "Adam": ("iterations", "lr", "beta_1", "beta_2", "decay"),
    "Adamax": ("iterations", "lr", "beta_1", "beta_2", "decay"),
    "Nadam": ("iterations", "m_schedule", "lr", "beta_1", "beta_2"),
}
"""The variables that a constructor makes, in order."""

_KEPT = {"SGD": 1, "RMSprop": 1, "Adagrad": 1, "Adadelta": 2, "Adam": 2, "Adamax": 2, "Nadam": 2}
"""How many variables of its shape each weight gets: first one for all of them, then the next."""


def are_unnamed(call: Call) -> bool:
    return KERAS_OPTIMIZERS.at(call.state.release) == "unnamed"


def _kind(self: InstanceValue) -> str:
    return next((cls.name for cls in self.cls.mro if cls.name in _NUMBERS), "")


def _variable(call: Call, name: str | None, dims: tuple[Any, ...], dtype: DType, value: Any = 0) -> Any:
    return store.variable(
        call.state, initial.of_value(dims, dtype, value), name=name, dtype=dtype, use_resource=True, by="slot"
    )


def make_numbers(call: Call, self: InstanceValue) -> None:
    """TF: the end of each optimizer's __init__."""
    with call.graph.name_scope(self.cls.name):
        for name in _NUMBERS.get(_kind(self), ()):
            self.set(name, _variable(call, name, (), INT64 if name == "iterations" else FLOAT32))


def updates(call: Call, self: InstanceValue, loss: AnyValue, params: AnyValue) -> Any:
    """TF: get_updates of each optimizer."""
    variables = flatten(params)
    gradients_of(call, loss, variables)
    kind = _kind(self)
    for _ in range(_KEPT.get(kind, 0)):
        for variable in variables:
            _keep(call, primary_of(call, variable).shape)
    if kind == "Adam" and KERAS_ADAM_KEEPS_MAXIMA.at(call.state.release):
        for variable in variables:
            _keep(call, primary_of(call, variable).shape if is_on(self.attrs.get("amsgrad")) else (1,))
    return ListValue()


def _keep(call: Call, shape: Any) -> None:
    _variable(call, None, shape, FLOAT32)
