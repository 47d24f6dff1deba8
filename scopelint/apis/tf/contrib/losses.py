"""tf.contrib.losses: the older order of arguments, the same scopes and collection as tf.losses."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework import operations
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.framework.bare_op import make
from scopelint.apis.tf.framework.helpers import add_to, ask
from scopelint.apis.tf.framework.op_inputs import deps_of
from scopelint.apis.tf.framework.python_values import dtype_of
from scopelint.apis.tf.ops.losses import cosine_distance, elementwise, weighted
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.tensors import FLOAT32, Tensor, dims_compatible
from scopelint.values.truth import NO

api = Namespace("tf.contrib.losses")
KIND = "weighted_sum_by_nonzero_weights"


def _weighted(call: Call, losses: Any, weights: Any, scope: str) -> Any:
    """TF: compute_weighted_loss, in the scope that is open already."""
    known = [isinstance(getattr(each, "shape", None), tuple) for each in (losses, weights)]
    if not known[0] or not (known[1] or isinstance(weights, (int, float))):
        return weighted(call, losses, weights, scope, "losses", KIND)
    dtype = dtype_of(losses)
    losses = call.new("tf.cast", losses, FLOAT32)
    weights = call.new("tf.cast", operations.convert(call, weights), FLOAT32)
    shape = weights.shape
    if len(shape) > 1 and dims_compatible(shape[-1], 1) is not NO:
        weights = call.new("tf.squeeze", weights, ListValue([-1]))
    rank = len(weights.shape) if isinstance(weights.shape, tuple) else 0
    axes = ListValue(list(range(rank, len(losses.shape))))
    scaled = call.new("tf.multiply", call.new("tf.reduce_sum", losses, axis=axes), weights)
    total = call.new("tf.reduce_sum", scaled)
    present = _present(call, losses, weights, rank)
    mean = call.new("tf.math.divide_no_nan", call.new("tf.reduce_sum", total), present, name="value")
    mean = call.new("tf.cast", mean, dtype)
    add_to(call, "losses", mean)
    return mean


def _present(call: Call, losses: Any, weights: Any, rank: int) -> Any:
    """TF: _num_present: how many losses count."""
    if not rank:
        first = call.new("tf.slice", call.new("tf.shape", losses), ListValue([0]), ListValue([1]))
        batch = call.new("tf.reshape", first, ListValue([]))
        whole = call.new("tf.cast", call.new("tf.size", losses), FLOAT32)
        each = call.new("tf.div", whole, call.new("tf.cast", batch, FLOAT32))
        each = call.new("tf.where", call.new("tf.equal", weights, 0), 0.0, each)
        ones = call.new("tf.ones", call.new("tf.reshape", batch, ListValue([1])))
        return call.new("tf.reduce_sum", call.new("tf.multiply", ones, each))
    axes = ListValue(list(range(1, rank)))
    counted = call.new("tf.cast", call.new("tf.not_equal", weights, 0), FLOAT32)
    nonzero = call.new("tf.reduce_sum", counted, axis=axes)
    rest = call.new("tf.slice", call.new("tf.shape", losses), ListValue([rank]), ListValue([-1]))
    spread = call.new("tf.cast", call.new("tf.reduce_prod", rest), FLOAT32)
    return call.new("tf.reduce_sum", call.new("tf.multiply", nonzero, spread))


def _elementwise(name: str, other: str, *ops: tuple[str, str]) -> None:
    canonical = f"tf.contrib.losses.{name}"

    def summary(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        given = bind(call, canonical, args, kwargs)[0]
        return elementwise(
            call,
            given.get("scope"),
            name,
            given["labels"],
            given[other],
            given.get("weights", 1.0),
            "losses",
            KIND,
            *ops,
        )

    api.function(summary, name=name, raw=True)


_elementwise("absolute_difference", "predictions", ("Sub", "Sub"), ("Abs", "Abs"))
_elementwise("mean_squared_error", "predictions", ("Sub", "Sub"), ("Square", "Square"))
_elementwise(
    "hinge_loss",
    "logits",
    ("Fill", "ones_like"),
    ("Mul", "mul"),
    ("Sub", "Sub"),
    ("Mul", "Mul"),
    ("Sub", "Sub"),
    ("Relu", "Relu"),
)
_elementwise(
    "log_loss", "predictions", ("AddV2", "add"), ("Log", "Log"), ("Mul", "Mul"), ("Neg", "Neg"), ("Sub", "sub")
)


def _crossed(name: str, scope: str, function: str, labels: str) -> None:
    canonical = f"tf.contrib.losses.{name}"

    def summary(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        given = bind(call, canonical, args, kwargs)[0]
        logits = given["logits"]
        with operations.scope(call, given.get("scope"), scope) as text:
            found = given[labels]
            if name.startswith("sparse"):
                found = found if isinstance(found, Tensor) else operations.convert(call, found)
                first = call.getitem(call.new("tf.shape", found), 0)
                found = call.new("tf.reshape", found, ListValue([first]))
            elif isinstance(found, Tensor):
                found = ask(call, "tf.cast", found, dtype_of(logits))
            losses = ask(call, f"tf.nn.{function}", labels=found, logits=logits, name="xentropy")
            return _weighted(call, losses, given.get("weights", 1.0), text)

    api.function(summary, name=name, raw=True)


_crossed(
    "sigmoid_cross_entropy", "sigmoid_cross_entropy_loss", "sigmoid_cross_entropy_with_logits", "multi_class_labels"
)
_crossed("softmax_cross_entropy", "softmax_cross_entropy_loss", "softmax_cross_entropy_with_logits", "onehot_labels")
_crossed(
    "sparse_softmax_cross_entropy",
    "sparse_softmax_cross_entropy_loss",
    "sparse_softmax_cross_entropy_with_logits",
    "labels",
)


@api.function(name="cosine_distance")
def _cosine(
    call: Call,
    predictions: AnyValue,
    labels: AnyValue,
    axis: AnyValue,
    weights: AnyValue,
    scope: AnyValue,
    dim: AnyValue,
) -> Any:
    return cosine_distance(call, labels, predictions, axis, weights, scope, "losses", KIND, dim)


@api.function
def compute_weighted_loss(call: Call, losses: AnyValue, weights: AnyValue, scope: AnyValue) -> Any:
    with operations.scope(call, scope, "weighted_loss") as text:
        losses = losses if isinstance(losses, Tensor) else operations.convert(call, losses)
        return _weighted(call, losses, weights, text)


@api.function(raw=True)
def mean_pairwise_squared_error(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    given = bind(call, "tf.contrib.losses.mean_pairwise_squared_error", args, kwargs)[0]
    return ask(
        call, "tf.losses.mean_pairwise_squared_error", given["labels"], given["predictions"], scope=given.get("scope")
    )


for _name in ("add_loss", "get_losses", "get_regularization_losses", "get_total_loss"):

    def _same(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any], name: str = _name) -> Any:
        return ask(call, f"tf.losses.{name}", *args, **kwargs)

    api.function(_same, name=_name, raw=True)


# Metric learning

metric = Namespace("tensorflow.contrib.losses.python.metric_learning.metric_loss_ops")

_METRIC: dict[str, tuple[str, str]] = {
    "cluster_loss": ("Maximum", "clustering_loss"),
    "contrastive_loss": ("Mean", "contrastive_loss"),
    "lifted_struct_loss": ("RealDiv", "liftedstruct_loss"),
    "npairs_loss": ("AddV2", "add_1"),
    "npairs_loss_multilabel": ("AddV2", "NpairsLossMultilabel/add_1"),
    "triplet_semihard_loss": ("RealDiv", "triplet_semihard_loss"),
}
"""TF: metric_loss_ops. Each gives one number that depends on the embeddings; of what it leaves the last is made."""


def _of_embeddings(name: str) -> None:
    kind, leaf = _METRIC[name]
    canonical = f"{metric.path}.{name}"

    def summary(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        given, _ = bind(call, canonical, args, kwargs)
        held = [value for key, value in given.items() if key.startswith("embeddings")]
        tensors = [value if isinstance(value, Unknown) else operations.convert(call, value) for value in held]
        return make(call, kind, leaf, (), FLOAT32, deps_of(tuple(tensors)))

    metric.function(summary, name=name, raw=True)


for _loss in _METRIC:
    _of_embeddings(_loss)
