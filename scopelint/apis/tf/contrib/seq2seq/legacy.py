"""tf.contrib.legacy_seq2seq: sequence models as lists of steps, with buckets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.contrib.rnn.cells import last_dim
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework import operations
from scopelint.apis.tf.framework.conversion import is_set
from scopelint.apis.tf.framework.structures import flatten, items_of, refill
from scopelint.apis.tf.ops import variables
from scopelint.apis.tf.ops.control_flow import cond
from scopelint.apis.tf.rnn.cells import inside, is_nested, like_cell, tf
from scopelint.apis.tf.rnn.functions import scope_or
from scopelint.apis.tf.rnn.lstm_and_gru import parts
from scopelint.apis.tf.rnn.static import for_each, rest_of, run_static, sequence_of
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import FLOAT32, Tensor, TensorShape
from scopelint.values.truth import is_not_off, is_on

api = Namespace("tf.contrib.legacy_seq2seq")

LINEAR = "tensorflow.contrib.rnn.python.ops.core_rnn_cell._Linear"
Loop = Callable[[Any, int], Any] | None


def linear(call: Call, args: Any, size: AnyValue) -> Any:
    """TF: core_rnn_cell._Linear, made and called at once."""
    return call.invoke(call.new(LINEAR, args, size, True), args)


def variable(call: Call, name: str, shape: list[Any], **options: Any) -> Any:
    return variables.get(call, name, by="legacy_seq2seq", shape=ListValue(shape), **options)


def dtype_argument(value: AnyValue) -> dict[str, Any]:
    """`dtype=`, where one is given."""
    return {"dtype": value} if is_set(value) else {}


def or_float(dtype: AnyValue) -> Any:
    """`dtype=dtypes.float32`."""
    return dtype if is_set(dtype) else FLOAT32


def loop_of(call: Call, function: AnyValue) -> Loop:
    return None if not is_set(function) else lambda previous, at: call.invoke(function, previous, at)


def argmax_and_embed(call: Call, embedding: AnyValue, projection: AnyValue, update: bool) -> Loop:
    """TF: _extract_argmax_and_embed."""

    def loop(previous: AnyValue, _: int) -> Any:
        if is_set(projection):
            previous = tf(call, "nn.xw_plus_b", previous, call.getitem(projection, 0), call.getitem(projection, 1))
        found = tf(call, "nn.embedding_lookup", embedding, tf(call, "argmax", previous, 1))
        return found if update else tf(call, "stop_gradient", found)

    return loop


def embedded(call: Call, table: AnyValue, inputs: AnyValue) -> ListValue:
    return for_each(inputs, [tf(call, "nn.embedding_lookup", table, each) for each in sequence_of(call, inputs)])


def decode(call: Call, inputs: AnyValue, state: AnyValue, cell: AnyValue, loop: Loop, scope: AnyValue) -> Any:
    """TF: rnn_decoder."""
    outputs: list[Any] = []
    with tools.variable_scope(call, scope_or(scope, "rnn_decoder")) as own:
        for at, given in enumerate(sequence_of(call, inputs)):
            if loop is not None and outputs:
                with tools.variable_scope(call, "loop_function", reuse=True):
                    given = loop(outputs[-1], at)
            if at > 0:
                own.reuse_variables()
            output, state = parts(call, call.invoke(cell, given, state), 2)
            outputs.append(output)
    return (for_each(inputs, outputs), state)


@api.function
def rnn_decoder(
    call: Call,
    decoder_inputs: AnyValue,
    initial_state: AnyValue,
    cell: AnyValue,
    loop_function: AnyValue,
    scope: AnyValue,
) -> Any:
    with inside(call):
        return decode(call, decoder_inputs, initial_state, cell, loop_of(call, loop_function), scope)


@api.function
def basic_rnn_seq2seq(
    call: Call, encoder_inputs: AnyValue, decoder_inputs: AnyValue, cell: AnyValue, dtype: AnyValue, scope: AnyValue
) -> Any:
    with inside(call), tools.variable_scope(call, scope_or(scope, "basic_rnn_seq2seq")):
        _, state = run_static(call, copy(call, cell), encoder_inputs, None, or_float(dtype), None, None)
        return decode(call, decoder_inputs, state, cell, None, None)


def copy(call: Call, cell: AnyValue) -> Any:
    """TF: copy.deepcopy(cell), so that encoder and decoder are two."""
    return call.new("copy.deepcopy", cell)


def tied_decoding(
    call: Call,
    encoder_inputs: AnyValue,
    decoder_inputs: AnyValue,
    cell: AnyValue,
    loop: Loop,
    dtype: AnyValue,
    scope: AnyValue,
) -> Any:
    """TF: tied_rnn_seq2seq: the decoder finds the encoder's variables by using its scope again."""
    with tools.variable_scope(call, "combined_tied_rnn_seq2seq") as own:
        scope = scope_or(scope, "tied_rnn_seq2seq")
        _, state = run_static(call, cell, encoder_inputs, None, dtype, None, scope)
        own.reuse_variables()
        return decode(call, decoder_inputs, state, cell, loop, scope)


