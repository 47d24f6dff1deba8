"""What the operations of gradients are called, as far as the graph between is noted.

TF walks back from the ys, makes each operation's gradient below `gradients/OP_grad`, and sums what comes to one tensor
from several users in `gradients/AddN`. The walk is restated here; of the gradient functions only how their results
are called. Nothing is said where an operation on the way is opaque (apis/walks).
"""

from __future__ import annotations

from collections import deque
from typing import Any

from scopelint.apis.walks import flows, takes
from scopelint.values.tensors import Tensor, Variable

SAME = "="
"""The gradient is the one that came in, and no operation is made for it."""

_BOTH = ("Reshape", "Reshape_1")

RESULTS: dict[str, tuple[str, ...]] = {
    "Abs": ("mul",), "AvgPool": ("AvgPoolGrad",), "BatchMatMul": ("MatMul", "MatMul_1"),
    "BatchMatMulV2": ("MatMul", "MatMul_1"), "BiasAdd": (SAME, "BiasAddGrad"), "Cast": ("Cast",),
    "Conv2D": ("Conv2DBackpropInput", "Conv2DBackpropFilter"), "Elu": ("EluGrad",), "Exp": ("mul",),
    "ExpandDims": ("Reshape",), "FusedBatchNormV3": ("FusedBatchNormGradV3",) * 3, "Identity": (SAME,),
    "L2Loss": ("mul",), "LeakyRelu": ("LeakyReluGrad",), "Log": ("mul",), "MatMul": ("MatMul", "MatMul_1"),
    "MaxPool": ("MaxPoolGrad",), "Maximum": _BOTH, "Mean": ("truediv",), "Minimum": _BOTH, "Neg": ("Neg",),
    "Pow": _BOTH, "ReadVariableOp": (SAME,), "RealDiv": _BOTH, "Relu": ("ReluGrad",), "Relu6": ("Relu6Grad",),
    "Reshape": ("Reshape",),
    "Rsqrt": ("RsqrtGrad",), "Selu": ("SeluGrad",), "Sigmoid": ("SigmoidGrad",), "Softplus": ("SoftplusGrad",),
    "SoftmaxCrossEntropyWithLogits": ("mul", "mul_1"), "SparseSoftmaxCrossEntropyWithLogits": ("mul",),
    "Sqrt": ("SqrtGrad",), "Square": ("Mul_1",), "SquaredDifference": ("Reshape", "Neg"), "Squeeze": ("Reshape",),
    "StridedSlice": ("StridedSliceGrad",), "Sum": ("Tile",), "Tanh": ("TanhGrad",), "Transpose": ("transpose",),
}  # fmt: skip
"""Type -> what gives the gradient for each of its inputs, below `OP_grad/`; inputs beyond these get none."""

ELEMENTWISE = {"Add": (SAME, SAME), "AddV2": (SAME, SAME), "Sub": (SAME, "Neg"), "Mul": ("Mul", "Mul_1")}
"""Where the two shapes are equal and known; else both gradients are summed and reshaped."""

Key = tuple[str, int]


def results(op_type: str, inputs: list[Any]) -> tuple[str, ...] | None:
    """What gives the gradient for each input; None for a type that is not restated."""
    if op_type in ELEMENTWISE:
        if len(inputs) < 2:
            # An operation that stands for a formula of several.
            return None
        one, two = (each.shape for each in inputs[:2])
        known = isinstance(one, tuple) and isinstance(two, tuple) and all(isinstance(d, int) for d in (*one, *two))
        return ELEMENTWISE[op_type] if known and one == two else _BOTH
    if op_type == "AddN":
        return (SAME,) * len(inputs)
    return RESULTS.get(op_type)


