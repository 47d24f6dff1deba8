"""Shape functions of math_ops.cc, linalg_ops.cc and their neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scopelint.apis.tf.framework.python_values import left_open
from scopelint.apis.tf.framework.shapes.common import (
    add,
    floordiv,
    least,
    merged,
    merged_from_last,
    normal_axis,
    size_at,
    unknown,
)
from scopelint.values.base import Unknown
from scopelint.values.tensors import NOT_CONSTANT, DType, broadcast_shapes, dims_compatible, num_elements
from scopelint.values.truth import NO, is_on

if TYPE_CHECKING:
    from scopelint.apis.tf.framework.node import Node


def broadcast(node: Node) -> Any:
    """TF: BroadcastBinaryOpShapeFn."""
    x, y, *_ = node.ins.values()
    shape, fits = broadcast_shapes(x.shape, y.shape)
    if fits is NO:
        a, b = x.shape, y.shape
        width = min(len(a), len(b))
        for m, n in zip(a[len(a) - width :], b[len(b) - width :], strict=True):
            if isinstance(m, int) and isinstance(n, int) and m != n and 1 not in (m, n):
                node.refuse(f"Dimensions must be equal, but are {m} and {n}")
        return None
    return shape


def reduction(node: Node) -> Any:
    """TF: ReductionShape."""
    shape, axes = node.shape("input"), node.const(next(k for k in node.ins if k != "input"))
    keep = node.attrs.get("keep_dims")
    if not isinstance(shape, tuple):
        return shape
    rank = len(shape)
    if isinstance(axes, int):
        axes = (axes,)
    wrong = (
        next((a for a in axes if isinstance(a, int) and not -rank <= a < rank), None)
        if isinstance(axes, tuple)
        else None
    )
    if wrong is not None:
        node.refuse(
            f"Invalid reduction dimension {wrong} for input with {rank} dimensions.",
            computed=next(k for k in node.ins if k != "input"),
        )
    if isinstance(keep, Unknown) or not isinstance(axes, tuple) or any(normal_axis(a, rank) is None for a in axes):
        if is_on(keep):
            return (None,) * rank if axes is NOT_CONSTANT else (unknown(),) * rank
        asked = node.ins[next(k for k in node.ins if k != "input")]
        if axes is NOT_CONSTANT and asked.shape == () and not asked.op_type.startswith("Placeholder"):
            # TF may have folded it to a constant.
            return (None,) * (rank - 1)
        return None if axes is NOT_CONSTANT else unknown()
    gone = {normal_axis(a, rank) for a in axes}
    if keep:
        return tuple(1 if i in gone else d for i, d in enumerate(shape))
    return tuple(d for i, d in enumerate(shape) if i not in gone)


def matmul(node: Node) -> Any:
    """TF: MatMulShape."""
    a, b = node.shape("a"), node.shape("b")
    for shape in (a, b):
        if isinstance(shape, tuple) and len(shape) != 2:
            node.refuse(f"Shape must be rank 2 but is rank {len(shape)}")
            return (None, None)
    rows, inner_a = _pair(a, node.attrs.get("transpose_a"))
    inner_b, columns = _pair(b, node.attrs.get("transpose_b"))
    if dims_compatible(inner_a, inner_b) is NO:
        node.refuse(f"Dimensions must be equal, but are {inner_a} and {inner_b}")
    return (rows, columns)


def _pair(shape: Any, swapped: Any) -> tuple[Any, Any]:
    if isinstance(shape, Unknown) or isinstance(swapped, Unknown):
        return unknown(), unknown()
    if shape is None or len(shape) < 2:
        return None, None
    return (shape[-1], shape[-2]) if swapped else (shape[-2], shape[-1])


def batch_matmul(node: Node) -> Any:
    """TF: BatchMatMulV2Shape."""
    x, y = node.shape("x"), node.shape("y")
    for shape in (x, y):
        if not isinstance(shape, tuple):
            return shape
        if len(shape) < 2:
            node.refuse("Shape must be at least rank 2 but is rank " + str(len(shape)))
            return None
    rows, inner_x = _pair(x, node.attrs.get("adj_x"))
    inner_y, columns = _pair(y, node.attrs.get("adj_y"))
    if dims_compatible(inner_x, inner_y) is NO:
        node.refuse(f"Dimensions must be equal, but are {inner_x} and {inner_y}")
    batch, fits = broadcast_shapes(x[:-2], y[:-2])
    if fits is NO or not isinstance(batch, tuple):
        return None
    return (*batch, rows, columns)


def add_n(node: Node) -> Any:
    return merged_from_last(node, node.ins["inputs"])


def select(node: Node) -> Any:
    """TF: the shape function of Select. The condition has the shape of both, or their first dimension, or none."""
    if "t" not in node.ins:
        return node.shape("x")
    data, condition = merged(node, node.shape("t"), node.shape("e")), node.shape("condition")
    if not isinstance(data, tuple) or not isinstance(condition, tuple) or not condition:
        return data
    if len(condition) > 1 or not data:
        return merged(node, data, condition)
    merged(node, condition, data[:1])
    return data


def select_v2(node: Node) -> Any:
    """TF: the shape function of SelectV2, all three of which are broadcast."""
    shape: Any = node.shape("t")
    for name in ("e", "condition"):
        shape, fits = broadcast_shapes(shape, node.shape(name))
        if fits is NO:
            node.refuse("Shapes must be broadcastable")
    return shape


def arg_reduce(node: Node) -> Any:
    shape = node.shape("input")
    if not isinstance(shape, tuple):
        return shape
    axis = node.const("dimension")
    if axis is NOT_CONSTANT:
        return (None,) * max(len(shape) - 1, 0)
    place = normal_axis(axis, len(shape))
    if place is None and isinstance(axis, int) and shape:
        rank = len(shape)
        node.refuse(
            f"Dimension ({axis}) must be in the range [{-rank}, {rank}), where {rank} is the number of dimensions in "
            "the input.",
            computed="dimension",
        )
    if place is None:
        return (unknown(),) * max(len(shape) - 1, 0)
    return shape[:place] + shape[place + 1 :]


def scatter(node: Node) -> Any:
    """TF: ScatterUpdateShape."""
    ref, indices, updates = node.shape("ref"), node.shape("indices"), node.shape("updates")
    if isinstance(ref, tuple) and ref and isinstance(indices, tuple) and isinstance(updates, tuple) and updates:
        merged(node, updates, (*indices, *ref[1:]))
    return ref


def range_(node: Node) -> Any:
    start, limit, delta = (node.const(key) for key in ("start", "limit", "delta"))
    if start is NOT_CONSTANT or limit is NOT_CONSTANT or delta is NOT_CONSTANT:
        return (None,)
    if start is None or limit is None or delta is None:
        return (None,)
    for value in (start, limit, delta):
        if isinstance(value, Unknown):
            return (unknown("the length of a range is not known"),)
    if not delta:
        node.refuse("Requires delta != 0", computed="start")
        return (None,)
    count = (limit - start) / delta
    return (max(0, int(count) + (1 if count > int(count) else 0)),)


def linspace(node: Node) -> Any:
    count = node.const("num")
    return (None if count is NOT_CONSTANT else count,)


def segment(node: Node) -> Any:
    """TF: SegmentReductionShapeFn."""
    data, ids = node.shape("data"), node.shape("segment_ids")
    if not isinstance(data, tuple) or not isinstance(ids, tuple):
        return None
    return (None, *data[len(ids) :])


def unsorted_segment(node: Node) -> Any:
    data, ids = node.shape("data"), node.shape("segment_ids")
    if not isinstance(data, tuple) or not isinstance(ids, tuple):
        return None
    for one, two in zip(data, ids, strict=False):
        if dims_compatible(one, two) is NO:
            node.refuse(f"Dimensions must be equal, but are {one} and {two}")
    count = node.const("num_segments")
    return (None if count is NOT_CONSTANT else count, *data[len(ids) :])


def square(node: Node) -> Any:
    """TF: MakeBatchSquareMatrix."""
    shape = node.shape("input")
    if isinstance(shape, tuple) and len(shape) > 1 and dims_compatible(shape[-2], shape[-1]) is NO:
        node.refuse(f"Dimensions must be equal, but are {shape[-2]} and {shape[-1]}")
    return shape


def in_top_k(node: Node) -> Any:
    """TF: the shape function of InTopK: a target for each row of predictions."""
    rows, targets = node.shape("predictions"), node.shape("targets")
    one = rows[0] if isinstance(rows, tuple) and rows else None
    two = targets[0] if isinstance(targets, tuple) and targets else None
    if dims_compatible(one, two) is NO:
        node.refuse(f"Dimensions must be equal, but are {one} and {two}")
    return targets


def linear_solve(node: Node) -> Any:
    return node.shape("rhs")


def svd(node: Node) -> Any:
    shape = node.shape("input")
    if not isinstance(shape, tuple) or len(shape) < 2:
        return [None if isinstance(shape, tuple) else shape] * 3
    *batch, rows, columns = shape
    low = least(rows, columns)
    if node.attrs.get("full_matrices"):
        return [(*batch, low), (*batch, rows, rows), (*batch, columns, columns)]
    return [(*batch, low), (*batch, rows, low), (*batch, columns, low)]


def qr(node: Node) -> Any:
    shape = node.shape("input")
    if not isinstance(shape, tuple) or len(shape) < 2:
        return [None if isinstance(shape, tuple) else shape] * 2
    *batch, rows, columns = shape
    if node.attrs.get("full_matrices"):
        return [(*batch, rows, rows), (*batch, rows, columns)]
    low = least(rows, columns)
    return [(*batch, rows, low), (*batch, low, columns)]


def fft(node: Node) -> Any:
    shape, length = node.shape("input"), node.const("fft_length")
    if not isinstance(shape, tuple) or not isinstance(length, tuple):
        last = unknown() if isinstance(length, Unknown) else None
        return (*shape[:-1], last) if isinstance(shape, tuple) else shape
    last = length[-1]
    if node.type.startswith("RFFT"):
        last = add(floordiv(last, 2), 1)
    return (*shape[: len(shape) - len(length)], *length[:-1], last)


def multinomial(node: Node) -> Any:
    logits, count = node.shape("logits"), node.const("num_samples")
    return (size_at(logits, 0), None if count is NOT_CONSTANT else count)


def eigen(node: Node) -> Any:
    shape = node.shape("input")
    return [shape[:-1] if isinstance(shape, tuple) else shape, shape]


def sparse_product(node: Node) -> Any:
    b = node.shape("b")
    return (None, size_at(b, -2 if node.attrs.get("adjoint_b") else -1))


def bitcast(node: Node) -> Any:
    """TF: Bitcast. Of a smaller type there are several for each, in a dimension more; of a larger one the last
    dimension must be just enough for one."""
    shape, one, two = node.shape("input"), node.ins["input"].dtype, node.attrs.get("type")
    if not isinstance(shape, tuple):
        return shape
    if not isinstance(one, DType) or not isinstance(two, DType):
        return unknown()
    if one.size >= two.size:
        return shape if one.size == two.size else (*shape, one.size // two.size)
    ratio = two.size // one.size
    if not shape or (isinstance(shape[-1], int) and shape[-1] != ratio):
        last = f"{shape[-1]} does not match {ratio}" if shape else ""
        if last:
            node.refuse(f"Cannot bitcast due to shape. {last}")
        return unknown()
    return shape[:-1]


def unravelled(node: Node) -> Any:
    """TF: UnravelIndex: a row for each dimension, a column for each index."""
    indices, dims = node.shape("indices"), node.shape("dims")
    if not isinstance(indices, tuple) or not isinstance(dims, tuple) or len(dims) != 1:
        return indices if not isinstance(indices, tuple) else left_open(dims)
    if not indices:
        return dims
    return (*dims, num_elements(indices))
