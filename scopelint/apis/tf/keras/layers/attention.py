"""tf.keras.layers: attention by products, and by sums."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import TypeBuilder
from scopelint.apis.tf.framework.bare_op import make
from scopelint.apis.tf.framework.dims import dimension, dims_of
from scopelint.apis.tf.framework.op_inputs import deps_of
from scopelint.apis.tf.framework.python_values import dtype_of
from scopelint.apis.tf.framework.structures import flatten, items_of
from scopelint.apis.tf.keras import declaring as types
from scopelint.apis.tf.keras.base_layer import weight
from scopelint.apis.tf.keras.layers.core import method, supports_masking
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import Tensor, TensorShape, Variable
from scopelint.values.text import hole
from scopelint.values.truth import is_on


def check_inputs(call: Call, name: str, inputs: AnyValue, mask: AnyValue) -> None:
    """TF: BaseDenseAttention._validate_call_args."""
    if isinstance(inputs, (tuple, DictValue, Variable)) or (isinstance(inputs, Tensor) and inputs.op_type):
        said = f"{name} layer must be called on a list of inputs, namely [query, value] or [query, value, key]."
        call.raise_("ValueError", said, "argument")
    if isinstance(inputs, ListValue) and inputs.rest is None and len(inputs.items) not in (2, 3):
        said = f"{name} layer accepts inputs list of length 2 or 3, namely [query, value] or [query, value, key]."
        call.raise_("ValueError", f"{said} Given length: {len(inputs.items)}", "argument")
    if (isinstance(mask, (int, float, str)) and mask) or (isinstance(mask, tuple) and mask):
        call.raise_("ValueError", f"{name} layer mask must be a list, namely [query_mask, value_mask].", "argument")
    if isinstance(mask, ListValue) and mask.rest is None and len(mask.items) not in (0, 2):
        said = f"{name} layer mask must be a list of length 2, namely [query_mask, value_mask]."
        call.raise_("ValueError", f"{said} Given length: {len(mask.items)}", "argument")


def by_products(call: Call, self: InstanceValue, query: Any, key: Any) -> Any:
    """TF: Attention._calculate_scores."""
    scores = call.new("tf.matmul", query, key, transpose_b=True)
    scale = self.attrs.get("scale")
    return scores if scale is None else call.binary("*", scores, scale)


def by_sums(call: Call, self: InstanceValue, query: Any, key: Any) -> Any:
    """TF: AdditiveAttention._calculate_scores."""
    rows, columns = call.new("tf.expand_dims", query, axis=-2), call.new("tf.expand_dims", key, axis=-3)
    scale = self.attrs.get("scale") if is_on(self.attrs.get("use_scale")) else 1.0
    bent = call.new("tf.tanh", call.binary("+", rows, columns))
    return call.new("tf.reduce_sum", call.binary("*", scale, bent), axis=-1)


def _lower_triangle(call: Call, scores: Any) -> Any:
    """TF: _lower_triangular_mask, of the scores' last two dimensions."""
    sizes = call.new("tf.shape", scores)
    first = call.new("tf.ones_like", call.getitem(sizes, slice(None, -2)))
    whole = call.new("tf.concat", ListValue([first, call.getitem(sizes, slice(-2, None))]), axis=0)
    counts = [
        call.new("tf.cumsum", call.new("tf.ones", shape=whole, dtype=call.find("tf.int32")), axis=axis)
        for axis in (-2, -1)
    ]
    return call.new("tf.greater_equal", *counts)


def attend(call: Call, self: InstanceValue, scores: Any, value: Any, mask: AnyValue) -> Any:
    """TF: BaseDenseAttention.call."""
    held = items_of(mask) if isinstance(mask, ListValue) and mask.rest is None else []
    of_query, of_value = held if len(held) == 2 else (None, None)
    hidden = None if of_value is None else call.new("tf.expand_dims", of_value, axis=-2)
    if is_on(self.attrs.get("causal")):
        triangle = _lower_triangle(call, scores)
        hidden = triangle if hidden is None else call.new("tf.logical_and", hidden, triangle)
    if hidden is not None:
        padding = call.new("tf.cast", call.new("tf.logical_not", hidden), dtype_of(scores))
        scores = call.binary("-", scores, call.binary("*", 1000000000.0, padding))
    out = call.new("tf.matmul", call.new("tf.nn.softmax", scores), value)
    if of_query is None:
        return out
    seen = call.new("tf.cast", call.new("tf.expand_dims", of_query, axis=-1), dtype_of(out))
    return call.binary("*", out, seen)


def _attention(name: str, scored: Any) -> TypeBuilder:
    def attention_call(call: Call, self: InstanceValue, inputs: AnyValue, mask: AnyValue = None) -> Any:
        check_inputs(call, name, inputs, mask)
        if not isinstance(inputs, ListValue) or inputs.rest is not None:
            leaves = flatten(inputs)
            shape = Unknown("what attends to what is not known")
            return make(call, "", hole("attention"), shape, dtype_of(leaves[0]) if leaves else None, deps_of(leaves))
        query, value = inputs.items[:2]
        scores = scored(call, self, query, inputs.items[2] if len(inputs.items) > 2 else value)
        return attend(call, self, scores, value, mask)

    made = types.layer_type(name, prepare=supports_masking)
    made.cls.attrs["<passed>"] = ("causal",)
    method(made, "call", attention_call)
    return made


attention = _attention("Attention", by_products)
additive = _attention("AdditiveAttention", by_sums)


@attention.method(name="build")
def attention_build(call: Call, self: InstanceValue, input_shape: AnyValue) -> None:
    """TF: keras.layers.Attention.build."""
    wanted = self.attrs.get("use_scale")
    weight(call, self, "scale", (), when=wanted, initializer="ones", dtype=self.attrs.get("<dtype>"))
    self.set("built", True)


@additive.method(name="build")
def additive_build(call: Call, self: InstanceValue, input_shape: AnyValue) -> None:
    """TF: keras.layers.AdditiveAttention.build. The second of a tensor's own sizes, where it is given alone."""
    shapes = items_of(input_shape)
    width: Any = Unknown("the width is not known")
    if isinstance(input_shape, TensorShape):
        width = dimension(dims_of(input_shape), 1)
    elif len(shapes) > 1:
        width = dimension(dims_of(shapes[1]), -1)
    wanted, own = self.attrs.get("use_scale"), self.attrs.get("<dtype>")
    weight(call, self, "scale", ListValue([width]), when=wanted, initializer="glorot_uniform", dtype=own)
    self.set("built", True)
