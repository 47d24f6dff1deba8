"""tf.losses: one scope each, a tensor called `value`, and an entry in the collection of losses."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework import operations
from scopelint.apis.tf.framework.bare_op import make
from scopelint.apis.tf.framework.conversion import graph_name
from scopelint.apis.tf.framework.graphs import shown
from scopelint.apis.tf.framework.helpers import add_to, ask
from scopelint.apis.tf.framework.op_inputs import deps_of
from scopelint.apis.tf.framework.python_values import dtype_of, shape_of
from scopelint.apis.tf.ops.weighted_losses import check_broadcastable, is_simple, weighted_loss
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.tensors import FLOAT32, Tensor, broadcast_shapes, shape_text, shapes_compatible
from scopelint.values.truth import NO

api = Namespace("tf.losses")

reduction = api.type("Reduction")
for _name, _value in (
    ("NONE", "none"), ("SUM", "weighted_sum"), ("SUM_OVER_BATCH_SIZE", "weighted_sum_over_batch_size"),
    ("MEAN", "weighted_mean"), ("SUM_BY_NONZERO_WEIGHTS", "weighted_sum_by_nonzero_weights"),
    ("SUM_OVER_NONZERO_WEIGHTS", "weighted_sum_by_nonzero_weights"),
):  # fmt: skip
    reduction.constant(_name, _value)

_REDUCTIONS = (
    "none",
    "weighted_sum",
    "weighted_sum_over_batch_size",
    "weighted_mean",
    "weighted_sum_by_nonzero_weights",
)

_BROADCASTABLE = (
    ("assert_broadcastable/weights/shape", "Const"), ("assert_broadcastable/weights/rank", "Const"),
    ("assert_broadcastable/values/shape", "Shape"), ("assert_broadcastable/values/rank", "Const"),
    ("assert_broadcastable/static_scalar_check_success", "NoOp"),
)  # fmt: skip
_NUM_PRESENT = (
    ("Equal/y", "Const"), ("Equal", "Equal"), ("zeros_like", "Const"), ("ones_like/Shape", "Const"),
    ("ones_like/Const", "Const"), ("ones_like", "Fill"), ("Select", "Select"),
    *((f"broadcast_weights/{name}", type) for name, type in _BROADCASTABLE),
    ("broadcast_weights/ones_like/Shape", "Shape"), ("broadcast_weights/ones_like/Const", "Const"),
    ("broadcast_weights/ones_like", "Fill"), ("broadcast_weights", "Mul"), ("Const", "Const"),
)  # fmt: skip


def _mean(call: Call, deps: int, dtype: AnyValue) -> Tensor:
    """TF: _safe_mean."""
    make(call, "Const")
    make(call, "Sum")
    return make(call, "DivNoNan", "value", (), dtype, deps)


def weighted(
    call: Call, losses: Any, weights: AnyValue, scope: str, loss_collection: AnyValue, kind: AnyValue
) -> Tensor:
    """TF: compute_weighted_loss, in the scope that is open already."""
    if isinstance(kind, str) and kind not in _REDUCTIONS:
        call.raise_("ValueError", f"Invalid Reduction Key {kind}.", kind="argument")
    dtype = dtype_of(losses)
    check_broadcastable(call, shape_of(losses), shape_of(weights))
    if call.graph.drawing is not None and is_simple(losses, weights):
        drawn: Tensor = weighted_loss(call, losses, weights, kind)
        if loss_collection:
            add_to(call, loss_collection, drawn)
        return drawn
    with call.graph.name_scope("assert_broadcastable") as inside:
        plain = isinstance(weights, (bool, int, float))
        if plain:
            make(call, "Const", "weights", (), const=weights)
        for name, type in _BROADCASTABLE:
            call.graph.op(type, inside + name[len("assert_broadcastable/") :] + "/")
    if plain:
        make(call, "Const", "Cast/x")
    shape, _ = broadcast_shapes(shape_of(losses), shape_of(weights))
    deps = deps_of(losses) | (deps_of(weights) if not isinstance(weights, Unknown) else 0)
    loss = make(call, "Mul", "Mul", shape, dtype, deps)
    if kind != "none":
        make(call, "Const")
        loss = make(call, "Sum", "Sum", (), dtype, deps)
        if kind == "weighted_mean":
            make(call, "Fill", "ones_like", inner=(("Shape", "Shape"), ("Const", "Const")))
            make(call, "Mul", "mul")
            make(call, "Const")
            make(call, "Sum")
            loss = _mean(call, deps, dtype)
        elif kind == "weighted_sum_over_batch_size":
            make(call, "Size", "num_elements", inner=(("Cast", "Cast"),))
            loss = _mean(call, deps, dtype)
        elif kind == "weighted_sum_by_nonzero_weights":
            make(call, "Sum", "num_present", inner=_NUM_PRESENT)
            loss = _mean(call, deps, dtype)
    if loss_collection:
        add_to(call, loss_collection, loss)
    return loss


def same_shape(call: Call, predictions: Any, labels: AnyValue) -> None:
    """TF: predictions.get_shape().assert_is_compatible_with(labels.get_shape())."""
    one, two = shape_of(predictions), shape_of(labels)
    if shapes_compatible(one, two) is NO:
        call.raise_("ValueError", f"Shapes {shape_text(one)} and {shape_text(two)} are incompatible", kind="shape")


def must_be_given(call: Call, **given: Any) -> None:
    for name, value in given.items():
        if value is None:
            call.raise_("ValueError", f"{name} must not be None.", kind="argument")


def elementwise(
    call: Call,
    scope: AnyValue,
    default: str,
    labels: AnyValue,
    predictions: AnyValue,
    weights: AnyValue,
    collection: AnyValue,
    kind: AnyValue,
    *ops: tuple[str, str],
) -> Tensor:
    """A loss of each element, weighted: `ops` are what it leaves in its scope, as (type, name)."""
    with operations.scope(call, scope, default) as text:
        cast(call, predictions)
        cast(call, labels)
        same_shape(call, predictions, labels)
        shape, _ = broadcast_shapes(shape_of(predictions), shape_of(labels))
        deps = deps_of(predictions) | deps_of(labels)
        losses: Any = None
        taken: tuple[Any, ...] = (predictions, labels)
        for type, name in ops:
            losses = make(call, type, name, shape, FLOAT32, deps)
            if len(ops) < 3:
                call.graph.draw(losses.op_name, *taken)
            taken = (losses,)
        return weighted(call, losses, weights, text, collection, kind)


def cast(call: Call, value: AnyValue) -> None:
    """TF: math_ops.cast(value, float32): an operation only where that is not its dtype."""
    dtype = dtype_of(value)
    if isinstance(value, (bool, int, float, ListValue)):
        make(call, "Const", "Cast/x")
    elif dtype is not FLOAT32 and not isinstance(dtype, Unknown):
        make(call, "Cast")


@api.function
def absolute_difference(
    call: Call,
    labels: AnyValue,
    predictions: AnyValue,
    weights: AnyValue,
    scope: AnyValue,
    loss_collection: AnyValue,
    reduction: AnyValue,
) -> Any:
    must_be_given(call, labels=labels, predictions=predictions)
    return elementwise(
        call,
        scope,
        "absolute_difference",
        labels,
        predictions,
        weights,
        loss_collection,
        reduction,
        ("Sub", "Sub"),
        ("Abs", "Abs"),
    )


@api.function
def mean_squared_error(
    call: Call,
    labels: AnyValue,
    predictions: AnyValue,
    weights: AnyValue,
    scope: AnyValue,
    loss_collection: AnyValue,
    reduction: AnyValue,
) -> Any:
    must_be_given(call, labels=labels, predictions=predictions)
    return elementwise(
        call,
        scope,
        "mean_squared_error",
        labels,
        predictions,
        weights,
        loss_collection,
        reduction,
        ("SquaredDifference", "SquaredDifference"),
    )


@api.function
def cosine_distance(
    call: Call,
    labels: AnyValue,
    predictions: AnyValue,
    axis: AnyValue,
    weights: AnyValue,
    scope: AnyValue,
    loss_collection: AnyValue,
    reduction: AnyValue,
    dim: AnyValue,
) -> Any:
    if axis is None:
        axis = dim
    if axis is None:
        call.raise_("ValueError", "You must specify 'axis'.", kind="argument")
    must_be_given(call, labels=labels, predictions=predictions)
    with operations.scope(call, scope, "cosine_distance_loss") as text:
        cast(call, predictions)
        cast(call, labels)
        same_shape(call, predictions, labels)
        shape, deps = shape_of(predictions), deps_of(predictions) | deps_of(labels)
        if isinstance(shape, tuple) and isinstance(axis, int) and -len(shape) <= axis < len(shape):
            at = axis % len(shape)
            reduced: Any = (*shape[:at], 1, *shape[at + 1 :])
        else:
            reduced = Unknown("shape of a cosine distance")
        make(call, "Mul", "Mul", shape)
        make(call, "Sum", "Sum", reduced, inner=(("reduction_indices", "Const"),))
        losses = make(call, "Sub", "sub", reduced, FLOAT32, deps, inner=(("x", "Const"),))
        return weighted(call, losses, weights, text, loss_collection, reduction)


@api.function
def hinge_loss(
    call: Call,
    labels: AnyValue,
    logits: AnyValue,
    weights: AnyValue,
    scope: AnyValue,
    loss_collection: AnyValue,
    reduction: AnyValue,
) -> Any:
    must_be_given(call, labels=labels, logits=logits)
    return elementwise(
        call,
        scope,
        "hinge_loss",
        labels,
        logits,
        weights,
        loss_collection,
        reduction,
        ("Fill", "ones_like"),
        ("Mul", "mul"),
        ("Sub", "Sub"),
        ("Mul", "Mul"),
        ("Sub", "Sub"),
        ("Relu", "Relu"),
    )


@api.function
def huber_loss(
    call: Call,
    labels: AnyValue,
    predictions: AnyValue,
    weights: AnyValue,
    scope: AnyValue,
    loss_collection: AnyValue,
    reduction: AnyValue,
) -> Any:
    must_be_given(call, labels=labels, predictions=predictions)
    return elementwise(
        call,
        scope,
        "huber_loss",
        labels,
        predictions,
        weights,
        loss_collection,
        reduction,
        ("Sub", "Sub"),
        ("Abs", "Abs"),
        ("Minimum", "Minimum"),
        ("Sub", "Sub"),
        ("Const", "Const"),
        ("Mul", "Mul"),
        ("Mul", "Mul"),
        ("Mul", "Mul"),
        ("Add", "Add"),
    )


@api.function
def log_loss(
    call: Call,
    labels: AnyValue,
    predictions: AnyValue,
    weights: AnyValue,
    scope: AnyValue,
    loss_collection: AnyValue,
    reduction: AnyValue,
) -> Any:
    must_be_given(call, labels=labels, predictions=predictions)
    return elementwise(
        call,
        scope,
        "log_loss",
        labels,
        predictions,
        weights,
        loss_collection,
        reduction,
        ("AddV2", "add"),
        ("Log", "Log"),
        ("Mul", "Mul"),
        ("Neg", "Neg"),
        ("Sub", "sub"),
        ("Sub", "sub"),
        ("AddV2", "add"),
        ("Log", "Log"),
        ("Mul", "Mul"),
        ("Sub", "sub"),
    )


@api.function
def mean_pairwise_squared_error(
    call: Call, labels: AnyValue, predictions: AnyValue, weights: AnyValue, scope: AnyValue, loss_collection: AnyValue
) -> Any:
    must_be_given(call, labels=labels, predictions=predictions)
    with operations.scope(call, scope, "mean_pairwise_squared_error"):
        same_shape(call, predictions, labels)
        deps = deps_of(predictions) | deps_of(labels)
        make(call, "DivNoNan", "value")
        make(call, "DivNoNan", "value")
        loss = make(call, "Select", "value", (), FLOAT32, deps)
        if loss_collection:
            add_to(call, loss_collection, loss)
        return loss


@api.function
def sigmoid_cross_entropy(
    call: Call,
    multi_class_labels: Any,
    logits: Any,
    weights: Any,
    label_smoothing: Any,
    scope: Any,
    loss_collection: Any,
    reduction: Any,
) -> Any:
    must_be_given(call, multi_class_labels=multi_class_labels, logits=logits)
    with operations.scope(call, scope, "sigmoid_cross_entropy_loss") as text:
        multi_class_labels = ask(call, "tf.cast", multi_class_labels, dtype_of(logits))
        same_shape(call, logits, multi_class_labels)
        if label_smoothing > 0:
            make(call, "Mul", "mul", inner=(("y", "Const"),))
            make(call, "AddV2", "add", inner=(("y", "Const"),))
        losses = ask(
            call, "tf.nn.sigmoid_cross_entropy_with_logits", labels=multi_class_labels, logits=logits, name="xentropy"
        )
        return weighted(call, losses, weights, text, loss_collection, reduction)


@api.function
def softmax_cross_entropy(
    call: Call,
    onehot_labels: Any,
    logits: Any,
    weights: Any,
    label_smoothing: Any,
    scope: Any,
    loss_collection: Any,
    reduction: Any,
) -> Any:
    must_be_given(call, onehot_labels=onehot_labels, logits=logits)
    with operations.scope(call, scope, "softmax_cross_entropy_loss") as text:
        onehot_labels = ask(call, "tf.cast", onehot_labels, dtype_of(logits))
        same_shape(call, logits, onehot_labels)
        if label_smoothing > 0:
            make(call, "Shape")
            make(
                call,
                "StridedSlice",
                "strided_slice",
                inner=(("stack", "Const"), ("stack_1", "Const"), ("stack_2", "Const")),
            )
            make(call, "Cast")
            make(call, "RealDiv", "truediv", inner=(("x", "Const"),))
            make(call, "Mul", "mul", inner=(("y", "Const"),))
            make(call, "AddV2", "add")
        onehot_labels = ask(call, "tf.stop_gradient", onehot_labels, name="labels_stop_gradient")
        losses = ask(
            call, "tf.nn.softmax_cross_entropy_with_logits_v2", labels=onehot_labels, logits=logits, name="xentropy"
        )
        return weighted(call, losses, weights, text, loss_collection, reduction)


@api.function
def sparse_softmax_cross_entropy(
    call: Call,
    labels: AnyValue,
    logits: AnyValue,
    weights: AnyValue,
    scope: AnyValue,
    loss_collection: AnyValue,
    reduction: AnyValue,
) -> Any:
    must_be_given(call, labels=labels, logits=logits)
    with operations.scope(call, scope, "sparse_softmax_cross_entropy_loss") as text:
        labels = squeezed(call, labels, logits, 1)
        if isinstance(weights, (bool, int, float)):
            weights = make(call, "Const", None, (), const=weights)
        losses = ask(
            call, "tf.nn.sparse_softmax_cross_entropy_with_logits", labels=labels, logits=logits, name="xentropy"
        )
        return weighted(call, losses, weights, text, loss_collection, reduction)


def squeezed(call: Call, labels: AnyValue, predictions: AnyValue, expected: int = 0) -> Any:
    """TF: confusion_matrix.remove_squeezable_dimensions, of the labels: a last dimension of 1 too many is dropped."""
    with call.graph.name_scope("remove_squeezable_dimensions") as text:
        one, two = shape_of(labels), shape_of(predictions)
        if isinstance(one, tuple) and isinstance(two, tuple) and one:
            too_many = len(two) - len(one) == expected - 1 and (one[-1] is None or one[-1] == 1)
            if too_many:
                return make(call, "Squeeze", text + "Squeeze", one[:-1], dtype_of(labels), deps_of(labels))
    return labels


@api.function
def compute_weighted_loss(
    call: Call, losses: AnyValue, weights: AnyValue, scope: AnyValue, loss_collection: AnyValue, reduction: AnyValue
) -> Any:
    with operations.scope(call, scope, "weighted_loss") as text:
        return weighted(call, losses, weights, text, loss_collection, reduction)


@api.function
def add_loss(call: Call, loss: AnyValue, loss_collection: AnyValue) -> None:
    if loss_collection:
        add_to(call, loss_collection, loss)


def _scope_of(scope: AnyValue) -> Any:
    return graph_name(scope)


@api.function
def get_losses(call: Call, scope: AnyValue, loss_collection: AnyValue) -> Any:
    return shown(call, call.graph.get_collection(loss_collection, _scope_of(scope)))


@api.function
def get_regularization_losses(call: Call, scope: AnyValue) -> Any:
    return shown(call, call.graph.get_collection("regularization_losses", _scope_of(scope)))


@api.function
def get_regularization_loss(call: Call, scope: AnyValue, name: AnyValue) -> Any:
    losses = call.graph.get_collection("regularization_losses", _scope_of(scope))
    return call.new("tf.add_n", ListValue(losses), name) if losses else make(call, "Const", "Const", (), const=0.0)


@api.function
def get_total_loss(call: Call, add_regularization_losses: AnyValue, name: AnyValue, scope: AnyValue) -> Any:
    losses = call.graph.get_collection("losses", _scope_of(scope))
    if add_regularization_losses:
        losses = losses + call.graph.get_collection("regularization_losses", _scope_of(scope))
    if not losses:
        if not call.sees_all():
            return Unknown("what was called before may have made losses")
        call.raise_(
            "ValueError",
            "inputs must be a list of at least one Tensor/IndexedSlices with the same dtype and shape",
            kind="argument",
        )
    return call.new("tf.add_n", ListValue(losses), name)
