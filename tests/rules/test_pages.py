"""Rules as a set: codes, names, pages, and that the lists kept beside them agree."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import scopelint.fixes
from scopelint.commands.explain import index, page
from scopelint.graph.reasons import REASONS
from scopelint.rules.base import Rule
from scopelint.rules.listed import RULES, TELLERS, Listed
from scopelint.rules.off_by_default import OFF_BY_DEFAULT
from scopelint.rules.reading import reads
from scopelint.rules.reads import READS
from scopelint.rules.refusal import RefusalRule
from scopelint.rules.registry import DoubleCode, modules, rule, rules

ALL = list(rules())
FIXES = Path(scopelint.fixes.__file__).parent


def test_codes_and_names_are_unique() -> None:
    assert len({each.code for each in ALL}) == len(ALL) == len(modules())
    assert len({each.rule_name() for each in ALL}) == len(ALL)


@pytest.mark.parametrize("each", ALL, ids=lambda each: each.code)
def test_a_rule_is_whole(each: Rule) -> None:
    found = rule(each.code)
    module = modules()[found.code]
    # The file, the class and the name that the user reads are one.
    assert module == f"{found.code.lower()}_{found.rule_name().replace('-', '_')}"
    text = page(found)
    assert "## What it does" in text and "## Why is this bad?" in text
    assert found.message and not found.message.endswith(".")
    assert not found.general or found.general in modules()
    # The fix of TFS506 is said and not made.
    assert bool(found.fixes) == ("## Fix safety" in text) or found.code == "TFS506"
    assert all((FIXES / f"{module}.py").exists() for module in found.fixes)
    assert found.severity in ("error", "warning", "note")
    if found.code < "TFS5":
        # What is held against a lock file or a checkpoint has no example that is a program alone.
        assert found.code.startswith(("TFS42", "TFS400")) or (found.good and (found.bad or found.code == "TFS206"))


def test_the_table_that_flake8_reads_is_what_the_rules_say() -> None:
    assert tuple(each.code for each in ALL if not each.default) == OFF_BY_DEFAULT, "run tools/write_docs.py"


def test_every_reason_has_a_rule_that_tells_it_without_a_condition() -> None:
    plain = [each for each in ALL if isinstance(each, RefusalRule) and type(each).claims is RefusalRule.claims]
    assert sorted(reason for each in plain for reason in each.reasons) == sorted({*REASONS} - {"global_step"})


def test_two_rules_that_may_claim_one_refusal_have_an_order() -> None:
    for reason in REASONS:
        ranks = [each.rank for each in ALL if isinstance(each, RefusalRule) and reason in each.reasons]
        assert len(ranks) == len(set(ranks)), reason


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


def test_what_each_rule_reads_is_written_down() -> None:
    known = {each.code: reads(each) for each in ALL}
    assert {code: kinds for code, kinds in known.items() if kinds is not None} == READS, "run tools/write_docs.py"


def test_what_is_known_of_each_rule_is_written_down() -> None:
    known = {each.code: Listed(each.severity, each.default, each.general) for each in ALL}
    assert known == RULES, "run tools/write_docs.py"
    tellers = sorted((each for each in ALL if isinstance(each, RefusalRule)), key=lambda each: -each.rank)
    for reason in REASONS:
        codes = tuple(each.code for each in tellers if reason in each.reasons)
        assert TELLERS.get(reason, ()) == codes, "run tools/write_docs.py"


def test_a_rule_that_reads_more_than_events_is_always_asked() -> None:
    assert READS["TFS201"] == ("Refused", "VariableRefused") and READS["TFS422"] == ()
    assert "TFS902" not in READS


def test_rules_import_neither_the_interpreter_nor_libcst() -> None:
    code = (
        "import sys; from scopelint.rules.registry import rules; list(rules()); "
        "print([m for m in sys.modules if m.startswith(('libcst', 'scopelint.interp', 'scopelint.apis'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
