"""numpy's arithmetic, member by member, and its linear algebra."""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.numpy import reductions
from scopelint.apis.python.numpy.array import (
    COMPARISONS,
    ArrayValue,
    array_of,
    elementwise,
    is_static,
    matmul,
    operate,
    safe,
    strides,
    transpose,
)
from scopelint.apis.python.numpy.creation import array_or_unknown
from scopelint.apis.python.numpy.dtypes import KINDS, api, dtype_class, dtype_name, promote
from scopelint.apis.python.numpy.reshaping import flattened, joined
from scopelint.apis.python.support import NUMBERS, derived
from scopelint.apis.registry import Namespace, declare
from scopelint.values.base import AnyValue, Unknown, Value
from scopelint.values.objects import ClassValue, NativeFunction


def _unary(names: str, function: Callable[..., Any], floats: bool = True, result: str = "") -> None:
    def summary(call: Call, x: AnyValue, *args: Any, **kwargs: Any) -> Any:
        part = array_or_unknown(call, x)
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
_unary("exp2", lambda v: 2.0**v)
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
def around(call: Call, a: AnyValue, decimals: AnyValue = 0, out: AnyValue = None) -> Any:
    part = array_or_unknown(call, a)
    if isinstance(part, Unknown) or not isinstance(decimals, int):
        return derived(part, decimals)
    return elementwise(call, lambda v: round(v, decimals) if isinstance(v, float) and math.isfinite(v) else v, [a])


declare("numpy.round", NativeFunction("round", around, "numpy.round"))


def _binary(names: str, sign: str) -> None:
    def summary(call: Call, x1: AnyValue, x2: AnyValue, *args: Any, **kwargs: Any) -> Any:
        for x in (x1, x2):
            if isinstance(x, Unknown):
                return call.binary(sign, x1, x2)
        return operate(call, sign, x1, x2)

    for name in names.split():
        api.function(summary, name=name)


for _names, _sign_of in {
    "add": "+",
    "subtract": "-",
    "multiply": "*",
    "divide true_divide": "/",
    "floor_divide": "//",
    "mod remainder fmod": "%",
    "power float_power": "**",
    "bitwise_and": "&",
    "bitwise_or": "|",
    "bitwise_xor": "^",
    "left_shift": "<<",
    "right_shift": ">>",
}.items():
    _binary(_names, _sign_of)


def _pairwise(names: str, function: Callable[..., Any], result: str | None = None) -> None:
    def summary(call: Call, x1: AnyValue, x2: AnyValue, *args: Any, **kwargs: Any) -> Any:
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
for _name, _of in {
    "equal": "==",
    "not_equal": "!=",
    "less": "<",
    "less_equal": "<=",
    "greater": ">",
    "greater_equal": ">=",
}.items():
    _pairwise(_name, COMPARISONS[_of], "bool")


@api.function
def isclose(
    call: Call, a: AnyValue, b: AnyValue, rtol: AnyValue = 1e-05, atol: AnyValue = 1e-08, equal_nan: AnyValue = False
) -> Any:
    return elementwise(call, lambda x, y: x == y or abs(x - y) <= atol + rtol * abs(y), [a, b], "bool")


@api.function
def allclose(call: Call, a: AnyValue, b: AnyValue, *args: Any, **kwargs: Any) -> Any:
    return reductions.reduce(call, "all", isclose(call, a, b, *args, **kwargs))


@api.function
def array_equal(call: Call, a1: AnyValue, a2: AnyValue, **kwargs: Any) -> Any:
    a, b = array_or_unknown(call, a1), array_or_unknown(call, a2)
    if isinstance(a, Unknown) or isinstance(b, Unknown):
        return derived(a, b)
    if len(a.shape) != len(b.shape) or (is_static(a.shape) and is_static(b.shape) and a.shape != b.shape):
        return False
    return reductions.reduce(call, "all", elementwise(call, COMPARISONS["=="], [a1, a2], "bool"))


@api.function
def clip(
    call: Call, a: AnyValue, a_min: AnyValue = None, a_max: AnyValue = None, out: AnyValue = None, **kwargs: Any
) -> Any:
    result = a
    # The method's names for them.
    a_min, a_max = kwargs.get("min", a_min), kwargs.get("max", a_max)
    if a_min is not None:
        result = elementwise(call, lambda x, y: max(x, y), [result, a_min])
    if a_max is not None:
        result = elementwise(call, lambda x, y: min(x, y), [result, a_max])
    return result


@api.function
def where(call: Call, condition: AnyValue, x: AnyValue = None, y: AnyValue = None) -> Any:
    part = array_or_unknown(call, condition)
    if isinstance(part, Unknown):
        return part.derive("")
    if x is None and y is None:
        return nonzero(call, condition)
    parts = [array_or_unknown(call, x), array_or_unknown(call, y)]
    if any(isinstance(p, Unknown) for p in parts):
        # What is not known may be an array of more dimensions.
        return derived(*parts, reason="what is chosen between is not known")
    return elementwise(call, lambda c, a, b: a if c else b, [condition, x, y], promote(parts[0].dtype, parts[1].dtype))  # type: ignore[union-attr]


