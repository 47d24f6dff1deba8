"""The same hazard again and again in one file is told once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scopelint.cli import main
from scopelint.project.habits import OFTEN

HEAD = "import tensorflow as tf\n"
HAZARD = 'with tf.name_scope("s{0}"):\n    tf.get_variable("w{0}", [3])\n'


def found(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[tuple[int, str, str]]:
    main(["check", "--no-cache", "--format", "json", *arguments])
    data = json.loads(capsys.readouterr().out)["findings"]
    return [(each["line"], each["code"], each["message"]) for each in data]


def test_a_few_are_told_one_by_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = tmp_path / "few.py"
    program.write_text(HEAD + "".join(HAZARD.format(n) for n in range(OFTEN)))
    assert [(line, code) for line, code, _ in found(capsys, str(program))] == [
        (3 + 2 * n, "TFS101") for n in range(OFTEN)
    ]


def test_a_habit_is_one_finding_and_says_how_often(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = tmp_path / "many.py"
    program.write_text(HEAD + "".join(HAZARD.format(n) for n in range(29)) + 'tf.get_variable("w0", [3])\n')
    one, refused = found(capsys, str(program))
    assert one[:2] == (3, "TFS101")
    assert one[2].endswith("does not get the prefix of name_scope s0, and 28 times more in this file, up to line 59")
    assert refused[:2] == (60, "TFS201")
    main(["check", "--no-cache", "--statistics", str(program)])
    assert "29  TFS101" in capsys.readouterr().out


def test_a_baseline_holds_each_of_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program, baseline = tmp_path / "many.py", str(tmp_path / "baseline.json")
    program.write_text(HEAD + "".join(HAZARD.format(n) for n in range(29)))
    main(["check", "--no-cache", "--baseline", baseline, "--update-baseline", str(program)])
    assert found(capsys, "--baseline", baseline, str(program)) == []
    program.write_text(program.read_text() + HAZARD.format("new"))
    assert [line for line, _, _ in found(capsys, "--baseline", baseline, str(program))] == [61]
