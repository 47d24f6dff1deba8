"""The estimators that TF brings ready made: deep, linear, both, baseline; and the heads that end them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.estimator.estimator import estimator, not_known, set_up, spec
from scopelint.apis.tf.feature_column.columns import columns_of
from scopelint.apis.tf.feature_column.feeding import NO_DICT
from scopelint.apis.tf.feature_column.layers import feature_layer, linear
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.framework.bare_op import make
from scopelint.apis.tf.framework.callables import is_callable
from scopelint.apis.tf.framework.helpers import ask
from scopelint.apis.tf.framework.op_inputs import deps_of
from scopelint.apis.tf.framework.python_values import shape_of
from scopelint.apis.tf.ops.variable_options import graph_partitioner
from scopelint.graph import initial, scopes, store
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import InstanceValue, NativeFunction
from scopelint.values.tensors import FLOAT32, INT64, Tensor

api = Namespace("tf.estimator")
contrib = Namespace("tf.contrib.estimator")

BY_NAME = {
    "Adagrad": "AdagradOptimizer",
    "Adam": "AdamOptimizer",
    "Ftrl": "FtrlOptimizer",
    "RMSProp": "RMSPropOptimizer",
    "SGD": "GradientDescentOptimizer",
}


def optimizer_of(call: Call, given: AnyValue, rate: float) -> Any:
    """TF: get_optimizer_instance."""
    if isinstance(given, str):
        if given not in BY_NAME:
            call.raise_(
                "ValueError",
                f"Unsupported optimizer name: {given}. Supported names are: {tuple(sorted(BY_NAME))}",
                kind="argument",
            )
        return call.new(f"tf.train.{BY_NAME[given]}", learning_rate=rate)
    return call.invoke(given) if is_callable(given) and not isinstance(given, InstanceValue) else given


def one_partition(call: Call) -> Any:
    """What canned estimators partition by where there is no parameter server: into one part."""
    return graph_partitioner(
        call, call.new("tf.min_max_variable_partitioner", max_partitions=0, min_slice_size=64 << 20)
    )


# heads


class Head:
    """How a head's kind trains and measures: its number of logits, its metrics as (scope, metric)."""

    def __init__(self, kind: str, width: Any) -> None:
        self.kind = kind
        self.width = width


METRICS: dict[str, tuple[tuple[str | None, str], ...]] = {
    "multi_class": (("average_loss", "mean"), ("accuracy", "accuracy")),
    "binary": (
        ("label/mean", "mean"), ("average_loss", "mean"), ("accuracy", "accuracy"), ("precision", "precision"),
        ("recall", "recall"), ("prediction/mean", "mean"), ("auc", "auc"), ("auc_precision_recall", "auc"),
    ),
    "regression": ((None, "mean"), ("prediction/mean", "mean"), (None, "mean")),
}  # fmt: skip


def measured(call: Call, head: Head, labels: AnyValue, logits: AnyValue) -> DictValue:
    """TF: the heads' metrics. Those of classification share a scope."""
    out = DictValue()
    flat = make(call, "Reshape", "Reshape", (None,), FLOAT32)

    def one(name: str | None, metric: str) -> None:
        if metric in ("mean",):
            out.items[name or f"mean_{len(out.items)}"] = ask(call, "tf.metrics.mean", flat, name=name)
        else:
            out.items[name] = ask(call, f"tf.metrics.{metric}", labels=flat, predictions=flat, name=name)

    rows = METRICS.get(head.kind, ())
    if head.kind == "regression":
        for name, metric in rows:
            one(name, metric)
    else:
        with call.graph.name_scope("metrics"):
            for name, metric in rows:
                one(name, metric)
    return out


