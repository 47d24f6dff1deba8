"""The pages made of what the commands say of themselves, and the settings in force as any command shows them."""

from __future__ import annotations

import importlib
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from scopelint.cli import COMMANDS, main
from scopelint.project.options import OPTIONS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "man" / "scopelint.1"


@pytest.fixture
def tools(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))


def test_pages_are_what_the_options_say(tools: None) -> None:
    write_docs = importlib.import_module("write_docs")
    assert (ROOT / "docs" / "options.md").read_text() == write_docs.options(), "run tools/write_docs.py"
    assert PAGE.read_text() == write_docs.manual(), "run tools/write_docs.py"


def test_the_manual_has_every_command_and_every_flag() -> None:
    text = PAGE.read_text().replace("\\-", "-")
    for command in [*COMMANDS, "lsp", "mcp", "completion", "explain"]:
        assert f"\\fBscopelint {command}\\fR" in text
    for option in OPTIONS:
        assert ("flag" in option.where) == (f"\\fB--{option.name}\\fR" in text), option.name
    assert "130" in text and "I port it." in text


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not there")
def test_the_manual_is_read_without_a_word_of_complaint() -> None:
    done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", str(PAGE)], capture_output=True, text=True)
    assert done.returncode == 0 and done.stderr == ""
    shown = re.sub(r"\x1b\[[0-9;]*m|.\x08", "", done.stdout)
    assert "check this part of the files alone" in " ".join(shown.split())


def test_settings_in_force(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text('[tool.scopelint]\njobs = 3\nignore = ["TFS101"]\n')
    (tmp_path / "a.py").write_text("import tensorflow as tf\n")
    assert main(["check", "--show-settings", "--select", "TFS2", "--watch", "--shard", "1/2", "."]) == 0
    shown = capsys.readouterr().out.splitlines()
    file = tmp_path / "pyproject.toml"
    for line in (
        'select = ["TFS2"]  # command line', f"jobs = 3  # {file}", f'ignore = ["TFS101"]  # {file}',
        "possible = false  # default", 'shard = "1/2"  # command line', "watch = true  # command line",
    ):  # fmt: skip
        assert line in shown
    assert not any(line.startswith(("coverage", "show-settings")) for line in shown)
    main(["config", "--jobs", "3", "."])
    listed = capsys.readouterr().out.splitlines()
    assert [line.split(" = ")[0] for line in listed if line not in shown] == ["select", "jobs"]
    assert main(["names", "--show-settings", "--ops", "."]) == 0
    assert "ops = true  # command line" in capsys.readouterr().out
