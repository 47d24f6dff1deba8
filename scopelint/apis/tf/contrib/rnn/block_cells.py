"""Cells of one operation or a few weights: GRUBlockCell, LSTMBlockCell, NASCell, SRU, IndRNN and their like."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.tf.contrib.rnn.cells import (
    cell,
    constant,
    last_dim,
    num_units,
    op_like,
    pair_of_units,
    projected_output,
    projected_state,
)
from scopelint.apis.tf.framework.dims import dims_of
from scopelint.apis.tf.rnn.cells import builds, inside, layer_cell, sizes, tf, weight, zeros_for
from scopelint.apis.tf.rnn.lstm_and_gru import parts, state_tuple
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.objects import InstanceValue
from scopelint.values.truth import is_on


def simple_state(call: Call, self: InstanceValue) -> Any:
    return self.attrs["_num_units"]


def second_dim(call: Call, shape: AnyValue, axis: int = 1) -> Any:
    dims = dims_of(shape)
    return dims[axis] if isinstance(dims, tuple) and len(dims) > axis else Unknown("depth of a cell's inputs")


def gated(call: Call, self: InstanceValue, inputs: AnyValue, state: AnyValue) -> Any:
    """The call of a cell whose only state is its output."""
    with inside(call):
        held = [value for key, value in self.attrs.items() if isinstance(key, str) and hasattr(value, "is_resource")]
        product = (
            tf(call, "matmul", inputs, held[0])
            if held and getattr(held[0], "shape", (0,))[0] == last_dim(inputs)
            else inputs
        )
        new = op_like(call, "AddV2", state, product, *held)
    return (new, new)


def gated_lstm(call: Call, self: InstanceValue, inputs: AnyValue, state: AnyValue) -> Any:
    """The call of a cell with the two states of an LSTM."""
    with inside(call):
        held = [value for key, value in self.attrs.items() if isinstance(key, str) and hasattr(value, "is_resource")]
        c, h = parts(call, state, 2)
        new_c = op_like(call, "AddV2", c, inputs, h, *held)
        new_h = op_like(call, "Mul", h, new_c)
    return (new_h, state_tuple(new_c, new_h))


gru_block = cell("GRUBlockCell", "num_units cell_size", layer_cell.cls)


sizes(gru_block, lambda call, self: block_units(self), lambda call, self: block_units(self))


gru_block.method(lambda call, self, inputs, h_prev: gated(call, self, inputs, h_prev), name="call")


def block_units(self: InstanceValue) -> Any:
    n = self.attrs["_num_units"]
    return self.attrs["_cell_size"] if n is None else n


def _gru_block(names: tuple[str, str, str, str]) -> Any:
    def build(call: Call, self: InstanceValue, shape: AnyValue) -> None:
        n, depth = block_units(self), second_dim(call, shape)
        if depth is None:
            call.raise_("ValueError", "Expecting input_size to be set.", kind="shape")
        weight(call, self, "_gate_kernel", names[0], depth + n, n * 2)
        weight(call, self, "_gate_bias", names[1], n * 2, initializer=constant(call, 1.0))
        weight(call, self, "_candidate_kernel", names[2], depth + n, n)
        weight(call, self, "_candidate_bias", names[3], n, initializer=constant(call, 0.0))
        self.set("built", True)

    return build


builds(gru_block)(_gru_block(("w_ru", "b_ru", "w_c", "b_c")))


gru_block_2 = cell("GRUBlockCellV2", "num_units cell_size", gru_block.cls)


builds(gru_block_2)(_gru_block(("gates/kernel", "gates/bias", "candidate/kernel", "candidate/bias")))


lstm_block = cell("LSTMBlockCell", "num_units forget_bias cell_clip use_peephole", layer_cell.cls)


sizes(lstm_block, pair_of_units, num_units)


lstm_block.method(gated_lstm, name="call")


def lstm_weights(call: Call, self: InstanceValue, depth: AnyValue) -> None:
    n = self.attrs["_num_units"]
    weight(call, self, "_kernel", "kernel", depth + n, n * 4)
    weight(call, self, "_bias", "bias", n * 4, initializer=constant(call, 0.0))
    if is_on(self.attrs["_use_peephole"]):
        for name in ("w_i_diag", "w_f_diag", "w_o_diag"):
            weight(call, self, "_" + name, name, n)
    self.set("built", True)


@builds(lstm_block)
def lstm_block_build(call: Call, self: InstanceValue, shape: AnyValue) -> None:
    depth = second_dim(call, shape)
    if depth is None:
        call.raise_("ValueError", f"Expecting inputs_shape[1] to be set: {call.to_string(shape)}", kind="shape")
    lstm_weights(call, self, depth)


nas = cell("NASCell", "num_units num_proj use_bias", layer_cell.cls)


sizes(nas, projected_state, projected_output)


nas.method(gated_lstm, name="call")


@builds(nas)
def nas_build(call: Call, self: InstanceValue, shape: AnyValue) -> None:
    n, proj = self.attrs["_num_units"], self.attrs["_num_proj"]
    weight(call, self, "recurrent_kernel", "recurrent_kernel", n if proj is None else proj, 8 * n)
    weight(call, self, "kernel", "kernel", second_dim(call, shape), 8 * n)
    if is_on(self.attrs["_use_bias"]):
        weight(call, self, "bias", "bias", 8 * n, initializer=zeros_for(call, self))
    if proj is not None:
        weight(call, self, "projection_weights", "projection_weights", n, proj)
    self.set("built", True)
