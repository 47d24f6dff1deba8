"""tf.nn.dynamic_rnn, static_rnn, raw_rnn and the bidirectional ones: cells run along a sequence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework import operations
from scopelint.apis.tf.framework.bare_op import make as node
from scopelint.apis.tf.framework.callables import is_callable
from scopelint.apis.tf.framework.control_flow_contexts import waiting
from scopelint.apis.tf.framework.conversion import graph_dtype, is_blank, is_set
from scopelint.apis.tf.framework.dims import dims_of
from scopelint.apis.tf.framework.python_values import base, left_open
from scopelint.apis.tf.framework.structures import flatten, items_of, refill, standing_for
from scopelint.apis.tf.ops.tensor_array import (
    array_like,
    is_array,
    new_array,
    read_array,
    stack_array,
    unstack_array,
    write_array,
)
from scopelint.apis.tf.ops.while_loop import bounded, repack, turns_test, while_loop
from scopelint.apis.tf.rnn.cells import (
    dims_of_size,
    has,
    inside,
    is_nested,
    joined_sizes,
    like_cell,
    tf,
    with_batch,
    zero_tensor,
)
from scopelint.apis.tf.rnn.lstm_and_gru import parts
from scopelint.graph.releases import REVERSES_WITHOUT_LENGTHS
from scopelint.graph.state import GraphState
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import BOOL, FLOAT32, INT32, STRING, Operation, Tensor
from scopelint.values.truth import is_not_off, is_on

api = Namespace("tf.nn")


def scope_or(scope: AnyValue, default: str) -> Any:
    """TF: `scope or "rnn"`."""
    return default if not is_set(scope) or is_blank(scope) else scope


def transpose_batch_time(call: Call, x: AnyValue) -> Any:
    """TF: _transpose_batch_time."""
    if not isinstance(x, Tensor):
        return x
    shape = x.shape
    if isinstance(shape, tuple) and len(shape) < 2:
        return x
    graph = call.graph
    count: Any = len(shape) if isinstance(shape, tuple) else left_open(shape)
    others = count - 2 if count is not None else None
    rank = node(call, "Const" if isinstance(shape, tuple) else "Rank", "Rank", (), INT32).op_name
    inner = (("start", "Const"), ("delta", "Const"))
    rest = node(call, "Range", "range", (others,), INT32, inner=inner).op_name
    inner = (("values_0", "Const"), ("axis", "Const"))
    order = node(call, "ConcatV2", "concat", (count,), INT32, inner=inner).op_name
    turned = (shape[1], shape[0], *shape[2:]) if isinstance(shape, tuple) else shape
    made = node(call, "Transpose", "transpose", turned, x.dtype, x.deps).stands_for(x)
    graph.draw(rank, x)
    graph.draw(rest, f"{rest}/start", rank, f"{rest}/delta")
    graph.draw(order, f"{order}/values_0", rest, f"{order}/axis")
    graph.draw(made.op_name, x, order)
    return made


def batch_size_of(call: Call, inputs: list[Any]) -> Any:
    """TF: _best_effort_input_batch_size, of inputs by time."""
    for tensor in inputs:
        shape = tensor.shape
        if shape is None:
            continue
        if isinstance(shape, Unknown):
            return shape.derive("")
        if len(shape) < 2:
            call.raise_("ValueError", f"Expected input tensor {tensor} to have rank at least 2", kind="shape")
        if shape[1] is not None:
            return shape[1]
    return call.getitem(tf(call, "shape", inputs[0]), 1)


def initial_state_of(call: Call, cell: AnyValue, batch: AnyValue, dtype: AnyValue) -> Any:
    if has(call, cell, "get_initial_state"):
        return call.method(cell, "get_initial_state", inputs=None, batch_size=batch, dtype=dtype)
    return call.method(cell, "zero_state", batch, dtype)


def state_as_asked(call: Call, cell: AnyValue, state: AnyValue, batch: AnyValue, dtype: AnyValue) -> Any:
    """A state that is not known is of the form that the cell asks for: any other is refused."""
    if not isinstance(state, Unknown):
        return state
    sizes = call.getattr(cell, "state_size")
    rows = batch if isinstance(batch, (int, Unknown)) else None
    leaves = [
        operations.opaque_tensor(call, state, with_batch(rows, size), dtype if is_set(dtype) else None)
        for size in flatten(sizes)
    ]
    return refill(sizes, iter(leaves))


def state_dtype(call: Call, dtype: AnyValue, state: AnyValue) -> Any:
    """TF: _infer_state_dtype."""
    if is_set(dtype):
        return graph_dtype(call, dtype)
    leaves = flatten(state)
    return base(getattr(leaves[0], "dtype", None)) or FLOAT32 if leaves else FLOAT32


def is_keras_cell(call: Call, cell: AnyValue) -> bool:
    """TF: _is_keras_rnn_cell."""
    return (
        isinstance(cell, InstanceValue)
        and cell.cls.derives_from("tf.keras.layers.Layer")
        and not (cell.cls.derives_from("tf.nn.rnn_cell.RNNCell") or has(call, cell, "zero_state"))
    )


def lengths_checked(call: Call, lengths: AnyValue) -> Any:
    """TF: what dynamic_rnn does with sequence_length, as far as names go."""
    tensor = tf(call, "cast", lengths, INT32)
    if isinstance(tensor, Tensor):
        if isinstance(tensor.shape, tuple) and len(tensor.shape) != 1:
            call.raise_(
                "ValueError",
                "sequence_length must be a vector of length batch_size, but saw shape: "
                f"{call.to_string(call.getattr(tensor, 'shape'))}",
                kind="shape",
            )
        named = node(call, "Identity", "sequence_length", tensor.shape, INT32)
        call.graph.draw(named.op_name, tensor)
        return named
    return tensor


def check_lengths(call: Call, lengths: AnyValue, batch: AnyValue) -> Any:
    """TF: _assert_has_shape and the identity after it. What an Assert shows is text and int32, so it stands alone."""
    graph = call.graph
    known = isinstance(lengths, Tensor) and isinstance(lengths.shape, tuple) and isinstance(lengths.shape[0], int)
    sizes = node(call, "Const" if known else "Shape", "Shape", (1,), INT32)
    asked = node(call, "Const" if isinstance(batch, int) else "Pack", "stack", (1,), INT32)
    same = node(call, "Equal", "Equal", (1,), BOOL)
    along = node(call, "Const", "Const", (1,), INT32)
    whole = node(call, "All", "All", (), BOOL)
    graph.draw(sizes.op_name, lengths)
    graph.draw(asked.op_name, batch)
    graph.draw(same.op_name, sizes, asked)
    graph.draw(whole.op_name, same, along)
    with operations.scope(call, "Assert"):
        for _ in range(2):
            node(call, "Const", "Const", (), STRING)
        full = graph.op("Assert", "Assert", inner=(("data_0", "Const"), ("data_2", "Const")))
        graph.draw(full, whole, f"{full}/data_0", asked, f"{full}/data_2", sizes)
    shape = lengths.shape if isinstance(lengths, Tensor) else Unknown("shape of lengths")
    with waiting(call, [Operation(full, "Assert", graph)]):
        checked = node(call, "Identity", "CheckSeqLen", shape, INT32)
    graph.draw(checked.op_name, lengths)
    return checked


@api.function
def dynamic_rnn(
    call: Call,
    cell: AnyValue,
    inputs: AnyValue,
    sequence_length: AnyValue,
    initial_state: AnyValue,
    dtype: AnyValue,
    time_major: AnyValue,
    scope: AnyValue,
) -> Any:
    return run_dynamic(call, cell, inputs, sequence_length, initial_state, dtype, time_major, scope)


def run_dynamic(
    call: Call,
    cell: AnyValue,
    inputs: AnyValue,
    lengths: AnyValue,
    initial_state: AnyValue,
    dtype: AnyValue,
    time_major: AnyValue,
    scope: AnyValue,
) -> Any:
    """TF: dynamic_rnn. The cell is called once, in `rnn/while`."""
    like_cell(call, "cell", cell)
    with tools.variable_scope(call, scope_or(scope, "rnn")), inside(call):
        leaves = [operations.convert(call, leaf) for leaf in flatten(inputs)]
        if not leaves:
            # TF: _best_effort_input_batch_size and _dynamic_rnn_loop ask the first of them for its shape.
            call.raise_("IndexError", "tuple index out of range")
        by_time = is_not_off(time_major) and (is_on(time_major) or bool(time_major))
        if not by_time:
            leaves = [transpose_batch_time(call, leaf) for leaf in leaves]
        if is_set(lengths):
            lengths = lengths_checked(call, lengths)
        batch = batch_size_of(call, leaves)
        if is_set(initial_state):
            state = state_as_asked(call, cell, initial_state, batch, dtype)
        else:
            if not is_set(dtype):
                call.raise_("ValueError", "If there is no initial_state, you must give a dtype.", kind="argument")
            state = initial_state_of(call, cell, batch, dtype)
        if is_set(lengths):
            lengths = check_lengths(call, lengths, batch)
        outputs, final = loop(call, cell, refill(inputs, iter(leaves)), leaves, state, lengths, dtype, batch)
        if not by_time:
            turned = [transpose_batch_time(call, leaf) for leaf in flatten(outputs)]
            outputs = refill(outputs, iter(turned))
    return (outputs, final)


def check_depths(call: Call, leaves: list[Tensor]) -> None:
    for leaf in leaves:
        if isinstance(leaf.shape, tuple):
            if len(leaf.shape) < 3:
                call.raise_(
                    "ValueError",
                    f"Shape {call.to_string(call.getattr(leaf, 'shape'))} must have rank at least 3",
                    kind="shape",
                )
            if any(dim is None for dim in leaf.shape[2:]):
                call.raise_(
                    "ValueError",
                    "Input size (depth of inputs) must be accessible via shape inference, but saw value None.",
                    kind="shape",
                )


def loop(
    call: Call, cell: Any, inputs: Any, leaves: list[Tensor], state: Any, lengths: Any, dtype: Any, batch: Any
) -> tuple[Any, Any]:
    """TF: _dynamic_rnn_loop."""
    graph = call.graph
    output_size = call.getattr(cell, "output_size")
    sizes = flatten(output_size)
    sizes_of_input = tf(call, "shape", leaves[0])
    corners = ("stack", "stack_1", "stack_2")
    sliced = graph.op("StridedSlice", "strided_slice", inner=tuple((corner, "Const") for corner in corners))
    graph.draw(sliced, sizes_of_input, *(f"{sliced}/{corner}" for corner in corners))
    steps = Tensor(sliced, 0, "StridedSlice", (), INT32, graph)
    batch = batch_size_of(call, leaves)
    check_depths(call, leaves)
    kind = state_dtype(call, dtype, state)
    zeros = [zero_output(call, batch, size, kind) for size in sizes]
    if is_set(lengths):
        for name in ("Min", "Max"):
            along = node(call, "Const", "Const", (1,), INT32)
            graph.draw(node(call, name, name, (), INT32).op_name, lengths, along)
    time = node(call, "Const", "time", (), INT32)
    with operations.scope(call, "dynamic_rnn"):
        pass
    const_batch = batch if isinstance(batch, (int, Unknown)) else None
    shape = leaves[0].shape
    const_time = shape[0] if isinstance(shape, tuple) and shape else left_open(shape)
    arrays = [new_array(call, kind, steps, None, with_batch(const_batch, size)) for size in sizes]
    sources = [
        new_array(call, leaf.dtype, steps, None, leaf.shape[1:] if isinstance(leaf.shape, tuple) else leaf.shape)
        for leaf in leaves
    ]
    sources = [unstack_array(call, array, leaf) for array, leaf in zip(sources, leaves, strict=True)]
    keras = is_keras_cell(call, cell)

    def step(now: Any, held: AnyValue, own: AnyValue) -> Any:
        read = [read_array(call, array, now) for array in sources]
        given = refill(inputs, iter(read))
        if keras and not is_nested(own):
            own = ListValue([own])
        output, new_state = parts(call, call.invoke(cell, given, own), 2)
        if is_set(lengths):
            output, new_state = copied(call, output, new_state, own, zeros, now, lengths)
        if keras and isinstance(new_state, (ListValue, tuple)) and len(items_of(new_state)) == 1:
            new_state = items_of(new_state)[0]
        written = [
            write_array(call, array, now, out) for array, out in zip(items_of(held), flatten(output), strict=False)
        ]
        add = Tensor(graph.op("AddV2", "add", inner=(("y", "Const"),)), 0, "AddV2", (), INT32, graph)
        graph.draw(add.op_name, now, f"{add.op_name}/y")
        return (add, tuple(written), new_state)

    most = node(call, "Maximum", "Maximum", (), INT32, inner=(("x", "Const"),)).op_name
    least = graph.op("Minimum", "Minimum")
    if graph.drawing is not None:
        longest = f"{graph.get_name_scope()}/Max" if is_set(lengths) else steps
        graph.draw(most, f"{most}/x", longest)
        graph.draw(least, steps, most)
        bound: Any = Tensor(least, 0, "Minimum", (), INT32, graph)
    else:
        bound = steps
    with operations.scope(call, "while"):
        result, exits = bounded(call, turns_test(call, "Less", bound), step, (time, tuple(arrays), state), steps)
    count = len(arrays)
    final = repack(call, result[2], exits[1 + count :])
    outputs = []
    for array, flow, size in zip(items_of(result[1]), exits[1 : 1 + count], sizes, strict=False):
        tensor = stack_array(call, array_like(array, flow))
        dims = dims_of_size(size)
        if isinstance(const_time, int) and isinstance(const_batch, int):
            node(call, "Const", "Const", (2,), INT32)
        node(call, "Const", "Const", (len(dims) if isinstance(dims, tuple) else dims,), INT32)
        tensor.shape = (const_time, const_batch, *dims) if isinstance(dims, tuple) else dims
        outputs.append(tensor)
    if len(outputs) != len(sizes):
        return call.unknown("the outputs of a cell that is not known"), final
    if not has_one_output(cell):
        # What a program says of its cell's output, and is not known, may be a structure of sizes.
        outputs = [standing_for(out, size) for size, out in zip(sizes, outputs, strict=True)]
    return refill(output_size, iter(outputs)), final


def has_one_output(cell: AnyValue) -> bool:
    """Is a cell's output one tensor, whatever its size? That of TF's own cells is, but for those around others."""
    if not isinstance(cell, InstanceValue):
        return False
    owner = next((each for each in cell.cls.mro if "output_size" in each.attrs), None)
    if owner is None or not owner.canonical.startswith(("tf.", "tensorflow.")):
        return False
    inner = [cell.attrs[name] for name in ("_cell", "cell", "_cells") if name in cell.attrs][:1]
    return all(has_one_output(each) for part in inner for each in (items_of(part) or [None]))


def zero_output(call: Call, batch: Any, size: Any, dtype: Any) -> Tensor:
    """TF: _create_zero_arrays, used where the sequences have lengths of their own."""
    graph = call.graph
    shape = with_batch(batch if isinstance(batch, (int, Unknown)) else None, size)
    sizes = joined_sizes(call, batch, shape)
    name = graph.op("Fill", "zeros", inner=(("Const", "Const"),))
    graph.draw(name, sizes, f"{name}/Const")
    return Tensor(name, 0, "Fill", shape, dtype, graph)


def copied(
    call: Call, output: Any, new_state: Any, state: Any, zeros: list[Tensor], time: Any = None, lengths: Any = None
) -> tuple[Any, Any]:
    """TF: _copy_some_through: past a sequence's end its output is zero and its state stays."""
    graph = call.graph
    past = graph.op("GreaterEqual", "GreaterEqual")
    graph.draw(past, *(each for each in (time, lengths) if each is not None))

    def through(old: Any, new: Any) -> Any:
        if is_array(new) or not isinstance(new, Tensor) or new.shape == ():
            return new
        deps = new.deps | getattr(old, "deps", 0)
        shape = old.shape if isinstance(getattr(old, "shape", None), tuple) else new.shape
        made = node(call, "Select", "Select", shape, new.dtype, deps)
        graph.draw(made.op_name, past, old, new)
        return made

    leaves = flatten(output)
    outputs = [through(zero, leaf) for zero, leaf in zip(zeros, leaves, strict=False)]
    before, after = flatten(state), flatten(new_state)
    states = [through(old, new) for old, new in zip(before, after, strict=False)]
    made = refill(output, iter(outputs)) if len(outputs) == len(leaves) else output
    return made, refill(new_state, iter(states)) if len(states) == len(after) else new_state


