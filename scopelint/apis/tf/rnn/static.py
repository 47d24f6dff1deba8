"""Recurrent networks unrolled in Python."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework import operations
from scopelint.apis.tf.framework.bare_op import make as node
from scopelint.apis.tf.framework.conversion import is_set
from scopelint.apis.tf.framework.structures import flatten, items_of, refill
from scopelint.apis.tf.ops.control_flow import cond
from scopelint.apis.tf.rnn.cells import inside, is_nested, like_cell, tf, zero_tensor
from scopelint.apis.tf.rnn.functions import initial_state_of, is_keras_cell, scope_or, state_dtype
from scopelint.apis.tf.rnn.lstm_and_gru import parts
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.tensors import BOOL, INT32, Tensor

api = Namespace("tf.nn")


def sequence_of(call: Call, inputs: AnyValue) -> list[Any]:
    """The inputs of a static network; of a list of unknown length, one."""
    if isinstance(inputs, Unknown):
        return [inputs]
    if not is_nested(inputs):
        call.raise_("TypeError", "inputs must be a sequence", kind="argument")
    members = list(items_of(inputs))
    if not members:
        rest = rest_of(inputs)
        if rest is None:
            call.raise_("ValueError", "inputs must not be empty", kind="argument")
        return [rest]
    return members


@api.function
def static_rnn(
    call: Call,
    cell: AnyValue,
    inputs: AnyValue,
    initial_state: AnyValue,
    dtype: AnyValue,
    sequence_length: AnyValue,
    scope: AnyValue,
) -> Any:
    return run_static(call, cell, inputs, initial_state, dtype, sequence_length, scope)


def run_static(
    call: Call,
    cell: AnyValue,
    inputs: AnyValue,
    initial_state: AnyValue,
    dtype: AnyValue,
    lengths: AnyValue,
    scope: AnyValue,
) -> Any:
    """TF: static_rnn: the cell is called for each input, from the second on with reuse."""
    like_cell(call, "cell", cell)
    steps = sequence_of(call, inputs)
    outputs = []
    with tools.variable_scope(call, scope_or(scope, "rnn")) as own, inside(call):
        first = _first_leaf(call, steps[0])
        tensor = operations.convert(call, first)
        batch = batch_of_first(call, tensor)
        if is_set(initial_state):
            state = initial_state
        else:
            if not is_set(dtype):
                call.raise_("ValueError", "If no initial_state is provided, dtype must be specified", kind="argument")
            state = initial_state_of(call, cell, batch, dtype)
        zeros: list[Tensor] = []
        sizes: Any = None
        if is_set(lengths):
            lengths = operations.convert(call, lengths, None, "sequence_length")
            sizes = call.getattr(cell, "output_size")
            zeros = [zero_tensor(call, batch, size, state_dtype(call, dtype, state)) for size in flatten(sizes)]
            lengths = tf(call, "cast", lengths, INT32)
            for name in ("Min", "Max"):
                call.graph.op("Const", "Const")
                call.graph.op(name, name)
        keras = is_keras_cell(call, cell)
        if keras and not is_nested(state):
            state = ListValue([state])
        for time, given in enumerate(steps):
            if time > 0:
                own.reuse_variables()
            if is_set(lengths):
                output, state = conditional(call, cell, given, state, zeros, sizes)
            else:
                output, state = parts(call, call.invoke(cell, given, state), 2)
            outputs.append(output)
        if keras and len(items_of(state)) == 1:
            state = items_of(state)[0]
    return (for_each(inputs, outputs), state)


def for_each(inputs: AnyValue, made: list[Any]) -> ListValue:
    """What became of each input that is known, as a list of which as much is known as of the inputs."""
    out = ListValue(made, rest_of(inputs))
    out.firm = getattr(inputs, "firm", None)
    return out


def _first_leaf(call: Call, given: AnyValue) -> Any:
    leaves = flatten(given)
    if leaves:
        return leaves[0]
    rest = rest_of(given)
    if rest is None:
        call.raise_("IndexError", "list index out of range", kind="argument")
    return rest


def rest_of(inputs: AnyValue) -> Unknown | None:
    """What may be among the inputs besides those that are known."""
    return inputs.derive("") if isinstance(inputs, Unknown) else getattr(inputs, "rest", None)


def batch_of_first(call: Call, tensor: Tensor) -> Any:
    shape = tensor.shape
    if isinstance(shape, tuple) and len(shape) != 1:
        for at, dim in enumerate(shape[1:]):
            if dim is None:
                call.raise_(
                    "ValueError",
                    f"Input size (dimension {at} of inputs) must be accessible via shape "
                    "inference, but saw value None.",
                    kind="shape",
                )
    first = shape[0] if isinstance(shape, tuple) and shape else shape
    if isinstance(first, Unknown) or (isinstance(first, int) and first):
        return first
    return call.getitem(tf(call, "shape", tensor), 0)


def conditional(call: Call, cell: Any, given: Any, state: Any, zeros: list[Tensor], sizes: Any) -> tuple[Any, Any]:
    """TF: _rnn_step, with its conditionals: past the last step nothing is computed."""
    graph = call.graph
    pred = node(call, "GreaterEqual", "GreaterEqual", (), BOOL)
    before = flatten(state)
    shape: dict[str, Any] = {}

    def compute() -> Any:
        output, new_state = parts(call, call.invoke(cell, given, state), 2)
        shape["output"], shape["state"] = output, new_state
        leaves = [*flatten(output), *flatten(new_state)]
        inner = node(call, "Less", "Less", (), BOOL)

        def select() -> Any:
            return ListValue(
                [
                    node(call, "Select", "Select", leaf.shape, leaf.dtype, leaf.deps)
                    if isinstance(leaf, Tensor)
                    else leaf
                    for leaf in leaves
                ]
            )

        return cond(call, inner, lambda: ListValue(leaves), select)

    graph.op("GreaterEqual", "GreaterEqual")
    results = cond(call, pred, lambda: ListValue([*zeros, *before]), compute)
    leaves = items_of(results)
    count = len(flatten(shape.get("output")))
    after = leaves[count:]
    outputs = leaves[:count]
    if len(outputs) != count or len(after) != len(flatten(shape.get("state"))):
        return shape.get("output"), shape.get("state")
    for old, new in zip([*zeros, *before], leaves, strict=False):
        if isinstance(old, Tensor) and isinstance(new, Tensor) and isinstance(old.shape, tuple):
            new.shape = old.shape
    return refill(shape["output"], iter(outputs)), refill(shape["state"], iter(after))


def reversed_steps(call: Call, steps: list[Any], lengths: AnyValue) -> list[Any]:
    """TF: _reverse_seq."""
    if not is_set(lengths):
        return steps[::-1]
    stacked = tf(call, "stack", ListValue(steps))
    turned = tf(call, "reverse_sequence", stacked, lengths, 0, 1)
    made = items_of(tf(call, "unstack", turned))
    return made if len(made) == len(steps) else steps[::-1]


@api.function
def static_bidirectional_rnn(
    call: Call,
    cell_fw: AnyValue,
    cell_bw: AnyValue,
    inputs: AnyValue,
    initial_state_fw: AnyValue,
    initial_state_bw: AnyValue,
    dtype: AnyValue,
    sequence_length: AnyValue,
    scope: AnyValue,
) -> Any:
    """TF: static_bidirectional_rnn."""
    like_cell(call, "cell_fw", cell_fw)
    like_cell(call, "cell_bw", cell_bw)
    steps = sequence_of(call, inputs)
    rest = rest_of(inputs)
    with inside(call):
        with tools.variable_scope(call, scope_or(scope, "bidirectional_rnn")):
            with tools.variable_scope(call, "fw") as forward:
                out_fw, state_fw = run_static(call, cell_fw, inputs, initial_state_fw, dtype, sequence_length, forward)
            with tools.variable_scope(call, "bw") as backward:
                turned = ListValue(reversed_steps(call, steps, sequence_length), rest)
                turned.firm = None if rest is None else 0
                out, state_bw = run_static(call, cell_bw, turned, initial_state_bw, dtype, sequence_length, backward)
        out_bw = reversed_steps(call, items_of(out), sequence_length)
        outputs = [tf(call, "concat", ListValue([a, b]), 1) for a, b in zip(items_of(out_fw), out_bw, strict=False)]
    made = ListValue(outputs, rest)
    made.firm = None if rest is None else 0
    return (made, state_fw, state_bw)


@api.function
def static_state_saving_rnn(
    call: Call,
    cell: AnyValue,
    inputs: AnyValue,
    state_saver: AnyValue,
    state_name: AnyValue,
    sequence_length: AnyValue,
    scope: AnyValue,
) -> Any:
    """TF: static_state_saving_rnn: the states come from, and go to, an object of the program's."""
    names = flatten(state_name)
    size = call.getattr(cell, "state_size")
    state: Any = [call.method(state_saver, "state", name) for name in names]
    initial = refill(size, iter(state)) if is_nested(size) else state[0]
    outputs, state = run_static(call, cell, inputs, initial, None, sequence_length, scope)
    for name, part in zip(names, flatten(state), strict=False):
        call.method(state_saver, "save_state", name, part)
    return (outputs, state)
