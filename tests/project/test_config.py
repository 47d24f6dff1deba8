"""Settings: what is in force, from where, and how mistakes are told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scopelint.project import config as settings
from scopelint.project.config import OPTIONS, ConfigError


def write(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text)
    return str(folder / name)


def test_options_are_declared_once_and_whole() -> None:
    names = [option.name for option in OPTIONS]
    assert len(names) == len(set(names))
    for option in OPTIONS:
        assert option.help and option.where and set(option.where) <= {"file", "flag", "flake8"}
        # An empty default: nothing is chosen where nothing is said.
        assert option.kind != "choice" or option.default in ("", *option.choices)


def test_pyproject_is_found_above_and_paths_are_its_own(tmp_path: Path) -> None:
    file = write(tmp_path, "pyproject.toml", '[tool.scopelint]\npath = ["lib"]\nselect = ["TFS2"]\npossible = true\n')
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    config = settings.load([str(below)])
    assert config.path == (str(tmp_path / "lib"),)
    assert config.select == ("TFS2",) and config.possible is True
    assert config.origin["select"] == file and config.root == str(tmp_path)


def test_a_file_without_our_section_is_passed_over(tmp_path: Path) -> None:
    write(
        tmp_path,
        "tox.ini",
        "[scopelint]\nignore = TFS101, TFS102\nper-file-ignores =\n    tests/*:TFS101\n    old.py:TFS2\n",
    )
    inner = tmp_path / "inner"
    inner.mkdir()
    write(inner, "pyproject.toml", "[tool.black]\nline-length = 90\n")
    config = settings.load([str(inner)])
    assert config.ignore == ("TFS101", "TFS102")
    assert config.per_file_ignores == {"tests/*": ("TFS101",), "old.py": ("TFS2",)}


def test_flags_win_over_the_file(tmp_path: Path) -> None:
    write(tmp_path, "setup.cfg", "[scopelint]\npossible = yes\njobs = 3\n")
    config = settings.load([str(tmp_path)], {"jobs": "2", "possible": None})
    assert (config.jobs, config.possible) == (2, True)
    assert config.origin["jobs"] == "command line"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('selct = ["TFS1"]', "selct: unknown option, did you mean 'select'?"),
        ("jobs = true", "jobs: a whole number expected, not True"),
        ("jobs = -1", "jobs: a whole number expected, not -1"),
        ('select = ["E501"]', "select: 'E501' is no code of scopelint"),
        ("possible = 3", "possible: true or false expected, not 3"),
        ('python2 = "maybe"', "python2: one of auto, yes, no expected, not 'maybe'"),
        ("path = 4", "path: a list of strings expected, not 4"),
        ("fix = true", "fix: unknown option"),
        ("max-seconds = inf", "max-seconds: a number expected, not inf"),
    ],
)
def test_a_mistake_is_one_line_with_its_file(tmp_path: Path, text: str, said: str) -> None:
    file = write(tmp_path, "pyproject.toml", f"[tool.scopelint]\n{text}\n")
    with pytest.raises(ConfigError) as caught:
        settings.load([str(tmp_path)])
    message = str(caught.value)
    assert said in message and message.startswith(file) and "\n" not in message


def test_broken_toml_is_one_line(tmp_path: Path) -> None:
    write(tmp_path, "pyproject.toml", "[tool.scopelint\n")
    with pytest.raises(ConfigError) as caught:
        settings.load([str(tmp_path)])
    assert "\n" not in str(caught.value)


def test_what_is_shown_can_be_read_back(tmp_path: Path) -> None:
    import sys

    if sys.version_info < (3, 11):
        pytest.skip("tomllib is Python 3.11's")
    import tomllib

    config = settings.load([str(tmp_path)], {"select": "TFS1,TFS2"}, isolated=True)
    lines = [line for line in settings.show(config) if not line.startswith("select") or config.select]
    read = tomllib.loads("\n".join(lines))
    assert read["select"] == ["TFS1", "TFS2"] and read["jobs"] == 0
    assert any(line.endswith("# command line") for line in lines)


def test_only_what_changes_outcomes_changes_the_fingerprint() -> None:
    base = settings.Config().fingerprint()
    assert settings.Config({"select": ("TFS1",)}).fingerprint() == base
    assert settings.Config({"follow": ("tf_slim",)}).fingerprint() != base


def test_values_of_flags_may_hold_commas(tmp_path: Path) -> None:
    config = settings.load([], {"call": ["f(1, 2)", "g()"], "set": ["a=1,2", "--b=x"]}, isolated=True)
    assert config.call == ("f(1, 2)", "g()")
    assert config.set == (("a", "1,2"), ("b", "x"))
    assert os.getcwd()


def test_variables_of_the_environment_come_from_flags_and_files(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.scopelint]\nenv = { DDE_BACKEND = "tensorflow", N = "3" }\n')
    assert settings.load([str(tmp_path)]).env == (("DDE_BACKEND", "tensorflow"), ("N", "3"))
    (tmp_path / "pyproject.toml").unlink()
    (tmp_path / "setup.cfg").write_text("[scopelint]\nenv =\n  A=1 2\n  B=x=y\n")
    assert settings.load([str(tmp_path)]).env == (("A", "1 2"), ("B", "x=y"))
    assert settings.load([], {"env": ["PATHS=a,b", "M="]}, isolated=True).env == (("PATHS", "a,b"), ("M", ""))
    with pytest.raises(settings.ConfigError, match="NAME=VALUE"):
        settings.load([], {"env": ["DEBUG"]}, isolated=True)
