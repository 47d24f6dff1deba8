"""tf.keras.constraints: its classes, and what is looked up by name. They make nothing until a model is trained."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.keras import by_name
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue
from scopelint.values.objects import InstanceValue

api = Namespace("tf.keras.constraints")

constraint = api.type("Constraint")


@constraint.method(name="__init__", raw=True)
def init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: MaxNorm.__init__ and its like, which keep what they are given."""


@constraint.method(name="__call__", raw=True)
def constrained(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return call.unknown("what a constraint makes of a weight")


@constraint.method(name="get_config", raw=True)
def config(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return call.unknown("the configuration of a constraint")


for _name in ("MaxNorm", "NonNeg", "UnitNorm", "MinMaxNorm", "RadialConstraint"):
    api.type(_name, bases=(constraint.cls,))


@api.function
def get(call: Call, identifier: Any) -> Any:
    """TF: constraints.get."""
    identifier = by_name.constraint(call, identifier)
    # Which of them does not matter.
    return InstanceValue(constraint.cls, {}) if isinstance(identifier, (str, DictValue)) else identifier


@api.function
def serialize(call: Call, constraint: AnyValue) -> Any:
    return Unknown("the configuration of a constraint")
