"""tf.keras.Model: compile, fit and the rest of its training, as far as they make anything."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework import keras_state
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.framework.callables import parameter_names
from scopelint.apis.tf.framework.context_managers import no_scope
from scopelint.apis.tf.framework.dims import rank_of
from scopelint.apis.tf.framework.keras_state import keras
from scopelint.apis.tf.framework.op_inputs import deps_of
from scopelint.apis.tf.framework.operations import scope
from scopelint.apis.tf.framework.python_values import dtype_of, is_tensor
from scopelint.apis.tf.framework.structures import flatten, items_of
from scopelint.apis.tf.keras import (
    cloning,  # noqa: F401  (declared beside Model)
    metrics,
    sequential,  # noqa: F401  (declared beside Model)
)
from scopelint.apis.tf.keras.base_layer import make_variable, own, together
from scopelint.apis.tf.keras.by_name import check_names, custom_objects
from scopelint.apis.tf.keras.models import MODEL, is_graph, model
from scopelint.apis.tf.keras.network import map_network
from scopelint.apis.tf.keras.optimizers_unnamed import are_unnamed
from scopelint.graph.events import SessionRun
from scopelint.graph.releases import KERAS_TRAINING_SCOPE
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import BoundMethod, ClassValue, FunctionValue, InstanceValue, NativeFunction, NativeObject
from scopelint.values.tensors import DTYPES, Tensor
from scopelint.values.text import text


def by_output(given: AnyValue, names: list[Any]) -> list[list[Any]]:
    """TF: training_utils.collect_per_output_metric_info. The metrics of each output."""
    if given is None or isinstance(given, Unknown):
        return [[] for _ in names]
    if isinstance(given, DictValue):
        out = []
        for name in names:
            held = given.items.get(name) if isinstance(name, str) else None
            out.append([] if held is None else items_of(held) if isinstance(held, (ListValue, tuple)) else [held])
        return out
    members = items_of(given) if isinstance(given, (ListValue, tuple)) else [given]
    if any(isinstance(m, (ListValue, tuple)) for m in members):
        return [items_of(m) if isinstance(m, (ListValue, tuple)) else [m] for m in members]
    return [list(members) for _ in names]


def make_metric(call: Call, wanted: AnyValue) -> None:
    """A metric by name or function is wrapped in a mean; one that is an object has its variables already."""
    if isinstance(wanted, InstanceValue) and wanted.cls.derives_from(metrics.METRIC):
        return
    if isinstance(wanted, ClassValue):
        call.invoke(wanted)
        return
    for name in ("total", "count"):
        make_variable(
            call,
            name,
            (),
            DTYPES["float32"],
            call.new("tf.zeros_initializer"),
            {"trainable": False, "collections": ListValue()},
        )


@model.method(name="compile", raw=True)
def compile_(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: Model.compile."""
    self = args[0]
    given, _ = bind(call, "tf.keras.Model.compile", args[1:], kwargs)
    optimizer = call.new("tf.keras.optimizers.get", given["optimizer"])
    self.set("optimizer", optimizer)
    for key in ("loss", "loss_weights", "sample_weight_mode"):
        self.set(key, given[key])
    self.set("<compiled>", NativeObject("compile arguments", dict(given)))
    if self.attrs.get("built") is not True or not own(self, "inputs") or not own(self, "outputs"):
        return
    finish_compile(call, self, given)


def finish_compile(call: Call, self: InstanceValue, given: dict[str, Any]) -> None:
    """The second half of `Model.compile`, put off until a model has inputs. What is trainable now is what is trained,
    whatever becomes of `trainable` afterwards."""
    self.set("_is_compiled", True)
    self.set("<trained>", False)
    outputs = own(self, "outputs")
    names = own(self, "output_names")
    names += [Unknown("the name of an output") for _ in range(len(outputs) - len(names))]
    targets = []
    tensors = given.get("target_tensors")
    known = flatten(tensors) if tensors is not None and not isinstance(tensors, DictValue) else []
    for at, (output, name) in enumerate(zip(outputs, names, strict=False)):
        if at < len(known):
            targets.append(known[at])
            continue
        rank = rank_of(output)
        shape = (None,) * rank if isinstance(rank, int) else None
        targets.append(call.new("tf.placeholder", dtype_of(output), shape=shape, name=text([name, "_target"])))
    loss = given.get("loss")
    wanted_losses = flatten(loss) if isinstance(loss, (DictValue, ListValue, tuple)) else [loss]
    check_names(call, [each for each in wanted_losses if each is not None], "loss")
    if len(outputs) > 1:
        for _ in outputs:
            make_metric(call, "loss")
    wanted = by_output(given["metrics"], names)
    weighted = by_output(given["weighted_metrics"], names)
    check_names(call, [metric for each in (*wanted, *weighted) for metric in each], "metric")
    for one, two in zip(wanted, weighted, strict=False):
        for metric in [*one, *two]:
            make_metric(call, metric)
    if any(wanted):
        with scope(call, "metrics"):
            for name, output, target, functions in zip(names, outputs, targets, wanted, strict=False):
                for function in functions:
                    called = metric_name(function)
                    with scope(call, text([name, "_", called]) if len(outputs) > 1 else called):
                        if isinstance(function, FunctionValue):
                            call.invoke(function, target, output)
                        call.graph.op("Identity")
    self.set("total_loss", total_loss(call, self, given["loss"], names, outputs, targets))
    self.set("_collected_trainable_weights", collected(call, self))


