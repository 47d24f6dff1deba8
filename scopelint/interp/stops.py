"""The bodies of a module and of its functions in single steps, between which the run may be taken up again in another
process, with another text behind the place where it stopped, or of a function that it has not entered yet."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING, Any, Protocol

from scopelint.digest import digest
from scopelint.interp.blocks import visit_statement
from scopelint.interp.changed import ELSEWHERE, counterpart, functions_around, mentioned
from scopelint.interp.control import run_block
from scopelint.interp.frame import Frame
from scopelint.interp.lazy import visit_one_by_one
from scopelint.interp.unit import Unit
from scopelint.syntax.differences import Change, differing
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

    def behind(self, run: Any, source: Source, line: int) -> None:
        """Called behind the last statement of what begins at a line: a function, a `with`; 0 for the module."""

    def left(self, frame: Frame) -> None:
        """Called when a block is left, however it is."""

    def take(self, source: Source, is_moved: bool) -> None:
        """Another text is gone on with. `is_moved`: it has more lines or fewer, and all is told in lines of the former
        text, but for what stands in the body that differs, which is told elsewhere."""

    def compare_nothing(self) -> None:
        """What differs is also read otherwise above."""

    def refuse(self) -> None:
        """The run cannot be taken up with that text. Does not return."""

    def finish(self, outcomes: list[Outcome]) -> None:
        """The end of a run. Does not return in one that was taken up."""


def visit_in_steps(unit: Unit, statements: list[ast.stmt], stops: Stops) -> Callable[[Frame], Any]:
    """The closure of a module's body that asks `stops` before each statement but the first."""
    return _run(unit.run, _in_steps(unit, statements, stops, False), stops)


def _run(run: Any, steps: list[Any], stops: Stops) -> Callable[[Frame], Any]:
    def block(frame: Frame) -> Any:
        try:
            return run_block(run, frame, steps)
        finally:
            stops.left(frame)

    return block


def _in_steps(unit: Unit, statements: list[ast.stmt], stops: Stops, with_first: bool) -> list[Any]:
    steps: list[Any] = []
    parts = list(visit_one_by_one(unit, statements))
    for (line, step), (until, _) in zip(parts, [*parts[1:], (inf, None)], strict=False):
        if steps or with_first:
            steps.append(_Stop(unit, (line, until), steps, stops))
        steps.append(step)
    steps.append(_End(unit, 0, stops))
    return steps


class _End:
    """Behind the last statement of a block."""

    __slots__ = ("is_passed", "line", "stops", "unit")

    def __init__(self, unit: Unit, line: int, stops: Stops) -> None:
        self.unit, self.line, self.stops = unit, line, stops
        self.is_passed = False

    def __call__(self, frame: Frame) -> Any:
        run = self.unit.run
        if run.state.entered:
            return None
        if self.is_passed:
            run.again.add(-self.line)
            return None
        self.is_passed = True
        self.stops.behind(run, self.unit.source, self.line)
        return None


class _Stop:
    __slots__ = ("at", "line", "steps", "stops", "unit", "until")

    def __init__(self, unit: Unit, lines: tuple[int, float], steps: list[Any], stops: Stops) -> None:
        self.unit, self.steps, self.stops = unit, steps, stops
        self.line, self.until = lines
        self.at = len(steps)

    def __call__(self, frame: Frame) -> Any:
        data = self.stops.before(self.unit.run, self.unit.source, self.line, self.until, inf)
        if data is None:
            return None
        unit = self.unit
        fresh = _read(unit, data, self.stops)
        if _put_elsewhere(unit, fresh, data, self.stops):
            return None
        # What stood behind is not run; the block goes over the places of its steps.
        self.steps[self.at + 1 :] = [_nothing] * (len(self.steps) - self.at - 1)
        self._adopt(fresh, data)
        rest = [node for node in unit.source.tree.body if first_line(node) >= self.line]
        return _run(unit.run, _in_steps(unit, rest, self.stops, True), self.stops)(frame)

    def _adopt(self, fresh: Source, data: bytes) -> None:
        """Takes another text for the one that is run, where nothing that was run already speaks of what differs."""
        unit, source = self.unit, self.unit.source
        before = [n for n in fresh.tree.body if first_line(n) < self.line]
        former = [n for n in source.tree.body if first_line(n) < self.line]
        if (
            fresh.lines[: self.line - 1] != source.lines[: self.line - 1]
            or fresh.python2 != source.python2
            # A statement that had ended may go on now: an `else`, one more line of a function.
            or [n.end_lineno for n in before] != [n.end_lineno for n in former]
        ):
            self.stops.refuse()
        _take(unit.run, unit.module, source, fresh, data, self.stops)


