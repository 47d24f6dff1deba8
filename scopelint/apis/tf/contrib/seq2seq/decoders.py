"""tf.contrib.seq2seq: helpers, decoders, dynamic_decode, beam search."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.contrib.rnn.cells import composite_op, op_like
from scopelint.apis.tf.contrib.seq2seq.attention import field, named_tuple, tuple_of
from scopelint.apis.tf.contrib.seq2seq.helpers import argument, batch_shape, embedder
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework import operations, python_values
from scopelint.apis.tf.framework.bare_op import make as node
from scopelint.apis.tf.framework.conversion import is_set
from scopelint.apis.tf.framework.dims import dims_of
from scopelint.apis.tf.framework.structures import flatten, items_of, refill, unsettled
from scopelint.apis.tf.ops.control_flow import cond
from scopelint.apis.tf.ops.tensor_array import is_array, new_array, stack_array, write_array
from scopelint.apis.tf.ops.while_loop import bounded, repack, while_loop
from scopelint.apis.tf.rnn.cells import inside, like_cell, tf, with_batch, zero_tensor
from scopelint.apis.tf.rnn.functions import map_leaves, transpose_batch_time
from scopelint.apis.tf.rnn.lstm_and_gru import parts
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import BOOL, FLOAT32, INT32, INT64, Tensor, TensorShape
from scopelint.values.truth import is_not_off, is_on

api = Namespace("tf.contrib.seq2seq")


# Helpers


# Decoders

decoder = api.type("Decoder")
decoder.method(lambda call, args, kwargs: None, name="__init__", raw=True)
field(decoder, "tracks_own_finished", lambda call, self: False)
decoder.method(lambda call, args, kwargs: (args[1], args[2]), name="finalize", raw=True)

OUTPUT = named_tuple("BasicDecoderOutput", ["rnn_output", "sample_id"])
basic = api.type("BasicDecoder", bases=(decoder.cls,))


@basic.method(name="__init__")
def basic_init(
    call: Call, self: InstanceValue, cell: AnyValue, helper: AnyValue, initial_state: AnyValue, output_layer: AnyValue
) -> None:
    like_cell(call, "cell", cell)
    for key, value in (
        ("_cell", cell),
        ("_helper", helper),
        ("_initial_state", initial_state),
        ("_output_layer", output_layer if is_set(output_layer) else None),
    ):
        self.set(key, value)


field(basic, "batch_size", lambda call, self: call.getattr(self.attrs["_helper"], "batch_size"))


def output_size_of(call: Call, self: InstanceValue) -> Any:
    """TF: _rnn_output_size."""
    size = call.getattr(self.attrs["_cell"], "output_size")
    layer = self.attrs["_output_layer"]
    if layer is None:
        return size

    def above(one: AnyValue) -> TensorShape:
        given = one.dims if isinstance(one, TensorShape) else (one,)
        shape = call.method(
            layer, "compute_output_shape", TensorShape((None, *given) if isinstance(given, tuple) else given)
        )
        dims = dims_of(shape)
        return TensorShape(dims[1:] if isinstance(dims, tuple) else dims)

    return map_leaves(call, above, size)


def basic_output_size(call: Call, self: InstanceValue) -> Any:
    return tuple_of(OUTPUT, output_size_of(call, self), call.getattr(self.attrs["_helper"], "sample_ids_shape"))


def first_dtype(call: Call, state: AnyValue) -> Any:
    leaves = [leaf for leaf in flatten(state) if not is_array(leaf)]
    return python_values.base(getattr(leaves[0], "dtype", FLOAT32)) if leaves else FLOAT32


def basic_output_dtype(call: Call, self: InstanceValue) -> Any:
    dtype = first_dtype(call, self.attrs["_initial_state"])
    kinds = map_leaves(call, lambda _: dtype, output_size_of(call, self))
    return tuple_of(OUTPUT, kinds, call.getattr(self.attrs["_helper"], "sample_ids_dtype"))


field(basic, "output_size", basic_output_size)
field(basic, "output_dtype", basic_output_dtype)


@basic.method(name="initialize", raw=True)
def basic_initialize(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    self = args[0]
    finished, following = parts(call, call.method(self.attrs["_helper"], "initialize"), 2)
    return (finished, following, self.attrs["_initial_state"])


@basic.method(name="step", raw=True)
def basic_step(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: BasicDecoder.step."""
    self = args[0]
    time, inputs, state = (argument(args, kwargs, key, at) for at, key in enumerate(("time", "inputs", "state"), 1))
    attrs = self.attrs
    with operations.scope(call, kwargs.get("name"), "BasicDecoderStep"):
        outputs, cell_state = parts(call, call.invoke(attrs["_cell"], inputs, state), 2)
        if attrs["_output_layer"] is not None:
            outputs = call.invoke(attrs["_output_layer"], outputs)
        ids = call.method(attrs["_helper"], "sample", time=time, outputs=outputs, state=cell_state)
        finished, following, next_state = parts(
            call,
            call.method(attrs["_helper"], "next_inputs", time=time, outputs=outputs, state=cell_state, sample_ids=ids),
            3,
        )
    return (tuple_of(OUTPUT, outputs, ids), next_state, following, finished)


