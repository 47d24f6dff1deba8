"""tf.metrics: the local variables that each keeps, and where it leaves its operations."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace, find
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.framework.bare_op import make, make_op
from scopelint.apis.tf.framework.conversion import graph_name, graph_shape
from scopelint.apis.tf.framework.helpers import add_to, needs
from scopelint.apis.tf.framework.python_values import as_dtype, dtype_of, shape_of
from scopelint.graph import initial, scopes, store
from scopelint.graph.releases import MEAN_PER_CLASS
from scopelint.tuples import NamedTuple
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.tensors import DTYPES, FLOAT32, DType, Operation, Tensor, TensorShape, shapes_compatible
from scopelint.values.truth import NO

COLLECTIONS = ("local_variables", "metric_variables")


class Metric(NamedTuple):
    """`scope`: its default name; `explicit` where TF writes `name or scope`, so that the scope is never numbered as
    a default name is. `variables`: name below the scope (its parts are variable scopes), shape, dtype. A shape is
    read from the call: T thresholds, N number of thresholds, N2 two for each, C classes, CC both ways, V the values'
    own. `before` and `after`: operations beside the scope. `value`, `update`: the two results, as (type, name), of the
    shapes `result` and `updated` (which is `result`'s where it is None) and the dtypes `gives`."""

    scope: str
    variables: tuple[tuple[str, str], ...]
    before: tuple[tuple[str, str], ...] = ()
    value: tuple[str, str] = ("DivNoNan", "value")
    update: tuple[str, str] = ("DivNoNan", "update_op")
    after: tuple[str, ...] = ()
    result: str = ""
    updated: str | None = None
    gives: tuple[str, str] = ("float32", "float32")
    explicit: bool = False
    dtype: str = "float32"
    casts: bool = False


MEAN = (("total", ""), ("count", ""))
ALL = (("true_positives", "N"), ("false_negatives", "N"), ("true_negatives", "N"), ("false_positives", "N"))


def mean_of(scope: str, *before: tuple[str, str], **more: Any) -> Metric:
    return Metric(scope, MEAN, before, explicit=True, **more)


def counts(what: str) -> Metric:
    return Metric(what, (("count", ""),), value=("Identity", "Identity"), update=("AssignAdd", "AssignAdd"))


def at_thresholds(what: str) -> Metric:
    return Metric(what, ((what, "T"),), value=("Identity", "Identity"), update=("AssignAdd", "AssignAdd"), result="T")


METRICS: dict[str, Metric] = {
    "mean": Metric("mean", MEAN),
    "accuracy": mean_of("accuracy", ("Equal", "Equal"), ("Cast", "Cast")),
    "mean_absolute_error": mean_of("mean_absolute_error", ("Sub", "sub"), ("Abs", "Abs"), casts=True),
    "mean_squared_error": mean_of("mean_squared_error", ("SquaredDifference", "SquaredDifference"), casts=True),
    "mean_relative_error": mean_of(
        "mean_relative_error",
        ("Equal", "Equal"),
        ("ZerosLike", "zeros_like"),
        ("Sub", "sub"),
        ("Abs", "Abs"),
        ("RealDiv", "div"),
        ("Select", "Select"),
        casts=True,
    ),
    "percentage_below": mean_of("percentage_below_threshold", ("Less", "Less"), ("Cast", "Cast")),
    "mean_cosine_distance": mean_of(
        "mean_cosine_distance", ("Mul", "Mul"), ("Sum", "Sum"), casts=True, after=("Sub", "Sub")
    ),
    "root_mean_squared_error": mean_of(
        "root_mean_squared_error", ("SquaredDifference", "SquaredDifference"), casts=True, after=("Sqrt", "Sqrt")
    ),
    "mean_tensor": Metric("mean", (("total_tensor", "V"), ("count_tensor", "V")), result="V"),
    "mean_iou": Metric(
        "mean_iou",
        (("total_confusion_matrix", "CC"),),
        dtype="float64",
        value=("Select", "Select_1"),
        update=("AssignAdd", "AssignAdd"),
        updated="CC",
        gives=("float32", "float64"),
    ),
    "auc": Metric("auc", ALL, value=("Sum", "value"), update=("Sum", "update_op")),
    "sensitivity_at_specificity": Metric(
        "sensitivity_at_specificity", ALL, value=("RealDiv", "value"), update=("RealDiv", "update_op")
    ),
    "specificity_at_sensitivity": Metric(
        "specificity_at_sensitivity", ALL, value=("RealDiv", "value"), update=("RealDiv", "update_op")
    ),
    "precision": Metric(
        "precision",
        (("true_positives/count", ""), ("false_positives/count", "")),
        value=("Select", "value"),
        update=("Select", "update_op"),
    ),
    "recall": Metric(
        "recall",
        (("true_positives/count", ""), ("false_negatives/count", "")),
        value=("Select", "value"),
        update=("Select", "update_op"),
    ),
    "precision_at_thresholds": Metric(
        "precision_at_thresholds",
        (("true_positives", "T"), ("false_positives", "T")),
        value=("RealDiv", "precision_value"),
        update=("RealDiv", "precision_update_op"),
        result="T",
    ),
    "recall_at_thresholds": Metric(
        "recall_at_thresholds",
        (("true_positives", "T"), ("false_negatives", "T")),
        value=("RealDiv", "recall_value"),
        update=("RealDiv", "recall_update_op"),
        result="T",
    ),
    "false_negatives": counts("false_negatives"),
    "false_positives": counts("false_positives"),
    "true_negatives": counts("true_negatives"),
    "true_positives": counts("true_positives"),
    "false_negatives_at_thresholds": at_thresholds("false_negatives"),
    "false_positives_at_thresholds": at_thresholds("false_positives"),
    "true_negatives_at_thresholds": at_thresholds("true_negatives"),
    "true_positives_at_thresholds": at_thresholds("true_positives"),
}


PER_CLASS = {
    "counts": Metric(
        "mean_accuracy",
        (("total", "C"), ("count", "C")),
        value=("Mean", "mean_accuracy"),
        update=("DivNoNan", "update_op"),
        updated="C",
    ),
    "matrix": METRICS["mean_iou"]._replace(scope="mean_accuracy"),
}
"""tf.metrics.mean_per_class_accuracy, as releases have it."""


def dims_for(spec: str, given: dict[str, Any]) -> Any:
    """The shape that a row's letter stands for in this call."""
    if spec == "":
        return ()
    if spec == "N2":
        return (*dims_for("N", given), 2)
    if spec == "V":
        return shape_of(given.get("values"))
    if spec in ("C", "CC"):
        classes = given.get("num_classes")
        dim = classes if isinstance(classes, int) else Unknown("num_classes", getattr(classes, "label", ""))
        return (dim,) * len(spec)
    thresholds = given.get("thresholds")
    if thresholds is None:
        number = given.get("num_thresholds")
        return (number if isinstance(number, int) else Unknown("num_thresholds", getattr(number, "label", "")),)
    items = thresholds.items if isinstance(thresholds, ListValue) and thresholds.rest is None else thresholds
    if not isinstance(items, (list, tuple)):
        return (Unknown("number of thresholds"),)
    return (len(items) + (2 if spec == "N" else 0),)


def metric_variable(call: Call, name: str, shape: AnyValue, dtype: DType, validate_shape: bool = True) -> Any:
    """TF: metric_variable. Named by the name scope, in the collections of local and of metric variables."""
    *inner, (_, type) = initial.fill_ops("zeros", shape)

    def zeros(asked: AnyValue, kind: AnyValue, info: AnyValue) -> Tensor:
        below = tuple((relative.removeprefix("zeros/"), each) for relative, each in inner)
        return make(call, type, "zeros", shape, dtype, inner=below)

    start = initial.of_function(zeros, takes_shape=False, label="zeros")
    return store.variable(
        call.state,
        start,
        trainable=False,
        collections=list(COLLECTIONS),
        name=name,
        dtype=dtype,
        validate_shape=validate_shape,
    )


def results(
    call: Call, row: Metric, given: dict[str, Any], beside: bool = False, listed: bool = True
) -> tuple[Tensor, Tensor | Operation]:
    """The value and the update operation, in the collections that were asked for."""
    (type, name), (second, update) = ((row.after[0],) * 2, (row.after[1],) * 2) if beside else (row.value, row.update)
    shapes = [dims_for(spec, given) for spec in (row.result, row.result if row.updated is None else row.updated)]
    made: tuple[Tensor, Tensor | Operation] = (
        make(call, type, name, shapes[0], DTYPES[row.gives[0]]),
        make_op(call, second, update)
        if second == "NoOp"
        else make(call, second, update, shapes[1], DTYPES[row.gives[1]]),
    )
    if listed:
        add_to(call, given.get("metrics_collections"), made[0])
        add_to(call, given.get("updates_collections"), made[1])
    return made


_COUNTED_ALONE = ("mean", "mean_iou", "mean_accuracy")
"""Metrics that do not hold labels against predictions, or look at their numbers alone."""


def _check_alike(call: Call, row: Metric, labels: AnyValue, predictions: AnyValue) -> None:
    """TF: assert_is_compatible_with, of predictions and labels. Where one has a dimension more, that is cut off."""
    if row.scope in _COUNTED_ALONE or not isinstance(labels, tuple) or not isinstance(predictions, tuple):
        return
    if len(labels) == len(predictions) and shapes_compatible(predictions, labels) is NO:
        shapes = f"{call.to_string(TensorShape(predictions))} and {call.to_string(TensorShape(labels))}"
        call.raise_("ValueError", f"Shapes {shapes} are incompatible", kind="shape")


_READ_AS_TENSORS = ("mean_iou", "mean_accuracy")
"""Metrics that ask labels and predictions for their shapes as they are given."""


def measure(call: Call, row: Metric, given: dict[str, Any]) -> Any:
    """One metric: what its row says, in its scope."""
    labels, predictions = given.get("labels"), given.get("predictions")
    if "num_thresholds" in given or "thresholds" in given:
        # TF: _confusion_matrix_at_thresholds, which asks for the dtype of what it compares with.
        needs(call, predictions, "dtype")
    if row.scope in _READ_AS_TENSORS:
        needs(call, predictions, "get_shape")
        needs(call, labels, "get_shape")
    _check_alike(call, row, shape_of(labels), shape_of(predictions))
    if row.casts or row.explicit:
        different = dtype_of(labels) is not dtype_of(predictions) and labels is not None and not row.casts
        for value in (predictions, labels) if row.casts else (predictions,) if different else ():
            kept = row.casts and dtype_of(value) is FLOAT32
            if not kept and not isinstance(value, Unknown):
                make(call, "Cast")
    for type, leaf in row.before:
        make(call, type, leaf)
    name = given.get("name")
    asked = None if name is None else graph_name(name, "")
    if not asked and row.explicit:
        asked = row.scope
    dtype = DTYPES[row.dtype]
    with scopes.variable_scope(call.state, asked, row.scope):
        for path, spec in row.variables:
            inner, _, leaf = path.rpartition("/")
            if inner:
                with scopes.variable_scope(call.state, None, inner):
                    metric_variable(call, leaf, dims_for(spec, given), dtype)
            else:
                metric_variable(call, leaf, dims_for(spec, given), dtype)
        found = results(call, row, given, listed=not row.after)
    return results(call, row, given, beside=True) if row.after else found


def declare(namespace: Namespace, name: str, row: Metric, signature: str = "") -> None:
    canonical = signature or f"{namespace.path}.{name}"

    def summary(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return measure(call, row, bind(call, canonical, args, kwargs)[0])

    namespace.function(summary, name=name, raw=True)


api = Namespace("tf.metrics")
for _name, _row in METRICS.items():
    declare(api, _name, _row)


@api.function(raw=True)
def mean_per_class_accuracy(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    row = PER_CLASS[MEAN_PER_CLASS.at(call.state.release)]
    return measure(call, row, bind(call, "tf.metrics.mean_per_class_accuracy", args, kwargs)[0])


# What is counted among the k best: by name scopes, each variable named by a scope of its own.


def at_k_name(what: str, k: AnyValue, class_id: AnyValue) -> str:
    """TF: _at_k_name."""
    text = f"{what}_at_{graph_name(k)}" if k is not None else f"{what}_at_k"
    return f"{text}_class{graph_name(class_id)}" if class_id is not None else text


def at_k(call: Call, given: dict[str, Any], what: str, counted: tuple[str, ...], best: bool) -> Any:
    """TF: precision_at_k and its kin. With `best`, the k best are chosen first, in a scope entered twice."""
    graph = call.graph
    k, class_id = given.get("k"), given.get("class_id")
    name = given.get("name")
    with graph.name_scope(at_k_name(what, k, class_id) if name is None else graph_name(name, "")) as scope:
        if best:
            make(call, "TopKV2", "TopKV2")
        for each in counted:
            with graph.name_scope(at_k_name(each, k, class_id)) as own:
                metric_variable(call, own, (), DTYPES["float64"])
        value = make(call, "RealDiv", scope, (), DTYPES["float64"])
        update = make(call, "RealDiv", "update", (), DTYPES["float64"])
    add_to(call, given.get("metrics_collections"), value)
    add_to(call, given.get("updates_collections"), update)
    return value, update


def average_precision(call: Call, given: dict[str, Any], best: bool) -> Any:
    """TF: average_precision_at_k."""
    graph = call.graph
    name = given.get("name")
    default = at_k_name("average_precision", given.get("k"), None) if best else "average_precision_at_top_k"
    with graph.name_scope(default if name is None else graph_name(name, "")) as scope:
        if best:
            make(call, "TopKV2", "TopKV2")
            make(call, "Max", "Max")
        for each in ("max", "total"):
            with graph.name_scope(each) as own:
                metric_variable(call, own, (), DTYPES["float64"])
        value = make(call, "DivNoNan", "mean", (), DTYPES["float64"])
        update = make(call, "DivNoNan", scope, (), DTYPES["float64"])
    add_to(call, given.get("metrics_collections"), value)
    add_to(call, given.get("updates_collections"), update)
    return value, update


def declare_at_k(namespace: Namespace, name: str, what: str, counted: tuple[str, ...], best: bool) -> None:
    canonical = f"{namespace.path}.{name}"

    def summary(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        given = bind(call, canonical, args, kwargs)[0]
        return at_k(call, given, what, counted, best) if counted else average_precision(call, given, best)

    namespace.function(summary, name=name, raw=True)


PRECISION, RECALL = ("true_positive", "false_positive"), ("true_positive", "false_negative")
for _name, _what, _counted, _best in (
    ("precision_at_k", "precision", PRECISION, True), ("sparse_precision_at_k", "precision", PRECISION, True),
    ("precision_at_top_k", "precision", PRECISION, False), ("recall_at_k", "recall", RECALL, True),
    ("recall_at_top_k", "recall", RECALL, False), ("average_precision_at_k", "", (), True),
    ("sparse_average_precision_at_k", "", (), True),
):  # fmt: skip
    declare_at_k(api, _name, _what, _counted, _best)


# What other people's metrics are built from, private as it is.
impl = Namespace("tensorflow.python.ops.metrics_impl")


@impl.function(name="metric_variable")
def public_metric_variable(
    call: Call, shape: Any, dtype: Any, validate_shape: AnyValue = True, name: Any = None
) -> Any:
    return metric_variable(call, graph_name(name), graph_shape(call, shape), as_dtype(call, dtype, FLOAT32))


@impl.function
def _streaming_confusion_matrix(
    call: Call, labels: AnyValue, predictions: AnyValue, num_classes: AnyValue, weights: AnyValue = None
) -> Any:
    """TF: _streaming_confusion_matrix."""
    int64, float64 = DTYPES["int64"], DTYPES["float64"]
    total = metric_variable(call, "total_confusion_matrix", dims_for("CC", {"num_classes": num_classes}), float64)
    cast, reshape = find("tf.cast"), find("tf.reshape")
    predictions = call.invoke(cast, predictions, int64)
    labels = call.invoke(cast, labels, int64)
    number = call.invoke(cast, num_classes, int64)
    flat = []
    for each in (predictions, labels, weights):
        shape = shape_of(each) if each is not None else ()
        flat.append(call.invoke(reshape, each, [-1]) if isinstance(shape, tuple) and len(shape) > 1 else each)
    predictions, labels, weights = flat
    current = call.invoke(find("tf.confusion_matrix"), labels, predictions, number, weights=weights, dtype=float64)
    return total, call.invoke(find("tf.assign_add"), total, current)