def _read(unit: Unit, data: bytes, stops: Stops) -> Source:
    options, path = unit.run.options, unit.source.path
    try:
        fresh = Source(path, decode(path, data), options.python2, options.most_words)
    except SyntaxProblem:
        stops.refuse()
        raise
    fresh.kept = unit.source.kept
    return fresh


def _take(run: Any, module: Any, source: Source, fresh: Source, data: bytes, stops: Stops) -> None:
    """Puts another text in the place of the one that is run, unless something was asked of the whole of it already."""
    _check(run, source, fresh, data, stops)
    source.text, source.lines, source.tree = fresh.text, fresh.lines, fresh.tree
    run.bodies.pop((source.path, module.name), None)
    run.modules.read[source.path] = digest(data)
    stops.take(source, False)


def _take_part(run: Any, source: Source, fresh: Source, data: bytes, stops: Stops) -> Source:
    """As `_take`, for a text that differs within one body alone. Where lines are moved by it, what was read of the
    former text stays as it is, and what is read of the new one is told in lines that no text has."""
    by = len(fresh.lines) - len(source.lines)
    if not by:
        source_now = source
        _check(run, source, fresh, data, stops)
        source.text, source.lines, source.tree = fresh.text, fresh.lines, fresh.tree
    else:
        if "lineno" in fresh.text:
            # A program that reads the numbers of its lines.
            stops.refuse()
        _check(run, source, fresh, data, stops)
        fresh.offset = ELSEWHERE
        run.modules.sources[source.path] = fresh
        source_now = fresh
    run.modules.read[source.path] = digest(data)
    stops.take(source_now, source_now is fresh)
    return source_now


def _check(run: Any, source: Source, fresh: Source, data: bytes, stops: Stops) -> None:
    if (
        has_main_test(fresh.tree) != has_main_test(source.tree)
        or ast.get_docstring(fresh.tree, clean=False) != ast.get_docstring(source.tree, clean=False)
        or run.modules.reached(source.path) not in (None, Reach(tuple(run.modules.path)).touches(source.path, data))
    ):
        stops.refuse()


def _put_elsewhere(unit: Unit, fresh: Source, data: bytes, stops: Stops) -> bool:
    """Is all that differs within one function that was defined and is not entered yet? Then that has another body from
    now on."""
    run, source = unit.run, unit.source
    if fresh.python2 != source.python2:
        return False
    change = differing(source.lines, fresh.lines)
    for one, two in functions_around(source.tree, fresh.tree, change):
        codes = [code for code in run.codes if code.definition is one]
        if not codes:
            return False
        if any(code.body is not None for code in codes):
            # One within it may not be entered yet.
            continue
        if any(code.source is not source for code in codes) or _asked(source, one, True) != _asked(fresh, two, True):
            stops.refuse()
        now = _take_part(run, source, fresh, data, stops)
        if not _has_like_names(source, fresh, one, two, change):
            stops.compare_nothing()
        for code in codes:
            code.definition, code.source, code.node = two, now, None
        return True
    return False


def _has_like_names(source: Source, fresh: Source, one: Any, two: Any, change: Change) -> bool:
    """Do the names of a function that one of the texts alone binds stand nowhere else in it? All of it would read them
    otherwise."""
    former = Sites(source.path, source.lines, one.body)
    now = Sites(fresh.path, fresh.lines, two.body)
    if (former.globals, former.nonlocals) != (now.globals, now.nonlocals):
        return False
    around = [*fresh.lines[first_line(two) - 1 : change.first - 1], *fresh.lines[change.last : two.end_lineno]]
    return not any(name[:2] == "__" or mentioned(name, around) for name in former.binds ^ now.binds)


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
    if len(nodes) != len(holder.body):
        return None
    return _run(unit.run, _in_stops(unit, holder, holder.body, nodes, stops), stops)