def estimator_spec(
    call: Call, head: Head, mode: AnyValue, labels: AnyValue, logits: AnyValue, train: Callable[[Any], Any] | None
) -> InstanceValue:
    """TF: create_estimator_spec of a head."""
    predictions = DictValue({"logits": logits})
    if mode == "infer":
        return InstanceValue(
            spec.cls,
            {
                "mode": mode,
                "predictions": predictions,
                "loss": None,
                "train_op": None,
                "eval_metric_ops": None,
                "export_outputs": None,
                "scaffold": None,
            },
        )
    metrics = None
    if mode == "eval":
        metrics = measured(call, head, labels, logits)
    done = None
    with call.graph.name_scope("head"):
        loss = make(call, "Sum", "weighted_loss/Sum", (), FLOAT32, deps_of(logits))
        regularization = call.graph.get_collection("regularization_losses")
        if regularization:
            loss = make(call, "AddN", "AddN", (), FLOAT32, deps_of(logits) | deps_of(tuple(regularization)))
        if mode == "train" and train is not None:
            done = train(loss)
        if mode == "train":
            ask(call, "tf.summary.scalar", "loss", loss)
    return InstanceValue(
        spec.cls,
        {
            "mode": mode,
            "predictions": predictions,
            "loss": loss,
            "train_op": done,
            "eval_metric_ops": metrics,
            "export_outputs": None,
            "scaffold": None,
        },
    )


# models


def step(call: Call) -> Any:
    return ask(call, "tf.train.get_global_step")


def check_features(call: Call, features: AnyValue) -> None:
    """TF: _dnn_model_fn, _linear_model_fn and their like."""
    if isinstance(features, NO_DICT):
        kind = call.to_string(call.class_of(features))
        said = f"features should be a dictionary of `Tensor`s. Given type: {kind}"
        call.raise_("ValueError", said, "argument")


def dnn_logits(call: Call, given: dict[str, Any], features: AnyValue, mode: Any, width: AnyValue) -> Tensor:
    """TF: _DNNModel. In the scope `dnn`, which is open."""
    state = call.state
    columns = given["feature_columns"]
    with scopes.variable_scope(state, "input_from_feature_columns"):
        net: Any = feature_layer(call, features, columns, None, True, "input_layer", ("variables",), built=True)
    listed = call.members(given["hidden_units"])
    units = [] if isinstance(listed, Unknown) else listed
    for i, size in enumerate(units):
        with scopes.variable_scope(state, f"hiddenlayer_{i}"):
            net = dense(call, net, size)
            if given.get("batch_norm"):
                deps = net.deps
                with scopes.variable_scope(state, f"batchnorm_{i}"):
                    for leaf, start, trained in (("gamma", initial.ONES, True), ("beta", initial.ZEROS, True)):
                        made = store.get_variable(
                            state, leaf, shape=(size,), dtype=FLOAT32, initializer=start, trainable=trained
                        )
                        deps |= made.deps
                    scopes.get_variable_scope(state).set_partitioner(None)
                    for leaf, start in (("moving_mean", initial.ZEROS), ("moving_variance", initial.ONES)):
                        store.get_variable(
                            state, leaf, shape=(size,), dtype=FLOAT32, initializer=start, trainable=False
                        )
                    net = make(call, "FusedBatchNormV3", None, net.shape, FLOAT32, deps)
    with scopes.variable_scope(state, "logits"):
        return dense(call, net, width)


def dense(call: Call, inputs: AnyValue, units: AnyValue) -> Tensor:
    shape = shape_of(inputs)
    last = shape[-1] if isinstance(shape, tuple) and shape else call.unknown("width of a layer", "width")
    made = [
        store.get_variable(call.state, leaf, shape=dims, dtype=FLOAT32, initializer=start, trainable=True)
        for leaf, dims, start in (("kernel", (last, units), initial.GLOROT_UNIFORM), ("bias", (units,), initial.ZEROS))
    ]
    deps = deps_of(inputs) | made[0].deps | made[1].deps
    first = shape[0] if isinstance(shape, tuple) and shape else None
    return make(call, "BiasAdd", "BiasAdd", (first, units), FLOAT32, deps)


def linear_rate(call: Call, columns: AnyValue) -> float:
    return min(0.2, 1.0 / math.sqrt(max(1, len(columns_of(call, columns)))))


def run_deep(
    call: Call, given: dict[str, Any], head: Head, features: AnyValue, labels: AnyValue, mode: AnyValue
) -> Any:
    check_features(call, features)
    with scopes.variable_scope(call.state, "dnn", partitioner=one_partition(call)):
        logits = dnn_logits(call, given, features, mode, head.width)
        optimizer = optimizer_of(call, given["optimizer"], 0.05) if mode == "train" else None
        return estimator_spec(
            call,
            head,
            mode,
            labels,
            logits,
            lambda loss: call.method(optimizer, "minimize", loss, global_step=step(call)),
        )


