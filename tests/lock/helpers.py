"""The command in this process, and small git repositories."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from scopelint.cli import main


class Ran:
    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err


@contextlib.contextmanager
def working_in(folder: Path) -> Iterator[None]:
    before = os.getcwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def scopelint(folder: Path, *arguments: str) -> Ran:
    """The command, in this process: starting one for each would be most of the time."""
    out, err = io.StringIO(), io.StringIO()
    with working_in(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main([arguments[0], "--no-cache", "--jobs", "1", *arguments[1:]])
    assert "Traceback" not in err.getvalue() and "please report" not in err.getvalue(), err.getvalue()
    return Ran(status, out.getvalue(), err.getvalue())


def git(folder: Path, *arguments: str) -> str:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    env = {
        **os.environ,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        **{f"GIT_{who}_{what}": "x@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    }
    done = subprocess.run(["git", *arguments], cwd=folder, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def commit(folder: Path, message: str, **files: str) -> str:
    """Writes these files (`models__net` is models/net.py), commits, gives the revision."""
    for name, text in files.items():
        path = folder / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", message)
    return git(folder, "rev-parse", "HEAD")
