"""Helpers: what a decoder is fed next."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.contrib.rnn.cells import composite_op
from scopelint.apis.tf.contrib.seq2seq.attention import field
from scopelint.apis.tf.framework import operations, python_values
from scopelint.apis.tf.framework.bare_op import make as node
from scopelint.apis.tf.framework.callables import is_callable
from scopelint.apis.tf.framework.conversion import is_set
from scopelint.apis.tf.framework.dims import dims_of
from scopelint.apis.tf.ops.control_flow import cond
from scopelint.apis.tf.ops.tensor_array import new_array, read_array, unstack_array
from scopelint.apis.tf.rnn.cells import tf
from scopelint.apis.tf.rnn.functions import map_leaves, transpose_batch_time
from scopelint.apis.tf.rnn.lstm_and_gru import parts
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import BOOL, INT32, Tensor, TensorShape
from scopelint.values.truth import is_on

api = Namespace("tf.contrib.seq2seq")


helper = api.type("Helper")


helper.method(lambda call, args, kwargs: None, name="__init__", raw=True)


def scalar_ids(made: Any) -> None:
    field(made, "batch_size", lambda call, self: self.attrs["_batch_size"])
    field(made, "sample_ids_shape", lambda call, self: TensorShape(()))
    field(made, "sample_ids_dtype", lambda call, self: INT32)


def argument(args: tuple[Any, ...], kwargs: dict[str, Any], name: str, at: int) -> Any:
    return args[at] if len(args) > at else kwargs.get(name)


def batch_shape(value: AnyValue) -> Any:
    """The batch dimension as far as it is known."""
    shape = dims_of(value)
    if isinstance(shape, tuple) and shape:
        return shape[0]
    return shape if isinstance(shape, Unknown) else None


def ids_of(call: Call, outputs: AnyValue) -> Tensor:
    """Sampled ids: one for each row."""
    shape = dims_of(outputs)
    return node(call, "ArgMax", "ArgMax", shape[:-1] if isinstance(shape, tuple) and shape else shape, INT32)


training = api.type("TrainingHelper", bases=(helper.cls,))


scalar_ids(training)


def start_training(
    call: Call, self: InstanceValue, inputs: AnyValue, lengths: AnyValue, time_major: AnyValue, name: AnyValue
) -> None:
    """TF: TrainingHelper.__init__."""
    with operations.scope(call, name, "TrainingHelper"):
        inputs = map_leaves(call, lambda leaf: operations.convert(call, leaf, None, "inputs"), inputs)
        self.set("_inputs", inputs)
        by_time = inputs if is_on(time_major) else map_leaves(call, lambda x: transpose_batch_time(call, x), inputs)
        self.set("_input_tas", map_leaves(call, lambda x: unstacked(call, x), by_time))
        length = operations.convert(call, lengths, None, "sequence_length")
        if isinstance(length.shape, tuple) and len(length.shape) != 1:
            call.raise_(
                "ValueError",
                "Expected sequence_length to be a vector, but received shape: "
                f"{call.to_string(TensorShape(length.shape))}",
                kind="shape",
            )
        self.set("_sequence_length", length)
        whole = slice(None, None, None)
        zeros = map_leaves(call, lambda x: tf(call, "zeros_like", call.getitem(x, (0, whole))), by_time)
        self.set("_zero_inputs", zeros)
        self.set("_batch_size", tf(call, "size", length))


def unstacked(call: Call, tensor: Tensor) -> Any:
    shape = tensor.shape[1:] if isinstance(tensor.shape, tuple) else tensor.shape
    count = call.getitem(tf(call, "shape", tensor), 0)
    return unstack_array(call, new_array(call, python_values.base(tensor.dtype), count, None, shape), tensor)


@training.method(name="__init__")
def training_init(
    call: Call, self: InstanceValue, inputs: AnyValue, sequence_length: AnyValue, time_major: AnyValue, name: AnyValue
) -> None:
    start_training(call, self, inputs, sequence_length, time_major, name)


field(training, "inputs", lambda call, self: self.attrs["_inputs"])


field(training, "sequence_length", lambda call, self: self.attrs["_sequence_length"])


def next_training(call: Call, self: InstanceValue, time: AnyValue = None) -> tuple[Any, Any]:
    """Whether all is read, and the inputs of the next step; of the first one without a time."""
    lengths = self.attrs["_sequence_length"]
    if time is None:
        step: Any = 0
        finished = tf(call, "equal", 0, lengths)
    else:
        step = call.binary("+", time, 1)
        finished = tf(call, "greater_equal", step, lengths)
    following = cond(
        call,
        tf(call, "reduce_all", finished),
        lambda: self.attrs["_zero_inputs"],
        lambda: map_leaves(call, lambda array: read_array(call, array, step), self.attrs["_input_tas"]),
    )
    return finished, following


@training.method(name="initialize", raw=True)
def training_initialize(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    with operations.scope(call, argument(args, kwargs, "name", 1), "TrainingHelperInitialize"):
        return next_training(call, args[0])


@training.method(name="sample", raw=True)
def training_sample(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    with operations.scope(call, kwargs.get("name"), "TrainingHelperSample"):
        return tf(call, "cast", tf(call, "argmax", argument(args, kwargs, "outputs", 2), axis=-1), INT32)


@training.method(name="next_inputs", raw=True)
def training_next(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    with operations.scope(call, kwargs.get("name"), "TrainingHelperNextInputs"):
        finished, following = next_training(call, args[0], argument(args, kwargs, "time", 1))
    return (finished, following, argument(args, kwargs, "state", 3))


def embedder(call: Call, embedding: AnyValue) -> Any:
    """A function of ids: the program's own, or a look-up in its table."""
    if is_callable(embedding):
        return lambda ids: call.invoke(embedding, ids)
    return lambda ids: tf(call, "nn.embedding_lookup", embedding, ids)


