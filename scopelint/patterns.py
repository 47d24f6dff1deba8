"""Regular expressions that a program says: those that could run for ever are not asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

try:
    from re import _parser  # type: ignore[attr-defined]
except ImportError:  # Python 3.10
    import sre_parse as _parser

STEPS = 2e7
"""What a pattern of so many open repeats may cost on a subject, at worst."""
NESTED_SUBJECT = 16
"""A repeat within a repeat may cost two to the power of the subject's length."""


class Endless(re.error):
    """A search that could cost more than the analysis allows."""


def _repeats(parsed: Any, depth: int = 0) -> tuple[int, bool]:  # noqa: ANN401
    """How many open repeats stand in a pattern, and whether one holds another or a choice."""
    count, nested = 0, False
    for op, argument in parsed:
        name = str(op)
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            low, high, inner = argument
            inner_count, inner_nested = _repeats(inner, depth + 1)
            count += inner_count
            nested = nested or inner_nested
            if int(high) - int(low) > 10:
                count += 1
                nested = (
                    nested
                    or inner_count > 0
                    or any(str(o) == "BRANCH" for o, _ in inner)
                    or any(str(o) == "SUBPATTERN" and any(str(p) == "BRANCH" for p, _ in a[-1]) for o, a in inner)
                )
        elif name == "BRANCH":
            for side in argument[1]:
                side_count, side_nested = _repeats(side, depth + 1)
                count, nested = count + side_count, nested or side_nested
        elif name in ("SUBPATTERN", "ATOMIC_GROUP", "ASSERT", "ASSERT_NOT"):
            inner = argument[-1] if name != "ATOMIC_GROUP" else argument
            inner_count, inner_nested = _repeats(inner, depth + 1)
            count, nested = count + inner_count, nested or inner_nested
    return count, nested


_MOST = 1e30


def _ways(parsed: Any, size: float, repeated: bool = False) -> float:  # noqa: ANN401
    """In how many ways repeats that end (`(a?){40}`) may lie over a subject. Open ones count where they are within
    one; a choice where it is repeated, else its sides are told apart by how they begin."""
    found = 1.0
    for op, argument in parsed:
        name = str(op)
        if name in ("MAX_REPEAT", "MIN_REPEAT"):
            low, high, inner = int(argument[0]), int(argument[1]), argument[2]
            is_open = high - low > 10
            most = min(float(high), size)
            of_one = _ways(inner, size, repeated or high > 1)
            if is_open:
                found *= size if repeated else 1.0
            elif of_one > 1:
                found *= min(of_one ** min(most, 100.0), _MOST) * (high - low + 1)
            else:
                found *= high - low + 1
        elif name == "BRANCH":
            sides = [_ways(side, size, repeated) for side in argument[1]]
            found *= sum(sides) if repeated else max(sides)
        elif name == "SUBPATTERN":
            found *= _ways(argument[-1], size, repeated)
        found = min(found, _MOST)
    return found


_costs: dict[tuple[Any, int], tuple[int, bool, Any]] = {}
_shown: dict[tuple[Any, int], int] = {}
"""Of a pattern, how long a subject may be for certain."""


def may_run_for_ever(pattern: re.Pattern[Any], subject: str | bytes) -> bool:
    """Could this search cost more than the analysis allows?"""
    key = (pattern.pattern, pattern.flags)
    cost = _costs.get(key)
    if cost is None:
        parsed = _parser.parse(pattern.pattern, pattern.flags)
        cost = _costs[key] = (*_repeats(parsed), parsed)
    count, nested, parsed = cost
    size = len(subject)
    if nested and size > NESTED_SUBJECT:
        return True
    if size <= _shown.get(key, -1):
        return False
    # Longer subjects cost more: what was right for one is right for all that are shorter.
    if float(size) ** min(count + 1, 4) * _ways(parsed, float(size)) > STEPS:
        return True
    _shown[key] = size
    return False


def guarded(pattern: re.Pattern[str], subjects: Sequence[str]) -> re.Pattern[str]:
    """The pattern, where it can be asked about these; else Endless is raised, which is a `re.error`."""
    longest = max(subjects, key=len, default="")
    if may_run_for_ever(pattern, longest):
        raise Endless("a regular expression that may run for ever")
    return pattern


def fits(pieces: Sequence[str], name: str) -> bool:
    """Is it these pieces in turn, anything between them? As `.*` between them would say, in linear time."""
    first, last = pieces[0], pieces[-1]
    if len(pieces) == 1:
        return name == first
    if not name.startswith(first) or not name.endswith(last) or len(name) < len(first) + len(last):
        return False
    at, end = len(first), len(name) - len(last)
    for piece in pieces[1:-1]:
        found = name.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True
