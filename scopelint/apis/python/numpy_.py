"""numpy as a calculator: functions that make arrays, change their shape, and compute with them."""

from __future__ import annotations

import cmath
import itertools
import math
from collections.abc import Callable
from typing import Any

from scopelint.apis.python import numpy_reduce
from scopelint.apis.python.constants import COMPARE_DUNDERS, DUNDERS, binary_dunder, compare_dunder
from scopelint.apis.python.numpy_array import (
    COMPARISONS,
    KEPT,
    ArrayBehaviour,
    ArrayValue,
    array_of,
    as_array,
    broadcast,
    elementwise,
    is_static,
    matmul,
    nested,
    operate,
    product,
    safe,
    same_shape,
    shape_of,
    spread,
    take,
    transpose,
)
from scopelint.apis.python.numpy_types import KINDS, api, cast, dtype_class, dtype_name, dtype_of, promote
from scopelint.apis.python.sequences import index_of
from scopelint.apis.python.support import NUMBERS, bare, derived, members, too_large
from scopelint.apis.registry import BEHAVIOURS, Namespace, declare
from scopelint.values.base import Unknown, Value
from scopelint.values.containers import ListValue
from scopelint.values.objects import MISSING, ClassValue, NativeFunction, NativeObject

for _name, _constant in {"pi": math.pi, "e": math.e, "inf": math.inf, "nan": math.nan, "newaxis": None,
                         "Inf": math.inf, "Infinity": math.inf, "NaN": math.nan, "NAN": math.nan, "NINF": -math.inf,
                         "PINF": math.inf, "euler_gamma": 0.5772156649015329, "infty": math.inf}.items():
    api.constant(_name, _constant)

Method = Callable[..., Any]
METHODS: dict[str, Method] = {}


def wanted(call: Any, dtype: Any, default: str) -> str:
    return default if dtype is None else dtype_name(call, dtype) or default


def given(call: Any, value: Any) -> ArrayValue | Unknown:
    """An argument that should be an array."""
    part = as_array(call, value)
    if part is None:
        return derived(value, reason="an array made of what is no number")
    return part


# Making


def _array(call: Any, object: Any, dtype: Any = None, *args: Any, **kwargs: Any) -> Any:
    part = as_array(call, object, None if dtype is None else dtype_name(call, dtype))
    if part is None or isinstance(part, Unknown):
        return derived(part, object, reason="an array made of what is no number")
    if not part.shape:
        return part.data[0] if part.data else derived(object)
    return ArrayValue(part.shape, part.dtype, None if part.data is None else part.data[:])


for _name in ("array", "asarray", "asanyarray", "ascontiguousarray", "copy", "asfarray", "matrix", "mat"):
    api.function(_array, name=_name)


def _filled(name: str, value: Any) -> None:
    def summary(call: Any, shape: Any, dtype: Any = None, *args: Any, **kwargs: Any) -> Any:
        return filled(call, shape, value, wanted(call, dtype, "float64"))

    def alike(call: Any, a: Any, dtype: Any = None, *args: Any, **kwargs: Any) -> Any:
        part = given(call, a)
        return part if isinstance(part, Unknown) else filled(call, part.shape, value, wanted(call, dtype, part.dtype))

    api.function(summary, name=name)
    api.function(alike, name=name + "_like")


def filled(call: Any, shape: Any, value: Any, dtype: str) -> Any:
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
def full(call: Any, shape: Any, fill_value: Any, dtype: Any = None, *args: Any, **kwargs: Any) -> Any:
    return filled(call, shape, fill_value, wanted(call, dtype, dtype_of(fill_value)))


@api.function
def full_like(call: Any, a: Any, fill_value: Any, dtype: Any = None, **kwargs: Any) -> Any:
    part = given(call, a)
    return part if isinstance(part, Unknown) else filled(call, part.shape, fill_value, wanted(call, dtype, part.dtype))


@api.function(also=("numpy.identity",))
def eye(call: Any, N: Any, M: Any = None, k: Any = 0, dtype: Any = None, **kwargs: Any) -> Any:
    rows, columns = index_of(call, N), index_of(call, N if M is None else M)
    found = wanted(call, dtype, "float64")
    if not isinstance(rows, int) or not isinstance(columns, int) or not isinstance(k, int):
        return array_of((rows, columns), found)
    data = [cast(c - r == k, found) for r in range(rows) for c in range(columns)] if rows * columns <= KEPT else None
    return array_of((rows, columns), found, data)


