"""Shape functions of operations on arrays: reshape, concat, slices, gathers and their like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scopelint.apis.tf.framework.node import brief
from scopelint.apis.tf.framework.python_values import int_list
from scopelint.apis.tf.framework.shapes.common import (
    ShapeFunction,
    add,
    check_sizes,
    floordiv,
    from_vector,
    least,
    merged_from_last,
    mul,
    normal_axis,
    product,
    shaped_by,
    sub,
    unknown,
)
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.tensors import (
    NOT_CONSTANT,
    dims_compatible,
    merge_dims,
    num_elements,
)
from scopelint.values.truth import NO

if TYPE_CHECKING:
    from scopelint.apis.tf.framework.node import Node

# Arrays


def reshape(node: Any) -> Any:
    """TF: the shape function of Reshape: -1 is what is left."""
    check_sizes(node, "shape")
    shape, wanted = node.shape("tensor"), from_vector(node.ins["shape"])
    if not isinstance(wanted, tuple):
        return wanted
    # One size that is not known is inferred as -1 is.
    holes = [i for i, d in enumerate(wanted) if d is None]
    total = num_elements(shape) if shape is None or isinstance(shape, tuple) else shape
    rest = product(d for i, d in enumerate(wanted) if i not in holes)
    if len(holes) == 1:
        if total is None:
            # Equal unknown sizes cancel out where only one is not known on each side: that TF cannot see.
            return wanted
        if isinstance(rest, int) and rest == 0:
            return wanted
        left: Any
        if isinstance(total, int) and isinstance(rest, int):
            left = total // rest
            if total % rest:
                node.refuse(f"Dimension size must be evenly divisible by {rest} but is {total}", partial="shape")
        else:
            left = _cancel(shape, wanted) if isinstance(shape, tuple) else unknown()
        return tuple(left if i == holes[0] else d for i, d in enumerate(wanted))
    if not holes and isinstance(total, int) and isinstance(rest, int) and total != rest:
        node.refuse(
            f"Cannot reshape a tensor with {total} elements to shape {_sizes(wanted)} ({rest} elements)",
            partial="shape",
        )
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


def transpose(node: Node) -> Any:
    shape, perm = node.shape("x"), node.const("perm")
    if not isinstance(perm, tuple):
        if isinstance(shape, tuple):
            return (None,) * len(shape) if perm is NOT_CONSTANT else (unknown(),) * len(shape)
        return shape
    if not isinstance(shape, tuple):
        return (unknown() if isinstance(shape, Unknown) else None,) * len(perm)
    if len(perm) != len(shape):
        node.refuse(f"Dimension must be {len(shape)} but is {len(perm)}")
        return (None,) * len(perm)
    return tuple(shape[p] if isinstance(p, int) and -len(shape) <= p < len(shape) else unknown() for p in perm)


def concat(node: Node) -> Any:
    """TF: ConcatShapeHelper."""
    axis = node.const("axis" if "axis" in node.ins else "concat_dim")
    shapes = [tensor.shape for tensor in node.ins["values"]]
    known = [shape for shape in shapes if isinstance(shape, tuple)]
    if isinstance(node.attrs.get("N"), Unknown):
        return unknown("the number of tensors joined is not known")
    if not known:
        return unknown() if any(isinstance(s, Unknown) for s in shapes) else None
    rank = max(len(shape) for shape in known)
    other = next((len(shape) for shape in known if len(shape) != len(known[0])), None)
    if other is not None:
        node.refuse(f"Shape must be rank {len(known[0])} but is rank {other}")
        return None
    place = normal_axis(axis, rank)
    if place is None:
        return (None if axis is NOT_CONSTANT else unknown(),) * rank
    out = []
    for i in range(rank):
        dims = [
            shape[i]
            if isinstance(shape, tuple) and len(shape) == rank
            else (unknown() if isinstance(shape, Unknown) else None)
            for shape in shapes
        ]
        if i == place:
            total: Any = 0
            for dim in dims:
                total = add(total, dim)
            out.append(total)
            continue
        ints = [d for d in dims if isinstance(d, int)]
        if ints and any(d != ints[0] for d in ints):
            bad = next(d for d in ints if d != ints[0])
            one, two = (
                brief(s[:place] + s[place + 1 :])
                for s in (next(s for s in known if s[i] == ints[0]), next(s for s in known if s[i] == bad))
            )
            node.refuse(
                f"Dimension {i if i < place else i - 1} in both shapes must be equal, but are {ints[0]} and "
                f"{bad}. Shapes are {one} and {two}.",
                computed="axis" if "axis" in node.ins else "",
            )
        out.append(ints[0] if ints else dims[0])
    return tuple(out)


def pack(node: Node) -> Any:
    axis, count = node.attrs.get("axis"), node.attrs.get("N")
    shape = merged_from_last(node, node.ins["values"])
    if not isinstance(shape, tuple):
        return shape
    place = normal_axis(0 if axis is None else axis, len(shape) + 1)
    if place is None:
        return (unknown(),) * (len(shape) + 1)
    return (*shape[:place], count, *shape[place:])


def unpack(node: Node) -> Any:
    shape = node.shape("value")
    if not isinstance(shape, tuple):
        return shape
    axis = node.attrs.get("axis")
    place = normal_axis(0 if axis is None else axis, len(shape))
    if place is None:
        return (unknown(),) * (len(shape) - 1)
    count, dim = node.attrs.get("num"), shape[place]
    if isinstance(count, int) and isinstance(dim, int) and count != dim:
        node.refuse(f"Dimension must be {count} but is {dim}")
    return shape[:place] + shape[place + 1 :]


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
        node.refuse(
            f"Dimension size must be evenly divisible by {count} but is {size}\n\t"
            "Number of ways to split should evenly divide the split dimension",
            computed="split_dim",
        )
    return (*shape[:place], floordiv(size, count), *shape[place + 1 :])


def split_v(node: Node) -> Any:
    shape, sizes, count = node.shape("value"), node.const("size_splits"), node.attrs.get("num_split")
    if not isinstance(shape, tuple) or not isinstance(count, int):
        return shape if not isinstance(shape, tuple) else unknown()
    place = normal_axis(node.const("split_dim"), len(shape))
    if place is None:
        return [(unknown(),) * len(shape)] * count
    whole = shape[place]
    if isinstance(sizes, tuple) and isinstance(whole, int) and all(isinstance(d, int) for d in sizes):
        total = sum(d for d in sizes if d >= 0)
        if len(sizes) == count and (total > whole if -1 in sizes else total != whole):
            node.refuse(
                f"can't split axis of size {whole} into pieces of size [{','.join(map(str, sizes))}]",
                computed="size_splits",
            )
            return None
    parts = list(sizes) if isinstance(sizes, tuple) and len(sizes) == count else [None] * count
    free = [i for i, d in enumerate(parts) if isinstance(d, int) and d == -1]
    if len(free) == 1:
        rest: Any = shape[place]
        for i, dim in enumerate(parts):
            if i != free[0]:
                rest = sub(rest, dim)
        parts[free[0]] = rest
    return [(*shape[:place], part, *shape[place + 1 :]) for part in parts]


def expand_dims(node: Node) -> Any:
    given = "dim" if "dim" in node.ins else "axis"
    shape, axis = node.shape("input"), node.const(given)
    if not isinstance(shape, tuple):
        return shape
    place = normal_axis(axis, len(shape) + 1)
    if place is None and isinstance(axis, int):
        node.refuse(f"dim {axis} not in the interval [{-len(shape) - 1}, {len(shape)}].", computed=given)
    if place is None:
        return (None if axis is NOT_CONSTANT else unknown(),) * (len(shape) + 1)
    return (*shape[:place], 1, *shape[place:])


def squeeze(node: Node) -> Any:
    shape = node.shape("input")
    if not isinstance(shape, tuple):
        return shape
    given = node.attrs.get("squeeze_dims")
    axes = [] if given is None else int_list(given)
    if axes is None:
        return unknown()
    if not axes:
        if any(isinstance(d, Unknown) for d in shape):
            return unknown("whether a size is 1 is not known")
        return None if any(d is None for d in shape) else tuple(d for d in shape if d != 1)
    gone = {normal_axis(a, len(shape)) for a in axes}
    if None in gone:
        return (unknown(),) * max(len(shape) - len(axes), 0)
    for place in sorted(g for g in gone if g is not None):
        if isinstance(shape[place], int) and shape[place] != 1:
            node.refuse(f"Can not squeeze dim[{place}], expected a dimension of 1, got {shape[place]}")
    return tuple(d for i, d in enumerate(shape) if i not in gone)


def tile(node: Node) -> Any:
    shape, multiples = node.shape("input"), node.const("multiples")
    if not isinstance(shape, tuple):
        return (None,) * len(multiples) if isinstance(multiples, tuple) and shape is None else shape
    if isinstance(multiples, tuple) and len(multiples) != len(shape):
        node.refuse(f"Shape must be rank {len(shape)} but is rank {len(multiples)}")
    if not isinstance(multiples, tuple) or len(multiples) != len(shape):
        return (None if multiples is NOT_CONSTANT else unknown(),) * len(shape)
    # A list of sizes to TF, in which -1 stands for one that is not known.
    return tuple(None if type(m) is int and m < 0 else mul(d, m) for d, m in zip(shape, multiples, strict=True))


def gather(node: Node) -> Any:
    if "params" not in node.ins:
        # ResourceGather: a handle has no shape, and who makes the operation knows its variable's.
        return unknown()
    params, indices, axis = node.shape("params"), node.shape("indices"), 0
    if "axis" in node.ins:
        axis = node.const("axis")
    if not isinstance(params, tuple) or not isinstance(indices, tuple):
        return params if not isinstance(params, tuple) else indices
    place = normal_axis(axis, len(params))
    batch = node.attrs.get("batch_dims") or 0
    if place is None and type(axis) is int:
        least = axis + 1 if axis >= 0 else -axis
        node.refuse(f"Shape must be at least rank {least} but is rank {len(params)}", computed="axis")
    if place is None or not isinstance(batch, int):
        return None if axis is NOT_CONSTANT else unknown()
    return (*params[:place], *indices[batch:], *params[place + 1 :])


def gather_nd(node: Node) -> Any:
    params, indices = node.shape("params"), node.shape("indices")
    if not isinstance(params, tuple) or not isinstance(indices, tuple):
        return params if not isinstance(params, tuple) else indices
    depth = indices[-1] if indices else None
    if not isinstance(depth, int):
        return depth if depth is None else unknown()
    return (*indices[:-1], *params[depth:])


def slice_(node: Node) -> Any:
    shape, begin, size = node.shape("input"), node.const("begin"), node.const("size")
    if isinstance(size, tuple):
        if not isinstance(begin, tuple):
            begin = (None,) * len(size)
        dims = shape if isinstance(shape, tuple) else (shape,) * len(size)
        if len(dims) != len(size):
            node.refuse(f"Shape must be rank {len(size)} but is rank {len(dims)}")
            return None
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
    if shape is None and isinstance(rank, tuple) and rank and isinstance(rank[0], int):
        return (None,) * rank[0]
    return shape


def strided_slice(node: Node) -> Any:
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
            out += shape[at : at + max(skip, 0)]
            at += max(skip, 0)
        elif masks["new_axis"] & bit:
            out.append(1)
        elif at >= len(shape):
            node.refuse(
                f"Index out of range using input dim {at}; input has only {len(shape)} dims", computed="strides"
            )
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
    if not has_ellipsis or new is None or at < len(shape):
        out += shape[at:]
    return tuple(out)


def _entries(value: AnyValue, count: int) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) and len(value) == count else (None,) * count


def _span(dim: Any, begin: Any, end: Any, step: Any, open_begin: bool, open_end: bool) -> Any:
    """The length of `begin:end:step` of one dimension."""
    if open_begin and open_end and isinstance(step, int) and step in (1, -1):
        return dim
    if not isinstance(step, int) or step == 0:
        return None if step is None else unknown()
    if (isinstance(begin, Unknown) and not open_begin) or (isinstance(end, Unknown) and not open_end):
        return unknown("the length of a slice is not known")
    if (begin is None and not open_begin) or (end is None and not open_end):
        return None
    if isinstance(dim, int):
        return len(range(dim)[slice(None if open_begin else begin, None if open_end else end, step)])
    if step > 0 and not open_end and (open_begin or begin >= 0) and (end >= 0) and isinstance(dim, Unknown):
        # A slice is as long as it says where the whole is long enough, which is what programs count on.
        return max(0, -(-(end - (0 if open_begin else begin)) // step))
    if not open_begin and not open_end and (begin < 0) == (end < 0) and (end - begin) * step <= 0:
        return 0
    if isinstance(dim, Unknown) and step == 1:
        first = 0 if open_begin else begin
        last = dim if open_end else end
        if open_end:
            return dim - first if first >= 0 else -first
        return dim + last - first if first >= 0 and last < 0 else unknown()
    return None if dim is None else unknown()


def pad(node: Node) -> Any:
    shape, paddings = node.shape("input"), node.const("paddings")
    if isinstance(paddings, tuple) and all(isinstance(p, tuple) and len(p) == 2 for p in paddings):
        dims = shape if isinstance(shape, tuple) else (shape,) * len(paddings)
        if len(dims) != len(paddings):
            node.refuse(f"Shape must be rank {len(paddings)} but is rank {len(dims)}")
            return None
        return tuple(add(d, add(p[0], p[1])) for d, p in zip(dims, paddings, strict=True))
    if isinstance(shape, tuple):
        return (None if paddings is NOT_CONSTANT else unknown(),) * len(shape)
    return shape


def one_hot(node: Node) -> Any:
    indices, depth, axis = node.shape("indices"), node.const("depth"), node.attrs.get("axis")
    if isinstance(node.shape("depth"), tuple) and node.shape("depth"):
        node.refuse(f"Input must be scalar but has rank {len(node.shape('depth'))}", computed="depth")
    if not isinstance(indices, tuple):
        return indices
    size = None if depth is NOT_CONSTANT else depth
    place = normal_axis(-1 if axis is None else axis, len(indices) + 1)
    if place is None:
        return (unknown(),) * (len(indices) + 1)
    return (*indices[:place], size, *indices[place:])


def reverse_sequence(node: Node) -> Any:
    shape, lengths, place = node.shape("input"), node.shape("seq_lengths"), node.attrs.get("batch_dim") or 0
    if not isinstance(shape, tuple) or not isinstance(lengths, tuple) or not isinstance(place, int):
        return shape
    if lengths and place < len(shape) and dims_compatible(shape[place], lengths[0]) is NO:
        node.refuse(f"Dimensions must be equal, but are {shape[place]} and {lengths[0]}")
    return tuple(merge_dims(d, lengths[0]) if i == place and lengths else d for i, d in enumerate(shape))


def fill(node: Node) -> Any:
    check_sizes(node, "dims")
    sizes = node.const("dims")
    known = [size for size in sizes if type(size) is int and size < 0] if isinstance(sizes, tuple) else []
    if known:
        node.refuse("Fill dimensions must be >= 0", partial="dims")
    return from_vector(node.ins["dims"])


def rank_vector(node: Node) -> Any:
    return _rank_of(node.shape("input"))


def shape_n(node: Node) -> Any:
    return [_rank_of(t.shape) for t in node.ins["input"]]


def _rank_of(shape: Any) -> Any:
    return (len(shape),) if isinstance(shape, tuple) else ((None,) if shape is None else (unknown(),))


def where(node: Node) -> Any:
    shape = node.shape("condition" if "condition" in node.ins else "input")
    return (None, len(shape)) if isinstance(shape, tuple) else (None, None if shape is None else unknown())


def broadcast_to(node: Node) -> Any:
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


def _of_pair(pairs: Any, at: int) -> Any:
    """What is put before a dimension and behind it, together."""
    if not isinstance(pairs, tuple):
        return None if pairs is NOT_CONSTANT else unknown()
    pair = pairs[at] if at < len(pairs) else None
    return add(pair[0], pair[1]) if isinstance(pair, tuple) and len(pair) == 2 else unknown()


def space_to_batch(node: Node) -> Any:
    shape, block, pads = node.shape("input"), node.const("block_shape"), node.const("paddings")
    if not isinstance(shape, tuple) or not isinstance(block, tuple):
        return shape if not isinstance(shape, tuple) else (None if block is NOT_CONSTANT else unknown(),) * len(shape)
    out = list(shape)
    for i, size in enumerate(block):
        out[0] = mul(out[0], size)
        extra = _of_pair(pads, i)
        out[i + 1] = floordiv(add(out[i + 1], extra), size)
    return tuple(out)


def batch_to_space(node: Node) -> Any:
    shape, block, crops = node.shape("input"), node.const("block_shape"), node.const("crops")
    if not isinstance(shape, tuple) or not isinstance(block, tuple):
        return shape if not isinstance(shape, tuple) else (None if block is NOT_CONSTANT else unknown(),) * len(shape)
    out = list(shape)
    for i, size in enumerate(block):
        out[0] = floordiv(out[0], size)
        less = _of_pair(crops, i)
        out[i + 1] = sub(mul(out[i + 1], size), less)
    return tuple(out)


def diag(node: Node) -> Any:
    shape = node.shape("diagonal")
    return (*shape, shape[-1]) if isinstance(shape, tuple) and shape else shape if isinstance(shape, Unknown) else None


def diag_part(node: Node) -> Any:
    shape = node.shape("input")
    if not isinstance(shape, tuple) or len(shape) < 2:
        return shape if not isinstance(shape, tuple) else None
    a, b = shape[-2:]
    return (*shape[:-2], least(a, b))


def scatter_nd(node: Node) -> Any:
    return from_vector(node.ins["shape"])


def first_dim_unknown(name: str) -> ShapeFunction:
    return lambda node: (None, *node.shape(name)[1:]) if isinstance(node.shape(name), tuple) else node.shape(name)


def dynamic_partition(node: Node) -> Any:
    data, parts = node.shape("data"), node.shape("partitions")
    if not isinstance(data, tuple) or not isinstance(parts, tuple):
        return next((each for each in (data, parts) if isinstance(each, Unknown)), None)
    return (None, *data[len(parts) :])


def dynamic_stitch(node: Node) -> Any:
    data, indices = node.ins["data"][0].shape, node.ins["indices"][0].shape
    if not isinstance(data, tuple) or not isinstance(indices, tuple):
        return next((each for each in (data, indices) if isinstance(each, Unknown)), None)
    return (None, *data[len(indices) :])


def add_n_safe(node: Node) -> Any:
    """What both sides of a merge have in common."""
    shapes = [tensor.shape for tensor in node.ins["inputs"]]
    one = shapes[0]
    for other in shapes[1:]:
        if not isinstance(one, tuple) or not isinstance(other, tuple):
            return unknown() if isinstance(one, Unknown) or isinstance(other, Unknown) else None
        if len(one) != len(other):
            return None
        one = tuple(
            a if a is b or (isinstance(a, int) and isinstance(b, int) and a == b) else None
            for a, b in zip(one, other, strict=True)
        )
    return one


SHAPES_ARRAY: dict[str, ShapeFunction] = {
    "BatchToSpaceND": batch_to_space, "BroadcastTo": broadcast_to, "Concat": concat, "ConcatV2": concat,
    "DepthToSpace": depth_to_space, "Diag": diag, "DiagPart": diag_part, "DynamicPartition": dynamic_partition,
    "DynamicStitch": dynamic_stitch, "ParallelDynamicStitch": dynamic_stitch, "ExpandDims": expand_dims, "Fill": fill,
    "Gather": gather, "GatherNd": gather_nd, "GatherV2": gather, "ResourceGather": gather, "MatrixDiag": diag,
    "MatrixDiagPart": diag_part, "MirrorPad": pad, "OneHot": one_hot, "Pack": pack, "Pad": pad, "PadV2": pad,
    "ParameterizedTruncatedNormal": shaped_by("shape"), "RandomStandardNormal": shaped_by("shape"),
    "RandomUniform": shaped_by("shape"), "RandomUniformInt": shaped_by("shape"), "Reshape": reshape,
    "ReverseSequence": reverse_sequence, "ScatterNd": scatter_nd, "Shape": rank_vector, "ShapeN": shape_n,
    "Slice": slice_, "SpaceToBatchND": space_to_batch, "SpaceToDepth": space_to_depth,
    "SparseToDense": shaped_by("output_shape"), "Split": split, "SplitV": split_v, "Squeeze": squeeze,
    "StridedSlice": strided_slice, "Tile": tile, "TruncatedNormal": shaped_by("shape"),
    "StatelessRandomNormal": shaped_by("shape"), "StatelessRandomUniform": shaped_by("shape"),
    "StatelessTruncatedNormal": shaped_by("shape"), "Transpose": transpose, "ConjugateTranspose": transpose,
    "Unpack": unpack, "Where": where, "Merge": lambda n: [add_n_safe(n), ()], "BatchGather": gather,
    "SparseSegmentSum": first_dim_unknown("data"), "SparseSegmentMean": first_dim_unknown("data"),
    "SparseSegmentSqrtN": first_dim_unknown("data"),
}  # fmt: skip
