"""tf.contrib.losses: the older order of arguments, the same scopes and collection as tf.losses."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework import operations
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.framework.helpers import ask
from scopelint.apis.tf.framework.python_values import dtype_of
from scopelint.apis.tf.ops.losses import cosine_distance, elementwise, squeezed, weighted
from scopelint.values.base import AnyValue
from scopelint.values.tensors import Tensor

api = Namespace("tf.contrib.losses")
KIND = "weighted_sum_by_nonzero_weights"


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
                found = squeezed(call, found, logits, 1)
            elif isinstance(found, Tensor):
                found = ask(call, "tf.cast", found, dtype_of(logits))
            losses = ask(call, f"tf.nn.{function}", labels=found, logits=logits, name="xentropy")
            return weighted(call, losses, given.get("weights", 1.0), text, "losses", KIND)

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
        return weighted(call, losses, weights, text, "losses", KIND)


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