@api.function
def tied_rnn_seq2seq(
    call: Call,
    encoder_inputs: AnyValue,
    decoder_inputs: AnyValue,
    cell: AnyValue,
    loop_function: AnyValue,
    dtype: AnyValue,
    scope: AnyValue,
) -> Any:
    with inside(call):
        return tied_decoding(
            call, encoder_inputs, decoder_inputs, cell, loop_of(call, loop_function), or_float(dtype), scope
        )


def convert_projection(call: Call, projection: AnyValue, dtype: AnyValue, weights: bool = True) -> None:
    if is_set(projection):
        for at in (0, 1) if weights else (1,):
            operations.convert(call, call.getitem(projection, at), dtype)


def embedding_decode(
    call: Call,
    inputs: AnyValue,
    state: AnyValue,
    cell: AnyValue,
    symbols: AnyValue,
    size: AnyValue,
    projection: AnyValue,
    feed_previous: AnyValue,
    update: bool,
    scope: AnyValue,
) -> Any:
    """TF: embedding_rnn_decoder."""
    with tools.variable_scope(call, scope_or(scope, "embedding_rnn_decoder")) as own:
        convert_projection(call, projection, own.dtype)
        table = variable(call, "embedding", [symbols, size])
        loop = argmax_and_embed(call, table, projection, update) if is_on(feed_previous) else None
        return decode(call, embedded(call, table, inputs), state, cell, loop, None)


@api.function
def embedding_rnn_decoder(
    call: Call,
    decoder_inputs: AnyValue,
    initial_state: AnyValue,
    cell: AnyValue,
    num_symbols: AnyValue,
    embedding_size: AnyValue,
    output_projection: AnyValue,
    feed_previous: AnyValue,
    update_embedding_for_previous: AnyValue,
    scope: AnyValue,
) -> Any:
    with inside(call):
        return embedding_decode(
            call,
            decoder_inputs,
            initial_state,
            cell,
            num_symbols,
            embedding_size,
            output_projection,
            feed_previous,
            is_not_off(update_embedding_for_previous),
            scope,
        )


def decoder_by_feeding(
    call: Call, feed_previous: Any, decoder: Callable[[bool, bool], Any], inputs: Any, state: Any
) -> Any:
    """A decoder that is fed its own outputs or not: for a tensor both are built, the second with reuse."""
    if not isinstance(feed_previous, (Tensor, InstanceValue)):
        return decoder(is_on(feed_previous), True)

    def branch(previous: bool) -> Any:
        with tools.variable_scope(call, call.new("tf.get_variable_scope"), reuse=None if previous else True):
            outputs, final = parts(call, decoder(previous, False), 2)
            return ListValue([*items_of(outputs), *flatten(final)])

    made = cond(call, feed_previous, lambda: branch(True), lambda: branch(False))
    if isinstance(made, Unknown):
        return (made, made)
    members = items_of(made)
    others = rest_of(inputs)
    if others is not None:
        return (others.derive(""), others.derive(""))
    count = len(sequence_of(call, inputs))
    rest = members[count:]
    return (ListValue(members[:count]), refill(state, iter(rest)) if is_nested(state) else rest[0])


def embedding_wrapper(call: Call, cell: AnyValue, classes: AnyValue, size: AnyValue) -> Any:
    return call.new("tf.contrib.rnn.EmbeddingWrapper", cell, embedding_classes=classes, embedding_size=size)


def project(call: Call, cell: AnyValue, size: AnyValue) -> Any:
    return call.new("tf.contrib.rnn.OutputProjectionWrapper", cell, size)


