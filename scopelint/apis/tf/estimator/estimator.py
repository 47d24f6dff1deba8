"""tf.estimator.Estimator: its model function, entered in a graph of its own for each of train, evaluate, predict."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Default, Namespace, TypeBuilder
from scopelint.apis.tf.data.elements import SPEC, leaves
from scopelint.apis.tf.estimator.spec_checks import check_spec
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.framework.bare_op import make
from scopelint.apis.tf.framework.conversion import graph_name
from scopelint.apis.tf.framework.helpers import ask
from scopelint.apis.tf.framework.python_values import dtype_of, shape_of
from scopelint.apis.tf.train.initialized_from import warm_with
from scopelint.apis.tf.train.monitored import begin_hooks, run_hooks, scaffold_restores
from scopelint.apis.tf.train.saver import FRESH
from scopelint.graph.events import SessionRun
from scopelint.graph.releases import ESTIMATORS_TAKE_CONFIG
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import MISSING, InstanceValue, IteratorValue, NativeFunction
from scopelint.values.tensors import STRING, Tensor
from scopelint.values.text import Text, from_template

api = Namespace("tf.estimator")
tpu = Namespace("tf.estimator.tpu")

modes = api.type("ModeKeys")
for _name, _value in (("TRAIN", "train"), ("EVAL", "eval"), ("PREDICT", "infer")):
    modes.constant(_name, _value)


# plain records


def fields_of(call: Call, canonical: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    given = bind(call, canonical, args, kwargs)[0]
    given.update({key: value for key, value in kwargs.items() if key not in given})
    return {key: None if isinstance(value, Default) else value for key, value in given.items()}


def record(
    namespace: Namespace,
    name: str,
    bases: tuple[Any, ...] = (),
    known: bool = True,
    always: dict[str, Any] | None = None,
) -> TypeBuilder:
    """A class whose arguments become its attributes; `replace` gives a changed copy. `always`: what an object has
    besides."""
    made = namespace.type(name, bases=bases)
    canonical = made.cls.canonical

    def init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        for key, value in fields_of(call, canonical, args[1:], kwargs).items():
            args[0].set(key, value)

    def replace(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        copy = InstanceValue(args[0].cls, dict(args[0].attrs))
        copy.attrs.update(kwargs)
        return copy

    def missing(call: Call, self: InstanceValue, field: Any) -> Any:
        if isinstance(field, str) and field.startswith("__"):
            call.raise_("AttributeError", f"'{name}' object has no attribute '{field}'")
        if always is not None and field in always:
            return always[field]
        return call.unknown(f"{field} of {name}", graph_name(field, ""))

    made.method(init, name="__init__", raw=True)
    made.method(replace, name="replace", raw=True)
    made.method(replace, name="_replace", raw=True)
    if not known:
        made.method(missing, name="__getattr__")
    return made


LOCAL = {
    "is_chief": True,
    "task_type": "worker",
    "task_id": 0,
    "num_ps_replicas": 0,
    "num_worker_replicas": 1,
    "master": "",
    "evaluation_master": "",
}
"""What a RunConfig says on one machine, where no cluster is described in the environment."""
run_config = record(api, "RunConfig", known=False, always=LOCAL)
record(tpu, "RunConfig", bases=(run_config.cls,), known=False, always=LOCAL)
record(tpu, "TPUConfig", known=False)
record(tpu, "InputPipelineConfig", known=False)
for _name in ("TrainSpec", "EvalSpec", "WarmStartSettings", "VocabInfo"):
    record(api, _name)
_export = Namespace("tf.estimator.export")
_output = _export.type("ExportOutput")
for _name in ("PredictOutput", "ClassificationOutput", "RegressionOutput"):
    record(_export, _name, bases=(_output.cls,), known=False)
for _name in ("ServingInputReceiver", "TensorServingInputReceiver"):
    record(_export, _name)

spec = record(api, "EstimatorSpec")


@spec.method(name="__init__", raw=True)
def _spec(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: EstimatorSpec.__new__. Each mode needs its own of them."""
    given = fields_of(call, "tf.estimator.EstimatorSpec", args[1:], kwargs)
    check_spec(call, given)
    for key, value in given.items():
        args[0].set(key, value)


tpu_spec = record(tpu, "TPUEstimatorSpec")


