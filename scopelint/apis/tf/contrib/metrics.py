"""tf.contrib.metrics: the older names of tf.metrics, and the few that are its own."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.framework.bare_op import make
from scopelint.apis.tf.framework.conversion import graph_name
from scopelint.apis.tf.framework.op_inputs import deps_of
from scopelint.apis.tf.framework.python_values import dtype_of, left_open, shape_of
from scopelint.apis.tf.ops.metrics import (
    ALL,
    METRICS,
    PRECISION,
    RECALL,
    Metric,
    at_thresholds,
    counts,
    declare,
    declare_at_k,
    dims_for,
    metric_variable,
)
from scopelint.graph import scopes
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.tensors import DTYPES, FLOAT32

api = Namespace("tf.contrib.metrics")

for _old, _new in (
    ("streaming_mean", "mean"), ("streaming_mean_tensor", "mean_tensor"), ("streaming_accuracy", "accuracy"),
    ("streaming_precision", "precision"), ("streaming_recall", "recall"), ("streaming_auc", "auc"),
    ("streaming_mean_absolute_error", "mean_absolute_error"), ("streaming_mean_iou", "mean_iou"),
    ("streaming_mean_relative_error", "mean_relative_error"), ("streaming_percentage_less", "percentage_below"),
    ("streaming_mean_squared_error", "mean_squared_error"), ("streaming_true_positives", "true_positives"),
    ("streaming_root_mean_squared_error", "root_mean_squared_error"), ("streaming_true_negatives", "true_negatives"),
    ("streaming_mean_cosine_distance", "mean_cosine_distance"), ("streaming_false_positives", "false_positives"),
    ("streaming_false_negatives", "false_negatives"), ("streaming_recall_at_thresholds", "recall_at_thresholds"),
    ("streaming_precision_at_thresholds", "precision_at_thresholds"),
    ("streaming_sensitivity_at_specificity", "sensitivity_at_specificity"),
    ("streaming_specificity_at_sensitivity", "specificity_at_sensitivity"),
):  # fmt: skip
    declare(api, _old, METRICS[_new])

OWN: dict[str, Metric] = {
    "cohen_kappa": Metric(
        "cohen_kappa", (("po", "C"), ("pe_row", "C"), ("pe_col", "C")), dtype="int64", gives=("float64", "float64")
    ),
    "count": counts("count"),
    "f1_score": Metric("f1", (ALL[0], ALL[1], ALL[3]), value=("Max", "Max"), update=("Max", "Max_1")),
    "recall_at_precision": Metric(
        "recall_at_precision", ALL, value=("RealDiv", "value"), update=("RealDiv", "update_op")
    ),
    "precision_at_recall": Metric(
        "precision_at_recall", ALL, value=("RealDiv", "value"), update=("RealDiv", "update_op")
    ),
    "streaming_covariance": Metric(
        "covariance",
        (("count", ""), ("mean_prediction", ""), ("mean_label", ""), ("comoment", "")),
        value=("Select", "covariance"),
        update=("Select", "update_op"),
    ),
    "streaming_curve_points": Metric(
        "curve_points", ALL, value=("Pack", "stack"), update=("NoOp", "group_deps"), result="N2"
    ),
    "streaming_false_negative_rate": Metric(
        "false_negative_rate",
        (("false_negatives/count", ""), ("true_positives/count", "")),
        value=("Select", "value"),
        update=("Select", "update_op"),
    ),
    "streaming_false_positive_rate": Metric(
        "false_positive_rate",
        (("false_positives/count", ""), ("true_negatives/count", "")),
        value=("Select", "value"),
        update=("Select", "update_op"),
    ),
    "streaming_false_negative_rate_at_thresholds": Metric(
        "false_negative_rate_at_thresholds",
        (("true_positives", "T"), ("false_negatives", "T")),
        value=("RealDiv", "fnr_value"),
        update=("RealDiv", "fnr_update_op"),
        result="T",
    ),
    "streaming_false_positive_rate_at_thresholds": Metric(
        "false_positive_rate_at_thresholds",
        (("true_negatives", "T"), ("false_positives", "T")),
        value=("RealDiv", "fpr_value"),
        update=("RealDiv", "fpr_update_op"),
        result="T",
    ),
}
for _name, _row in OWN.items():
    declare(api, _name, _row)

for _name, _what, _counted, _best in (
    ("streaming_sparse_recall_at_k", "recall", RECALL, True), ("sparse_recall_at_top_k", "recall", RECALL, False),
    ("streaming_sparse_precision_at_k", "precision", PRECISION, True),
    ("streaming_sparse_precision_at_top_k", "precision", PRECISION, False),
    ("streaming_sparse_average_precision_at_k", "", (), True),
    ("streaming_sparse_average_precision_at_top_k", "", (), False),
):  # fmt: skip
    declare_at_k(api, _name, _what, _counted, _best)


def _bare(what: str) -> None:
    """TF: streaming_*_at_thresholds of contrib open no scope: the variable takes the caller's."""
    name = f"streaming_{what}_at_thresholds"
    row = at_thresholds(what)

    def summary(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        given = bind(call, f"{api.path}.{name}", args, kwargs)[0]
        shape = dims_for("T", given)
        for type, op in (("Reshape", "Reshape"), ("Cast", "Cast"), ("Reshape", "Reshape"), ("Shape", "Shape"),
                         ("StridedSlice", "strided_slice"), ("Const", "Const"), ("ExpandDims", "ExpandDims"),
                         ("Pack", "stack"), ("Tile", "Tile"), ("Transpose", "transpose"), ("Tile", "Tile"),
                         ("Greater", "Greater")):  # fmt: skip
            make(call, type, op)
        negatives = {"false_negatives": 1, "false_positives": 1, "true_negatives": 2, "true_positives": 0}[what]
        for _ in range(negatives):
            make(call, "LogicalNot", "LogicalNot")
        make(call, "Tile", "Tile")
        kept = metric_variable(call, row.scope, shape, FLOAT32)
        for type, op in (("LogicalAnd", "LogicalAnd"), ("Cast", "Cast"), ("Sum", "Sum")):
            make(call, type, op)
        return kept, make(call, "AssignAdd", "AssignAdd", shape)

    api.function(summary, name=name, raw=True)


for _what in ("false_negatives", "false_positives", "true_negatives", "true_positives"):
    _bare(_what)


@api.function
def streaming_pearson_correlation(call: Call, predictions: AnyValue, labels: AnyValue, name: AnyValue) -> Any:
    with scopes.variable_scope(call.state, graph_name(name), "pearson_r"):
        for part in ("covariance", "variance_predictions", "variance_labels"):
            with scopes.variable_scope(call.state, part, "covariance"):
                for leaf in ("count", "mean_prediction", "mean_label", "comoment"):
                    metric_variable(call, leaf, (), FLOAT32)
        return make(call, "Select", "pearson_r"), make(call, "Select", "update_op")


@api.function
def streaming_concat(call: Call, values: Any, axis: Any, name: Any) -> Any:
    """TF: streaming_concat. The array grows, so TF knows no shape of it."""
    shape, dtype = shape_of(values), dtype_of(values)
    with scopes.variable_scope(call.state, graph_name(name), "streaming_concat"):
        metric_variable(call, "array", (0,), dtype, validate_shape=False)
        metric_variable(call, "size", (), DTYPES["int32"])
        known = isinstance(shape, tuple) and isinstance(axis, int)
        dims = (
            tuple(None if i == axis % len(shape) else d for i, d in enumerate(shape))
            if known
            else left_open(axis, shape)
        )
        whole = make(call, "Transpose", "concat", dims, dtype)
        return whole, make(call, "Assign", "Assign", (), DTYPES["int32"])


@api.function
def accuracy(call: Call, predictions: AnyValue, labels: AnyValue, name: AnyValue) -> Any:
    with call.graph.name_scope("accuracy" if name is None else graph_name(name, "")):
        make(call, "Equal", "Equal")
        make(call, "Cast", "Cast")
        return make(call, "Mean", "Mean", (), FLOAT32, 0 * deps_of(predictions), inner=(("Const", "Const"),))


@api.function(raw=True)
def aggregate_metrics(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: aggregate_metrics. Pairs of value and update become two lists."""

    pairs = [call.members(pair) for pair in args]
    if any(isinstance(pair, Unknown) for pair in pairs):
        return call.unknown("metrics that are not known")
    return ListValue([pair[0] for pair in pairs]), ListValue([pair[1] for pair in pairs])


@api.function
def aggregate_metric_map(call: Call, names_to_tuples: AnyValue) -> Any:
    """TF: aggregate_metric_map. A dictionary of pairs becomes a pair of dictionaries."""
    if not isinstance(names_to_tuples, DictValue):
        return call.unknown("metrics"), call.unknown("metrics")
    values, updates = DictValue({}, names_to_tuples.rest), DictValue({}, names_to_tuples.rest)
    for key, pair in names_to_tuples.items.items():
        members = call.members(pair)
        if isinstance(members, Unknown):
            members = [members.derive(""), members.derive("")]
        if len(members) == 2:
            values.items[key], updates.items[key] = members
    return values, updates
