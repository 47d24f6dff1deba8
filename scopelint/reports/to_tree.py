"""The tree of scopes and variables at the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from scopelint.escapes import printable
from scopelint.graph.conditions import phrase
from scopelint.record.view import View, written
from scopelint.reports.places import shown
from scopelint.reports.tree import Node, Size, count, gaps, human, size_of, trees

_BOLD, _DIM, _RED, _GREEN, _CYAN, _YELLOW, _END = (
    "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[32m", "\x1b[36m", "\x1b[33m", "\x1b[0m"
)  # fmt: skip
_GAPS = 5


def write(views: Sequence[View], stream: TextIO, color: bool = False) -> None:
    """A tree per file and graph: names left, then shapes, parameters and places in columns."""
    first = True
    for view in views:
        for tree in trees(view):
            title = " ".join(part for part in (shown(view.path), tree.title) if part)
            rows: list[tuple[str, str, str, str, str]] = []
            _rows(tree, "", rows)
            rows = [(*map(printable, row[:4]), row[4]) for row in rows]  # type: ignore[misc]
            if not first:
                stream.write("\n")
            first = False
            stream.write(_paint(color, _BOLD, title) + f"  {_total(tree.size)}\n")
            left = min(max((len(row[0]) for row in rows), default=0), 64)
            middle = max((len(row[1]) for row in rows), default=0)
            right = max((len(row[2]) for row in rows), default=0)
            for name, shape, size, place, style in rows:
                cells = f"  {shape.ljust(middle)}  {size.rjust(right)}"
                line = _paint(color, style, name) + " " * max(0, left - len(name))
                stream.write((line + cells + "  " + _paint(color, _DIM, place)).rstrip() + "\n")
    unknown = gaps(views)
    if unknown:
        stream.write("\n" + _paint(color, _YELLOW, "not known:") + "\n")
        for gap in unknown[:_GAPS]:
            may = ", may make variables" if gap.may_make else ""
            stream.write("  " + printable(f"{shown(gap.site.path)}:{gap.site.line}: {gap.reason}{may}") + "\n")
        if len(unknown) > _GAPS:
            stream.write(f"  and {len(unknown) - _GAPS} more\n")


def _paint(on: bool, style: str, text: str) -> str:
    text = printable(text)
    return f"{style}{text}{_END}" if on and text and style else text


def _total(size: Size) -> str:
    more = "at least " if size.open else ""
    plural = "s" * (size.variables != 1)
    return f"{count(size.variables)} variable{plural}, {more}{count(size.parameters)} parameters, {human(size.bytes)}"


def _rows(node: Node, lead: str, rows: list[tuple[str, str, str, str, str]]) -> None:
    inner = list(node.inner.values())
    for number, child in enumerate(inner):
        last = number == len(inner) - 1
        name = lead + ("└─ " if last else "├─ ") + (child.name or "(empty)")
        rows.append(_row(child, name))
        _rows(child, lead + ("   " if last else "│  "), rows)


def _row(node: Node, name: str) -> tuple[str, str, str, str, str]:
    variable = node.variable
    if node.refusals:
        refusal = node.refusals[0]
        said = f"refused: {refusal.message}"
        place = f"{shown(refusal.site.path)}:{refusal.site.line}  {said}"
        shape = f"{written(variable.shape)} {variable.dtype}" if variable else ""
        return name, shape, size_text(size_of(variable)) if variable else "", place, _RED
    if variable is not None:
        notes = []
        if variable.trainable is False:
            notes.append("not trainable")
        if node.sharings:
            notes.append(f"shared \N{MULTIPLICATION SIGN}{len(node.sharings)}")
        if variable.when:
            notes.append(phrase(variable.when))
        place = "  ".join([f"{shown(variable.site.path)}:{variable.site.line}", *notes])
        return (
            name,
            f"{written(variable.shape)} {variable.dtype or '?'}",
            size_text(size_of(variable)),
            place,
            (_DIM if variable.trainable is False else _CYAN if node.sharings else _GREEN),
        )
    place = f"{shown(node.sites[0].path)}:{node.sites[0].line}" if node.sites else ""
    if node.idle:
        return name + "/", "", "", f"{place}  name scope, no variable sees it".strip(), _DIM
    return name + "/", "", size_text(node.size) if node.size.variables else "", place, _BOLD


def size_text(size: Size) -> str:
    if size.open and not size.parameters:
        return "?"
    return ("\N{GREATER-THAN OR EQUAL TO}" if size.open else "") + count(size.parameters)
