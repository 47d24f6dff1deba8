"""Which package may import which: those above it in the list, no other."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1] / "scopelint"
ORDER = [
    "frozen",
    "tuples",
    "site",
    "limits",
    "heap",
    "clock",
    "disk",
    "escapes",
    "patterns",
    "syntax",
    "values",
    "graph",
    "checkpoints",
    "porting",
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
    "agents",
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
    "porting": {"syntax", "values", "graph"},
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


APIS = [
    "apis.python",
    "apis.tf.framework",
    "apis.tf.ops",
    "apis.tf.nn",
    "apis.tf.feature_column",
    "apis.tf.train",
    "apis.tf.keras",
    "apis.tf.layers",
    "apis.tf.rnn",
    "apis.tf.data",
    "apis.tf.estimator",
    "apis.tf.contrib",
    "apis.tf.modules",
    "apis.tf.platform",
    "apis.tf.hub",
]
"""As TensorFlow itself is built: tf.layers upon Keras' layers, and recurrent cells upon tf.layers."""


def place(module: str) -> int | None:
    """Where in APIS a module lies."""
    for at, package in enumerate(APIS):
        if f"{module}.".startswith(f"scopelint.{package}."):
            return at
    return None


def test_each_package_of_summaries_imports_only_those_above() -> None:
    wrong = []
    for path in sorted((ROOT / "apis").rglob("*.py")):
        own = place(".".join(("scopelint", *path.relative_to(ROOT).with_suffix("").parts)))
        for node in ast.walk(ast.parse(path.read_text())):
            if own is None or not isinstance(node, ast.ImportFrom) or not node.module:
                continue
            for alias in node.names:
                other = place(f"{node.module}.{alias.name}")
                if other is not None and other > own:
                    wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} imports {node.module}.{alias.name}")
    assert wrong == []


def test_every_package_of_summaries_has_its_place() -> None:
    found = {path.stem for path in (ROOT / "apis" / "tf").iterdir() if not path.name.startswith("__")}
    assert found == {package.rpartition(".")[2] for package in APIS if package.startswith("apis.tf.")}


def test_no_file_is_longer_than_600_lines() -> None:
    long = {path.relative_to(ROOT): len(path.read_text().splitlines()) for path in ROOT.rglob("*.py")}
    assert {str(path): lines for path, lines in long.items() if lines > 600} == {}


def test_an_import_inside_a_function_gives_its_reason() -> None:
    """Nearly always what start-up is spared, measured; on its line or above it."""
    without = []
    for path in sorted(ROOT.rglob("*.py")):
        if "stand_ins" in path.parts:
            continue
        text = path.read_text()
        lines = text.splitlines()
        for function in ast.walk(ast.parse(text)):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                for node in ast.walk(function):
                    if isinstance(node, ast.Import | ast.ImportFrom):
                        # The line above, or that which opens a list of names.
                        near = [lines[node.lineno - 2].strip(), *lines[node.lineno - 1 : node.end_lineno]]
                        if not any("#" in line for line in near):
                            without.append(f"{path.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node)}")
    assert without == []