@api.function
def embedding_rnn_seq2seq(
    call: Call,
    encoder_inputs: AnyValue,
    decoder_inputs: AnyValue,
    cell: AnyValue,
    num_encoder_symbols: AnyValue,
    num_decoder_symbols: AnyValue,
    embedding_size: AnyValue,
    output_projection: AnyValue,
    feed_previous: AnyValue,
    dtype: AnyValue,
    scope: AnyValue,
) -> Any:
    with inside(call), tools.variable_scope(call, scope_or(scope, "embedding_rnn_seq2seq")) as own:
        if is_set(dtype):
            call.invoke(call.getattr(own, "set_dtype"), dtype)
        encoder = embedding_wrapper(call, copy(call, cell), num_encoder_symbols, embedding_size)
        _, state = run_static(call, encoder, encoder_inputs, None, own.dtype, None, None)
        if not is_set(output_projection):
            cell = project(call, cell, num_decoder_symbols)

        def decoder(previous: bool, update: bool) -> Any:
            return embedding_decode(
                call,
                decoder_inputs,
                state,
                cell,
                num_decoder_symbols,
                embedding_size,
                output_projection,
                previous,
                update,
                None,
            )

        return decoder_by_feeding(call, feed_previous, decoder, decoder_inputs, state)


@api.function
def embedding_tied_rnn_seq2seq(
    call: Call,
    encoder_inputs: AnyValue,
    decoder_inputs: AnyValue,
    cell: AnyValue,
    num_symbols: AnyValue,
    embedding_size: AnyValue,
    num_decoder_symbols: AnyValue,
    output_projection: AnyValue,
    feed_previous: AnyValue,
    dtype: AnyValue,
    scope: AnyValue,
) -> Any:
    with (
        inside(call),
        tools.variable_scope(call, scope_or(scope, "embedding_tied_rnn_seq2seq"), **dtype_argument(dtype)) as own,
    ):
        convert_projection(call, output_projection, own.dtype)
        table = variable(call, "embedding", [num_symbols, embedding_size])
        sources = embedded(call, table, encoder_inputs)
        targets = embedded(call, table, decoder_inputs)
        if not is_set(output_projection):
            cell = project(call, cell, num_decoder_symbols if is_set(num_decoder_symbols) else num_symbols)

        def decoder(previous: bool, update: bool) -> Any:
            loop = argmax_and_embed(call, table, output_projection, update) if previous else None
            return tied_decoding(call, sources, targets, cell, loop, own.dtype, None)

        return decoder_by_feeding(call, feed_previous, decoder, decoder_inputs, call.getattr(cell, "state_size"))


class Attention:
    """TF: attention_decoder's `attention(query)` and what it looks at."""

    def __init__(self, call: Call, states: Tensor, heads: int, dtype: Any) -> None:
        self.call, self.heads = call, heads
        self.dtype = dtype
        shape = states.shape
        self.length = shape[1] if isinstance(shape, tuple) else Unknown("the length of what is attended to")
        if self.length is None:
            self.length = call.getitem(tf(call, "shape", states), 1)
        self.size = shape[2] if isinstance(shape, tuple) else last_dim(states)
        self.hidden = tf(call, "reshape", states, ListValue([-1, self.length, 1, self.size]))
        self.features, self.vectors = [], []
        for at in range(heads):
            kernel = variable(call, f"AttnW_{at}", [1, 1, self.size, self.size])
            self.features.append(tf(call, "nn.conv2d", self.hidden, kernel, ListValue([1, 1, 1, 1]), "SAME"))
            self.vectors.append(variable(call, f"AttnV_{at}", [self.size]))

    def __call__(self, query: Any) -> list[Any]:
        call, made = self.call, []
        if is_nested(query):
            query = tf(call, "concat", ListValue(flatten(query)), 1)
        for at in range(self.heads):
            with tools.variable_scope(call, f"Attention_{at}"):
                y = tf(call, "reshape", linear(call, query, self.size), ListValue([-1, 1, 1, self.size]))
                y = tf(call, "cast", y, self.dtype)
                score = tf(call, "tanh", call.binary("+", self.features[at], y))
                score = tf(call, "reduce_sum", call.binary("*", self.vectors[at], score), ListValue([2, 3]))
                share = tf(call, "nn.softmax", tf(call, "cast", score, FLOAT32))
                share = tf(call, "reshape", tf(call, "cast", share, self.dtype), ListValue([-1, self.length, 1, 1]))
                drawn = tf(call, "reduce_sum", call.binary("*", share, self.hidden), ListValue([1, 2]))
                made.append(tf(call, "reshape", drawn, ListValue([-1, self.size])))
        return made


