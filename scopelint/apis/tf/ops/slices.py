"""Parts of tensors: what subscripts leave, gathers, masks, where, and grids."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.numpy.array import ArrayValue
from scopelint.apis.registry import Default, Namespace
from scopelint.apis.tf.framework.conversion import graph_name, none_if_default
from scopelint.apis.tf.framework.operations import constant, convert, gen, read, scope
from scopelint.apis.tf.framework.python_values import as_dtype, base, is_dense_tensor, list_shape
from scopelint.apis.tf.ops.array import _is_full, concat_of, identity_of, reshape_to, shape_of, stack_of
from scopelint.apis.tf.ops.fills import filled, ones_like_of
from scopelint.apis.tf.ops.reductions import all_dimensions
from scopelint.values.base import AnyValue, Unknown, Value
from scopelint.values.containers import DictValue, ListValue, SetValue
from scopelint.values.objects import NativeFunction
from scopelint.values.tensors import (
    BOOL,
    DTYPES,
    INT32,
    INT64,
    Dimension,
    Tensor,
    Variable,
    num_elements,
    shape_text,
    shapes_compatible,
)
from scopelint.values.truth import NO

api = Namespace("tf")


# Slices


def slice_helper(call: Call, tensor: AnyValue, key: AnyValue, variable: AnyValue = None) -> Any:
    """TF: _slice_helper: what `x[...]` does."""
    keys = list(key) if isinstance(key, tuple) else (key.items if isinstance(key, ListValue) else [key])
    begin: list[Any] = []
    end: list[Any] = []
    strides: list[Any] = []
    masks = dict.fromkeys(("begin", "end", "ellipsis", "new_axis", "shrink_axis"), 0)
    for i, part in enumerate(keys):
        bit = 1 << i
        if isinstance(part, slice):
            for bound, held, mask in ((part.start, begin, "begin"), (part.stop, end, "end")):
                if bound is None:
                    masks[mask] |= bit
                held.append(0 if bound is None else _index(call, bound))
            strides.append(1 if part.step is None else _index(call, part.step))
        elif part is Ellipsis or part is None:
            for held, number in ((begin, 0), (end, 0), (strides, 1)):
                held.append(number)
            masks["ellipsis" if part is Ellipsis else "new_axis"] |= bit
        else:
            index = _index(call, part)
            begin.append(index)
            end.append(call.binary("+", index, 1) if isinstance(index, Value) else index + 1)
            strides.append(1)
            masks["shrink_axis"] |= bit
    with scope(call, None, "strided_slice") as name:
        if begin:
            packed = [stack_of(call, tuple(held)) for held in (begin, end, strides)]
            if any(p.dtype is INT64 for p in packed):
                packed = [p if p.dtype is INT64 else gen(call, "Cast", None, x=p, DstT=INT64) for p in packed]
        else:
            packed = [constant(call, (), INT32)] * 3
        made = gen(
            call,
            "StridedSlice",
            name,
            input=tensor,
            begin=packed[0],
            end=packed[1],
            strides=packed[2],
            **{f"{key}_mask": mask for key, mask in masks.items()},
        )
        if any(isinstance(part, Unknown) and part.number is None for part in keys):
            # It may be a number, a slice, `...`, `None` or several of them.
            made.shape = Unknown("an index is not known")
        _leave_assign(call, made, variable, packed, name)
        return made


def _leave_assign(call: Call, part: Any, variable: Any, corners: list[Any], parent: Any) -> None:
    """TF: strided_slice leaves a function `assign` on the part, of use where it is one of a variable."""

    def assign(call: Call, args: tuple[Any, ...], kwargs: Any) -> Any:
        if variable is None:
            call.raise_("ValueError", "Sliced assignment is only supported for variables", kind="argument")
        if not isinstance(variable, Variable):
            return call.unknown("an assignment to a part of what is not known")
        given = dict(zip(("val", "name"), args, strict=False))
        given.update(kwargs)
        value, name = given.get("val"), none_if_default(given.get("name"))
        if name is None:
            name = call.binary("+", parent, "_assign")
        if variable.is_resource is not True:
            at = dict(zip(("begin", "end", "strides"), corners, strict=True))
            made = gen(call, "StridedSliceAssign", name, ref=variable, value=value, **at)
            if isinstance(made, Tensor):
                made.shape = variable.shape
            return made
        value = convert(call, value, base(variable.dtype))
        full = call.graph.op("ResourceStridedSliceAssign", graph_name(name))
        call.graph.draw(full, variable, *corners, value)
        return read(call, variable)

    call.setattr(part, "assign", NativeFunction("assign", assign, "tf.Tensor.assign", raw=True))


def _index(call: Call, value: Any) -> Any:
    """TF: _check_index."""
    if isinstance(value, Dimension):
        if value.value is None:
            call.raise_("TypeError", "Slice indices must be integers", kind="argument")
        return value.value
    if isinstance(value, (bool, int, Unknown)):
        return int(value) if isinstance(value, bool) else value
    if is_dense_tensor(value) or isinstance(value, ArrayValue):
        kind = value.dtype if isinstance(value, ArrayValue) else getattr(base(value.dtype), "name", "int32")
        if kind in ("int32", "int64") and not (isinstance(value.shape, tuple) and len(value.shape) == 1):
            return value
    elif not isinstance(value, (float, str, bytes, tuple, ListValue, DictValue, SetValue)):
        return Unknown("an index that is not known", "i")
    call.raise_(
        "TypeError",
        "Only integers, slices (`:`), ellipsis (`...`), tf.newaxis (`None`) and scalar "
        f"tf.int32/tf.int64 tensors are valid indices, got {value!r}",
        kind="argument",
    )


@api.function(name="slice")
def slice_(call: Call, input_: AnyValue, begin: AnyValue, size: AnyValue, name: AnyValue) -> Any:
    return gen(call, "Slice", name, input=input_, begin=begin, size=size)


@api.function
def strided_slice(
    call: Call,
    input_: AnyValue,
    begin: AnyValue,
    end: AnyValue,
    strides: AnyValue,
    begin_mask: AnyValue,
    end_mask: AnyValue,
    ellipsis_mask: AnyValue,
    new_axis_mask: AnyValue,
    shrink_axis_mask: AnyValue,
    var: AnyValue,
    name: AnyValue,
) -> Any:
    if none_if_default(strides) is None:
        strides = ones_like_of(call, begin)
    made = gen(
        call,
        "StridedSlice",
        name,
        input=input_,
        begin=begin,
        end=end,
        strides=strides,
        begin_mask=begin_mask,
        end_mask=end_mask,
        ellipsis_mask=ellipsis_mask,
        new_axis_mask=new_axis_mask,
        shrink_axis_mask=shrink_axis_mask,
    )
    _leave_assign(call, made, none_if_default(var), [begin, end, strides], none_if_default(name))
    return made


def boolean_mask(call: Call, tensor: AnyValue, mask: AnyValue, name: AnyValue, axis: AnyValue) -> Any:
    """TF: array_ops.boolean_mask."""
    with scope(call, name):
        tensor = convert(call, tensor, None, "tensor")
        mask = convert(call, mask, None, "mask")
        if mask.shape == ():
            call.raise_("ValueError", "mask cannot be scalar.", kind="argument")
        if mask.shape is None:
            call.raise_(
                "ValueError",
                "Number of mask dimensions must be specified, even if some dimensions are None.  "
                "E.g. shape=[None] is ok, but shape=None is not.",
                kind="argument",
            )
        place = 0 if axis is None or isinstance(axis, Default) else axis
        rank = len(mask.shape) if isinstance(mask.shape, tuple) else 1
        dims = tensor.shape
        if not isinstance(place, int) or not isinstance(mask.shape, tuple):
            dims = Unknown("which dimensions are masked")
        if not isinstance(place, int):
            place = 0
        elif isinstance(dims, tuple) and isinstance(mask.shape, tuple):
            masked = dims[place : place + rank]
            if shapes_compatible(masked, mask.shape) is NO:
                said = f"Shapes {shape_text(masked)} and {shape_text(mask.shape)} are incompatible"
                call.raise_("ValueError", said, kind="shape")
        end = place + rank
        leading = gen(
            call,
            "Prod",
            None,
            input=call.getitem(shape_of(call, tensor), slice(place, end, None)),
            reduction_indices=(0,),
        )
        before = call.getitem(shape_of(call, tensor), slice(None, place, None))
        after = call.getitem(shape_of(call, tensor), slice(end, None, None))
        flat = reshape_to(call, tensor, concat_of(call, (before, (leading,), after), 0))
        if isinstance(dims, tuple):
            flat.shape = (*dims[:place], num_elements(dims[place:end]), *dims[end:])
        else:
            flat.shape = dims
        mask = reshape_to(call, mask, (-1,))
        with scope(call, None, "Where") as inner:
            where = gen(call, "Where", inner, input=mask)
        indices = gen(call, "Squeeze", None, input=where, squeeze_dims=(1,))
        return gen(call, "GatherV2", None, params=flat, indices=indices, axis=place)


@api.function(name="boolean_mask")
def boolean_mask_(call: Call, tensor: AnyValue, mask: AnyValue, name: AnyValue, axis: AnyValue) -> Any:
    return boolean_mask(call, tensor, mask, name, axis)


# Gathers and masks


def gather_of(
    call: Call, params: AnyValue, indices: AnyValue, axis: AnyValue = 0, name: AnyValue = None, batch_dims: AnyValue = 0
) -> Any:
    """TF: array_ops.gather. A resource variable is read sparsely."""
    if isinstance(params, Variable) and params.is_resource is True and axis == 0:
        with scope(call, name, "Gather") as inner:
            held = Tensor(params.name, 0, "VarHandleOp", (), DTYPES["resource"], call.graph, params.deps)
            result = gen(call, "ResourceGather", inner, resource=held, indices=indices, dtype=params.dtype)
            ids = list_shape_of(indices)
            result.shape = (
                (*ids, *params.shape[1:]) if isinstance(params.shape, tuple) and isinstance(ids, tuple) else ids
            )
            return identity_of(call, result, inner + "Identity" if inner else None)
    return gen(call, "GatherV2", name, params=params, indices=indices, axis=axis, batch_dims=batch_dims)


def list_shape_of(value: AnyValue) -> Any:
    return list_shape(value)


@api.function
def gather(
    call: Call, params: AnyValue, indices: AnyValue, axis: AnyValue, batch_dims: AnyValue, name: AnyValue
) -> Any:
    place = none_if_default(axis)
    return gather_of(call, params, indices, batch_dims if place is None else place, name, batch_dims)


@api.function
def gather_nd(call: Call, params: AnyValue, indices: AnyValue, name: AnyValue, batch_dims: AnyValue) -> Any:
    if isinstance(batch_dims, int) and batch_dims == 0:
        return gen(call, "GatherNd", name, params=params, indices=indices)
    with scope(call, name, "BatchGatherND"):
        result = gen(call, "GatherNd", None, params=params, indices=indices)
        result.shape = Unknown("the shape of a batched gather")
        return result


@api.function
def where(call: Call, condition: AnyValue, x: AnyValue, y: AnyValue, name: AnyValue) -> Any:
    return where_of(call, condition, none_if_default(x), none_if_default(y), name, "Select")


def where_of(call: Call, condition: AnyValue, x: AnyValue, y: AnyValue, name: AnyValue, kind: str) -> Any:
    if x is None and y is None:
        with scope(call, name, "Where") as inner:
            return gen(call, "Where", inner, input=convert(call, condition, None, "condition", BOOL))
    if x is None or y is None:
        call.raise_("ValueError", "x and y must both be non-None or both be None.", kind="argument")
    return gen(call, kind, name, condition=condition, t=x, e=y)


@api.function
def where_v2(call: Call, condition: AnyValue, x: AnyValue, y: AnyValue, name: AnyValue) -> Any:
    return where_of(call, condition, none_if_default(x), none_if_default(y), name, "SelectV2")


@api.function
def sequence_mask(call: Call, lengths: AnyValue, maxlen: AnyValue, dtype: AnyValue, name: AnyValue) -> Any:
    with scope(call, name, "SequenceMask"):
        lengths = convert(call, lengths)
        longest = none_if_default(maxlen)
        if longest is None:
            longest = gen(call, "Max", None, input=lengths, reduction_indices=all_dimensions(call, lengths))
            longest = gen(call, "Maximum", None, x=constant(call, 0, base(longest.dtype)), y=longest)
        else:
            longest = convert(call, longest)
        kind = base(longest.dtype)
        row = gen(call, "Range", None, start=constant(call, 0, kind), limit=longest, delta=constant(call, 1, kind))
        matrix = gen(call, "Cast", None, x=gen(call, "ExpandDims", None, input=lengths, dim=-1), DstT=kind)
        result = gen(call, "Less", None, x=row, y=matrix)
        wanted = as_dtype(call, dtype)
        return result if wanted is None or wanted is BOOL else gen(call, "Cast", None, x=result, DstT=wanted)


@api.function
def meshgrid(call: Call, args: tuple[Any, ...], indexing: AnyValue, name: AnyValue) -> Any:
    if isinstance(indexing, str) and indexing not in ("xy", "ij"):
        call.raise_("ValueError", "indexing parameter must be either 'xy' or 'ij'", kind="argument")
    with scope(call, None if isinstance(name, Default) else name, "meshgrid"):
        values, count = list(args), len(args)
        if not values:
            return ListValue()
        out = [
            reshape_to(call, stack_of(call, value), (1,) * i + (-1,) + (1,) * (count - i - 1))
            for i, value in enumerate(values)
        ]
        sizes = [_size_of(call, value) for value in values]
        if indexing != "ij" and count > 1:
            out[0] = reshape_to(call, out[0], (1, -1) + (1,) * (count - 2))
            out[1] = reshape_to(call, out[1], (-1, 1) + (1,) * (count - 2))
            sizes[0], sizes[1] = sizes[1], sizes[0]
        ones_ = filled(call, tuple(sizes), base(out[0].dtype), None, "ones", 1)
        return ListValue([call.binary("*", tensor, ones_) for tensor in out])


def _size_of(call: Call, value: AnyValue) -> Any:
    with scope(call, None, "Size") as inner:
        tensor = convert(call, value)
        if _is_full(tensor.shape):
            return constant(call, num_elements(tensor.shape), INT32, (), inner)
        return gen(call, "Size", inner, input=tensor)


def _repeated(call: Call, data: Any, repeats: Any, axis: int) -> Any:
    """TF: repeat_with_axis, operation by operation, for a picture; None where the ranks are of another kind."""
    rank = len(repeats.shape) if isinstance(repeats.shape, tuple) else None
    if rank not in (0, axis + 1) or not data.shape:
        return None
    repeats = call.new("tf.cast", repeats, INT32)
    sizes = call.new("tf.shape", data)
    expanded = call.new("tf.expand_dims", data, axis + 1)

    def tiled(times: Any) -> Any:
        multiples: list[Any] = [1] * (len(data.shape) + 1)
        multiples[axis + 1] = times
        return call.new("tf.tile", expanded, ListValue(multiples))

    def joined() -> Any:
        before, after = (call.engine.get_item(sizes, slice(*part)) for part in ((None, axis), (axis + 1, None)))
        return call.new("tf.concat", ListValue([before, ListValue([-1]), after]), 0)

    shape = (*data.shape[:axis], None, *data.shape[axis + 1 :])
    if rank == 0:
        whole = tiled(repeats)
        made = call.new("tf.reshape", whole, joined())
    else:
        most = gen(call, "Maximum", None, x=0, y=call.new("tf.reduce_max", repeats))
        mask = call.new("tf.sequence_mask", repeats, most)
        made = call.new("tf.boolean_mask", tiled(most), mask)
        made = made if axis == 0 else call.new("tf.reshape", made, joined())
    if isinstance(made, Tensor):
        made.set_shape(shape)
    return made


@api.function
def repeat(call: Call, input: AnyValue, repeats: AnyValue, axis: AnyValue, name: AnyValue) -> Any:
    place = none_if_default(axis)
    if place is None:
        input, place = reshape_to(call, input, (-1,)), 0
    with scope(call, name, "Repeat"):
        tensor = convert(call, input, None, "data")
        count = convert(call, repeats, None, "repeats")
        if call.graph.drawing is not None and isinstance(place, int) and isinstance(tensor.shape, tuple):
            drawn = _repeated(call, tensor, count, place % max(len(tensor.shape), 1))
            if drawn is not None:
                return drawn
        result = gen(call, "Reshape", None, tensor=tensor, shape=(-1,))
        if isinstance(tensor.shape, tuple) and isinstance(place, int) and tensor.shape:
            place %= len(tensor.shape)
            many = count.const if isinstance(count.const, (int, Unknown)) else None
            dim = tensor.shape[place]
            # TF asks for -1 there, which it works out of all the other sizes, or not at all.
            others = (*tensor.shape[:place], *tensor.shape[place + 1 :])
            grown = None if many is None or dim is None or None in others else dim * many
            result.shape = (*tensor.shape[:place], grown, *tensor.shape[place + 1 :])
        else:
            result.shape = Unknown("the axis is not known") if isinstance(place, Unknown) else tensor.shape
        return result
