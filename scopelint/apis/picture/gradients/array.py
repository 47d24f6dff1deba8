"""TF: array_grad.py, as far as models that are trained need it."""

from __future__ import annotations

from typing import Any

from scopelint.apis.picture.gradients.step import Step, gradient
from scopelint.apis.tf.framework import operations
from scopelint.values.base import Unknown
from scopelint.values.containers import ListValue
from scopelint.values.tensors import DTYPES, IndexedSlices


@gradient("Reshape", "ExpandDims", "Squeeze")
def reshape(s: Step) -> Any:
    return [s.reshaped(), None]


@gradient("Transpose")
def transpose(s: Step) -> Any:
    return s.new("tf.transpose", s.grad, s.new("tf.math.invert_permutation", s.inputs[1])), None


@gradient("Pack")
def pack(s: Step) -> Any:
    made = s.new("tf.unstack", s.grad, num=len(s.inputs), axis=s.attrs.get("axis", 0))
    return made.items


@gradient("ReverseSequence")
def reverse_sequence(s: Step) -> Any:
    axes = {name: s.attrs[name] for name in ("seq_dim", "batch_dim") if name in s.attrs}
    return s.gen("ReverseSequence", input=s.grad, seq_lengths=s.inputs[1], **axes), None


@gradient("Unpack")
def unpack(s: Step) -> Any:
    return [s.new("tf.stack", ListValue(s.grads), axis=s.attrs.get("axis", 0))]


@gradient("Split")
def split(s: Step) -> Any:
    return None, s.new("tf.concat", ListValue(s.grads), s.inputs[0])


@gradient("StridedSlice")
def strided_slice(s: Step) -> Any:
    x, begin, end, strides = s.inputs
    masks = {n: s.attrs.get(f"{n}_mask", 0) for n in ("begin", "end", "ellipsis", "new_axis", "shrink_axis")}
    made = s.gen(
        "StridedSliceGrad", shape=s.new("tf.shape", x), begin=begin, end=end, strides=strides, dy=s.grad,
        **{f"{n}_mask": value for n, value in masks.items()},
    )  # fmt: skip
    return made, None, None, None


@gradient("Slice")
def sliced(s: Step) -> Any:
    x, begin = s.inputs[:2]
    rank, sizes = s.new("tf.rank", x), s.new("tf.shape", s.outputs[0])
    shape = s.new("tf.stack", ListValue([rank, 1]))
    before = s.new("tf.reshape", begin, shape)
    left = s.binary("-", s.binary("-", s.new("tf.shape", x), sizes), begin)
    after = s.new("tf.reshape", left, shape)
    return s.new("tf.pad", s.grad, s.new("tf.concat", ListValue([before, after]), 1)), None, None


@gradient("ConcatV2")
def concat(s: Step) -> Any:
    *parts, axis = s.inputs
    if len(parts) < 2:
        return s.grad, None
    if s.in_loop and axis.op_type == "Const":
        # A constant of the other loop is made anew in this one.
        axis = s.new("tf.constant", axis.const)
    axis = s.binary("%", axis, s.new("tf.rank", parts[0]))
    sizes = []
    for part in parts:
        sizes.append(s.new("tf.shape", part))
        if sizes[-1].op_type != "Const":
            sizes = s.gen("ShapeN", input=parts).items
            break
    if len(sizes) > 16:
        stacked = s.new("tf.stack", ListValue(sizes), axis=1)
        along = s.new("tf.squeeze", s.new("tf.slice", stacked, ListValue([axis, 0]), ListValue([1, -1])))
        return [*s.new("tf.split", s.grad, along, axis, num=len(parts)).items, None]
    offsets = s.gen("ConcatOffset", concat_dim=axis, shape=sizes).items
    made = [s.new("tf.slice", s.grad, offset, size) for offset, size in zip(offsets, sizes, strict=True)]
    return [*made, None]


@gradient("Tile")
def tile(s: Step) -> Any:
    x, multiples = s.inputs
    stacked = s.new("tf.stack", ListValue([multiples, s.new("tf.shape", x)]))
    shape = s.new("tf.reshape", s.new("tf.transpose", stacked), ListValue([-1]))
    axes = s.new("tf.range", 0, s.new("tf.size", shape), 2)
    parted = s.new("tf.reshape", s.grad, shape)
    parted.shape = Unknown("as many dimensions as are tiled")
    return s.new("tf.reduce_sum", parted, axes), None


@gradient("Pad")
def pad(s: Step) -> Any:
    x, a = s.inputs[:2]
    sizes = s.new("tf.stack", ListValue([s.new("tf.rank", x), 1]))
    before = s.new("tf.slice", a, ListValue([0, 0]), sizes)
    begin = s.new("tf.reshape", before, ListValue([-1]))
    return s.new("tf.slice", s.grad, begin, s.new("tf.shape", x)), None


@gradient("GatherV2", "ResourceGather")
def gather(s: Step) -> Any:
    """For the first axis alone."""
    params, indices = s.inputs[:2]
    int64, int32 = DTYPES["int64"], DTYPES["int32"]
    known = s.shape_or_none(params)
    if len(s.inputs) == 3:
        shape = s.new("tf.cast", s.new("tf.shape", params, out_type=int64), int32)
    else:
        shape = s.gen("VariableShape", input=params) if known is None else operations.constant(s.call, known, int32)
    size = s.new("tf.expand_dims", s.new("tf.size", indices), 0)
    tail = s.call.engine.get_item(shape, slice(1, None, None))
    whole = s.new("tf.concat", ListValue([size, tail]), 0)
    values = s.new("tf.reshape", s.grad, whole)
    return IndexedSlices(values, s.new("tf.reshape", indices, size), shape), None, None


@gradient("StridedSliceGrad")
def strided_slice_grad(s: Step) -> Any:
    _, begin, end, strides, _ = s.inputs
    masks = {f"{n}_mask": s.attrs.get(f"{n}_mask", 0) for n in ("begin", "end", "ellipsis", "new_axis", "shrink_axis")}
    made = s.gen("StridedSlice", input=s.grad, begin=begin, end=end, strides=strides, **masks)
    return None, None, None, None, made


@gradient("GatherNd")
def gather_nd(s: Step) -> Any:
    params, indices = s.inputs[:2]
    sizes = s.new("tf.shape", params, out_type=indices.dtype)
    shape = indices.shape
    if isinstance(shape, tuple) and len(shape) == 2 and shape[-1] == 1:
        return IndexedSlices(s.grad, s.new("tf.squeeze", indices, axis=-1), sizes), None
    return s.new("tf.scatter_nd", indices, s.grad, sizes), None


@gradient("ScatterNd")
def scatter_nd(s: Step) -> Any:
    return None, s.new("tf.gather_nd", s.grad, s.inputs[0]), None