def collected(call: Call, self: InstanceValue) -> ListValue:
    """TF: Model._unique_trainable_weights."""
    weights = call.getattr(self, "trainable_weights")
    if not isinstance(weights, ListValue):
        return together(weights)
    return weights.like({id(item): item for item in weights.items}.values())


_SHORT = {"accuracy": "acc", "mse": "mean_squared_error", "mae": "mean_absolute_error", "crossentropy": "ce"}


def metric_name(function: AnyValue) -> Any:
    if isinstance(function, str):
        return _SHORT.get(function, function)
    if isinstance(function, InstanceValue):
        return function.attrs.get("_name", "metric")
    return getattr(function, "name", "metric")


def total_loss(
    call: Call, self: InstanceValue, loss: AnyValue, names: list[Any], outputs: list[Any], targets: list[Any]
) -> Any:
    """TF: Model._prepare_total_loss."""
    deps = 0
    functions: list[Any]
    if isinstance(loss, DictValue):
        functions = [loss.items.get(name) if isinstance(name, str) else None for name in names]
    elif isinstance(loss, (ListValue, tuple)):
        functions = items_of(loss)
    else:
        functions = [loss] * len(outputs)
    with scope(call, "loss"):
        count = 0
        for name, output, target, function in zip(names, outputs, targets, functions, strict=False):
            if function is None:
                continue
            with scope(call, text([name, "_loss"])):
                value = output
                if not isinstance(function, (str, Unknown)):
                    value = call.invoke(function, target, output)
                else:
                    call.graph.op("Mean")
            deps |= deps_of(value if is_tensor(value) else output)
            made = call.graph.op("Mul", "mul", inner=(("x", "Const"),))
            count += 1
            if count > 1:
                made = call.graph.op("AddV2", "add")
        more = items_of(call.getattr(self, "losses"))
        for extra in more:
            deps |= deps_of(extra)
        if more:
            if len(more) > 1:
                call.graph.op("AddN")
            made = call.graph.op("AddV2", "add")
        if not count and not more:
            return None
        return Tensor(made, 0, "Mul", (), keras(call).float_dtype, call.graph, deps)


def set_up_inputs(call: Call, self: InstanceValue, x: AnyValue) -> None:
    """TF: Model._set_inputs with the data that it is first trained on."""
    leaves = flatten(x)
    tensors = []
    for at, leaf in enumerate(leaves):
        if is_tensor(leaf):
            tensors.append(leaf)
            continue
        shape = getattr(leaf, "shape", None)
        dims = (None, *shape[1:]) if isinstance(shape, tuple) and shape else Unknown("the data is not known")
        name = f"input_{at + 1}"
        tensors.append(call.new("tf.placeholder", keras(call).floatx, shape=dims, name=name))
    if not tensors:
        return
    given = tensors[0] if len(tensors) == 1 and not isinstance(x, (ListValue, tuple)) else ListValue(tensors)
    phase = keras_state.learning_phase(call)
    outputs = (
        call.invoke(self, given, training=phase)
        if "training" in parameter_names(call, BoundMethod(self.cls.find("call"), self))[0]
        else call.invoke(self, given)
    )
    self.set("inputs", ListValue(tensors))
    flat = flatten(outputs)
    self.set("outputs", ListValue(flat))
    self.set("output_names", ListValue([f"output_{i + 1}" for i in range(len(flat))]))
    self.set("built", True)