# Both ways


def reverse(call: Call, x: AnyValue, lengths: AnyValue, seq_axis: int, batch_axis: int) -> Any:
    if is_set(lengths):
        return tf(call, "reverse_sequence", input=x, seq_lengths=lengths, seq_axis=seq_axis, batch_axis=batch_axis)
    return tf(call, "reverse_v2", x, axis=ListValue([seq_axis]))


def map_leaves(call: Call, function: Callable[[Any], Any], structure: AnyValue) -> Any:
    return refill(structure, iter([function(leaf) for leaf in flatten(structure)]))


@api.function
def bidirectional_dynamic_rnn(
    call: Call,
    cell_fw: AnyValue,
    cell_bw: AnyValue,
    inputs: AnyValue,
    sequence_length: AnyValue,
    initial_state_fw: AnyValue,
    initial_state_bw: AnyValue,
    dtype: AnyValue,
    time_major: AnyValue,
    scope: AnyValue,
) -> Any:
    """TF: bidirectional_dynamic_rnn."""
    like_cell(call, "cell_fw", cell_fw)
    like_cell(call, "cell_bw", cell_bw)
    seq_axis, batch_axis = (0, 1) if is_on(time_major) else (1, 0)

    with inside(call):
        with tools.variable_scope(call, scope_or(scope, "bidirectional_rnn")):
            with tools.variable_scope(call, "fw") as forward:
                output_fw, state_fw = run_dynamic(
                    call, cell_fw, inputs, sequence_length, initial_state_fw, dtype, time_major, forward
                )
            with tools.variable_scope(call, "bw") as backward:
                if not is_set(sequence_length) and not REVERSES_WITHOUT_LENGTHS.at(call.state.release):
                    call.raise_("ValueError", "None values not supported.", "argument")
                turned = map_leaves(call, lambda x: reverse(call, x, sequence_length, seq_axis, batch_axis), inputs)
                output, state_bw = run_dynamic(
                    call, cell_bw, turned, sequence_length, initial_state_bw, dtype, time_major, backward
                )
        output_bw = map_leaves(call, lambda x: reverse(call, x, sequence_length, seq_axis, batch_axis), output)
    return ((output_fw, output_bw), (state_fw, state_bw))


