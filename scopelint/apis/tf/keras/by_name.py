"""Initializers, regularizers, constraints and activations that Keras gets by name."""

from __future__ import annotations

from typing import Any

from scopelint.apis import tables
from scopelint.apis.call import Call
from scopelint.apis.registry import Default
from scopelint.apis.tf.framework.arguments import opaque
from scopelint.apis.tf.framework.keras_state import keras
from scopelint.apis.tf.ops.initializers import improper, refuse_uncallable
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import ClassValue

_INITIALIZERS = {
    "zeros": "tf.zeros_initializer", "ones": "tf.ones_initializer", "constant": "tf.constant_initializer",
    "uniform": "tf.keras.initializers.RandomUniform", "random_uniform": "tf.keras.initializers.RandomUniform",
    "normal": "tf.keras.initializers.RandomNormal", "random_normal": "tf.keras.initializers.RandomNormal",
    "truncated_normal": "tf.keras.initializers.TruncatedNormal", "identity": "tf.initializers.identity",
    "orthogonal": "tf.orthogonal_initializer", "glorot_normal": "tf.glorot_normal_initializer",
    "glorot_uniform": "tf.glorot_uniform_initializer", "he_normal": "tf.initializers.he_normal",
    "he_uniform": "tf.initializers.he_uniform", "lecun_normal": "tf.initializers.lecun_normal",
    "lecun_uniform": "tf.initializers.lecun_uniform", "Zeros": "tf.zeros_initializer", "Ones": "tf.ones_initializer",
    "Constant": "tf.constant_initializer", "RandomUniform": "tf.keras.initializers.RandomUniform",
    "RandomNormal": "tf.keras.initializers.RandomNormal", "TruncatedNormal": "tf.keras.initializers.TruncatedNormal",
    "VarianceScaling": "tf.variance_scaling_initializer", "Orthogonal": "tf.orthogonal_initializer",
    "Identity": "tf.initializers.identity", "GlorotUniform": "tf.glorot_uniform_initializer",
    "GlorotNormal": "tf.glorot_normal_initializer", "one": "tf.ones_initializer", "zero": "tf.zeros_initializer",
}  # fmt: skip


_REGULARIZERS = {
    "l1": "tf.keras.regularizers.l1",
    "l2": "tf.keras.regularizers.l2",
    "l1_l2": "tf.keras.regularizers.l1_l2",
    "L1L2": "tf.keras.regularizers.L1L2",
}


_CONSTRAINTS = frozenset({
    "Constraint", "MaxNorm", "NonNeg", "UnitNorm", "MinMaxNorm", "RadialConstraint", "max_norm", "non_neg", "unit_norm",
    "min_max_norm", "radial_constraint", "maxnorm", "nonneg", "unitnorm",
})  # fmt: skip


_ACTIVATIONS = frozenset(
    {
        "elu",
        "exponential",
        "hard_sigmoid",
        "linear",
        "relu",
        "selu",
        "sigmoid",
        "softmax",
        "softplus",
        "softsign",
        "tanh",
    }
)


def custom_objects(call: Call) -> DictValue:
    """TF: generic_utils._GLOBAL_CUSTOM_OBJECTS: what the program has names of its own for."""
    found = keras(call).get("custom objects")
    if not isinstance(found, DictValue):
        found = DictValue()
        keras(call).put("custom objects", found)
    return found


def custom(call: Call, name: str) -> Any:
    """What the program means by a name; None where it has said nothing of it."""
    held = custom_objects(call)
    return held.items.get(name, None if held.rest is None else held.rest.derive(""))


def _get(call: Call, value: AnyValue, kind: str, table: dict[str, str]) -> Any:
    """TF: initializers.get and its like: by name, by configuration, or what is given itself."""
    if isinstance(value, (tables.Opaque, Default)):
        value = opaque(call, value)
    if value is None or isinstance(value, Unknown):
        return value
    if isinstance(value, str):
        own = custom(call, value)
        if own is not None:
            return call.invoke(own) if isinstance(own, ClassValue) else own
        canonical = table.get(value)
        if canonical is None:
            call.raise_("ValueError", f"Unknown {kind}:{value}", "argument")
        return call.new(canonical)
    if isinstance(value, DictValue):
        improper(call, value)
        name, config = value.items.get("class_name"), value.items.get("config")
        if isinstance(name, str) and name in table:
            given = config.items if isinstance(config, DictValue) else {}
            return call.new(table[name], **{k: v for k, v in given.items() if isinstance(k, str)})
        if isinstance(name, str) and custom(call, name) is None:
            call.raise_("ValueError", f"Unknown {kind}: {name}", "argument")
        return Unknown(f"a {kind} from a configuration is not known")
    if isinstance(value, ClassValue):
        return call.invoke(value)
    refuse_uncallable(call, value, kind)
    return value


