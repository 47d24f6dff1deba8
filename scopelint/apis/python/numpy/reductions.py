"""numpy's reductions, running totals and sorting."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.numpy.array import (
    ArrayValue,
    array_of,
    as_array,
    is_static,
    positions_along,
    product,
    safe,
    shape_of,
    transpose,
)
from scopelint.apis.python.numpy.dtypes import KINDS, api, cast, dtype_name
from scopelint.apis.python.numpy.reshaping import axis_of
from scopelint.apis.python.support import bare, derived
from scopelint.values.base import AnyValue, Unknown, Value
from scopelint.values.containers import ListValue
from scopelint.values.numbers import typed
from scopelint.values.objects import NativeFunction
from scopelint.values.tensors import Dimension, TensorShape

Method = Callable[..., Any]


def _mean(values: list[Any]) -> Any:
    return math.fsum(values) / len(values) if values else math.nan


def _variance(values: list[Any]) -> Any:
    middle = _mean(values)
    return _mean([(v - middle) ** 2 for v in values])


def _product(values: list[Any]) -> Any:
    total: Any = 1
    for value in values:
        total = total * value
        if isinstance(total, int) and total.bit_length() > 4096:
            return 0
    return total


def _sum(values: list[Any]) -> Any:
    total: Any = 0
    for value in values:
        total = total + value
    return total


def _median(values: list[Any]) -> Any:
    ordered = sorted(values)
    half = len(ordered) // 2
    if not ordered:
        return math.nan
    return float(ordered[half]) if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


# name -> how the members along an axis become one, and its dtype: "" for the array's own, "+" for a sum's.
REDUCTIONS: dict[str, tuple[Callable[[list[Any]], Any], str]] = {
    "sum": (_sum, "+"),
    "prod": (_product, "+"),
    "mean": (_mean, "f"),
    "max": (max, ""),
    "min": (min, ""),
    "any": (any, "bool"),
    "all": (all, "bool"),
    "std": (lambda v: math.sqrt(_variance(v)), "f"),
    "var": (_variance, "f"),
    "argmax": (lambda v: v.index(max(v)), "int64"),
    "argmin": (lambda v: v.index(min(v)), "int64"),
    "median": (_median, "f"),
    "ptp": (lambda v: max(v) - min(v), ""),
    "count_nonzero": (lambda v: sum(1 for x in v if x), "int64"),
}


def _result_dtype(how: str, dtype: str) -> str:
    kind = KINDS[dtype][0]
    if how == "+":
        return "int64" if kind in "bi" else "uint64" if kind == "u" else dtype
    if how == "f":
        return dtype if kind in "fc" else "float64"
    return how or dtype


def reduce(
    call: Call, name: str, a: AnyValue, axis: AnyValue = None, keepdims: AnyValue = False, dtype: AnyValue = None
) -> Any:
    """`np.sum(a, axis)` and its kin."""
    whole = of_dimensions(call, a, name) if name in ("prod", "sum") and axis in (None, 0, -1) else None
    if whole is not None:
        return whole
    part = as_array(call, a)
    if part is None or isinstance(part, Unknown):
        return derived(part, a, label=f"{name}({part.label})" if isinstance(part, Unknown) and part.label else "")
    function, how = REDUCTIONS[name]
    found = (dtype_name(call, dtype) if dtype is not None else None) or _result_dtype(how, part.dtype)
    rank = len(part.shape)
    axis = bare(axis)
    if isinstance(axis, Unknown):
        return axis.derive("")
    if axis is None:
        axes = list(range(rank))
    else:
        given = shape_of(call, axis)
        if isinstance(given, Unknown) or not is_static(given):
            return derived(given)
        for one in given:
            if not -rank <= one < rank and rank:
                call.raise_("ValueError", f"axis {one} is out of bounds for array of dimension {rank}")
        axes = sorted({one % rank for one in given}) if rank else []
    keep = bool(keepdims)
    if not part.shape and part.data is not None:
        return typed(_one(call, name, function, part.data, found), found)
    shape = tuple([1 if at in axes else d for at, d in enumerate(part.shape) if keep or at not in axes])
    if part.data is None or not is_static(part.shape):
        return array_of(shape, found) if shape else Unknown(f"{name} of an array that is not known", name)
    if len(axes) == rank:
        value = typed(_one(call, name, function, part.data, found), found)
        return array_of(shape, found, [value]) if keep and not isinstance(value, Unknown) else value
    current = part
    if len(axes) == 1:
        data = [
            _one(call, name, function, [current.data[at] for at in line], found)  # type: ignore[index]
            for line in positions_along(current.shape, axes[0])
        ]
        return array_of(shape, found, data)
    # The members along several axes together: bring them to the end and take them as one axis.

    others = [at for at in range(rank) if at not in axes]
    moved = transpose(part, (*others, *axes))
    width = product([part.shape[at] for at in axes])
    data = [
        _one(call, name, function, moved.data[at : at + width], found)
        for at in range(0, len(moved.data), max(1, width))
    ]
    return array_of(shape, found, data)


def of_dimensions(call: Call, value: AnyValue, name: str) -> Any:
    """`np.prod(x.get_shape()[1:])`: TF's dimensions multiply and add. None for others."""
    value = bare(value)
    if isinstance(value, TensorShape):
        found: Any = [Dimension(dim) for dim in value.dims] if isinstance(value.dims, tuple) else []
    else:
        plain = isinstance(value, ListValue) and value.rest is None
        found = value.items if plain else value if type(value) is tuple else []  # type: ignore[union-attr]
    if not found or not all(isinstance(dim, Dimension) for dim in found):
        return None
    out = found[0]
    for dim in found[1:]:
        out = call.binary("*" if name == "prod" else "+", out, dim)
    return out


