"""math and cmath."""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.builtins.classes import as_number
from scopelint.apis.python.support import NUMBERS, bare, derived, guarded, is_plain, members, too_large
from scopelint.apis.registry import Namespace
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.objects import MISSING

api = Namespace("math")

SLOW = {"factorial": 1_000, "comb": 10_000, "perm": 10_000, "ldexp": 100_000}
"""Arguments past these make numbers past any use of a model."""


def _number(call: Call, value: AnyValue) -> Any:
    value = bare(value)
    if type(value) in NUMBERS or isinstance(value, Unknown):
        return value
    found = as_number(call, value, "__float__")
    return value if found is MISSING else found


def _function(space: Namespace, name: str, function: Callable[..., Any]) -> None:
    def summary(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        numbers = [_number(call, value) for value in args]
        for value in numbers:
            if isinstance(value, Unknown):
                return value.derive(f"{name}({value.label})" if value.label and len(args) == 1 else "")
            if name in SLOW and isinstance(value, int) and value > SLOW[name]:
                return too_large(call, f"math.{name}")
        if not is_plain(tuple(numbers)):
            return derived(*numbers, reason=f"math.{name} of what is no number")
        if kwargs:
            return guarded(call, function, *numbers, **kwargs) if is_plain(tuple(kwargs.values())) else derived(*kwargs)
        return guarded(call, function, *numbers)

    space.function(summary, name=name, raw=True)


for _name in dir(math):
    if not _name.startswith("_") and _name not in ("prod", "fsum", "dist", "hypot", "sumprod"):
        _one = getattr(math, _name)
        if callable(_one):
            _function(api, _name, _one)
        else:
            api.constant(_name, _one)


@api.function
def prod(call: Call, iterable: AnyValue, *, start: AnyValue = 1) -> Any:
    found = members(call, iterable)
    if isinstance(found, Unknown):
        return found.derive("")
    total = start
    for one in found:
        total = call.binary("*", total, one)
    return total


@api.function
def fsum(call: Call, seq: AnyValue) -> Any:
    found = members(call, seq)
    return guarded(call, math.fsum, found) if isinstance(found, list) and is_plain(tuple(found)) else derived(found)


@api.function(raw=True)
def hypot(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return guarded(call, math.hypot, *args) if is_plain(args) else derived(*args)


complex_api = Namespace("cmath")
for _name in dir(cmath):
    if not _name.startswith("_"):
        _one = getattr(cmath, _name)
        if callable(_one):
            _function(complex_api, _name, _one)
        else:
            complex_api.constant(_name, _one)
