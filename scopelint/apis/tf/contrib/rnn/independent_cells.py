"""tf.contrib.rnn: cells that multiply in parallel: SRU, IndRNN, IndyGRU, IndyLSTM, and the minimal ones."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import TypeBuilder
from scopelint.apis.tf.contrib.rnn.block_cells import second_dim
from scopelint.apis.tf.contrib.rnn.cells import cell, constant, num_units, pair_of_units, private
from scopelint.apis.tf.keras.by_name import activation as activation_of
from scopelint.apis.tf.keras.by_name import initializer as initializer_of
from scopelint.apis.tf.rnn.cells import builds, inside, layer_cell, sizes, tf, weight, zeros_for
from scopelint.apis.tf.rnn.lstm_and_gru import parts, state_tuple
from scopelint.graph.state import GraphState
from scopelint.values.base import AnyValue
from scopelint.values.containers import ListValue
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import INT32


def split(call: Call, value: AnyValue, count: int) -> list[Any]:
    return parts(call, tf(call, "split", value=value, num_or_size_splits=count, axis=1), count)


def add_bias(call: Call, value: AnyValue, bias: AnyValue) -> Any:
    return tf(call, "nn.bias_add", value, bias)


def blend(call: Call, gate: AnyValue, one: Any, two: AnyValue, whole: AnyValue = 1) -> Any:
    """`gate * one + (1 - gate) * two`."""
    first = call.binary("*", gate, one)
    return call.binary("+", first, call.binary("*", call.binary("-", whole, gate), two))


def uniform_initializer(call: Call) -> Any:
    return call.new("tf.random_uniform_initializer", minval=-1, maxval=1)


sru = cell("SRUCell", "num_units activation", layer_cell.cls)
sizes(sru, num_units, num_units)


@builds(sru)
def sru_build(call: Call, self: InstanceValue, shape: AnyValue) -> None:
    n = self.attrs["_num_units"]
    weight(call, self, "_kernel", "kernel", second_dim(call, shape), 4 * n)
    weight(call, self, "_bias", "bias", 2 * n, initializer=call.find("tf.zeros_initializer"))


@sru.method(name="call")
def sru_call(call: Call, self: InstanceValue, inputs: AnyValue, state: GraphState) -> Any:
    """TF: SRUCell.call."""
    attrs = self.attrs
    with inside(call):
        x_bar, forget, reset, x = split(call, tf(call, "matmul", inputs, attrs["_kernel"]), 4)
        joined = tf(call, "concat", ListValue([forget, reset]), 1)
        f, r = split(call, tf(call, "sigmoid", add_bias(call, joined, attrs["_bias"])), 2)
        c = blend(call, f, state, x_bar, 1.0)
        h = blend(call, r, call.invoke(attrs["_activation"], c), x, 1.0)
    return (h, c)


ind = cell("IndRNNCell", "num_units activation", layer_cell.cls)
sizes(ind, num_units, num_units)


@builds(ind)
def ind_build(call: Call, self: InstanceValue, shape: AnyValue) -> None:
    n = self.attrs["_num_units"]
    weight(call, self, "_kernel_w", "kernel_w", second_dim(call, shape), n)
    weight(call, self, "_kernel_u", "kernel_u", 1, n, initializer=uniform_initializer(call))
    weight(call, self, "_bias", "bias", n, initializer=zeros_for(call, self))
    self.set("built", True)


@ind.method(name="call")
def ind_call(call: Call, self: InstanceValue, inputs: AnyValue, state: GraphState) -> Any:
    """TF: IndRNNCell.call."""
    attrs = self.attrs
    with inside(call):
        product = tf(call, "matmul", inputs, attrs["_kernel_w"])
        gates = call.binary("+", product, call.binary("*", state, attrs["_kernel_u"]))
        output = call.invoke(attrs["_activation"], add_bias(call, gates, attrs["_bias"]))
    return (output, output)


indy_gru = cell("IndyGRUCell", "num_units activation kernel_initializer bias_initializer", layer_cell.cls)
sizes(indy_gru, num_units, num_units)


@builds(indy_gru)
def indy_gru_build(call: Call, self: InstanceValue, shape: AnyValue) -> None:
    n, depth = self.attrs["_num_units"], second_dim(call, shape)
    kernel, bias = self.attrs["_kernel_initializer"], self.attrs["_bias_initializer"]
    ones, zeros = (constant(call, 1.0), zeros_for(call, self)) if bias is None else (bias, bias)
    weight(call, self, "_gate_kernel_w", "gates/kernel_w", depth, 2 * n, initializer=kernel)
    weight(call, self, "_gate_kernel_u", "gates/kernel_u", 1, 2 * n, initializer=uniform_initializer(call))
    weight(call, self, "_gate_bias", "gates/bias", 2 * n, initializer=ones)
    weight(call, self, "_candidate_kernel_w", "candidate/kernel", depth, n, initializer=kernel)
    weight(call, self, "_candidate_kernel_u", "candidate/kernel_u", 1, n, initializer=uniform_initializer(call))
    weight(call, self, "_candidate_bias", "candidate/bias", n, initializer=zeros)
    self.set("built", True)


@indy_gru.method(name="call")
def indy_gru_call(call: Call, self: InstanceValue, inputs: AnyValue, state: AnyValue) -> Any:
    """TF: IndyGRUCell.call."""
    attrs = self.attrs
    with inside(call):
        product = tf(call, "matmul", inputs, attrs["_gate_kernel_w"])
        tiled = tf(call, "tile", state, ListValue([1, 2]))
        gates = call.binary("+", product, call.binary("*", tiled, attrs["_gate_kernel_u"]))
        r, u = split(call, tf(call, "sigmoid", add_bias(call, gates, attrs["_gate_bias"])), 2)
        kept = call.binary("*", r, state)
        product = tf(call, "matmul", inputs, attrs["_candidate_kernel_w"])
        candidate = call.binary("+", product, call.binary("*", kept, attrs["_candidate_kernel_u"]))
        c = call.invoke(attrs["_activation"], add_bias(call, candidate, attrs["_candidate_bias"]))
        new = blend(call, u, state, c)
    return (new, new)


indy_lstm = cell("IndyLSTMCell", "num_units forget_bias activation kernel_initializer bias_initializer", layer_cell.cls)
sizes(indy_lstm, pair_of_units, num_units)


@builds(indy_lstm)
def indy_lstm_build(call: Call, self: InstanceValue, shape: AnyValue) -> None:
    n, bias = self.attrs["_num_units"], self.attrs["_bias_initializer"]
    kernel = self.attrs["_kernel_initializer"]
    weight(call, self, "_kernel_w", "kernel_w", second_dim(call, shape), 4 * n, initializer=kernel)
    weight(call, self, "_kernel_u", "kernel_u", 1, 4 * n, initializer=uniform_initializer(call))
    weight(call, self, "_bias", "bias", 4 * n, initializer=bias if bias is not None else zeros_for(call, self))
    self.set("built", True)


@indy_lstm.method(name="call")
def indy_lstm_call(call: Call, self: InstanceValue, inputs: AnyValue, state: AnyValue) -> Any:
    """TF: IndyLSTMCell.call."""
    attrs, act = self.attrs, self.attrs["_activation"]
    with inside(call):
        one = tf(call, "constant", 1, dtype=INT32)
        c, h = parts(call, state, 2)
        gates = tf(call, "matmul", inputs, attrs["_kernel_w"])
        tiled = tf(call, "tile", h, ListValue([1, 4]))
        gates = call.binary("+", gates, call.binary("*", tiled, attrs["_kernel_u"]))
        gates = add_bias(call, gates, attrs["_bias"])
        i, j, f, o = parts(call, tf(call, "split", value=gates, num_or_size_splits=4, axis=one), 4)
        forget = tf(call, "constant", attrs["_forget_bias"], dtype=getattr(f, "dtype", None))
        kept = tf(call, "multiply", c, tf(call, "sigmoid", tf(call, "add", f, forget)))
        new_c = tf(call, "add", kept, tf(call, "multiply", tf(call, "sigmoid", i), call.invoke(act, j)))
        new_h = tf(call, "multiply", call.invoke(act, new_c), tf(call, "sigmoid", o))
    return (new_h, state_tuple(new_c, new_h))


def minimal(name: str) -> TypeBuilder:
    """A cell that speaks keras's dialect."""
    made = cell(name, "units activation kernel_initializer bias_initializer", layer_cell.cls, private)
    sizes(made, lambda call, self: self.attrs["_units"], lambda call, self: self.attrs["_units"])
    return made