scheduled = api.type("ScheduledEmbeddingTrainingHelper", bases=(training.cls,))


@scheduled.method(name="__init__")
def scheduled_init(
    call: Call,
    self: InstanceValue,
    inputs: AnyValue,
    sequence_length: AnyValue,
    embedding: AnyValue,
    sampling_probability: AnyValue,
    time_major: AnyValue,
    name: AnyValue,
) -> None:
    with operations.scope(call, name, "ScheduledEmbeddingSamplingWrapper"):
        self.set("_embedding", embedding)
        self.set("_sampling_probability", operations.convert(call, sampling_probability, None, "sampling_probability"))
        start_training(call, self, inputs, sequence_length, time_major, name)


@scheduled.method(name="next_inputs", raw=True)
def scheduled_next(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    self = args[0]
    with operations.scope(call, kwargs.get("name"), "ScheduledEmbeddingTrainingHelperNextInputs"):
        finished, base = next_training(call, self, argument(args, kwargs, "time", 1))
        done = node(call, "All", "All", (), BOOL)
        ids = node(call, "GatherNd", "GatherNd", (None,), INT32)

        def sample() -> Any:
            found = embedder(call, self.attrs["_embedding"])(ids)
            return composite_op(call, "AddV2", dims_of(base), base, found)

        following = cond(call, done, lambda: base, sample)
    return (finished, following, argument(args, kwargs, "state", 3))


scheduled_output = api.type("ScheduledOutputTrainingHelper", bases=(training.cls,))


@scheduled_output.method(name="__init__")
def scheduled_output_init(
    call: Call,
    self: InstanceValue,
    inputs: AnyValue,
    sequence_length: AnyValue,
    sampling_probability: AnyValue,
    time_major: AnyValue,
    next_inputs_fn: AnyValue,
    auxiliary_inputs: AnyValue,
    name: AnyValue,
) -> None:
    with operations.scope(call, name, "ScheduledOutputTrainingHelper"):
        self.set("_sampling_probability", operations.convert(call, sampling_probability, None, "sampling_probability"))
        self.set("_next_inputs_fn", next_inputs_fn)
        if is_set(auxiliary_inputs):
            inputs = tf(call, "concat", (inputs, auxiliary_inputs), -1)
        start_training(call, self, inputs, sequence_length, time_major, name)


@scheduled_output.method(name="next_inputs", raw=True)
def scheduled_output_next(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    self = args[0]
    outputs = argument(args, kwargs, "outputs", 2)
    with operations.scope(call, kwargs.get("name"), "ScheduledOutputTrainingHelperNextInputs"):
        finished, base = next_training(call, self)
        done = node(call, "LogicalOr", "LogicalOr", (), BOOL)

        def sample() -> Any:
            function = self.attrs["_next_inputs_fn"]
            found = call.invoke(function, outputs) if is_set(function) else outputs
            return composite_op(call, "Select", dims_of(base), base, found)

        following = cond(call, done, lambda: base, sample)
    return (finished, following, argument(args, kwargs, "state", 3))


greedy = api.type("GreedyEmbeddingHelper", bases=(helper.cls,))


scalar_ids(greedy)


def start_greedy(
    call: Call, self: InstanceValue, embedding: AnyValue, start_tokens: AnyValue, end_token: AnyValue
) -> None:
    """TF: GreedyEmbeddingHelper.__init__: the first inputs are looked up here."""
    self.set("_embedding", embedding)
    tokens = operations.convert(call, start_tokens, INT32, "start_tokens")
    if isinstance(tokens.shape, tuple) and len(tokens.shape) != 1:
        call.raise_("ValueError", "start_tokens must be a vector", kind="shape")
    end = operations.convert(call, end_token, INT32, "end_token")
    if isinstance(end.shape, tuple) and end.shape:
        call.raise_("ValueError", "end_token must be a scalar", kind="shape")
    self.set("_start_tokens", tokens)
    self.set("_end_token", end)
    self.set("_batch_size", tf(call, "size", tokens))
    self.set("_start_inputs", embedder(call, embedding)(tokens))


@greedy.method(name="__init__")
def greedy_init(
    call: Call, self: InstanceValue, embedding: AnyValue, start_tokens: AnyValue, end_token: AnyValue
) -> None:
    start_greedy(call, self, embedding, start_tokens, end_token)


@greedy.method(name="initialize", raw=True)
def greedy_initialize(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    self = args[0]
    return (node(call, "Tile", "Tile", (batch_shape(self.attrs["_start_tokens"]),), BOOL), self.attrs["_start_inputs"])


@greedy.method(name="sample", raw=True)
def greedy_sample(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return ids_of(call, argument(args, kwargs, "outputs", 2))


@greedy.method(name="next_inputs", raw=True)
def greedy_next(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    self = args[0]
    ids = argument(args, kwargs, "sample_ids", 4)
    finished = node(call, "Equal", "Equal", dims_of(ids), BOOL)
    done = node(call, "All", "All", (), BOOL)
    following = cond(
        call, done, lambda: self.attrs["_start_inputs"], lambda: embedder(call, self.attrs["_embedding"])(ids)
    )
    return (finished, following, argument(args, kwargs, "state", 3))


sampling = api.type("SampleEmbeddingHelper", bases=(greedy.cls,))


@sampling.method(name="__init__")
def sampling_init(
    call: Call, self: InstanceValue, embedding: AnyValue, start_tokens: AnyValue, end_token: AnyValue
) -> None:
    start_greedy(call, self, embedding, start_tokens, end_token)


custom = api.type("CustomHelper", bases=(helper.cls,))


@custom.method(name="__init__")
def custom_init(
    call: Call,
    self: InstanceValue,
    initialize_fn: AnyValue,
    sample_fn: AnyValue,
    next_inputs_fn: AnyValue,
    sample_ids_shape: AnyValue,
    sample_ids_dtype: AnyValue,
) -> None:
    for key, value in (
        ("_initialize_fn", initialize_fn),
        ("_sample_fn", sample_fn),
        ("_next_inputs_fn", next_inputs_fn),
        ("_batch_size", None),
    ):
        self.set(key, value)
    shape = dims_of(sample_ids_shape) if is_set(sample_ids_shape) else ()
    self.set("_sample_ids_shape", TensorShape(shape))
    self.set("_sample_ids_dtype", sample_ids_dtype if is_set(sample_ids_dtype) else INT32)


for _name in ("batch_size", "sample_ids_shape", "sample_ids_dtype"):
    field(custom, _name, (lambda key: lambda call, self: self.attrs["_" + key])(_name))


@custom.method(name="initialize", raw=True)
def custom_initialize(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    self = args[0]
    with operations.scope(call, None if len(args) < 2 else args[1], self.cls.name + "Initialize"):
        finished, following = parts(call, call.invoke(self.attrs["_initialize_fn"]), 2)
        if self.attrs["_batch_size"] is None:
            self.set("_batch_size", tf(call, "size", finished))
    return (finished, following)


@custom.method(name="sample", raw=True)
def custom_sample(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    given = {key: argument(args, kwargs, key, at) for at, key in enumerate(("time", "outputs", "state"), 1)}
    with operations.scope(call, kwargs.get("name"), args[0].cls.name + "Sample"):
        return call.invoke(args[0].attrs["_sample_fn"], **given)


@custom.method(name="next_inputs", raw=True)
def custom_next(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    given = {
        key: argument(args, kwargs, key, at) for at, key in enumerate(("time", "outputs", "state", "sample_ids"), 1)
    }
    with operations.scope(call, kwargs.get("name"), args[0].cls.name + "NextInputs"):
        return call.invoke(args[0].attrs["_next_inputs_fn"], **given)


inference = api.type("InferenceHelper", bases=(helper.cls,))


@inference.method(name="__init__")
def inference_init(
    call: Call,
    self: InstanceValue,
    sample_fn: AnyValue,
    sample_shape: AnyValue,
    sample_dtype: AnyValue,
    start_inputs: AnyValue,
    end_fn: AnyValue,
    next_inputs_fn: AnyValue,
) -> None:
    start = operations.convert(call, start_inputs, None, "start_inputs")
    for key, value in (
        ("_sample_fn", sample_fn),
        ("_sample_ids_shape", TensorShape(dims_of(sample_shape))),
        ("_sample_ids_dtype", sample_dtype),
        ("_end_fn", end_fn),
        ("_next_inputs_fn", next_inputs_fn),
        ("_start_inputs", start),
        ("_batch_size", call.getitem(tf(call, "shape", start), 0)),
    ):
        self.set(key, value)


for _name in ("batch_size", "sample_ids_shape", "sample_ids_dtype"):
    field(inference, _name, (lambda key: lambda call, self: self.attrs["_" + key])(_name))


@inference.method(name="initialize", raw=True)
def inference_initialize(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    start = args[0].attrs["_start_inputs"]
    return (node(call, "Tile", "Tile", (batch_shape(start),), BOOL), start)


@inference.method(name="sample", raw=True)
def inference_sample(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return call.invoke(args[0].attrs["_sample_fn"], argument(args, kwargs, "outputs", 2))


@inference.method(name="next_inputs", raw=True)
def inference_next(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    self, ids = args[0], argument(args, kwargs, "sample_ids", 4)
    function = self.attrs["_next_inputs_fn"]
    following = call.invoke(function, ids) if is_set(function) else ids
    return (call.invoke(self.attrs["_end_fn"], ids), following, argument(args, kwargs, "state", 3))