def _triangle(lower: bool) -> Any:
    def make(call: Any, n: Any, k: Any = 0, m: Any = None) -> Any:
        rows, columns, shift = index_of(call, n), index_of(call, n if m is None else m), index_of(call, k)
        if not (isinstance(rows, int) and isinstance(columns, int) and isinstance(shift, int)) \
                or rows * columns > KEPT:
            count = derived(n, m, reason="how many members a triangle has")
            return tuple(array_of((count,), "int64") for _ in range(2))
        inside = [(r, c) for r in range(rows) for c in range(columns)
                  if (c - r <= shift if lower else c - r >= shift)]
        return tuple(array_of((len(inside),), "int64", [place[axis] for place in inside]) for axis in (0, 1))

    return make


api.function(_triangle(True), name="tril_indices")
api.function(_triangle(False), name="triu_indices")


@api.function
def arange(call: Any, *bounds: Any, dtype: Any = None, **kwargs: Any) -> Any:
    named = [kwargs[n] for n in ("start", "stop", "step") if n in kwargs]
    ends = [bare(b) for b in (*bounds, *named)][:3]
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
    def summary(call: Any, start: Any, stop: Any, num: Any = 50, endpoint: Any = True, **kwargs: Any) -> Any:
        count = index_of(call, num)
        if type(start) not in NUMBERS or type(stop) not in NUMBERS or not isinstance(count, int) or count > KEPT:
            return ArrayValue((count if isinstance(count, int) else derived(num),), "float64")
        last = max(1, count - 1 if endpoint is not False else count)
        return array_of((count,), "float64", [float(transform(start, stop, at / last)) for at in range(count)])

    api.function(summary, name=name)


_spaced("linspace", lambda a, b, t: b if t == 1.0 else a + (b - a) * t)
_spaced("logspace", lambda a, b, t: 10.0 ** (a + (b - a) * t))
_spaced("geomspace", lambda a, b, t: a * (b / a) ** t)


@api.function
def meshgrid(call: Any, *xi: Any, indexing: Any = "xy", **kwargs: Any) -> Any:
    parts: list[Any] = [given(call, x) for x in xi]
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
        out.append(array_of(tuple(order), part.dtype, spread(line, tuple(order)) if static else None))
    return ListValue(out)


# Elementwise


