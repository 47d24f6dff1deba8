"""Clips of values and of norms."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.conversion import none_if_default
from scopelint.apis.tf.framework.operations import constant, convert, gen, scope
from scopelint.apis.tf.framework.python_values import base, members
from scopelint.apis.tf.framework.structures import standing_for
from scopelint.apis.tf.ops.array import rank_of
from scopelint.apis.tf.ops.casts import cast
from scopelint.apis.tf.ops.fills import ones_like_of
from scopelint.apis.tf.ops.reductions import range_of, reduce_of
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.tensors import (
    FLOAT32,
    IndexedSlices,
    Tensor,
    Variable,
)

api = Namespace("tf")
math = Namespace("tf.math")
linalg = Namespace("tf.linalg")


# Clips


def _dense_part(value: AnyValue) -> Any:
    return value.values if isinstance(value, IndexedSlices) else value


def _again(value: AnyValue, made: AnyValue) -> Any:
    if isinstance(value, IndexedSlices):
        return IndexedSlices(made, value.indices, value.dense_shape)
    # What is not known may be either, and so is what becomes of it.
    return standing_for(made, value)


@api.function
def clip_by_value(call: Call, t: AnyValue, clip_value_min: AnyValue, clip_value_max: AnyValue, name: AnyValue) -> Any:
    with scope(call, name, "clip_by_value") as inner:
        values = convert(call, _dense_part(t), None, "t")
        low = gen(call, "Minimum", None, x=values, y=clip_value_max)
        return _again(t, gen(call, "Maximum", inner, x=low, y=clip_value_min))


@api.function
def clip_by_norm(call: Call, t: AnyValue, clip_norm: AnyValue, axes: AnyValue, name: AnyValue) -> Any:
    with scope(call, name, "clip_by_norm") as inner:
        values = convert(call, _dense_part(t), None, "t")
        total = reduce_of(call, "Sum", call.binary("*", values, values), none_if_default(axes), True)
        positive = call.compare(">", total, 0)
        safe = gen(call, "Select", None, condition=positive, t=total, e=ones_like_of(call, total))
        root = gen(call, "Select", None, condition=positive, t=gen(call, "Sqrt", None, x=safe), e=total)
        intermediate = call.binary("*", values, clip_norm)
        clipped = call.binary("/", intermediate, gen(call, "Maximum", None, x=root, y=clip_norm))
        return _again(t, gen(call, "Identity", inner, input=clipped))


@api.function
def global_norm(call: Call, t_list: AnyValue, name: AnyValue) -> Any:
    if isinstance(t_list, (Tensor, Variable, bool, int, float, str)):
        call.raise_("TypeError", "t_list should be a sequence", kind="argument")
    return global_norm_of(call, t_list, name)


def global_norm_of(call: Call, t_list: AnyValue, name: AnyValue = None) -> Any:
    with scope(call, name, "global_norm"):
        halves = [
            gen(call, "L2Loss", None, t=convert(call, _dense_part(t))) for t in members(t_list) or () if t is not None
        ]
        total = reduce_of(call, "Sum", convert(call, tuple(halves), FLOAT32, "stack"))
        two = constant(call, 2.0, base(total.dtype))
        return gen(call, "Sqrt", "global_norm", x=call.binary("*", total, two))


@api.function
def clip_by_global_norm(call: Call, t_list: Any, clip_norm: Any, use_norm: Any, name: Any) -> Any:
    if isinstance(t_list, (Tensor, Variable, str)):
        call.raise_("TypeError", "t_list should be a sequence", kind="argument")
    if isinstance(t_list, Unknown):
        return (call.unknown("a clipped list"), convert(call, call.unknown("a norm"), FLOAT32))
    given = t_list if isinstance(t_list, ListValue) else ListValue()
    if given.rest is not None:
        # Those that are known are clipped as ever; the norm is over all.
        t_list = ListValue(t_list.items)
    norm_ = none_if_default(use_norm)
    if norm_ is None:
        norm_ = global_norm_of(call, t_list, name)
    with scope(call, name, "clip_by_global_norm") as inner:
        kind = base(norm_.dtype) if isinstance(norm_, Tensor) else FLOAT32
        inverse = call.binary("/", 1.0, norm_)
        least = gen(call, "Minimum", None, x=inverse, y=call.binary("/", constant(call, 1.0, kind), clip_norm))
        scale = call.binary("*", clip_norm, least)
        finite = gen(call, "IsFinite", None, x=norm_)
        scale = gen(call, "Select", None, condition=finite, t=scale, e=constant(call, float("nan"), kind))
        out: list[Any] = []
        for i, t in enumerate(members(t_list) or ()):
            if t is None:
                out.append(None)
                continue
            scaled = call.binary("*", convert(call, _dense_part(t)), scale)
            # TF names it with the scope's own string: `clip_by_global_norm/clip_by_global_norm/_0`.
            out.append(_again(t, gen(call, "Identity", f"{inner}_{i}", input=scaled)))
        return (given.like(out), norm_)


@api.function
def clip_by_average_norm(call: Call, t: AnyValue, clip_norm: AnyValue, name: AnyValue) -> Any:
    with scope(call, name, "clip_by_average_norm") as inner:
        t = convert(call, t, None, "t")
        count = cast(call, call.new("tf.size", t), FLOAT32)
        total = reduce_of(call, "Sum", call.binary("*", t, t), range_of(call, rank_of(call, t)))
        inverse = gen(call, "Rsqrt", None, x=total)
        scaled = call.binary("*", t, clip_norm)
        limit = call.binary("*", inverse, count)
        least = gen(call, "Minimum", None, x=limit, y=call.binary("/", constant(call, 1.0, FLOAT32), clip_norm))
        made = gen(call, "Identity", inner, input=call.binary("*", scaled, least))
        made.shape = t.shape
        return made
