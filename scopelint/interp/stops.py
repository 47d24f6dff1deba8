"""The bodies of a module and of its functions in single steps, between which the run may be taken up again in another
process, with another text behind the place where it stopped."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING, Any, Protocol

from scopelint.digest import digest
from scopelint.interp.blocks import visit_statement
from scopelint.interp.control import run_block
from scopelint.interp.frame import Frame
from scopelint.interp.lazy import visit_lazily, visit_one_by_one
from scopelint.interp.unit import Unit
from scopelint.syntax.positions import Sites, TooDeep
from scopelint.syntax.prefilter import Reach
from scopelint.syntax.source import Source, SyntaxProblem, decode
from scopelint.syntax.tree import first_line, parse_group

if TYPE_CHECKING:
    from scopelint.graph.outcome import Outcome
    from scopelint.interp.options import Options


class Stops(Protocol):
    """Whoever keeps runs that have stopped; an editor's worker does."""

    def resume(self, path: str, source: bytes, options: Options) -> list[Outcome] | None:
        """The outcomes where they are known; None where all is to be run. From here on it begins anew."""

    def before(self, run: Any, source: Source, line: int, until: float, end: float) -> bytes | None:
        """Called before the statement at a line; the next one is at `until`, and the function that both are in, if any,
        ends at `end`. The text to go on with, in a run that is taken up."""

    def refuse(self) -> None:
        """The run cannot be taken up with that text. Does not return."""

    def finish(self, outcomes: list[Outcome]) -> None:
        """The end of a run. Does not return in one that was taken up."""


def visit_in_steps(unit: Unit, statements: list[ast.stmt], stops: Stops) -> Callable[[Frame], Any]:
    """The closure of a module's body that asks `stops` before each statement but the first."""
    steps: list[Any] = []
    parts = list(visit_one_by_one(unit, statements))
    for (line, step), (until, _) in zip(parts, [*parts[1:], (inf, None)], strict=True):
        if steps:
            steps.append(_Stop(unit, (line, until), steps, stops))
        steps.append(step)
    return lambda frame: run_block(unit.run, frame, steps)


class _Stop:
    __slots__ = ("at", "line", "steps", "stops", "unit", "until")

    def __init__(self, unit: Unit, lines: tuple[int, float], steps: list[Any], stops: Stops) -> None:
        self.unit, self.steps, self.stops = unit, steps, stops
        self.line, self.until = lines
        self.at = len(steps)

    def __call__(self, frame: Frame) -> Any:
        changed = self.stops.before(self.unit.run, self.unit.source, self.line, self.until, inf)
        if changed is None:
            return None
        # What stood behind is not run; the block goes over the places of its steps.
        self.steps[self.at + 1 :] = [_nothing] * (len(self.steps) - self.at - 1)
        self._adopt(changed)
        rest = [node for node in self.unit.source.tree.body if first_line(node) >= self.line]
        return visit_lazily(self.unit, rest, False)(frame)

    def _adopt(self, data: bytes) -> None:
        """Takes another text for the one that is run, where nothing that was run already speaks of what differs."""
        unit, source = self.unit, self.unit.source
        fresh = _read(unit, data, self.stops)
        before = [n for n in fresh.tree.body if first_line(n) < self.line]
        former = [n for n in source.tree.body if first_line(n) < self.line]
        if (
            fresh.lines[: self.line - 1] != source.lines[: self.line - 1]
            or fresh.python2 != source.python2
            # A statement that had ended may go on now: an `else`, one more line of a function.
            or [n.end_lineno for n in before] != [n.end_lineno for n in former]
        ):
            self.stops.refuse()
        _take(unit, fresh, data, self.stops)


def _read(unit: Unit, data: bytes, stops: Stops) -> Source:
    options, path = unit.run.options, unit.source.path
    try:
        return Source(path, decode(path, data), options.python2, options.most_words)
    except SyntaxProblem:
        stops.refuse()
        raise


def _take(unit: Unit, fresh: Source, data: bytes, stops: Stops) -> None:
    """Puts another text in the place of the one that is run, unless something was asked of the whole of it already."""
    run, source = unit.run, unit.source
    if (
        has_main_test(fresh.tree) != has_main_test(source.tree)
        or ast.get_docstring(fresh.tree, clean=False) != ast.get_docstring(source.tree, clean=False)
        or run.modules.reached(source.path) not in (None, Reach(tuple(run.modules.path)).touches(source.path, data))
    ):
        stops.refuse()
    source.text, source.lines, source.tree = fresh.text, fresh.lines, fresh.tree
    run.bodies.pop((source.path, unit.module.name), None)
    run.modules.read[source.path] = digest(data)


def stops_of(unit: Unit, holder: Any) -> Stops | None:
    """Who keeps runs that stopped within a function or a `with`; None where none are."""
    run = unit.run
    if run.shelf is None or run.shelf.stops is None or unit.source.path != run.modules.main:
        return None
    if unit.scope.kind != "module" and unit.function is None:
        return None
    if not isinstance(holder, (ast.FunctionDef, ast.With)):
        return None
    body = holder.body
    if body[0].lineno == holder.lineno or any(first_line(b) <= (a.end_lineno or 0) for a, b in pairwise(body)):
        return None
    stops: Stops = run.shelf.stops
    return stops


