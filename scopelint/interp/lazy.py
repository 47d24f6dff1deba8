"""Bodies of modules and classes of which LibCST reads no more than is entered."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from scopelint.interp.blocks import block, visit_statement
from scopelint.interp.frame import Frame
from scopelint.interp.literals import constant_display
from scopelint.interp.unit import DEFINITIONS, Unit
from scopelint.interp.variables import store
from scopelint.site import Site
from scopelint.syntax.positions import Sites, TooDeep
from scopelint.syntax.source import SyntaxProblem
from scopelint.syntax.tree import first_line, parse_group

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def visit_lazily(unit: Unit, statements: list[ast.stmt], indented: bool, counted: bool = True) -> Any:
    """The closure of a module's or a class's body: definitions as `ast` has them, runs of other statements read by
    LibCST as whole lines. `counted`: does the reading count as a step of the run?"""
    steps: list[Any] = []
    index, count = 0, len(statements)
    while index < count:
        node = statements[index]
        if is_definition(node):
            steps.append(_Lazy(unit, node, DEFINITIONS[type(node)]))
            index += 1
            continue
        first = index
        while index < count and not is_definition(statements[index]):
            index += 1
        group = statements[first:index]
        if all(isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant) for n in group):
            continue
        steps.extend(_visit_group(unit, group, indented, counted))
    return block(unit.run, steps) if steps else (lambda frame: None)


def visit_one_by_one(unit: Unit, statements: list[ast.stmt]) -> Iterator[tuple[int, Any]]:
    """The steps of a module's body with the line that each begins at. Nothing is read before its step is run."""
    group: list[ast.stmt] = []
    plain = False
    for node in statements:
        if group and first_line(node) <= max(each.end_lineno or 0 for each in group):
            group.append(node)
            continue
        if group:
            yield first_line(group[0]), _step(unit, group, not plain)
            plain = not is_definition(group[0])
        group = [node]
    if group:
        yield first_line(group[0]), _step(unit, group, not plain)


def _step(unit: Unit, group: list[ast.stmt], first: bool) -> Any:
    if len(group) == 1 and is_definition(group[0]):
        return _Lazy(unit, group[0], DEFINITIONS[type(group[0])])
    return _Late(unit, group, first)


class _Late:
    """Statements that share lines, read when they are run."""

    __slots__ = ("first", "group", "step", "unit")

    def __init__(self, unit: Unit, group: list[ast.stmt], first: bool) -> None:
        self.unit, self.group, self.first = unit, group, first
        self.step: Any = None

    def __call__(self, frame: Frame) -> Any:
        if self.step is None:
            self.step = visit_lazily(self.unit, self.group, False, self.first)
        return self.step(frame)


def _visit_group(unit: Unit, group: list[ast.stmt], indented: bool, counted: bool = True) -> list[Any]:
    """The closures of statements that stand together. What cannot be read is narrowed down to its own lines."""
    source = unit.source
    steps: list[Any] = []
    for at, node in enumerate(group):
        if _stands_alone(group, at):
            large = constant_display(unit, node, lambda name: store(unit, name))
            if large is not None:
                before = _visit_group(unit, group[:at], indented) if at else []
                behind = _visit_group(unit, group[at + 1 :], indented) if group[at + 1 :] else []
                return [*before, large, *behind]
    if counted:
        unit.run.tick(256)
    cuts = _cuts(group)
    if cuts and sum(map(len, source.lines[first_line(group[0]) - 1 : group[-1].end_lineno])) > _AT_ONCE:
        return _halves(unit, group, cuts, indented)
    try:
        unit.sites = Sites(source.path, source.lines, group, source.offset)
        for parsed in parse_group(source, group, indented):
            steps.extend(visit_statement(unit, parsed))
        return steps
    except (TooDeep, SyntaxProblem) as problem:
        if cuts:
            return _halves(unit, group, cuts, indented)
        line = problem.line if isinstance(problem, TooDeep) else problem.site.line
        return [_unreadable(unit, line, why_not(problem))]


_AT_ONCE = 20_000
"""Characters of statements that LibCST reads at once, where they can be parted: it cannot be interrupted, and takes up
to 60 MB and 0.3 s for so many."""


def _cuts(group: list[ast.stmt]) -> list[int]:
    """Where a run of statements can be parted: two on one line are read together or not at all."""
    return [at for at in range(1, len(group)) if first_line(group[at]) > (group[at - 1].end_lineno or 0)]


def _halves(unit: Unit, group: list[ast.stmt], cuts: list[int], indented: bool) -> list[Any]:
    middle = cuts[len(cuts) // 2]
    return [*_visit_group(unit, group[:middle], indented), *_visit_group(unit, group[middle:], indented)]


def _stands_alone(group: list[ast.stmt], at: int) -> bool:
    """Does a large statement share its lines with no other?"""
    node = group[at]
    if type(node) is not ast.Assign or (node.end_lineno == node.lineno and (node.end_col_offset or 0) < 10_000):
        return False
    before = at == 0 or (group[at - 1].end_lineno or 0) < node.lineno
    return before and (at + 1 == len(group) or first_line(group[at + 1]) > (node.end_lineno or 0))


def is_definition(node: ast.stmt) -> bool:
    """Is it read in parts? A class whose body stands on its header's line is read as any other statement."""
    if isinstance(node, ast.ClassDef):
        return node.body[0].lineno > node.lineno
    return isinstance(node, _DEFINITIONS)


class _Lazy:
    """A definition's step: its decorators, defaults and bases are read when the body that it stands in runs."""

    __slots__ = ("make", "node", "step", "unit")

    def __init__(self, unit: Unit, node: Any, make: Any) -> None:
        self.unit = unit
        self.node = node
        self.make = make
        self.step: Any = None

    def __call__(self, frame: Frame) -> Any:
        if self.step is None:
            unit, node = self.unit, self.node
            header = [*node.decorator_list]
            if isinstance(node, ast.ClassDef):
                header += [*node.bases, *node.keywords]
            else:
                header += [d for d in (*node.args.defaults, *node.args.kw_defaults) if d is not None]
            try:
                unit.sites = Sites(unit.source.path, unit.source.lines, header, unit.source.offset)
                self.step = self.make(unit, node)
            except (TooDeep, SyntaxProblem) as problem:
                self.step = _unreadable(unit, node.lineno, why_not(problem))
        frame.site = self.unit.sites.site(self.node)
        return self.step(frame)


def why_not(problem: TooDeep | SyntaxProblem) -> str:
    """Why code cannot be read; where it stands is told with it."""
    return problem.message if isinstance(problem, SyntaxProblem) else "nested too deeply"


def _unreadable(unit: Unit, line: int, said: str) -> Any:
    run, site = unit.run, Site(unit.source.path, line + unit.source.offset)

    def execute(frame: Frame) -> Any:
        frame.site = site
        run.cannot_know(f"statements cannot be read: {said}", may_make=True)

    return execute
