"""Stacks of bidirectional networks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework.conversion import is_set
from scopelint.apis.tf.framework.structures import items_of
from scopelint.apis.tf.rnn import functions as rnn
from scopelint.apis.tf.rnn.cells import inside, tf
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue

api = Namespace("tf.contrib.rnn")


@api.function
def transpose_batch_time(call: Call, x: AnyValue) -> Any:
    return rnn.transpose_batch_time(call, x)


@api.function
def best_effort_input_batch_size(call: Call, flat_input: AnyValue) -> Any:
    return rnn.batch_size_of(call, items_of(flat_input))


def stacked(call: Call, cells_fw: Any, cells_bw: Any) -> list[tuple[Any, Any]] | None:
    for label, cells in (("fw", cells_fw), ("bw", cells_bw)):
        if isinstance(cells, Unknown) or getattr(cells, "rest", None) is not None:
            return None
        if not items_of(cells):
            call.raise_("ValueError", f"Must specify at least one {label} cell for BidirectionalRNN.", kind="argument")
        if not isinstance(cells, ListValue):
            call.raise_("ValueError", f"cells_{label} must be a list of RNNCells (one per layer).", kind="argument")
    one, two = cells_fw.items, cells_bw.items
    if len(one) != len(two):
        call.raise_("ValueError", "Forward and Backward cells must have the same depth.", kind="argument")
    return list(zip(one, two, strict=True))


def state_at(states: AnyValue, at: int) -> Any:
    return items_of(states)[at] if is_set(states) and len(items_of(states)) > at else None


def stack(
    call: Call, cells_fw: AnyValue, cells_bw: AnyValue, inputs: AnyValue, scope: AnyValue, layer: Callable[..., Any]
) -> Any:
    """One bidirectional layer upon the other, each in its scope. `layer` gives what goes up and its two states."""
    pairs = stacked(call, cells_fw, cells_bw)
    if pairs is None:
        return call.cannot_know("the cells of a stack", may_make=True)
    states_fw, states_bw = [], []
    top = inputs
    with inside(call), tools.variable_scope(call, scope if is_set(scope) else "stack_bidirectional_rnn"):
        for at, (fw, bw) in enumerate(pairs):
            with tools.variable_scope(call, f"cell_{at}") as own:
                top, state_fw, state_bw = layer(at, own, fw, bw, top)
            states_fw.append(state_fw)
            states_bw.append(state_bw)
    return (top, tuple(states_fw), tuple(states_bw))


@api.function
def stack_bidirectional_dynamic_rnn(
    call: Call,
    cells_fw: AnyValue,
    cells_bw: AnyValue,
    inputs: AnyValue,
    initial_states_fw: AnyValue,
    initial_states_bw: AnyValue,
    dtype: AnyValue,
    sequence_length: AnyValue,
    time_major: AnyValue,
    scope: AnyValue,
) -> Any:
    """TF: stack_bidirectional_dynamic_rnn."""

    def layer(at: int, _: Any, fw: AnyValue, bw: AnyValue, below: AnyValue) -> tuple[Any, Any, Any]:
        outputs, states = call.new(
            "tf.nn.bidirectional_dynamic_rnn",
            fw,
            bw,
            below,
            initial_state_fw=state_at(initial_states_fw, at),
            initial_state_bw=state_at(initial_states_bw, at),
            sequence_length=sequence_length,
            dtype=dtype,
            time_major=time_major,
        )
        return tf(call, "concat", outputs, 2), states[0], states[1]

    return stack(call, cells_fw, cells_bw, inputs, scope, layer)


@api.function
def stack_bidirectional_rnn(
    call: Call,
    cells_fw: AnyValue,
    cells_bw: AnyValue,
    inputs: AnyValue,
    initial_states_fw: AnyValue,
    initial_states_bw: AnyValue,
    dtype: AnyValue,
    sequence_length: AnyValue,
    scope: AnyValue,
) -> Any:
    """TF: stack_bidirectional_rnn."""

    def layer(at: int, own: Any, fw: AnyValue, bw: AnyValue, below: AnyValue) -> Any:
        return call.new(
            "tf.nn.static_bidirectional_rnn",
            fw,
            bw,
            below,
            initial_state_fw=state_at(initial_states_fw, at),
            initial_state_bw=state_at(initial_states_bw, at),
            sequence_length=sequence_length,
            dtype=dtype,
            scope=own,
        )

    return stack(call, cells_fw, cells_bw, inputs, scope, layer)
