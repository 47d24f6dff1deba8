"""How a loss is weighted and reduced, operation by operation, where a picture asks for it."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.tf.framework import operations
from scopelint.apis.tf.framework.bare_op import make
from scopelint.apis.tf.framework.control_flow_contexts import waiting
from scopelint.apis.tf.framework.python_values import dtype_of, shape_of
from scopelint.values.base import AnyValue
from scopelint.values.tensors import FLOAT32, INT32, Tensor, TensorShape


def is_simple(losses: AnyValue, weights: AnyValue) -> bool:
    """One weight for all, or as many as losses, which TF sees at once."""
    if not isinstance(losses, Tensor) or not isinstance(losses.shape, tuple):
        return False
    if isinstance(weights, Tensor) and isinstance(weights.shape, tuple) and len(weights.shape) == len(losses.shape):
        return all(isinstance(size, int) for size in (*weights.shape, *losses.shape))
    return isinstance(weights, (bool, int, float)) or (isinstance(weights, Tensor) and weights.shape == ())


def check_broadcastable(call: Call, values: AnyValue, weights: AnyValue) -> None:
    """TF: assert_broadcastable, as far as shapes say it: one weight, or as many dimensions, each 1 or alike."""
    if not isinstance(values, tuple) or not isinstance(weights, tuple) or not weights:
        return
    said = "weights can not be broadcast to values."
    if len(values) != len(weights):
        whole = [call.to_string(TensorShape(shape)) for shape in (values, weights)]
        ranks = f"values.rank={len(values)}. weights.rank={len(weights)}."
        call.raise_("ValueError", f"{said} {ranks} values.shape={whole[0]}. weights.shape={whole[1]}.", kind="shape")
    if not all(isinstance(size, int) for size in (*values, *weights)):
        return
    for at, (one, two) in enumerate(zip(values, weights, strict=True)):
        if two not in (1, one):
            shapes = [f"[{' '.join(map(str, shape))}]" for shape in (values, weights)]
            said = f"{said} Mismatch at dim {at}. values.shape={shapes[0]} weights.shape={shapes[1]}."
            call.raise_("ValueError", said, kind="shape")


def weighted_loss(call: Call, losses: Tensor, weights: Any, kind: AnyValue) -> Any:
    """TF: compute_weighted_loss, in the scope that is open already."""
    with waiting(call, [_broadcastable(call, losses, weights)]):
        dtype = dtype_of(losses)
        losses = call.new("tf.cast", losses, FLOAT32)
        weights = call.new("tf.cast", weights, FLOAT32)
        losses = call.new("tf.multiply", losses, weights)
        loss: Any = losses
        if kind != "none":
            loss = call.new("tf.reduce_sum", losses)
            if kind == "weighted_mean":
                ones = call.binary("*", call.new("tf.ones_like", losses), weights)
                loss = _safe_mean(call, loss, call.new("tf.reduce_sum", ones))
            elif kind == "weighted_sum_over_batch_size":
                loss = _safe_mean(call, loss, _num_elements(call, losses))
            elif kind == "weighted_sum_by_nonzero_weights":
                loss = _safe_mean(call, loss, _num_present(call, losses, weights))
        return call.new("tf.cast", loss, dtype)


def _safe_mean(call: Call, losses: Any, count: Any) -> Any:
    return call.new("tf.math.divide_no_nan", call.new("tf.reduce_sum", losses), count, name="value")


def _num_elements(call: Call, losses: Any) -> Any:
    with operations.scope(call, None, "num_elements") as scope:
        return call.new("tf.cast", call.new("tf.size", losses, name=scope), FLOAT32)


def _num_present(call: Call, losses: Any, weights: Any) -> Any:
    """TF: _num_present."""
    with operations.scope(call, None, "num_present") as scope:
        weights = call.new("tf.cast", weights, FLOAT32)
        zero = call.new("tf.equal", weights, 0.0)
        present = call.new("tf.where", zero, call.new("tf.zeros_like", weights), call.new("tf.ones_like", weights))
        present = _broadcast(call, present, losses)
        return call.new("tf.reduce_sum", present, name=scope)


def _broadcast(call: Call, weights: Any, values: Any) -> Any:
    """TF: broadcast_weights."""
    with operations.scope(call, None, "broadcast_weights") as scope:
        known = shape_of(values)
        if known == shape_of(weights) and isinstance(known, tuple) and all(isinstance(size, int) for size in known):
            return weights
        with waiting(call, [_broadcastable(call, values, weights)]):
            return call.new("tf.multiply", weights, call.new("tf.ones_like", values), name=scope)


def _broadcastable(call: Call, values: Tensor, weights: Any) -> Any:
    """TF: assert_broadcastable, where shapes say it."""
    with operations.scope(call, None, "assert_broadcastable"):
        weights = operations.convert(call, weights, FLOAT32, "weights")
        for name, tensor in (("weights", weights), ("values", values)):
            shape = shape_of(tensor)
            assert isinstance(shape, tuple)
            known = all(isinstance(size, int) for size in shape)
            sizes = make(call, "Const" if known else "Shape", f"{name}/shape", (len(shape),), INT32)
            if not known:
                call.graph.draw(sizes.op_name, tensor)
            make(call, "Const", f"{name}/rank", (), INT32)
        return make(call, "NoOp", f"static_{'dims' if shape_of(weights) else 'scalar'}_check_success")
