"""Cells around another cell: embeddings, projections, highway, attention."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.tf.contrib.rnn.cells import (
    cell,
    composite_op,
    constant,
    kept_linear,
    last_dim,
    op_like,
    variable,
    with_last,
    wraps,
)
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework import python_values
from scopelint.apis.tf.framework.arguments import bind, opaque
from scopelint.apis.tf.framework.structures import flatten
from scopelint.apis.tf.rnn.cells import inside, is_nested, like_cell, map_all, sizes, tf
from scopelint.apis.tf.rnn.cells_as_functions import own_scope
from scopelint.apis.tf.rnn.lstm_and_gru import parts
from scopelint.graph.releases import WRAPPERS_HOLD_CELLS
from scopelint.graph.state import GraphState
from scopelint.values.base import AnyValue
from scopelint.values.containers import ListValue
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import FLOAT32
from scopelint.values.truth import is_not_off


def scope_of_wrapper(call: Call, self: InstanceValue) -> AbstractContextManager[None]:
    """Where the wrapper's own variables go, if its `call` is not within its scope already."""
    return nullcontext() if WRAPPERS_HOLD_CELLS.at(call.state.release) else own_scope(call, self)


embedding = cell("EmbeddingWrapper", "cell embedding_classes embedding_size initializer")


wraps(embedding)


@embedding.method(name="call")
def embedding_call(call: Call, self: InstanceValue, inputs: AnyValue, state: AnyValue) -> Any:
    attrs = self.attrs
    with scope_of_wrapper(call, self), inside(call):
        initializer = attrs["_initializer"]
        if initializer is None and call.new("tf.get_variable_scope").initializer is None:
            initializer = call.new("tf.random_uniform_initializer", -1.7, 1.7)
        leaf = next(iter(flatten(state)), None)
        table = variable(
            call,
            "embedding",
            attrs["_embedding_classes"],
            attrs["_embedding_size"],
            initializer=initializer,
            dtype=python_values.base(getattr(leaf, "dtype", None)) or FLOAT32,
        )
        flat = tf(call, "reshape", inputs, ListValue([-1]))
        found = tf(call, "nn.embedding_lookup", table, flat)
    return call.invoke(attrs["_cell"], found, state)


input_projection = cell("InputProjectionWrapper", "cell num_proj activation")


wraps(input_projection)


def activated(call: Call, self: InstanceValue, value: AnyValue) -> Any:
    activation = self.attrs["_given_activation"]
    return value if activation is None else call.invoke(activation, value)