def names(ys: list[Any], xs: list[Any], scope: str, gated: bool) -> dict[Key, str]:
    """TF: _GradientsHelper. The name of the gradient for each x that it is known of, by x's own operation and index.
    `gated`: optimizers let each operation's gradients wait for each other."""
    wanted = {_key(x) for x in xs}
    found = _between(ys, {op_name for op_name, _ in wanted})
    if found is None:
        return {}
    pending: dict[str, int] = {}
    for _, _, edges in found.values():
        for _, each in edges:
            pending[each.op_name] = pending.get(each.op_name, 0) + 1
    sums = 0
    grads: dict[Key, list[str]] = {(y.op_name, y.index): [f"{scope}Fill"] for y in ys}
    queue = deque(dict.fromkeys(y.op_name for y in ys if y.op_name in found and not pending.get(y.op_name)))
    named: dict[Key, str] = {}
    while queue:
        op_name = queue.popleft()
        kind, taken, edges = found[op_name]
        incoming = ""
        for key in [key for key in grads if key[0] == op_name]:
            listed = grads.pop(key)
            incoming = listed[0]
            if len(listed) > 1:
                incoming = f"{scope}AddN_{sums}" if sums else f"{scope}AddN"
                sums += 1
            if key in wanted:
                named[key] = incoming
        made = _made(f"{scope}{op_name}_grad/", results(kind, taken), incoming, gated)
        for i, each in edges:
            if made is None or i < len(made):
                grads.setdefault((each.op_name, each.index), []).append("" if made is None else made[i])
            pending[each.op_name] -= 1
            if not pending[each.op_name]:
                queue.append(each.op_name)
    return {key: name for key, name in named.items() if name}


def _made(prefix: str, leaves: tuple[str, ...] | None, incoming: str, gated: bool) -> list[str] | None:
    if leaves is None:
        return None
    if gated and len(leaves) > 1:
        return [f"{prefix}tuple/control_dependency" + (f"_{i}" if i else "") for i in range(len(leaves))]
    return [incoming if leaf is SAME else prefix + leaf for leaf in leaves]


def _between(ys: list[Any], starts: set[str]) -> dict[str, tuple[str, list[Any], list[tuple[int, Tensor]]]] | None:
    """TF: _PendingCount. The operations between the ys and `starts`: type, what each takes, and those of it that
    gradients go on to, by place. None where one is opaque."""
    seen: dict[str, tuple[str, list[Any]]] = {}
    users: dict[str, list[str]] = {}
    queue = deque(ys)
    while queue:
        tensor = queue.popleft()
        op_name = tensor.op_name
        if op_name in seen:
            continue
        held = takes(tensor.graph, op_name, tensor.op_type) if tensor.op_type else None
        if held is None:
            return None
        taken = [_as_tensor(each, op_name) for each in held]
        seen[op_name] = tensor.op_type, taken
        for each in taken:
            if each is not None and flows(each):
                users.setdefault(each.op_name, []).append(op_name)
                queue.append(each)
    reached = set()
    left = [op_name for op_name in starts if op_name in seen]
    while left:
        op_name = left.pop()
        if op_name not in reached:
            reached.add(op_name)
            left += users.get(op_name, ())
    return {op_name: (kind, taken, [(i, each) for i, each in enumerate(taken)
                                    if each is not None and each.op_name in reached and flows(each)])
            for op_name, (kind, taken) in seen.items() if op_name in reached}


def _as_tensor(value: Any, user: str) -> Tensor | None:
    if isinstance(value, Tensor):
        return value
    if not isinstance(value, Variable):
        return None
    read = f"{value.name}/read"
    if value.is_resource is True or user == read:
        kind = "VarHandleOp" if value.is_resource is True else "VariableV2"
        return Tensor(value.name, 0, kind, value.shape, value.dtype, value.graph, value.deps)
    value.graph.inputs.setdefault(read, (value,))
    return Tensor(read, 0, "Identity", value.shape, value.dtype, value.graph, value.deps)


def _key(value: Any) -> Key:
    return (value.op_name, value.index) if isinstance(value, Tensor) else (value.name, 0)
