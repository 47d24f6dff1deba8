"""What the operations of gradients are called, as far as the graph between is noted.

TF walks back from the ys, makes each operation's gradient below `gradients/OP_grad`, and sums what comes to one tensor
from several users in `gradients/AddN`. The walk is restated here; of the gradient functions only how their results
are called. Nothing is said where an operation on the way is opaque (apis/walks).
"""

from __future__ import annotations

from collections import deque
from typing import Any

from scopelint.apis.tf.framework.op_gradients import GATHERS
from scopelint.apis.tf.framework.op_inputs import flows, takes
from scopelint.values.base import AnyValue
from scopelint.values.tensors import (
    INT32,
    NOT_CONSTANT,
    IndexedSlices,
    Tensor,
    Variable,
    broadcast_shapes,
    num_elements,
)

SAME = "="
"""The gradient is the one that came in, and no operation is made for it."""

_BOTH = ("Reshape", "Reshape_1")

RESULTS: dict[str, tuple[str | None, ...]] = {
    "Abs": ("mul",), "AvgPool": ("AvgPoolGrad",), "BatchMatMul": ("MatMul", "MatMul_1"),
    "BatchMatMulV2": ("MatMul", "MatMul_1"), "BiasAdd": (SAME, "BiasAddGrad"), "Cast": ("Cast",),
    "Conv2D": ("Conv2DBackpropInput", "Conv2DBackpropFilter"), "Elu": ("EluGrad",), "Exp": ("mul",),
    "ExpandDims": ("Reshape",), "FusedBatchNormV3": ("FusedBatchNormGradV3",) * 3, "Identity": (SAME,),
    "L2Loss": ("mul",), "LeakyRelu": ("LeakyReluGrad",), "Log": ("mul",), "MatMul": ("MatMul", "MatMul_1"),
    "MaxPool": ("MaxPoolGrad",), "Maximum": _BOTH, "Mean": ("truediv",), "Minimum": _BOTH, "Neg": ("Neg",),
    "Pow": (None, None), "ReadVariableOp": (SAME,), "RealDiv": _BOTH, "Relu": ("ReluGrad",), "Relu6": ("Relu6Grad",),
    "Reshape": ("Reshape",),
    "Rsqrt": ("RsqrtGrad",), "Selu": ("SeluGrad",), "Sigmoid": ("SigmoidGrad",), "Softplus": ("SoftplusGrad",),
    "SoftmaxCrossEntropyWithLogits": ("mul", "mul_1"), "SparseSoftmaxCrossEntropyWithLogits": ("mul",),
    "Sqrt": ("SqrtGrad",), "Square": ("Mul_1",), "SquaredDifference": (None, None), "Squeeze": ("Reshape",),
    "StridedSlice": ("StridedSliceGrad",), "Sum": ("Tile",), "Tanh": ("TanhGrad",), "Transpose": ("transpose",),
    **dict.fromkeys(GATHERS, ("Reshape",)),
}  # fmt: skip
"""Type -> what gives the gradient for each of its inputs, below `OP_grad/`; inputs beyond these get none."""

ELEMENTWISE = {"Add": (SAME, SAME), "AddV2": (SAME, SAME), "Sub": (SAME, "Neg"), "Mul": ("Mul", "Mul_1")}
"""For an input of the result's own shape; one that was broadcast has its gradient summed and reshaped."""

Key = tuple[str, int]


def results(op_type: str, inputs: list[Any]) -> tuple[str | None, ...] | None:
    """What gives the gradient for each input, None where that is not restated; None for a type that is not."""
    if op_type in ELEMENTWISE and len(inputs) < 2:
        # A layer that stands for several operations noted but one of what it takes.
        return (None,) * len(inputs)
    if op_type in ELEMENTWISE:
        if len(inputs) < 2:
            # Made in the midst of something else, of which only what flows on is noted.
            return None
        one, two = (getattr(each, "shape", None) for each in inputs[:2])
        if not all(isinstance(shape, tuple) and all(isinstance(d, int) for d in shape) for shape in (one, two)):
            return _BOTH
        whole, _ = broadcast_shapes(one, two)
        reduced = [shape != whole for shape in (one, two)]
        second = "Reshape_1" if reduced[0] else "Reshape"
        own = ELEMENTWISE[op_type]
        return ("Reshape" if reduced[0] else own[0], second if reduced[1] else own[1])
    if op_type == "AddN":
        return (SAME,) * len(inputs)
    return RESULTS.get(op_type)


