"""Every rule's own examples and the programs of fixtures/rules: the marked lines have their finding, no others do."""

from __future__ import annotations

import re

import pytest
from programs import Program, marks, needs_h5py, path_of, programs

from scopelint.project.check import check_source
from scopelint.project.config import Config
from scopelint.rules.findings import Finding

ALL = list(programs())


def found(program: Program) -> list[Finding]:
    """Findings as a user sees them, the code of the rule itself switched on."""
    codes = [program.code] if program.code else []
    config = Config({"extend_select": codes, "cache": False})
    return check_source(path_of(program), program.source.encode(), config).findings


@pytest.mark.parametrize("program", [p for p in ALL if not p.is_good], ids=lambda p: p.name)
def test_bad(program: Program) -> None:
    if needs_h5py(program):
        pytest.importorskip("h5py")
    findings = found(program)
    promised = marks(program.source)
    assert promised
    assert {(f.site.line, f.code) for f in findings} == {(line, mark) for line, mark, _ in promised}
    for line, mark, parts in promised:
        for key, value in re.findall(r"(\w+)=\"([^\"]*)\"", parts):
            [finding] = [f for f in findings if (f.site.line, f.code) == (line, mark)]
            assert dict(finding.parts)[key] == value


@pytest.mark.parametrize("program", [p for p in ALL if p.is_good], ids=lambda p: p.name)
def test_good(program: Program) -> None:
    findings = found(program)
    assert [f for f in findings if f.code[:4] in ("TFS2", "TFS3", "TFS9") or f.code == program.code] == []