# Beam search

BEAM_STATE = named_tuple(
    "BeamSearchDecoderState", ["cell_state", "log_probs", "finished", "lengths", "accumulated_attention_probs"]
)
BEAM_OUTPUT = named_tuple("BeamSearchDecoderOutput", ["scores", "predicted_ids", "parent_ids"])
FINAL_OUTPUT = named_tuple("FinalBeamSearchDecoderOutput", ["predicted_ids", "beam_search_decoder_output"])
beam = api.type("BeamSearchDecoder", bases=(decoder.cls,))


def split_beams(call: Call, self: InstanceValue, tensor: AnyValue) -> Any:
    """[batch * width, ...] as [batch, width, ...]."""
    if is_array(tensor) or not isinstance(tensor, Tensor) or tensor.shape == ():
        return tensor
    shape = tensor.shape
    dims = (None, self.attrs["_beam_width"], *shape[1:]) if isinstance(shape, tuple) else shape
    return composite_op(call, "Reshape", dims, tensor)


def merge_beams(call: Call, tensor: AnyValue) -> Any:
    if is_array(tensor) or not isinstance(tensor, Tensor):
        return tensor
    shape = tensor.shape
    if isinstance(shape, tuple) and len(shape) < 2:
        return tensor
    return composite_op(call, "Reshape", (None, *shape[2:]) if isinstance(shape, tuple) else shape, tensor)


@beam.method(name="__init__")
def beam_init(
    call: Call,
    self: InstanceValue,
    cell: AnyValue,
    embedding: AnyValue,
    start_tokens: AnyValue,
    end_token: AnyValue,
    initial_state: AnyValue,
    beam_width: AnyValue,
    output_layer: AnyValue,
) -> None:
    """TF: BeamSearchDecoder.__init__."""
    like_cell(call, "cell", cell)
    tokens = operations.convert(call, start_tokens, INT32, "start_tokens")
    operations.convert(call, end_token, INT32, "end_token")
    for key, value in (
        ("_cell", cell),
        ("_embedding", embedding),
        ("_beam_width", beam_width),
        ("_output_layer", output_layer if is_set(output_layer) else None),
        ("_batch_size", tf(call, "size", tokens)),
        ("_start_tokens", tokens),
    ):
        self.set(key, value)
    self.set("_initial_cell_state", map_leaves(call, lambda leaf: split_beams(call, self, leaf), initial_state))
    first = batch_shape(tokens)
    tiled = node(call, "Tile", "Tile", (first, beam_width), INT32)
    self.set("_start_inputs", embedder(call, embedding)(tiled))
    self.set("_finished", node(call, "OneHot", "one_hot", (first, beam_width), BOOL))


field(beam, "batch_size", lambda call, self: self.attrs["_batch_size"])
field(beam, "tracks_own_finished", lambda call, self: True)
field(
    beam,
    "output_size",
    lambda call, self: tuple_of(BEAM_OUTPUT, *[TensorShape((self.attrs["_beam_width"],)) for _ in range(3)]),
)
field(
    beam,
    "output_dtype",
    lambda call, self: tuple_of(BEAM_OUTPUT, first_dtype(call, self.attrs["_initial_cell_state"]), INT32, INT32),
)


