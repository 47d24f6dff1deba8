"""The root of abstract values, and not knowing as a value.

A constant of the program under analysis (int, str, None, bool, float, bytes, a tuple of values) is the Python
object itself. All else is a `Value`.
"""

from __future__ import annotations

from enum import Enum
from types import EllipsisType
from typing import Any, TypeAlias

from scopelint.site import NOWHERE, Site
from scopelint.tuples import NamedTuple
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


Constant: TypeAlias = (
    bool | int | float | complex | str | bytes | tuple[Any, ...] | slice | range | frozenset[Any] | EllipsisType | None
)
"""What a program's constant is here: the Python object itself. The members of a tuple are values again."""

AnyValue: TypeAlias = Value | Constant
"""What a name of the program under analysis may hold, and so what a summary may be handed."""


class Why(Enum):
    """What kind of not knowing it is: what decides what a call of the value may do."""

    COMPUTED = "computed"
    """Out of what is not known, by Python or by a summary."""
    MODULE = "module"
    """Of a module that was not found, or cannot be read: it may do anything."""
    LIBRARY = "library"
    """Of a library that has nothing to do with TensorFlow, and of which there is no summary."""
    TENSORFLOW = "tensorflow"
    """Of TensorFlow, and of which there is no summary."""
    UNSEEN = "unseen"
    """What may have been made, and listed, by something that was not followed."""
    HIDDEN = "hidden"
    """What was made and listed by something that was not followed, all of it in a scope that is known."""
    BRANCH = "branch"
    """Why a container may hold more: a side of a branch put it there, and `maybe` has all of it."""
    PARAMETER = "parameter"
    """Of an entry that we chose ourselves."""
    ADDRESS = "address"
    """What `id` gives: nobody knows the number, but two of them differ unless they are one object's."""


class Cause(NamedTuple):
    """Why a value is not known. `subject`: the module that was not found, or the dotted name without a summary."""

    why: Why
    subject: str = ""


COMPUTED = Cause(Why.COMPUTED)
PARAMETER = Cause(Why.PARAMETER)


class Likely(NamedTuple):
    """What a value that is not known is taken for, and the assumption that it is that; none where it is taken for
    granted."""

    value: Any
    assuming: str