def initializer(call: Call, value: AnyValue) -> Any:
    return _get(call, value, "initializer", _INITIALIZERS)


def regularizer(call: Call, value: AnyValue) -> Any:
    return _get(call, value, "regularizer", _REGULARIZERS)


def constraint(call: Call, value: AnyValue) -> Any:
    """TF: constraints.get. A constraint makes nothing while the graph is built, so which it is does not matter."""
    value = opaque(call, value)
    name = value
    if isinstance(value, DictValue):
        improper(call, value)
        name = value.items.get("class_name")
    if isinstance(name, str) and name not in _CONSTRAINTS and custom(call, name) is None:
        call.raise_("ValueError", f"Unknown constraint: {name}", "argument")
    refuse_uncallable(call, value, "constraint")
    return value


def activation(call: Call, value: AnyValue) -> Any:
    """TF: activations.get. None is `linear`, which leaves its input as it is."""
    if isinstance(value, (tables.Opaque, Default)):
        value = opaque(call, value)
    if isinstance(value, str):
        own = custom(call, value)
        if own is not None:
            return own
        if value not in _ACTIVATIONS:
            call.raise_("ValueError", f"Unknown activation function:{value}", "argument")
        return call.find("tf.keras.activations." + value)
    if value is None:
        return call.find("tf.keras.activations.linear")
    if isinstance(value, DictValue):
        improper(call, value)
        # TF has no names for configurations here but the program's own.
        name = value.items.get("class_name")
        own = custom(call, name) if isinstance(name, str) else None
        if isinstance(name, str) and own is None:
            call.raise_("ValueError", f"Unknown activation: {name}", "argument")
        return Unknown("an activation from a configuration") if own is None else own
    if isinstance(value, (bool, int, float, tuple, ListValue)):
        shown = call.to_string(value)
        call.raise_("TypeError", f"Could not interpret activation function identifier: {shown}", "argument")
    return value


_ERRORS = (
    "MAE MAPE MSE MSLE MeanAbsoluteError MeanAbsolutePercentageError MeanSquaredError MeanSquaredLogarithmicError mae "
    "mape mean_absolute_error mean_absolute_percentage_error mean_squared_error mean_squared_logarithmic_error mse "
    "msle CategoricalHinge CosineSimilarity Hinge Poisson SquaredHinge BinaryCrossentropy CategoricalCrossentropy "
    "SparseCategoricalCrossentropy KLDivergence binary_crossentropy categorical_crossentropy categorical_hinge "
    "cosine_proximity cosine_similarity hinge kullback_leibler_divergence logcosh poisson "
    "sparse_categorical_crossentropy squared_hinge"
)
_LOSSES = frozenset((_ERRORS + " Huber KLD LogCosh Loss LossFunctionWrapper huber_loss kld").split())
_METRICS = frozenset(
    (
        _ERRORS
        + " AUC Accuracy BinaryAccuracy CategoricalAccuracy FalseNegatives FalsePositives LogCoshError Mean MeanIoU "
        "MeanMetricWrapper MeanRelativeError MeanTensor Metric Precision Recall Reduce RootMeanSquaredError "
        "SensitivityAtSpecificity SensitivitySpecificityBase SparseCategoricalAccuracy SparseTopKCategoricalAccuracy "
        "SpecificityAtSensitivity Sum SumOverBatchSize SumOverBatchSizeMetricWrapper TopKCategoricalAccuracy "
        "TrueNegatives TruePositives accuracy acc crossentropy ce binary_accuracy categorical_accuracy "
        "sparse_categorical_accuracy sparse_top_k_categorical_accuracy top_k_categorical_accuracy"
    ).split()
)


def check_names(call: Call, values: list[Any], kind: str) -> None:
    """TF: losses.get and metrics.get of a name, unless the program has names of its own."""
    table = _LOSSES if kind == "loss" else _METRICS
    for value in values:
        if isinstance(value, str) and value not in table and custom(call, value) is None:
            call.raise_("ValueError", f"Unknown {kind} function:{value}", "argument")
