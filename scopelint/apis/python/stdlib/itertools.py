"""itertools."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.builtins.indices import index_of
from scopelint.apis.python.support import derived, iterate, members, too_large
from scopelint.apis.registry import Namespace, declare
from scopelint.limits import ITEMS
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import ClassMethod, ClassValue, IteratorValue, NativeFunction

api = Namespace("itertools")


def _chained(call: Call, iterables: list[Any]) -> Any:
    found: list[Any] = []
    for one in iterables:
        inner = members(call, one) if not isinstance(one, IteratorValue) else one.members()
        if isinstance(inner, Unknown):
            return inner
        found.append(inner)
    return IteratorValue(itertools.chain(*found))


# A class as it is in CPython, for `chain.from_iterable`.
CHAIN = ClassValue("chain", (), {"__module__": "itertools"}, "itertools.chain", "itertools")
CHAIN.attrs["__new__"] = NativeFunction(
    "__new__", lambda call, args, kwargs: _chained(call, list(args[1:])), "itertools.chain.__new__", raw=True
)


def _from_iterable(call: Call, cls: ClassValue, iterable: AnyValue) -> Any:
    found = members(call, iterable)
    return found if isinstance(found, Unknown) else _chained(call, found)


CHAIN.attrs["from_iterable"] = ClassMethod(
    NativeFunction("from_iterable", _from_iterable, "itertools.chain.from_iterable")
)
declare("itertools.chain", CHAIN)


@api.function
def count(call: Call, start: AnyValue = 0, step: AnyValue = 1) -> Any:
    def numbers() -> Iterator[Any]:
        value = start
        while True:
            call.tick()
            yield value
            value = call.binary("+", value, step)

    return IteratorValue(numbers(), "count")


@api.function
def cycle(call: Call, iterable: AnyValue) -> Any:
    found = members(call, iterable)
    if isinstance(found, Unknown):
        return found

    def turns() -> Iterator[Any]:
        while found:
            for one in found:
                call.tick()
                yield one

    return IteratorValue(turns(), "cycle")


@api.function
def repeat(call: Call, object: AnyValue, times: AnyValue = None) -> Any:
    if isinstance(times, Unknown):
        return times

    def turns() -> Iterator[Any]:
        while True:
            call.tick()
            yield object

    return IteratorValue(turns() if times is None else itertools.repeat(object, index_of(call, times)), "repeat")


def _listed(name: str, combine: Callable[..., Any], size: Callable[[list[int], int], float]) -> None:
    """A function over whole iterables, its number of results bounded before any is made."""

    def summary(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if name == "product":
            given, number = list(args), kwargs.get("repeat", 1)
        else:
            given, number = list(args[:1] or [kwargs[key] for key in kwargs if key == "iterable"]), kwargs.get("r")
            number = args[1] if len(args) > 1 else number
            lacking = "" if given else "'iterable' (pos 1)"
            if not lacking and number is None and name != "permutations":
                lacking = "'r' (pos 2)"
            if lacking:
                call.raise_("TypeError", f"{name}() missing required argument {lacking}")
        lists: list[Any] = [members(call, one) for one in given]
        for one in lists:
            if isinstance(one, Unknown):
                return one
        if isinstance(number, Unknown):
            return number
        if size([len(one) for one in lists], number) > ITEMS:
            return too_large(call, f"itertools.{name}")
        return IteratorValue(combine(*lists, repeat=number) if name == "product" else combine(lists[0], number), name)

    api.function(summary, name=name, raw=True)


def _power(sizes: list[int], number: Any) -> float:
    total = math.prod(max(1, s) for s in sizes)
    if total <= 1:
        return number if isinstance(number, int) else 1
    return float("inf") if math.log(total) * number > 60 else float(total**number)


def _choose(sizes: list[int], number: AnyValue) -> float:
    return math.comb(sizes[0], number) if isinstance(number, int) and 0 <= number <= sizes[0] <= 10_000 else 0


def _arrange(sizes: list[int], number: AnyValue) -> float:
    number = sizes[0] if number is None else number
    return math.perm(sizes[0], number) if isinstance(number, int) and 0 <= number <= sizes[0] <= 1000 else 0


_listed("product", itertools.product, _power)
_listed("permutations", itertools.permutations, _arrange)
_listed("combinations", itertools.combinations, _choose)
_listed(
    "combinations_with_replacement",
    itertools.combinations_with_replacement,
    lambda sizes, r: math.comb(sizes[0] + r - 1, r) if sizes[0] and isinstance(r, int) and r < 1000 else 0,
)


@api.function(raw=True)
def islice(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    iterable, *bounds = args
    found: Any = iterate(call, iterable)
    ends = [None if b is None else index_of(call, b) for b in bounds]
    for value in (found, *ends):
        if isinstance(value, Unknown):
            return value
    return IteratorValue(itertools.islice(found, *ends), "islice")


@api.function(raw=True)
def zip_longest(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    found: list[Any] = [iterate(call, one) for one in args]
    for one in found:
        if isinstance(one, Unknown):
            return one
    return IteratorValue(itertools.zip_longest(*found, fillvalue=kwargs.get("fillvalue")), "zip_longest")


@api.function
def starmap(call: Any, function: Any, iterable: Any) -> Any:
    found = iterate(call, iterable)
    if isinstance(found, Unknown):
        return found
    return IteratorValue((call.invoke(function, *call.iterate(one)) for one in found), "starmap")


@api.function
def accumulate(call: Call, iterable: AnyValue, func: AnyValue = None, *, initial: AnyValue = None) -> Any:
    found = members(call, iterable)
    if isinstance(found, Unknown):
        return found
    out: list[Any] = [] if initial is None else [initial]
    for one in found:
        if not out:
            out.append(one)
        else:
            out.append(call.binary("+", out[-1], one) if func is None else call.invoke(func, out[-1], one))
    return IteratorValue(iter(out), "accumulate")


def _while(name: str, taking: bool) -> None:
    def summary(call: Call, predicate: AnyValue, iterable: AnyValue) -> Any:
        found = members(call, iterable)
        if isinstance(found, Unknown):
            return found
        for at, one in enumerate(found):
            if not call.truth(call.invoke(predicate, one)):
                return IteratorValue(iter(found[:at] if taking else found[at:]), name)
        return IteratorValue(iter(found if taking else []), name)

    api.function(summary, name=name)


_while("takewhile", True)
_while("dropwhile", False)


@api.function
def filterfalse(call: Call, predicate: AnyValue, iterable: AnyValue) -> Any:
    found = members(call, iterable)
    if isinstance(found, Unknown):
        return found
    tests = found if predicate is None else [call.invoke(predicate, one) for one in found]
    return IteratorValue(iter([one for one, test in zip(found, tests, strict=True) if not call.truth(test)]))


@api.function
def compress(call: Call, data: AnyValue, selectors: AnyValue) -> Any:
    found, tests = members(call, data), members(call, selectors)
    if isinstance(found, Unknown) or isinstance(tests, Unknown):
        return derived(found, tests)
    return IteratorValue(iter([one for one, test in zip(found, tests, strict=False) if call.truth(test)]))


@api.function
def groupby(call: Call, iterable: AnyValue, key: AnyValue = None) -> Any:
    found = members(call, iterable)
    if isinstance(found, Unknown):
        return found
    groups: list[tuple[Any, list[Any]]] = []
    for one in found:
        mark = one if key is None else call.invoke(key, one)
        if groups and call.truth(call.compare("==", groups[-1][0], mark)):
            groups[-1][1].append(one)
        else:
            groups.append((mark, [one]))
    return IteratorValue(iter([(mark, IteratorValue(iter(group))) for mark, group in groups]), "groupby")


@api.function
def tee(call: Call, iterable: AnyValue, n: AnyValue = 2) -> Any:
    found = members(call, iterable)
    if isinstance(found, Unknown) or not isinstance(n, int):
        return derived(found, n)
    if n > 1000:
        return too_large(call, "itertools.tee")
    return tuple([IteratorValue(iter(found)) for _ in range(n)])


@api.function
def pairwise(call: Call, iterable: AnyValue) -> Any:
    found = members(call, iterable)
    return found if isinstance(found, Unknown) else ListValue(list(itertools.pairwise(found)))
