"""Rules as a set: codes, names, pages, and that the lists kept beside them agree."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from scopelint.explain import index, page
from scopelint.fixes.edits import FIXES
from scopelint.rules import OFF_BY_DEFAULT
from scopelint.rules.registry import DoubleCode, modules, rule, rules

ALL = list(rules())


def test_codes_and_names_are_unique() -> None:
    assert len({each.code for each in ALL}) == len(ALL) == len(modules())
    assert len({each.rule_name() for each in ALL}) == len(ALL)


@pytest.mark.parametrize("each", ALL, ids=lambda each: each.code)
def test_a_rule_is_whole(each: object) -> None:
    found = rule(each.code)  # type: ignore[attr-defined]
    module = modules()[found.code]
    # The file, the class and the name that the user reads are one.
    assert module == f"{found.code.lower()}_{found.rule_name().replace('-', '_')}"
    text = page(found)
    assert "## What it does" in text and "## Why is this bad?" in text
    assert found.message and not found.message.endswith(".")
    assert not found.general or found.general in modules()
    assert (found.code in FIXES) == bool(found.fix_safety) or found.code in ("TFS219", "TFS209", "TFS506", "TFS910")
    if found.code < "TFS5":
        assert found.good and (found.bad or found.code == "TFS206")


def test_off_by_default_names_rules() -> None:
    assert set(OFF_BY_DEFAULT) <= set(modules())
    assert all(code.startswith(("TFS1", "TFS5")) for code in OFF_BY_DEFAULT)


def test_every_expected_code_is_in_its_example() -> None:
    for each in ALL:
        for bad in each.bad:
            assert re.search(rf"# .*{each.code}\b", bad.source), each.code


def test_two_files_with_one_code_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from scopelint.rules import registry

    (tmp_path / "tfs201_a.py").touch()
    (tmp_path / "tfs201_b.py").touch()
    monkeypatch.setattr(registry, "__file__", str(tmp_path / "registry.py"))
    with pytest.raises(DoubleCode, match="TFS201"):
        registry.modules.__wrapped__()


def test_the_index_lists_all() -> None:
    lines = index().splitlines()
    assert len(lines) == len(ALL) and lines[0].startswith("TFS101  name-scope-without-effect")


def test_the_pages_under_docs_are_those_of_the_rules() -> None:
    docs = Path(__file__).parents[2] / "docs" / "rules"
    for each in ALL:
        assert (docs / f"{each.code}.md").read_text() == page(each), "run tools/write_docs.py"


def test_rules_import_neither_the_interpreter_nor_libcst() -> None:
    code = (
        "import sys; from scopelint.rules.registry import rules; list(rules()); "
        "print([m for m in sys.modules if m.startswith(('libcst', 'scopelint.interp', 'scopelint.apis'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
