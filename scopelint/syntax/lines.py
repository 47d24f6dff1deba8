"""Where the lines of one text stand in another: of an analysis in the text as it is now, of a revision in the next."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

_LARGE = 4_000
"""Changed lines from which on no line is looked for within the change: comparing them would be felt."""


def moved(old: Sequence[str], new: Sequence[str]) -> list[int | None]:
    """For each line of `old` its index in `new`; None where it is gone or is written otherwise now."""
    first, shortest = 0, min(len(old), len(new))
    while first < shortest and old[first] == new[first]:
        first += 1
    last = 0
    while last < shortest - first and old[-1 - last] == new[-1 - last]:
        last += 1
    places: list[int | None] = [*range(first), *[None] * (len(old) - first)]
    for back in range(1, last + 1):
        places[-back] = len(new) - back
    middle, changed = old[first : len(old) - last], new[first : len(new) - last]
    if middle and changed and len(middle) + len(changed) < _LARGE:
        for a, b, size in SequenceMatcher(None, middle, changed, autojunk=False).get_matching_blocks():
            for step in range(size):
                places[first + a + step] = first + b + step
    return places
