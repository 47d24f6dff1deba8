"""Blocks: the closures of the statements that stand in one, and how they are run one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scopelint.interp.control import run_block
from scopelint.interp.frame import Frame
from scopelint.interp.unit import STATEMENTS, Execute, Unit
from scopelint.syntax import nodes as cst

if TYPE_CHECKING:
    from scopelint.interp.engine import Interpreter


def visit_statement(unit: Unit, node: cst.CSTNode) -> list[Execute]:
    """The closures of one LibCST statement; a line may hold several."""
    if isinstance(node, cst.SimpleStatementLine):
        return [visit_one(unit, small) for small in node.body]
    return [visit_one(unit, node)]


def visit_one(unit: Unit, node: cst.CSTNode) -> Execute:
    site = unit.next_statement()
    visit = STATEMENTS.get(type(node))
    if visit is None:
        kind = type(node).__name__
        run = unit.run

        def not_followed(frame: Frame) -> Any:
            frame.site = site
            run.cannot_know(f"{kind} statements are not interpreted", may_make=True)

        return not_followed
    execute = visit(unit, node)
    if type(node) in _PLACELESS:
        return execute

    def placed(frame: Frame) -> Any:
        frame.site = site
        return execute(frame)

    return placed


def visit_body(unit: Unit, body: Any) -> list[Execute]:
    """The closures of an indented block or of a suite on the same line."""
    out: list[Execute] = []
    if isinstance(body, cst.SimpleStatementSuite):
        return [visit_one(unit, small) for small in body.body]
    for node in body.body:
        out.extend(visit_statement(unit, node))
    return out


def visit_block(unit: Unit, body: Any) -> Execute:
    return block(unit.run, visit_body(unit, body))


def block(run: Interpreter, steps: list[Execute]) -> Execute:
    if len(steps) == 1:
        return steps[0]
    return lambda frame: run_block(run, frame, steps)


_PLACELESS = {cst.Pass, cst.Global, cst.Nonlocal, cst.Break, cst.Continue}
