"""The plain cells: BasicRNNCell, GRUCell, BasicLSTMCell, LSTMCell."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.stdlib.collections import tuple_class
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.structures import items_of
from scopelint.apis.tf.rnn.cells import (
    builds,
    check_dtype,
    check_dtypes,
    declare,
    depth_of,
    inside,
    sizes,
    tf,
    units,
    weight,
    zeros_for,
)
from scopelint.graph.state import GraphState
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import ClassValue, InstanceValue, NativeFunction, PropertyValue
from scopelint.values.tensors import FLOAT32, INT32, Tensor
from scopelint.values.truth import is_not_off, is_on

api = Namespace("tf.nn.rnn_cell")


basic = declare("BasicRNNCell", "num_units activation")


sizes(basic, units, units)


@builds(basic)
def basic_build(call: Call, self: InstanceValue, inputs_shape: AnyValue) -> None:
    check_dtype(call, self)
    n = self.attrs["_num_units"]
    weight(call, self, "_kernel", "kernel", depth_of(call, inputs_shape) + n, n)
    weight(call, self, "_bias", "bias", n, initializer=zeros_for(call, self))
    self.set("built", True)


def linear(call: Call, parts: list[Any], kernel: AnyValue, bias: AnyValue) -> Any:
    """`bias_add(matmul(concat(parts, 1), kernel), bias)`."""
    product = tf(call, "matmul", tf(call, "concat", ListValue(parts), 1), kernel)
    return tf(call, "nn.bias_add", product, bias)


@basic.method(name="call")
def basic_call(call: Call, self: InstanceValue, inputs: AnyValue, state: GraphState) -> Any:
    with inside(call):
        check_dtypes(call, inputs, state)
        output = call.invoke(
            self.attrs["_activation"], linear(call, [inputs, state], self.attrs["_kernel"], self.attrs["_bias"])
        )
    return (output, output)


gru = declare("GRUCell", "num_units activation kernel_initializer bias_initializer")


sizes(gru, units, units)


@builds(gru)
def gru_build(call: Call, self: InstanceValue, inputs_shape: AnyValue) -> None:
    check_dtype(call, self)
    n, depth = self.attrs["_num_units"], depth_of(call, inputs_shape)
    kernel, bias = self.attrs["_kernel_initializer"], self.attrs["_bias_initializer"]
    weight(call, self, "_gate_kernel", "gates/kernel", depth + n, 2 * n, initializer=kernel)
    weight(
        call,
        self,
        "_gate_bias",
        "gates/bias",
        2 * n,
        initializer=bias if bias is not None else call.new("tf.constant_initializer", 1.0),
    )
    weight(call, self, "_candidate_kernel", "candidate/kernel", depth + n, n, initializer=kernel)
    weight(
        call,
        self,
        "_candidate_bias",
        "candidate/bias",
        n,
        initializer=bias if bias is not None else zeros_for(call, self),
    )
    self.set("built", True)


@gru.method(name="call")
def gru_call(call: Call, self: InstanceValue, inputs: AnyValue, state: GraphState) -> Any:
    """TF: GRUCell.call."""
    attrs = self.attrs
    with inside(call):
        check_dtypes(call, inputs, state)
        gates = linear(call, [inputs, state], attrs["_gate_kernel"], attrs["_gate_bias"])
        value = tf(call, "sigmoid", gates)
        reset, update = parts(call, tf(call, "split", value=value, num_or_size_splits=2, axis=1), 2)
        candidate = linear(
            call, [inputs, call.binary("*", reset, state)], attrs["_candidate_kernel"], attrs["_candidate_bias"]
        )
        c = call.invoke(attrs["_activation"], candidate)
        one = call.binary("*", update, state)
        two = call.binary("*", call.binary("-", 1, update), c)
        new = call.binary("+", one, two)
    return (new, new)


def parts(call: Call, value: Any, count: int) -> list[Any]:
    """`a, b = value`, of what may not be known."""
    if isinstance(value, Unknown):
        return [value] * count
    if isinstance(value, Tensor) and value.op_type:
        # AutoGraph makes nothing else of taking a tensor apart.
        call.raise_(
            "TypeError",
            "Tensor objects are only iterable when eager execution is enabled. To iterate over this tensor use "
            "tf.map_fn.",
            kind="argument",
        )
    members = items_of(value)
    return members if len(members) == count else [Unknown("part of a split")] * count


def make_state_tuple() -> ClassValue:
    made: ClassValue = tuple_class(None, "LSTMStateTuple", ["c", "h"], {}, "tensorflow.python.ops.rnn_cell_impl")
    made.canonical = "tf.nn.rnn_cell.LSTMStateTuple"
    made.attrs["dtype"] = PropertyValue(
        NativeFunction(
            "dtype", lambda call, self: call.getattr(self.payload[0], "dtype"), "tf.nn.rnn_cell.LSTMStateTuple.dtype"
        )
    )
    return made


STATE_TUPLE = make_state_tuple()


api.constant("LSTMStateTuple", STATE_TUPLE)


def state_tuple(c: AnyValue, h: AnyValue) -> InstanceValue:
    return InstanceValue(STATE_TUPLE, None, (c, h))


def lstm_state(self: InstanceValue) -> Any:
    attrs = self.attrs
    n, out = attrs["_num_units"], attrs.get("_num_proj")
    out = out if out is not None and not (isinstance(out, int) and not out) else n
    return state_tuple(n, out) if is_not_off(attrs["_state_is_tuple"]) else n + out


def lstm_output(self: InstanceValue) -> Any:
    out = self.attrs.get("_num_proj")
    return out if out is not None and not (isinstance(out, int) and not out) else self.attrs["_num_units"]


basic_lstm = declare("BasicLSTMCell", "num_units forget_bias state_is_tuple activation")


sizes(basic_lstm, lambda call, self: lstm_state(self), units)


@builds(basic_lstm)
def basic_lstm_build(call: Call, self: InstanceValue, inputs_shape: AnyValue) -> None:
    check_dtype(call, self)
    n = self.attrs["_num_units"]
    weight(call, self, "_kernel", "kernel", depth_of(call, inputs_shape) + n, 4 * n)
    weight(call, self, "_bias", "bias", 4 * n, initializer=zeros_for(call, self))
    self.set("built", True)


def split_state(call: Call, self: InstanceValue, state: GraphState, one: AnyValue = 1) -> tuple[Any, Any]:
    if is_not_off(self.attrs["_state_is_tuple"]):
        c, h = parts(call, state, 2)
    else:
        c, h = parts(call, tf(call, "split", value=state, num_or_size_splits=2, axis=one), 2)
    return c, h


@basic_lstm.method(name="call")
def basic_lstm_call(call: Call, self: InstanceValue, inputs: AnyValue, state: GraphState) -> Any:
    """TF: BasicLSTMCell.call."""
    attrs = self.attrs
    with inside(call):
        check_dtypes(call, inputs, state)
        one = tf(call, "constant", 1, dtype=INT32)
        c, h = split_state(call, self, state, one)
        gates = linear(call, [inputs, h], attrs["_kernel"], attrs["_bias"])
        i, j, f, o = parts(call, tf(call, "split", value=gates, num_or_size_splits=4, axis=one), 4)
        forget = tf(call, "constant", attrs["_forget_bias"], dtype=getattr(f, "dtype", FLOAT32))
        kept = tf(call, "multiply", c, tf(call, "sigmoid", tf(call, "add", f, forget)))
        added = tf(call, "multiply", tf(call, "sigmoid", i), call.invoke(attrs["_activation"], j))
        new_c = tf(call, "add", kept, added)
        new_h = tf(call, "multiply", call.invoke(attrs["_activation"], new_c), tf(call, "sigmoid", o))
        return (new_h, joined(call, self, new_c, new_h))


def joined(call: Call, self: InstanceValue, c: AnyValue, h: AnyValue) -> Any:
    """The new state: a tuple, or one tensor."""
    if is_not_off(self.attrs["_state_is_tuple"]):
        return state_tuple(c, h)
    return tf(call, "concat", ListValue([c, h]), 1)


lstm = declare(
    "LSTMCell",
    "num_units use_peepholes cell_clip initializer num_proj proj_clip num_unit_shards "
    "num_proj_shards forget_bias state_is_tuple activation",
)


sizes(lstm, lambda call, self: lstm_state(self), lambda call, self: lstm_output(self))


def sharded(call: Call, count: AnyValue) -> Any:
    return call.new("tf.fixed_size_partitioner", count) if count is not None else None


@builds(lstm)
def lstm_build(call: Call, self: InstanceValue, inputs_shape: AnyValue) -> None:
    """TF: LSTMCell.build."""
    check_dtype(call, self)
    attrs = self.attrs
    n, proj, initializer = attrs["_num_units"], attrs["_num_proj"], attrs["_initializer"]
    depth = depth_of(call, inputs_shape)
    weight(
        call,
        self,
        "_kernel",
        "kernel",
        depth + (n if proj is None else proj),
        4 * n,
        initializer=initializer,
        partitioner=sharded(call, attrs["_num_unit_shards"]),
    )
    weight(call, self, "_bias", "bias", 4 * n, initializer=zeros_for(call, self))
    if attrs["_use_peepholes"]:
        for name in ("w_f_diag", "w_i_diag", "w_o_diag"):
            weight(call, self, "_" + name, name, n, initializer=initializer)
    if proj is not None:
        weight(
            call,
            self,
            "_proj_kernel",
            "projection/kernel",
            n,
            proj,
            initializer=initializer,
            partitioner=sharded(call, attrs["_num_proj_shards"]),
        )
    self.set("built", True)


def sigmoid(call: Call, value: AnyValue) -> Any:
    return tf(call, "sigmoid", value)


@lstm.method(name="call")
def lstm_call(call: Call, self: InstanceValue, inputs: AnyValue, state: AnyValue) -> Any:
    """TF: LSTMCell.call."""
    attrs = self.attrs
    with inside(call):
        check_dtypes(call, inputs, state)
        n, proj = attrs["_num_units"], attrs["_num_proj"]
        if is_not_off(attrs["_state_is_tuple"]):
            c, m = parts(call, state, 2)
        else:
            c = tf(call, "slice", state, ListValue([0, 0]), ListValue([-1, n]))
            m = tf(call, "slice", state, ListValue([0, n]), ListValue([-1, n if proj is None else proj]))
        gates = linear(call, [inputs, m], attrs["_kernel"], attrs["_bias"])
        i, j, f, o = parts(call, tf(call, "split", value=gates, num_or_size_splits=4, axis=1), 4)
        peeps = is_on(attrs["_use_peepholes"])
        act = attrs["_activation"]
        binary = call.binary
        forget = binary("+", f, attrs["_forget_bias"])
        if peeps:
            forget = binary("+", forget, binary("*", attrs["_w_f_diag"], c))
        kept = binary("*", sigmoid(call, forget), c)
        gate = binary("+", i, binary("*", attrs["_w_i_diag"], c)) if peeps else i
        added = binary("*", sigmoid(call, gate), call.invoke(act, j))
        new_c = binary("+", kept, added)
        if attrs["_cell_clip"] is not None:
            limit = attrs["_cell_clip"]
            new_c = tf(call, "clip_by_value", new_c, call.unary("-", limit), limit)
        gate = binary("+", o, binary("*", attrs["_w_o_diag"], new_c)) if peeps else o
        new_m = binary("*", sigmoid(call, gate), call.invoke(act, new_c))
        if proj is not None:
            new_m = tf(call, "matmul", new_m, attrs["_proj_kernel"])
            if attrs["_proj_clip"] is not None:
                limit = attrs["_proj_clip"]
                new_m = tf(call, "clip_by_value", new_m, call.unary("-", limit), limit)
        return (new_m, joined(call, self, new_c, new_m))
