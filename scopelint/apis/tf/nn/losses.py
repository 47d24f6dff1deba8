"""tf.nn: cross entropies and losses over sampled classes."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tables import ops
from scopelint.apis.tf.framework.control_flow_contexts import waiting
from scopelint.apis.tf.framework.conversion import none_if_default
from scopelint.apis.tf.framework.dims import dims_of
from scopelint.apis.tf.framework.gathers import rows_of
from scopelint.apis.tf.framework.operations import convert, gen, scope
from scopelint.apis.tf.framework.python_values import base, is_dense_tensor, members
from scopelint.apis.tf.framework.recorded import bind, deps_of, replay
from scopelint.apis.tf.framework.structures import flatten
from scopelint.apis.tf.ops.array import concat_of, rank_of, renamed_argument, reshape_to, shape_of, transpose_of
from scopelint.apis.tf.ops.casts import cast
from scopelint.apis.tf.ops.fills import zeros_like_of
from scopelint.apis.tf.ops.reductions import range_of
from scopelint.apis.tf.ops.slices import where_of
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.tensors import (
    FLOAT32,
    DType,
    Tensor,
    Variable,
    num_elements,
    shape_text,
    shapes_compatible,
)
from scopelint.values.truth import NO

api = Namespace("tf.nn")


def _named_only(call: Call, name: str, sentinel: AnyValue, labels: AnyValue, logits: AnyValue) -> None:
    """TF: _ensure_xent_args."""
    if none_if_default(sentinel) is not None and not isinstance(sentinel, Unknown):
        call.raise_(
            "ValueError", f"Only call `{name}` with named arguments (labels=..., logits=..., ...)", kind="argument"
        )
    if labels is None or logits is None:
        call.raise_("ValueError", "Both labels and logits must be provided.", kind="argument")


def _is_half(dtype: AnyValue) -> bool:
    return isinstance(dtype, DType) and dtype.name in ("float16", "bfloat16")


def sigmoid_cross_entropy(call: Call, labels: AnyValue, logits: AnyValue, name: AnyValue = None) -> Any:
    with scope(call, name, "logistic_loss") as inner:
        logits, labels = convert(call, logits, None, "logits"), convert(call, labels, None, "labels")
        _same_shape(call, labels, logits)
        zeros = zeros_like_of(call, logits, base(logits.dtype))
        condition = call.compare(">=", logits, zeros)
        relu = where_of(call, condition, logits, zeros, None, "Select")
        negated = where_of(call, condition, call.unary("-", logits), logits, None, "Select")
        left = call.binary("-", relu, call.binary("*", logits, labels))
        return gen(call, "Add", inner, x=left, y=gen(call, "Log1p", None, x=gen(call, "Exp", None, x=negated)))


def _same_shape(call: Call, labels: Any, logits: Any) -> None:
    if shapes_compatible(labels.shape, logits.shape) is NO:
        call.raise_(
            "ValueError",
            f"logits and labels must have the same shape ({shape_text(logits.shape)} vs {shape_text(labels.shape)})",
            kind="shape",
        )


@api.function
def sigmoid_cross_entropy_with_logits(
    call: Call, _sentinel: AnyValue, labels: AnyValue, logits: AnyValue, name: AnyValue
) -> Any:
    _named_only(call, "sigmoid_cross_entropy_with_logits", _sentinel, labels, logits)
    return sigmoid_cross_entropy(call, labels, logits, name)


@api.function
def weighted_cross_entropy_with_logits(
    call: Call, labels: AnyValue, logits: AnyValue, pos_weight: AnyValue, name: AnyValue, targets: AnyValue
) -> Any:
    labels = renamed_argument(call, "labels", labels, "targets", targets)
    with scope(call, name, "logistic_loss") as inner:
        logits, labels = convert(call, logits, None, "logits"), convert(call, labels, None, "labels")
        _same_shape(call, labels, logits)
        weight = call.binary("+", 1, call.binary("*", call.binary("-", pos_weight, 1), labels))
        left = call.binary("*", call.binary("-", 1, labels), logits)
        with scope(call, None, "Abs") as absolute:
            size = gen(call, "Abs", absolute, x=logits)
        soft = gen(call, "Log1p", None, x=gen(call, "Exp", None, x=call.unary("-", size)))
        right = call.binary(
            "*", weight, call.binary("+", soft, gen(call, "Relu", None, features=call.unary("-", logits)))
        )
        return gen(call, "Add", inner, x=left, y=right)


def flatten_outer(call: Call, logits: Any) -> Any:
    """TF: _flatten_outer_dims."""
    rank = rank_of(call, logits)
    sizes = shape_of(call, logits)
    last = gen(call, "Slice", None, input=sizes, begin=(gen(call, "Sub", None, x=rank, y=1),), size=(1,))
    output = reshape_to(call, logits, concat_of(call, ((-1,), last), 0))
    shape = logits.shape
    if isinstance(shape, tuple) and shape:
        outer = num_elements(shape[:-1])
        output.shape = (outer, shape[-1])
    return output


def softmax_cross_entropy(
    call: Call, labels: AnyValue, logits: AnyValue, axis: AnyValue = -1, name: AnyValue = None
) -> Any:
    """TF: softmax_cross_entropy_with_logits_v2_helper."""
    with scope(call, name, "softmax_cross_entropy_with_logits") as inner:
        logits, labels = convert(call, logits, None, "logits"), convert(call, labels, None, "labels")
        half = _is_half(logits.dtype)
        precise = cast(call, logits, FLOAT32) if half else logits
        labels = cast(call, labels, base(precise.dtype))
        rank = rank_of(call, precise)
        shape = logits.shape
        if isinstance(axis, int) and axis != -1:
            precise, labels = _axis_last(call, precise, axis, rank), _axis_last(call, labels, axis, rank)
        sizes = shape_of(call, precise)
        precise, labels = flatten_outer(call, precise), flatten_outer(call, labels)
        made = gen(call, "SoftmaxCrossEntropyWithLogits", inner, features=precise, labels=labels)
        cost = (members(made) or [None])[0]
        outer = gen(call, "Slice", None, input=sizes, begin=(0,), size=(gen(call, "Sub", None, x=rank, y=1),))
        cost = reshape_to(call, cost, outer)
        if isinstance(shape, tuple) and shape and isinstance(axis, int):
            place = axis % len(shape)
            cost.shape = shape[:place] + shape[place + 1 :]
        elif isinstance(shape, Unknown) or not isinstance(axis, int):
            cost.shape = Unknown("which axis has the classes")
        return cast(call, cost, base(logits.dtype)) if half else cost


def _axis_last(call: Call, tensor: AnyValue, axis: int, rank: AnyValue) -> Any:
    order = concat_of(call, (range_of(call, axis), range_of(call, axis + 1, rank), (axis,)), 0)
    return transpose_of(call, tensor, order)


@api.function
def softmax_cross_entropy_with_logits_v2(
    call: Call, labels: AnyValue, logits: AnyValue, axis: AnyValue, name: AnyValue, dim: AnyValue
) -> Any:
    place = renamed_argument(call, "axis", axis, "dim", dim)
    return softmax_cross_entropy(call, labels, logits, -1 if place is None else place, name)


@api.function
def softmax_cross_entropy_with_logits(
    call: Call, _sentinel: AnyValue, labels: AnyValue, logits: AnyValue, dim: AnyValue, name: AnyValue, axis: AnyValue
) -> Any:
    _named_only(call, "softmax_cross_entropy_with_logits", _sentinel, labels, logits)
    place = none_if_default(axis)
    with scope(call, name, "softmax_cross_entropy_with_logits_sg") as inner:
        labels = gen(call, "StopGradient", "labels_stop_gradient", input=labels)
    return softmax_cross_entropy(call, labels, logits, dim if place is None else place, inner)


def sparse_softmax_cross_entropy(call: Call, labels: AnyValue, logits: AnyValue, name: AnyValue = None) -> Any:
    kind = "SparseSoftmaxCrossEntropyWithLogits"
    with scope(call, name, kind):
        labels, logits = convert(call, labels), convert(call, logits)
        half = isinstance(logits.dtype, DType) and logits.dtype.name == "float16"
        precise = cast(call, logits, FLOAT32) if half else logits
        sizes = shape_of(call, labels)
        shape, wanted = logits.shape, labels.shape
        _check_sparse(call, wanted, shape)
        if isinstance(shape, Unknown) or (isinstance(shape, tuple) and len(shape) == 2):
            cost = (members(gen(call, kind, name, features=precise, labels=labels)) or [None])[0]
            if isinstance(shape, Unknown):
                # Nor is it known whether they are flattened, so that the labels' shape comes back.
                cost.shape = wanted if isinstance(wanted, tuple) and len(wanted) != 1 else shape.derive("")
        else:
            known = all(
                isinstance(s, tuple) and all(d is not None for d in s)
                for s in (wanted, shape[:-1] if isinstance(shape, tuple) else None)
            )
            checks = []
            if not known:
                one, two = shape_of(call, labels), call.getitem(shape_of(call, logits), slice(None, -1, None))
                checks.append(call.new("tf.assert_equal", one, two))
            with waiting(call, checks):
                classes = call.getitem(shape_of(call, logits), call.binary("-", rank_of(call, logits), 1))
                precise = reshape_to(call, precise, (-1, classes))
                flat = reshape_to(call, labels, (-1,))
                cost = (members(gen(call, kind, name, features=precise, labels=flat)) or [None])[0]
                cost = reshape_to(call, cost, sizes)
            cost.shape = wanted
        return cast(call, cost, base(logits.dtype)) if half else cost


def _check_sparse(call: Call, labels: AnyValue, logits: AnyValue) -> None:
    if not isinstance(labels, tuple) or not isinstance(logits, tuple):
        return
    if not logits:
        call.raise_("ValueError", f"Logits cannot be scalars - received shape {shape_text(logits)}.", kind="shape")
    if len(labels) != len(logits) - 1:
        call.raise_(
            "ValueError",
            f"Rank mismatch: Rank of labels (received {len(labels)}) should equal rank of logits "
            f"minus 1 (received {len(logits)}).",
            kind="shape",
        )
    full = all(isinstance(d, int) for d in (*labels, *logits[:-1]))
    if full and labels != logits[:-1]:
        call.raise_(
            "ValueError",
            f"Shape mismatch: The shape of labels (received {shape_text(labels)}) should equal "
            f"the shape of logits except for the last dimension (received {shape_text(logits)}).",
            kind="shape",
        )


@api.function
def sparse_softmax_cross_entropy_with_logits(
    call: Call, _sentinel: AnyValue, labels: AnyValue, logits: AnyValue, name: AnyValue
) -> Any:
    _named_only(call, "sparse_softmax_cross_entropy_with_logits", _sentinel, labels, logits)
    return sparse_softmax_cross_entropy(call, labels, logits, name)


# Sampled classes: the operations are as recorded, one number comes out for each example.


def _declare_sampled() -> None:
    def sampled(canonical: str) -> Any:
        def impl(call: Call, args: Any, kwargs: Any) -> Any:
            bound = bind(call, canonical, args, kwargs)
            result = replay(call, ops(canonical), canonical, bound)
            inputs = bound.get("inputs")
            if isinstance(result, Tensor):
                shape = dims_of(inputs)
                result.shape = shape[:1] if isinstance(shape, tuple) else (shape,)
                result.dtype = FLOAT32
                result.deps = 0
                for key in ("weights", "biases"):
                    for each in flatten(bound.get(key)):
                        result.deps |= rows_of(each) if is_dense_tensor(each) else deps_of(each)
                result.deps |= deps_of(inputs)
            return result

        return impl

    for name in ("nce_loss", "sampled_softmax_loss"):
        api.function(sampled(f"tf.nn.{name}"), name=name, raw=True)


_declare_sampled()


@api.function
def ctc_loss(
    call: Call, labels: AnyValue, inputs: AnyValue, sequence_length: AnyValue, time_major: AnyValue, logits: AnyValue
) -> Any:
    """TF: ctc_ops.ctc_loss."""
    if (isinstance(labels, Tensor) and not labels.is_stand_in) or isinstance(labels, (Variable, ListValue, tuple)):
        call.raise_("TypeError", "Expected labels (first argument) to be a SparseTensor", kind="argument")
    inputs = renamed_argument(call, "logits", none_if_default(logits), "inputs", inputs)
    if time_major is False:
        inputs = transpose_of(call, convert(call, inputs), (1, 0, 2))
    made = gen(
        call,
        "CTCLoss",
        None,
        inputs=inputs,
        labels_indices=call.getattr(labels, "indices"),
        labels_values=call.getattr(labels, "values"),
        sequence_length=sequence_length,
    )
    return (members(made) or [None])[0]
