"""The root of abstract values, and not knowing as a value.

A constant of the program under analysis (int, str, None, bool, float, bytes, a tuple of values) is the Python
object itself. All else is a `Value`.
"""

from __future__ import annotations

from typing import Any

from scopelint.site import NOWHERE, Site
from scopelint.values.trail import TRAIL


class Undecided(Exception):
    """Raised where Python needs a yes or no that is not known. The call layer answers it both ways and joins."""

    def __init__(self, value: Value, number: int = 0) -> None:
        super().__init__(value)
        self.value = value
        self.number = number


class Value:
    """An abstract value. Identity is equality unless a subclass says more."""

    __slots__ = ()

    def __bool__(self) -> bool:
        raise Undecided(self)


ADDRESS = "the address of an object"


class Unknown(Value):
    """A value that is not known, and why.

    `label` is what stands in braces where the value becomes part of a name: a parameter's name, an index. It
    answers Python's operators with more Unknowns, so that shape arithmetic in a summary needs no care.
    """

    __slots__ = ("label", "reason", "site")

    def __init__(self, reason: str, label: str = "", site: Site = NOWHERE) -> None:
        self.reason = reason
        self.label = label
        self.site = site

    def __repr__(self) -> str:
        return f"Unknown({self.reason!r}, {self.label!r})"

    def __bool__(self) -> bool:
        assumed = TRAIL.assumed.get(id(self))
        if assumed is not None:
            return assumed
        TRAIL.asked += 1
        answer = TRAIL.answers.get(TRAIL.asked)
        if answer is None:
            raise Undecided(self, TRAIL.asked)
        return answer

    def derive(self, label: str) -> Unknown:
        """What is computed from this one: unknown for the same reason."""
        return Unknown(self.reason, label if len(label) <= 40 else "", self.site)

    @property
    def is_address(self) -> bool:
        """Is it what `id` gives? Nobody knows the number, but two of them differ unless they are one object's."""
        return self.reason is ADDRESS and self.label == "address"

    def _binary(self, other: object, sign: str, swap: bool = False) -> Unknown:
        if not self.label:
            return self.derive("")
        there = label_of(other)
        return self.derive((f"{there}{sign}{self.label}" if swap else f"{self.label}{sign}{there}") if there else "")

    def __eq__(self, other: object) -> Any:
        return True if other is self else self._binary(other, "==")

    def __ne__(self, other: object) -> Any:
        return False if other is self else self._binary(other, "!=")

    def __hash__(self) -> int:
        return id(self)

    def __lt__(self, other: object) -> Any:
        return self._binary(other, "<")

    def __le__(self, other: object) -> Any:
        return self._binary(other, "<=")

    def __gt__(self, other: object) -> Any:
        return self._binary(other, ">")

    def __ge__(self, other: object) -> Any:
        return self._binary(other, ">=")

    def __add__(self, other: object) -> Any:
        return self._binary(other, "+")

    def __radd__(self, other: object) -> Any:
        return self._binary(other, "+", True)

    def __sub__(self, other: object) -> Any:
        return self._binary(other, "-")

    def __rsub__(self, other: object) -> Any:
        return self._binary(other, "-", True)

    def __mul__(self, other: object) -> Any:
        return self._binary(other, "*")

    def __rmul__(self, other: object) -> Any:
        return self._binary(other, "*", True)

    def __floordiv__(self, other: object) -> Any:
        return self._binary(other, "//")

    def __rfloordiv__(self, other: object) -> Any:
        return self._binary(other, "//", True)

    def __truediv__(self, other: object) -> Any:
        return self._binary(other, "/")

    def __rtruediv__(self, other: object) -> Any:
        return self._binary(other, "/", True)

    def __mod__(self, other: object) -> Any:
        return self._binary(other, "%")

    def __rmod__(self, other: object) -> Any:
        return self._binary(other, "%", True)

    def __pow__(self, other: object) -> Any:
        return self._binary(other, "**")

    def __rpow__(self, other: object) -> Any:
        return self._binary(other, "**", True)

    def __neg__(self) -> Any:
        return self.derive(f"-{self.label}" if self.label else "")

    def __abs__(self) -> Any:
        return self.derive("")


def label_of(value: object) -> str:
    """How a value is written inside a hole; empty where it has no short form."""
    if isinstance(value, Unknown):
        return value.label
    if isinstance(value, (int, float, str)) and len(str(value)) <= 12:
        return str(value)
    return ""


def is_known(value: object) -> bool:
    """Is this a constant: a Python object, down to the members of a tuple?"""
    if isinstance(value, tuple):
        return all(is_known(member) for member in value)
    return not isinstance(value, Value)


def either(one: Unknown | None, two: Unknown | None) -> Unknown | None:
    """The first of two doubts that there is. (`or` would ask an Unknown for its truth.)"""
    return two if one is None else one
