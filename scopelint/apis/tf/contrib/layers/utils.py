"""tf.contrib.layers.utils, as slim's networks use it."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.contrib.layers import layers as contrib
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework.conversion import graph_name
from scopelint.apis.tf.framework.structures import flatten
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.tensors import NOT_CONSTANT, Tensor, Variable
from scopelint.values.text import from_template

utils = Namespace("tensorflow.contrib.layers.python.layers.utils")


@utils.function
def collect_named_outputs(call: Call, collections: AnyValue, alias: AnyValue, outputs: AnyValue) -> Any:
    return contrib.collect(call, collections, str(graph_name(alias)), outputs)


@utils.function
def append_tensor_alias(call: Call, tensor: Any, alias: Any) -> Any:
    contrib.append_alias(call, tensor, str(graph_name(alias)))
    return tensor


def aliases(call: Call, tensor: AnyValue) -> list[Any]:
    """TF: utils.get_tensor_aliases. Its own name where it was given none."""
    held = call.engine.get_attribute(tensor, "aliases", None)
    if isinstance(held, ListValue):
        return list(held.items)
    return [from_template(getattr(tensor, "op_name", "") or getattr(tensor, "name", ""))]


@utils.function
def get_tensor_aliases(call: Call, tensor: AnyValue) -> Any:
    return ListValue(aliases(call, tensor))


@utils.function
def gather_tensors_aliases(call: Call, tensors: AnyValue) -> Any:
    return ListValue([alias for t in flatten(tensors) for alias in aliases(call, t)])


@utils.function
def convert_collection_to_dict(call: Call, collection: AnyValue, clear_collection: AnyValue) -> Any:
    """TF: utils.convert_collection_to_dict. An OrderedDict by alias."""
    if isinstance(collection, Unknown):
        return collection
    name = graph_name(collection)
    out = {alias: tensor for tensor in call.graph.get_collection(name) for alias in aliases(call, tensor)}
    if clear_collection is True:
        held = call.graph.get_collection_ref(name)
        held.touch()
        held.items.clear()
    made = call.new("collections.OrderedDict")
    if isinstance(made, DictValue):
        made.items.update(out)
        return made
    if hasattr(made, "payload") and isinstance(made.payload, DictValue):
        made.payload.items.update(out)
        return made
    return DictValue(out)


@utils.function
def constant_value(call: Call, value_or_tensor_or_var: AnyValue) -> Any:
    value = value_or_tensor_or_var
    if isinstance(value, Tensor):
        return None if value.const is NOT_CONSTANT else value.const
    return None if isinstance(value, Variable) else value


@utils.function
def static_cond(call: Call, pred: AnyValue, fn1: AnyValue, fn2: AnyValue) -> Any:
    return call.invoke(fn1 if pred else fn2)


@utils.function
def smart_cond(call: Call, pred: AnyValue, fn1: AnyValue, fn2: AnyValue, name: AnyValue) -> Any:
    """TF: utils.smart_cond."""
    value = constant_value(call, pred)
    if value is None:
        return call.new("tf.cond", pred, fn1, fn2, name=name)
    return call.invoke(fn1 if value else fn2)


@utils.function
def get_variable_collections(call: Call, variables_collections: Any, name: Any) -> Any:
    return contrib.variable_collections(variables_collections, name)


@utils.function
def channel_dimension(call: Call, shape: AnyValue, data_format: AnyValue, min_rank: AnyValue) -> Any:
    axis = 1 if data_format == "channels_first" else -1
    return contrib.known_dimension(call, shape, axis, min_rank if isinstance(min_rank, int) else 1)


@utils.function
def last_dimension(call: Call, shape: AnyValue, min_rank: AnyValue) -> Any:
    return contrib.known_dimension(call, shape, -1, min_rank if isinstance(min_rank, int) else 1)


@utils.function
def two_element_tuple(call: Call, int_or_tuple: AnyValue) -> Any:
    return contrib.two(call, int_or_tuple)


@utils.function
def n_positive_integers(call: Call, n: AnyValue, value: AnyValue) -> Any:
    return tools.integers(call, value, n, "size") if isinstance(n, int) else call.unknown("how many are not known")