def attend(
    call: Call,
    inputs: Any,
    state: Any,
    states: Any,
    cell: Any,
    output_size: Any,
    heads: Any,
    loop: Loop,
    dtype: Any,
    scope: Any,
    from_state: Any,
) -> Any:
    """TF: attention_decoder."""
    steps = sequence_of(call, inputs)
    if isinstance(heads, int) and heads < 1:
        call.raise_("ValueError", "With less than 1 heads, use a non-attention decoder.", kind="argument")
    states = states if isinstance(states, Tensor) else operations.convert(call, states)
    if isinstance(states.shape, tuple) and len(states.shape) < 3:
        call.raise_("IndexError", "list index out of range", kind="shape")
    if isinstance(states.shape, tuple) and states.shape[2] is None:
        shown = call.to_string(TensorShape(states.shape))
        call.raise_("ValueError", f"Shape[2] of attention_states must be known: {shown}", kind="shape")
    if not is_set(output_size):
        output_size = call.getattr(cell, "output_size")
    outputs: list[Any] = []
    with tools.variable_scope(call, scope_or(scope, "attention_decoder"), **dtype_argument(dtype)) as own:
        dtype = own.dtype
        batch = call.getitem(tf(call, "shape", steps[0]), 0)
        attention = Attention(call, states, heads if isinstance(heads, int) else 1, dtype)
        shape = tf(call, "stack", ListValue([batch, attention.size]))
        drawn = [tf(call, "zeros", shape, dtype=dtype) for _ in range(attention.heads)]
        for each in drawn:
            each.shape = (None, attention.size)
        if is_on(from_state):
            drawn = attention(state)
        for at, given in enumerate(steps):
            if at > 0:
                own.reuse_variables()
            if loop is not None and outputs:
                with tools.variable_scope(call, "loop_function", reuse=True):
                    given = loop(outputs[-1], at)
            joined = ListValue([tf(call, "cast", each, dtype) for each in (given, *drawn)])
            output, state = parts(call, call.invoke(cell, linear(call, joined, last_dim(given)), state), 2)
            if at == 0 and is_on(from_state):
                with tools.variable_scope(call, call.new("tf.get_variable_scope"), reuse=True):
                    drawn = attention(state)
            else:
                drawn = attention(state)
            with tools.variable_scope(call, "AttnOutputProjection"):
                joined = ListValue([tf(call, "cast", output, dtype), *drawn])
                outputs.append(linear(call, joined, output_size))
    return (for_each(inputs, outputs), state)


@api.function
def attention_decoder(
    call: Call,
    decoder_inputs: AnyValue,
    initial_state: AnyValue,
    attention_states: AnyValue,
    cell: AnyValue,
    output_size: AnyValue,
    num_heads: AnyValue,
    loop_function: AnyValue,
    dtype: AnyValue,
    scope: AnyValue,
    initial_state_attention: AnyValue,
) -> Any:
    with inside(call):
        return attend(
            call,
            decoder_inputs,
            initial_state,
            attention_states,
            cell,
            output_size,
            num_heads,
            loop_of(call, loop_function),
            dtype,
            scope,
            initial_state_attention,
        )


def embedding_attend(
    call: Call,
    inputs: AnyValue,
    state: AnyValue,
    states: AnyValue,
    cell: AnyValue,
    symbols: AnyValue,
    size: AnyValue,
    heads: AnyValue,
    output_size: AnyValue,
    projection: AnyValue,
    feed_previous: AnyValue,
    update: bool,
    dtype: AnyValue,
    scope: AnyValue,
    from_state: AnyValue,
) -> Any:
    """TF: embedding_attention_decoder."""
    if not is_set(output_size):
        output_size = call.getattr(cell, "output_size")
    convert_projection(call, projection, dtype if is_set(dtype) else None, weights=False)
    with tools.variable_scope(call, scope_or(scope, "embedding_attention_decoder"), **dtype_argument(dtype)):
        table = variable(call, "embedding", [symbols, size])
        loop = argmax_and_embed(call, table, projection, update) if is_on(feed_previous) else None
        return attend(
            call, embedded(call, table, inputs), state, states, cell, output_size, heads, loop, None, None, from_state
        )


