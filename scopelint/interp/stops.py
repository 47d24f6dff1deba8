"""A module's body in single steps, between which its run may be taken up again in another process, with another text
behind the place where it stopped."""

from __future__ import annotations

import ast
from collections.abc import Callable
from math import inf
from typing import TYPE_CHECKING, Any, Protocol

from scopelint.digest import digest
from scopelint.interp.control import run_block
from scopelint.interp.frame import Frame
from scopelint.interp.lazy import visit_lazily, visit_one_by_one
from scopelint.interp.unit import Unit
from scopelint.syntax.source import Source, SyntaxProblem, decode
from scopelint.syntax.tree import first_line

if TYPE_CHECKING:
    from scopelint.graph.outcome import Outcome
    from scopelint.interp.options import Options


class Stops(Protocol):
    """Whoever keeps runs that have stopped; an editor's worker does."""

    def resume(self, path: str, source: bytes, options: Options) -> list[Outcome] | None:
        """The outcomes where they are known; None where all is to be run. From here on it begins anew."""

    def before(self, run: Any, source: Source, line: int, until: float) -> bytes | None:
        """Called before the statement of the module at a line; the next one is at `until`. The text to go on with, in a
        run that is taken up."""

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
        changed = self.stops.before(self.unit.run, self.unit.source, self.line, self.until)
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
        options = unit.run.options
        try:
            fresh = Source(source.path, decode(source.path, data), options.python2, options.most_words)
        except SyntaxProblem:
            self.stops.refuse()
            raise
        before = [n for n in fresh.tree.body if first_line(n) < self.line]
        former = [n for n in source.tree.body if first_line(n) < self.line]
        if (
            fresh.lines[: self.line - 1] != source.lines[: self.line - 1]
            or fresh.python2 != source.python2
            # A statement that had ended may go on now: an `else`, one more line of a function.
            or [n.end_lineno for n in before] != [n.end_lineno for n in former]
            or has_main_test(fresh.tree) != has_main_test(source.tree)
            or ast.get_docstring(fresh.tree, clean=False) != ast.get_docstring(source.tree, clean=False)
        ):
            self.stops.refuse()
        source.text, source.lines, source.tree = fresh.text, fresh.lines, fresh.tree
        unit.run.bodies.pop((source.path, unit.module.name), None)
        unit.run.modules.read[source.path] = digest(data)


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