def own_weight(call: Call, self: InstanceValue, label: str, dims: tuple[Any, ...], which: str) -> None:
    given = initializer_of(call, self.attrs[f"_{which}_initializer"])
    weight(call, self, label, label, *dims, initializer=given)


minimal_rnn = minimal("MinimalRNNCell")


@builds(minimal_rnn)
def minimal_build(call: Call, self: InstanceValue, shape: AnyValue) -> None:
    n, depth = self.attrs["_units"], second_dim(call, shape)
    own_weight(call, self, "kernel", (depth + 2 * n, n), "kernel")
    own_weight(call, self, "bias", (n,), "bias")
    self.set("built", True)


@minimal_rnn.method(name="call")
def minimal_call(call: Call, self: InstanceValue, inputs: Any, state: Any) -> Any:
    """TF: MinimalRNNCell.call."""
    attrs, n = self.attrs, self.attrs["_units"]
    with inside(call):
        sizes_ = ListValue([second_dim(call, inputs.shape), 2 * n])
        kernel = tf(call, "split", value=attrs["kernel"], num_or_size_splits=sizes_, axis=0)
        forward, gate = parts(call, kernel, 2)
        fed = call.invoke(activation_of(call, attrs["_activation"]), tf(call, "matmul", inputs, forward))
        joined = tf(call, "concat", ListValue([fed, state]), 1)
        u = tf(call, "sigmoid", add_bias(call, tf(call, "matmul", joined, gate), attrs["bias"]))
        new = blend(call, u, state, fed)
    return (new, new)


