"""`fixtures/names/*.py`: each line makes the variables that real TF 1.15 wrote behind it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scopelint.graph.events import ProgramRaised, VariableMade
from scopelint.graph.outcome import Outcome
from scopelint.interp.entry import analyse
from scopelint.interp.options import Options

FIXTURES = sorted(
    path for folder in ("names", "python") for path in (Path(__file__).parent.parent / "fixtures" / folder).glob("*.py")
)
VAR = re.compile(r"# var: (.*)$")
RAISES = re.compile(r"# raises: (.*)$")


def shown(variable: VariableMade, local: bool) -> str:
    dims = (
        "{shape}"
        if not variable.shape_known
        else "?"
        if variable.shape is None
        else ",".join("?" if d is None else str(d) for d in variable.shape)
    )
    words = [variable.name, f"[{dims}]"]
    if variable.dtype != "float32":
        words.append(variable.dtype or "{dtype}")
    if not variable.trainable:
        words.append("untrained")
    if local:
        words.append("local")
    return " ".join(words)


def outcome_of(path: Path) -> Outcome:
    outcomes = analyse(str(path), path.read_bytes(), Options())
    return outcomes[0]


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_names(path: Path) -> None:
    outcome = outcome_of(path)
    made: dict[int, list[str]] = {}
    for variable in outcome.variables:
        made.setdefault(variable.site.line, []).append(shown(variable, "local_variables" in variable.collections))
    wanted = {}
    raises = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        found = VAR.search(line)
        if found:
            wanted[number] = found[1].split("; ")
        told = RAISES.search(line)
        raises = told[1] if told else raises
    assert made == wanted
    stopped = [f"{event.error}: {event.message.splitlines()[0]}" for event in outcome.of(ProgramRaised)]
    assert stopped == ([raises] if raises else [])
