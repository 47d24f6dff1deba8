"""numpy's scalars, which TF takes for what they are: `np.float64(1)` makes a float64 variable where Python's own `1.0`
makes a float32 one, `np.uint8(1)` one of uint8."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, SupportsIndex

_OPERATORS = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow")
_BITWISE = ("and", "or", "xor", "lshift", "rshift")
_ALONE = ("neg", "pos", "abs")


class NumpyScalar:
    """What numpy's numbers have in common."""

    __slots__ = ()

    dtype = ""


class NumpyFloat(NumpyScalar, float):
    """A Python float that remembers its dtype, as `np.float64` does in earnest. Members of arrays are plain floats."""

    __slots__ = ()

    dtype = "float64"

    def __round__(self, digits: SupportsIndex | None = None) -> Any:
        # As numpy's do that TF 1.15 runs with; Python's own float gives an int.
        return type(self)(round(float(self), digits or 0))


class NumpyInt(NumpyScalar, int):
    """A Python int that remembers its dtype. Members of arrays, dimensions and indices are plain ints."""

    __slots__ = ()

    dtype = "int64"

    def __round__(self, digits: SupportsIndex = 0) -> Any:
        return type(self)(round(int(self), digits))


def _by_zero(number: Any, name: str) -> float:
    """What numpy gives, with a warning, where Python refuses to divide by nothing."""
    divides = "div" in name and number and not math.isnan(number)
    return math.copysign(math.inf, number) if divides else math.nan


def _two(name: str) -> Callable[[Any, Any], Any]:
    plain = getattr(float, name)

    def operate(self: NumpyFloat, other: object) -> Any:
        try:
            result = plain(self, other)
        except ZeroDivisionError:
            left = other if name[2] == "r" else self
            result = _by_zero(left, name) if isinstance(left, (int, float)) else math.nan
        if type(result) is not float:
            return result
        # Two scalars are promoted by their dtypes alone, and Python's own numbers count as 64 bits wide.
        kind: type[float] = type(self)
        if type(other) is not bool and type(other) is not kind:
            kind = max(type(self), type(other), key=_width) if isinstance(other, NumpyFloat) else Float64
            if isinstance(other, NumpyInt) and _SIZES[other.dtype] < 4:
                # An integer of one byte or two fits into a float of four.
                kind = type(self) if type(self) is not Float16 or _SIZES[other.dtype] == 1 else Float32
        return kind(result)

    return operate


def _two_integers(name: str) -> Callable[[Any, Any], Any]:
    plain = getattr(int, name)
    as_float = getattr(float, name, None)

    def operate(self: NumpyInt, other: object) -> Any:
        if type(other) is float:
            return NotImplemented if as_float is None else getattr(Float64, name)(Float64(self), other)
        try:
            result = plain(self, other)
        except ZeroDivisionError:
            left = other if name[2] == "r" else self
            result = _by_zero(left, name) if "truediv" in name else 0
        if type(result) is float:
            return Float64(result)
        return integer(result, _promoted(self, other)) if type(result) is int else result

    return operate


def _promoted(one: NumpyInt, other: object) -> str:
    """The dtype of two integers together, Python's own being int64."""
    if type(other) is bool:
        return one.dtype
    second = other.dtype if isinstance(other, NumpyInt) else "int64"
    if second == one.dtype:
        return second
    signed = sorted((one.dtype, second), key=lambda n: (n[0] == "u", -_SIZES[n]))
    size, narrow = _SIZES[signed[0]], _SIZES[signed[1]]
    if signed[0][0] != signed[1][0]:
        size = min(8, max(size, 2 * narrow))
        return f"int{8 * size}"
    return signed[0]


def _one(name: str, base: type) -> Callable[[Any], Any]:
    plain = getattr(base, name)
    return lambda self: type(self)(plain(self))


for _name in _OPERATORS:
    for _side in ("", "r"):
        setattr(NumpyFloat, f"__{_side}{_name}__", _two(f"__{_side}{_name}__"))
for _name in (*_OPERATORS, *_BITWISE):
    for _side in ("", "r"):
        setattr(NumpyInt, f"__{_side}{_name}__", _two_integers(f"__{_side}{_name}__"))
for _name in _ALONE:
    setattr(NumpyFloat, f"__{_name}__", _one(f"__{_name}__", float))
    setattr(NumpyInt, f"__{_name}__", lambda self, name=_name: integer(getattr(int, f"__{name}__")(self), self.dtype))
setattr(NumpyInt, "__invert__", lambda self: integer(~int(self), self.dtype))  # noqa: B010  as those above


class Float16(NumpyFloat):
    __slots__ = ()
    dtype = "float16"


class Float32(NumpyFloat):
    __slots__ = ()
    dtype = "float32"


class Float64(NumpyFloat):
    __slots__ = ()


FLOATS: dict[str, type[NumpyFloat]] = {"float16": Float16, "float32": Float32, "float64": Float64}
_SIZES = {f"{sign}int{8 * size}": size for sign in ("", "u") for size in (1, 2, 4, 8)}
INTEGERS: dict[str, type[NumpyInt]] = {
    name: type(name.capitalize(), (NumpyInt,), {"__slots__": (), "dtype": name, "__module__": __name__})
    for name in _SIZES
}


def _width(kind: type) -> int:
    return list(FLOATS.values()).index(kind)


def integer(value: int, dtype: str) -> NumpyInt:
    """An integer of that dtype, which goes round where it does not fit."""
    span = 1 << 8 * _SIZES[dtype]
    value = int(value) % span
    return INTEGERS[dtype](value - span if dtype[0] == "i" and value >= span >> 1 else value)


def typed(value: object, dtype: str) -> Any:
    """A number as numpy's scalar of that dtype; any other value as it is."""
    kind = FLOATS.get(dtype)
    if kind is not None:
        return kind(value) if isinstance(value, float) else value
    whole = dtype in INTEGERS and isinstance(value, int) and type(value) is not bool
    return integer(value, dtype) if whole else value  # type: ignore[arg-type]


def is_numpy(value: object) -> bool:
    return isinstance(value, NumpyScalar)


def integer_dtype(members: Sequence[object]) -> str:
    """The dtype that numpy finds for a list of its own integers alone, all of one kind; "" for any other list."""
    kinds = {type(member) for member in members}
    kind = next(iter(kinds)) if len(kinds) == 1 else None
    return kind.dtype if kind is not None and issubclass(kind, NumpyInt) else ""
