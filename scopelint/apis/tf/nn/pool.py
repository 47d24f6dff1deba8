"""Pooling."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.conversion import none_if_default
from scopelint.apis.tf.framework.operations import convert, gen, scope
from scopelint.apis.tf.framework.python_values import int_list, members, shape_of
from scopelint.apis.tf.nn.conv import channel_of, dilate, format_of, of_some_rank, sequence
from scopelint.apis.tf.ops.array import renamed_argument
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue

api = Namespace("tf.nn")


def _declare_pools() -> None:
    def pool2d(kind: str, source: str) -> Any:
        def impl(
            call: Call,
            value: AnyValue,
            ksize: AnyValue,
            strides: AnyValue,
            padding: AnyValue,
            data_format: AnyValue,
            name: AnyValue,
            input: AnyValue,
        ) -> Any:
            value = renamed_argument(call, "input", input, "value", value)
            data_format = format_of(data_format, "NHWC")
            channel = channel_of(data_format, 4)
            with scope(call, name, kind) as inner:
                return gen(
                    call,
                    kind,
                    inner,
                    **{source: value},
                    ksize=two_of(call, ksize, channel, "ksize"),
                    strides=two_of(call, strides, channel, "strides"),
                    padding=padding,
                    data_format=data_format,
                )

        return impl

    def two_of(call: Call, value: AnyValue, channel: int, name: str) -> Any:
        count = len(value.items) if isinstance(value, ListValue) and value.rest is None else None
        count = len(value) if isinstance(value, tuple) else count
        if count not in (None, 1, 2, 4):
            said = f"{name} should be of length 1, 2 or 4 but was {count}"
            call.raise_("ValueError", said, kind="argument")
        return sequence(value, 2, channel)

    def pool3d(kind: str) -> Any:
        def impl(
            call: Call,
            input: AnyValue,
            ksize: AnyValue,
            strides: AnyValue,
            padding: AnyValue,
            data_format: AnyValue,
            name: AnyValue,
        ) -> Any:
            data_format = format_of(data_format, "NDHWC")
            channel = channel_of(data_format, 5)
            with scope(call, name, kind) as inner:
                return gen(
                    call,
                    kind,
                    inner,
                    input=input,
                    ksize=sequence(ksize, 3, channel),
                    strides=sequence(strides, 3, channel),
                    padding=padding,
                    data_format=data_format,
                )

        return impl

    api.function(pool2d("MaxPool", "input"), name="max_pool")
    api.function(pool2d("AvgPool", "value"), name="avg_pool")
    api.function(pool3d("MaxPool3D"), name="max_pool3d")
    api.function(pool3d("AvgPool3D"), name="avg_pool3d")


_declare_pools()


@api.function
def pool(
    call: Call,
    input: AnyValue,
    window_shape: AnyValue,
    pooling_type: Any,
    padding: Any,
    dilation_rate: AnyValue,
    strides: AnyValue,
    name: AnyValue,
    data_format: AnyValue,
    dilations: AnyValue,
) -> Any:
    given = int_list(window_shape) or members(window_shape)
    rank = shape_of(input)
    known = given is not None or isinstance(rank, tuple)
    sizes = given or [Unknown("window")] * (len(rank) - 2 if isinstance(rank, tuple) else 2)
    count = len(sizes)
    kind = {"MAX": "MaxPool", "AVG": "AvgPool"}.get(pooling_type, "MaxPool") + ("3D" if count == 3 else "")
    rate = renamed_argument(call, "dilations", dilations, "dilation_rate", dilation_rate)
    rates = ([1] * count if none_if_default(rate) is None else int_list(rate)) or []
    steps = int_list(none_if_default(strides)) if none_if_default(strides) is not None else [1] * count
    steps = [Unknown("strides")] * count if steps is None else steps
    default = f"{pooling_type.lower()}_pool" if isinstance(pooling_type, str) else "pool"
    first = isinstance(data_format, str) and data_format.startswith("NC")
    with scope(call, name, default) as inner:
        tensor = convert(call, input, None, "input")
        sizes = sizes if len(sizes) > 1 else [1, *sizes]
        steps = steps if len(steps) > 1 else [1, *(steps or [1])]
        adjusted = [(1, 1, *v) if first else (1, *v, 1) for v in (sizes, steps)]
        layout = ("NCDHW" if first else "NDHWC") if count == 3 else ("NCHW" if first else "NHWC")
        source = "value" if kind == "AvgPool" else "input"

        def make(pieces: AnyValue, how: AnyValue) -> Any:
            if count == 1:
                pieces = gen(call, "ExpandDims", None, input=pieces, dim=2 if first else 1)
            result = gen(
                call,
                kind,
                inner,
                **{source: pieces},
                ksize=adjusted[0],
                strides=adjusted[1],
                padding=how,
                data_format=layout,
            )
            return gen(call, "Squeeze", None, input=result, squeeze_dims=(2 if first else 1,)) if count == 1 else result

        made = dilate(call, tensor, rates, sizes, padding, make)
        return made if known else of_some_rank(made)