@api.function
def embedding_attention_decoder(
    call: Call,
    decoder_inputs: AnyValue,
    initial_state: AnyValue,
    attention_states: AnyValue,
    cell: AnyValue,
    num_symbols: AnyValue,
    embedding_size: AnyValue,
    num_heads: AnyValue,
    output_size: AnyValue,
    output_projection: AnyValue,
    feed_previous: AnyValue,
    update_embedding_for_previous: AnyValue,
    dtype: AnyValue,
    scope: AnyValue,
    initial_state_attention: AnyValue,
) -> Any:
    with inside(call):
        return embedding_attend(
            call,
            decoder_inputs,
            initial_state,
            attention_states,
            cell,
            num_symbols,
            embedding_size,
            num_heads,
            output_size,
            output_projection,
            feed_previous,
            is_not_off(update_embedding_for_previous),
            dtype,
            scope,
            initial_state_attention,
        )


@api.function
def embedding_attention_seq2seq(
    call: Call,
    encoder_inputs: AnyValue,
    decoder_inputs: AnyValue,
    cell: AnyValue,
    num_encoder_symbols: AnyValue,
    num_decoder_symbols: AnyValue,
    embedding_size: AnyValue,
    num_heads: AnyValue,
    output_projection: AnyValue,
    feed_previous: AnyValue,
    dtype: AnyValue,
    scope: AnyValue,
    initial_state_attention: AnyValue,
) -> Any:
    with (
        inside(call),
        tools.variable_scope(call, scope_or(scope, "embedding_attention_seq2seq"), **dtype_argument(dtype)) as own,
    ):
        encoder = embedding_wrapper(call, copy(call, cell), num_encoder_symbols, embedding_size)
        outputs, state = run_static(call, encoder, encoder_inputs, None, own.dtype, None, None)
        width = call.getattr(cell, "output_size")
        tops = [tf(call, "reshape", each, ListValue([-1, 1, width])) for each in items_of(outputs)]
        states = tf(call, "concat", ListValue(tops), 1)
        output_size = None
        if not is_set(output_projection):
            cell, output_size = project(call, cell, num_decoder_symbols), num_decoder_symbols

        def decoder(previous: bool, update: bool) -> Any:
            return embedding_attend(
                call,
                decoder_inputs,
                state,
                states,
                cell,
                num_decoder_symbols,
                embedding_size,
                num_heads,
                output_size,
                output_projection,
                previous,
                update,
                None,
                None,
                initial_state_attention,
            )

        return decoder_by_feeding(call, feed_previous, decoder, decoder_inputs, state)


@api.function
def one2many_rnn_seq2seq(
    call: Call,
    encoder_inputs: AnyValue,
    decoder_inputs_dict: AnyValue,
    enc_cell: AnyValue,
    dec_cells_dict: AnyValue,
    num_encoder_symbols: AnyValue,
    num_decoder_symbols_dict: AnyValue,
    embedding_size: AnyValue,
    feed_previous: AnyValue,
    dtype: AnyValue,
    scope: AnyValue,
) -> Any:
    like_cell(call, "enc_cell", enc_cell)
    found, finals = DictValue({}), DictValue({})
    with (
        inside(call),
        tools.variable_scope(call, scope_or(scope, "one2many_rnn_seq2seq"), **dtype_argument(dtype)) as own,
    ):
        encoder = embedding_wrapper(call, enc_cell, num_encoder_symbols, embedding_size)
        _, state = run_static(call, encoder, encoder_inputs, None, own.dtype, None, None)
        names = call.members(decoder_inputs_dict)
        if isinstance(names, Unknown):
            return (names, names)
        for name in names:
            inputs, symbols = call.getitem(decoder_inputs_dict, name), call.getitem(num_decoder_symbols_dict, name)
            with tools.variable_scope(call, f"one2many_decoder_{name}"):
                cell = project(call, call.getitem(dec_cells_dict, name), symbols)

                def decoder(
                    previous: bool,
                    _: bool,
                    inputs: AnyValue = inputs,
                    cell: AnyValue = cell,
                    symbols: AnyValue = symbols,
                ) -> Any:
                    return embedding_decode(
                        call, inputs, state, cell, symbols, embedding_size, None, previous, True, None
                    )

                outputs, final = parts(call, decoder_by_feeding(call, feed_previous, decoder, inputs, state), 2)
            call.setitem(found, name, outputs)
            call.setitem(finals, name, final)
    return (found, finals)


# Losses


def upto(call: Call, steps: AnyValue, count: AnyValue) -> Any:
    """`steps[:count]`; of a bucket of unknown length there is the first."""
    if isinstance(count, int) and isinstance(steps, (ListValue, tuple)):
        return call.getitem(steps, slice(None, count))
    if isinstance(count, Unknown) and isinstance(steps, (ListValue, tuple)):
        return ListValue(items_of(steps)[:1], count.derive(""))
    return steps
