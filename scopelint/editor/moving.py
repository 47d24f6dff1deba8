"""The events of a run told in the lines of another text, which differs in a few lines from the one that was run."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any

from scopelint.frozen import fields, replace
from scopelint.graph.events import Event
from scopelint.interp.changed import ELSEWHERE
from scopelint.project.alike import COUNTED
from scopelint.site import Site
from scopelint.syntax.differences import Change
from scopelint.syntax.tree import first_line

_PLACES = frozenset({"site", "calls", "first_site", "first_calls", "prefix_sites", "made_at"})
_SAID = frozenset({"when", "reason", "message", "facts", "assuming", "about", "leads", "what"})
"""Of events: the fields that hold places, and what is said, where a line may be spoken of by its number."""


class Unmoved(Exception):
    """A place, or a number in a sentence, of which nobody knows where it is now."""


class Moving:
    """Of one file. Nothing is told of the lines that differ but what is told `ELSEWHERE`, in lines of the text now."""

    def __init__(self, path: str, tree: ast.Module, change: Change) -> None:
        """`tree`: of the former text."""
        self._path, self._change = path, change
        self._by = change.by
        self._ends = _ends_above(tree, change.first - 1)
        self._known: dict[int, tuple[Any, Any]] = {}
        self._said: set[str] = set()
        self._plans: dict[type, tuple[str, ...]] = {}

    def events(self, events: Iterable[Event]) -> list[Event]:
        """Raises Unmoved."""
        return [self._event(event) for event in events]

    def _event(self, event: Event) -> Event:
        kind = type(event)
        names = self._plans.get(kind)
        if names is None:
            # The others are numbers and the names of things.
            names = self._plans[kind] = tuple(name for name in fields(event) if name in _PLACES or name in _SAID)
        found: dict[str, Any] | None = None
        known = self._known
        for name in names:
            value = getattr(event, name)
            if not value:
                continue
            held = known.get(id(value))
            moved = self._any(value) if held is None else held[1]
            if moved is not value:
                if found is None:
                    found = {}
                found[name] = moved
        return event if found is None else replace(event, **found)

    def _any(self, value: object) -> Any:  # noqa: ANN401
        if isinstance(value, str):
            if value not in self._said:
                self._text(value)
            return value
        if not isinstance(value, tuple) or not value:
            return value
        known = self._known.get(id(value))
        if known is not None:
            return known[1]
        if isinstance(value, Site):
            moved: Any = self.site(value)
        else:
            parts = [self._any(each) for each in value]
            moved = value
            if any(a is not b for a, b in zip(parts, value, strict=True)):
                moved = value._make(parts) if hasattr(value, "_make") else tuple(parts)
        # Kept with what it became, so that no other gets its number.
        self._known[id(value)] = value, moved
        return moved

    def _text(self, value: str) -> None:
        if self._by and COUNTED.search(value):
            raise Unmoved
        self._said.add(value)

    def site(self, site: Site) -> Site:
        if site.path != self._path:
            return site
        line, end, change = site.line, site.end_line, self._change
        if line >= ELSEWHERE:
            return site._replace(line=line - ELSEWHERE, end_line=max(0, end - ELSEWHERE))
        if line < change.first:
            if end < change.first:
                if (line, end) in self._ends:
                    raise Unmoved
                return site
            if end <= change.former_last:
                raise Unmoved
            return site._replace(end_line=end + self._by) if self._by else site
        if line <= change.former_last:
            raise Unmoved
        return site._replace(line=line + self._by, end_line=end and end + self._by) if self._by else site


def _ends_above(tree: ast.Module, line: int) -> set[tuple[int, int]]:
    """Statements that hold others and end at a line: what is put below it may belong to them."""
    found: set[tuple[int, int]] = set()
    waiting: list[Any] = [tree]
    while waiting:
        node = waiting.pop()
        for field in ("body", "orelse", "finalbody", "handlers", "cases"):
            for each in getattr(node, field, None) or ():
                end = getattr(each, "end_lineno", line)
                if hasattr(each, "lineno") and (first_line(each) > line or end < line):
                    continue
                if end == line and getattr(each, "body", None) and hasattr(each, "lineno"):
                    found.add((each.lineno, end))
                waiting.append(each)
    return found