# static_rnn


# raw_rnn


@api.function
def raw_rnn(call: Call, cell: AnyValue, loop_fn: AnyValue, scope: AnyValue) -> Any:
    """TF: raw_rnn: the program's own loop function tells what comes next."""
    like_cell(call, "cell", cell)
    if not is_callable(loop_fn) and not isinstance(loop_fn, Unknown):
        call.raise_("TypeError", "loop_fn must be a callable", kind="argument")
    with tools.variable_scope(call, scope_or(scope, "rnn")), inside(call):
        time = node(call, "Const", "Const", (), INT32)
        finished, next_input, state, emit, first_loop_state = parts(
            call, call.invoke(loop_fn, time, None, None, None), 5
        )
        loop_state = first_loop_state if first_loop_state is not None else node(call, "Const", "Const", (), INT32)
        tensor = operations.convert(call, flatten(next_input)[0])
        shape = tensor.shape
        batch: Any = shape[0] if isinstance(shape, tuple) and shape else shape
        if batch is None:
            batch = call.getitem(tf(call, "shape", tensor), 0)
        state = map_leaves(call, lambda leaf: leaf if is_array(leaf) else operations.convert(call, leaf), state)
        const_batch = batch if isinstance(batch, (int, Unknown)) else None
        if emit is not None:
            leaves = [operations.convert(call, leaf) for leaf in flatten(emit)]
            sizes: list[Any] = [
                leaf.shape if isinstance(leaf.shape, tuple) else Unknown("size of what is emitted") for leaf in leaves
            ]
            kinds = [base(leaf.dtype) for leaf in leaves]
        else:
            emit = call.getattr(cell, "output_size")
            sizes = flatten(emit)
            kinds = [state_dtype(call, None, state)] * len(sizes)
        arrays = [
            new_array(
                call,
                kind,
                0,
                f"rnn_output_{at}",
                with_batch(const_batch, ListValue(size) if isinstance(size, tuple) else size),
            )
            for at, (kind, size) in enumerate(zip(kinds, sizes, strict=True))
        ]
        zeros = [
            zero_tensor(call, batch, ListValue(size) if isinstance(size, tuple) else size, kind)
            for kind, size in zip(kinds, sizes, strict=True)
        ]
        emit_arrays = refill(emit, iter(arrays))
        with operations.scope(call, "while"):
            result, exits = while_loop(
                call,
                _unfinished(call),
                _raw_step(call, cell, loop_fn, zeros),
                ListValue([time, finished, next_input, emit_arrays, state, loop_state]),
            )
    made = items_of(repack(call, result, exits))
    return (made[3], made[4], made[5] if first_loop_state is not None else None)