def train(call: Call, self: InstanceValue, x: AnyValue) -> None:
    """TF: Model._make_train_function. The optimizer's variables are made at the first training."""
    compiled: Any = self.attrs.get("<compiled>")
    if compiled is None:
        call.raise_(
            "RuntimeError",
            "You must compile your model before training/testing. Use `model.compile(optimizer, loss)`.",
            "layer",
        )
    if not own(self, "inputs") or not own(self, "outputs"):
        set_up_inputs(call, self, x)
    if self.attrs.get("_is_compiled") is not True:
        finish_compile(call, self, compiled.payload)
    if self.attrs.get("<trained>") is True:
        return
    self.set("<trained>", True)
    keras_state.learning_phase(call)
    optimizer, loss = self.attrs.get("optimizer"), self.attrs.get("total_loss")
    weights = self.attrs.get("_collected_trainable_weights")
    if isinstance(optimizer, Unknown) or loss is None:
        call.cannot_know("an optimizer that is not known trains the model", may_make=True)
        return
    above = "training" if KERAS_TRAINING_SCOPE.at(call.state.release) else None
    own_name = optimizer.cls.name if isinstance(optimizer, InstanceValue) and are_unnamed(call) else None
    with scope(call, above) if above else nullcontext(), scope(call, own_name) if own_name else nullcontext():
        call.method(optimizer, "get_updates", params=weights, loss=loss)
    with scope(call, "training"):
        call.graph.op("NoOp", "group_deps")


def _training(name: str) -> None:
    def impl(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        self = args[0]
        x = args[1] if len(args) > 1 else kwargs.get("x", kwargs.get("generator"))
        train(call, self, x)
        call.state.emit(SessionRun, what=name)
        made = NativeObject("history")
        return call.unknown("what training gives", "history") if name != "fit" else _history(call, made)

    MODEL.attrs[name] = NativeFunction(name, impl, f"tf.keras.Model.{name}", raw=True)


def _history(call: Call, made: AnyValue) -> Any:
    return call.unknown("the history of a training", "history")


for _name in ("fit", "fit_generator", "train_on_batch"):
    _training(_name)


@model.method(raw=True)
def _make_train_function(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    train(call, args[0], None)


def _running(name: str) -> None:
    def impl(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        self = args[0]
        if not own(self, "inputs") and not is_graph(self) and len(args) > 1:
            set_up_inputs(call, self, args[1])
        keras_state.learning_phase(call)
        call.state.emit(SessionRun, what=name)
        return call.unknown(f"what {name} gives", name)

    MODEL.attrs[name] = NativeFunction(name, impl, f"tf.keras.Model.{name}", raw=True)


for _name in (
    "evaluate",
    "predict",
    "test_on_batch",
    "predict_on_batch",
    "evaluate_generator",
    "predict_generator",
    "predict_classes",
    "predict_proba",
):
    _running(_name)


# callbacks

callbacks = Namespace("tf.keras.callbacks")
callback = callbacks.type("Callback")


@callback.method(name="__init__", raw=True)
def callback_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    self = args[0]
    self.set("model", None)
    self.set("validation_data", None)
    for key, value in kwargs.items():
        self.set(key, value)


for _name in (
    "set_model",
    "set_params",
    "on_epoch_begin",
    "on_epoch_end",
    "on_batch_begin",
    "on_batch_end",
    "on_train_begin",
    "on_train_end",
    "on_train_batch_begin",
    "on_train_batch_end",
    "on_test_begin",
    "on_test_end",
):
    callback.cls.attrs[_name] = NativeFunction(
        _name, lambda call, args, kwargs: None, f"tf.keras.callbacks.Callback.{_name}", raw=True
    )
for _name in (
    "BaseLogger",
    "CSVLogger",
    "EarlyStopping",
    "History",
    "LambdaCallback",
    "LearningRateScheduler",
    "ModelCheckpoint",
    "ProgbarLogger",
    "ReduceLROnPlateau",
    "RemoteMonitor",
    "TensorBoard",
    "TerminateOnNaN",
):
    callbacks.type(_name, bases=("tf.keras.callbacks.Callback",))

utils = Namespace("tf.keras.utils")


@utils.function(raw=True)
def plot_model(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    return None


@utils.function(raw=True)
def multi_gpu_model(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """With fewer devices than asked for TF refuses; on one the model is itself."""
    return args[0] if args else kwargs.get("model")


@utils.function
def get_source_inputs(call: Call, tensor: Any) -> Any:
    """TF: layer_utils.get_source_inputs."""

    state = keras(call)
    layers, _, _ = map_network(state, [], [tensor])
    out = []
    for layer in layers:
        if layer.cls.derives_from("tf.keras.layers.InputLayer"):
            out += flatten(own(layer, "_inbound_nodes")[0].attrs["output_tensors"])
    return ListValue(out)


@utils.function(raw=True)
def custom_object_scope(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: CustomObjectScope. That the names are forgotten at its end is not restated."""
    for given in args:
        call.method(custom_objects(call), "update", given)
    return no_scope()


@utils.function(raw=True)
def get_custom_objects(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return custom_objects(call)
