"""Sites of LibCST nodes: paired with `ast`'s nodes by kind and source order.

LibCST's own PositionProvider costs twice the parse. Both trees hold the same statements, calls, operations and
subscripts; sorted by position they stand in the order in which a visitor that goes in source order meets them.
What is not paired: annotations (never evaluated here), the inside of f-strings (`ast` has no true columns there
before Python 3.12), the bodies of nested functions (read when they are entered).
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any

from scopelint import limits
from scopelint.site import Site

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


_NO_NODES = frozenset({
    "arg", "asname", "attr", "conversion", "ctx", "id", "is_async", "kind", "level", "module", "name", "op", "ops",
    "rest", "simple", "type_comment", "type_ignores",
})  # fmt: skip
"""Fields of `ast` nodes that hold a word or a number, or an operator, of which all trees share one."""

_FIELDS: dict[type, tuple[str, ...]] = {}


def node_fields(kind: type[ast.AST]) -> tuple[str, ...]:
    """The fields of an `ast` class that may hold nodes. Asking only those halves the time of a walk."""
    found = _FIELDS.get(kind)
    if found is None:
        found = _FIELDS[kind] = tuple(field for field in kind._fields if field not in _NO_NODES)
    return found


class TooDeep(Exception):
    """The code is nested deeper than LibCST's parser is trusted with."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class Sites:
    """The sited nodes of one unit of code, handed out in source order."""

    __slots__ = (
        "_column_fix",
        "_lines",
        "_offset",
        "_path",
        "binds",
        "calls",
        "globals",
        "has_yield",
        "nonlocals",
        "operations",
        "statements",
        "subscripts",
    )

    def __init__(self, path: str, lines: list[str], roots: Iterable[ast.AST], offset: int = 0) -> None:
        """`roots` are the unit's statements or expressions; `offset`: what is added to their lines. Raises TooDeep."""
        self._path = path
        self._lines = lines
        self._offset = offset
        self.binds: set[str] = set()
        self.globals: set[str] = set()
        self.nonlocals: set[str] = set()
        self.has_yield = False
        statements: list[Any] = []
        calls: list[Any] = []
        operations: list[Any] = []
        subscripts: list[Any] = []
        self._collect(roots, statements, calls, operations, subscripts)
        self.statements = _in_order(statements)
        self.calls = _in_order(calls)
        self.operations = _in_order(operations)
        self.subscripts = _in_order(subscripts)

    def _collect(
        self,
        roots: Iterable[ast.AST],
        statements: list[Any],
        calls: list[Any],
        operations: list[Any],
        subscripts: list[Any],
    ) -> None:
        binds = self.binds
        stack: list[tuple[ast.AST, int, int]] = [(root, 0, 0) for root in roots]
        # The third member: 0 in the unit's own scope, 1 within a class body or comprehension or lambda (binds there
        # are not the unit's).
        child: Any
        while stack:
            node, depth, inner = stack.pop()
            kind = type(node)
            if kind is ast.Name:
                if not inner and not isinstance(node.ctx, ast.Load):  # type: ignore[attr-defined]
                    binds.add(node.id)  # type: ignore[attr-defined]
                continue
            if kind is ast.Constant or kind is ast.JoinedStr:
                continue
            if depth > limits.NESTING:
                raise TooDeep(getattr(node, "lineno", 1))
            depth += 1
            if kind is ast.Call:
                calls.append(node)
            elif kind is ast.BinOp:
                operations.append(node)
            elif kind is ast.Subscript:
                subscripts.append(node)
            elif isinstance(node, ast.stmt):
                statements.append(node)
                if isinstance(node, _FUNCTIONS):
                    if not inner:
                        binds.add(node.name)
                    a = node.args
                    for child in (*node.decorator_list, *a.defaults, *a.kw_defaults):
                        if child is not None:
                            stack.append((child, depth, inner))
                    continue
                if isinstance(node, ast.ClassDef):
                    if not inner:
                        binds.add(node.name)
                    for child in (*node.decorator_list, *node.bases, *node.keywords):
                        stack.append((child, depth, inner))
                    for child in node.body:
                        stack.append((child, depth, 1))
                    continue
                if isinstance(node, ast.AnnAssign):
                    stack.append((node.target, depth, inner))
                    if node.value is not None:
                        stack.append((node.value, depth, inner))
                    continue
                if isinstance(node, (ast.Import, ast.ImportFrom)):
                    if not inner:
                        for alias in node.names:
                            binds.add(alias.asname or alias.name.split(".")[0])
                    continue
                if isinstance(node, ast.Global):
                    if not inner:
                        self.globals.update(node.names)
                    continue
                if isinstance(node, ast.Nonlocal):
                    if not inner:
                        self.nonlocals.update(node.names)
                    continue
            elif kind is ast.Lambda:
                a = node.args  # type: ignore[attr-defined]
                for child in (*a.defaults, *a.kw_defaults, node.body):  # type: ignore[attr-defined]
                    if child is not None:
                        stack.append((child, depth, 1))
                continue
            elif kind in (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp):
                for child in ast.iter_child_nodes(node):
                    stack.append((child, depth, 1))
                continue
            elif kind is ast.ExceptHandler:
                if not inner and node.name:  # type: ignore[attr-defined]
                    binds.add(node.name)  # type: ignore[attr-defined]
            elif kind is ast.MatchAs or kind is ast.MatchStar or kind is ast.MatchMapping:
                bound = node.rest if kind is ast.MatchMapping else node.name  # type: ignore[attr-defined]
                if not inner and bound:
                    binds.add(bound)
            elif kind is ast.Yield or kind is ast.YieldFrom or kind is ast.Await:
                if not inner:
                    self.has_yield = True
            elif kind is ast.NamedExpr and inner:
                binds.add(node.target.id)  # type: ignore[attr-defined]
            for field in node_fields(kind):
                child = getattr(node, field, None)
                if type(child) is list:
                    for member in child:
                        if isinstance(member, ast.AST):
                            stack.append((member, depth, inner))
                elif isinstance(child, ast.AST):
                    stack.append((child, depth, inner))

    def site(self, node: ast.stmt | ast.expr) -> Site:
        """The span of an `ast` node, its columns in characters."""
        column = node.col_offset
        end, last = node.end_col_offset or 0, node.end_lineno or node.lineno
        line = self._lines[node.lineno - 1] if node.lineno <= len(self._lines) else ""
        if not line.isascii():
            column = len(line.encode("utf-8")[:column].decode("utf-8", "replace"))
            if last <= len(self._lines):
                end = len(self._lines[last - 1].encode("utf-8")[:end].decode("utf-8", "replace"))
        return Site(self._path, node.lineno + self._offset, column, last + self._offset, end)


def _in_order(nodes: list[Any]) -> list[Any]:
    """In source order, the last first, so that `pop()` hands out the next; of two that begin together the outer is
    first."""
    nodes.sort(key=lambda n: (n.lineno, n.col_offset, -(n.end_lineno or 0), -(n.end_col_offset or 0)), reverse=True)
    return nodes