@api.function
def argwhere(call: Call, a: AnyValue) -> Any:
    found = nonzero(call, a)
    if isinstance(found, Unknown):
        return found
    return transpose(joined(call, [ArrayValue((1, *p.shape), p.dtype, p.data) for p in found], 0), (1, 0))


@api.function
def nonzero(call: Call, a: AnyValue) -> Any:
    part = array_or_unknown(call, a)
    if isinstance(part, Unknown):
        return part
    count: Any = Unknown("how many members are not zero")
    rank = max(1, len(part.shape))
    if part.data is None or not is_static(part.shape) or any(isinstance(v, Value) for v in part.data):
        return tuple([ArrayValue((count,), "int64") for _ in range(rank)])

    steps = strides(part.shape)
    hits = [at for at, v in enumerate(part.data) if v]
    return tuple(
        [
            ArrayValue((len(hits),), "int64", [at // step % dim for at in hits])
            for step, dim in zip(steps, part.shape, strict=True)
        ]
    )


@api.function
def issubdtype(call: Call, arg1: AnyValue, arg2: AnyValue) -> Any:
    names = [dtype_name(call, arg1), dtype_name(call, arg2)]
    one = dtype_class(names[0]) if names[0] is not None else arg1
    two = arg2 if isinstance(arg2, ClassValue) and names[1] is None else dtype_class(names[1]) if names[1] else arg2
    if not isinstance(one, ClassValue) or not isinstance(two, ClassValue):
        return derived(one, two, reason="dtypes that are not known")
    return one.derives_from(two)


@api.function
def isscalar(call: Call, element: AnyValue) -> Any:
    if isinstance(element, Unknown):
        return element.derive("")
    return type(element) in NUMBERS or isinstance(element, (str, bytes))


# Linear algebra

api.function(matmul, name="matmul", also=("numpy.dot",))
_linalg = Namespace("numpy.linalg")


@_linalg.function
def norm(call: Call, x: AnyValue, ord: AnyValue = None, axis: AnyValue = None, keepdims: AnyValue = False) -> Any:
    squares = elementwise(call, lambda v: float(v * v), [x])
    total = reductions.reduce(call, "sum", squares, axis, keepdims)
    return elementwise(call, safe(math.sqrt), [total])


for _name in ("det", "eig", "eigh", "lstsq", "matrix_rank", "cond", "slogdet"):
    _linalg.function(lambda call, a, *args, **kwargs: call.unknown("a result of linear algebra"), name=_name)


def _like(name: str, flipped: bool = False) -> None:
    """A matrix of the argument's shape, or of its transpose's; its members are not computed."""

    def summary(call: Call, a: AnyValue, *args: Any, **kwargs: Any) -> Any:
        part = array_or_unknown(call, a)
        if isinstance(part, Unknown) or len(part.shape) < 2:
            return derived(part)
        tail = part.shape[:-3:-1] if flipped else part.shape[-2:]
        return array_of((*part.shape[:-2], *tail), "float64")

    _linalg.function(summary, name=name)


_like("inv")
_like("cholesky")
_like("pinv", flipped=True)


@_linalg.function
def solve(call: Call, a: AnyValue, b: AnyValue) -> Any:
    part = array_or_unknown(call, b)
    return part if isinstance(part, Unknown) else array_of(part.shape, "float64")


def _smaller(a: AnyValue, b: AnyValue) -> Any:
    return min(a, b) if isinstance(a, int) and isinstance(b, int) else derived(a, b)


@_linalg.function
def qr(call: Call, a: AnyValue, mode: AnyValue = "reduced") -> Any:
    part = array_or_unknown(call, a)
    if isinstance(part, Unknown) or len(part.shape) != 2:
        return derived(part)
    rows, columns = part.shape
    inner = rows if mode == "complete" else _smaller(rows, columns)
    return (array_of((rows, inner), "float64"), array_of((inner, columns), "float64"))


@_linalg.function
def svd(call: Call, a: AnyValue, full_matrices: AnyValue = True, compute_uv: AnyValue = True, **kwargs: Any) -> Any:
    part = array_or_unknown(call, a)
    if isinstance(part, Unknown) or len(part.shape) != 2:
        return derived(part)
    rows, columns = part.shape
    inner = _smaller(rows, columns)
    values = array_of((inner,), "float64")
    if compute_uv is False:
        return values
    full = call.truth(full_matrices)
    return (
        array_of((rows, rows if full else inner), "float64"),
        values,
        array_of((columns if full else inner, columns), "float64"),
    )


@api.function
def outer(call: Call, a: AnyValue, b: AnyValue, out: AnyValue = None) -> Any:
    left, right = flattened(call, a), flattened(call, b)
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return derived(left, right)
    return operate(call, "*", ArrayValue((*left.shape, 1), left.dtype, left.data), right)