class Unknown(Value):
    """A value that is not known, and why: `reason` for people, `cause` for what hangs on it.

    `label` is what stands in braces where the value becomes part of a name: a parameter's name, an index. It
    answers Python's operators with more Unknowns, so that shape arithmetic in a summary needs no care. `attribute`
    is the name under which it was read from another value that is not known; `options` the two values of which it is
    one, where that much is known; `at_least` a whole number that it is, or more than it by what nobody saw made;
    `number` is `float` or `int` where it is for certain a number of Python's; `fresh` what it is in a fresh checkout,
    whether a file is there that the project does not hold; `likely` what it is taken for where it is called; `last`
    the last member of a sequence or a shape of which not even the length is known; what is computed from it has none
    of these. `of_object` is the object of whose class it is an attribute: where it is called, it is handed that.
    """

    __slots__ = (
        "at_least", "attribute", "cause", "fresh", "label", "last", "likely", "number", "of_object", "options",
        "reason", "site",
    )  # fmt: skip

    def __init__(self, reason: str, label: str = "", site: Site = NOWHERE, cause: Cause = COMPUTED) -> None:
        self.reason = reason
        self.label = label
        self.site = site
        self.cause = cause
        self.attribute = ""
        self.options: tuple[Any, Any] | None = None
        self.at_least: int | None = None
        self.number: type | None = None
        self.fresh: bool | None = None
        self.likely: Likely | None = None
        self.last: Any = None
        self.of_object: Any = None

    def __repr__(self) -> str:
        return f"Unknown({self.reason!r}, {self.label!r})"

    def __bool__(self) -> bool:
        if self.likely is not None and not self.likely.assuming:
            return True
        # Counted whether it is answered at once or not: each turn of a replay asks the same by the same numbers.
        TRAIL.asked += 1
        assumed = TRAIL.assumed.get(id(self))
        if assumed is not None:
            return assumed
        answer = TRAIL.answers.get(TRAIL.asked)
        if answer is None:
            raise Undecided(self, TRAIL.asked)
        return answer

    def derive(self, label: str) -> Unknown:
        """What is computed from this one: unknown for the same reason."""
        return Unknown(self.reason, label if len(label) <= 40 else "", self.site, self.cause)

    def at(self, site: Site, label: str = "") -> Unknown:
        """The same not knowing, met at another place."""
        found = Unknown(self.reason, label, site, self.cause)
        found.last = self.last
        return found

    def of(self, receiver: object) -> Unknown:
        """The same as an attribute of an object, in whose class it was found."""
        found = self.at(self.site, self.label)
        found.attribute, found.of_object = self.attribute, receiver
        return found

    def item(self, key: object) -> Any:
        """`self[key]`: unknown for the same reason, but for the last member where that much is known."""
        if self.last is not None and type(key) is int and key == -1:
            return self.last
        shown = key if isinstance(key, (int, str)) else ""
        return self.derive(f"{self.label}[{shown!r}]" if self.label and shown != "" else "")

    def ending(self, last: Any) -> Unknown:
        """A sequence or a shape that is no better known, but for its last member."""
        found = self.derive("")
        found.last = last
        return found

    def member(self, name: str) -> Unknown:
        """`self.name`: unknown for the same reason."""
        found = self.derive(f"{self.label}.{name}" if self.label else "")
        found.attribute = name
        return found

    @property
    def is_address(self) -> bool:
        """Is it what `id` gives, and not what was computed from that?"""
        return self.cause.why is Why.ADDRESS and self.label == "address"

    def _binary(self, other: object, sign: str, swap: bool = False) -> Unknown:
        if not self.label:
            return self._as_number(self.derive(""), other, sign)
        there = label_of(other)
        written = f"{there}{sign}{self.label}" if swap else f"{self.label}{sign}{there}"
        return self._as_number(self.derive(written if there else ""), other, sign)

    def _as_number(self, result: Unknown, other: object, sign: str) -> Unknown:
        """Sums and products of numbers are numbers."""
        kind = other.number if isinstance(other, Unknown) else type(other)
        if self.number is not None and kind in (int, float) and sign in _KEEPING_NUMBERS:
            result.number = float if float in (self.number, kind) or sign == "/" else int
        return result

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


_KEEPING_NUMBERS = frozenset(("+", "-", "*", "/", "//", "%"))


def without_summary(name: str, label: str = "") -> Unknown:
    """A member of TensorFlow's, or of a library that has nothing to do with it, that nothing is known of."""
    why = Why.TENSORFLOW if name.startswith(("tf.", "tensorflow", "tf_slim")) else Why.LIBRARY
    return Unknown(f"no summary of {name}", label, cause=Cause(why, name))


def label_of(value: object) -> str:
    """How a value is written inside a hole; empty where it has no short form."""
    if isinstance(value, Unknown):
        return value.label
    if isinstance(value, (int, float, str)) and len(str(value)) <= 12:
        return str(value)
    return ""


def plain(value: Any) -> Any:
    """What is taken for this value where it is a decorated one, else the value."""
    while isinstance(value, Unknown) and value.likely is not None:
        value = value.likely.value
    return value


def is_known(value: object) -> bool:
    """Is this a constant: a Python object, down to the members of a tuple?"""
    if isinstance(value, tuple):
        return all(is_known(member) for member in value)
    return not isinstance(value, Value)


def first_doubt(one: Unknown | None, two: Unknown | None) -> Unknown | None:
    """The first of two doubts that there is. (`or` would ask an Unknown for its truth.)"""
    return two if one is None else one