def _unfinished(call: Call) -> Callable[..., Any]:
    def test(time: AnyValue, finished: AnyValue, *others: Any) -> Any:
        call.graph.op("Const", "Const")
        call.graph.op("All", "All")
        return node(call, "LogicalNot", "LogicalNot", (), BOOL)

    return test


def _raw_step(call: Call, cell: AnyValue, loop_fn: AnyValue, zeros: list[Tensor]) -> Callable[..., Any]:
    def step(
        time: Any, finished: AnyValue, given: AnyValue, emit_arrays: AnyValue, state: GraphState, loop_state: AnyValue
    ) -> Any:
        output, cell_state = parts(call, call.invoke(cell, given, state), 2)
        following = node(call, "AddV2", "add", (), INT32)
        _, next_input, next_state, emitted, next_loop_state = parts(
            call, call.invoke(loop_fn, following, output, cell_state, loop_state), 5
        )
        if next_loop_state is not None:
            loop_state = next_loop_state
        leaves = [leaf if isinstance(leaf, Tensor) else operations.convert(call, leaf) for leaf in flatten(emitted)]
        chosen = [node(call, "Select", "Select", leaf.shape, leaf.dtype, leaf.deps) for leaf in leaves]
        states = map_leaves(
            call,
            lambda leaf: (
                node(call, "Select", "Select", leaf.shape, leaf.dtype, leaf.deps)
                if isinstance(leaf, Tensor) and leaf.shape != ()
                else leaf
            ),
            next_state,
        )
        written = [
            write_array(call, array, time, leaf) for array, leaf in zip(flatten(emit_arrays), chosen, strict=False)
        ]
        held = refill(emit_arrays, iter(written)) if len(written) == len(zeros) else emit_arrays
        done = node(call, "LogicalOr", "LogicalOr", dims_of(finished), BOOL)
        return ListValue([following, done, next_input, held, states, loop_state])

    return step
