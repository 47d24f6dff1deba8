"""LibCST as we import it does what it does by itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "fixtures" / "models" / "mlp.py"

TELL = f"""
import dataclasses, libcst as cst
from pathlib import Path
module = cst.parse_module(Path({str(SOURCE)!r}).read_text())
print(module.code == Path({str(SOURCE)!r}).read_text(), module.deep_equals(module.deep_clone()), repr(module)[:3000])
name = cst.Name("a")
print(name == cst.Name("a"), name == name, hash(name) == id(name) // 16, name.with_changes(value="b").value)
print(name.deep_equals(cst.Name("a")), name.deep_equals(cst.Name("b")), len({{name, cst.Name("a")}}))
class Upper(cst.CSTTransformer):
    def leave_Name(self, original_node, updated_node):
        return updated_node.with_changes(value=updated_node.value.upper())
print(module.visit(Upper()).code)
try:
    cst.Name("not a name")
except cst.CSTValidationError as problem:
    print(problem)
for cls in (cst.CodePosition if hasattr(cst, "CodePosition") else cst.metadata.CodePosition, cst.PartialParserConfig):
    print(cls.__dataclass_params__, cls(1, 2) == cls(1, 2) if "Position" in cls.__name__ else "")
@dataclasses.dataclass(frozen=True)
class Other:
    a: int
print(Other(1), Other(1) == Other(1), Other.__dataclass_params__, dataclasses.dataclass.__module__)
"""


def told(begin: str) -> str:
    code = begin + TELL
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_it_does_the_same() -> None:
    ours = told("import scopelint.fixes")
    assert ours == told("import libcst")
    assert "True True Module(" in ours


def test_its_nodes_are_declared_with_less() -> None:
    """If LibCST should come to declare them otherwise, this says that nothing is saved any more."""
    frozen = "import libcst; print(libcst.Name.__dataclass_params__.frozen)"

    def run(begin: str) -> str:
        done = subprocess.run([sys.executable, "-c", begin + frozen], capture_output=True, text=True, check=True)
        return done.stdout.strip()

    assert run("import scopelint.fixes; ") == "False"
    assert run("") == "True"
    assert run("import flake8, scopelint.fixes; ") == "True"
