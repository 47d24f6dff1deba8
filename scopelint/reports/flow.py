"""The data flow of a graph as a page draws it: operations below their scopes, and what each takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scopelint.record.view import Operation, written
from scopelint.site import Site

_MAKES = frozenset({"VariableV2", "Variable", "VarHandleOp", "AutoReloadVariable"})
_LEFT_OUT = frozenset({"Const", "NoOp"})
"""What says nothing of the flow: constants, and what only waits."""

MOST = 30_000
"""Operations of one graph that a page draws."""


def flow_data(operations: list[Operation], place: Callable[[Site], Any]) -> dict[str, Any]:
    """`scopes`: parent and name of each, the first being the whole graph. `ops`: scope, name, type, shape by its number
    in `shapes`, place, and what it takes by number. What makes, reads and fills a variable is one with it."""
    variables = {op.name for op in operations if op.type in _MAKES}
    home: dict[str, str] = {}
    kept: list[Operation] = []
    for op in operations:
        owner = _variable_of(op.name, variables)
        home[op.name] = owner or op.name
        if (op.type not in _LEFT_OUT and not owner) or owner == op.name:
            kept.append(op)
    kept = kept[:MOST]
    numbers = {op.name: at for at, op in enumerate(kept)}
    taken: dict[str, dict[int, None]] = {op.name: {} for op in kept}
    for op in operations:
        into = home[op.name]
        if into in taken:
            for each in op.inputs or ():
                if each and each[0] != "^":
                    source = numbers.get(home.get(each.partition(":")[0], ""))
                    if source is not None and source != numbers[into]:
                        taken[into][source] = None
    scopes: dict[str, int] = {"": 0}
    rows: list[list[Any]] = [[-1, ""]]
    shapes: dict[str, int] = {}

    def scope(full: str) -> int:
        if full not in scopes:
            above, _, name = full.rpartition("/")
            parent = scope(above)
            scopes[full] = len(rows)
            rows.append([parent, name])
        return scopes[full]

    ops = []
    for op in kept:
        above, _, name = op.name.rpartition("/")
        shape = written(op.shapes[0]) if op.shapes and op.shapes[0] is not None else ""
        inputs = list(taken[op.name])
        ops.append([scope(above), name, op.type, shapes.setdefault(shape, len(shapes)), place(op.site), inputs])
    return {"scopes": rows, "ops": ops, "shapes": list(shapes), "left": len(operations) - len(kept)}


def _variable_of(name: str, variables: set[str]) -> str:
    """The variable that an operation belongs to: the longest that its name begins with."""
    end = len(name)
    while end > 0:
        if name[:end] in variables:
            return name[:end]
        end = name.rfind("/", 0, end)
    return ""
