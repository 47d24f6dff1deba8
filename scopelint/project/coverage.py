"""How many of the lines that call TensorFlow the analysis reached, and why it did not reach the others."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from scopelint.syntax.tf_calls import Function, functions
from scopelint.tuples import NamedTuple


class Part(NamedTuple):
    """Lines of one function, or of a module outside its functions, that were not reached. `why` ends a sentence."""

    file: str
    line: int
    end_line: int
    name: str
    lines: int
    why: str


class FileCoverage(NamedTuple):
    file: str
    lines: int
    reached: int


class Coverage(NamedTuple):
    """`parts`: what was not reached, the largest first."""

    files: tuple[FileCoverage, ...]
    parts: tuple[Part, ...]

    @property
    def lines(self) -> int:
        return sum(file.lines for file in self.files)

    @property
    def reached(self) -> int:
        return sum(file.reached for file in self.files)


def measure(
    texts: Iterable[tuple[str, str]],
    reached: Mapping[str, set[int]],
    stops: Mapping[str, dict[int, str]],
) -> Coverage:
    """`texts`: path and source of each file. `reached`: by absolute path, the lines of calls that were evaluated;
    `stops`: likewise the lines at which programs end for certain, and how."""
    trees = []
    for path, text in texts:
        try:
            trees.append((path, ast.parse(text)))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    named = {name for _, tree in trees for name in _mentions(tree)}
    files, parts = [], []
    for path, tree in trees:
        place = os.path.abspath(path)
        here, ends = reached.get(place, set()), stops.get(place, {})
        held = functions(tree)
        lines = {line for each in held for line in each.tensorflow}
        if not lines:
            continue
        files.append(FileCoverage(path, len(lines), len(lines & here)))
        for each in held:
            missed = each.tensorflow - here
            if missed:
                why = _why(each, missed, here, ends, named)
                parts.append(Part(path, min(missed), max(missed), each.name, len(missed), why))
    parts.sort(key=lambda part: (-part.lines, part.file, part.line))
    return Coverage(tuple(files), tuple(parts))


def _mentions(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Name):
            yield node.id


def _why(function: Function, missed: set[int], here: set[int], ends: dict[int, str], named: set[str]) -> str:
    first = min(missed)
    node = function.node
    last = getattr(node, "end_lineno", None)
    own = {line: said for line, said in ends.items() if not function.name or node.lineno <= line <= (last or line)}
    before = [line for line in own if line <= first]
    if before:
        return f"the program ends at line {max(before)}: {own[max(before)]}"
    if not function.calls & here and function.name:
        name = function.name.rpartition(".")[2]
        return "nothing gets to its calls" if name in named else "nothing calls it"
    test = _test_around(node, first, here)
    if test is not None:
        return f"{test} does not lead there"
    return "what stands before it does not lead there"


def _test_around(node: ast.AST, line: int, here: set[int]) -> str | None:
    """The innermost branch that holds the line and nothing that was reached."""
    found = None
    for each in ast.walk(node):
        if not isinstance(each, (ast.If, ast.While, ast.For, ast.ExceptHandler, ast.With)):
            continue
        for body in (each.body, getattr(each, "orelse", [])):
            if not body or not body[0].lineno <= line <= (body[-1].end_lineno or line):
                continue
            if any(body[0].lineno <= reached <= (body[-1].end_lineno or 0) for reached in here):
                continue
            if found is None or each.lineno < found[0]:
                found = each.lineno, _headline(each, body is each.body)
    return None if found is None else f"{found[1]} (line {found[0]})"


def _headline(node: ast.ExceptHandler | ast.With | ast.For | ast.If | ast.While, holds: bool) -> str:
    if isinstance(node, ast.ExceptHandler):
        return "`except`"
    if isinstance(node, ast.With):
        return "`with`"
    if isinstance(node, ast.For):
        return f"`for {ast.unparse(node.target)} in {ast.unparse(node.iter)}`"[:80]
    word = "if" if isinstance(node, ast.If) else "while"
    return f"{'' if holds else 'else of '}`{word} {ast.unparse(node.test)}`"[:80]


def combined(results: Iterable[Mapping[str, Any]]) -> tuple[dict[str, set[int]], dict[str, dict[int, str]]]:
    """What the results of all files say of each: a module is reached by whatever imports it."""
    reached: dict[str, set[int]] = {}
    stops: dict[str, dict[int, str]] = {}
    for result in results:
        for path, lines in result.get("reached", {}).items():
            reached.setdefault(path, set()).update(lines)
        for path, line, said in result.get("stops", ()):
            stops.setdefault(path, {})[line] = said
    return reached, stops
