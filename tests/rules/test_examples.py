"""Every rule's own examples: the marked lines have their finding, all other lines have none."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from scopelint.project.check import check_source
from scopelint.project.config import Config
from scopelint.rules.base import PREAMBLE
from scopelint.rules.findings import Finding
from scopelint.rules.registry import rules

_MARK = re.compile(r"(TFS\d{3})(?::\s*((?:\w+=\"[^\"]*\"\s*)+))?")


def examples(kind: str) -> Iterator[object]:
    for rule in rules():
        for number, example in enumerate(getattr(rule, kind)):
            yield pytest.param(rule.code, example.source, id=f"{rule.code}-{number}")


def marks(source: str) -> set[tuple[int, str, str]]:
    """What the comments of a source promise: line, code, and the parts of the message."""
    found = set()
    for number, line in enumerate(source.split("\n"), 1):
        _, mark, comment = line.partition("  # TFS")
        if mark:
            for match in _MARK.finditer("TFS" + comment):
                found.add((number, match[1], (match[2] or "").strip()))
    return found


def found(source: str, *codes: str) -> list[Finding]:
    """Findings as a user sees them, the code of the rule itself switched on."""
    config = Config({"extend_select": codes, "cache": False})
    return check_source("example.py", source.encode(), config).findings


@pytest.mark.parametrize(("code", "source"), list(examples("bad")))
def test_bad(code: str, source: str) -> None:
    source = PREAMBLE + source.lstrip("\n")
    findings = found(source, code)
    promised = marks(source)
    assert promised
    assert {(f.site.line, f.code) for f in findings} == {(line, mark) for line, mark, _ in promised}
    for line, mark, parts in promised:
        for key, value in re.findall(r"(\w+)=\"([^\"]*)\"", parts):
            [finding] = [f for f in findings if (f.site.line, f.code) == (line, mark)]
            assert dict(finding.parts)[key] == value


@pytest.mark.parametrize(("code", "source"), list(examples("good")))
def test_good(code: str, source: str) -> None:
    assert [
        f for f in found(PREAMBLE + source.lstrip("\n"), code) if f.code[:4] in ("TFS2", "TFS3") or f.code == code
    ] == []
