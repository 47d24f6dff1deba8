"""tf.keras.constraints: what is looked up by name. A constraint makes nothing until a model is trained."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.keras import by_name
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue

api = Namespace("tf.keras.constraints")


@api.function
def get(call: Call, identifier: Any) -> Any:
    """TF: constraints.get."""
    identifier = by_name.constraint(call, identifier)
    if isinstance(identifier, (str, DictValue)):
        return Unknown("a constraint that is given by name")
    return identifier


@api.function
def serialize(call: Call, constraint: AnyValue) -> Any:
    return Unknown("the configuration of a constraint")
