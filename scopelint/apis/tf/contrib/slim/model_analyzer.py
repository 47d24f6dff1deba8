"""tf.contrib.slim.model_analyzer: counts that are printed."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace

api = Namespace("tensorflow.contrib.slim.python.slim.model_analyzer")


@api.function(raw=True)
def analyze_vars(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: the number of values, and of bytes."""
    return call.unknown("how many values variables hold"), call.unknown("how many bytes variables take")


@api.function(raw=True)
def analyze_ops(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return call.unknown("how many values a graph's operations give")


@api.function(raw=True)
def tensor_description(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return call.unknown("a tensor in words")
