"""tf.contrib.crf: the transitions, and shapes of what is decoded."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.bare_op import make
from scopelint.apis.tf.framework.helpers import needs
from scopelint.apis.tf.framework.op_inputs import deps_of
from scopelint.apis.tf.framework.python_values import left_open, shape_of
from scopelint.graph import store
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.tensors import DTYPES, FLOAT32, Tensor

api = Namespace("tf.contrib.crf")


# What the functions leave beside each other, by the names that they ask for; of a shape that is known in full.
LIKELIHOOD = (
    "Equal Shape strided_slice Shape strided_slice Shape strided_slice Reshape range mul mul ExpandDims range mul "
    "ExpandDims add add Reshape GatherV2 Reshape Shape strided_slice SequenceMask mul Sum Shape strided_slice sub "
    "Slice Slice mul add Reshape GatherV2 Shape strided_slice SequenceMask Slice mul Sum add Slice Squeeze Equal Slice "
    "ExpandDims Const sub Maximum rnn ReduceLogSumExp LessEqual zeros_like Select"
)
DECODE = (
    "Equal ExpandDims Slice Squeeze Slice Const sub Maximum rnn ReverseSequence ArgMax Cast ExpandDims rnn "
    "Squeeze concat"
)
TYPES = {
    "strided_slice": "StridedSlice",
    "range": "Range",
    "mul": "Mul",
    "add": "AddV2",
    "sub": "Sub",
    "zeros_like": "ZerosLike",
    "concat": "ConcatV2",
}
SCOPES = ("rnn", "SequenceMask", "ReduceLogSumExp")


def leave(call: Call, names: str) -> None:
    for name in names.split():
        if name in SCOPES:
            with call.graph.name_scope(name):
                continue
        make(call, TYPES.get(name, name), name)


def first(value: AnyValue) -> tuple[Any, ...]:
    shape = shape_of(value)
    return shape[:1] if isinstance(shape, tuple) else (left_open(shape),)


def scored(call: Call, inputs: AnyValue, *others: Any) -> Tensor:
    """A score for each sequence."""
    return make(call, "Sub", "sub", first(inputs), FLOAT32, deps_of((inputs, *others)))


@api.function
def crf_log_likelihood(
    call: Call, inputs: AnyValue, tag_indices: AnyValue, sequence_lengths: AnyValue, transition_params: AnyValue
) -> Any:
    """TF: crf_log_likelihood. Without transitions it asks for a variable of that name in the scope that is open."""
    shape = shape_of(inputs)
    tags = shape[2] if isinstance(shape, tuple) and len(shape) == 3 else call.unknown("number of tags", "num_tags")
    if transition_params is None:
        transition_params = store.get_variable(call.state, "transitions", shape=(tags, tags))
    if not isinstance(shape, tuple) or shape[1:2] != (1,):
        needs(call, sequence_lengths, "dtype")
    leave(call, LIKELIHOOD)
    return scored(call, inputs, transition_params), transition_params


def _decoded(call: Call, potentials: AnyValue, transition_params: AnyValue) -> tuple[Tensor, Tensor]:
    """TF: crf_decode: of a sequence of one step the transitions are not asked."""
    shape = shape_of(potentials)
    alone = isinstance(shape, tuple) and len(shape) > 1 and shape[1] == 1
    tags = shape[:2] if isinstance(shape, tuple) else Unknown("shape of decoded tags")
    leave(call, DECODE)
    deps = deps_of(potentials) if alone else deps_of(potentials, transition_params)
    return (
        make(call, "ReverseSequence", "ReverseSequence", tags, DTYPES["int32"]),
        make(
            call,
            "Max",
            "Max",
            first(potentials),
            FLOAT32,
            deps,
        ),
    )


@api.function
def crf_decode(call: Call, potentials: AnyValue, transition_params: AnyValue, sequence_length: AnyValue) -> Any:
    needs(call, sequence_length, "dtype")
    return _decoded(call, potentials, transition_params)


for _name in (
    "crf_sequence_score",
    "crf_multitag_sequence_score",
    "crf_log_norm",
    "crf_unary_score",
    "crf_binary_score",
):

    def _score(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        given = (*args, *kwargs.values())
        return scored(call, kwargs.get("inputs", given[0]), *given)

    api.function(_score, name=_name, raw=True)


@api.function(raw=True)
def viterbi_decode(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return call.unknown("decoded tags"), call.unknown("score of decoded tags")
