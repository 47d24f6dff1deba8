"""numpy's functions that make arrays."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.builtins.indices import index_of
from scopelint.apis.python.numpy.array import (
    KEPT,
    ArrayValue,
    array_of,
    as_array,
    broadcast_members,
    is_static,
    product,
    shape_of,
)
from scopelint.apis.python.numpy.dtypes import api, cast, dtype_name, dtype_of
from scopelint.apis.python.support import NUMBERS, bare, derived
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.numbers import typed


def wanted(call: Call, dtype: AnyValue, default: str) -> str:
    return default if dtype is None else dtype_name(call, dtype) or default


def array_or_unknown(call: Call, value: AnyValue) -> ArrayValue | Unknown:
    """An argument that should be an array."""
    part = as_array(call, value)
    if part is None:
        return derived(value, reason="an array made of what is no number")
    return part


def _array(call: Call, object: AnyValue, dtype: AnyValue = None, *args: Any, **kwargs: Any) -> Any:
    part = as_array(call, object, None if dtype is None else dtype_name(call, dtype))
    if part is None or isinstance(part, Unknown):
        return derived(part, object, reason="an array made of what is no number")
    if not part.shape:
        return typed(part.data[0], part.dtype) if part.data else derived(object)
    return ArrayValue(part.shape, part.dtype, None if part.data is None else part.data[:])


for _name in ("array", "asarray", "asanyarray", "ascontiguousarray", "copy", "asfarray"):
    api.function(_array, name=_name)


def _matrix(call: Call, data: AnyValue, *args: Any, **kwargs: Any) -> Any:
    """It has two dimensions whatever it is made of, keeps them when it is indexed or summed, and `*` is its product:
    none of which an array does."""
    return derived(data, reason="a matrix of numpy's, which is no array like others")


for _name in ("matrix", "mat", "asmatrix", "bmat"):
    api.function(_matrix, name=_name)


def _filled(name: str, value: AnyValue) -> None:
    def summary(call: Call, shape: AnyValue, dtype: AnyValue = None, *args: Any, **kwargs: Any) -> Any:
        return filled(call, shape, value, wanted(call, dtype, "float64"))

    def alike(call: Call, a: AnyValue, dtype: AnyValue = None, *args: Any, **kwargs: Any) -> Any:
        part = array_or_unknown(call, a)
        return part if isinstance(part, Unknown) else filled(call, part.shape, value, wanted(call, dtype, part.dtype))

    api.function(summary, name=name)
    api.function(alike, name=name + "_like")


def filled(call: Call, shape: AnyValue, value: AnyValue, dtype: str) -> Any:
    dims = shape if type(shape) is tuple and is_static(shape) else shape_of(call, shape)
    if isinstance(dims, Unknown):
        return dims
    if any(isinstance(d, int) and d < 0 for d in dims):
        call.raise_("ValueError", "negative dimensions are not allowed")
    size = product(dims)
    data = [cast(value, dtype)] * size if isinstance(size, int) and size <= KEPT else None
    return array_of(dims, dtype, data)


_filled("zeros", 0)
_filled("ones", 1)
_filled("empty", 0)


@api.function
def full(call: Call, shape: AnyValue, fill_value: AnyValue, dtype: AnyValue = None, *args: Any, **kwargs: Any) -> Any:
    return filled(call, shape, fill_value, wanted(call, dtype, dtype_of(fill_value)))


@api.function
def full_like(call: Call, a: AnyValue, fill_value: AnyValue, dtype: AnyValue = None, **kwargs: Any) -> Any:
    part = array_or_unknown(call, a)
    return part if isinstance(part, Unknown) else filled(call, part.shape, fill_value, wanted(call, dtype, part.dtype))


@api.function(also=("numpy.identity",))
def eye(call: Call, N: AnyValue, M: AnyValue = None, k: AnyValue = 0, dtype: AnyValue = None, **kwargs: Any) -> Any:
    rows, columns = index_of(call, N), index_of(call, N if M is None else M)
    found = wanted(call, dtype, "float64")
    if not isinstance(rows, int) or not isinstance(columns, int) or not isinstance(k, int):
        return array_of((rows, columns), found)
    data = [cast(c - r == k, found) for r in range(rows) for c in range(columns)] if rows * columns <= KEPT else None
    return array_of((rows, columns), found, data)


def _triangle(lower: bool) -> Any:
    def make(call: Call, n: AnyValue, k: AnyValue = 0, m: AnyValue = None) -> Any:
        rows, columns, shift = index_of(call, n), index_of(call, n if m is None else m), index_of(call, k)
        if not (isinstance(rows, int) and isinstance(columns, int) and isinstance(shift, int)) or rows * columns > KEPT:
            count = derived(n, m, reason="how many members a triangle has")
            return tuple(array_of((count,), "int64") for _ in range(2))
        inside = [(r, c) for r in range(rows) for c in range(columns) if (c - r <= shift if lower else c - r >= shift)]
        return tuple(array_of((len(inside),), "int64", [place[axis] for place in inside]) for axis in (0, 1))

    return make


api.function(_triangle(True), name="tril_indices")
api.function(_triangle(False), name="triu_indices")


@api.function
def arange(call: Call, *bounds: Any, dtype: AnyValue = None, **kwargs: Any) -> Any:
    named = [kwargs[n] for n in ("start", "stop", "step") if n in kwargs]
    ends = [bare(b) for b in (*bounds, *named)][:3]
    if not ends:
        call.raise_("TypeError", "Required argument 'start' (pos 1) not found")
    for end in ends:
        if type(end) not in NUMBERS:
            return ArrayValue((derived(end),), wanted(call, dtype, "int64"))
    start, stop, step = (0, ends[0], 1) if len(ends) == 1 else (*ends, 1)[:3]
    if step == 0:
        call.raise_("ZeroDivisionError", "division by zero")
    count = max(0, math.ceil((stop - start) / step))
    common = "float64" if any(isinstance(e, float) for e in ends) else "int64"
    found = wanted(call, dtype, common)
    if count > KEPT:
        return array_of((count,), found)
    return array_of((count,), found, [cast(start + at * step, found) for at in range(count)])


def _spaced(name: str, transform: Callable[[float, float, float], float]) -> None:
    def summary(call: Call, start: Any, stop: Any, num: Any = 50, endpoint: Any = True, **kwargs: Any) -> Any:
        count = index_of(call, num)
        if type(start) not in NUMBERS or type(stop) not in NUMBERS or not isinstance(count, int) or count > KEPT:
            return ArrayValue((count if isinstance(count, int) else derived(num),), "float64")
        last = max(1, count - 1 if endpoint is not False else count)
        try:
            found = [transform(start, stop, at / last) for at in range(count)]
        except ArithmeticError:
            # numpy gives infinities and no numbers there.
            return ArrayValue((count,), "float64")
        if any(isinstance(member, complex) for member in found):
            return ArrayValue((count,), "complex128")
        return array_of((count,), "float64", [float(member) for member in found])

    api.function(summary, name=name)


_spaced("linspace", lambda a, b, t: b if t == 1.0 else a + (b - a) * t)
_spaced("logspace", lambda a, b, t: 10.0 ** (a + (b - a) * t))
_spaced("geomspace", lambda a, b, t: a * (b / a) ** t)


@api.function
def meshgrid(call: Call, *xi: Any, indexing: AnyValue = "xy", **kwargs: Any) -> Any:
    parts: list[Any] = [array_or_unknown(call, x) for x in xi]
    if any(isinstance(p, Unknown) for p in parts):
        return derived(*parts)
    sizes = [product(p.shape) for p in parts if isinstance(p, ArrayValue)]
    order = sizes if indexing == "ij" or len(sizes) < 2 else [sizes[1], sizes[0], *sizes[2:]]
    out = []
    for at, part in enumerate(parts):
        place = at if indexing == "ij" or at > 1 or len(sizes) < 2 else 1 - at
        shape = tuple([size if axis == place else 1 for axis, size in enumerate(order)])
        line = ArrayValue(shape, part.dtype, part.data)
        static = is_static(tuple(order)) and product(order) <= KEPT and part.data is not None
        out.append(array_of(tuple(order), part.dtype, broadcast_members(line, tuple(order)) if static else None))
    return ListValue(out)
