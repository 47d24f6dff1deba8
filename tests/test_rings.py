"""No file imports what imports it, through others or inside functions. Imports for type checkers alone do not count."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[1] / "scopelint"

MODULES = {
    ".".join(path.relative_to(ROOT.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(ROOT.rglob("*.py"))
}


def imported(name: str, path: Path) -> Iterator[str]:
    """The modules of ours that one imports, wherever the statement stands."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]

    def visit(node: ast.AST) -> Iterator[str]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
                continue
            if isinstance(child, ast.Import):
                yield from (alias.name for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                base = package.split(".")[: len(package.split(".")) - child.level + 1] if child.level else []
                module = ".".join([*base, *filter(None, [child.module])])
                for alias in child.names:
                    yield f"{module}.{alias.name}" if f"{module}.{alias.name}" in MODULES else module
            yield from visit(child)

    for target in visit(ast.parse(path.read_text())):
        if target in MODULES and target != name:
            yield target


def test_no_file_is_in_a_ring() -> None:
    sorter = TopologicalSorter({name: set(imported(name, path)) for name, path in MODULES.items()})
    try:
        sorter.prepare()
    except CycleError as error:
        raise AssertionError(" -> ".join(error.args[1])) from None
