"""One value out of two: what a name is worth after an undecided branch."""

from __future__ import annotations

from typing import Any

from scopelint.values.base import Unknown, Value, first_doubt
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import BoundMethod, ClassValue, FunctionValue, InstanceValue, NativeFunction


def same(a: object, b: object) -> bool:
    """Are the two certainly one value? Constants by type and equality, all else by identity."""
    if a is b:
        return True
    if type(a) is not type(b):
        return False
    if isinstance(a, tuple):
        return isinstance(b, tuple) and len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, BoundMethod):
        return bool(a == b)
    if isinstance(a, Value):
        return False
    try:
        return bool(a == b)
    except Exception:
        return False


def join_values(a: object, b: object) -> Any:
    """The value that stands for either. What is not the same on both sides is Unknown, member by member."""
    if same(a, b):
        return a
    if isinstance(a, Unknown):
        return one_of(a.derive(a.label), a, b)
    if isinstance(b, Unknown):
        return one_of(b.derive(b.label), a, b)
    if isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b):
        return tuple(join_values(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, ListValue) and isinstance(b, ListValue) and len(a.items) == len(b.items):
        return ListValue(
            [join_values(x, y) for x, y in zip(a.items, b.items, strict=True)], first_doubt(a.rest, b.rest)
        )
    if isinstance(a, DictValue) and isinstance(b, DictValue) and a.items.keys() == b.items.keys():
        return DictValue({k: join_values(v, b.items[k]) for k, v in a.items.items()}, first_doubt(a.rest, b.rest))
    joiner = JOINERS.get(type(a))
    if joiner is not None and type(a) is type(b):
        joined = joiner(a, b)
        if joined is not None:
            return joined
    return one_of(Unknown("differs between the two sides of a branch"), a, b)


def one_of(unknown: Unknown, a: Any, b: Any) -> Unknown:
    """What stands for either of two values. Of objects and functions it is kept which they are: their methods are then
    called on each; of plain data nothing hangs on it."""
    if _acts(a) or _acts(b):
        unknown.options = a, b
    return unknown


def _acts(value: Any) -> bool:
    if isinstance(value, Unknown):
        return value.options is not None
    return isinstance(value, (InstanceValue, FunctionValue, NativeFunction, ClassValue, BoundMethod))


JOINERS: dict[type, Any] = {}
"""How two values of one type join, where more can be said than Unknown; tensors register theirs (read-only later)."""
