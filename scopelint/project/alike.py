"""Results that hold for a text which differs from the one analysed in comments, blank lines and blanks at line ends.

Much of what one types changes no statement: a new line, a comment, a blank. What was found then is found again, its
places moved along the lines. Whatever cannot be moved for certain is analysed anew."""

from __future__ import annotations

import ast
import os
import re
import warnings
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from typing import Any

from scopelint import limits
from scopelint.project.cache import Cache, Dependencies
from scopelint.project.sources import decode
from scopelint.record.view import Gap, Load, Opened, Refusal, Run, Sharing, Variable
from scopelint.site import Site
from scopelint.syntax.differences import differing
from scopelint.tuples import NamedTuple

_KEPT = 16
"""Files; an editor has few open at once."""

_ROWS = (Variable, Sharing, Refusal, Opened, Gap, Load, Run)

COUNTED = re.compile(r"\b(?:at|line) \d|\.\w+:\d")
"""A line's number in a sentence: `nothing is made at 12: ...`, `Originally defined at: net.py:7`."""

_ASKED = (b".run(", b".eval(")
"""Words of the whole text that decide what an analysis records (project/analysis.py)."""


_PLACE = ("lineno", "end_lineno", "col_offset", "end_col_offset")


class Held(NamedTuple):
    """A result, the text it is of, and the first and last line of each of its statements."""

    entry: dict[str, Any]
    lines: list[str]
    statements: list[tuple[int, int]] | None
    asked: tuple[bool, ...]


class Alike(Cache):
    """As `Cache`, in a dictionary that outlives it, for the texts that an editor holds; `texts` go before the disk."""

    def __init__(self, results: dict[Any, Held], settings: str, search_path: Iterable[str], texts: Mapping[str, bytes]
                 ) -> None:  # fmt: skip
        self._results = results
        self._settings = settings
        Dependencies.__init__(self, search_path)
        for path, data in texts.items():
            self.say(path, data)

    def get(self, kind: str, path: str, source: bytes) -> dict[str, Any] | None:
        key = self._key(kind, path)
        held = self._results.get(key)
        if held is None or held.asked != _asked(source) or not self.holds(path, held.entry):
            return None
        lines = decode(source).split("\n")
        if _differ_in_words(held.lines, lines):
            return None
        statements = held.statements if held.statements is not None else _statements(held.lines)
        if statements is None:
            return None
        found = same_statements(held.lines, lines, statements)
        if found is None:
            self._results[key] = held._replace(statements=statements)
            return None
        places, moved = found
        try:
            result = _moved(held.entry["result"], path, places)
        except _Unmoved:
            return None
        self._results.pop(key)
        self._results[key] = Held({**held.entry, "result": result}, lines, moved, held.asked)
        return result

    def put(
        self, kind: str, path: str, source: bytes, result: dict[str, Any], read: Iterable[str], missing: Iterable[str]
    ) -> None:
        key = self._key(kind, path)
        if result["crashed"] or not path.endswith((".py", ".pyw")) or _ran_out(result) or _unread(result):
            # The one before still holds for its own text, to which one comes back when a line is whole again.
            return
        self._results.pop(key, None)
        self._results[key] = Held(
            self.entry(path, result, read, missing), decode(source).split("\n"), None, _asked(source)
        )
        while len(self._results) > _KEPT:
            del self._results[next(iter(self._results))]

    def _key(self, kind: str, path: str) -> tuple[Any, ...]:
        return kind, path, os.getcwd(), self._settings, self._search_path


def _differ_in_words(old: list[str], new: list[str]) -> bool:
    """Do the lines that differ for certain differ in more than comments and blanks? It spares reading the texts."""
    change = differing(old, new)
    ones, twos = (
        [text for line in lines if (text := line.partition("#")[0].rstrip())]
        for lines in (old[change.first - 1 : change.former_last], new[change.first - 1 : change.last])
    )
    return ones != twos


def _asked(source: bytes) -> tuple[bool, ...]:
    return tuple(word in source for word in _ASKED)


def _ran_out(result: dict[str, Any]) -> bool:
    """Did it end at its bounds? Another time it may get further."""
    return any(gap.reason in (limits.TOO_LONG, limits.TOO_LARGE) for gap in result.get("names", {}).get("gaps", ()))


def _unread(result: dict[str, Any]) -> bool:
    return any(data[0] == "TFS901" for data in result["findings"])


def _parsed(text: str) -> list[ast.stmt] | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _first(node: ast.stmt) -> int:
    decorators = getattr(node, "decorator_list", None)
    return min(node.lineno, decorators[0].lineno) if decorators else node.lineno


def _statements(lines: list[str]) -> list[tuple[int, int]] | None:
    """The lines of each statement of the module, counted from 1; those that share lines are one. None where it is not
    read as it stands, as Python 2 is not."""
    body = _parsed("\n".join(lines))
    if body is None:
        return None
    found: list[tuple[int, int]] = []
    for node in body:
        first, last = _first(node), node.end_lineno or node.lineno
        if found and first <= found[-1][1]:
            found[-1] = found[-1][0], max(last, found[-1][1])
        else:
            found.append((first, last))
    return found


class Places:
    """Where lines went: those of `within` one by one, those from `behind` on all by as many."""

    def __init__(self, first: int, behind: int, by: int, within: dict[int, int]) -> None:
        self.first, self.behind, self.by, self.within = first, behind, by, within

    def line(self, line: int) -> int:
        """The line now; raises where nothing is known to stand there."""
        if line < self.first:
            return line
        if line >= self.behind:
            return line + self.by
        found = self.within.get(line)
        if found is None:
            raise _Unmoved
        return found

    @property
    def stay(self) -> bool:
        return not self.by and all(old == new for old, new in self.within.items())