cfn = minimal("CFNCell")


@builds(cfn)
def cfn_build(call: Call, self: InstanceValue, shape: AnyValue) -> None:
    n, depth = self.attrs["_units"], second_dim(call, shape)
    own_weight(call, self, "kernel", (depth, 3 * n), "kernel")
    own_weight(call, self, "recurrent_kernel", (n, 2 * n), "kernel")
    own_weight(call, self, "bias", (2 * n,), "bias")
    self.set("built", True)


@cfn.method(name="call")
def cfn_call(call: Call, self: InstanceValue, inputs: AnyValue, state: GraphState) -> Any:
    """TF: CFNCell.call."""
    attrs, n = self.attrs, self.attrs["_units"]
    act = activation_of(call, attrs["_activation"])
    with inside(call):
        sizes_ = ListValue([2 * n, n])
        v, w = parts(call, tf(call, "split", value=attrs["kernel"], num_or_size_splits=sizes_, axis=1), 2)
        product = tf(call, "matmul", state, attrs["recurrent_kernel"])
        gates = call.binary("+", product, tf(call, "matmul", inputs, v))
        theta, eta = split(call, tf(call, "sigmoid", add_bias(call, gates, attrs["bias"])), 2)
        fed = tf(call, "matmul", inputs, w)
        one = call.binary("*", theta, call.invoke(act, state))
        new = call.binary("+", one, call.binary("*", call.binary("-", 1, eta), call.invoke(act, fed)))
    return (new, new)
