"""The hooks under the real pre-commit, in a repository of the test's own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pre_commit")
if shutil.which("git") is None:
    pytest.skip("git is not installed", allow_module_level=True)

ROOT = Path(__file__).parents[2]
TWICE = 'import tensorflow as tf\n\ntf.get_variable("w", [3])\ntf.get_variable("w", [3])\n'
OLD = 'import tensorflow as tf\n\nwith tf.op_scope([], "net"):  # kept\n    tf.get_variable("w", [3])\n'


def git(folder: Path, *arguments: str) -> str:
    env = {
        **os.environ,
        "GIT_CONFIG_GLOBAL": os.devnull,
        **{f"GIT_{who}_{what}": "x@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    }
    done = subprocess.run(["git", *arguments], cwd=folder, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The project as a repository that pre-commit can clone, and its revision."""
    folder = tmp_path_factory.mktemp("hooks")
    shutil.copytree(ROOT / "scopelint", folder / "scopelint", ignore=shutil.ignore_patterns("__pycache__"))
    # What the wheel installs besides the package.
    shutil.copytree(ROOT / "docs" / "man", folder / "docs" / "man")
    for name in ("pyproject.toml", "README.md", ".pre-commit-hooks.yaml"):
        shutil.copy(ROOT / name, folder)
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "the project")
    return folder, git(folder, "rev-parse", "HEAD")


def pre_commit(folder: Path, home: Path) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PRE_COMMIT_HOME": str(home)}
    env.pop("PYTHONPATH", None)
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", "--all-files", "--verbose"],
        cwd=folder, env=env, capture_output=True, text=True, timeout=600,
    )  # fmt: skip


def test_both_hooks(hooks: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> None:
    repository, revision = hooks
    home = tmp_path_factory.mktemp("home")
    user = tmp_path_factory.mktemp("user")
    (user / "twice.py").write_text(TWICE)
    (user / "plain.py").write_text("import os\n")
    (user / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {repository}\n  rev: {revision}\n  hooks:\n  - id: scopelint\n"
    )
    git(user, "init", "-q")
    git(user, "add", ".")
    done = pre_commit(user, home)
    if "ERROR: Could not find a version" in done.stdout + done.stderr:
        pytest.skip("pip finds no libcst here")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "twice.py:4:1: TFS201 variable w already exists, first made at twice.py:3" in done.stdout

    (user / "twice.py").write_text(OLD)
    (user / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {repository}\n  rev: {revision}\n  hooks:\n"
        "  - id: scopelint-fix\n    args: [--extend-select, TFS108, --ignore, TFS101]\n"
    )
    git(user, "add", ".")
    done = pre_commit(user, home)
    assert done.returncode == 1 and "files were modified by this hook" in done.stdout, done.stdout + done.stderr
    assert (user / "twice.py").read_text() == OLD.replace('tf.op_scope([], "net")', 'tf.name_scope("net", values=[])')
    git(user, "add", ".")
    assert pre_commit(user, home).returncode == 0


def test_the_lock_hook(hooks: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> None:
    """A branch that renames a scope is stopped, until the rename is accepted."""
    repository, revision = hooks
    home = tmp_path_factory.mktemp("home")
    user = tmp_path_factory.mktemp("user")
    program = 'import tensorflow as tf\nwith tf.variable_scope("classifier"):\n    tf.get_variable("w", [3])\n'
    (user / "train.py").write_text(program)
    (user / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {repository}\n  rev: {revision}\n  hooks:\n  - id: scopelint-lock\n"
    )
    (user / "names.lock").write_text("@ train.py\nclassifier/w [3] float32\n")
    git(user, "init", "-q")
    git(user, "add", ".")
    done = pre_commit(user, home)
    if "ERROR: Could not find a version" in done.stdout + done.stderr:
        pytest.skip("pip finds no libcst here")
    assert done.returncode == 0, done.stdout + done.stderr
    (user / "train.py").write_text(program.replace("classifier", "head"))
    git(user, "add", ".")
    done = pre_commit(user, home)
    assert done.returncode == 1 and "scopelint lock --accept 'classifier/ -> head/'" in done.stdout, done.stdout
    assert (user / "names.lock").read_text() == "@ train.py\nclassifier/w [3] float32\n"
    (user / "names.lock").write_text("@ train.py\n# renamed classifier/ -> head/\nhead/w [3] float32\n")
    git(user, "add", ".")
    assert pre_commit(user, home).returncode == 0
