"""tf.contrib.learn: the estimators before tf.estimator, with heads that measure while they train."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.contrib.layers.feature_column import column_name, input_from, length_of, made_in, sorted_columns
from scopelint.apis.tf.estimator.canned import one_partition, optimizer_of
from scopelint.apis.tf.estimator.estimator import (
    NewGraph,
    arguments_of,
    inputs,
    not_known,
    record,
    run_config,
    set_up,
)
from scopelint.apis.tf.estimator.estimator import estimator as newer
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.framework.bare_op import make
from scopelint.apis.tf.framework.helpers import ask
from scopelint.apis.tf.framework.op_inputs import deps_of
from scopelint.graph import initial, scopes
from scopelint.graph.events import SessionRun
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import InstanceValue, NativeFunction
from scopelint.values.tensors import FLOAT32, Tensor

api = Namespace("tf.contrib.learn")

modes = api.type("ModeKeys")
for _name, _value in (("TRAIN", "train"), ("EVAL", "eval"), ("INFER", "infer")):
    modes.constant(_name, _value)

ops = record(api, "ModelFnOps")
record(api, "InputFnOps")
record(api, "MetricSpec", known=False)
record(api, "ExportStrategy", known=False)
record(api, "RunConfig", bases=(run_config.cls,), known=False)
for _name in ("ProblemType", "PredictionKey", "TaskType"):
    _keys = api.type(_name)
    for _key in (
        "UNSPECIFIED",
        "CLASSIFICATION",
        "LINEAR_REGRESSION",
        "LOGISTIC_REGRESSION",
        "CLASSES",
        "LOGITS",
        "PROBABILITIES",
        "LOGISTIC",
        "SCORES",
        "TOP_K",
        "GENERIC",
        "MASTER",
        "PS",
        "WORKER",
    ):
        _keys.constant(_key, _key.lower())

trainable = api.type("Trainable")
evaluable = api.type("Evaluable")
base = api.type("BaseEstimator", bases=(evaluable.cls, trainable.cls))
estimator = api.type("Estimator", bases=(base.cls,))


@base.method(name="__init__")
def _base_init(call: Call, self: InstanceValue, model_dir: AnyValue, config: AnyValue) -> None:
    set_up(call, self, "", model_dir, config, None)


@estimator.method(name="__init__")
def _init(
    call: Call,
    self: InstanceValue,
    model_fn: AnyValue,
    model_dir: AnyValue,
    config: AnyValue,
    params: AnyValue,
    feature_engineering_fn: AnyValue,
) -> None:
    set_up(call, self, model_fn, model_dir, config, params)
    self.set("_feature_engineering_fn", feature_engineering_fn)


def run(call: Call, self: InstanceValue, input_fn: AnyValue, mode: str) -> Any:
    """TF: Estimator._call_model_fn, in the graph that is open."""
    features: Any = call.unknown("features")
    labels: Any = call.unknown("labels")
    if input_fn is not None:
        features, labels = inputs(call, call.invoke(input_fn))
    engineer = self.attrs.get("_feature_engineering_fn")
    if engineer is not None:
        pair = call.members(call.invoke(engineer, features, labels))
        if not isinstance(pair, Unknown) and len(pair) == 2:
            features, labels = pair
    function = self.attrs["_model_fn"]
    names, _ = arguments_of(call, function)
    kwargs = {
        name: value
        for name, value in (("mode", mode), ("params", self.attrs["_params"]), ("config", self.attrs["_config"]))
        if name in names or not names
    }
    if mode == "infer":
        labels = None
    return call.invoke(function, features, labels, **kwargs)


def _given_input(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return kwargs.get("input_fn", args[3] if len(args) > 3 else None)


def fit(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    with NewGraph(call):
        run(call, args[0], _given_input(args, kwargs), "train")
        call.state.emit(SessionRun, what="Estimator.fit")
    return args[0]


def evaluate(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    with NewGraph(call):
        found = run(call, args[0], _given_input(args, kwargs), "eval")
        loss = found.attrs.get("loss") if isinstance(found, InstanceValue) else call.unknown("loss")
        metrics = kwargs.get("metrics")
        if isinstance(metrics, DictValue):
            for each in metrics.items.values():
                function = each.attrs.get("metric_fn") if isinstance(each, InstanceValue) else each
                if function is not None:
                    call.invoke(function, call.unknown("predictions"), call.unknown("labels"))
        ask(call, "tf.metrics.mean", loss)
        ask(call, "tf.contrib.training.get_or_create_eval_step")
    return DictValue({}, call.unknown("results of an evaluation"))


def predict(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    with NewGraph(call):
        run(call, args[0], _given_input(args, kwargs), "infer")
    return call.unknown("predictions")


for _name, _method in (("fit", fit), ("partial_fit", fit), ("evaluate", evaluate), ("predict", predict)):
    base.method(_method, name=_name, raw=True)
for _name in (
    "export_savedmodel",
    "export",
    "get_variable_value",
    "get_variable_names",
    "predict_classes",
    "predict_proba",
    "predict_scores",
):
    base.method(not_known("what a trained estimator holds"), name=_name, raw=True)
for _name in ("config", "model_dir", "params", "model_fn"):
    base.cls.attrs[_name] = newer.cls.attrs[_name]

sk = api.type("SKCompat", bases=(base.cls,))


@sk.method(name="__init__")
def _sk(call: Call, self: InstanceValue, estimator: AnyValue) -> None:
    if isinstance(estimator, InstanceValue):
        for key, value in estimator.attrs.items():
            self.set(key, value)


# ready-made ones

BINARY = (
    ("mean", None),
    ("accuracy", None),
    ("mean", None),
    ("mean", None),
    ("mean", None),
    ("auc", None),
    ("auc", None),
    ("accuracy", None),
    ("precision_at_thresholds", 1),
    ("recall_at_thresholds", 1),
)
MEASURES = {
    "multi_class_head": (("mean", None), ("accuracy", None)), "binary_logistic_head": BINARY,
    "regression_head": (("mean", None),),
}  # fmt: skip


def head_of(given: dict[str, Any], kind: str) -> tuple[str, Any]:
    """The scope of a head, and how many logits it wants."""
    if kind == "regressor":
        return "regression_head", given.get("label_dimension", 1)
    classes = given.get("n_classes", 2)
    return ("binary_logistic_head", 1) if classes == 2 else ("multi_class_head", classes)


def estimator_spec(
    call: Call, name: str, mode: AnyValue, logits: Tensor, train: Callable[[Tensor], None]
) -> InstanceValue:
    """TF: the heads' create_model_fn_ops: trained first, measured then, in a scope of the head's own."""
    with scopes.variable_scope(call.state, None, name):
        loss = make(call, "Mean", "training_loss", (), FLOAT32, deps_of(logits))
        if mode == "train":
            train(loss)
        if mode != "infer":
            with call.graph.name_scope("metrics"):
                flat = make(call, "Reshape", "Reshape", (None,))
                for metric, count in MEASURES[name]:
                    if metric == "mean":
                        ask(call, "tf.metrics.mean", flat)
                    elif count is not None:
                        ask(call, f"tf.metrics.{metric}", flat, flat, ListValue([0.5] * count))
                    else:
                        ask(call, f"tf.metrics.{metric}", flat, flat)
    return InstanceValue(
        ops.cls,
        {
            "mode": mode,
            "predictions": DictValue({"logits": logits}),
            "loss": loss,
            "train_op": None,
            "eval_metric_ops": DictValue(),
        },
    )


def optimized(call: Call, loss: Tensor, optimizer: AnyValue, name: str, rate: AnyValue, scope: str) -> None:
    variables = ListValue(call.graph.get_collection("trainable_variables", scope))
    ask(
        call,
        "tf.contrib.layers.optimize_loss",
        loss,
        ask(call, "tf.train.get_global_step"),
        rate,
        optimizer,
        variables=variables,
        name=name,
    )


def deep_logits(call: Call, features: AnyValue, columns: AnyValue, units: AnyValue, width: AnyValue) -> Tensor:
    net: Any = input_from(call, features, columns, ListValue(["dnn"]), "input_from_feature_columns")
    listed = call.members(units)
    for i, size in enumerate([] if isinstance(listed, Unknown) else listed):
        net = ask(
            call,
            "tf.contrib.layers.fully_connected",
            net,
            size,
            scope=f"hiddenlayer_{i}",
            variables_collections=ListValue(["dnn"]),
        )
    return ask(  # type: ignore[no-any-return]
        call,
        "tf.contrib.layers.fully_connected",
        net,
        width,
        activation_fn=None,
        scope="logits",
        variables_collections=ListValue(["dnn"]),
    )


def dnn_estimator_spec(call: Call, given: dict[str, Any], head: tuple[str, Any], features: Any, mode: AnyValue) -> Any:
    with scopes.variable_scope(call.state, "dnn", partitioner=one_partition(call)):
        logits = deep_logits(call, features, given["feature_columns"], given["hidden_units"], head[1])
        own = given.get("optimizer")
        return estimator_spec(
            call,
            head[0],
            mode,
            logits,
            lambda loss: optimized(call, loss, "Adagrad" if own is None else own, "dnn", 0.05, "dnn"),
        )


def wide(call: Call, given: dict[str, Any], head: tuple[str, Any], features: AnyValue, mode: AnyValue) -> Any:
    with scopes.variable_scope(call.state, "linear", partitioner=one_partition(call)):
        logits = in_scope(call, given["feature_columns"], head[1])

        def train(loss: Tensor) -> None:
            own = optimizer_of(call, "Ftrl" if given.get("optimizer") is None else given["optimizer"], 0.2)
            variables = call.graph.get_collection("linear")
            call.method(
                own, "minimize", loss, var_list=ListValue(variables), global_step=ask(call, "tf.train.get_global_step")
            )

        return estimator_spec(call, head[0], mode, logits, train)


def in_scope(call: Call, columns: AnyValue, width: AnyValue) -> Tensor:
    """The weighted sum, in the scope that is open and not in one of its own."""
    own = ["variables", "model_variables", "linear"]
    deps = 0
    for each in sorted_columns(call, columns):
        held = each.attrs
        with scopes.variable_scope(call.state, None, column_name(each)):
            dense = "width" in held and "source" not in held
            rows = held["width"] if dense else length_of(call, each)
            deps |= made_in(call, "weight" if dense else "weights", (rows, width), own, initial.ZEROS).deps
    bias = made_in(call, "bias_weight", (width,), own, initial.ZEROS)
    return make(call, "BiasAdd", "BiasAdd", (None, width), FLOAT32, deps | bias.deps)


def both(call: Call, given: dict[str, Any], head: tuple[str, Any], features: AnyValue, mode: AnyValue) -> Any:
    narrow, broad = given.get("dnn_feature_columns"), given.get("linear_feature_columns")
    parts: list[Any] = []
    if narrow is not None:
        with scopes.variable_scope(call.state, "dnn", partitioner=one_partition(call)):
            parts.append(deep_logits(call, features, narrow, given["dnn_hidden_units"], head[1]))
    if broad is not None:
        with scopes.variable_scope(call.state, "linear", partitioner=one_partition(call)):
            parts.append(in_scope(call, broad, head[1]))
    logits = make(call, "AddV2", "add", (None, head[1]), FLOAT32, deps_of(tuple(parts)))

    def train(loss: Tensor) -> None:
        for scope, columns, key, default, rate in (
            ("dnn", narrow, "dnn_optimizer", "Adagrad", 0.05),
            ("linear", broad, "linear_optimizer", "Ftrl", 0.2),
        ):
            if columns is not None:
                own = given.get(key)
                optimized(call, loss, default if own is None else own, scope, rate, scope)

    return estimator_spec(call, head[0], mode, logits, train)


def canned(name: str, kind: str, build: Any) -> None:
    made = api.type(name, bases=(estimator.cls,))
    canonical = made.cls.canonical

    def init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        given = bind(call, canonical, args[1:], kwargs)[0]

        def model(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            return build(call, given, head_of(given, kind), args[0], kwargs.get("mode"))

        set_up(
            call,
            args[0],
            NativeFunction("_model_fn", model, "scopelint.model_fn", raw=True),
            given.get("model_dir"),
            given.get("config"),
            None,
        )
        args[0].set("_feature_engineering_fn", given.get("feature_engineering_fn"))

    made.method(init, name="__init__", raw=True)


for _prefix, _build in (("DNN", dnn_estimator_spec), ("Linear", wide), ("DNNLinearCombined", both)):
    canned(f"{_prefix}Classifier", "classifier", _build)
    canned(f"{_prefix}Regressor", "regressor", _build)

experiment = record(api, "Experiment", known=False)


def _train_and_evaluate(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    held = args[0].attrs
    own = held.get("estimator")
    if isinstance(own, InstanceValue):
        method = "fit" if own.cls.find("fit") else "train"
        call.method(own, method, input_fn=held.get("train_input_fn"))
        call.method(own, "evaluate", input_fn=held.get("eval_input_fn"))
    return call.unknown("results of an experiment")


def _train(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    own = args[0].attrs.get("estimator")
    if isinstance(own, InstanceValue):
        method = "fit" if own.cls.find("fit") else "train"
        call.method(own, method, input_fn=args[0].attrs.get("train_input_fn"))
    return call.unknown("results of an experiment")


for _name in ("train_and_evaluate", "continuous_train_and_eval", "local_run"):
    experiment.method(_train_and_evaluate, name=_name, raw=True)
experiment.method(_train, name="train", raw=True)


def _run_experiment(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: learn_runner.run. Asks the program for its experiment, and runs that."""
    given = dict(zip(("experiment_fn", "output_dir", "schedule", "run_config", "hparams"), args, strict=False))
    given.update(kwargs)
    if given.get("run_config") is not None:
        made = call.invoke(given["experiment_fn"], run_config=given["run_config"], hparams=given.get("hparams"))
    else:
        made = call.invoke(given["experiment_fn"], output_dir=given.get("output_dir"))
    if isinstance(made, InstanceValue):
        return _train_and_evaluate(call, (made,), {})
    return call.unknown("results of an experiment")


Namespace("tensorflow.contrib.learn.python.learn.learn_runner").function(_run_experiment, name="run", raw=True)


for _name in (
    "infer_real_valued_columns_from_input",
    "infer_real_valued_columns_from_input_fn",
    "make_export_strategy",
    "build_parsing_serving_input_fn",
    "no_op_train_fn",
    "run_n",
    "run_feeds",
    "extract_pandas_data",
    "extract_pandas_labels",
    "extract_pandas_matrix",
):
    api.function(not_known(f"tf.contrib.learn.{_name}"), name=_name, raw=True)
