"""Cells that run over the whole sequence at once, and what adapts others to them."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.contrib.rnn.block_cells import lstm_weights, second_dim
from scopelint.apis.tf.contrib.rnn.cells import composite_op, num_units, op_like, with_last
from scopelint.apis.tf.framework import operations
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.keras.input_spec import spec
from scopelint.apis.tf.layers.base import LEGACY
from scopelint.apis.tf.rnn.cells import builds, inside, tf
from scopelint.apis.tf.rnn.functions import run_dynamic
from scopelint.apis.tf.rnn.lstm_and_gru import parts, state_tuple
from scopelint.apis.tf.rnn.static import run_static
from scopelint.graph.releases import CELL_SCOPES
from scopelint.values.base import AnyValue
from scopelint.values.containers import ListValue
from scopelint.values.objects import InstanceValue, NativeFunction, PropertyValue
from scopelint.values.truth import is_on

api = Namespace("tf.contrib.rnn")


lstm_wrapper = api.type("LSTMBlockWrapper", bases=(LEGACY,))


fused = api.type("LSTMBlockFusedCell", bases=(lstm_wrapper.cls,))


fused.cls.attrs["num_units"] = PropertyValue(
    NativeFunction("num_units", num_units, "tf.contrib.rnn.LSTMBlockFusedCell.num_units")
)


@fused.method(name="__init__", raw=True)
def fused_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    self, *rest = args
    bound, _ = bind(call, "tf.contrib.rnn.LSTMBlockFusedCell", tuple(rest), kwargs)
    call.invoke(
        LEGACY.attrs["__init__"],
        self,
        _reuse=bound["reuse"],
        name=CELL_SCOPES.at(call.state.release).get("LSTMBlockFusedCell", bound["name"]),
        **({"dtype": bound["dtype"]} if bound["dtype"] is not None else {}),
    )
    for field in ("num_units", "forget_bias", "cell_clip", "use_peephole"):
        self.set("_" + field, bound[field])
    call.setattr(self, "input_spec", spec(ndim=3))


@builds(fused)
def fused_build(call: Call, self: InstanceValue, shape: AnyValue) -> None:
    lstm_weights(call, self, second_dim(call, shape, 2))


@lstm_wrapper.method(name="call", raw=True)
def fused_call(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: LSTMBlockWrapper.call: the whole sequence in one operation."""
    self, inputs = args[0], args[1]
    with inside(call):
        n = self.attrs["_num_units"]
        is_list = isinstance(inputs, ListValue)
        tensor = tf(call, "stack", inputs) if is_list else operations.convert(call, inputs)
        held = [self.attrs["_kernel"], self.attrs["_bias"]]
        outputs: Any = composite_op(call, "BlockLSTM", with_last(tensor, n), tensor, *held)
        shape = outputs.shape[1:] if isinstance(outputs.shape, tuple) else outputs.shape
        c, h = composite_op(call, "StridedSlice", shape, outputs), composite_op(call, "StridedSlice", shape, outputs)
        if is_list:
            outputs = tf(call, "unstack", outputs)
    return (outputs, state_tuple(c, h))


fused_base = api.type("FusedRNNCell")


adaptor = api.type("FusedRNNCellAdaptor", bases=(fused_base.cls,))


@adaptor.method(name="__init__")
def adaptor_init(call: Call, self: InstanceValue, cell: AnyValue, use_dynamic_rnn: AnyValue) -> None:
    self.set("_cell", cell)
    self.set("_use_dynamic_rnn", use_dynamic_rnn)


_FUSED = ("inputs", "initial_state", "dtype", "sequence_length", "scope")


@adaptor.method(name="__call__", raw=True)
def adaptor_call(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    self, *rest = args
    bound = {**dict.fromkeys(_FUSED), **dict(zip(_FUSED, rest, strict=False)), **kwargs}
    inputs = bound["inputs"]
    is_list = isinstance(inputs, ListValue)
    own = self.attrs["_cell"]
    with inside(call):
        if is_on(self.attrs["_use_dynamic_rnn"]):
            inputs = tf(call, "stack", inputs) if is_list else inputs
            outputs, state = run_dynamic(
                call,
                own,
                inputs,
                bound["sequence_length"],
                bound["initial_state"],
                bound["dtype"],
                True,
                bound["scope"],
            )
            return (tf(call, "unstack", outputs) if is_list else outputs, state)
        inputs = inputs if is_list else tf(call, "unstack", inputs)
        outputs, state = run_static(
            call, own, inputs, bound["initial_state"], bound["dtype"], bound["sequence_length"], bound["scope"]
        )
        return (outputs if is_list else tf(call, "stack", outputs), state)


reversed_cell = api.type("TimeReversedFusedRNN", bases=(fused_base.cls,))


@reversed_cell.method(name="__init__")
def reversed_init(call: Call, self: InstanceValue, cell: AnyValue) -> None:
    self.set("_cell", cell)


@reversed_cell.method(name="__call__", raw=True)
def reversed_call(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    self, *rest = args
    bound = {**dict.fromkeys(_FUSED), **dict(zip(_FUSED, rest, strict=False)), **kwargs}

    def turn(value: AnyValue) -> Any:
        if isinstance(value, ListValue):
            return ListValue(value.items[::-1], value.rest)
        return op_like(
            call,
            "ReverseV2" if bound["sequence_length"] is None else "ReverseSequence",
            operations.convert(call, value),
        )

    with inside(call):
        given = turn(bound.pop("inputs"))
        outputs, state = parts(call, call.invoke(self.attrs["_cell"], given, **bound), 2)
        return (turn(outputs), state)
