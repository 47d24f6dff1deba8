"""How sets and the views of dicts answer Python's operators and their methods."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.builtins.dictionaries import clear_items, find_key
from scopelint.apis.python.builtins.formatting import represent
from scopelint.apis.python.builtins.numbers import operator_methods, unknown_compare
from scopelint.apis.python.builtins.sequences import ACCESS, holds
from scopelint.apis.python.support import (
    MethodTable,
    all_plain,
    bare,
    derived,
    members,
)
from scopelint.apis.registry import BEHAVIOURS
from scopelint.values.base import AnyValue, Undecided, Unknown, first_doubt
from scopelint.values.containers import ListValue, SetValue, ViewValue
from scopelint.values.objects import MISSING
from scopelint.values.seen import seen_members
from scopelint.values.text import Text, text


class ViewBehaviour(MethodTable):
    """Views of a dict."""

    def binary(self, call: Call, sign: str, left: AnyValue, right: AnyValue) -> Any:
        sets = [as_set(call, v) for v in (left, right)]
        return combine(call, sign, sets[0], sets[1]) if all(isinstance(s, SetValue) for s in sets) else derived(*sets)

    def compare(self, call: Call, sign: str, left: AnyValue, right: AnyValue) -> Any:
        if isinstance(left, (ViewValue, SetValue)) and isinstance(right, (ViewValue, SetValue)):
            return compare_sets(call, sign, as_set(call, left), as_set(call, right))
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            return unknown_compare(sign, left, right)
        return (sign == "!=") if sign in ("==", "!=") else NotImplemented

    def contains(self, call: Call, value: Any, member: Any) -> Any:
        if value.kind == "keys":
            return BEHAVIOURS[type(value.of)].contains(call, value.of, member)
        return holds(call, value.members(), member, value.of.rest)

    def iterate(self, call: Call, value: Any) -> Any:
        return iter(value.members()) if value.of.rest is None else value.of.rest

    def length(self, call: Call, value: Any) -> Any:
        return BEHAVIOURS[type(value.of)].length(call, value.of)

    def truth(self, call: Call, value: Any) -> Any:
        return BEHAVIOURS[type(value.of)].truth(call, value.of)

    def represent(self, call: Call, value: Any) -> Any:
        inner = represent(call, ListValue(value.members(), value.of.rest))
        return text([f"dict_{value.kind}(", inner, ")"])


def as_set(call: Call, value: AnyValue) -> Any:
    value = bare(value)
    if isinstance(value, SetValue):
        return value
    found = members(call, value)
    return SetValue([], found) if isinstance(found, Unknown) else SetValue(found)


def combine(call: Call, sign: str, left: SetValue, right: SetValue) -> Any:
    """Union, intersection, difference, symmetric difference."""
    doubt = first_doubt(left.rest, right.rest)
    if doubt is None and not (all_plain(left.items) and all_plain(right.items)):
        found = [k for k in (*left.items, *right.items) if isinstance(k, (Unknown, Text))]
        doubt = derived(*found) if found and sign != "|" else None
    if sign == "|":
        items = {**left.items, **right.items}
    elif sign == "&":
        items = {k: None for k in left.items if k in right.items}
    elif sign == "-":
        items = {k: None for k in left.items if k not in right.items} if right.rest is None else {}
    elif sign == "^":
        items = {k: None for k in left.items if k not in right.items}
        items.update({k: None for k in right.items if k not in left.items})
    else:
        return NotImplemented
    return SetValue(items, doubt, left.frozen)


def combine_into(changed: SetValue, result: AnyValue) -> Any:
    """`changed |= other`, where `changed | other` is `result`: whoever holds the set sees it."""
    changed.touch()
    if isinstance(result, SetValue):
        changed.items, changed.rest = result.items, result.rest
    else:
        changed.items, changed.rest = {}, result if isinstance(result, Unknown) else derived(result)
    return changed


def compare_sets(call: Call, sign: str, left: SetValue, right: SetValue) -> Any:
    if left.rest is not None or right.rest is not None:
        return (first_doubt(left.rest, right.rest)).derive("")  # type: ignore[union-attr]
    if not (all_plain(left.items) and all_plain(right.items)) and any(
        isinstance(k, (Unknown, Text)) for k in (*left.items, *right.items)
    ):
        return derived(*left.items, *right.items)
    a, b = left.items.keys(), right.items.keys()
    return {"==": a == b, "!=": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[sign]


_CHANGING = frozenset(
    {
        "add",
        "update",
        "discard",
        "remove",
        "pop",
        "clear",
        "difference_update",
        "intersection_update",
        "__ior__",
        "__iand__",
        "__isub__",
    }
)


def _doubt(value: SetValue) -> Unknown | None:
    """Why it is not known how many members there are: one that is not known may be another."""
    if value.rest is not None or len(value.items) < 2:
        return value.rest
    open_ = next((member for member in value.items if isinstance(member, (Unknown, Text))), None)
    return None if open_ is None else derived(open_)


class SetBehaviour(MethodTable):
    def getattr(self, call: Call, value: Any, name: str) -> Any:
        return MISSING if value.frozen and name in _CHANGING else super().getattr(call, value, name)

    def binary(self, call: Call, sign: str, left: AnyValue, right: AnyValue) -> Any:
        left, right = bare(left), bare(right)
        if isinstance(left, (SetValue, ViewValue)) and isinstance(right, (SetValue, ViewValue)):
            return combine(call, sign, as_set(call, left), as_set(call, right))
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            return derived(left if isinstance(left, Unknown) else right)
        return NotImplemented

    def compare(self, call: Call, sign: str, left: AnyValue, right: AnyValue) -> Any:
        left, right = bare(left), bare(right)
        if isinstance(left, (SetValue, ViewValue)) and isinstance(right, (SetValue, ViewValue)):
            return compare_sets(call, sign, as_set(call, left), as_set(call, right))
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            return unknown_compare(sign, left, right)
        return (sign == "!=") if sign in ("==", "!=") else NotImplemented

    def contains(self, call: Call, value: Any, member: Any) -> Any:
        found = find_key(call, value.items, member)
        if found is not MISSING:
            return True if found is member or not isinstance(found, Unknown) else found
        return False if value.rest is None else value.rest.derive("")

    def iterate(self, call: Call, value: Any) -> Any:
        doubt = _doubt(value)
        return iter(list(value.items)) if doubt is None else doubt

    def length(self, call: Call, value: Any) -> Any:
        doubt = _doubt(value)
        return len(value.items) if doubt is None else doubt.derive("")

    def truth(self, call: Call, value: Any) -> Any:
        return True if value.items else False if value.rest is None else value.rest


def add_member(call: Call, self: SetValue, member: AnyValue) -> None:
    found = find_key(call, self.items, member)
    if found is MISSING or (isinstance(found, Unknown) and found is not member):
        self.touch()
        try:
            self.items[member] = None
        except Undecided as doubt:
            self.rest = first_doubt(self.rest, derived(doubt.value, member))


def _add_all(call: Call, self: SetValue, *iterables: Any) -> None:
    for iterable in iterables:
        seen = seen_members(iterable)
        found = members(call, iterable) if seen is None else seen.members
        if isinstance(found, Unknown):
            self.touch()
            self.rest = found
            continue
        if seen is not None:
            self.touch()
            self.rest = first_doubt(self.rest, seen.rest)
        for member in found:
            add_member(call, self, member)


def _discard(call: Call, self: SetValue, member: AnyValue) -> None:
    found = find_key(call, self.items, member)
    self.touch()
    if isinstance(found, Unknown):
        self.items, self.rest = {}, found
    elif found is not MISSING:
        del self.items[found]


def _remove_member(call: Call, self: SetValue, member: AnyValue) -> None:
    if find_key(call, self.items, member) is MISSING and self.rest is None:
        call.raise_("KeyError", member)
    _discard(call, self, member)


def _pop_member(call: Call, self: SetValue) -> Any:
    if not self.items and self.rest is None:
        call.raise_("KeyError", "pop from an empty set")
    self.touch()
    if self.rest is None and len(self.items) == 1:
        return self.items.popitem()[0]
    self.rest = Unknown("which member a set gives is not known")
    self.items = {}
    return self.rest


def _combining(sign: str) -> Callable[..., Any]:
    def method(call: Call, self: SetValue, *others: Any) -> Any:
        out: Any = SetValue(self.items, self.rest, self.frozen)
        for other in others:
            out = combine(call, sign, out, as_set(call, other))
        return out

    return method


def _combining_in_place(sign: str) -> Callable[..., Any]:
    def method(call: Call, self: SetValue, *others: Any) -> Any:
        return combine_into(self, _combining(sign)(call, self, *others))

    return method


def _in_place_silently(sign: str) -> Callable[..., Any]:
    change = _combining_in_place(sign)

    def method(call: Call, self: SetValue, *others: Any) -> None:
        change(call, self, *others)

    return method


def _relation(sign: str) -> Callable[..., Any]:
    def method(call: Call, self: SetValue, other: Any) -> Any:
        return compare_sets(call, sign, self, as_set(call, other))

    return method


def _is_disjoint(call: Call, self: SetValue, other: AnyValue) -> Any:
    common = combine(call, "&", self, as_set(call, other))
    return common.rest.derive("") if common.rest is not None else not common.items


SET_METHODS: dict[str, Callable[..., Any]] = {
    **operator_methods(set),
    **ACCESS,
    "add": add_member,
    "update": _add_all,
    "discard": _discard,
    "remove": _remove_member,
    "pop": _pop_member,
    "clear": clear_items,
    "union": _combining("|"),
    "copy": _combining("|"),
    "__copy__": _combining("|"),
    "intersection": _combining("&"),
    "difference": _combining("-"),
    "symmetric_difference": _combining("^"),
    "issubset": _relation("<="),
    "issuperset": _relation(">="),
    "isdisjoint": _is_disjoint,
    "difference_update": _in_place_silently("-"),
    "intersection_update": _in_place_silently("&"),
    "__ior__": _combining_in_place("|"),
    "__iand__": _combining_in_place("&"),
    "__isub__": _combining_in_place("-"),
}
del SET_METHODS["__hash__"]


BEHAVIOURS.update(
    {
        ViewValue: ViewBehaviour(
            "builtins.dict_keys",
            {
                **ACCESS,
                **operator_methods(type({}.keys())),
                "isdisjoint": lambda call, self, other: _is_disjoint(call, as_set(call, self), other),
            },
        ),
        SetValue: SetBehaviour("builtins.set", SET_METHODS),
    }
)
