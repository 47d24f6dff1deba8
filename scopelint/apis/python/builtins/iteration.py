"""Python's builtin functions that go over collections."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from scopelint.apis.call import Call, Raised
from scopelint.apis.python.builtins.classes import truth_of
from scopelint.apis.python.builtins.dictionaries import reversed_keys
from scopelint.apis.python.builtins.iterators import step
from scopelint.apis.python.builtins.sequences import sort_items
from scopelint.apis.python.support import (
    NUMBERS,
    all_plain,
    bare,
    class_name,
    first_unknown,
    guarded,
    iterate,
    members,
)
from scopelint.apis.registry import ON_OPEN_STARS, Namespace
from scopelint.values.base import AnyValue, Unknown, first_doubt
from scopelint.values.containers import Container, DictValue, ListValue, OpenTuple, ViewValue
from scopelint.values.objects import (
    MISSING,
    InstanceValue,
    IteratorValue,
)
from scopelint.values.seen import is_unseen, seen_members, with_more
from scopelint.values.tensors import Tensor

api = Namespace("builtins")


@api.function(name="iter", raw=True)
def iter_(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if len(args) == 2:
        function, sentinel = args

        def until() -> Iterator[Any]:
            while True:
                value = call.invoke(function)
                if isinstance(value, Unknown) or call.truth(call.compare("==", value, sentinel)):
                    return
                yield value

        return IteratorValue(until())
    if isinstance(args[0], IteratorValue):
        return args[0]
    found = iterate(call, args[0])
    return found if isinstance(found, Unknown) else IteratorValue(iter(found))


@api.function(name="next", raw=True)
def next_(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    value, *default = args
    if isinstance(value, IteratorValue):
        # The first of those that are known is not for certain the first of all.
        return step(call, value, *default) if value.rest is None else value.rest.derive("")
    if isinstance(value, Unknown):
        return value.derive("")
    method = call.getattr(value, "__next__", MISSING)
    if method is MISSING:
        call.raise_("TypeError", f"'{class_name(call, value)}' object is not an iterator")
    try:
        return call.invoke(method)
    except Raised as problem:
        if default and call.is_instance(problem.value, "builtins.StopIteration"):
            return default[0]
        raise


@api.function(name="enumerate")
def enumerate_(call: Call, iterable: AnyValue, start: AnyValue = 0) -> Any:
    seen = seen_members(iterable)
    if seen is not None and type(start) is int:
        return IteratorValue(enumerate(seen.members, start), rest=seen.rest)
    found = iterate(call, iterable)
    if isinstance(found, Unknown):
        return found
    if type(start) is int:
        return IteratorValue(enumerate(found, start))
    return IteratorValue((call.binary("+", start, i), member) for i, member in enumerate(found))


@api.function(name="zip", raw=True)
def zip_(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if any(isinstance(one, (Container, IteratorValue, ViewValue)) and _is_open(one) for one in args):
        return _zip_in_part(call, args)
    found = [iterate(call, one) for one in args]
    for one in found:
        if isinstance(one, Unknown):
            return one
    return IteratorValue(zip(*found, strict=False))


def _zip_in_part(call: Call, args: tuple[Any, ...]) -> Any:
    """Lists of which some have members that are not known beyond those that are: gradients and their variables."""
    columns: list[Any] = []
    rest: Unknown | None = None
    shortest: int | None = None
    firm: int | None = None
    for one in args:
        if isinstance(one, ListValue) and one.rest is not None and one.firm is not None:
            firm = one.firm if firm is None else min(firm, one.firm)
        seen = seen_members(one)
        if seen is not None:
            columns.append(seen.members)
            rest = first_doubt(rest, seen.rest)
            continue
        if isinstance(one, ListValue) and one.rest is not None:
            columns.append(one.items)
            # What is not known for another reason than that nobody saw it made comes first.
            rest = one.rest if rest is None or is_unseen(rest) else rest
            continue
        found = iterate(call, one)
        if isinstance(found, Unknown):
            return found
        if isinstance(one, IteratorValue):
            columns.append(found)
            continue
        whole = list(found)
        shortest = len(whole) if shortest is None else min(shortest, len(whole))
        columns.append(whole)
    together = list(zip(*columns, strict=False))
    made = ListValue(together, None if shortest is not None and len(together) >= shortest else rest)
    made.firm = None if made.rest is None else firm
    return made


def _is_open(value: Any) -> bool:
    return seen_members(value) is not None or (isinstance(value, ListValue) and value.rest is not None)


def _zip_open(call: Call, args: tuple[Any, ...], rest: Unknown) -> Any:
    """`zip(*pairs)` where there may be more pairs than are known: as many columns, each of them open."""
    found = [members(call, one) for one in args]
    rows = [row for row in found if isinstance(row, list)]
    if len(rows) < len(found) or len({len(row) for row in rows}) != 1:
        return rest.derive("")
    return IteratorValue(iter([OpenTuple(column, rest.derive("")) for column in zip(*rows, strict=True)]))


ON_OPEN_STARS["builtins.zip"] = _zip_open


@api.function(name="map", raw=True)
def map_(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if len(args) < 2:
        call.raise_("TypeError", "map() must have at least two arguments.")
    function, *iterables = args
    rest: Unknown | None = None
    found: list[Any] = []
    for one in iterables:
        seen = seen_members(one)
        found.append(iter(seen.members) if seen is not None else iterate(call, one))
        rest = first_doubt(rest, seen.rest) if seen is not None else rest
        if isinstance(found[-1], Unknown):
            return found[-1]
    return IteratorValue((call.invoke(function, *together) for together in zip(*found, strict=False)), rest=rest)


@api.function(name="filter")
def filter_(call: Call, function: AnyValue, iterable: AnyValue) -> Any:
    # Not lazy: a test that is not known replays this summary, which a half-used iterator would not survive.
    seen = seen_members(iterable)
    found = members(call, iterable) if seen is None else seen.members
    if isinstance(found, Unknown):
        return found
    tests = found if function is None else [call.invoke(function, member) for member in found]
    rest = None if seen is None else seen.rest
    return IteratorValue(iter([m for m, test in zip(found, tests, strict=True) if call.truth(test)]), rest=rest)


@api.function(name="sorted")
def sorted_(call: Call, iterable: AnyValue, *, key: AnyValue = None, reverse: AnyValue = False) -> Any:
    seen = seen_members(iterable)
    if seen is not None:
        known = sort_items(call, seen.members[:], key, reverse)
        return with_more([] if isinstance(known, Unknown) else known, seen.rest)
    found = members(call, iterable)
    if isinstance(found, Unknown):
        return ListValue([], found)
    ordered = sort_items(call, found, key, reverse)
    if isinstance(ordered, Unknown):
        return ListValue([ordered.derive("") for _ in found])
    return ListValue(ordered)


@api.function(name="reversed")
def reversed_(call: Call, sequence: AnyValue) -> Any:
    value = bare(sequence)
    if isinstance(value, DictValue) and value.rest is None:
        return IteratorValue(reversed_keys(value))
    if isinstance(sequence, InstanceValue) and sequence.cls.find("__reversed__") is not MISSING:
        return call.method(sequence, "__reversed__")
    if isinstance(value, IteratorValue):
        call.raise_("TypeError", f"'{class_name(call, value)}' object is not reversible")
    if type(value) is range:
        return IteratorValue(reversed(value))
    seen = seen_members(value)
    if seen is not None:
        return IteratorValue(reversed(seen.members), rest=seen.rest)
    found = members(call, value.of if isinstance(value, ViewValue) and value.kind == "keys" else sequence)
    return found if isinstance(found, Unknown) else IteratorValue(reversed(found))


@api.function(name="sum")
def sum_(call: Call, iterable: AnyValue, start: AnyValue = 0) -> Any:
    seen = seen_members(iterable)
    found = members(call, iterable) if seen is None else seen.members
    if isinstance(found, Unknown):
        return found.derive(f"sum({found.label})" if found.label else "")
    if seen is not None and not any(isinstance(member, Tensor) for member in found):
        return seen.rest.derive("")
    if type(start) in NUMBERS and all(type(m) in NUMBERS for m in found):
        return guarded(call, sum, found, start)
    if isinstance(start, str):
        call.raise_("TypeError", "sum() can't sum strings [use ''.join(seq) instead]")
    total = start
    for member in found:
        total = call.binary("+", total, member)
    return total


def _extreme(sign: str, name: str, function: Callable[..., Any]) -> None:
    def summary(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if len(args) == 1:
            found = members(call, args[0])
            if isinstance(found, Unknown):
                return found.derive(f"{name}({found.label})" if found.label else "")
        else:
            found = list(args)
        if not found:
            if "default" in kwargs:
                return kwargs["default"]
            call.raise_("ValueError", f"{name}() arg is an empty sequence")
        key = kwargs.get("key")
        keys = found if key is None else [call.invoke(key, one) for one in found]
        if all_plain(keys):
            return found[guarded(call, function, range(len(keys)), key=keys.__getitem__)]
        unknown = first_unknown(*keys)
        if unknown is not None:
            if len(found) == 1:
                return found[0]
            labels = [k.label if isinstance(k, Unknown) else str(k) for k in keys if isinstance(k, (Unknown, int))]
            return unknown.derive(f"{name}({','.join(labels)})" if all(labels) and len(labels) == len(keys) else "")
        best = 0
        for at in range(1, len(found)):
            if call.truth(call.compare(sign, keys[at], keys[best])):
                best = at
        return found[best]

    api.function(summary, name=name, raw=True)


_extreme(">", "max", max)
_extreme("<", "min", min)


def _quantor(name: str, decides: bool) -> None:
    def summary(call: Call, iterable: AnyValue) -> Any:
        found = iterate(call, iterable)
        if isinstance(found, Unknown):
            return found.derive("")
        doubt: Unknown | None = None
        for member in found:
            answer = truth_of(call, member)
            if answer is decides:
                return decides
            if isinstance(answer, Unknown):
                doubt = first_doubt(doubt, answer)
        return (not decides) if doubt is None else doubt.derive("")

    api.function(summary, name=name)


_quantor("any", True)
_quantor("all", False)
