"""Programs edited once in a known way: lock and diff tell just that. tools/lock_edits.py tries a thousand."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2] / "tools"))
from lock_edits import KINDS, Program, edited, judge, programs

CASES = programs(12 * len(KINDS), 7)


@pytest.mark.parametrize("kind", KINDS)
def test_each_edit_is_told(kind: str, tmp_path: Path) -> None:
    cases = [(before, after) for each, before, after in CASES if each == kind]
    assert len(cases) == 12
    told = {number: judge(before, after, tmp_path) for number, (before, after) in enumerate(cases)}
    assert {number: wrong for number, wrong in told.items() if wrong} == {}


def test_a_wrong_answer_would_be_seen(tmp_path: Path) -> None:
    _, before, after = next(case for case in CASES if case[0] == "scope renamed")
    other = edited(before, "inserted")
    assert isinstance(other, Program)
    # The names of one edit held against the programs of another.
    after.variables = other.variables  # type: ignore[method-assign]
    assert judge(before, after, tmp_path) != []