def names(ys: list[Any], xs: list[Any], scope: str, gated: bool, reach: int) -> dict[Key, Any]:
    """TF: _GradientsHelper. The gradient for each x that it is known of, by x's own operation and index. `gated`:
    optimizers let each operation's gradients wait for each other. What the gradients' operations take is noted too,
    for programs that walk back from them. `reach`: what they depend on at most."""
    wanted = {_key(x) for x in xs}
    found = _between(ys, {op_name for op_name, _ in wanted})
    if found is None:
        return {}
    pending: dict[str, int] = {}
    for _, _, edges in found.values():
        for _, each in edges:
            pending[each.op_name] = pending.get(each.op_name, 0) + 1
    sums = joined = 0
    grads: dict[str, dict[int, list[Any]]] = {}
    for y in ys:
        grads.setdefault(y.op_name, {})[y.index] = [_like(y, f"{scope}Fill", reach)]
    queue = deque(dict.fromkeys(y.op_name for y in ys if y.op_name in found and not pending.get(y.op_name)))
    named: dict[Key, Any] = {}
    while queue:
        op_name = queue.popleft()
        kind, taken, edges = found[op_name]
        incoming: Any = None
        for index, listed in grads.pop(op_name, {}).items():
            incoming = listed[0]
            if len(listed) > 1 and all(isinstance(each, IndexedSlices) for each in listed):
                incoming = _joined(listed, scope, joined, reach)
                joined += 2
            elif len(listed) > 1:
                if any(isinstance(each, IndexedSlices) for each in listed) and None in listed:
                    # Whether these are summed or joined, and so what the next sums are called, is not known.
                    return named
                listed = [each.values if isinstance(each, IndexedSlices) else each for each in listed]
                known = next((each for each in listed if each is not None), None)
                incoming = None
                if known is not None:
                    incoming = _like(known, f"{scope}AddN_{sums}" if sums else f"{scope}AddN", reach)
                    incoming.graph.inputs[incoming.op_name] = tuple(listed) if None not in listed else (known,)
                sums += 1
            if (op_name, index) in wanted and incoming is not None:
                named[op_name, index] = incoming
        leaves = results(kind, taken)
        for i, each in edges:
            if leaves is None or i < len(leaves):
                made: Any = None
                if leaves is not None:
                    prefix = f"{scope}{op_name}_grad/"
                    if kind in GATHERS or isinstance(incoming, IndexedSlices):
                        made = _by_rows(prefix, op_name, kind, taken, incoming, leaves[i], reach)
                    else:
                        made = _made(prefix, leaves, i, taken, incoming, gated, reach)
                grads.setdefault(each.op_name, {}).setdefault(each.index, []).append(made)
            pending[each.op_name] -= 1
            if not pending[each.op_name]:
                queue.append(each.op_name)
    return named


def _like(source: Tensor, op_name: str, reach: int, index: int = 0) -> Tensor:
    """A tensor of a gradient's: opaque itself, since only programs ask what its operation takes."""
    if op_name:
        source.graph.take(op_name)
    return Tensor(op_name, index, "", source.shape, source.dtype, source.graph, reach)


