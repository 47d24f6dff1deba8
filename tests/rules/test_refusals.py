"""Why TF refuses: reasons are typed, and rules read no sentence of TF's."""

from __future__ import annotations

import ast
from pathlib import Path

import scopelint
from scopelint.graph.reasons import REASONS

ROOT = Path(scopelint.__file__).parent


def test_every_reason_that_a_summary_gives_is_one_that_rules_know() -> None:
    unknown = []
    for path in sorted((ROOT / "apis").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "raise_":
                kinds = [keyword.value for keyword in node.keywords if keyword.arg == "kind"] + node.args[2:3]
                unknown += [
                    f"{path.name}:{node.lineno} {kind.value}"
                    for kind in kinds
                    if isinstance(kind, ast.Constant) and kind.value not in REASONS
                ]
    assert unknown == []


def test_rules_do_not_match_what_tensorflow_said() -> None:
    """`message` is handed on, never looked into."""
    wrong = []
    for path in sorted((ROOT / "rules").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            read = [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re."):
                read = node.args
            wrong += [
                f"{path.name}:{each.lineno}"
                for each in read
                for inner in ast.walk(each)
                if isinstance(inner, ast.Attribute) and inner.attr in ("message", "tensorflow", "sentence")
            ]
    assert wrong == []