def run_linear(
    call: Call, given: dict[str, Any], head: Head, features: AnyValue, labels: AnyValue, mode: AnyValue
) -> Any:
    check_features(call, features)
    columns = given["feature_columns"]
    with scopes.variable_scope(call.state, "linear", partitioner=one_partition(call)):
        logits = linear(call, features, columns, head.width, ("variables",))
        optimizer = optimizer_of(call, given["optimizer"], linear_rate(call, columns)) if mode == "train" else None
        return estimator_spec(
            call,
            head,
            mode,
            labels,
            logits,
            lambda loss: call.method(optimizer, "minimize", loss, global_step=step(call)),
        )


def is_empty(columns: AnyValue) -> bool:
    """Is nothing given where TF asks `columns or []`?"""
    if isinstance(columns, ListValue):
        return not columns.items and columns.rest is None
    return columns is None or columns == ()


def run_both(
    call: Call, given: dict[str, Any], head: Head, features: AnyValue, labels: AnyValue, mode: AnyValue
) -> Any:
    """TF: _dnn_linear_combined_model_fn. Each half is trained by its own optimizer."""
    check_features(call, features)
    parts: list[Any] = []
    wide, narrow = given.get("linear_feature_columns"), given.get("dnn_feature_columns")
    trainers: list[tuple[str, Any]] = []
    if not is_empty(narrow):
        if is_empty(given["dnn_hidden_units"]):
            said = "dnn_hidden_units must be defined when dnn_feature_columns is specified."
            call.raise_("ValueError", said, "argument")
        if mode == "train":
            trainers.append(("dnn", optimizer_of(call, given["dnn_optimizer"], 0.05)))
        with scopes.variable_scope(call.state, "dnn", partitioner=one_partition(call)):
            own = {**given, "feature_columns": narrow, "hidden_units": given["dnn_hidden_units"]}
            parts.append(dnn_logits(call, own, features, mode, head.width))
    if not is_empty(wide):
        if mode == "train":
            trainers.append(("linear", optimizer_of(call, given["linear_optimizer"], linear_rate(call, wide))))
        with scopes.variable_scope(call.state, "linear", partitioner=one_partition(call)):
            parts.append(linear(call, features, wide, head.width, ("variables",)))
    logits = (
        parts[0]
        if len(parts) == 1
        else make(call, "AddV2", "add", parts[0].shape, FLOAT32, parts[0].deps | parts[1].deps)
    )

    def train(loss: AnyValue) -> Any:
        for scope, optimizer in trainers:
            variables = call.graph.get_collection("trainable_variables", scope)
            call.method(optimizer, "minimize", loss, var_list=ListValue(variables))
        make(call, "AssignAdd", None, (), INT64)
        return make(call, "NoOp", "group_deps").op

    return estimator_spec(call, head, mode, labels, logits, train)


def run_baseline(
    call: Call, given: dict[str, Any], head: Head, features: AnyValue, labels: AnyValue, mode: AnyValue
) -> Any:
    with scopes.variable_scope(call.state, "baseline"):
        made = store.get_variable(call.state, "bias", shape=(head.width,), dtype=FLOAT32, initializer=initial.ZEROS)
        logits = make(call, "Add", "Add", (None, head.width), FLOAT32, made.deps)
    optimizer = optimizer_of(call, given["optimizer"], 0.3) if mode == "train" else None
    return estimator_spec(
        call, head, mode, labels, logits, lambda loss: call.method(optimizer, "minimize", loss, global_step=step(call))
    )


def head_for(given: dict[str, Any], kind: str) -> Head:
    if kind == "classifier":
        classes = given.get("n_classes", 2)
        if classes == 2 and isinstance(classes, int):
            return Head("binary", 1)
        return Head("multi_class", classes)
    return Head("regression", given.get("label_dimension", 1))


