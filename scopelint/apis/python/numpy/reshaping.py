"""numpy's functions that change the shape of arrays, join them and cut them."""

from __future__ import annotations

import itertools
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.builtins.indices import index_of
from scopelint.apis.python.numpy.array import (
    KEPT,
    ArrayValue,
    array_of,
    broadcast_members,
    is_static,
    product,
    same_shape,
    shape_of,
    take,
    transpose,
)
from scopelint.apis.python.numpy.creation import array_or_unknown
from scopelint.apis.python.numpy.dtypes import api, cast, promote
from scopelint.apis.python.support import bare, derived, members, too_large
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import InstanceValue


def reshaped(call: Call, part: ArrayValue, shape: AnyValue) -> Any:
    dims = shape_of(call, shape)
    if isinstance(dims, Unknown):
        return dims
    size = product(part.shape)
    free = [at for at, d in enumerate(dims) if isinstance(d, int) and d == -1]
    rest = product([d for at, d in enumerate(dims) if at not in free])
    if isinstance(size, int) and isinstance(rest, int):
        if (free and (rest == 0 or size % rest)) or (not free and size != rest):
            call.raise_(
                "ValueError",
                f"cannot reshape array of size {size} into shape {str(dims).replace(' ', '').replace(',)', ',)')}",
            )
        dims = tuple([size // rest if at in free else d for at, d in enumerate(dims)])
    elif free:
        dims = tuple([derived(size, rest) if at in free else d for at, d in enumerate(dims)])
    return array_of(dims, part.dtype, part.data)


def reshape_method(call: Call, self: ArrayValue, *shape: Any, **kwargs: Any) -> Any:
    return reshaped(call, self, shape[0] if len(shape) == 1 else shape)


@api.function
def reshape(call: Call, a: AnyValue, newshape: AnyValue = None, order: AnyValue = "C", shape: AnyValue = None) -> Any:
    part = array_or_unknown(call, a)
    return part if isinstance(part, Unknown) else reshaped(call, part, newshape if shape is None else shape)


def axis_of(call: Call, axis: AnyValue, rank: int) -> int:
    number = index_of(call, axis)
    if isinstance(number, Unknown):
        raise call.engine.UnknownTurns(number)
    if not isinstance(number, int):
        raise call.engine.UnknownTurns(call.unknown("an axis that is no number"))
    if not -rank <= number < rank:
        call.raise_("ValueError", f"axis {number} is out of bounds for array of dimension {rank}")
    return number % rank


def transposed(call: Call, self: InstanceValue, *axes: Any) -> Any:
    part = array_or_unknown(call, self)
    if isinstance(part, Unknown):
        return part
    if not axes or axes == (None,):
        return transpose(part, tuple(reversed(range(len(part.shape)))))
    order = shape_of(call, axes[0] if len(axes) == 1 else axes)
    if isinstance(order, Unknown) or not is_static(order):
        return derived(order)
    if len(order) != len(part.shape):
        call.raise_("ValueError", "axes don't match array")
    return transpose(part, tuple([o % len(part.shape) for o in order]))


api.function(lambda call, a, axes=None: transposed(call, a, *(() if axes is None else (axes,))), name="transpose")


@api.function
def swapaxes(call: Call, a: AnyValue, axis1: AnyValue, axis2: AnyValue) -> Any:
    part = array_or_unknown(call, a)
    if isinstance(part, Unknown):
        return part
    order = list(range(len(part.shape)))
    one, two = axis_of(call, axis1, len(order)), axis_of(call, axis2, len(order))
    order[one], order[two] = order[two], order[one]
    return transpose(part, tuple(order))


@api.function(also=("numpy.rollaxis",))
def moveaxis(call: Call, a: AnyValue, source: AnyValue, destination: AnyValue = 0) -> Any:
    part = array_or_unknown(call, a)
    if isinstance(part, Unknown) or not isinstance(source, int) or not isinstance(destination, int):
        return derived(part, source, destination)
    order = list(range(len(part.shape)))
    moved = order.pop(axis_of(call, source, len(part.shape)))
    order.insert(axis_of(call, destination, len(part.shape)), moved)
    return transpose(part, tuple(order))


@api.function
def expand_dims(call: Call, a: AnyValue, axis: AnyValue) -> Any:
    part = array_or_unknown(call, a)
    if isinstance(part, Unknown):
        return part
    axes = axis if type(axis) is tuple else (axis,)
    shape = list(part.shape)
    for one in axes:
        shape.insert(axis_of(call, one, len(shape) + 1), 1)
    return array_of(tuple(shape), part.dtype, part.data)


@api.function
def squeeze(call: Call, a: AnyValue, axis: AnyValue = None) -> Any:
    part = array_or_unknown(call, a)
    if isinstance(part, Unknown):
        return part
    if axis is None:
        doubt = next((d for d in part.shape if isinstance(d, Unknown)), None)
        if doubt is not None:
            return doubt.derive("")
        shape = tuple([d for d in part.shape if d != 1])
    else:
        gone = {axis_of(call, x, len(part.shape)) for x in (axis if type(axis) is tuple else (axis,))}
        shape = tuple([d for at, d in enumerate(part.shape) if at not in gone])
    return array_of(shape, part.dtype, part.data)


def flattened(call: Call, self: Any, *args: Any, **kwargs: Any) -> Any:
    part = array_or_unknown(call, self)
    return part if isinstance(part, Unknown) else ArrayValue((product(part.shape),), part.dtype, part.data)


api.function(flattened, name="ravel")


def _at_least(rank: int) -> None:
    def summary(call: Call, *arys: Any) -> Any:
        found = []
        for one in arys:
            part = array_or_unknown(call, one)
            if isinstance(part, ArrayValue) and len(part.shape) < rank:
                part = ArrayValue((1,) * (rank - len(part.shape)) + part.shape, part.dtype, part.data)
            found.append(part)
        return found[0] if len(found) == 1 else ListValue(found)

    api.function(summary, name=f"atleast_{rank}d")


for _rank in (1, 2, 3):
    _at_least(_rank)


def _written(shape: tuple[Any, ...]) -> str:
    """A shape as numpy's messages have it."""
    return "(" + ",".join(map(str, shape)) + ("," if len(shape) == 1 else "") + ")"


@api.function
def broadcast_to(call: Call, array: AnyValue, shape: AnyValue, **kwargs: Any) -> Any:
    part, dims = array_or_unknown(call, array), shape_of(call, shape)
    if isinstance(part, Unknown) or isinstance(dims, Unknown):
        return derived(part, dims)
    if len(dims) < len(part.shape):
        scalar = "cannot broadcast a non-scalar to a scalar array"
        call.raise_(
            "ValueError", "input operand has more dimensions than allowed by the axis remapping" if dims else scalar
        )
    for own, wanted in zip(reversed(part.shape), reversed(dims), strict=False):
        if isinstance(own, int) and isinstance(wanted, int) and own not in (1, wanted):
            call.raise_(
                "ValueError",
                "operands could not be broadcast together with remapped shapes [original->remapped]: "
                f"{_written(part.shape)} and requested shape {_written(dims)}",
            )
    keep = is_static(dims) and is_static(part.shape) and product(dims) <= KEPT and part.data is not None
    return array_of(dims, part.dtype, broadcast_members(part, dims) if keep else None)


# Joining and cutting


def joined(call: Call, parts: list[ArrayValue], axis: int) -> Any:
    first = parts[0]
    for part in parts[1:]:
        if len(part.shape) != len(first.shape) or any(
            isinstance(x, int) and isinstance(y, int) and x != y and at != axis
            for at, (x, y) in enumerate(zip(part.shape, first.shape, strict=False))
        ):
            call.raise_(
                "ValueError", "all the input array dimensions except for the concatenation axis must match exactly"
            )
    total: Any = 0
    for part in parts:
        total = total + part.shape[axis]
    shape = (*first.shape[:axis], total, *first.shape[axis + 1 :])
    dtype = first.dtype
    for part in parts[1:]:
        dtype = promote(dtype, part.dtype)
    data = None
    if is_static(shape) and product(shape) <= KEPT and all(p.data is not None for p in parts):
        inner = product(first.shape[axis + 1 :])
        data = []
        for row in range(product(first.shape[:axis])):
            for part in parts:
                width = part.shape[axis] * inner
                data += [cast(v, dtype) for v in (part.data or [])[row * width : (row + 1) * width]]
    return array_of(shape, dtype, data)


def _parts(call: Call, arrays: AnyValue) -> list[ArrayValue] | Unknown:
    found = members(call, arrays)
    if isinstance(found, Unknown):
        return found
    parts = [array_or_unknown(call, one) for one in found]
    for part in parts:
        if isinstance(part, Unknown):
            return part
    if not parts:
        call.raise_("ValueError", "need at least one array to concatenate")
    return [p for p in parts if isinstance(p, ArrayValue)]


@api.function
def concatenate(call: Call, arrays: AnyValue, axis: AnyValue = 0, out: AnyValue = None, **kwargs: Any) -> Any:
    parts = _parts(call, arrays)
    if isinstance(parts, Unknown):
        return parts.derive("")
    if axis is None:
        parts, axis = [ArrayValue((product(p.shape),), p.dtype, p.data) for p in parts], 0
    if not parts[0].shape:
        call.raise_("ValueError", "zero-dimensional arrays cannot be concatenated")
    return joined(call, parts, axis_of(call, axis, len(parts[0].shape)))


@api.function
def stack(call: Call, arrays: AnyValue, axis: AnyValue = 0, out: AnyValue = None, **kwargs: Any) -> Any:
    parts = _parts(call, arrays)
    if isinstance(parts, Unknown):
        return parts.derive("")
    if not all(same_shape(p.shape, parts[0].shape) for p in parts) and all(is_static(p.shape) for p in parts):
        call.raise_("ValueError", "all input arrays must have the same shape")
    at = axis_of(call, axis, len(parts[0].shape) + 1)
    return joined(call, [ArrayValue((*p.shape[:at], 1, *p.shape[at:]), p.dtype, p.data) for p in parts], at)


def _stacking(names: str, rank: int, axis: int) -> None:
    def summary(call: Call, tup: AnyValue, **kwargs: Any) -> Any:
        parts = _parts(call, tup)
        if isinstance(parts, Unknown):
            return parts.derive("")
        grown = []
        for part in parts:
            shape = part.shape
            if len(shape) < rank:
                shape = (1,) * (2 - len(shape)) + shape if rank == 2 and axis == 0 else shape
                shape = (1, *shape, 1) if rank == 3 and len(shape) == 1 else (*shape, 1) if rank == 3 else shape
            if not shape:
                shape = (1,)
            grown.append(ArrayValue(shape, part.dtype, part.data))
        return joined(call, grown, min(axis, len(grown[0].shape) - 1))

    for name in names.split():
        api.function(summary, name=name)


_stacking("vstack row_stack", 2, 0)
_stacking("hstack", 1, 1)
_stacking("dstack", 3, 2)


@api.function
def append(call: Call, arr: AnyValue, values: AnyValue, axis: AnyValue = None) -> Any:
    return concatenate(
        call,
        ListValue([arr, values]) if axis is not None else ListValue([flattened(call, arr), flattened(call, values)]),
        0 if axis is None else axis,
    )


@api.function
def column_stack(call: Call, tup: AnyValue) -> Any:
    parts = _parts(call, tup)
    if isinstance(parts, Unknown):
        return parts.derive("")
    grown = [p if len(p.shape) > 1 else ArrayValue((*(p.shape or (1,)), 1), p.dtype, p.data) for p in parts]
    return joined(call, grown, 1)


def _splitting(name: str, exact: bool) -> None:
    def summary(call: Call, ary: AnyValue, indices_or_sections: AnyValue, axis: AnyValue = 0) -> Any:
        part, where_at = array_or_unknown(call, ary), bare(indices_or_sections)
        if isinstance(part, Unknown) or isinstance(where_at, Unknown):
            return derived(part, where_at)
        at = axis_of(call, axis, len(part.shape))
        size = part.shape[at]
        if not isinstance(size, int):
            return derived(size)
        if isinstance(where_at, int):
            if exact and size % where_at:
                call.raise_("ValueError", "array split does not result in an equal division")
            each, more = divmod(size, where_at)
            sizes = [each + 1] * more + [each] * (where_at - more)
            ends = [sum(sizes[:i]) for i in range(1, where_at)]
        else:
            found = shape_of(call, where_at)
            if isinstance(found, Unknown) or not is_static(found):
                return derived(found)
            ends = list(found)
        if len(ends) > KEPT:
            return too_large(call, "a list of arrays")
        bounds = [0, *ends, size]
        before = (slice(None),) * at
        return ListValue([take(call, part, (*before, slice(a, b))) for a, b in itertools.pairwise(bounds)])

    api.function(summary, name=name)


_splitting("split", True)
_splitting("array_split", False)


@api.function
def tile(call: Call, A: AnyValue, reps: AnyValue) -> Any:
    part, times = array_or_unknown(call, A), shape_of(call, reps)
    if isinstance(part, Unknown) or isinstance(times, Unknown):
        return derived(part, times)
    rank = max(len(part.shape), len(times))
    part = ArrayValue((1,) * (rank - len(part.shape)) + part.shape, part.dtype, part.data)
    times = (1,) * (rank - len(times)) + times
    result: Any = part
    for axis, count in enumerate(times):
        if isinstance(count, int) and isinstance(result.shape[axis], int) and 0 < count <= KEPT:
            result = joined(call, [result] * count, axis) if count > 1 else result
        else:
            result = ArrayValue(
                (*result.shape[:axis], result.shape[axis] * count, *result.shape[axis + 1 :]), result.dtype
            )
    return result


@api.function
def repeat(call: Call, a: AnyValue, repeats: AnyValue, axis: AnyValue = None) -> Any:
    part, count = array_or_unknown(call, a), index_of(call, repeats)
    if isinstance(part, Unknown):
        return part
    if axis is None:
        part, axis = ArrayValue((product(part.shape),), part.dtype, part.data), 0
    at = axis_of(call, axis, len(part.shape))
    shape = (
        *part.shape[:at],
        part.shape[at] * count if isinstance(count, int) else derived(repeats),
        *part.shape[at + 1 :],
    )
    if is_static(shape) and product(shape) <= KEPT and part.data is not None and isinstance(count, int):
        inner = product(part.shape[at + 1 :])
        chunks = [part.data[i : i + inner] for i in range(0, len(part.data), max(1, inner))]
        return array_of(shape, part.dtype, [v for chunk in chunks for _ in range(count) for v in chunk])
    return array_of(shape, part.dtype)


@api.function
def pad(call: Call, array: AnyValue, pad_width: AnyValue, mode: AnyValue = "constant", **kwargs: Any) -> Any:
    part, widths = array_or_unknown(call, array), array_or_unknown(call, pad_width)
    if isinstance(part, Unknown) or isinstance(widths, Unknown) or widths.data is None or len(widths.shape) > 2:
        return derived(part, widths)
    pairs = (
        broadcast_members(widths, (len(part.shape), 2))
        if len(widths.shape) != 1 or len(widths.data) == 1
        else widths.data * len(part.shape)
    )
    return array_of(tuple([d + pairs[2 * at] + pairs[2 * at + 1] for at, d in enumerate(part.shape)]), part.dtype)


@api.function
def flip(call: Call, m: AnyValue, axis: AnyValue = None) -> Any:
    part = array_or_unknown(call, m)
    if isinstance(part, Unknown):
        return part
    if axis is None:
        return array_of(part.shape, part.dtype, None if part.data is None else part.data[::-1])
    at = axis_of(call, axis, len(part.shape))
    return take(call, part, (*(slice(None),) * at, slice(None, None, -1)))


for _name, _at in {"fliplr": 1, "flipud": 0}.items():
    api.function(lambda call, m, at=_at: flip(call, m, at), name=_name)
