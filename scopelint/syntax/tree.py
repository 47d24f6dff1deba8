"""LibCST trees of those parts of a file that are entered.

A whole module is never parsed at once: runs of plain statements are, and each definition when it is first called.
So the cost follows the code that is reached. `ast` says where the parts lie.
"""

from __future__ import annotations

import ast
from typing import Any

from scopelint import limits
from scopelint.site import Site
from scopelint.syntax import nodes as cst
from scopelint.syntax.parsing import parse_module
from scopelint.syntax.source import Source, SyntaxProblem, words

_KEPT = 100_000
"""Characters of the longest text whose tree is worth keeping."""

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def _parse(text: str, source: Source, line: int) -> list[Any]:
    kept = source.kept
    if kept is not None and text in kept:
        return list(kept[text])
    if words(text) > limits.PARSED_WORDS:
        raise SyntaxProblem(Site(source.path, line), "more words than are read at once")
    try:
        module = parse_module(text)
    except cst.ParserSyntaxError as problem:
        raise SyntaxProblem(Site(source.path, line + max(0, problem.raw_line - 1)), problem.message) from None
    except (RecursionError, MemoryError):
        raise SyntaxProblem(Site(source.path, line), "the code is nested too deeply") from None
    if kept is not None and len(text) < _KEPT:
        kept[text] = module.body
    return list(module.body)


def _text(source: Source, first: int, last: int, indented: bool) -> str:
    body = "\n".join(source.lines[first - 1 : last]) + "\n"
    return "if 1:\n" + body if indented else body


def parse_run(source: Source, first: int, last: int, indented: bool) -> list[Any]:
    """The statements of whole lines `first` to `last`; `indented` where they are the body of something."""
    nodes = _parse(_text(source, first, last, indented), source, first)
    return list(nodes[0].body.body) if indented else nodes


def parse_group(source: Source, group: list[ast.stmt], indented: bool) -> list[Any]:
    """The statements of a run of them. Where somebody types, each is read by itself, so that those which nobody touched
    are not read again; those that share a line belong together."""
    first, last = first_line(group[0]), group[-1].end_lineno or 0
    if not getattr(source.kept, "by_statement", False):
        return parse_run(source, first, last, indented)
    nodes: list[Any] = []
    start, end = first, 0
    try:
        for node in group:
            line = first_line(node)
            if end and line > end:
                nodes += parse_run(source, start, end, indented)
                start = line
            end = max(end, node.end_lineno or 0)
        return nodes + parse_run(source, start, end, indented)
    except SyntaxProblem:
        # A backslash behind the last word of a statement leads to a line that is not its own.
        return parse_run(source, first, last, indented)


def first_line(node: ast.stmt) -> int:
    """Where a statement begins, its decorators included."""
    decorators = getattr(node, "decorator_list", None)
    return min(node.lineno, decorators[0].lineno) if decorators else node.lineno


def parse_definition(source: Source, node: Definition) -> cst.FunctionDef | cst.ClassDef:
    """The LibCST node of one `def` or `class`, its body included."""
    nodes = parse_run(source, first_line(node), node.end_lineno or node.lineno, node.col_offset > 0)
    return next(n for n in nodes if isinstance(n, (cst.FunctionDef, cst.ClassDef)))


def parse_header(source: Source, node: Definition) -> cst.FunctionDef | cst.ClassDef:
    """The same with its body left out: decorators, name, parameters or bases."""
    start, body = first_line(node), first_line(node.body[0])
    if body <= _header_end(node):
        return parse_definition(source, node)
    lines = source.lines[start - 1 : body - 1]
    while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
        lines.pop()
    text = "\n".join(lines)
    # A comment after the colon would swallow the stand-in body, so that stands on a line of its own.
    text += "\n" + " " * (node.col_offset + 1) + "pass\n"
    try:
        nodes = _parse(("if 1:\n" if node.col_offset else "") + text, source, start)
    except SyntaxProblem:
        return parse_definition(source, node)
    if node.col_offset:
        nodes = list(nodes[0].body.body)
    return next(n for n in nodes if isinstance(n, (cst.FunctionDef, cst.ClassDef)))


def _header_end(node: Definition) -> int:
    """A line that the header is known to reach."""
    ends = [node.lineno]
    arguments = getattr(node, "args", None)
    if arguments is not None:
        for child in ast.iter_child_nodes(arguments):
            ends.append(getattr(child, "end_lineno", 0) or 0)
    for base in getattr(node, "bases", ()):
        ends.append(base.end_lineno)
    for keyword in getattr(node, "keywords", ()):
        ends.append(keyword.value.end_lineno)
    return int(max(ends))