def _by_rows(
    prefix: str, op_name: str, kind: str, taken: list[Any], incoming: Any, leaf: str | None, reach: int
) -> Tensor | IndexedSlices | None:
    """What an operation gives that gathers rows, or that an `IndexedSlices` comes to."""
    if kind not in GATHERS:
        if leaf is SAME:
            return incoming  # type: ignore[no-any-return]
        if kind in ("Cast", "Neg"):
            held = incoming.values
            held.graph.take(prefix + kind)
            values = Tensor(prefix + kind, 0, kind, held.shape, held.dtype, held.graph, reach)
            return IndexedSlices(values, incoming.indices, incoming.dense_shape)
        # TF looks whether it is a tensor, of the shape that it has to have.
        return None if leaf is None or kind in ELEMENTWISE else _like(taken[0], prefix + leaf, reach)
    table, indices = taken[:2]
    own = table.graph.tensors.get(op_name, {}).get(0) if isinstance(table, Tensor) else None
    if kind == "GatherNd" or own is None or not isinstance(indices, Tensor):
        return None
    if table.deps < 0 or own.deps & table.deps:
        # Not along the first axis, or nobody knows.
        return None
    count, shape = num_elements(indices.shape), table.shape
    if kind == "ResourceGather":
        shape = own.shape[len(indices.shape) - 1 :] if _is_ranked(own) and _is_ranked(indices) else None
    for leaf in ("Reshape", "Reshape_1"):
        table.graph.take(prefix + leaf)
    dims = (count, *shape[1:]) if isinstance(shape, tuple) else None
    values = Tensor(f"{prefix}Reshape", 0, "Reshape", dims, own.dtype, table.graph, reach)
    rows = Tensor(f"{prefix}Reshape_1", 0, "Reshape", (count,), indices.dtype, table.graph)
    sizes = table.shape if kind != "ResourceGather" else None
    whole = sizes if isinstance(sizes, tuple) and all(isinstance(d, int) for d in sizes) else NOT_CONSTANT
    rank = len(shape) if isinstance(shape, tuple) else None
    leaf = "Cast" if kind != "ResourceGather" else "VariableShape"
    return IndexedSlices(values, rows, Tensor(prefix + leaf, 0, leaf, (rank,), INT32, table.graph, 0, whole))


def _is_ranked(tensor: Tensor) -> bool:
    return isinstance(tensor.shape, tuple)


def _joined(listed: list[Any], scope: str, joined: int, reach: int) -> IndexedSlices:
    """TF: aggregate_indexed_slices_gradients."""
    count: Any = 0
    for each in listed:
        rows = each.indices.shape[0]
        count = None if count is None or rows is None else count + rows
    parts = []
    for n, source, deps in ((joined, listed[0].values, reach), (joined + 1, listed[0].indices, 0)):
        name = f"{scope}concat_{n}" if n else f"{scope}concat"
        source.graph.take(name)
        shape = (count, *source.shape[1:]) if _is_ranked(source) else source.shape
        parts.append(Tensor(name, 0, "ConcatV2", shape, source.dtype, source.graph, deps))
    return IndexedSlices(parts[0], parts[1], listed[0].dense_shape)


def _made(
    prefix: str,
    leaves: tuple[str | None, ...],
    which: int,
    taken: list[Any],
    incoming: Tensor | None,
    gated: bool,
    reach: int,
) -> Tensor | None:
    """What an operation's gradient function gives for one of its inputs."""
    leaf, source = leaves[which], taken[which]
    made = incoming
    if leaf is None:
        made = _like(source, "", reach)
    elif leaf is not SAME:
        made = _like(source, prefix + leaf, reach, which if leaf.startswith("FusedBatchNorm") else 0)
        others: list[Any] = [each for each in taken if each is not None]
        if leaf in _BOTH and len(leaves) > 1:
            # Summed over what was broadcast, then reshaped.
            below = _like(source, prefix + leaf.replace("Reshape", "Sum"), reach)
            if incoming is not None:
                source.graph.inputs[below.op_name] = (incoming,)
            known = isinstance(source.shape, tuple) and all(isinstance(d, int) for d in source.shape)
            shape = prefix + (f"{leaf}/shape" if known else "Shape_1" if which else "Shape")
            rank = len(source.shape) if isinstance(source.shape, tuple) else None
            others = [below, Tensor(shape, 0, "", (rank,), INT32, source.graph)]
        elif len(leaves) > 1 and which == 0:
            others = [incoming, *others[1:]]
        elif incoming is not None:
            others = [*others[:which], incoming]
        if None not in others:
            source.graph.inputs[made.op_name] = tuple(others)
    if gated and len(leaves) > 1 and made is not None:
        whole = _like(source, f"{prefix}tuple/control_dependency" + (f"_{which}" if which else ""), reach)
        if made.op_name:
            source.graph.inputs[whole.op_name] = (made,)
        return whole
    return made if made is not None and made.op_name else None


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
    return {
        op_name: (
            kind,
            taken,
            [(i, each) for i, each in enumerate(taken) if each is not None and each.op_name in reached and flows(each)],
        )
        for op_name, (kind, taken) in seen.items()
        if op_name in reached
    }


def _as_tensor(value: AnyValue, user: str) -> Tensor | None:
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
