"""Partitioners: how many parts a variable is made in."""

from __future__ import annotations

import math
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.arguments import bind
from scopelint.graph import refusals
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import ClassValue, NativeFunction
from scopelint.values.tensors import shape_text

api = Namespace("tf")


def partitioner(namespace: Namespace, name: str, slices: Any) -> None:
    """A function that makes a partitioner. `slices(call, given, shape, dtype)` tells how many parts on each axis."""

    def make(call: Call, args: Any, kwargs: Any) -> Any:
        bound, _ = bind(call, f"{namespace.path}.{name}", args, kwargs)

        def run(call: Call, args: Any, kwargs: Any) -> Any:
            shape = kwargs.get("shape", args[0] if args else None)
            dtype = kwargs.get("dtype", args[1] if len(args) > 1 else None)
            dims = getattr(shape, "dims", shape)
            if not isinstance(dims, tuple) or not all(isinstance(d, int) for d in dims):
                return call.unknown("how a variable is partitioned")
            return slices(call, bound, list(dims), dtype)

        return NativeFunction(name, run, raw=True)

    namespace.function(make, name=name, raw=True)


def _fixed(call: Call, given: dict[str, Any], shape: list[int], dtype: AnyValue) -> Any:
    """TF: fixed_size_partitioner."""
    axis, count = given["axis"], given["num_shards"]
    if not isinstance(axis, int) or not isinstance(count, int):
        return call.unknown("how a variable is partitioned")
    if not -len(shape) <= axis < len(shape):
        return call.raise_("IndexError", "list assignment index out of range")
    parts = [1] * len(shape)
    parts[axis] = min(count, shape[axis])
    return ListValue(parts)


def _variable_axis(call: Call, given: dict[str, Any], shape: list[int], dtype: AnyValue) -> Any:
    """TF: variable_axis_size_partitioner. As few parts as stay below the size in bytes."""
    if isinstance(dtype, (str, ClassValue)):
        call.raise_("ValueError", f"dtype is not a DType: {call.to_string(dtype)}", kind="partitioner")
    size = 16 if getattr(dtype, "base_name", "") == "string" else getattr(dtype, "size", None)
    axis, most, shards = given["axis"], given["max_shard_bytes"], given["max_shards"]
    if given.get("bytes_per_string_element") is not None and getattr(dtype, "base_name", "") == "string":
        size = given["bytes_per_string_element"]
    if not all(isinstance(number, int) for number in (size, axis, most)) or isinstance(shards, Unknown):
        return call.unknown("how a variable is partitioned")
    if not -len(shape) <= axis < len(shape):
        return call.raise_("IndexError", "list index out of range")
    total = math.prod(shape)
    if not total:
        return call.unknown("how an empty variable is partitioned")
    partitions = [1] * len(shape)
    per_slice = 1.0 * (total / shape[axis]) * size
    count = math.ceil(1.0 * shape[axis] / max(1, math.floor(most / per_slice)))
    partitions[axis] = min(shards, count) if shards else count
    return ListValue(partitions)


def _min_max(call: Call, given: dict[str, Any], shape: list[int], dtype: AnyValue) -> Any:
    """TF: min_max_variable_partitioner."""
    size: Any = (
        given.get("bytes_per_string_element", 16)
        if getattr(dtype, "base_name", "") == "string"
        else getattr(dtype, "size", None)
    )
    axis, most, least = given["axis"], given["max_partitions"], given["min_slice_size"]
    if isinstance(dtype, (str, ClassValue)) and isinstance(axis, int) and axis < len(shape):
        raise call.state.refuse(refusals.dtype_not_converted("", dtype, "base_dtype"))
    if not all(isinstance(number, int) for number in (size, axis, most, least)):
        return call.unknown("how a variable is partitioned")
    if axis >= len(shape):
        text = f"Can not partition variable along axis {axis} when shape is only {shape_text(tuple(shape))}"
        return call.raise_("ValueError", text, kind="partitioner")
    partitions = [1] * len(shape)
    partitions[axis] = max(1, min(shape[axis], most, math.ceil(math.prod(shape) * size / least)))
    return ListValue(partitions)


partitioner(api, "fixed_size_partitioner", _fixed)
partitioner(api, "variable_axis_size_partitioner", _variable_axis)
partitioner(api, "min_max_variable_partitioner", _min_max)