def _host_call(call: Call, given: Any) -> Any:
    """TF: _OutfeedHostCall.create_cpu_hostcall, of one: a function, and what it takes by place or by name."""
    pair = given if isinstance(given, Unknown) else call.members(given)
    if not isinstance(pair, Unknown) and len(pair) == 2:
        function, tensors = pair
        if isinstance(tensors, DictValue) and tensors.rest is None:
            return call.invoke(function, **{k: v for k, v in tensors.items.items() if isinstance(k, str)})
        members = tensors if isinstance(tensors, Unknown) else call.members(tensors)
        if not isinstance(members, Unknown):
            return call.invoke(function, *members)
    return call.cannot_know("a host call that is not known", may_make=True)


@tpu_spec.method
def as_estimator_spec(call: Call, self: InstanceValue) -> Any:
    """TF: TPUEstimatorSpec.as_estimator_spec. Off the TPU both functions are called at once, whatever the mode."""
    made = {name: _host_call(call, self.attrs[name]) for name in _HOST_CALLS if self.attrs.get(name) is not None}
    scaffold_fn = self.attrs.get("scaffold_fn")
    scaffold = call.invoke(scaffold_fn) if scaffold_fn is not None else None
    kept = {key: self.attrs.get(key) for key in ("mode", "predictions", "loss", "train_op", "export_outputs")}
    return InstanceValue(spec.cls, {**kept, "eval_metric_ops": made.get("eval_metrics"), "scaffold": scaffold})


_HOST_CALLS = ("eval_metrics", "host_call")

# estimators

estimator = api.type("Estimator")


def set_up(
    call: Call,
    self: InstanceValue,
    model_fn: AnyValue,
    model_dir: Any,
    config: AnyValue,
    params: AnyValue,
    warm_start: AnyValue = None,
) -> None:
    if model_fn is None:
        call.raise_("ValueError", "model_fn must be provided to Estimator.", kind="argument")
    if config is None or isinstance(config, Default):
        config = call.new("tf.estimator.RunConfig", model_dir=model_dir)
    elif model_dir is None:
        model_dir = call.getattr(config, "model_dir", None)
    if model_dir is None or isinstance(model_dir, Default):
        model_dir = from_template(FRESH)
    call.note("estimator", folder=str(model_dir) if isinstance(model_dir, (str, Text)) else "")
    self.set("_model_fn", model_fn)
    self.set("_config", config)
    self.set("_model_dir", model_dir)
    self.set("_warm_start", None if isinstance(warm_start, Default) else warm_start)
    self.set("_params", DictValue() if params is None else params)


@estimator.method(name="__init__")
def _init(
    call: Call,
    self: InstanceValue,
    model_fn: AnyValue,
    model_dir: AnyValue,
    config: AnyValue,
    params: AnyValue,
    warm_start_from: AnyValue,
) -> None:
    set_up(call, self, model_fn, model_dir, config, params, warm_start_from)


@estimator.property
def config(call: Call, self: InstanceValue) -> Any:
    return self.attrs["_config"]


@estimator.property
def params(call: Call, self: InstanceValue) -> Any:
    held = self.attrs["_params"]
    return DictValue(dict(held.items), held.rest) if isinstance(held, DictValue) else held


@estimator.property
def model_dir(call: Call, self: InstanceValue) -> Any:
    held = self.attrs.get("_model_dir")
    return held if held is not None else call.unknown("directory of an estimator")


@estimator.property
def model_fn(call: Call, self: InstanceValue) -> Any:
    """TF: Estimator.model_fn: takes features, labels, mode and config, whatever the program's own function takes."""

    def public_model_fn(call: Call, features: Any, labels: Any, mode: Any, config: AnyValue) -> Any:
        return call_model_fn(call, self, features, labels, mode)

    return NativeFunction("public_model_fn", public_model_fn)


