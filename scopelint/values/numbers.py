"""numpy's scalars of floating point, which TF takes for what they are: `np.float64(1)` makes a float64 variable where
Python's own `1.0` makes a float32 one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, SupportsIndex

_OPERATORS = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow")
_ALONE = ("neg", "pos", "abs")


class NumpyFloat(float):
    """A Python float that remembers its dtype, as `np.float64` does in earnest. Members of arrays are plain floats."""

    __slots__ = ()

    dtype = "float64"

    def __round__(self, digits: SupportsIndex | None = None) -> Any:
        return round(float(self)) if digits is None else type(self)(round(float(self), digits))


def _two(name: str) -> Callable[[Any, Any], Any]:
    plain = getattr(float, name)

    def operate(self: NumpyFloat, other: object) -> Any:
        result = plain(self, other)
        if type(result) is not float:
            return result
        # Two scalars are promoted by their dtypes alone, and Python's own numbers count as 64 bits wide.
        kind: type[float] = type(self)
        if type(other) is not bool and type(other) is not kind:
            kind = max(type(self), type(other), key=_width) if isinstance(other, NumpyFloat) else Float64
        return kind(result)

    return operate


def _one(name: str) -> Callable[[Any], Any]:
    plain = getattr(float, name)
    return lambda self: type(self)(plain(self))


for _name in _OPERATORS:
    for _side in ("", "r"):
        setattr(NumpyFloat, f"__{_side}{_name}__", _two(f"__{_side}{_name}__"))
for _name in _ALONE:
    setattr(NumpyFloat, f"__{_name}__", _one(f"__{_name}__"))


class Float16(NumpyFloat):
    __slots__ = ()
    dtype = "float16"


class Float32(NumpyFloat):
    __slots__ = ()
    dtype = "float32"


class Float64(NumpyFloat):
    __slots__ = ()


FLOATS: dict[str, type[NumpyFloat]] = {"float16": Float16, "float32": Float32, "float64": Float64}


def _width(kind: type) -> int:
    return list(FLOATS.values()).index(kind)


def typed(value: object, dtype: str) -> Any:
    """A number as numpy's scalar of that dtype; any other value as it is."""
    kind = FLOATS.get(dtype)
    return kind(value) if kind is not None and isinstance(value, float) else value
