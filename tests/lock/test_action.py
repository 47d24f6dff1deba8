"""The GitHub Action's script in a repository of the test's own, with a `gh` that only writes down what it is told."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from helpers import commit, git

SCRIPT = Path(__file__).parents[2] / ".github" / "actions" / "diff" / "report.sh"
PROGRAM = "import tensorflow as tf\nwith tf.variable_scope('a'):\n    tf.get_variable('w', [3])\n"
GH = """#!{python}
import json, os, sys
with open({log!r}, "a") as log:
    body = [word[len("body=@"):] for word in sys.argv if word.startswith("body=@")]
    log.write(json.dumps([sys.argv[1:], open(body[0]).read() if body else ""]) + "\\n")
if "--paginate" in sys.argv:
    print(os.environ.get("KNOWN", ""))
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    if shutil.which("bash") is None:
        pytest.skip("bash is not installed")
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "-q")
    commit(folder, "first", train=PROGRAM)
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "gh").write_text(GH.format(python=sys.executable, log=str(tmp_path / "gh.log")))
    (tools / "scopelint").write_text(f'#!/bin/sh\nexec {sys.executable} -m scopelint "$@"\n')
    for tool in tools.iterdir():
        tool.chmod(0o755)
    return folder


def report(folder: Path, **environment: str) -> tuple[int, dict[str, str], list[list[object]]]:
    """The status, the outputs and what `gh` was told."""
    import json

    place = folder.parent
    for name in ("output", "gh.log"):
        (place / name).write_text("")
    env = {
        **os.environ,
        "PATH": f"{place / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "RUNNER_TEMP": str(place),
        "GITHUB_OUTPUT": str(place / "output"),
        "GITHUB_STEP_SUMMARY": str(place / "summary"),
        "GITHUB_REPOSITORY": "some/one",
        "BASE": "HEAD~1",
        "HEAD": "HEAD",
        "PULL": "7",
        "FAIL_ON": "breaking",
        **environment,
    }
    done = subprocess.run(["bash", str(SCRIPT)], cwd=folder, env=env, capture_output=True, text=True)
    assert "Traceback" not in done.stderr, done.stderr
    outputs = dict(line.split("=", 1) for line in (place / "output").read_text().splitlines())
    return done.returncode, outputs, [json.loads(line) for line in (place / "gh.log").read_text().splitlines()]


def test_what_breaks_is_posted_once_and_kept_up_to_date(repository: Path) -> None:
    commit(repository, "renamed", train=PROGRAM.replace("'a'", "'b'"))
    status, outputs, told = report(repository)
    assert status == 1 and outputs["breaking"] == "1"
    assert told[1][0][:4] == ["api", "--silent", "--method", "POST"]  # type: ignore[index]
    body = str(told[1][1])
    assert body.startswith("<!-- scopelint diff -->\n### Variable names: 1 breaking\n")
    assert "| renamed | `a/ -> b/` | `train.py:3` | 1 variable |" in body
    _, _, told = report(repository, KNOWN="99")
    assert told[1][0][:5] == ["api", "--silent", "--method", "PATCH", "repos/some/one/issues/comments/99"]  # type: ignore[index]
    assert report(repository, FAIL_ON="")[0] == 0
    assert report(repository, COMMENT="false")[2] == []


def test_a_change_of_no_name_is_left_in_peace(repository: Path) -> None:
    commit(repository, "a comment", train=PROGRAM + "# nothing\n")
    status, outputs, told = report(repository)
    assert (status, outputs["breaking"], len(told)) == (0, "0", 1)
    commit(repository, "a new one", train=PROGRAM + "tf.get_variable('v', [1])\n")
    assert report(repository)[0] == 0 and report(repository, FAIL_ON="any")[0] == 1


def test_what_cannot_be_compared_fails_with_its_reason(repository: Path) -> None:
    commit(repository, "broken", train="import tensorflow as tf\ndef (\n")
    status, outputs, _ = report(repository)
    assert status == 2 and "TFS901" in Path(outputs["report"]).read_text()


def test_the_action_names_the_script_and_all_that_it_reads() -> None:
    text = (SCRIPT.parent / "action.yml").read_text()
    assert 'bash "$GITHUB_ACTION_PATH/report.sh"' in text
    for name in ("BASE", "HEAD", "PATHS", "FAIL_ON", "OPTIONS", "COMMENT", "PULL", "GH_TOKEN"):
        assert f"        {name}: " in text