def _in_stops(unit: Unit, holder: Any, body: Sequence[Any], nodes: Sequence[Any], stops: Stops) -> list[Any]:
    steps: list[Any] = []
    for at, node in enumerate(nodes):
        until = first_line(body[at + 1]) if at + 1 < len(body) else inf
        steps.append(_Inner(unit, (first_line(body[at]), until), steps, stops, holder))
        steps += visit_statement(unit, node)
    steps.append(_End(unit, holder.lineno, stops))
    return steps


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
        unit, end = self.unit, self.holder.end_lineno
        run = unit.run
        if run.state.entered:
            return None
        if self.is_passed:
            run.again.add(self.line)
            return None
        self.is_passed = True
        data = self.stops.before(run, unit.source, self.line, self.until, end)
        if data is None:
            return None
        fresh = _read(unit, data, self.stops)
        if not _put_elsewhere(unit, fresh, data, self.stops):
            behind = self._behind(fresh, data, end)
            # In the list that all who are within it go along.
            self.steps[self.at + 1 :] = [behind, *[_nothing] * (len(self.steps) - self.at - 2)]
        return None

    def _behind(self, fresh: Source, data: bytes, end: int) -> Any:
        """What stands in another text from here to the end of what holds it, of which all else is as it was."""
        unit, source, line = self.unit, self.unit.source, self.line
        by = len(fresh.lines) - len(source.lines)
        is_like = fresh.python2 == source.python2 and fresh.lines[: line - 1] == source.lines[: line - 1]
        is_like = is_like and fresh.lines[end + by :] == source.lines[end:] and not source.offset
        found: Any = counterpart(source.tree, fresh.tree, self.holder, by) if is_like else None
        if found is None or _spans(self.holder, line) != _spans(found, line):
            self.stops.refuse()
        try:
            scope = unit.scope
            if unit.function is not None:
                former = unit.function.definition
                function: Any = counterpart(source.tree, fresh.tree, former, by)
                if function is None or _asked(source, former) != _asked(fresh, function):
                    self.stops.refuse()
                scope.names = self._names(fresh, former, function, end)
                unit.function.definition, unit.function.node = function, None
            now = _take_part(unit.run, source, fresh, data, self.stops)
            rest = [node for node in found.body if first_line(node) >= line]
            nodes = parse_group(now, rest, True)
            if len(nodes) != len(rest):
                self.stops.refuse()
            sites = Sites(now.path, now.lines, rest, now.offset)
            if now is source:
                unit.sites = sites
            else:
                function = unit.function
                unit = Unit(unit.run, now, unit.module, scope, sites, unit.class_name)
                unit.function = function
            unit.comprehensions = self.comprehensions
            steps = _in_stops(unit, found, rest, nodes, self.stops)
        except (TooDeep, SyntaxProblem):
            self.stops.refuse()
            raise
        return _run(unit.run, steps, self.stops)

    def _names(self, fresh: Source, former: Any, function: Any, end: int) -> set[str]:
        """The names of the function that it is in: more or fewer than before where nothing that was read of it speaks
        of those."""
        unit, source = self.unit, self.unit.source
        binds = Sites(source.path, source.lines, former.body).binds
        now = Sites(fresh.path, fresh.lines, function.body).binds
        other = binds ^ now
        if other:
            first, last = first_line(former), former.end_lineno
            said = [*source.lines[first - 1 : self.line - 1], *source.lines[end:last]]
            if any(name[:2] == "__" or mentioned(name, said) for name in other) or other & unit.scope.nonlocals:
                self.stops.refuse()
        return (unit.scope.names - (binds - now)) | (now - binds - unit.scope.globals)


def _asked(source: Source, definition: Any, is_unread: bool = False) -> tuple[Any, ...]:
    """What is asked of a whole function before all of it is run: which names are none of its own, whether it is a
    generator, its docstring, and whether a method names its class, for `locals()` has that then."""
    sites = Sites(source.path, source.lines, definition.body)
    names = (node.id for node in ast.walk(definition) if isinstance(node, ast.Name))
    own = not {"super", "__class__"}.isdisjoint(names)
    told = ast.get_docstring(definition, clean=False)
    return (sites.has_yield, own, told) if is_unread else (sites.globals, sites.nonlocals, sites.has_yield, own, told)


def _spans(holder: Any, line: int) -> list[Any]:
    """Where the statements of a body lie that stand above a line."""
    return [(type(n), n.lineno, n.end_lineno) for n in holder.body if first_line(n) < line]


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