def _keep_activation(made: Any) -> None:
    """Their activation may be None, which is the identity and not tanh."""
    init = made.cls.attrs["__init__"].impl

    def wrapped(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        bound, _ = bind(call, made.cls.canonical, args[1:], kwargs)
        init(call, args, kwargs)
        args[0].set("_given_activation", opaque(call, bound.get("activation")))
        like_cell(call, "cell", args[0].attrs["_cell"])

    made.method(wrapped, name="__init__", raw=True)


_keep_activation(input_projection)


@input_projection.method(name="call")
def input_projection_call(call: Call, self: InstanceValue, inputs: AnyValue, state: GraphState) -> Any:
    with scope_of_wrapper(call, self), inside(call):
        projected = activated(call, self, kept_linear(call, self, "_linear", inputs, self.attrs["_num_proj"]))
    return call.invoke(self.attrs["_cell"], projected, state)


output_projection = cell("OutputProjectionWrapper", "cell output_size activation")


wraps(output_projection, lambda call, self: self.attrs["_output_size"])


_keep_activation(output_projection)


@output_projection.method(name="call")
def output_projection_call(call: Call, self: InstanceValue, inputs: AnyValue, state: GraphState) -> Any:
    output, new_state = parts(call, call.invoke(self.attrs["_cell"], inputs, state), 2)
    with scope_of_wrapper(call, self), inside(call):
        projected = kept_linear(call, self, "_linear", output, self.attrs["_output_size"])
        return (activated(call, self, projected), new_state)


highway = cell("HighwayWrapper", "cell couple_carry_transform_gates carry_bias_init")


wraps(highway)


@highway.method(name="__call__")
def highway_call(call: Call, self: InstanceValue, inputs: Any, state: GraphState, scope: AnyValue = None) -> Any:
    """TF: HighwayWrapper.__call__: its variables lie in the scope of the caller."""
    outputs, new_state = parts(call, call.invoke(self.attrs["_cell"], inputs, state, scope=scope), 2)
    with inside(call):

        def through(given: AnyValue, out: AnyValue) -> Any:
            size = last_dim(given)
            bias = self.attrs["_carry_bias_init"]
            used = [variable(call, "carry_w", size, size)]
            used.append(variable(call, "carry_b", size, initializer=constant(call, bias)))
            if self.attrs["_couple_carry_transform_gates"] is False:
                used.append(variable(call, "transform_w", size, size))
                used.append(variable(call, "transform_b", size, initializer=constant(call, call.unary("-", bias))))
            return op_like(call, "AddV2", given, out, *used)

        return (map_all(call, through, inputs, outputs), new_state)


attention = cell("AttentionCellWrapper", "cell attn_length attn_size attn_vec_size input_size state_is_tuple")


def _refuse_tuples(call: Call, self: InstanceValue) -> None:
    size = call.getattr(self.attrs["_cell"], "state_size")
    if self.attrs["_state_is_tuple"] is False and is_nested(size):
        call.raise_(
            "ValueError",
            "Cell returns tuple of states, but the flag state_is_tuple is not set. State size is: "
            f"{call.to_string(size)}",
            "argument",
        )


def _check_attention() -> None:
    """TF: AttentionCellWrapper.__init__."""
    init = attention.cls.attrs["__init__"].impl

    def wrapped(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        init(call, args, kwargs)
        like_cell(call, "cell", args[0].attrs["_cell"])
        _refuse_tuples(call, args[0])

    attention.method(wrapped, name="__init__", raw=True)


_check_attention()


def attention_size(call: Call, self: InstanceValue) -> Any:
    size = self.attrs["_attn_size"]
    return call.getattr(self.attrs["_cell"], "output_size") if size is None else size


def attention_state(call: Call, self: InstanceValue) -> Any:
    size = attention_size(call, self)
    inner = call.getattr(self.attrs["_cell"], "state_size")
    held = (inner, size, call.binary("*", size, self.attrs["_attn_length"]))
    return held if is_not_off(self.attrs["_state_is_tuple"]) else held[0] + held[1] + held[2]


sizes(attention, attention_state, attention_size)


@attention.method(name="call")
def attention_call(call: Call, self: InstanceValue, inputs: AnyValue, state: Any) -> Any:
    """TF: AttentionCellWrapper.call."""
    attrs = self.attrs
    size, length = attention_size(call, self), attrs["_attn_length"]
    vector = size if attrs["_attn_vec_size"] is None else attrs["_attn_vec_size"]
    with inside(call):
        if is_not_off(attrs["_state_is_tuple"]):
            inner, attns, attn_states = parts(call, state, 3)
        else:
            width = call.getattr(attrs["_cell"], "state_size")
            inner = composite_op(call, "Slice", with_last(state, width), state)
            attns = composite_op(call, "Slice", with_last(state, size), state)
            attn_states = composite_op(call, "Slice", with_last(state, size * length), state)
        depth = attrs["_input_size"] if attrs["_input_size"] is not None else last_dim(inputs)
        inputs = kept_linear(call, self, "_linear1", ListValue([inputs, attns]), depth)
        output, new_state = parts(call, call.invoke(attrs["_cell"], inputs, inner), 2)
        query = new_state
        if is_not_off(attrs["_state_is_tuple"]):
            query = tf(call, "concat", ListValue(flatten(new_state)), 1)
        with tools.variable_scope(call, "attention"):
            w = variable(call, "attn_w", 1, 1, size, vector)
            v = variable(call, "attn_v", vector)
            memory = tf(call, "reshape", attn_states, ListValue([-1, length, size]))
            hidden = tf(call, "reshape", memory, ListValue([-1, length, 1, size]))
            features = tf(call, "nn.conv2d", hidden, w, ListValue([1, 1, 1, 1]), "SAME")
            y = tf(call, "reshape", kept_linear(call, self, "_linear3", query, vector), ListValue([-1, 1, 1, vector]))
            score = call.binary("*", v, tf(call, "tanh", call.binary("+", features, y)))
            a = tf(call, "nn.softmax", tf(call, "reduce_sum", score, ListValue([2, 3])))
            weighted = call.binary("*", tf(call, "reshape", a, ListValue([-1, length, 1, 1])), hidden)
            d = tf(call, "reduce_sum", weighted, ListValue([1, 2]))
            new_attns = tf(call, "reshape", d, ListValue([-1, size]))
            rest = tf(call, "slice", memory, ListValue([0, 1, 0]), ListValue([-1, -1, -1]))
        with tools.variable_scope(call, "attn_output_projection"):
            result = kept_linear(call, self, "_linear2", ListValue([output, new_attns]), size)
        kept = tf(call, "concat", ListValue([rest, tf(call, "expand_dims", result, 1)]), 1)
        new_states = tf(call, "reshape", kept, ListValue([-1, call.binary("*", length, size)]))
        if is_not_off(attrs["_state_is_tuple"]):
            return (result, (new_state, new_attns, new_states))
        return (result, tf(call, "concat", ListValue([new_state, new_attns, new_states]), 1))
