"""Which package may import which: those above it in the list, no other."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1] / "scopelint"
ORDER = [
    "frozen",
    "site",
    "limits",
    "clock",
    "syntax",
    "values",
    "graph",
    "checkpoints",
    "apis",
    "interp",
    "record",
    "lock",
    "rules",
    "fixes",
    "reports",
    "project",
    "editor",
    "commands",
]
# rules and reports read Outcomes and may not know who made them; TF restated stands alone.
NEVER = {
    "rules": {"apis", "interp", "values", "syntax"},
    "reports": {"apis", "interp", "values", "syntax", "fixes"},
    "record": {"apis", "interp", "values", "syntax"},
    "lock": {"apis", "interp", "values", "syntax"},
    "fixes": {"apis", "interp", "values"},
    "graph": {"syntax"},
    "checkpoints": {"syntax", "values", "graph"},
}


def imports(path: Path) -> set[str]:
    """The packages of ours that a file imports, and `libcst`. Imports for type checkers alone do not count."""
    found = set()
    tree = ast.parse(path.read_text())
    skipped = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module] if node.module != "scopelint" else [f"scopelint.{alias.name}" for alias in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] == "scopelint" and len(parts) > 1:
                found.add(parts[1])
            elif parts[0] == "libcst":
                found.add("libcst")
    return found


def test_each_package_imports_only_those_above() -> None:
    wrong = []
    for path in sorted(ROOT.rglob("*.py")):
        package = path.relative_to(ROOT).parts[0].removesuffix(".py")
        if package not in ORDER:
            continue
        below = set(ORDER[ORDER.index(package) + 1 :]) | {"cli", "flake8_plugin", "lsp", "explain"}
        bad = imports(path) & (below | NEVER.get(package, set()))
        wrong += [f"{path.relative_to(ROOT)} imports {name}" for name in sorted(bad)]
    assert wrong == []


def test_the_graph_knows_nothing_of_libcst() -> None:
    assert [
        path.name
        for package in ("graph", "record", "rules", "reports")
        for path in (ROOT / package).glob("*.py")
        if "libcst" in imports(path)
    ] == []


def test_every_module_opens_with_a_line_that_says_what_it_holds() -> None:
    for path in sorted(ROOT.rglob("*.py")):
        text = path.read_text()
        assert text.startswith('"""') and ast.get_docstring(ast.parse(text)), path
