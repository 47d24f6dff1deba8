"""tf.keras.metrics and tf.keras.losses. A metric's variables are in no collection."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace, TypeBuilder
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework import operations
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.framework.bare_op import make
from scopelint.apis.tf.framework.dims import dims_of
from scopelint.apis.tf.framework.keras_state import keras
from scopelint.apis.tf.framework.op_inputs import deps_of
from scopelint.apis.tf.framework.python_values import dtype_of, left_open
from scopelint.apis.tf.framework.structures import items_of
from scopelint.apis.tf.keras import base_layer
from scopelint.apis.tf.keras.base_layer import LAYER
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import InstanceValue, NativeFunction
from scopelint.values.tensors import DTYPES

metrics = Namespace("tf.keras.metrics")
losses = Namespace("tf.keras.losses")

metric = metrics.type("Metric", bases=("tf.keras.layers.Layer",))
METRIC = metric.cls


@metric.method(name="__init__")
def metric_init(call: Call, self: InstanceValue, name: AnyValue, dtype: AnyValue, kwargs: dict[str, Any]) -> None:
    """TF: metrics.Metric.__init__."""
    base_layer.init_layer(call, self, name=name, dtype=dtype, kwargs=kwargs)
    self.set("stateful", True)
    self.set("built", True)
    if self.attrs.get("<dtype>") is None:
        self.set("<dtype>", keras(call).float_dtype)


@metric.method(name="add_weight")
def metric_weight(
    call: Call,
    self: InstanceValue,
    name: AnyValue,
    shape: AnyValue,
    aggregation: AnyValue,
    synchronization: AnyValue,
    initializer: AnyValue,
    dtype: AnyValue,
) -> Any:
    """TF: Metric.add_weight."""
    add = LAYER.attrs["add_weight"].impl
    return add(
        call,
        (self,),
        {
            "name": name,
            "shape": () if shape is None else shape,
            "trainable": False,
            "collections": ListValue(),
            "dtype": self.attrs.get("<dtype>") if dtype is None else dtype,
            "initializer": initializer,
        },
    )


@metric.method(name="__call__", raw=True)
def metric_call(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: Metric.__call__."""
    self = args[0]
    call.method(self, "update_state", *args[1:], **kwargs)
    return call.method(self, "result")


