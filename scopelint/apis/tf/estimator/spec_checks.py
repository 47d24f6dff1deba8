"""What TF refuses of the fields of an EstimatorSpec. TF: model_fn.py, the functions _validate_estimator_spec_..."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.tf.framework.constant_checks import kind_of
from scopelint.values.base import AnyValue, Unknown, Value
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.tensors import Operation, Tensor, Variable, num_elements


def check_spec(call: Call, given: dict[str, Any]) -> None:
    mode = given.get("mode")
    _check_train_op(call, given.get("train_op"), mode)
    _check_loss(call, given.get("loss"), mode)
    _check_predictions(call, given.get("predictions"), mode)
    if mode == "infer":
        _check_outputs(call, given.get("export_outputs"))
    _check_metrics(call, given.get("eval_metric_ops"))


def _is_no_tensor(value: AnyValue) -> bool:
    """Is it certainly neither a tensor nor an object that may act as one?"""
    if isinstance(value, (Tensor, Variable, Operation, Unknown)):
        return False
    return not isinstance(value, Value) or (
        isinstance(value, (ListValue, DictValue)) and value.rest is None and not hasattr(value, "owner")
    )


def _refuse(call: Call, name: str, wanted: str, value: AnyValue) -> None:
    call.raise_("TypeError", f"{name} must be {wanted}, given: {_said(call, value)}", kind="argument")


def _said(call: Call, value: AnyValue) -> Any:
    return call.to_string(value)


def _missing(call: Call, name: str) -> None:
    call.raise_("ValueError", f"Missing {name}.", kind="argument")


def _check_train_op(call: Call, train_op: AnyValue, mode: AnyValue) -> None:
    if train_op is None:
        if isinstance(mode, str) and mode == "train":
            _missing(call, "train_op")
    elif _is_no_tensor(train_op):
        _refuse(call, "train_op", "Operation or Tensor", train_op)


def _check_loss(call: Call, loss: AnyValue, mode: AnyValue) -> None:
    if loss is None:
        if isinstance(mode, str) and mode in ("train", "eval"):
            _missing(call, "loss")
        return
    if _is_no_tensor(loss):
        _refuse(call, "loss", "Tensor", loss)
    count = num_elements(loss.shape) if isinstance(loss, Tensor) and isinstance(loss.shape, tuple) else None
    if isinstance(count, int) and count != 1:
        call.raise_("ValueError", f"Loss must be scalar, given: {_said(call, loss)}", kind="argument")


def _check_predictions(call: Call, predictions: AnyValue, mode: AnyValue) -> None:
    if predictions is None:
        if isinstance(mode, str) and mode == "infer":
            _missing(call, "predictions")
    elif isinstance(predictions, DictValue):
        for key, value in predictions.items.items():
            if isinstance(key, (str, int)) and _is_no_tensor(value):
                _refuse(call, f"predictions[{key}]", "Tensor", value)
    elif _is_no_tensor(predictions):
        _refuse(call, "predictions", "Tensor", predictions)


def _check_outputs(call: Call, outputs: AnyValue) -> None:
    """TF: export_utils.get_export_outputs."""
    if outputs is None or isinstance(outputs, Unknown):
        return
    if not isinstance(outputs, DictValue):
        if not isinstance(outputs, Value) or isinstance(outputs, ListValue):
            _refuse(call, "export_outputs", "dict", outputs)
        return
    if any(not isinstance(value, Value) for value in outputs.items.values()):
        said = f"Values in export_outputs must be ExportOutput objects. Given: {_said(call, outputs)}"
        call.raise_("TypeError", said, kind="argument")


def _is_no_pair(value: AnyValue) -> bool:
    """Is it certain that this is neither a pair nor a metric of Keras'?"""
    if isinstance(value, tuple):
        return len(value) != 2
    if isinstance(value, (ListValue, DictValue)):
        return value.rest is None
    return not isinstance(value, Value) or isinstance(value, (Tensor, Variable, Operation))


def _check_metrics(call: Call, metrics: AnyValue) -> None:
    if metrics is None or isinstance(metrics, Unknown):
        return
    if not isinstance(metrics, DictValue):
        if not isinstance(metrics, Value) or isinstance(metrics, ListValue):
            _refuse(call, "eval_metric_ops", "a dict", metrics)
        return
    for key, value in metrics.items.items():
        if _is_no_pair(value):
            said = "Values of eval_metric_ops must be (metric_value, update_op) tuples, given: "
            call.raise_("TypeError", f"{said}{_said(call, value)} for key: {_said(call, key)}", kind="argument")
        for each in value if isinstance(value, tuple) else ():
            if isinstance(each, (bool, int, float, str)):
                call.raise_("AttributeError", f"'{kind_of(each)}' object has no attribute 'graph'", kind="argument")
