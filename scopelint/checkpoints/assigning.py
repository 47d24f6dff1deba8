"""What no rule explains: by order of creation where both sides have it, else by shape and likeness of names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from scopelint.checkpoints.renames import leaf_class, likeness, parts_of

if TYPE_CHECKING:
    from scopelint.checkpoints.matching import Entry

_LIKE = 0.45
"""Likeness from which on a pair is told as a guess, without other witnesses."""
_LARGEST_GROUP = 60
"""Tensors of one shape of which all pairs are weighed; beyond it they are taken in natural order alone."""


def _kind(entry: Entry) -> tuple[Any, ...]:
    return (entry.shape, entry.dtype, leaf_class(parts_of(entry.name)[-1]))


def aligned_by_order(held: Sequence[Entry], wanted: Sequence[Entry], settled: Mapping[str, str]) -> dict[str, str]:
    """Partners by order of creation, where both sides made the same things in the same order; empty where not.

    `settled` are the partners that names tell: where order contradicts one of them, order is no evidence."""
    if not held or len(held) != len(wanted) or any(e.order is None for e in (*held, *wanted)):
        return {}
    ours, theirs = sorted(held, key=_order), sorted(wanted, key=_order)
    if len(ours) < 2 or any(_kind(h) != _kind(w) for h, w in zip(ours, theirs, strict=True)):
        return {}
    found = {h.name: w.name for h, w in zip(ours, theirs, strict=True)}
    return found if all(found.get(h, w) == w for h, w in settled.items()) else {}


def _order(entry: Entry) -> int:
    return entry.order or 0


def natural(name: str) -> tuple[Any, ...]:
    """A key that sorts `conv10` behind `conv9`, and `dense` in front of `dense_1`."""
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"(\d+)", name))


def assign(held: Sequence[Entry], wanted: Sequence[Entry], witnesses: int, size: int) -> list[tuple[str, str]]:
    """Guesses, of equal shape, dtype and meaning of the leaf."""
    groups: dict[Any, tuple[list[Entry], list[Entry]]] = defaultdict(lambda: ([], []))
    for entry in held:
        if entry.shape is not None:
            groups[_kind(entry)][0].append(entry)
    for entry in wanted:
        if entry.shape is not None:
            groups[_kind(entry)][1].append(entry)
    # Where next to nothing of the program is found in the file, it is another file: nothing is guessed.
    known = witnesses * 4 >= size
    found = []
    for ours, theirs in groups.values():
        if not ours or not theirs:
            continue
        if len(ours) == len(theirs) and (known or (len(ours) > 1 and len(groups) > 2)):
            by_number = list(zip(sorted(ours, key=_natural), sorted(theirs, key=_natural), strict=True))
        else:
            by_number = []
        if max(len(ours), len(theirs)) > _LARGEST_GROUP:
            found += [(h.name, w.name) for h, w in by_number]
            continue
        best = _by_likeness(ours, theirs)
        if by_number and sum(likeness(h.name, w.name) for h, w in by_number) >= 0.9 * sum(s for s, _, _ in best):
            found += [(h.name, w.name) for h, w in by_number]
            continue
        found += [(h, w) for score, h, w in best if score >= _LIKE or (known and len(ours) == len(theirs) == 1)]
    return found


def _natural(entry: Entry) -> tuple[Any, ...]:
    return natural(entry.name)


def _by_likeness(held: Sequence[Entry], wanted: Sequence[Entry]) -> list[tuple[float, str, str]]:
    """The likest pair first, each name once."""
    scores = sorted(
        ((likeness(h.name, w.name), h.name, w.name) for h in held for w in wanted), key=lambda s: (-s[0], s[1], s[2])
    )
    taken: set[str] = set()
    done: set[str] = set()
    found = []
    for score, h, w in scores:
        if h not in taken and w not in done:
            taken.add(h)
            done.add(w)
            found.append((score, h, w))
    return found