@metric.method(name="update_state", raw=True)
def update_state(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """In a graph: what adds to the last of its variables, or for some metrics a group of such."""
    made = make(call, "AssignAddVariableOp", None, (), DTYPES["float32"])
    return made.stands_for(Unknown("what updates a metric"))


@metric.method(name="result", raw=True)
def result(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return make(call, "Identity", None, (), DTYPES["float32"])


@metric.method(name="reset_states", raw=True)
def reset_states(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    return None


def declare(name: str, weights: Any) -> TypeBuilder:
    """A metric whose variables are made by its constructor: `weights` gives names and shapes."""
    made = metrics.type(name, bases=("tf.keras.metrics.Metric",))
    cls = made.cls

    def init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self = args[0]
        given, extra = bind(call, f"tf.keras.metrics.{name}", args[1:], kwargs)
        base = {key: given.pop(key) for key in ("name", "dtype") if key in given}
        call.invoke(tools.super_method(self, cls, "__init__"), **base, **extra)
        for key, value in given.items():
            self.set(key, value)
        for leaf, shape, dtype in weights(given):
            options = {"dtype": dtype} if dtype else {}
            self.set(leaf, call.method(self, "add_weight", leaf, shape=shape, initializer="zeros", **options))

    cls.attrs["__init__"] = NativeFunction("__init__", init, f"tf.keras.metrics.{name}.__init__", raw=True)
    return made


def _mean(given: dict[str, Any]) -> list[tuple[str, Any, str]]:
    return [("total", (), ""), ("count", (), "")]


def length(held: AnyValue) -> Any:
    """How many a list holds that may not be known, or may be none at all."""
    why = left_open(held)
    return len(items_of(held)) if why is None else why


def _thresholds(*names: str) -> Any:
    def weights(given: dict[str, Any]) -> list[tuple[str, Any, str]]:
        held = given.get("thresholds")
        count: Any = 1 if held is None or isinstance(held, (int, float)) else length(held)
        return [(name, (count,), "") for name in names]

    return weights


def _curve(given: dict[str, Any]) -> list[tuple[str, Any, str]]:
    held = given.get("thresholds")
    count = given.get("num_thresholds") if held is None else length(held) + 2
    return [(name, (count,), "") for name in ("true_positives", "true_negatives", "false_positives", "false_negatives")]


for _name in (
    "Mean",
    "MeanRelativeError",
    "Accuracy",
    "BinaryAccuracy",
    "CategoricalAccuracy",
    "SparseCategoricalAccuracy",
    "TopKCategoricalAccuracy",
    "SparseTopKCategoricalAccuracy",
    "CosineSimilarity",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Hinge",
    "SquaredHinge",
    "CategoricalHinge",
    "KLDivergence",
    "Poisson",
    "LogCoshError",
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "SparseCategoricalCrossentropy",
    "RootMeanSquaredError",
):
    declare(_name, _mean)
declare("Sum", lambda given: [("total", (), "")])
for _name in ("FalsePositives", "FalseNegatives", "TruePositives", "TrueNegatives"):
    declare(_name, _thresholds("accumulator"))
declare("Precision", _thresholds("true_positives", "false_positives"))
declare("Recall", _thresholds("true_positives", "false_negatives"))
for _name in ("AUC", "SensitivityAtSpecificity", "SpecificityAtSensitivity"):
    declare(_name, _curve)
declare("MeanIoU", lambda given: [("total_confusion_matrix", (given["num_classes"],) * 2, "float64")])
mean_tensor = declare("MeanTensor", lambda given: [])


@mean_tensor.method(name="update_state", raw=True)
def mean_tensor_update(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: MeanTensor._build, at the first values."""
    self, values = args[0], args[1] if len(args) > 1 else kwargs.get("values")
    if self.attrs.get("total") is None:
        shape = dims_of(values)
        for name in ("total", "count"):
            self.set(name, call.method(self, "add_weight", name, shape=shape, initializer="zeros"))
    return call.unknown("what updates a metric")


# functions, of losses and metrics alike


def loss_of(call: Call, y_true: AnyValue, y_pred: AnyValue, type: str = "Mean", axis: bool = True) -> Any:
    """A value for each sample: what a loss makes of a prediction."""
    y_pred = tools.as_tensor(call, y_pred)
    shape = dims_of(y_pred)
    if axis and isinstance(shape, tuple) and shape:
        shape = shape[:-1]
    return make(call, type, None, shape, dtype_of(y_pred), deps_of(y_pred, y_true))


def _function(namespace: Namespace, name: str, differentiable: bool = True) -> None:
    def impl(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        y_true = args[0] if args else kwargs.get("y_true")
        y_pred = args[1] if len(args) > 1 else kwargs.get("y_pred")
        if isinstance(y_pred, Unknown) and isinstance(y_true, Unknown):
            return Unknown("a loss of values that are not known")
        made = loss_of(call, y_true, y_pred)
        if not differentiable:
            made.deps = 0
        return made

    namespace.function(impl, name=name, raw=True)


for _name in (
    "mean_squared_error",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_logarithmic_error",
    "kullback_leibler_divergence",
    "cosine_proximity",
    "hinge",
    "squared_hinge",
    "categorical_hinge",
    "logcosh",
    "poisson",
    "binary_crossentropy",
    "categorical_crossentropy",
    "sparse_categorical_crossentropy",
):
    _function(losses, _name)
for _name in (
    "binary_accuracy",
    "categorical_accuracy",
    "sparse_categorical_accuracy",
    "top_k_categorical_accuracy",
    "sparse_top_k_categorical_accuracy",
):
    _function(metrics, _name, differentiable=False)

loss = losses.type("Loss")


@loss.method(name="__init__", raw=True)
def loss_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    self = args[0]
    for key, value in {"reduction": "auto", "name": None, **kwargs}.items():
        self.set(key, value)
    for key, value in zip(("reduction", "name"), args[1:], strict=False):
        self.set(key, value)


@loss.method(name="__call__", raw=True)
def loss_call(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: Loss.__call__. One value of all samples."""
    self = args[0]
    y_true = args[1] if len(args) > 1 else kwargs.get("y_true")
    y_pred = args[2] if len(args) > 2 else kwargs.get("y_pred")
    scope = self.attrs.get("name")
    with operations.scope(call, tools.snake_case(self.cls.name) if scope is None else scope):
        each = call.method(self, "call", y_true, y_pred)
        if self.attrs.get("reduction") == "none":
            return each
        with operations.scope(call, "weighted_loss"):
            return make(call, "DivNoNan", "value", (), dtype_of(each), deps_of(each))


@loss.method(name="call", raw=True)
def loss_value(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return loss_of(call, args[1], args[2])


for _name in (
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "SparseCategoricalCrossentropy",
    "CategoricalHinge",
    "CosineSimilarity",
    "Hinge",
    "Huber",
    "KLDivergence",
    "LogCosh",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Poisson",
    "SquaredHinge",
):
    losses.type(_name, bases=("tf.keras.losses.Loss",))