@estimator.method(name="_call_model_fn", raw=True)
def estimator_call_model_fn(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: Estimator._call_model_fn, which programs call to build a canned estimator's graph themselves."""
    self, *rest = args
    names = ("features", "labels", "mode", "config")[: 4 if ESTIMATORS_TAKE_CONFIG.at(call.state.release) else 3]
    if len(rest) > len(names):
        call.raise_(
            "TypeError",
            f"_call_model_fn() takes {len(names) + 1} positional arguments but {len(args)} were given",
            "argument",
        )
    given = {**dict(zip(names, rest, strict=False)), **kwargs}
    return call_model_fn(call, self, given.get("features"), given.get("labels"), str(given.get("mode")))


def arguments_of(call: Call, function: Any) -> tuple[list[str], bool]:
    """TF: function_utils.fn_args. The names of a function's parameters."""
    target = function
    if isinstance(target, InstanceValue) and not hasattr(target, "function"):
        target = call.getattr(target, "__call__", MISSING)
    partial = getattr(target, "payload", None)
    if isinstance(partial, tuple) and partial:
        target = partial[0]
    try:
        names, stars = call.engine.parameters(target)
    except Exception:
        return [], True
    return [name for name in names if name not in ("self", "cls")], stars


def call_input_fn(call: Call, self: InstanceValue, input_fn: AnyValue, mode: str) -> Any:
    """TF: Estimator._call_input_fn."""
    names, _ = arguments_of(call, input_fn)
    kwargs: dict[str, Any] = {}
    if "mode" in names:
        kwargs["mode"] = mode
    if "params" in names:
        kwargs["params"] = call.getattr(self, "params")
    if "config" in names:
        kwargs["config"] = self.attrs["_config"]
    return call.invoke(input_fn, **kwargs)


def inputs(call: Call, result: AnyValue) -> tuple[Any, Any]:
    """TF: parse_input_fn_result. A dataset is iterated; what is no pair has no labels."""
    if isinstance(result, InstanceValue) and SPEC in result.attrs:
        iterator = call.method(result, "make_initializable_iterator")
        result = call.method(iterator, "get_next")
    pair = result.items if isinstance(result, ListValue) and result.rest is None else result
    if isinstance(pair, (tuple, list)):
        if len(pair) != 2:
            call.raise_("ValueError", "input_fn should return (features, labels) as a len 2 tuple.", kind="argument")
        return pair[0], pair[1]
    if isinstance(result, Unknown):
        return result, result.derive("labels")
    return result, None


def call_model_fn(call: Call, self: InstanceValue, features: AnyValue, labels: AnyValue, mode: str) -> Any:
    """TF: Estimator._call_model_fn."""
    function = self.attrs["_model_fn"]
    names, _ = arguments_of(call, function)
    kwargs: dict[str, Any] = {}
    if "labels" in names or not names:
        kwargs["labels"] = labels
    elif labels is not None and not isinstance(labels, Unknown):
        call.raise_("ValueError", "model_fn does not take labels, but input_fn returns labels.", kind="argument")
    for name, value in (("mode", mode), ("params", call.getattr(self, "params")), ("config", self.attrs["_config"])):
        if name in names or not names:
            kwargs[name] = value
    result = call.invoke(function, features=features, **kwargs)
    if isinstance(result, InstanceValue) and result.cls.derives_from(tpu_spec.cls):
        return as_estimator_spec(call, result)
    if not isinstance(result, Unknown) and not (
        isinstance(result, InstanceValue) and result.cls.derives_from(spec.cls)
    ):
        call.raise_("ValueError", "model_fn should return an EstimatorSpec.", kind="argument")
    return result


class NewGraph:
    """`with tf.Graph().as_default()`, with the global step that each run of an estimator begins with. `strategy`: the
    one in whose scope it runs."""

    def __init__(self, call: Call, strategy: InstanceValue | None = None) -> None:
        self.call = call
        self.strategy = strategy
        self.scope: Any = None

    def __enter__(self) -> None:
        state = self.call.state
        state.push_graph(state.new_graph())
        if self.strategy is not None:
            self.scope = self.call.method(self.strategy, "scope").payload
            self.scope.enter()
        ask(self.call, "tf.train.create_global_step")

    def __exit__(self, *error: object) -> None:
        if self.scope is not None:
            self.scope.exit()
        self.call.state.pop_graph()


def strategy_of(self: InstanceValue) -> InstanceValue | None:
    """The strategy that a RunConfig gives for training."""
    config = self.attrs.get("_config")
    found = config.attrs.get("train_distribute") if isinstance(config, InstanceValue) else None
    native = isinstance(found, InstanceValue) and bool(found.cls.canonical) and "<devices>" in found.attrs
    return found if native else None


def train_once(call: Call, self: InstanceValue, input_fn: AnyValue, hooks: AnyValue = None) -> None:
    """TF: Estimator._train_model_default, and _train_model_distributed where a strategy mirrors the variables."""
    strategy = strategy_of(self)
    with NewGraph(call, strategy):
        features, labels = inputs(call, call_input_fn(call, self, input_fn, "train"))
        if strategy is None:
            found = call_model_fn(call, self, features, labels, "train")
        else:
            each = NativeFunction("model_fn", lambda call: call_model_fn(call, self, features, labels, "train"))
            found = call.method(strategy, "experimental_run_v2", each)
        loss = found.attrs.get("loss") if isinstance(found, InstanceValue) else found
        held = [getattr(item, "op_name", "") for item in call.graph.get_collection("summaries")]
        if "loss" not in held and loss is not None:
            ask(call, "tf.summary.scalar", "loss", loss)
        warm_with(call, self.attrs.get("_warm_start"), "Estimator(warm_start_from=...)")
        begin_hooks(call, hooks, field(found, "training_hooks"), field(found, "training_chief_hooks"))
        runs(call, self, found, "Estimator.train")
        call.state.emit(SessionRun, what="Estimator.train")
        run_hooks(call, hooks, field(found, "training_hooks"), field(found, "training_chief_hooks"))


def field(found: AnyValue, name: str) -> Any:
    """A field of what a model function gave, if it is a record."""
    return found.attrs.get(name) if isinstance(found, InstanceValue) else None


def runs(call: Call, self: InstanceValue, found: AnyValue, what: str, path: AnyValue = None) -> None:
    """TF: an Estimator's sessions restore from its folder, all variables or what the scaffold's Saver has."""
    folder = self.attrs.get("_model_dir")
    scaffold = field(found, "scaffold")
    if path is not None or not isinstance(folder, Text):
        scaffold_restores(call, scaffold, folder, what, path)


@estimator.method
def train(call: Call, self: InstanceValue, input_fn: AnyValue, hooks: AnyValue) -> Any:
    train_once(call, self, input_fn, hooks)
    return self


@estimator.method
def evaluate(call: Call, self: InstanceValue, input_fn: AnyValue, checkpoint_path: AnyValue, hooks: AnyValue) -> Any:
    """TF: Estimator._evaluate_build_graph, and what the run of it makes: the mean loss and a count of steps."""
    with NewGraph(call):
        features, labels = inputs(call, call_input_fn(call, self, input_fn, "eval"))
        found = call_model_fn(call, self, features, labels, "eval")
        if isinstance(found, InstanceValue):
            metrics = found.attrs.get("eval_metric_ops")
            named = metrics.items if isinstance(metrics, DictValue) else {}
            if "global_step" in named:
                call.raise_(
                    "ValueError",
                    "Metric with name `global_step` is not allowed, because Estimator already "
                    "defines a default metric with the same name.",
                    kind="argument",
                )
            if "loss" not in named:
                ask(call, "tf.metrics.mean", found.attrs.get("loss"))
        ask(call, "tf.contrib.training.get_or_create_eval_step")
        begin_hooks(call, hooks, field(found, "evaluation_hooks"))
        runs(call, self, found, "Estimator.evaluate", checkpoint_path)
        call.state.emit(SessionRun, what="Estimator.evaluate")
        run_hooks(call, hooks, field(found, "evaluation_hooks"))
    return DictValue({}, call.unknown("results of an evaluation"))


@estimator.method
def predict(call: Call, self: InstanceValue, input_fn: AnyValue, checkpoint_path: AnyValue, hooks: AnyValue) -> Any:
    """TF: Estimator.predict. A generator: nothing happens before the first prediction is asked for."""

    def run() -> Iterator[Any]:
        with NewGraph(call):
            result = call_input_fn(call, self, input_fn, "infer")
            features, _ = inputs(call, result) if not isinstance(result, DictValue) else (result, None)
            found = call_model_fn(call, self, features, None, "infer")
            begin_hooks(call, hooks, field(found, "prediction_hooks"))
            runs(call, self, found, "Estimator.predict", checkpoint_path)
            call.state.emit(SessionRun, what="Estimator.predict")
        yield call.unknown("a prediction")

    return IteratorValue(run(), "generator")


def exported(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: Estimator._add_meta_graph_for_mode."""
    self = args[0]
    receiver_fn = args[2] if len(args) > 2 else kwargs.get("serving_input_receiver_fn")
    with NewGraph(call):
        receiver = call.invoke(receiver_fn)
        features = call.getattr(receiver, "features", MISSING)
        features = call.unknown("features of a receiver") if features is MISSING else features
        call_model_fn(call, self, features, None, "infer")
    return call.unknown("path of an export")


for _name in ("export_savedmodel", "export_saved_model"):
    estimator.method(exported, name=_name, raw=True)


def not_known(what: str) -> Callable[..., Any]:
    return lambda call, args, kwargs: call.unknown(what)


for _name in (
    "latest_checkpoint",
    "get_variable_value",
    "get_variable_names",
    "eval_dir",
    "experimental_export_all_saved_models",
):
    estimator.method(not_known("what a trained estimator holds"), name=_name, raw=True)


@api.function
def train_and_evaluate(call: Call, estimator: AnyValue, train_spec: AnyValue, eval_spec: AnyValue) -> Any:
    """TF: train_and_evaluate, on one machine: a training graph, then one for evaluation."""
    if isinstance(estimator, InstanceValue):
        for spec, step in ((train_spec, "train"), (eval_spec, "evaluate")):
            hooks = call.getattr(spec, "hooks", None)
            call.method(estimator, step, call.getattr(spec, "input_fn"), hooks=None if hooks is MISSING else hooks)
    return call.unknown("results of an evaluation"), call.unknown("results of an export")


tpu_estimator = tpu.type("TPUEstimator", bases=(estimator.cls,))


@tpu_estimator.method(name="__init__")
def _tpu_init(
    call: Call,
    self: InstanceValue,
    model_fn: AnyValue,
    model_dir: AnyValue,
    config: AnyValue,
    params: AnyValue,
    use_tpu: AnyValue,
    train_batch_size: AnyValue,
    eval_batch_size: AnyValue,
    predict_batch_size: AnyValue,
    warm_start_from: AnyValue,
) -> None:
    given = dict(params.items) if isinstance(params, DictValue) else {}
    if train_batch_size is not None:
        given.setdefault("batch_size", train_batch_size)
    given.setdefault("use_tpu", use_tpu)
    held = DictValue(given, getattr(params, "rest", None))
    set_up(call, self, model_fn, model_dir, config, held, warm_start_from)


# inputs and receivers


def _numpy_input(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: numpy_input_fn. The function that it gives dequeues batches of the arrays."""

    given = bind(call, "tf.estimator.inputs.numpy_input_fn", args, kwargs)[0]

    def batch(value: AnyValue) -> Any:
        shape = shape_of(value)
        return Tensor(
            "random_shuffle_queue_DequeueMany",
            0,
            "QueueDequeueUpToV2",
            (None, *shape[1:]) if isinstance(shape, tuple) else shape,
            dtype_of(value),
        ).stands_for(value)

    def run(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        with call.graph.name_scope("enqueue_input"):
            make(call, "RandomShuffleQueueV2", "random_shuffle_queue")
        make(call, "QueueDequeueUpToV2", "random_shuffle_queue_DequeueUpTo", inner=(("n", "Const"),))
        features = leaves(call, given["x"], batch)
        if given.get("y") is None:
            return features
        return features, leaves(call, given["y"], batch)

    return NativeFunction("input_fn", run, raw=True)


_inputs = Namespace("tf.estimator.inputs")
_inputs.function(_numpy_input, name="numpy_input_fn", raw=True)
_inputs.function(lambda call, args, kwargs: call.unknown("an input function"), name="pandas_input_fn", raw=True)


def _receiver(raw: bool) -> Any:
    def summary(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        given = args[0] if args else kwargs.get("features" if raw else "feature_spec")
        size = kwargs.get("default_batch_size", args[1] if len(args) > 1 else None)

        def run(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            if raw:
                features = (
                    DictValue(
                        {
                            key: ask(
                                call,
                                "tf.placeholder",
                                dtype=call.getattr(value, "dtype"),
                                shape=call.getattr(value, "shape"),
                            )
                            for key, value in given.items.items()
                        },
                        given.rest,
                    )
                    if isinstance(given, DictValue)
                    else call.unknown("features of a receiver")
                )
                return call.new("tf.estimator.export.ServingInputReceiver", features, features)
            serialized = ask(call, "tf.placeholder", STRING, ListValue([size]), "input_example_tensor")
            features = ask(call, "tf.parse_example", serialized, given)
            return call.new("tf.estimator.export.ServingInputReceiver", features, DictValue({"examples": serialized}))

        return NativeFunction("serving_input_receiver_fn", run, raw=True)

    return summary


_export.function(_receiver(False), name="build_parsing_serving_input_receiver_fn", raw=True)
_export.function(_receiver(True), name="build_raw_serving_input_receiver_fn", raw=True)

for _name in ("LatestExporter", "FinalExporter", "BestExporter", "Exporter"):
    record(api, _name, known=False)


@api.function
def add_metrics(call: Call, estimator: AnyValue, metric_fn: AnyValue) -> Any:
    return estimator


for _name in ("classifier_parse_example_spec", "regressor_parse_example_spec"):
    api.function(not_known("a specification of features"), name=_name, raw=True)
