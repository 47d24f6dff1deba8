"""Numbered layers whose numbers moved: conv1 to conv4 in the file, conv0 to conv3 in the program."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scopelint.checkpoints.matching import Entry

_NUMBER = re.compile(r"\d+")
_SUFFIX = re.compile(r"^(.*?)_(\d+)$")


@dataclass(frozen=True)
class Shift:
    """`family`: the name with `{n}` for the number. `by`: what is added to the file's number to get the program's.
    `pairs`: of all members whose name changes. `certain`: the order of creation says the same."""

    family: str
    by: int
    first_held: int
    last_held: int
    pairs: Mapping[str, str]
    certain: bool


def numbered(name: str) -> list[tuple[str, int]]:
    """The families that a name may belong to, with its number in each: `a/conv2/w` is the second of `a/conv{n}/w`.

    `dense` is number 0 of `dense_{n}`."""
    parts = name.split("/")
    found = []
    for place, part in enumerate(parts):
        suffix = _SUFFIX.match(part)
        base, number = (suffix.group(1), int(suffix.group(2))) if suffix else ("", 0)
        if suffix and number:
            found.append(("/".join((*parts[:place], base + "_{n}", *parts[place + 1 :])), number))
            continue
        digits = list(_NUMBER.finditer(part))
        if digits:
            last = digits[-1]
            with_hole = part[: last.start()] + "{n}" + part[last.end() :]
            found.append(("/".join((*parts[:place], with_hole, *parts[place + 1 :])), int(last.group())))
        elif place < len(parts) - 1 or len(parts) == 1:
            found.append(("/".join((*parts[:place], part + "_{n}", *parts[place + 1 :])), 0))
    return found


def find_shifts(held: Sequence[Entry], wanted: Sequence[Entry], same: set[str]) -> list[Shift]:
    """Families of as many members on both sides, of the same shapes, whose numbers differ by a constant.

    Only where a name is missing: what fits by name is taken to be what it says it is, as TF takes it."""
    if not {entry.name for entry in held} & {entry.name for entry in wanted}:
        # Numbers that moved by less than there are of them leave some names on both sides.
        return []
    ours, theirs = _families(held), _families(wanted)
    found = []
    groups: dict[tuple[int, int, int, str], list[str]] = defaultdict(list)
    for family, members in ours.items():
        others = theirs.get(family)
        if others is None or len(others) != len(members) or len(members) < 2:
            continue
        low, high = min(members), max(members)
        by = min(others) - low
        if not by or max(others) - high != by or set(others) != {n + by for n in members}:
            continue
        if not set(range(min(low, low + by), max(high, high + by) + 1)) <= set(members) | set(others):
            # 1 to 3 here and 7 to 9 there are two things, unless nothing of them stands in between.
            continue
        if all(_fits(members[n], others[n + by]) for n in members):
            groups[low, high, by, _stem(family)].append(family)
    for (low, high, by, stem), families in groups.items():
        pairs = {}
        certain = True
        for family in families:
            for number, entry in ours[family].items():
                other = theirs[family][number + by]
                pairs[entry.name] = other.name
                certain = certain and entry.order is not None and other.order is not None
        certain = certain and _same_order(held, wanted, pairs)
        found.append(Shift(stem, by, low, high, pairs, certain))
    return sorted(found, key=lambda s: s.family)


def _same_order(held: Sequence[Entry], wanted: Sequence[Entry], pairs: Mapping[str, str]) -> bool:
    """Do both sides make the whole of it in the same order, the shifted ones and all others?"""
    if len(held) != len(wanted):
        return False
    ours = sorted(held, key=lambda e: e.order or 0)
    theirs = sorted(wanted, key=lambda e: e.order or 0)
    return all(pairs.get(h.name, h.name) == w.name for h, w in zip(ours, theirs, strict=True))


def _stem(family: str) -> str:
    """The family without what follows the number: the layer, not its kernel."""
    parts = family.split("/")
    for place, part in enumerate(parts):
        if "{n}" in part:
            return "/".join(parts[: place + 1])
    return family


def _families(entries: Sequence[Entry]) -> dict[str, dict[int, Entry]]:
    found: dict[str, dict[int, Entry]] = defaultdict(dict)
    for entry in entries:
        for family, number in numbered(entry.name):
            found[family][number] = entry
    return found


def _fits(one: Entry, two: Entry) -> bool:
    return one.shape is not None and one.shape == two.shape and one.dtype == two.dtype
