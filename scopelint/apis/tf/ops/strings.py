"""Strings that are split into sparse tensors."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.operations import convert, gen, scope
from scopelint.apis.tf.framework.python_values import shape_of
from scopelint.values.base import AnyValue
from scopelint.values.tensors import DTYPES, SparseTensor

api = Namespace("tf")
strings = Namespace("tf.strings")


def _split(call: Call, kind: str, source: Any, separator: Any, **given: Any) -> Any:
    """TF: string_ops.string_split and string_split_v2."""
    separator = convert(call, separator, DTYPES["string"])
    made: Any = gen(call, kind, None, input=source, **{given.pop("key"): separator}, **given)
    indices, values, size = (call.getitem(made, i) for i in range(3))
    indices.shape, values.shape, size.shape = (None, 2), (None,), (2,)
    with scope(call, None, "SparseTensor"):
        pass
    return SparseTensor(indices, values, size, (None, None))


@api.function
def string_split(
    call: Call,
    source: AnyValue,
    sep: AnyValue,
    skip_empty: AnyValue,
    delimiter: AnyValue,
    result_type: AnyValue,
    name: AnyValue,
) -> Any:
    """TF: ragged_string_ops.string_split. What is ragged is not restated."""
    with scope(call, name, "StringSplit"):
        source = convert(call, source, DTYPES["string"])
        separator = delimiter if sep is None else sep
        found = _split(
            call, "StringSplit", source, " " if separator is None else separator, key="delimiter", skip_empty=skip_empty
        )
        return found if result_type == "SparseTensor" else call.unknown("a ragged tensor")


@strings.function
def split(
    call: Call,
    input: AnyValue,
    sep: AnyValue,
    maxsplit: AnyValue,
    result_type: AnyValue,
    source: AnyValue,
    name: AnyValue,
) -> Any:
    """TF: ragged_string_ops.strings_split_v1. What is ragged, or no vector, is not restated."""
    with scope(call, name, "StringSplit"):
        given = convert(call, source if input is None else input, DTYPES["string"])
        dims = shape_of(given)
        if result_type != "SparseTensor" or not isinstance(dims, tuple) or len(dims) != 1:
            return call.unknown("a ragged tensor")
        return _split(call, "StringSplitV2", given, "" if sep is None else sep, key="sep", maxsplit=maxsplit)
