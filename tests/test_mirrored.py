"""Variables of distribution strategies with several replicas: the programs of fixtures/replicas as TF 1.15.5 runs them.

The tracer of the other fixtures does not see what a strategy makes, so it is TF's operations that are recorded
(`tools/record_replicas.py`)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scopelint.graph.events import ProgramRaised
from tests.test_fixtures import outcome_of

FOLDER = Path(__file__).resolve().parent.parent / "fixtures" / "replicas"
EXPECTED = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_replicas(name: str) -> None:
    outcome = outcome_of(FOLDER / name)
    made = outcome.variables
    assert [variable.name for variable in made] == EXPECTED[name]["variables"]
    stopped = [[event.error, event.site.line] for event in outcome.of(ProgramRaised)]
    assert stopped == ([EXPECTED[name]["error"]] if EXPECTED[name]["error"] else [])


def test_every_program_is_recorded() -> None:
    assert {path.name for path in FOLDER.glob("*.py")} == set(EXPECTED)


def test_copies_are_no_variables_of_the_graph() -> None:
    made = outcome_of(FOLDER / "adam_in_a_step.py").variables
    assert [v.name for v in made if "variables" in v.collections] == [v.name for v in made if "replica" not in v.name]