def visit_in_stops(unit: Unit, holder: Any, nodes: Sequence[Any], stops: Stops) -> Callable[[Frame], Any] | None:
    """The closure of the body of a function or a `with` that asks `stops` before each statement, when that is first
    come to. None where the statements that LibCST read are not those of `ast`."""
    body = holder.body
    if len(nodes) != len(body):
        return None
    steps: list[Any] = []
    for at, node in enumerate(nodes):
        until = first_line(body[at + 1]) if at + 1 < len(body) else inf
        steps.append(_Inner(unit, (first_line(body[at]), until), steps, stops, holder))
        steps += visit_statement(unit, node)
    run = unit.run
    return lambda frame: run_block(run, frame, steps)


class _Inner(_Stop):
    """Before a statement of a function or a `with`. What is behind it there was not run yet when it is first come to:
    whoever came further had come by."""

    __slots__ = ("comprehensions", "holder", "is_passed")

    def __init__(self, unit: Unit, lines: tuple[int, float], steps: list[Any], stops: Stops, holder: Any) -> None:
        super().__init__(unit, lines, steps, stops)
        self.holder = holder
        self.comprehensions = unit.comprehensions
        self.is_passed = False

    def __call__(self, frame: Frame) -> Any:
        if self.is_passed:
            return None
        self.is_passed = True
        unit, end = self.unit, self.holder.end_lineno
        if unit.run.state.entered:
            return None
        changed = self.stops.before(unit.run, unit.source, self.line, self.until, end)
        if changed is not None:
            behind = self._behind(changed, end)
            # In the list that all who are within it go along.
            self.steps[self.at + 1 :] = [behind, *[_nothing] * (len(self.steps) - self.at - 2)]
        return None

    def _behind(self, data: bytes, end: int) -> Any:
        """What stands in another text from here to the end of what holds it, of which all else is as it was."""
        unit, source, line = self.unit, self.unit.source, self.line
        fresh = _read(unit, data, self.stops)
        is_like = len(fresh.lines) == len(source.lines) and fresh.python2 == source.python2
        for outside in slice(0, line - 1), slice(end, None):
            is_like = is_like and fresh.lines[outside] == source.lines[outside]
        found: Any = _counterpart(source.tree, fresh.tree, self.holder) if is_like else None
        if found is None or _spans(self.holder, line) != _spans(found, line):
            self.stops.refuse()
        try:
            if unit.function is not None:
                former = unit.function.definition
                function: Any = _counterpart(source.tree, fresh.tree, former)
                if function is None or _asked(source, former) != _asked(fresh, function):
                    self.stops.refuse()
                unit.function.definition, unit.function.node = function, None
            _take(unit, fresh, data, self.stops)
            rest = [node for node in found.body if first_line(node) >= line]
            unit.sites = Sites(source.path, source.lines, rest)
            unit.comprehensions = self.comprehensions
            steps = [step for node in parse_group(source, rest, True) for step in visit_statement(unit, node)]
        except (TooDeep, SyntaxProblem):
            self.stops.refuse()
            raise
        return lambda frame: run_block(unit.run, frame, steps)


def _asked(source: Source, definition: Any) -> tuple[Any, ...]:
    """What is asked of a whole function before all of it is run: its names, whether it is a generator, its docstring,
    and whether a method names its class, for `locals()` has that then."""
    sites = Sites(source.path, source.lines, definition.body)
    names = (node.id for node in ast.walk(definition) if isinstance(node, ast.Name))
    own = not {"super", "__class__"}.isdisjoint(names)
    return sites.binds, sites.globals, sites.nonlocals, sites.has_yield, own, ast.get_docstring(definition, clean=False)


def _spans(holder: Any, line: int) -> list[Any]:
    """Where the statements of a body lie that stand above a line."""
    return [(type(n), n.lineno, n.end_lineno) for n in holder.body if first_line(n) < line]


def _counterpart(former: Any, fresh: Any, wanted: ast.AST) -> Any:
    """The same statement in another tree, where all that stands beside it, and beside what it stands in, lies as it
    did; else None."""
    for field in ("body", "orelse", "finalbody", "handlers"):
        ones, twos = getattr(former, field, None), getattr(fresh, field, None)
        if not isinstance(ones, list):
            continue
        if not isinstance(twos, list) or len(ones) != len(twos):
            return None
        for one, two in zip(ones, twos, strict=True):
            if type(one) is not type(two) or (one.lineno, one.end_lineno) != (two.lineno, two.end_lineno):
                return None
    for field in ("body", "orelse", "finalbody", "handlers"):
        for one, two in zip(getattr(former, field, None) or (), getattr(fresh, field, None) or (), strict=True):
            if one is wanted:
                return two
            if one.lineno <= wanted.lineno <= (one.end_lineno or 0):  # type: ignore[attr-defined]
                return _counterpart(one, two, wanted)
    return None


def _nothing(frame: Frame) -> None:
    return None


def has_main_test(tree: ast.Module) -> bool:
    """Is there an `if __name__ == "__main__"`?"""
    for node in tree.body:
        if isinstance(node, ast.If):
            for name in ast.walk(node.test):
                if isinstance(name, ast.Name) and name.id == "__name__":
                    return True
    return False
