"""Normalisation operation by operation, where a picture asks for it: layers make do with less, for names alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.tf.framework import operations
from scopelint.apis.tf.framework.python_values import base
from scopelint.apis.tf.ops.control_flow import cond
from scopelint.values.base import AnyValue
from scopelint.values.containers import ListValue
from scopelint.values.tensors import DType


def draws(call: Call) -> bool:
    """Is the whole graph asked for?"""
    return call.graph.drawing is not None


def choice(call: Call, test: AnyValue, one: Callable[[], Any], two: Callable[[], Any]) -> Any:
    """TF: smart_cond. `test`: a tensor, or what is known already."""
    if test is True or test is False:
        return one() if test else two()
    return cond(call, test, one, two)


def refuse_integers(call: Call, inputs: AnyValue) -> None:
    """TF: nn.batch_normalization adds a small float to the variance, whose dtype is the inputs' own."""
    dtype = base(getattr(inputs, "dtype", None))
    if isinstance(dtype, DType) and dtype.is_integer:
        told = f"Input 'y' of 'AddV2' Op has type float32 that does not match type {dtype.name} of argument 'x'."
        call.raise_("TypeError", told, kind="argument")


def fused(
    call: Call,
    training: AnyValue,
    inputs: Any,
    scale: Any,
    offset: Any,
    moving: tuple[Any, Any],
    epsilon: Any,
    layout: Any,
) -> tuple[Any, Any, Any]:
    """TF: _fused_batch_norm_training and _fused_batch_norm_inference, of which `training` takes one: the output with
    the batch's mean and variance."""

    def of_batch() -> Any:
        return call.new(
            "tf.nn.fused_batch_norm", inputs, scale, offset, epsilon=epsilon, data_format=layout, is_training=True
        )

    def of_moving() -> Any:
        mean, variance = moving
        return call.new(
            "tf.nn.fused_batch_norm", inputs, scale, offset, mean=mean, variance=variance, epsilon=epsilon,
            data_format=layout, is_training=False,
        )  # fmt: skip

    made = choice(call, training, of_batch, of_moving)
    members = made.items if isinstance(made, ListValue) else made
    return (members[0], members[1], members[2]) if len(members) == 3 else (members[0], None, None)


def average(call: Call, variable: AnyValue, value: AnyValue, momentum: AnyValue) -> Any:
    """TF: BatchNormalizationBase._assign_moving_average."""
    with operations.scope(call, None, "AssignMovingAvg") as scope:
        if isinstance(momentum, (int, float)):
            decay: Any = operations.convert(call, 1.0 - momentum, None, "decay")
        else:
            decay = call.binary("-", 1.0, momentum)
        delta = call.binary("*", call.binary("-", variable, value), decay)
        return call.new("tf.assign_sub", variable, delta, name=scope)


def plain(call: Call, inputs: Any, mean: Any, variance: Any, offset: Any, scale: Any, epsilon: Any) -> Any:
    """TF: nn.batch_normalization."""
    return call.new(
        "tf.nn.batch_normalization", inputs, mean, variance, offset=offset, scale=scale, variance_epsilon=epsilon
    )


def moments(call: Call, inputs: Any, axes: list[Any], keep: bool) -> tuple[Any, Any]:
    """TF: nn.moments."""
    made = call.new("tf.nn.moments", inputs, ListValue(axes), keep_dims=keep)
    members = made.items if isinstance(made, ListValue) else made
    return members[0], members[1]