def canned(name: str, kind: str, run: Callable[..., Any]) -> None:
    """One estimator: its arguments are kept and its model function made of them."""
    made = api.type(name, bases=(estimator.cls,))
    canonical = made.cls.canonical

    def init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        given = bind(call, canonical, args[1:], kwargs)[0]
        if run is run_both and is_empty(given["linear_feature_columns"]) and is_empty(given["dnn_feature_columns"]):
            said = "Either linear_feature_columns or dnn_feature_columns must be defined."
            call.raise_("ValueError", said, "argument")
        classes = given.get("n_classes", 2) if kind == "classifier" else 2
        if classes is None or (isinstance(classes, int) and classes < 2):
            call.raise_("ValueError", f"n_classes must be > 2: {classes}.", "argument")

        def model(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            head = head_for(given, kind) if kind != "head" else own_head(call, given["head"])
            return run(call, given, head, kwargs.get("features"), kwargs.get("labels"), kwargs.get("mode"))

        set_up(
            call,
            args[0],
            NativeFunction("_model_fn", model, "scopelint.model_fn", raw=True),
            given.get("model_dir"),
            given.get("config"),
            None,
        )

    made.method(init, name="__init__", raw=True)


def own_head(call: Call, head: AnyValue) -> Head:
    if isinstance(head, InstanceValue) and "<width>" in head.attrs:
        return Head(head.attrs["<kind>"], head.attrs["<width>"])
    return Head("", call.unknown("number of logits of a head", "logits"))


for _prefix, _run in (
    ("DNN", run_deep),
    ("Linear", run_linear),
    ("DNNLinearCombined", run_both),
    ("Baseline", run_baseline),
):
    canned(f"{_prefix}Classifier", "classifier", _run)
    canned(f"{_prefix}Regressor", "regressor", _run)
    canned(f"{_prefix}Estimator", "head", _run)

for _name in ("BoostedTreesClassifier", "BoostedTreesRegressor", "BoostedTreesEstimator"):
    _trees = api.type(_name, bases=(estimator.cls,))

    def _unknown_model(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        def model(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            return call.cannot_know("boosted trees are not modelled", may_make=True)

        set_up(call, args[0], NativeFunction("_model_fn", model, "scopelint.model_fn", raw=True), None, None, None)

    _trees.method(_unknown_model, name="__init__", raw=True)


# heads that programs make themselves

head_class = api.type("Head")


def head_function(namespace: Namespace, name: str, kind: str, width: Callable[[dict[str, Any]], Any]) -> None:
    canonical = f"{namespace.path}.{name}"

    def summary(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        given = bind(call, canonical, args, kwargs)[0]
        return InstanceValue(head_class.cls, {"<kind>": kind, "<width>": width(given), "name": given.get("name")})

    namespace.function(summary, name=name, raw=True)


head_function(contrib, "multi_class_head", "multi_class", lambda given: given.get("n_classes"))
head_function(contrib, "binary_classification_head", "binary", lambda given: 1)
head_function(contrib, "logistic_regression_head", "binary", lambda given: 1)
head_function(contrib, "multi_label_head", "multi_label", lambda given: given.get("n_classes"))
for _name in ("regression_head", "poisson_regression_head"):
    head_function(contrib, _name, "regression", lambda given: given.get("label_dimension", 1))


@head_class.property
def logits_dimension(call: Call, self: InstanceValue) -> Any:
    return self.attrs.get("<width>")


@head_class.property
def loss_reduction(call: Call, self: InstanceValue) -> Any:
    return "weighted_sum_over_batch_size"


@head_class.method(name="create_estimator_spec", raw=True)
def _create_spec(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    self = args[0]
    given = dict(zip(("features", "mode", "logits", "labels", "optimizer", "train_op_fn"), args[1:], strict=False))
    given.update(kwargs)

    def train(loss: AnyValue) -> Any:
        if given.get("optimizer") is not None:
            return call.method(given["optimizer"], "minimize", loss, global_step=step(call))
        return call.invoke(given["train_op_fn"], loss) if given.get("train_op_fn") is not None else None

    return estimator_spec(
        call, own_head(call, self), given.get("mode"), given.get("labels"), given.get("logits"), train
    )


for _name in ("clip_gradients_by_norm", "forward_features", "add_metrics"):
    contrib.function(lambda call, args, kwargs: args[0], name=_name, raw=True)
contrib.function(not_known("a model function"), name="replicate_model_fn", raw=True)
