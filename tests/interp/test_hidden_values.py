"""Programs that ask a module that is not there for a value: what is called certain holds whatever the value is.

What holds was recorded of TensorFlow, which ran each program with some forty values (tools/record_hidden.py).
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from scopelint.graph.events import NotKnown, VariableMade
from scopelint.interp.entry import analyse
from scopelint.interp.options import Options
from scopelint.record.completeness import entry_data, is_template
from scopelint.rules import registry

FILES = sorted((Path(__file__).parent / "hidden").glob("*.txt"))
PROGRAMS = [
    pytest.param(program, row, id=f"{path.stem}-{at}")
    for path in FILES
    for at, (program, row) in enumerate(
        zip(
            re.split(r"^# ---\n", path.read_text(), flags=re.MULTILINE),
            json.loads(path.with_suffix(".json").read_text()),
            strict=True,
        )
    )
]


def told_of(variable: VariableMade, truth: dict[str, Any]) -> str:
    """What is wrong about a name that is called certain; empty where nothing is."""
    if variable.name not in truth:
        return f"{variable.name} is not always made"
    shape, row = variable.shape, truth[variable.name]
    known = variable.shape_known and all(size is None or isinstance(size, int) for size in shape or ())
    if known and row["shape"] != (None if shape is None else list(shape)):
        return f"{variable.name} is not always of shape {shape}"
    if variable.dtype and row["dtype"] != variable.dtype:
        return f"{variable.name} is not always of dtype {variable.dtype}"
    return ""


@pytest.mark.parametrize(("program", "row"), PROGRAMS)
def test_holds_whatever_the_value(program: str, row: dict[str, Any]) -> None:
    outcome = analyse("program.py", program.encode(), Options())[0]
    listed = [variable for variable in outcome.variables if variable.collections]
    certain = [variable for variable in listed if not variable.when and not is_template(variable.name)]
    told = []
    # A program that no value brings to its end tells nothing of its names.
    refusals = [f for f in registry.run([outcome]) if f.code[:4] in ("TFS2", "TFS3") and f.certain]
    if row["runs"]:
        told += [problem for problem in (told_of(variable, row["always"]) for variable in certain) if problem]
        told += [f"{finding.code}: {finding.message}" for finding in refusals]
    # Where no value brings it to its end, a refusal that is certain is the last line that any of them gets to.
    elif ends := row.get("ends"):
        told += [f"{f.code} at {f.site.line}, not {ends[-1]}" for f in refusals if f.site.line != ends[-1]]
    if entry_data(outcome)["complete"] and not (row["alike"] and {v.name for v in listed} == {*row["always"]}):
        told.append("called complete")
    told += [e.reason for e in outcome.events if isinstance(e, NotKnown) and "scopelint itself" in e.reason]
    assert not told


def test_refused_at_this_line_or_before() -> None:
    """TF refuses the first line of the second call where the scope does not share, and the second where it does. It is
    the second that is told, for a scope whose sharing the program decides shares as a rule."""
    program = (Path(__file__).parent / "hidden" / "reuse.txt").read_text().split("# ---\n")[0]
    findings = registry.run([analyse("program.py", program.encode(), Options())[0]])
    told = sorted((f.site.line, f.certain, f.when) for f in findings if f.code[:4] == "TFS2")
    assert [(line, certain) for line, certain, _ in told] == [(5, False)]
    assert "assuming the scope s shares its variables" in told[0][2]