def same_statements(
    old: list[str], new: list[str], statements: list[tuple[int, int]]
) -> tuple[Places, list[tuple[int, int]]] | None:
    """Where the lines of `old` stand in `new`, and its statements there; None where the texts differ in more than
    comments and blanks."""
    change = differing(old, new)
    # Lines `first + 1` to `behind - 1`, counted from 1, are those that differ.
    first, behind, by = change.first - 1, change.former_last + 1, change.by
    if first < 2 and any("coding" in line for line in (*old[:2], *new[:2])):
        return None
    hit = [each for each in statements if each[0] < behind and each[1] > first]
    start = min(first + 1, hit[0][0]) if hit else first + 1
    end = max(behind - 1, hit[-1][1]) if hit else behind - 1
    if any("\f" in line for line in (*old[start - 1 : end], *new[start - 1 : end + by])):
        return None
    one, two = _parsed("\n".join(old[start - 1 : end]) + "\n"), _parsed("\n".join(new[start - 1 : end + by]) + "\n")
    if one is None or two is None:
        return None
    lines: dict[int, int] = {}
    if not _same(one, two, lines):
        return None
    pairs = sorted(lines.items())
    if any(a >= b for (_, a), (_, b) in pairwise(pairs)):
        return None
    within = {a + start - 1: b + start - 1 for a, b in pairs}
    places = Places(start, end + 1, by, within)
    moved = []
    for each in statements:
        a, b = (places.line(line) for line in each)
        moved.append((a, b))
    return places, moved


def _same(one: object, two: object, lines: dict[int, int]) -> bool:
    """Are two trees the same, column by column, and line by line in one order?"""
    waiting: list[tuple[Any, Any]] = [(one, two)]
    while waiting:
        a, b = waiting.pop()
        if type(a) is not type(b):
            return False
        if isinstance(a, list):
            if len(a) != len(b):
                return False
            waiting += zip(a, b, strict=True)
        elif isinstance(a, ast.AST):
            where: list[Any] = [getattr(a, name, None) for name in _PLACE]
            there: list[Any] = [getattr(b, name, None) for name in _PLACE]
            if where[2:] != there[2:]:
                return False
            for x, y in zip(where[:2], there[:2], strict=True):
                if x is not None and lines.setdefault(x, y) != y:
                    return False
            waiting += [(getattr(a, name, None), getattr(b, name, None)) for name in a._fields]
        elif a != b or repr(a) != repr(b):
            return False
    return True


class _Unmoved(Exception):
    """A place, or a number in a sentence, of which nobody knows where it is now."""


_SITES = frozenset({"site", "first"})
_CHAINS = frozenset({"calls", "scopes"})
_SENTENCES = frozenset({"reason", "message", "when", "name", "entry"})
"""Of the rows of a view: the fields that hold places, chains of them, and what is said. No other speaks of lines."""


class _Mover:
    """Moves what stands in one file."""

    def __init__(self, path: str, places: Places) -> None:
        self._path, self._places = path, places
        self._known: dict[Any, Any] = {}
        self._read: set[str] = set()
        self._plans: dict[type, list[tuple[int, Callable[[Any], Any]]]] = {}

    def site(self, found: Site) -> Site:
        if found.path != self._path:
            return found
        there: Site | None = self._known.get(found)
        if there is None:
            line, end = self._places.line(found.line), self._places.line(found.end_line) if found.end_line else 0
            same = line == found.line and end == found.end_line
            there = self._known[found] = found if same else found._replace(line=line, end_line=end)
        return there

    def chain(self, found: Any) -> Any:  # noqa: ANN401
        there = self._known.get(found)
        if there is None:
            there = self.any(found)
            there = self._known[found] = found if there == found else there
        return there

    def said(self, found: str) -> str:
        if found not in self._read:
            if COUNTED.search(found):
                raise _Unmoved
            self._read.add(found)
        return found

    def row(self, value: Any) -> Any:  # noqa: ANN401
        """A row of a view: there are thousands."""
        kind = type(value)
        plan = self._plans.get(kind)
        if plan is None:
            plan = self._plans[kind] = [
                (at, self.site if name in _SITES else self.chain if name in _CHAINS else self.any)
                for at, name in enumerate(kind._fields)
                if name in _SITES | _CHAINS | _SENTENCES
            ]
        out: list[Any] | None = None
        for at, move in plan:
            old = value[at]
            new = move(old)
            if new is not old and new != old:
                out = out or list(value)
                out[at] = new
        return value if out is None else kind._make(out)

    def any(self, value: Any) -> Any:  # noqa: ANN401
        if isinstance(value, str):
            return self.said(value)
        if isinstance(value, Site):
            return self.site(value)
        if isinstance(value, _ROWS):
            return self.row(value)
        if isinstance(value, tuple):
            moved = map(self.any, value)
            return value._make(moved) if hasattr(value, "_make") else tuple(moved)
        if isinstance(value, list):
            return list(map(self.any, value))
        if isinstance(value, dict):
            return {key: self.any(each) for key, each in value.items()}
        return value


def _moved(result: dict[str, Any], path: str, places: Places) -> dict[str, Any]:
    """The result with its places where they are now."""
    if places.stay:
        return result
    moved: dict[str, Any] = _Mover(path, places).any(result)
    return moved
