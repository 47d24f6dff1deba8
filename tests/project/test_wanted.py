"""Rules that are not asked for do no work: they are not imported, not run, and a cache knows which were."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scopelint.project.check import check, check_source
from scopelint.project.config import Config
from scopelint.project.wanted import wanted
from scopelint.rules import registry
from scopelint.rules.listed import RULES

SOURCE = """import tensorflow as tf
with tf.name_scope("n"):
    w = tf.get_variable("w", [3])
v = tf.Variable(1.0)
with tf.variable_scope("a") as a:
    pass
with tf.variable_scope("b"):
    with tf.variable_scope(a):
        tf.get_variable("x", [3])
"""
REFUSED = SOURCE + 'tf.get_variable("w", [3])\n'


def imported(folder: Path, *words: str) -> set[str]:
    """The rules that a run of the command imports."""
    code = (
        f"import sys; from scopelint.cli import main\ntry:\n    main({list(words)!r})\nexcept SystemExit: pass\n"
        "print(*[m[16:22].upper() for m in sys.modules if m.startswith('scopelint.rules.tfs')], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True)
    return set(done.stderr.split("\n")[-2].split())


def test_only_what_is_selected_is_imported(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(SOURCE)
    assert imported(tmp_path, "check", "--no-cache", "--select", "TFS201", "a.py") == {"TFS902"}
    assert imported(tmp_path, "check", "--no-cache", "--select", "TFS101", "a.py") == {"TFS101", "TFS902"}
    assert "TFS109" not in imported(tmp_path, "check", "--no-cache", "a.py")
    assert "TFS109" in imported(tmp_path, "check", "--no-cache", "--extend-select", "TFS109", "a.py")


def test_names_asks_rules_of_what_is_refused_alone(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(SOURCE)
    assert imported(tmp_path, "names", "--no-cache", "a.py") == {"TFS902"}
    (tmp_path / "b.py").write_text(REFUSED)
    asked = imported(tmp_path, "names", "--no-cache", "b.py")
    assert "TFS201" in asked
    assert all(RULES[code].severity == "error" for code in asked - {"TFS902"})


def test_a_rule_that_is_off_is_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(outcome: object) -> None:
        raise AssertionError("asked")

    monkeypatch.setattr(registry.rule("TFS109"), "check", fail)
    off = check_source("a.py", SOURCE.encode(), Config({"cache": False}))
    assert [finding.code for finding in off.findings] == ["TFS101"]
    on = check_source("a.py", SOURCE.encode(), Config({"cache": False, "select": ("TFS109",)}))
    assert on.findings == [] and wanted(Config({"select": ("TFS109",)})) == {"TFS109", "TFS902"}


def test_a_wider_rule_selects_its_cases() -> None:
    cases = {code for code, listed in RULES.items() if "TFS201" in (code, listed.general)}
    assert len(cases) > 3
    assert wanted(Config({"select": ("TFS201",)})) == cases | {"TFS902"}
    assert wanted(Config({"ignore": ("TFS201",)})).isdisjoint(cases)
    assert "TFS210" in wanted(Config({"ignore": ("TFS20",), "extend_select": ("TFS210",)}))


def test_a_result_of_fewer_rules_does_not_answer_for_more(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(REFUSED)

    def codes(**values: object) -> list[str]:
        config = Config({"cache_dir": str(tmp_path / "cache"), **values}, str(tmp_path))
        return [finding.code for finding in check([str(tmp_path / "a.py")], config).findings]

    assert codes(select=("TFS101",)) == ["TFS101"]
    assert codes() == ["TFS101", "TFS201"]
    assert codes(select=("TFS101",)) == ["TFS101"]
    assert codes(ignore=("TFS201",)) == ["TFS101"]


def test_a_comment_is_not_unused_for_rules_that_were_not_asked() -> None:
    source = b'import tensorflow as tf\nw = tf.get_variable("w", [3])  # scopelint: ignore\n'

    def codes(**values: object) -> list[str]:
        return [f.code for f in check_source("a.py", source, Config({"cache": False, **values})).findings]

    assert codes() == ["TFS910"]
    assert codes(ignore=("TFS1",)) == []
