"""Which statements differ between two texts of a file, and in what they stand."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from scopelint.syntax.differences import Change
from scopelint.syntax.tree import first_line
from scopelint.tuples import NamedTuple

ELSEWHERE = 1 << 24
"""What is added to the lines of a second text, so that they are none of the first."""

_FIELDS = ("body", "orelse", "finalbody", "handlers", "cases")


def _is_moved(one: Any, two: Any, by: int) -> bool:
    return (
        type(one) is type(two)
        and one.lineno + by == two.lineno
        and (one.end_lineno or 0) + by == (two.end_lineno or 0)
        and first_line(one) + by == first_line(two)
    )


def _blocks(one: Any, two: Any) -> Iterator[tuple[list[Any], list[Any]]]:
    """The bodies of two statements of one kind, of which the headers are the same."""
    for field in _FIELDS:
        ones, twos = getattr(one, field, None), getattr(two, field, None)
        if isinstance(ones, list) and isinstance(twos, list):
            yield ones, twos


def _inner(ones: list[Any], twos: list[Any], change: Change) -> int | None:
    """The statement of a block that the change lies within; None where it lies between them, or in several."""
    if len(ones) != len(twos):
        return None
    for at, (one, two) in enumerate(zip(ones, twos, strict=True)):
        if hasattr(one, "lineno") and type(one) is type(two) and change.is_within(one, two):
            by = change.by
            if first_line(one) != first_line(two) or one.lineno != two.lineno:
                return None
            if all(_is_moved(a, b, 0) for a, b in zip(ones[:at], twos[:at], strict=True)) and all(
                _is_moved(a, b, by) for a, b in zip(ones[at + 1 :], twos[at + 1 :], strict=True)
            ):
                return at
    return None


def _within(one: Any, two: Any, change: Change) -> tuple[Any, Any] | None:
    """What of these two the change lies within: statements that stand in them."""
    by = change.by
    found = None
    for ones, twos in _blocks(one, two):
        at = _inner(ones, twos, change)
        if at is not None:
            found = ones[at], twos[at]
            continue
        # All else stands where it stood, above the change or below it.
        if len(ones) != len(twos) or not (
            all(_is_moved(a, b, 0) for a, b in zip(ones, twos, strict=True) if hasattr(a, "lineno"))
            or all(_is_moved(a, b, by) for a, b in zip(ones, twos, strict=True) if hasattr(a, "lineno"))
        ):
            return None
    return found


def _is_below_header(one: Any, two: Any, change: Change) -> bool:
    """Are all lines above the bodies of two statements the same?"""
    bodies = [node.body for node in (one, two) if getattr(node, "body", None)]
    if len(bodies) != 2 or any(body[0].lineno <= node.lineno for body, node in zip(bodies, (one, two), strict=True)):
        return False
    return any(change.first >= first_line(body[0]) for body in bodies)


def _around(former: ast.Module, fresh: ast.Module, change: Change) -> Iterator[tuple[Any, Any]]:
    """The statements whose bodies the change lies within, outer ones first, in both texts."""
    one, two = former, fresh
    while True:
        found = _within(one, two, change)
        if found is None or not _is_below_header(*found, change):
            return
        one, two = found
        yield found


def functions_around(former: ast.Module, fresh: ast.Module, change: Change) -> Iterator[tuple[Any, Any]]:
    """Those of them that are functions."""
    return (both for both in _around(former, fresh, change) if isinstance(both[0], ast.FunctionDef))


def counterpart(former: Any, fresh: Any, wanted: Any, by: int) -> Any:
    """The same statement in another tree, where all that stands beside it, and beside what it stands in, lies as it
    did, what is below it `by` lines further down; else None."""
    for field in _FIELDS:
        ones, twos = getattr(former, field, None), getattr(fresh, field, None)
        if not isinstance(ones, list):
            continue
        if not isinstance(twos, list) or len(ones) != len(twos):
            return None
        for one, two in zip(ones, twos, strict=True):
            if not hasattr(one, "lineno"):
                continue
            below = by if first_line(one) > wanted.lineno else 0
            around = by if one.lineno <= wanted.lineno <= (one.end_lineno or 0) else below
            if type(one) is not type(two) or (one.lineno + below, (one.end_lineno or 0) + around) != (
                two.lineno, two.end_lineno
            ):  # fmt: skip
                return None
    for field in _FIELDS:
        for one, two in zip(getattr(former, field, None) or (), getattr(fresh, field, None) or (), strict=True):
            if one is wanted:
                return two
            if hasattr(one, "lineno") and one.lineno <= wanted.lineno <= (one.end_lineno or 0):
                return counterpart(one, two, wanted, by)
    return None


class Span(NamedTuple):
    """Statements of a block, from the line `begin` to before the line `end`; 0 where that is the end of the block,
    which belongs to the function or `with` at `holder`, 0 for the module. `last`: their last line, 0 where there are
    none."""

    begin: int
    end: int
    last: int
    holder: int


class Changed(NamedTuple):
    """The statements that differ, in both texts. `functions`: the lines of those that they are in, outer ones first, of
    the former text; `function`: of the innermost in this one."""

    former: Span
    now: Span
    functions: tuple[tuple[int, int], ...]
    function: tuple[int, int]


def changed_statements(former: ast.Module, fresh: ast.Module, change: Change) -> Changed | None:
    """They stand in the innermost body that a run is told of (interp/stops.py)."""
    block: tuple[list[Any], list[Any], Any, Any] = former.body, fresh.body, None, None
    functions: list[tuple[int, int]] = []
    function = (0, 0)
    for one, two in _around(former, fresh, change):
        if isinstance(one, ast.FunctionDef):
            functions.append((first_line(one), one.end_lineno or 0))
            function = first_line(two), two.end_lineno or 0
        if isinstance(one, (ast.FunctionDef, ast.With)) and _is_in_lines(one.body) and _is_in_lines(two.body):
            block = one.body, two.body, one, two
    ones, twos, holder, holder_now = block
    by = change.by
    start = 0
    for a, b in zip(ones, twos, strict=False):
        if (a.end_lineno or 0) >= change.first or not _is_moved(a, b, 0):
            break
        start += 1
    last = 0
    while last < min(len(ones), len(twos)) - start:
        a, b = ones[-1 - last], twos[-1 - last]
        if first_line(a) <= change.former_last or first_line(a) < change.first or not _is_moved(a, b, by):
            break
        last += 1

    def span(nodes: list[Any], holder: Any) -> Span:
        at = len(nodes) - last
        begin = first_line(nodes[start]) if start < len(nodes) else 0
        end = nodes[at - 1].end_lineno if at > start else 0
        return Span(begin, first_line(nodes[at]) if last else 0, end, holder.lineno if holder is not None else 0)

    return Changed(span(ones, holder), span(twos, holder_now), tuple(functions), function)


def _is_in_lines(body: list[ast.stmt]) -> bool:
    return all(first_line(b) > (a.end_lineno or 0) for a, b in pairwise(body))


def mentioned(name: str, lines: Iterable[str]) -> bool:
    """Does a name stand in a text, in whatever part?"""
    if not any(name in line for line in lines):
        return False
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    return any(word.search(line) for line in lines)
