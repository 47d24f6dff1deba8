"""Which lines differ between two texts of a file."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from scopelint.syntax.tree import first_line
from scopelint.tuples import NamedTuple


class Change(NamedTuple):
    """Lines `first` to `last` differ, counted from 1; there may be none between them in one of the texts."""

    first: int
    former_last: int
    last: int

    @property
    def by(self) -> int:
        """How many lines further down stands what is behind it."""
        return self.last - self.former_last

    def is_within(self, one: ast.stmt, two: ast.stmt) -> bool:
        """Does it lie within these two statements, which begin at one line?"""
        return (
            (self.former_last < self.first or _spans(one, self.first, self.former_last))
            and (self.last < self.first or _spans(two, self.first, self.last))
            and (self.former_last >= self.first or self.last >= self.first)
        )


def differing(former: Sequence[str], lines: Sequence[str]) -> Change:
    """The least range of lines outside of which two texts are the same."""
    shortest, first, last = min(len(former), len(lines)), 0, 0
    while first < shortest and former[first] == lines[first]:
        first += 1
    while last < shortest - first and former[-1 - last] == lines[-1 - last]:
        last += 1
    return Change(first + 1, len(former) - last, len(lines) - last)


def _spans(node: ast.stmt, first: int, last: int) -> bool:
    return first_line(node) <= first and (node.end_lineno or 0) >= last
