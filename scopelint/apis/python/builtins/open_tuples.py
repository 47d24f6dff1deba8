"""Tuples of which not all members are known: what `zip(*pairs)` gives where there may be more pairs."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.builtins.sequences import TUPLE_METHODS, ListBehaviour, extend
from scopelint.apis.registry import BEHAVIOURS
from scopelint.values.base import Unknown
from scopelint.values.containers import ListValue, OpenTuple


class OpenTupleBehaviour(ListBehaviour):
    def binary(self, call: Call, sign: str, left: Any, right: Any) -> Any:
        other = right if isinstance(left, OpenTuple) else left
        if sign == "+" and isinstance(other, ListValue) and not isinstance(other, OpenTuple):
            kinds = ("tuple", "list") if other is right else ("list", "tuple")
            call.raise_("TypeError", f'can only concatenate {kinds[0]} (not "{kinds[1]}") to {kinds[0]}')
        if sign == "+" and (type(other) is tuple or isinstance(other, OpenTuple)):
            return _joined(call, left, right)
        return rest_of(left, right) if sign == "*" or isinstance(other, Unknown) else NotImplemented

    def getitem(self, call: Call, value: Any, key: Any) -> Any:
        found = super().getitem(call, value, key)
        if type(key) is slice and isinstance(found, ListValue):
            return tuple(found.items) if found.rest is None else OpenTuple(found.items, found.rest)
        return found

    def setitem(self, call: Call, value: Any, key: Any, new: Any) -> bool:
        return False

    def delitem(self, call: Call, value: Any, key: Any) -> bool:
        return False


def _joined(call: Call, left: Any, right: Any) -> OpenTuple:
    """What is known of the sum of two tuples. What stands behind members that are not known has no place."""
    if type(left) is tuple:
        made = OpenTuple([*left, *right.items], right.rest)
        made.firm, made.maybe = None if right.firm is None else len(left) + right.firm, right.maybe[:]
        return made
    made = OpenTuple(left.items, left.rest)
    made.firm, made.maybe = left.firm, left.maybe[:]
    extend(call, made, right)
    return made


def rest_of(*values: Any) -> Any:
    """Why the sum of tuples is not known."""
    known = next(each for each in values if isinstance(each, (Unknown, OpenTuple)))
    why = known if isinstance(known, Unknown) else known.rest
    return Unknown("not all members of a tuple are known") if why is None else why.derive("")


BEHAVIOURS[OpenTuple] = OpenTupleBehaviour("builtins.tuple", TUPLE_METHODS)
