"""Pairs the variables of two revisions of a program by the code that makes them, and by the order in which it does."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from typing import Literal

from scopelint.lock.variables import Place, Variable

How = Literal["kept", "moved", "rewritten"]
"""A line between others that are kept, one that is written as before at another place, one written otherwise in its
place."""

Lines = Callable[[Place], tuple[Place, How] | None]
"""Where a line of the old revision stands in the new one; None where it is gone."""

Paired = list[tuple[Variable, Variable]]
_DIGITS = re.compile(r"[0-9]+")


def by_lines(old: Sequence[Variable], new: Sequence[Variable], lines: Lines, allowed: Sequence[How]) -> Paired:
    """Pairs what the same lines make, called from the same lines; lines that became what is `allowed`.

    One line may make many: in turns of a loop, in a call that makes several. Where it makes as many as before they are
    taken in order, so that unnamed layers and shifted numbers find their like; else those whose name stays.
    """
    there: dict[tuple[tuple[str, int], ...], list[Variable]] = {}
    for variable in new:
        there.setdefault(tuple((call.file, call.line) for call in variable.calls), []).append(variable)
    here: dict[tuple[tuple[str, int], ...], list[Variable]] = {}
    for variable in old:
        origin: list[tuple[str, int]] = []
        for call in variable.calls:
            found = lines(call)
            if found is None or found[1] not in allowed:
                break
            origin.append((found[0].file, found[0].line))
        else:
            if variable.calls:
                here.setdefault(tuple(origin), []).append(variable)
    pairs: Paired = []
    names = {variable.name for variable in new}
    for place, olds in here.items():
        if place in there:
            pairs += _of_one_line(olds, there[place], "rewritten" not in allowed)
    # Lines that read alike are easily taken for each other. A name that the program gives itself and that is still
    # there says more than they do; one that TF numbers does not.
    return [(a, b) for a, b in pairs if a.name not in names or _is_family(a.name, b.name)]


def _is_family(old: str, new: str) -> bool:
    """Do the names differ in their numbers at most?"""
    return _DIGITS.sub("#", old) == _DIGITS.sub("#", new) or _numbered(old)[0] == _numbered(new)[0]


def without_idle_swaps(pairs: Paired, new: Sequence[Variable]) -> Paired:
    """Where names only change places among themselves, and each has the shape that it had, nothing has changed."""
    named = {variable.name: variable for variable in new}
    goal = {old.name: after.name for old, after in pairs}
    by_name = {old.name: old for old, _ in pairs}
    idle: set[str] = set()
    for start in goal:
        ring = [start]
        while len(ring) <= len(goal) and goal.get(ring[-1], start) != start:
            ring.append(goal[ring[-1]])
        if (
            len(ring) > 1
            and goal.get(ring[-1]) == start
            and all(name in named and name in by_name and by_name[name].form.fits(named[name].form) for name in ring)
        ):
            idle.update(ring)
    return [(old, named[old.name] if old.name in idle else after) for old, after in pairs]


def _of_one_line(old: list[Variable], new: list[Variable], same: bool) -> Paired:
    named = {variable.name: variable for variable in new}
    if all(variable.name in named for variable in old):
        return [(variable, named[variable.name]) for variable in old]
    whole = list(zip(old, new, strict=False))
    if (
        len(old) == len(new)
        and (all(_leaf(a) == _leaf(b) for a, b in whole) or (not same and all(a.form == b.form for a, b in whole)))
        and (not any(variable.name in named for variable in old) or _is_shift(whole))
    ):
        return whole
    stay = [(variable, named[variable.name]) for variable in old if variable.name in named]
    taken = {variable.name for variable, _ in stay}
    rest_old = [variable for variable in old if variable.name not in taken]
    rest_new = [variable for variable in new if variable.name not in taken]
    if not stay and not same:
        # A line that is written otherwise may make something else altogether.
        return in_order(rest_old, rest_new)
    return stay + in_order(rest_old, rest_new)


def _is_shift(pairs: Paired) -> bool:
    """Are the names the same but for one number, which is off by as much in each?"""
    steps = set()
    for old, new in pairs:
        if _DIGITS.sub("#", old.name) != _DIGITS.sub("#", new.name):
            # `dense` and `dense_1` are numbers 0 and 1 of one family.
            if _numbered(old.name)[0] != _numbered(new.name)[0]:
                return False
            steps.add(_numbered(new.name)[1] - _numbered(old.name)[1])
            continue
        differences = {
            int(b) - int(a) for a, b in zip(_DIGITS.findall(old.name), _DIGITS.findall(new.name), strict=True) if a != b
        }
        if len(differences) != 1:
            return False
        steps |= differences
    return len(steps) == 1


def _numbered(name: str) -> tuple[tuple[str, ...], int]:
    """A name without the numbers that TF puts behind its parts, and their sum."""
    parts, total = [], 0
    for part in name.split("/"):
        stem, mark, number = part.rpartition("_")
        if mark and number.isdecimal():
            part, total = stem, total + int(number)
        parts.append(part)
    return tuple(parts), total


def in_order(old: Sequence[Variable], new: Sequence[Variable]) -> Paired:
    """The longest run of both, in order of creation, that agrees in last part, shape and dtype."""
    a = [(_leaf(variable), variable.form) for variable in old]
    b = [(_leaf(variable), variable.form) for variable in new]
    pairs: Paired = []
    for i, j, size in SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks():
        pairs += zip(old[i : i + size], new[j : j + size], strict=True)
    return pairs


def same_leaf(old: Variable, new: Variable) -> bool:
    return _leaf(old) == _leaf(new)


def _leaf(variable: Variable) -> str:
    """The last part, without the number that TF adds where a name is taken."""
    return re.sub(r"_[0-9]+$", "", variable.name.rpartition("/")[2])