def _one(call: Call, name: str, function: Callable[[list[Any]], Any], values: list[Any], dtype: str) -> Any:
    if any(isinstance(v, Value) for v in values):
        if name in ("sum", "prod"):
            # Shape arithmetic over a dimension that is not known: its label is kept.
            total: Any = None
            for value in values:
                total = value if total is None else call.binary("+" if name == "sum" else "*", total, value)
            return total
        return derived(*values)
    if not values and name in ("max", "min", "argmax", "argmin", "ptp"):
        call.raise_(
            "ValueError",
            f"zero-size array to reduction operation {name}imum which has no identity"
            if name in ("max", "min")
            else f"attempt to get {name} of an empty sequence",
        )
    return cast(safe(function)(values), dtype)


METHODS: dict[str, Method] = {}


def _declare(name: str, aliases: tuple[str, ...] = ()) -> None:
    def summary(
        call: Call,
        a: AnyValue,
        axis: AnyValue = None,
        dtype: AnyValue = None,
        out: AnyValue = None,
        keepdims: AnyValue = False,
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        kind = None if name in ("max", "min", "any", "all", "argmax", "argmin", "median", "ptp") else dtype
        return reduce(call, name, a, axis, keepdims, kind)

    for alias in (name, *aliases):
        api.function(summary, name=alias)
    METHODS[name] = lambda call, self, *args, **kwargs: summary(call, self, *args, **kwargs)


for _name in REDUCTIONS:
    _declare(
        _name,
        {
            "max": ("amax", "nanmax"),
            "min": ("amin", "nanmin"),
            "sum": ("nansum",),
            "mean": ("average", "nanmean"),
            "prod": ("product", "nanprod"),
            "any": ("sometrue",),
            "all": ("alltrue",),
            "std": ("nanstd",),
        }.get(_name, ()),
    )


def _running(name: str, step: Callable[[Any, Any], Any]) -> None:
    def summary(call: Call, a: AnyValue, axis: AnyValue = None, dtype: AnyValue = None, out: AnyValue = None) -> Any:
        part = as_array(call, a)
        if part is None or isinstance(part, Unknown):
            return derived(part, a)
        if axis is None:
            part, axis = ArrayValue((product(part.shape),), part.dtype, part.data), 0
        found = (dtype_name(call, dtype) if dtype is not None else None) or _result_dtype("+", part.dtype)
        if part.data is None or not is_static(part.shape):
            return array_of(part.shape, found)
        # Of a number numpy makes a vector of one.
        shape = part.shape or (1,)
        at = axis_of(call, axis, len(shape))
        data: list[Any] = [None] * len(part.data)
        for line in positions_along(shape, at):
            total: Any = None
            for place in line:
                total = part.data[place] if total is None else step(total, part.data[place])
                data[place] = total
        return array_of(shape, found, [cast(v, found) for v in data])

    api.function(summary, name=name)
    METHODS[name] = lambda call, self, *args, **kwargs: summary(call, self, *args, **kwargs)


_running("cumsum", lambda a, b: a + b)
_running("cumprod", lambda a, b: a * b)


def _rank(member: AnyValue) -> Any:
    """numpy orders complex numbers by their real parts first."""
    return (member.real, member.imag) if isinstance(member, (int, float, complex)) else member


def sorted_along(call: Call, a: AnyValue, axis: AnyValue, places: bool) -> Any:
    """`np.sort`, or with `places` `np.argsort`."""
    part = as_array(call, a)
    if part is None or isinstance(part, Unknown):
        return derived(part, a)
    dtype = "int64" if places else part.dtype
    if axis is None:
        part, axis = ArrayValue((product(part.shape),), part.dtype, part.data), -1
    if part.data is None or not is_static(part.shape) or any(isinstance(v, Value) for v in part.data):
        return array_of(part.shape, dtype)
    data: list[Any] = [None] * len(part.data)
    for line in positions_along(part.shape, axis_of(call, axis, len(part.shape))):
        order = sorted(range(len(line)), key=lambda i, line=line: _rank(part.data[line[i]]))  # type: ignore[misc]
        for place, chosen in zip(line, order, strict=True):
            data[place] = chosen if places else part.data[line[chosen]]
    return array_of(part.shape, dtype, data)


@api.function
def sort(call: Call, a: AnyValue, axis: AnyValue = -1, kind: AnyValue = None, order: AnyValue = None) -> Any:
    return sorted_along(call, a, axis, False)


@api.function
def argsort(call: Call, a: AnyValue, axis: AnyValue = -1, kind: AnyValue = None, order: AnyValue = None) -> Any:
    return sorted_along(call, a, axis, True)


METHODS["argsort"] = lambda call, self, axis=-1, *args: sorted_along(call, self, axis, True)


@api.function
def unique(
    call: Call,
    ar: AnyValue,
    return_index: AnyValue = False,
    return_inverse: AnyValue = False,
    return_counts: AnyValue = False,
    axis: AnyValue = None,
) -> Any:
    part = as_array(call, ar)
    wanted = [flag for flag in (return_index, return_inverse, return_counts) if flag is not False]
    if (
        part is None
        or isinstance(part, Unknown)
        or axis is not None
        or part.data is None
        or any(isinstance(v, Value) for v in part.data)
        or not all(flag is True for flag in wanted)
    ):
        unknown = derived(part, ar, reason="which values are in data")
        return tuple(unknown for _ in range(len(wanted) + 1)) if wanted else unknown
    places: dict[Any, list[int]] = {}
    for i, member in enumerate(part.data):
        places.setdefault(member, []).append(i)
    kept = sorted(places, key=_rank)
    ranks = {member: i for i, member in enumerate(kept)}
    out: list[Any] = [array_of((len(kept),), part.dtype, kept)]
    if return_index is True:
        out.append(array_of((len(kept),), "int64", [places[member][0] for member in kept]))
    if return_inverse is True:
        out.append(array_of((len(part.data),), "int64", [ranks[member] for member in part.data]))
    if return_counts is True:
        out.append(array_of((len(kept),), "int64", [len(places[member]) for member in kept]))
    return tuple(out) if wanted else out[0]


@api.function
def vectorize(call: Call, pyfunc: AnyValue, otypes: AnyValue = None, **kwargs: Any) -> Any:
    """A function of arrays that asks another for each member."""

    def over(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        part = as_array(call, args[0]) if len(args) == 1 and not kwargs else None
        if part is None or isinstance(part, Unknown) or part.data is None or not part.data:
            return derived(part, *args, reason="what numpy makes of data")
        made = _nested(call, [call.invoke(pyfunc, member) for member in part.data], part.shape)
        found = as_array(call, made)
        return derived(*args, reason="what numpy makes of data") if found is None else found

    return NativeFunction("vectorized", over, "numpy.vectorized", raw=True)


def _nested(call: Call, data: list[Any], shape: tuple[Any, ...]) -> Any:
    flat = as_array(call, ListValue(data))
    return array_of(shape, flat.dtype, flat.data) if isinstance(flat, ArrayValue) else None
