"""How many parameters say nothing of what they take: `Any` may not come back where it was driven out."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1] / "scopelint"


def share_of_any(*packages: str) -> float:
    """Of the parameters of these packages, how many are annotated Any."""
    parameters = [
        parameter
        for path in ROOT.rglob("*.py")
        if path.relative_to(ROOT).parts[0] in packages
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        for parameter in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
        if parameter.arg not in ("self", "cls")
    ]
    untyped = sum(each.annotation is not None and ast.unparse(each.annotation) == "Any" for each in parameters)
    return untyped / len(parameters)


def test_parameters_say_what_they_take() -> None:
    rest = {path.name for path in ROOT.iterdir()} - {"apis", "interp"}
    assert share_of_any(*rest) <= 0.02
    assert share_of_any("apis", "interp") <= 0.1