@beam.method(name="initialize", raw=True)
def beam_initialize(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    attrs = args[0].attrs
    shape = (batch_shape(attrs["_start_tokens"]), attrs["_beam_width"])
    logs = node(call, "OneHot", "one_hot", shape, first_dtype(call, attrs["_initial_cell_state"]))
    lengths = node(call, "Fill", "zeros", shape, INT64)
    state = tuple_of(BEAM_STATE, attrs["_initial_cell_state"], logs, attrs["_finished"], lengths, ())
    return (attrs["_finished"], attrs["_start_inputs"], state)


@beam.method(name="step", raw=True)
def beam_step(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: BeamSearchDecoder.step."""
    self = args[0]
    attrs = self.attrs
    inputs, state = argument(args, kwargs, "inputs", 2), argument(args, kwargs, "state", 3)
    with operations.scope(call, kwargs.get("name"), "BeamSearchDecoderStep"):
        own, logs, finished, lengths, probs = state.payload
        given = map_leaves(call, lambda leaf: merge_beams(call, leaf), inputs)
        own = map_leaves(call, lambda leaf: merge_beams(call, leaf), own)
        outputs, following = parts(call, call.invoke(attrs["_cell"], given, own), 2)
        outputs = map_leaves(call, lambda leaf: split_beams(call, self, leaf), outputs)
        following = map_leaves(call, lambda leaf: split_beams(call, self, leaf), following)
        if attrs["_output_layer"] is not None:
            outputs = call.invoke(attrs["_output_layer"], outputs)
        leaf = flatten(outputs)[0]
        shape = (batch_shape(attrs["_start_tokens"]), attrs["_beam_width"])
        scores = composite_op(call, "TopKV2", shape, leaf, logs)
        ids, parents = node(call, "FloorMod", "mod", shape, INT32), node(call, "FloorDiv", "floordiv", shape, INT32)
        done = op_like(call, "LogicalOr", finished)
        done.dtype = BOOL
        all_done = node(call, "All", "All", (), BOOL)
        next_inputs = cond(
            call, all_done, lambda: attrs["_start_inputs"], lambda: embedder(call, attrs["_embedding"])(ids)
        )
    new = tuple_of(BEAM_STATE, following, scores, done, lengths, probs)
    return (tuple_of(BEAM_OUTPUT, scores, ids, parents), new, next_inputs, done)


@beam.method(name="finalize", raw=True)
def beam_finalize(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    outputs, state = args[1], args[2]
    ids = call.getattr(outputs, "predicted_ids")
    made = node(call, "GatherTree", "GatherTree", dims_of(ids), INT32)
    return (tuple_of(FINAL_OUTPUT, made, outputs), state)


@api.function
def tile_batch(call: Call, t: AnyValue, multiplier: AnyValue, name: AnyValue) -> Any:
    with operations.scope(call, name, "tile_batch"):

        def tiled(leaf: AnyValue) -> Any:
            tensor = operations.convert(call, leaf, None, "t")
            shape = tensor.shape
            if isinstance(shape, tuple) and shape:
                first = shape[0]
                shape = ((first * multiplier if first is not None else None), *shape[1:])
            return composite_op(call, "Reshape", shape, tensor)

        return map_leaves(call, tiled, t)


# dynamic_decode


@api.function
def dynamic_decode(
    call: Call, decoder: Any, output_time_major: Any, impute_finished: Any, maximum_iterations: Any, scope: Any
) -> Any:
    """TF: dynamic_decode. One step is traced, in `decoder/while`."""
    if isinstance(decoder, Unknown):
        return call.cannot_know("a decoder that is not known", may_make=True)
    if not call.is_instance(decoder, "tf.contrib.seq2seq.Decoder") and not call.is_instance(
        decoder, "tf.keras.layers.Layer"
    ):
        call.raise_(
            "TypeError",
            f"Expected decoder to be type Decoder, but saw: {call.to_string(call.class_of(decoder))}",
            kind="argument",
        )
    with inside(call), tools.variable_scope(call, scope if is_set(scope) else None, "decoder"):
        most: Any = None
        if is_set(maximum_iterations):
            most = operations.convert(call, maximum_iterations, INT32, "maximum_iterations")
        finished, inputs, state = parts(call, call.method(decoder, "initialize"), 3)
        sizes, dtypes = call.getattr(decoder, "output_size"), call.getattr(decoder, "output_dtype")
        batch = call.getattr(decoder, "batch_size")
        size_leaves, kinds = flatten(sizes), flatten(dtypes)
        zeros = [zero_tensor(call, batch, size, kind) for size, kind in zip(size_leaves, kinds, strict=False)]
        if most is not None:
            finished = tf(call, "logical_or", finished, tf(call, "less_equal", most, 0))
        lengths = tf(call, "zeros_like", finished, dtype=INT32)
        time = node(call, "Const", "Const", (), INT32)
        arrays = [
            new_array(call, kind, 0, None, with_batch(batch if isinstance(batch, (int, Unknown)) else None, size))
            for size, kind in zip(size_leaves, kinds, strict=False)
        ]
        doubts: list[Unknown] = []
        loop_vars = (time, refill(sizes, iter(arrays)), state, inputs, finished, lengths)

        def test(*others: Any) -> Any:
            return tf(call, "logical_not", tf(call, "reduce_all", others[4]))

        def step(now: Any, held: AnyValue, own: AnyValue, given: AnyValue, done: AnyValue, counts: AnyValue) -> Any:
            outputs, new_state, following, ended = parts(call, call.method(decoder, "step", now, given, own), 4)
            why = (unsettled(outputs, own), *map(python_values.left_open, flatten(outputs)))
            doubts.extend(each for each in why if each is not None)
            if call.getattr(decoder, "tracks_own_finished") is not True:
                ended = tf(call, "logical_or", ended, done)
            goes_on = tf(call, "logical_not", done)
            sizes = tf(call, "shape", counts)
            counts = tf(call, "where", goes_on, tf(call, "fill", sizes, call.binary("+", now, 1)), counts)
            emitted = [
                leaf if isinstance(leaf, Tensor) else operations.convert(call, leaf) for leaf in flatten(outputs)
            ]
            if impute_finished is True:
                emitted = [tf(call, "where", done, zero, leaf) for zero, leaf in zip(zeros, emitted, strict=False)]
                before = iter(flatten(own))

                def kept(leaf: Any) -> Any:
                    old = next(before, None)
                    if is_array(leaf) or not isinstance(leaf, Tensor) or leaf.shape == () or old is None:
                        return leaf
                    return tf(call, "where", done, old, leaf)

                new_state = map_leaves(call, kept, new_state)
            written = [write_array(call, array, now, leaf) for array, leaf in zip(flatten(held), emitted, strict=False)]
            new_held = refill(held, iter(written)) if len(written) == len(arrays) else held
            return (call.binary("+", now, 1), new_held, new_state, following, ended, counts)

        with operations.scope(call, "while"):
            if most is not None:
                result, exits = bounded(call, test, step, loop_vars, most)
            else:
                result, exits = while_loop(call, test, step, loop_vars)
        made = items_of(repack(call, result, exits))
        outputs = map_leaves(call, lambda array: stack_array(call, array) if is_array(array) else array, made[1])
        final_state, final_lengths = made[2], made[5]
        outputs, final_state = parts(call, call.method(decoder, "finalize", outputs, final_state, final_lengths), 2)
        if not is_on(output_time_major):
            outputs = map_leaves(call, lambda leaf: transpose_batch_time(call, leaf), outputs)
        for leaf in flatten(outputs):
            if doubts and isinstance(leaf, Tensor) and isinstance(leaf.shape, tuple):
                # What TF does not know of a step that is not known it may know.
                leaf.shape = tuple(doubts[0].derive("") if size is None else size for size in leaf.shape)
    return (outputs, final_state, final_lengths)


@api.function
def sequence_loss(
    call: Call,
    logits: AnyValue,
    targets: AnyValue,
    weights: AnyValue,
    average_across_timesteps: AnyValue,
    average_across_batch: AnyValue,
    softmax_loss_function: AnyValue,
    name: AnyValue,
) -> Any:
    """TF: sequence_loss."""
    tensor = operations.convert(call, logits)
    for given, label, rank, text in (
        (tensor, "Logits", 3, "a [batch_size x sequence_length x logits]"),
        (operations.convert(call, targets), "Targets", 2, "a [batch_size x sequence_length]"),
        (operations.convert(call, weights), "Weights", 2, "a [batch_size x sequence_length]"),
    ):
        if isinstance(given.shape, tuple) and len(given.shape) != rank:
            call.raise_("ValueError", f"{label} must be {text} tensor", kind="shape")
    with operations.scope(call, name, "sequence_loss"):
        flat = tf(call, "reshape", tensor, ListValue([-1, call.getitem(tf(call, "shape", tensor), 2)]))
        labels = tf(call, "reshape", targets, ListValue([-1]))
        if is_set(softmax_loss_function):
            loss = call.invoke(softmax_loss_function, labels=labels, logits=flat)
        else:
            loss = tf(call, "nn.sparse_softmax_cross_entropy_with_logits", labels=labels, logits=flat)
        loss = call.binary("*", loss, tf(call, "reshape", weights, ListValue([-1])))
        by_step, by_batch = is_not_off(average_across_timesteps), is_not_off(average_across_batch)
        if by_step and by_batch:
            total = tf(call, "reduce_sum", loss)
            return tf(call, "div_no_nan", total, tf(call, "reduce_sum", weights))
        loss = tf(call, "reshape", loss, call.getitem(tf(call, "shape", tensor), slice(0, 2, None)))
        if isinstance(tensor.shape, tuple) and isinstance(loss, Tensor):
            loss.shape = tensor.shape[:2]
        if by_step or by_batch:
            axis = ListValue([0 if by_batch else 1])
            loss = tf(call, "reduce_sum", loss, axis=axis)
            loss = tf(call, "div_no_nan", loss, tf(call, "reduce_sum", weights, axis=axis))
        return loss