def _unary(names: str, function: Callable[..., Any], floats: bool = True, result: str = "") -> None:
    def summary(call: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
        part = given(call, x)
        if isinstance(part, Unknown):
            label = names.split()[0]
            return part.derive(f"{label}({part.label})" if part.label else "")
        kind = KINDS[part.dtype][0]
        dtype = result or (part.dtype if not floats or kind in "fcO" else "float64")
        return elementwise(call, safe(function), [x], dtype)

    for name in names.split():
        api.function(summary, name=name)


def _log(base: Callable[[float], float]) -> Callable[[Any], Any]:
    return lambda v: -math.inf if v == 0 else math.nan if v < 0 else base(v)


def _sign(v: Any) -> Any:
    return type(v)((v > 0) - (v < 0))


for _name in ("exp", "sin", "cos", "tan", "sinh", "cosh", "tanh", "expm1", "sqrt", "degrees", "radians"):
    _unary(_name, getattr(math, _name))
_unary("arcsin", math.asin)
_unary("arccos", math.acos)
_unary("arctan", math.atan)
_unary("deg2rad", math.radians)
_unary("rad2deg", math.degrees)
_unary("log", _log(math.log))
_unary("log2", _log(math.log2))
_unary("log10", _log(math.log10))
_unary("log1p", lambda v: -math.inf if v == -1 else math.log1p(v))
_unary("exp2", lambda v: 2.0 ** v)
_unary("cbrt", lambda v: math.copysign(abs(v) ** (1 / 3), v))
_unary("ceil", lambda v: float(math.ceil(v)) if math.isfinite(v) else v)
_unary("floor", lambda v: float(math.floor(v)) if math.isfinite(v) else v)
_unary("trunc fix", lambda v: float(math.trunc(v)) if math.isfinite(v) else v)
_unary("rint", lambda v: float(round(v)) if math.isfinite(v) else v)
_unary("abs absolute fabs", abs, floats=False)
_unary("square", lambda v: v * v, floats=False)
_unary("negative", lambda v: -v, floats=False)
_unary("sign", _sign, floats=False)
_unary("reciprocal", lambda v: 1 / v, floats=False)
_unary("isnan", lambda v: v != v, result="bool")
_unary("isinf", lambda v: isinstance(v, float) and math.isinf(v), result="bool")
_unary("isfinite", lambda v: cmath.isfinite(v), result="bool")
_unary("nan_to_num", lambda v: 0.0 if v != v else v, floats=False)
_unary("asscalar", lambda v: v, floats=False)
_unary("logical_not", lambda v: not v, result="bool")
_unary("invert bitwise_not", lambda v: (not v) if type(v) is bool else ~v, floats=False)
_unary("conj conjugate real", lambda v: v.conjugate() if isinstance(v, complex) else v, floats=False)


@api.function(also=("numpy.round_",), name="around")
def around(call: Any, a: Any, decimals: Any = 0, out: Any = None) -> Any:
    part = given(call, a)
    if isinstance(part, Unknown) or not isinstance(decimals, int):
        return derived(part, decimals)
    return elementwise(call, lambda v: round(v, decimals) if isinstance(v, float) and math.isfinite(v) else v, [a])


declare("numpy.round", NativeFunction("round", around, "numpy.round"))


def _binary(names: str, sign: str) -> None:
    def summary(call: Any, x1: Any, x2: Any, *args: Any, **kwargs: Any) -> Any:
        for x in (x1, x2):
            if isinstance(x, Unknown):
                return call.binary(sign, x1, x2)
        return operate(call, sign, x1, x2)

    for name in names.split():
        api.function(summary, name=name)


for _names, _sign_of in {"add": "+", "subtract": "-", "multiply": "*", "divide true_divide": "/", "floor_divide": "//",
                         "mod remainder fmod": "%", "power float_power": "**", "bitwise_and": "&", "bitwise_or": "|",
                         "bitwise_xor": "^", "left_shift": "<<", "right_shift": ">>"}.items():
    _binary(_names, _sign_of)


def _pairwise(names: str, function: Callable[..., Any], result: str | None = None) -> None:
    def summary(call: Any, x1: Any, x2: Any, *args: Any, **kwargs: Any) -> Any:
        return elementwise(call, safe(function), [x1, x2], result)

    for name in names.split():
        api.function(summary, name=name)


_pairwise("maximum fmax", lambda a, b: a if a >= b or a != a else b)
_pairwise("minimum fmin", lambda a, b: a if a <= b or a != a else b)
_pairwise("arctan2", math.atan2, "float64")
_pairwise("hypot", math.hypot, "float64")
_pairwise("logical_and", lambda a, b: bool(a) and bool(b), "bool")
_pairwise("logical_or", lambda a, b: bool(a) or bool(b), "bool")
_pairwise("logical_xor", lambda a, b: bool(a) != bool(b), "bool")
_pairwise("gcd", math.gcd)
_pairwise("lcm", math.lcm)
for _name, _of in {"equal": "==", "not_equal": "!=", "less": "<", "less_equal": "<=", "greater": ">",
                   "greater_equal": ">="}.items():
    _pairwise(_name, COMPARISONS[_of], "bool")


@api.function
def isclose(call: Any, a: Any, b: Any, rtol: Any = 1e-05, atol: Any = 1e-08, equal_nan: Any = False) -> Any:
    return elementwise(call, lambda x, y: x == y or abs(x - y) <= atol + rtol * abs(y), [a, b], "bool")


@api.function
def allclose(call: Any, a: Any, b: Any, *args: Any, **kwargs: Any) -> Any:
    return numpy_reduce.reduce(call, "all", isclose(call, a, b, *args, **kwargs))


@api.function
def array_equal(call: Any, a1: Any, a2: Any, **kwargs: Any) -> Any:
    a, b = given(call, a1), given(call, a2)
    if isinstance(a, Unknown) or isinstance(b, Unknown):
        return derived(a, b)
    if len(a.shape) != len(b.shape) or (is_static(a.shape) and is_static(b.shape) and a.shape != b.shape):
        return False
    return numpy_reduce.reduce(call, "all", elementwise(call, COMPARISONS["=="], [a1, a2], "bool"))


@api.function
def clip(call: Any, a: Any, a_min: Any = None, a_max: Any = None, out: Any = None) -> Any:
    result = a
    if a_min is not None:
        result = elementwise(call, lambda x, y: max(x, y), [result, a_min])
    if a_max is not None:
        result = elementwise(call, lambda x, y: min(x, y), [result, a_max])
    return result


@api.function
def where(call: Any, condition: Any, x: Any = None, y: Any = None) -> Any:
    part = given(call, condition)
    if isinstance(part, Unknown):
        return part.derive("")
    if x is None and y is None:
        return nonzero(call, condition)
    parts = [given(call, x), given(call, y)]
    if any(isinstance(p, Unknown) for p in parts):
        shape = broadcast(call, [p.shape for p in (part, *parts) if isinstance(p, ArrayValue)])
        return array_of(shape, "float64")
    return elementwise(call, lambda c, a, b: a if c else b, [condition, x, y],
                       promote(parts[0].dtype, parts[1].dtype))  # type: ignore[union-attr]


@api.function
def argwhere(call: Any, a: Any) -> Any:
    found = nonzero(call, a)
    if isinstance(found, Unknown):
        return found
    return transpose(joined(call, [ArrayValue((1, *p.shape), p.dtype, p.data) for p in found], 0), (1, 0))


@api.function
def nonzero(call: Any, a: Any) -> Any:
    part = given(call, a)
    if isinstance(part, Unknown):
        return part
    count: Any = Unknown("how many members are not zero")
    rank = max(1, len(part.shape))
    if part.data is None or not is_static(part.shape) or any(isinstance(v, Value) for v in part.data):
        return tuple([ArrayValue((count,), "int64") for _ in range(rank)])
    from scopelint.apis.python.numpy_array import strides

    steps = strides(part.shape)
    hits = [at for at, v in enumerate(part.data) if v]
    return tuple([ArrayValue((len(hits),), "int64", [at // step % dim for at in hits])
                  for step, dim in zip(steps, part.shape, strict=True)])


@api.function
def issubdtype(call: Any, arg1: Any, arg2: Any) -> Any:
    names = [dtype_name(call, arg1), dtype_name(call, arg2)]
    one = dtype_class(names[0]) if names[0] is not None else arg1
    two = arg2 if isinstance(arg2, ClassValue) and names[1] is None else dtype_class(names[1]) if names[1] else arg2
    if not isinstance(one, ClassValue) or not isinstance(two, ClassValue):
        return derived(one, two, reason="dtypes that are not known")
    return one.derives_from(two)


@api.function
def isscalar(call: Any, element: Any) -> Any:
    if isinstance(element, Unknown):
        return element.derive("")
    return type(element) in NUMBERS or isinstance(element, (str, bytes))


# Shapes


def reshaped(call: Any, part: ArrayValue, shape: Any) -> Any:
    dims = shape_of(call, shape)
    if isinstance(dims, Unknown):
        return dims
    size = product(part.shape)
    free = [at for at, d in enumerate(dims) if isinstance(d, int) and d == -1]
    rest = product([d for at, d in enumerate(dims) if at not in free])
    if isinstance(size, int) and isinstance(rest, int):
        if (free and (rest == 0 or size % rest)) or (not free and size != rest):
            call.raise_("ValueError", f"cannot reshape array of size {size} into shape "
                                      f"{str(dims).replace(' ', '').replace(',)', ',)')}")
        dims = tuple([size // rest if at in free else d for at, d in enumerate(dims)])
    elif free:
        dims = tuple([derived(size, rest) if at in free else d for at, d in enumerate(dims)])
    return array_of(dims, part.dtype, part.data)


def _reshape_method(call: Any, self: ArrayValue, *shape: Any, **kwargs: Any) -> Any:
    return reshaped(call, self, shape[0] if len(shape) == 1 else shape)


@api.function
def reshape(call: Any, a: Any, newshape: Any = None, order: Any = "C", shape: Any = None) -> Any:
    part = given(call, a)
    return part if isinstance(part, Unknown) else reshaped(call, part, newshape if shape is None else shape)


def _axis(call: Any, axis: Any, rank: int) -> int:
    number = index_of(call, axis)
    if not isinstance(number, int):
        return 0
    if not -rank <= number < rank:
        call.raise_("ValueError", f"axis {number} is out of bounds for array of dimension {rank}")
    return number % rank


def _transpose(call: Any, self: Any, *axes: Any) -> Any:
    part = given(call, self)
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


api.function(lambda call, a, axes=None: _transpose(call, a, *(() if axes is None else (axes,))), name="transpose")


@api.function
def swapaxes(call: Any, a: Any, axis1: Any, axis2: Any) -> Any:
    part = given(call, a)
    if isinstance(part, Unknown):
        return part
    order = list(range(len(part.shape)))
    one, two = _axis(call, axis1, len(order)), _axis(call, axis2, len(order))
    order[one], order[two] = order[two], order[one]
    return transpose(part, tuple(order))


@api.function(also=("numpy.rollaxis",))
def moveaxis(call: Any, a: Any, source: Any, destination: Any = 0) -> Any:
    part = given(call, a)
    if isinstance(part, Unknown) or not isinstance(source, int) or not isinstance(destination, int):
        return derived(part, source, destination)
    order = list(range(len(part.shape)))
    moved = order.pop(_axis(call, source, len(part.shape)))
    order.insert(_axis(call, destination, len(part.shape)), moved)
    return transpose(part, tuple(order))


@api.function
def expand_dims(call: Any, a: Any, axis: Any) -> Any:
    part = given(call, a)
    if isinstance(part, Unknown):
        return part
    axes = axis if type(axis) is tuple else (axis,)
    shape = list(part.shape)
    for one in axes:
        shape.insert(_axis(call, one, len(shape) + 1), 1)
    return array_of(tuple(shape), part.dtype, part.data)


@api.function
def squeeze(call: Any, a: Any, axis: Any = None) -> Any:
    part = given(call, a)
    if isinstance(part, Unknown):
        return part
    if axis is None:
        shape = tuple([d for d in part.shape if not (isinstance(d, int) and d == 1)])
    else:
        gone = {_axis(call, x, len(part.shape)) for x in (axis if type(axis) is tuple else (axis,))}
        shape = tuple([d for at, d in enumerate(part.shape) if at not in gone])
    return array_of(shape, part.dtype, part.data)


def _flatten(call: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
    part = given(call, self)
    return part if isinstance(part, Unknown) else ArrayValue((product(part.shape),), part.dtype, part.data)


api.function(_flatten, name="ravel")


def _at_least(rank: int) -> None:
    def summary(call: Any, *arys: Any) -> Any:
        found = []
        for one in arys:
            part = given(call, one)
            if isinstance(part, ArrayValue) and len(part.shape) < rank:
                part = ArrayValue((1,) * (rank - len(part.shape)) + part.shape, part.dtype, part.data)
            found.append(part)
        return found[0] if len(found) == 1 else ListValue(found)

    api.function(summary, name=f"atleast_{rank}d")


for _rank in (1, 2, 3):
    _at_least(_rank)


@api.function
def broadcast_to(call: Any, array: Any, shape: Any, **kwargs: Any) -> Any:
    part, dims = given(call, array), shape_of(call, shape)
    if isinstance(part, Unknown) or isinstance(dims, Unknown):
        return derived(part, dims)
    keep = is_static(dims) and product(dims) <= KEPT and part.data is not None
    return array_of(dims, part.dtype, spread(part, dims) if keep else None)


# Joining and cutting


def joined(call: Any, parts: list[ArrayValue], axis: int) -> Any:
    first = parts[0]
    for part in parts[1:]:
        if len(part.shape) != len(first.shape) or any(
                isinstance(x, int) and isinstance(y, int) and x != y and at != axis
                for at, (x, y) in enumerate(zip(part.shape, first.shape, strict=False))):
            call.raise_("ValueError", "all the input array dimensions except for the concatenation axis must match "
                                      "exactly")
    total: Any = 0
    for part in parts:
        total = total + part.shape[axis]
    shape = (*first.shape[:axis], total, *first.shape[axis + 1:])
    dtype = first.dtype
    for part in parts[1:]:
        dtype = promote(dtype, part.dtype)
    data = None
    if is_static(shape) and product(shape) <= KEPT and all(p.data is not None for p in parts):
        inner = product(first.shape[axis + 1:])
        data = []
        for row in range(product(first.shape[:axis])):
            for part in parts:
                width = part.shape[axis] * inner
                data += [cast(v, dtype) for v in (part.data or [])[row * width:(row + 1) * width]]
    return array_of(shape, dtype, data)


def _parts(call: Any, arrays: Any) -> list[ArrayValue] | Unknown:
    found = members(call, arrays)
    if isinstance(found, Unknown):
        return found
    parts = [given(call, one) for one in found]
    for part in parts:
        if isinstance(part, Unknown):
            return part
    if not parts:
        call.raise_("ValueError", "need at least one array to concatenate")
    return [p for p in parts if isinstance(p, ArrayValue)]


@api.function
def concatenate(call: Any, arrays: Any, axis: Any = 0, out: Any = None, **kwargs: Any) -> Any:
    parts = _parts(call, arrays)
    if isinstance(parts, Unknown):
        return parts.derive("")
    if axis is None:
        parts, axis = [ArrayValue((product(p.shape),), p.dtype, p.data) for p in parts], 0
    if not parts[0].shape:
        call.raise_("ValueError", "zero-dimensional arrays cannot be concatenated")
    return joined(call, parts, _axis(call, axis, len(parts[0].shape)))


@api.function
def stack(call: Any, arrays: Any, axis: Any = 0, out: Any = None, **kwargs: Any) -> Any:
    parts = _parts(call, arrays)
    if isinstance(parts, Unknown):
        return parts.derive("")
    if not all(same_shape(p.shape, parts[0].shape) for p in parts) and all(is_static(p.shape) for p in parts):
        call.raise_("ValueError", "all input arrays must have the same shape")
    at = _axis(call, axis, len(parts[0].shape) + 1)
    return joined(call, [ArrayValue((*p.shape[:at], 1, *p.shape[at:]), p.dtype, p.data) for p in parts], at)


def _stacking(names: str, rank: int, axis: int) -> None:
    def summary(call: Any, tup: Any, **kwargs: Any) -> Any:
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
def append(call: Any, arr: Any, values: Any, axis: Any = None) -> Any:
    return concatenate(call, ListValue([arr, values]) if axis is not None else ListValue(
        [_flatten(call, arr), _flatten(call, values)]), 0 if axis is None else axis)


@api.function
def column_stack(call: Any, tup: Any) -> Any:
    parts = _parts(call, tup)
    if isinstance(parts, Unknown):
        return parts.derive("")
    grown = [ArrayValue((*p.shape, 1), p.dtype, p.data) if len(p.shape) == 1 else p for p in parts]
    return joined(call, grown, 1)


def _splitting(name: str, exact: bool) -> None:
    def summary(call: Any, ary: Any, indices_or_sections: Any, axis: Any = 0) -> Any:
        part, where_at = given(call, ary), bare(indices_or_sections)
        if isinstance(part, Unknown) or isinstance(where_at, Unknown):
            return derived(part, where_at)
        at = _axis(call, axis, len(part.shape))
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
def tile(call: Any, A: Any, reps: Any) -> Any:
    part, times = given(call, A), shape_of(call, reps)
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
            result = ArrayValue((*result.shape[:axis], result.shape[axis] * count, *result.shape[axis + 1:]),
                                result.dtype)
    return result


@api.function
def repeat(call: Any, a: Any, repeats: Any, axis: Any = None) -> Any:
    part, count = given(call, a), index_of(call, repeats)
    if isinstance(part, Unknown):
        return part
    if axis is None:
        part, axis = ArrayValue((product(part.shape),), part.dtype, part.data), 0
    at = _axis(call, axis, len(part.shape))
    shape = (*part.shape[:at], part.shape[at] * count if isinstance(count, int) else derived(repeats),
             *part.shape[at + 1:])
    if is_static(shape) and product(shape) <= KEPT and part.data is not None and isinstance(count, int):
        inner = product(part.shape[at + 1:])
        chunks = [part.data[i:i + inner] for i in range(0, len(part.data), max(1, inner))]
        return array_of(shape, part.dtype, [v for chunk in chunks for _ in range(count) for v in chunk])
    return array_of(shape, part.dtype)


@api.function
def pad(call: Any, array: Any, pad_width: Any, mode: Any = "constant", **kwargs: Any) -> Any:
    part, widths = given(call, array), given(call, pad_width)
    if isinstance(part, Unknown) or isinstance(widths, Unknown) or widths.data is None:
        return derived(part, widths)
    pairs = spread(widths, (len(part.shape), 2)) if len(widths.shape) != 1 or len(widths.data) == 1 else \
        widths.data * len(part.shape)
    return array_of(tuple([d + pairs[2 * at] + pairs[2 * at + 1] for at, d in enumerate(part.shape)]), part.dtype)


@api.function
def flip(call: Any, m: Any, axis: Any = None) -> Any:
    part = given(call, m)
    if isinstance(part, Unknown):
        return part
    if axis is None:
        return array_of(part.shape, part.dtype, None if part.data is None else part.data[::-1])
    at = _axis(call, axis, len(part.shape))
    return take(call, part, (*(slice(None),) * at, slice(None, None, -1)))


for _name, _at in {"fliplr": 1, "flipud": 0}.items():
    api.function(lambda call, m, at=_at: flip(call, m, at), name=_name)


# Linear algebra

api.function(matmul, name="matmul", also=("numpy.dot",))
_linalg = Namespace("numpy.linalg")


@_linalg.function
def norm(call: Any, x: Any, ord: Any = None, axis: Any = None, keepdims: Any = False) -> Any:
    squares = elementwise(call, lambda v: float(v * v), [x])
    total = numpy_reduce.reduce(call, "sum", squares, axis, keepdims)
    return elementwise(call, safe(math.sqrt), [total])


for _name in ("det", "eig", "eigh", "lstsq", "matrix_rank", "cond", "slogdet"):
    _linalg.function(lambda call, a, *args, **kwargs: call.unknown("a result of linear algebra"), name=_name)


def _like(name: str, flipped: bool = False) -> None:
    """A matrix of the argument's shape, or of its transpose's; its members are not computed."""
    def summary(call: Any, a: Any, *args: Any, **kwargs: Any) -> Any:
        part = given(call, a)
        if isinstance(part, Unknown) or len(part.shape) < 2:
            return derived(part)
        tail = part.shape[:-3:-1] if flipped else part.shape[-2:]
        return array_of((*part.shape[:-2], *tail), "float64")

    _linalg.function(summary, name=name)


_like("inv")
_like("cholesky")
_like("pinv", flipped=True)


@_linalg.function
def solve(call: Any, a: Any, b: Any) -> Any:
    part = given(call, b)
    return part if isinstance(part, Unknown) else array_of(part.shape, "float64")


def _smaller(a: Any, b: Any) -> Any:
    return min(a, b) if isinstance(a, int) and isinstance(b, int) else derived(a, b)


@_linalg.function
def qr(call: Any, a: Any, mode: Any = "reduced") -> Any:
    part = given(call, a)
    if isinstance(part, Unknown) or len(part.shape) != 2:
        return derived(part)
    rows, columns = part.shape
    inner = rows if mode == "complete" else _smaller(rows, columns)
    return (array_of((rows, inner), "float64"), array_of((inner, columns), "float64"))


@_linalg.function
def svd(call: Any, a: Any, full_matrices: Any = True, compute_uv: Any = True, **kwargs: Any) -> Any:
    part = given(call, a)
    if isinstance(part, Unknown) or len(part.shape) != 2:
        return derived(part)
    rows, columns = part.shape
    inner = _smaller(rows, columns)
    values = array_of((inner,), "float64")
    if compute_uv is False:
        return values
    full = call.truth(full_matrices)
    return (array_of((rows, rows if full else inner), "float64"), values,
            array_of((columns if full else inner, columns), "float64"))


@api.function
def outer(call: Any, a: Any, b: Any, out: Any = None) -> Any:
    left, right = _flatten(call, a), _flatten(call, b)
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return derived(left, right)
    return operate(call, "*", ArrayValue((*left.shape, 1), left.dtype, left.data), right)


# What else there is


@api.function
def dtype(call: Any, dtype: Any, *args: Any, **kwargs: Any) -> Any:
    name = dtype_name(call, dtype)
    return dtype_class(name) if name is not None else derived(dtype, reason="a dtype that is not known")


@api.function
def shape(call: Any, a: Any) -> Any:
    found = call.getattr(a, "shape", MISSING) if isinstance(a, Value) and not isinstance(
        a, (ListValue, ArrayValue)) else MISSING
    if found is not MISSING:
        return found
    part = given(call, a)
    return part if isinstance(part, Unknown) else part.shape


@api.function
def ndim(call: Any, a: Any) -> Any:
    part = given(call, a)
    return part if isinstance(part, Unknown) else len(part.shape)


@api.function
def size(call: Any, a: Any, axis: Any = None) -> Any:
    part = given(call, a)
    if isinstance(part, Unknown):
        return part
    return product(part.shape) if axis is None else part.shape[_axis(call, axis, len(part.shape))]


_LIMITS = {"float16": (65504.0, 0.000977, 6.104e-05), "float32": (3.4028234663852886e38, 1.1920928955078125e-07,
                                                               1.1754943508222875e-38),
           "float64": (1.7976931348623157e308, 2.220446049250313e-16, 2.2250738585072014e-308)}


@api.function
def finfo(call: Any, dtype: Any) -> Any:
    name = dtype_name(call, dtype) or "float64"
    top, eps, tiny = _LIMITS.get(name, _LIMITS["float64"])
    return NativeObject("numpy.info", None, {"max": top, "min": -top, "eps": eps, "tiny": tiny,
                                             "bits": 8 * KINDS[name][1], "dtype": dtype_class(name), "resolution":
                                             {"float16": 0.001, "float32": 1e-06}.get(name, 1e-15), "precision":
                                             {"float16": 3, "float32": 6}.get(name, 15)})


@api.function
def iinfo(call: Any, type: Any) -> Any:
    name = dtype_name(call, type) or "int64"
    kind, bytes_ = KINDS[name]
    top = (1 << (8 * bytes_ - (kind == "i"))) - 1
    return NativeObject("numpy.info", None, {"max": top, "min": -top - 1 if kind == "i" else 0, "bits": 8 * bytes_,
                                             "dtype": dtype_class(name)})


for _name in ("load", "loadtxt", "genfromtxt", "fromfile", "frombuffer", "fromstring", "fromiter", "memmap",
              "interp", "histogram", "polyfit", "polyval", "digitize", "convolve", "searchsorted", "unique", "diff",
              "einsum", "tensordot", "cross", "corrcoef", "cov", "bincount", "in1d", "isin", "intersect1d", "setdiff1d",
              "packbits", "unpackbits", "choose", "apply_along_axis", "lexsort", "trapz", "roll", "delete",
              "insert", "triu", "tril", "diag", "kron", "vectorize", "nditer", "ndenumerate", "ndindex",
              "unravel_index", "array2string", "array_str", "array_repr", "base_repr", "binary_repr"):
    api.function(lambda call, *args, **kwargs: derived(*args, reason="what numpy makes of data"), name=_name)
for _name in ("save", "savez", "savez_compressed", "savetxt", "set_printoptions", "seterr", "copyto", "put",
              "fill_diagonal", "put_along_axis"):
    api.function(lambda call, *args, **kwargs: None, name=_name)


@api.function
def errstate(call: Any, **kwargs: Any) -> Any:
    from scopelint.apis.python.system import quiet

    return quiet("errstate")


# Methods of arrays


def _astype(call: Any, self: ArrayValue, dtype: Any, *args: Any, **kwargs: Any) -> Any:
    name = dtype_name(call, dtype)
    return ArrayValue(self.shape, self.dtype) if name is None else as_array(call, self, name)


def _item_of(call: Any, self: ArrayValue, *index: Any) -> Any:
    if index:
        return take(call, self, index[0] if len(index) == 1 else index)
    if self.data is not None and len(self.data) == 1:
        return self.data[0]
    if is_static(self.shape) and product(self.shape) != 1:
        call.raise_("ValueError", "can only convert an array of size 1 to a Python scalar")
    return Unknown("a member of an array")


def _fill(call: Any, self: ArrayValue, value: Any) -> None:
    self.touch()
    self.data = None if self.data is None else [cast(value, self.dtype)] * len(self.data)


def _sort(call: Any, self: ArrayValue, axis: Any = -1, **kwargs: Any) -> None:
    found = numpy_reduce.sorted_along(call, self, axis, False)
    self.touch()
    self.data = found.data if isinstance(found, ArrayValue) else None


def _through(function: Any) -> Method:
    def method(call: Any, self: ArrayValue, *args: Any, **kwargs: Any) -> Any:
        return function(call, self, *args, **kwargs)

    return method


METHODS.update({
    "astype": _astype, "tolist": lambda call, self: nested(self), "flatten": _flatten, "ravel": _flatten,
    "reshape": _reshape_method, "copy": lambda call, self, *args: ArrayValue(
        self.shape, self.dtype, None if self.data is None else self.data[:]),
    "item": _item_of, "transpose": _transpose, "swapaxes": _through(swapaxes), "squeeze": _through(squeeze),
    "dot": _through(matmul), "fill": _fill, "sort": _sort, "round": _through(around), "clip": _through(clip),
    "nonzero": _through(nonzero), "repeat": _through(repeat), "view": lambda call, self, *args: self,
    "take": lambda call, self, indices, axis=None: take(call, self, indices) if axis in (None, 0) else derived(),
    "__len__": lambda call, self: self.shape[0], "__array__": lambda call, self, *args: self,
    "conj": lambda call, self: self, "tobytes": lambda call, self, *args: Unknown("the bytes of an array"),
    "tostring": lambda call, self, *args: Unknown("the bytes of an array"), "setflags": lambda call, self, **kw: None,
    "resize": _reshape_method,
})
METHODS.update(numpy_reduce.METHODS)
METHODS.update({name: binary_dunder(sign) for name, sign in DUNDERS.items()})
METHODS.update({"__r" + name[2:]: binary_dunder(sign, swap=True) for name, sign in DUNDERS.items()})
METHODS.update({name: compare_dunder(sign) for name, sign in COMPARE_DUNDERS.items()})
METHODS["__abs__"] = lambda call, self: elementwise(call, abs, [self])
METHODS["__neg__"] = lambda call, self: elementwise(call, lambda v: -v, [self])
METHODS["__getitem__"] = take

BEHAVIOURS[ArrayValue] = ArrayBehaviour("numpy.ndarray", METHODS)


def _new_array(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return filled(call, args[1] if len(args) > 1 else kwargs.get("shape", ()), 0,
                  wanted(call, args[2] if len(args) > 2 else kwargs.get("dtype"), "float64"))


_ndarray = api.type("ndarray", bases=("builtins.object",))
_ndarray.cls.attrs["__new__"] = NativeFunction("__new__", _new_array, "numpy.ndarray.__new__", raw=True)

declare("numpy.<cast scalar>", NativeFunction("astype", lambda call, value, dtype: cast(
    value, dtype_name(call, dtype) or dtype_of(value))))
