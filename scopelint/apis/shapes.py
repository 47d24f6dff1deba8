"""Shape functions of operations, by type: what TF's C++ shape inference gives. Convolutions and their like are in
`shapes_nn`.

A shape function takes the `ops.Node` and gives one shape, or a list with one for each output.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scopelint.values.base import Unknown
from scopelint.values.tensors import (
    NOT_CONSTANT,
    Tensor,
    TensorShape,
    broadcast_shapes,
    dims_compatible,
    merge_dims,
    merge_shapes,
    num_elements,
    shapes_compatible,
)
from scopelint.values.truth import NO

ShapeFunction = Callable[[Any], Any]


def unknown(reason: str = "shape is not known") -> Unknown:
    return Unknown(reason)


def shape_function(type_: str) -> ShapeFunction | None:
    found = SHAPES.get(type_)
    if found is None:
        from scopelint.apis.shapes_nn import SHAPES_NN

        found = SHAPES_NN.get(type_)
    return found


# Dimensions: an int, None where TF does not know, an Unknown where we do not


def add(a: Any, b: Any) -> Any:
    return None if a is None or b is None else a + b


def sub(a: Any, b: Any) -> Any:
    return None if a is None or b is None else a - b


def mul(a: Any, b: Any) -> Any:
    return None if a is None or b is None else a * b


def floordiv(a: Any, b: Any) -> Any:
    return None if a is None or b is None else a // b


def product(dims: Any) -> Any:
    out: Any = 1
    for dim in dims:
        out = mul(out, dim)
    return out


def from_const(value: Any) -> Any:
    """TF: constant_value_as_shape: a vector of sizes as a shape; -1 stands for a size that is not known."""
    if value is NOT_CONSTANT or isinstance(value, Unknown):
        return unknown() if isinstance(value, Unknown) else None
    if not isinstance(value, tuple):
        return None
    return tuple(None if isinstance(d, int) and d < 0 else _dim(d) for d in value)


def _dim(value: Any) -> Any:
    if value is None or isinstance(value, Unknown):
        return value
    return int(value) if isinstance(value, (int, float)) else unknown()


def from_vector(tensor: Tensor) -> Any:
    """The shape that a tensor of sizes describes; of its rank where no more is known."""
    found = from_const(tensor.const)
    if found is not None:
        return found
    if isinstance(tensor.shape, tuple) and len(tensor.shape) == 1 and isinstance(tensor.shape[0], int):
        return (None,) * min(tensor.shape[0], 16)
    return unknown() if isinstance(tensor.shape, Unknown) else None


def normal_axis(axis: Any, rank: int) -> int | None:
    """An axis as a place from the front; None where it is not known or does not exist."""
    if isinstance(axis, tuple) and len(axis) == 1:
        axis = axis[0]
    if isinstance(axis, int) and -rank <= axis < rank:
        return axis % rank
    return None


# General rules


def same(name: str) -> ShapeFunction:
    return lambda node: node.shape(name)


def first(node: Any) -> Any:
    """As the first input."""
    held = next(iter(node.ins.values()))
    return held.shape if not isinstance(held, list) else held[0].shape


def fixed(*shape: Any) -> ShapeFunction:
    return lambda node: shape


def given_shape(node: Any) -> Any:
    """The attribute `shape`, as programs write it."""
    from scopelint.apis.adapters import graph_shape

    value = node.attrs.get("shape")
    return graph_shape(node.call, value.dims if isinstance(value, TensorShape) else value)


def broadcast(node: Any) -> Any:
    """TF: BroadcastBinaryOpShapeFn."""
    x, y = list(node.ins.values())[:2]
    for one, two in ((x.shape, y.shape), (y.shape, x.shape)):
        if isinstance(one, Unknown) and isinstance(two, tuple) and two:
            # A factor that is not known, as a rule a number, leaves every dimension but those of 1 as it is.
            return tuple(d if d is None or isinstance(d, Unknown) or d != 1 else one.derive("") for d in two)
    shape, fits = broadcast_shapes(x.shape, y.shape)
    if fits is NO:
        a, b = x.shape, y.shape
        width = min(len(a), len(b))
        for m, n in zip(a[len(a) - width:], b[len(b) - width:], strict=True):
            if isinstance(m, int) and isinstance(n, int) and m != n and 1 not in (m, n):
                node.refuse(f"Dimensions must be equal, but are {m} and {n}")
        return None
    return shape


def reduction(node: Any) -> Any:
    """TF: ReductionShape."""
    shape, axes = node.shape("input"), node.const(next(k for k in node.ins if k != "input"))
    keep = node.attrs.get("keep_dims")
    if not isinstance(shape, tuple):
        return shape
    rank = len(shape)
    if isinstance(axes, int):
        axes = (axes,)
    if isinstance(keep, Unknown) or not isinstance(axes, tuple) or any(normal_axis(a, rank) is None for a in axes):
        if keep is True:
            return (None,) * rank if axes is NOT_CONSTANT else (unknown(),) * rank
        count = node.ins[next(k for k in node.ins if k != "input")].shape
        if axes is NOT_CONSTANT and count == ():
            return (None,) * (rank - 1)
        return None if axes is NOT_CONSTANT else unknown()
    gone = {normal_axis(a, rank) for a in axes}
    if keep:
        return tuple(1 if i in gone else d for i, d in enumerate(shape))
    return tuple(d for i, d in enumerate(shape) if i not in gone)


# Mathematics


def matmul(node: Any) -> Any:
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
    if shape is None:
        return None, None
    return (shape[-1], shape[-2]) if swapped else (shape[-2], shape[-1])


def batch_matmul(node: Any) -> Any:
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


def add_n(node: Any) -> Any:
    shape: Any = None
    for tensor in node.ins["inputs"]:
        if shapes_compatible(shape, tensor.shape) is NO:
            return None
        shape = merge_shapes(shape, tensor.shape)
    return shape


def select(node: Any) -> Any:
    return merge_shapes(node.shape("t"), node.shape("e")) if "t" in node.ins else node.shape("x")


def arg_reduce(node: Any) -> Any:
    shape = node.shape("input")
    if not isinstance(shape, tuple):
        return shape
    axis = node.const("dimension")
    if axis is NOT_CONSTANT:
        return (None,) * max(len(shape) - 1, 0)
    place = normal_axis(axis, len(shape))
    if place is None:
        return (unknown(),) * max(len(shape) - 1, 0)
    return shape[:place] + shape[place + 1:]


def range_(node: Any) -> Any:
    start, limit, delta = (node.const(key) for key in ("start", "limit", "delta"))
    if start is NOT_CONSTANT or limit is NOT_CONSTANT or delta is NOT_CONSTANT:
        return (None,)
    if start is None or limit is None or delta is None:
        return (None,)
    for value in (start, limit, delta):
        if isinstance(value, Unknown):
            return (unknown("the length of a range is not known"),)
    if not delta:
        return (None,)
    count = (limit - start) / delta
    return (max(0, int(count) + (1 if count > int(count) else 0)),)


def linspace(node: Any) -> Any:
    count = node.const("num")
    return (None if count is NOT_CONSTANT else count,)


def segment(node: Any) -> Any:
    """TF: SegmentReductionShapeFn."""
    data, ids = node.shape("data"), node.shape("segment_ids")
    if not isinstance(data, tuple) or not isinstance(ids, tuple):
        return None
    return (None, *data[len(ids):])


def unsorted_segment(node: Any) -> Any:
    data, ids = node.shape("data"), node.shape("segment_ids")
    if not isinstance(data, tuple) or not isinstance(ids, tuple):
        return None
    count = node.const("num_segments")
    return (None if count is NOT_CONSTANT else count, *data[len(ids):])


# Arrays


def reshape(node: Any) -> Any:
    """TF: the shape function of Reshape: -1 is what is left."""
    shape, wanted = node.shape("tensor"), from_vector(node.ins["shape"])
    const = node.const("shape")
    if not isinstance(wanted, tuple):
        return wanted
    if not isinstance(const, tuple):
        return wanted
    free = [i for i, d in enumerate(const) if isinstance(d, int) and d == -1]
    holes = [i for i, d in enumerate(wanted) if d is None]
    total = num_elements(shape) if shape is None or isinstance(shape, tuple) else shape
    rest = product(d for i, d in enumerate(wanted) if i not in holes)
    if len(free) == 1 and len(holes) == 1:
        if total is None:
            # Equal unknown sizes cancel out where only one is not known on each side: that TF cannot see.
            return wanted
        if isinstance(rest, int) and rest == 0:
            return wanted
        left: Any
        if isinstance(total, int) and isinstance(rest, int):
            left = total // rest
            if total % rest:
                node.refuse(f"Dimension size must be evenly divisible by {rest} but is {total}")
        else:
            left = _cancel(shape, wanted) if isinstance(shape, tuple) else unknown()
        return tuple(left if i == free[0] else d for i, d in enumerate(wanted))
    if not holes and isinstance(total, int) and isinstance(rest, int) and total != rest:
        node.refuse(f"Cannot reshape a tensor with {total} elements to shape {_sizes(wanted)} ({rest} elements)")
    return wanted


def _sizes(shape: tuple[Any, ...]) -> str:
    return "[" + ",".join(str(d) for d in shape) + "]"


def _cancel(shape: tuple[Any, ...], wanted: tuple[Any, ...]) -> Any:
    """What is left for -1 where sizes that are not known stand on both sides."""
    above, below = list(shape), [d for d in wanted if d is not None]
    for dim in list(below):
        if isinstance(dim, Unknown):
            place = next((i for i, other in enumerate(above) if other is dim), None)
            if place is None:
                return unknown()
            del above[place]
            below = [d for d in below if d is not dim]
    if any(isinstance(d, Unknown) for d in above):
        top, bottom = [d for d in above if isinstance(d, Unknown)], 1
        numbers = product(d for d in above if not isinstance(d, Unknown))
        bottom = product(below)
        return top[0] if len(top) == 1 and numbers == bottom else unknown()
    rest = product(below)
    return floordiv(product(above), rest) if rest else unknown()


def transpose(node: Any) -> Any:
    shape, perm = node.shape("x"), node.const("perm")
    if not isinstance(perm, tuple):
        if isinstance(shape, tuple):
            return (None,) * len(shape) if perm is NOT_CONSTANT else (unknown(),) * len(shape)
        return shape
    if not isinstance(shape, tuple):
        return (unknown() if isinstance(shape, Unknown) else None,) * len(perm)
    if len(perm) != len(shape):
        node.refuse(f"Dimension must be {len(perm)} but is {len(shape)}")
        return (None,) * len(perm)
    return tuple(shape[p] if isinstance(p, int) and -len(shape) <= p < len(shape) else unknown() for p in perm)


def concat(node: Any) -> Any:
    """TF: ConcatShapeHelper."""
    axis = node.const("axis" if "axis" in node.ins else "concat_dim")
    shapes = [tensor.shape for tensor in node.ins["values"]]
    known = [shape for shape in shapes if isinstance(shape, tuple)]
    if isinstance(node.attrs.get("N"), Unknown):
        return unknown("the number of tensors joined is not known")
    if not known:
        return unknown() if any(isinstance(s, Unknown) for s in shapes) else None
    rank = max(len(shape) for shape in known)
    place = normal_axis(axis, rank)
    if place is None:
        return (None if axis is NOT_CONSTANT else unknown(),) * rank
    out = []
    for i in range(rank):
        dims = [shape[i] if isinstance(shape, tuple) and len(shape) == rank else
                (unknown() if isinstance(shape, Unknown) else None) for shape in shapes]
        if i == place:
            total: Any = 0
            for dim in dims:
                total = add(total, dim)
            out.append(total)
            continue
        ints = [d for d in dims if isinstance(d, int)]
        if ints and any(d != ints[0] for d in ints):
            bad = next(d for d in ints if d != ints[0])
            node.refuse(f"Dimension {i} in both shapes must be equal, but are {ints[0]} and {bad}")
        out.append(ints[0] if ints else dims[0])
    return tuple(out)


def pack(node: Any) -> Any:
    axis, count = node.attrs.get("axis"), node.attrs.get("N")
    shape: Any = None
    for tensor in node.ins["values"]:
        if shapes_compatible(shape, tensor.shape) is NO:
            node.refuse(f"Shapes must be equal rank, but are {len(shape)} and {len(tensor.shape)}"
                        if len(shape) != len(tensor.shape) else _unequal(shape, tensor.shape))
            return None
        shape = merge_shapes(shape, tensor.shape)
    if not isinstance(shape, tuple):
        return shape
    place = normal_axis(0 if axis is None else axis, len(shape) + 1)
    if place is None:
        return (unknown(),) * (len(shape) + 1)
    return (*shape[:place], count, *shape[place:])


def _unequal(one: Any, two: Any) -> str:
    i = next(i for i, (a, b) in enumerate(zip(one, two, strict=True)) if dims_compatible(a, b) is NO)
    return f"Dimension {i} in both shapes must be equal, but are {one[i]} and {two[i]}"


def unpack(node: Any) -> Any:
    shape = node.shape("value")
    if not isinstance(shape, tuple):
        return shape
    axis = node.attrs.get("axis")
    place = normal_axis(0 if axis is None else axis, len(shape))
    if place is None:
        return (unknown(),) * (len(shape) - 1)
    return shape[:place] + shape[place + 1:]


def split(node: Any) -> Any:
    shape, count = node.shape("value"), node.attrs.get("num_split")
    if not isinstance(shape, tuple):
        return shape
    axis = node.const("split_dim")
    place = normal_axis(axis, len(shape))
    if place is None:
        return (None if axis is NOT_CONSTANT else unknown(),) * len(shape)
    size = shape[place]
    if isinstance(size, int) and isinstance(count, int) and size % count:
        node.refuse(f"Dimension size must be evenly divisible by {count} but is {size}")
    return (*shape[:place], floordiv(size, count), *shape[place + 1:])


def split_v(node: Any) -> Any:
    shape, sizes, count = node.shape("value"), node.const("size_splits"), node.attrs.get("num_split")
    if not isinstance(shape, tuple) or not isinstance(count, int):
        return shape if not isinstance(shape, tuple) else unknown()
    place = normal_axis(node.const("split_dim"), len(shape))
    if place is None:
        return [(unknown(),) * len(shape)] * count
    parts = list(sizes) if isinstance(sizes, tuple) and len(sizes) == count else [None] * count
    free = [i for i, d in enumerate(parts) if isinstance(d, int) and d == -1]
    if len(free) == 1:
        rest: Any = shape[place]
        for i, dim in enumerate(parts):
            if i != free[0]:
                rest = sub(rest, dim)
        parts[free[0]] = rest
    return [(*shape[:place], part, *shape[place + 1:]) for part in parts]


def expand_dims(node: Any) -> Any:
    shape, axis = node.shape("input"), node.const("dim" if "dim" in node.ins else "axis")
    if not isinstance(shape, tuple):
        return shape
    place = normal_axis(axis, len(shape) + 1)
    if place is None:
        return (None if axis is NOT_CONSTANT else unknown(),) * (len(shape) + 1)
    return (*shape[:place], 1, *shape[place:])


def squeeze(node: Any) -> Any:
    from scopelint.apis.ops import int_list

    shape = node.shape("input")
    if not isinstance(shape, tuple):
        return shape
    given = node.attrs.get("squeeze_dims")
    axes = [] if given is None else int_list(given)
    if axes is None:
        return unknown()
    if not axes:
        if any(isinstance(d, Unknown) for d in shape):
            # A size that is not known is hardly ever 1.
            return tuple(d for d in shape if isinstance(d, Unknown) or d != 1)
        return None if any(d is None for d in shape) else tuple(d for d in shape if d != 1)
    gone = {normal_axis(a, len(shape)) for a in axes}
    if None in gone:
        return (unknown(),) * max(len(shape) - len(axes), 0)
    for place in sorted(g for g in gone if g is not None):
        if isinstance(shape[place], int) and shape[place] != 1:
            node.refuse(f"Can not squeeze dim[{place}], expected a dimension of 1, got {shape[place]}")
    return tuple(d for i, d in enumerate(shape) if i not in gone)


def tile(node: Any) -> Any:
    shape, multiples = node.shape("input"), node.const("multiples")
    if not isinstance(shape, tuple):
        return (None,) * len(multiples) if isinstance(multiples, tuple) and shape is None else shape
    if not isinstance(multiples, tuple) or len(multiples) != len(shape):
        return (None if multiples is NOT_CONSTANT else unknown(),) * len(shape)
    return tuple(mul(d, m) for d, m in zip(shape, multiples, strict=True))


def gather(node: Any) -> Any:
    params, indices, axis = node.shape("params"), node.shape("indices"), 0
    if "axis" in node.ins:
        axis = node.const("axis")
    if not isinstance(params, tuple) or not isinstance(indices, tuple):
        return params if not isinstance(params, tuple) else indices
    place = normal_axis(axis, len(params))
    batch = node.attrs.get("batch_dims") or 0
    if place is None or not isinstance(batch, int):
        return None if axis is NOT_CONSTANT else unknown()
    return (*params[:place], *indices[batch:], *params[place + 1:])


def gather_nd(node: Any) -> Any:
    params, indices = node.shape("params"), node.shape("indices")
    if not isinstance(params, tuple) or not isinstance(indices, tuple):
        return params if not isinstance(params, tuple) else indices
    depth = indices[-1] if indices else None
    if not isinstance(depth, int):
        return depth if depth is None else unknown()
    return (*indices[:-1], *params[depth:])


def slice_(node: Any) -> Any:
    shape, begin, size = node.shape("input"), node.const("begin"), node.const("size")
    if isinstance(size, tuple):
        if not isinstance(begin, tuple):
            begin = (None,) * len(size)
        dims = shape if isinstance(shape, tuple) else (shape,) * len(size)
        out = []
        for dim, start, count in zip(dims, begin, size, strict=True):
            if isinstance(count, int) and count == -1:
                out.append(sub(dim, start))
            else:
                out.append(count)
        return tuple(out)
    if isinstance(shape, tuple):
        return (None if size is NOT_CONSTANT else unknown(),) * len(shape)
    rank = node.shape("begin")
    return (None,) * rank[0] if shape is None and isinstance(rank, tuple) and rank and isinstance(rank[0], int) else shape


def strided_slice(node: Any) -> Any:
    """TF: ValidateStridedSliceOp."""
    shape = node.shape("input")
    count = node.shape("begin")
    if not isinstance(shape, tuple):
        return shape
    if not isinstance(count, tuple) or len(count) != 1 or not isinstance(count[0], int):
        return None
    masks = {key: node.attrs.get(key + "_mask") or 0 for key in ("begin", "end", "ellipsis", "new_axis", "shrink_axis")}
    if any(isinstance(mask, Unknown) for mask in masks.values()):
        return unknown()
    begin, end, strides = (_entries(node.const(key), count[0]) for key in ("begin", "end", "strides"))
    if any(d is None for d in strides):
        return None
    if any(d is None for d in (*begin, *end)):
        # TF takes the whole vector for unknown where one of its members is.
        begin = end = (None,) * count[0]
    new = bin(masks["new_axis"]).count("1")
    has_ellipsis = bool(masks["ellipsis"])
    out: list[Any] = []
    at = 0
    for i in range(count[0]):
        bit = 1 << i
        if masks["ellipsis"] & bit:
            later_new = bin(masks["new_axis"] >> (i + 1)).count("1")
            skip = len(shape) - at - (count[0] - i - 1 - later_new)
            out += shape[at:at + max(skip, 0)]
            at += max(skip, 0)
        elif masks["new_axis"] & bit:
            out.append(1)
        elif at >= len(shape):
            node.refuse(f"Index out of range using input dim {at}; input has only {len(shape)} dims")
            return None
        elif masks["shrink_axis"] & bit:
            place, dim = begin[i], shape[at]
            if isinstance(place, int) and isinstance(dim, int) and not -dim <= place < dim:
                node.refuse(f"slice index {place} of dimension {at} out of bounds.")
            at += 1
        else:
            open_begin, open_end = bool(masks["begin"] & bit), bool(masks["end"] & bit)
            out.append(_span(shape[at], begin[i], end[i], strides[i], open_begin, open_end))
            at += 1
    if not has_ellipsis or new is None:
        out += shape[at:]
    elif at < len(shape):
        out += shape[at:]
    return tuple(out)


def _entries(value: Any, count: int) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) and len(value) == count else (None,) * count


def _span(dim: Any, begin: Any, end: Any, step: Any, open_begin: bool, open_end: bool) -> Any:
    """The length of `begin:end:step` of one dimension."""
    if open_begin and open_end and isinstance(step, int) and step in (1, -1):
        return dim
    if not isinstance(step, int) or step == 0:
        return None if step is None else unknown()
    if isinstance(begin, Unknown) and not open_begin or isinstance(end, Unknown) and not open_end:
        return unknown("the length of a slice is not known")
    if begin is None and not open_begin or end is None and not open_end:
        return None
    if isinstance(dim, int):
        return len(range(dim)[slice(None if open_begin else begin, None if open_end else end, step)])
    if step > 0 and not open_end and (open_begin or begin >= 0) and (end >= 0) and isinstance(dim, Unknown):
        # A slice is as long as it says where the whole is long enough, which is what programs count on.
        return max(0, -((open_begin and 0 or begin) - end) // step if step == 1 else -(-(end - (0 if open_begin else begin)) // step))
    if not open_begin and not open_end and (begin < 0) == (end < 0) and (end - begin) * step <= 0:
        return 0
    if isinstance(dim, Unknown) and step == 1:
        first = 0 if open_begin else begin
        last = dim if open_end else end
        if open_end:
            return dim - first if first >= 0 else -first
        return dim + last - first if first >= 0 and last < 0 else unknown()
    return None if dim is None else unknown()


def pad(node: Any) -> Any:
    shape, paddings = node.shape("input"), node.const("paddings")
    if isinstance(paddings, tuple) and all(isinstance(p, tuple) and len(p) == 2 for p in paddings):
        dims = shape if isinstance(shape, tuple) else (shape,) * len(paddings)
        if len(dims) != len(paddings):
            return None
        return tuple(add(d, add(p[0], p[1])) for d, p in zip(dims, paddings, strict=True))
    if isinstance(shape, tuple):
        return (None if paddings is NOT_CONSTANT else unknown(),) * len(shape)
    return shape


def one_hot(node: Any) -> Any:
    indices, depth, axis = node.shape("indices"), node.const("depth"), node.attrs.get("axis")
    if not isinstance(indices, tuple):
        return indices
    size = None if depth is NOT_CONSTANT else depth
    place = normal_axis(-1 if axis is None else axis, len(indices) + 1)
    if place is None:
        return (unknown(),) * (len(indices) + 1)
    return (*indices[:place], size, *indices[place:])


def reverse_sequence(node: Any) -> Any:
    shape, lengths, place = node.shape("input"), node.shape("seq_lengths"), node.attrs.get("batch_dim") or 0
    if not isinstance(shape, tuple) or not isinstance(lengths, tuple) or not isinstance(place, int):
        return shape
    return tuple(merge_dims(d, lengths[0]) if i == place and lengths else d for i, d in enumerate(shape))


def fill(node: Any) -> Any:
    return from_vector(node.ins["dims"])


def shaped_by(name: str) -> ShapeFunction:
    return lambda node: from_vector(node.ins[name])


def rank_vector(node: Any) -> Any:
    shape = node.shape("input")
    return (len(shape),) if isinstance(shape, tuple) else ((None,) if shape is None else (unknown(),))


def shape_n(node: Any) -> Any:
    return [(len(t.shape),) if isinstance(t.shape, tuple) else (None,) for t in node.ins["input"]]


def where(node: Any) -> Any:
    shape = node.shape("condition" if "condition" in node.ins else "input")
    return (None, len(shape)) if isinstance(shape, tuple) else (None, None if shape is None else unknown())


def broadcast_to(node: Any) -> Any:
    return from_vector(node.ins["shape"])


def space_to_depth(node: Any) -> Any:
    shape, block = node.shape("input"), node.attrs.get("block_size")
    if not isinstance(shape, tuple) or len(shape) != 4:
        return shape
    if node.attrs.get("data_format") == "NCHW":
        return (shape[0], mul(shape[1], block * block), floordiv(shape[2], block), floordiv(shape[3], block))
    return (shape[0], floordiv(shape[1], block), floordiv(shape[2], block), mul(shape[3], block * block))


def depth_to_space(node: Any) -> Any:
    shape, block = node.shape("input"), node.attrs.get("block_size")
    if not isinstance(shape, tuple) or len(shape) != 4:
        return shape
    if node.attrs.get("data_format") == "NCHW":
        return (shape[0], floordiv(shape[1], block * block), mul(shape[2], block), mul(shape[3], block))
    return (shape[0], mul(shape[1], block), mul(shape[2], block), floordiv(shape[3], block * block))


def space_to_batch(node: Any) -> Any:
    shape, block, pads = node.shape("input"), node.const("block_shape"), node.const("paddings")
    if not isinstance(shape, tuple) or not isinstance(block, tuple):
        return shape if not isinstance(shape, tuple) else (None,) * len(shape)
    out = list(shape)
    for i, size in enumerate(block):
        out[0] = mul(out[0], size)
        extra = add(pads[i][0], pads[i][1]) if isinstance(pads, tuple) else None
        out[i + 1] = floordiv(add(out[i + 1], extra), size)
    return tuple(out)


def batch_to_space(node: Any) -> Any:
    shape, block, crops = node.shape("input"), node.const("block_shape"), node.const("crops")
    if not isinstance(shape, tuple) or not isinstance(block, tuple):
        return shape if not isinstance(shape, tuple) else (None,) * len(shape)
    out = list(shape)
    for i, size in enumerate(block):
        out[0] = floordiv(out[0], size)
        less = add(crops[i][0], crops[i][1]) if isinstance(crops, tuple) else None
        out[i + 1] = sub(mul(out[i + 1], size), less)
    return tuple(out)


def diag(node: Any) -> Any:
    shape = node.shape("diagonal")
    return (*shape, shape[-1]) if isinstance(shape, tuple) and shape else None


def diag_part(node: Any) -> Any:
    shape = node.shape("input")
    if not isinstance(shape, tuple) or len(shape) < 2:
        return shape if not isinstance(shape, tuple) else None
    a, b = shape[-2:]
    return (*shape[:-2], min(a, b) if isinstance(a, int) and isinstance(b, int) else None)


def scatter_nd(node: Any) -> Any:
    return from_vector(node.ins["shape"])


def first_dim_unknown(name: str) -> ShapeFunction:
    return lambda node: (None, *node.shape(name)[1:]) if isinstance(node.shape(name), tuple) else None


def dynamic_partition(node: Any) -> Any:
    data, parts = node.shape("data"), node.shape("partitions")
    if not isinstance(data, tuple) or not isinstance(parts, tuple):
        return None
    return (None, *data[len(parts):])


def dynamic_stitch(node: Any) -> Any:
    data, indices = node.ins["data"][0].shape, node.ins["indices"][0].shape
    return (None, *data[len(indices):]) if isinstance(data, tuple) and isinstance(indices, tuple) else None


def linear_solve(node: Any) -> Any:
    return node.shape("rhs")


def svd(node: Any) -> Any:
    shape = node.shape("input")
    if not isinstance(shape, tuple) or len(shape) < 2:
        return [None, None, None]
    *batch, rows, columns = shape
    low = min(rows, columns) if isinstance(rows, int) and isinstance(columns, int) else None
    if node.attrs.get("full_matrices"):
        return [(*batch, low), (*batch, rows, rows), (*batch, columns, columns)]
    return [(*batch, low), (*batch, rows, low), (*batch, columns, low)]


def qr(node: Any) -> Any:
    shape = node.shape("input")
    if not isinstance(shape, tuple) or len(shape) < 2:
        return [None, None]
    *batch, rows, columns = shape
    if node.attrs.get("full_matrices"):
        return [(*batch, rows, rows), (*batch, rows, columns)]
    low = min(rows, columns) if isinstance(rows, int) and isinstance(columns, int) else None
    return [(*batch, rows, low), (*batch, low, columns)]


def fft(node: Any) -> Any:
    shape, length = node.shape("input"), node.const("fft_length")
    if not isinstance(shape, tuple) or not isinstance(length, tuple):
        return (*shape[:-1], None) if isinstance(shape, tuple) else shape
    last = length[-1]
    if node.type.startswith("RFFT"):
        last = add(floordiv(last, 2), 1)
    return (*shape[:len(shape) - len(length)], *length[:-1], last)


def _none(node: Any) -> Any:
    return None


def assign(node: Any) -> Any:
    return merge_shapes(node.shape("ref"), node.shape("value")) if "value" in node.ins else node.shape("ref")


UNARY = (
    "Abs Acos Acosh Asin Asinh Atan Atanh BesselI0e BesselI1e Bitcast Cast Ceil CheckNumerics ComplexAbs Conj Cos Cosh "
    "Digamma Elu Erf Erfc Exp Expm1 Floor Identity Imag Inv Invert IsFinite IsInf IsNan LeakyRelu Lgamma Log Log1p "
    "LogicalNot LogSoftmax Neg OnesLike PreventGradient Real Reciprocal Relu Relu6 Rint Round Rsqrt Selu Sigmoid Sign "
    "Sin Sinh Snapshot Softmax Softplus Softsign Sqrt Square StopGradient Tan Tanh ZerosLike Angle RefIdentity Print "
    "AsString StringToNumber StringLength StringLower StringUpper StringStrip EncodeBase64 DecodeBase64 "
    "StringToHashBucketFast StringToHashBucket StringToHashBucketStrong RegexReplace StaticRegexReplace "
    "RegexFullMatch StaticRegexFullMatch Cumsum Cumprod ReverseV2 Reverse Roll MatrixBandPart "
    "MatrixSetDiag MatrixInverse MatrixDeterminantX Cholesky ClipByValue FakeQuantWithMinMaxArgs "
    "FakeQuantWithMinMaxVars QuantizeAndDequantizeV2 QuantizeAndDequantizeV3 RandomShuffle LRN BiasAdd AdjustContrast "
    "AdjustContrastv2 AdjustHue AdjustSaturation RGBToHSV HSVToRGB TensorScatterUpdate TensorScatterAdd "
    "TensorScatterSub SeluGrad FFT IFFT FFT2D IFFT2D FFT3D IFFT3D DebugIdentity Enter RefEnter Exit LoopCond "
    "NextIteration ReadFile MatrixExponential MatrixSquareRoot CumulativeLogsumexp PlaceholderV2X SerializeTensorX "
    "DeepCopy EnsureShapeX InvertPermutation Fingerprint2 NdtrI"
).split()

BINARY = (
    "Add AddV2 Sub Mul MulNoNan Div DivNoNan RealDiv FloorDiv TruncateDiv FloorMod Mod TruncateMod Pow Maximum Minimum "
    "SquaredDifference Atan2 Igamma Igammac Zeta Polygamma Xdivy Xlogy Complex Greater GreaterEqual Less LessEqual "
    "Equal NotEqual ApproximateEqual LogicalAnd LogicalOr BitwiseAnd BitwiseOr BitwiseXor LeftShift RightShift "
    "NextAfter"
).split()

REDUCTIONS = "Sum Mean Prod Max Min All Any EuclideanNorm ReduceJoin".split()

SCALARS = (
    "L2Loss Rank Size TFRecordReader TFRecordReaderV2 TextLineReader TextLineReaderV2 WholeFileReader "
    "WholeFileReaderV2 FIFOQueue FIFOQueueV2 RandomShuffleQueueV2 PaddingFIFOQueueV2 QueueSizeV2 HashTable HashTableV2 "
    "MutableHashTableV2 LookupTableSizeV2 IteratorV2 OneShotIterator MergeSummary ScalarSummary HistogramSummary "
    "ImageSummary AudioSummaryV2 TensorSummaryV2 TensorSummary EncodeJpeg EncodePng QueueIsClosedV2 TensorArraySizeV3 "
    "IteratorToStringHandle DecodeWavX SerializeTensor MatchingFilesX ReaderNumRecordsProducedV2 VarIsInitializedOp "
    "IsVariableInitialized Timestamp ShardedFilename"
).split()

SHAPES: dict[str, ShapeFunction] = {
    **dict.fromkeys(UNARY, first), **dict.fromkeys(BINARY, broadcast), **dict.fromkeys(REDUCTIONS, reduction),
    **dict.fromkeys(SCALARS, fixed()),
    "AccumulateNV2": add_n, "AddN": add_n, "ArgMax": arg_reduce, "ArgMin": arg_reduce, "Assign": assign,
    "AssignAdd": assign, "AssignSub": assign, "BatchMatMul": batch_matmul, "BatchMatMulV2": batch_matmul,
    "BatchToSpaceND": batch_to_space, "Bincount": lambda n: (n.const("size") if n.const("size") is not NOT_CONSTANT
                                                             else None,),
    "BroadcastTo": broadcast_to, "BroadcastArgs": lambda n: (None,), "Concat": concat, "ConcatV2": concat,
    "DepthToSpace": depth_to_space, "Diag": diag, "DiagPart": diag_part, "DynamicPartition": dynamic_partition,
    "DynamicStitch": dynamic_stitch, "ParallelDynamicStitch": dynamic_stitch, "EnsureShape": lambda n: merge_shapes(
        n.shape("input"), given_shape(n)),
    "ExpandDims": expand_dims, "Fill": fill, "Gather": gather, "GatherNd": gather_nd, "GatherV2": gather,
    "ResourceGather": gather, "IdentityN": lambda n: [t.shape for t in n.ins["input"]], "InTopK": same("targets"),
    "InTopKV2": same("targets"), "InvertPermutation": same("x"), "IRFFT": fft, "RFFT": fft, "LinSpace": linspace,
    "ListDiff": fixed(None), "MatMul": matmul, "SparseMatMul": matmul, "MatrixDeterminant": lambda n: (
        n.shape("input")[:-2] if isinstance(n.shape("input"), tuple) else None),
    "MatrixDiag": diag, "MatrixDiagPart": diag_part, "MatrixSolve": linear_solve, "MatrixTriangularSolve": linear_solve,
    "MirrorPad": pad, "Multinomial": lambda n: (
        n.shape("logits")[0] if isinstance(n.shape("logits"), tuple) else None,
        None if n.const("num_samples") is NOT_CONSTANT else n.const("num_samples")),
    "OneHot": one_hot, "Pack": pack, "Pad": pad, "PadV2": pad, "Placeholder": given_shape,
    "ParameterizedTruncatedNormal": shaped_by("shape"),
    "PlaceholderWithDefault": given_shape, "Qr": qr, "RandomStandardNormal": shaped_by("shape"),
    "RandomUniform": shaped_by("shape"), "RandomUniformInt": shaped_by("shape"), "RandomGamma": lambda n: _gamma(n),
    "RandomPoissonV2": lambda n: _gamma(n, "rate"), "Range": range_, "Reshape": reshape, "ReverseSequence": reverse_sequence, "ScatterNd": scatter_nd,
    "ScatterUpdate": same("ref"), "ScatterAdd": same("ref"), "ScatterSub": same("ref"), "ScatterNdUpdate": same("ref"),
    "ScatterNdAdd": same("ref"), "SegmentSum": segment, "SegmentMean": segment, "SegmentMax": segment,
    "SegmentMin": segment, "SegmentProd": segment, "Select": select, "SelectV2": select, "SelfAdjointEigV2": lambda n: [
        n.shape("input")[:-1] if isinstance(n.shape("input"), tuple) else None, n.shape("input")],
    "Shape": rank_vector, "ShapeN": shape_n, "Slice": slice_, "SpaceToBatchND": space_to_batch,
    "SpaceToDepth": space_to_depth, "SparseToDense": shaped_by("output_shape"), "Split": split, "SplitV": split_v,
    "Squeeze": squeeze, "StringJoin": lambda n: _join(n), "StridedSlice": strided_slice, "Svd": svd, "Tile": tile,
    "TruncatedNormal": shaped_by("shape"), "StatelessRandomNormal": shaped_by("shape"),
    "StatelessRandomUniform": shaped_by("shape"), "StatelessTruncatedNormal": shaped_by("shape"), "Transpose": transpose,
    "ConjugateTranspose": transpose, "Unique": lambda n: [(None,), n.shape("x")],
    "UniqueWithCounts": lambda n: [(None,), n.shape("x"), (None,)],
    "Unpack": unpack, "UnravelIndex": _none, "UnsortedSegmentMax": unsorted_segment,
    "UnsortedSegmentMin": unsorted_segment, "UnsortedSegmentProd": unsorted_segment,
    "UnsortedSegmentSum": unsorted_segment, "Where": where, "Switch": lambda n: [n.shape("data")] * 2,
    "Merge": lambda n: [add_n_safe(n), ()], "BatchGather": gather, "VariableV2": given_shape, "VarHandleOp": fixed(),
    "SparseReshape": lambda n: [(None, None), (None,)], "SparseTensorDenseMatMul": lambda n: (
        None, n.shape("b")[-2 if n.attrs.get("adjoint_b") else -1] if isinstance(n.shape("b"), tuple) else None),
    "RandomCrop": _none, "Bucketize": same("input"), "Cross": same("a"), "HistogramFixedWidth": lambda n: (
        None if n.const("nbins") is NOT_CONSTANT else n.const("nbins"),), "MatchingFiles": fixed(None),
    "DecodeRaw": lambda n: (*n.shape("bytes"), None) if isinstance(n.shape("bytes"), tuple) else None,
    "ReaderReadV2": fixed(), "ReaderReadUpToV2": fixed(None), "StringSplit": lambda n: [(None, 2), (None,), (2,)],
    "StringSplitV2": lambda n: [(None, 2), (None,), (2,)], "Substr": same("input"), "PyFunc": _none,
    "PyFuncStateless": _none, "EagerPyFunc": _none, "QueueDequeueV2": _none, "QueueDequeueManyV2": _none,
    "LookupTableFindV2": same("keys"), "LookupTableFind": same("keys"), "EditDistance": _none,
    "NthElement": lambda n: n.shape("input")[:-1] if isinstance(n.shape("input"), tuple) else None,
    "SparseFillEmptyRows": lambda n: [(None, None), (None,), (None,), (None,)],
    "SparseSegmentSum": first_dim_unknown("data"), "SparseSegmentMean": first_dim_unknown("data"),
    "SparseSegmentSqrtN": first_dim_unknown("data"), "SparseReduceSum": _none, "SparseReduceMax": _none,
    "SparseAdd": lambda n: [(None, None), (None,), (None,)], "SparseConcat": lambda n: [(None, None), (None,), (None,)],
    "SparseSlice": lambda n: [(None, None), (None,), (None,)], "SparseReorder": lambda n: [
        n.shape("input_indices"), n.shape("input_values")], "SparseSoftmax": same("sp_values"),
    "SparseDenseCwiseMul": same("sp_values"), "SparseDenseCwiseDiv": same("sp_values"),
    "SparseDenseCwiseAdd": same("sp_values"), "SparseTensorDenseAdd": same("b"),
    "ReadVariableOp": _none, "GuaranteeConst": first, "DynamicUpdateSlice": first, "Betainc": first,
}  # fmt: skip


def add_n_safe(node: Any) -> Any:
    """What both sides of a merge have in common."""
    shapes = [tensor.shape for tensor in node.ins["inputs"]]
    one = shapes[0]
    for other in shapes[1:]:
        if not isinstance(one, tuple) or not isinstance(other, tuple):
            return unknown() if isinstance(one, Unknown) or isinstance(other, Unknown) else None
        if len(one) != len(other):
            return None
        one = tuple(a if a is b or isinstance(a, int) and isinstance(b, int) and a == b else None
                    for a, b in zip(one, other, strict=True))
    return one


def _gamma(node: Any, name: str = "alpha") -> Any:
    shape, alpha = from_vector(node.ins["shape"]), node.shape(name)
    return (*shape, *alpha) if isinstance(shape, tuple) and isinstance(alpha, tuple) else None


def _join(node: Any) -> Any:
    return next((t.shape for t in node.ins["inputs"] if t.shape != ()), ())
