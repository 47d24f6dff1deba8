"""The plugin under the real flake8."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("flake8")

TWICE = 'import tensorflow as tf\n\nif True:\n    tf.get_variable("w", [3])\n    tf.get_variable("w", [3])\n'
ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "twice.py").write_text(TWICE)
    # Where the project is not installed, flake8 learns of the plugin as of one that lies in the repository.
    (tmp_path / ".flake8").write_text(
        f"[flake8]\n[flake8:local-plugins]\nextension =\n    TFS = scopelint.flake8_plugin:Plugin\npaths = {ROOT}\n"
    )
    return tmp_path


def is_installed() -> bool:
    from importlib.metadata import entry_points

    return any(each.value.startswith("scopelint.") for each in entry_points(group="flake8.extension"))


def flake8(folder: Path, *arguments: str, stdin: str | None = None) -> list[str]:
    config = ["--config", os.devnull] if is_installed() else ["--config", str(folder / ".flake8")]
    done = subprocess.run(
        [sys.executable, "-m", "flake8", *config, "--select", "TFS", *arguments],
        cwd=folder, input=stdin, capture_output=True, text=True, timeout=120,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert not done.stderr, done.stderr
    return done.stdout.splitlines()


def test_the_line_and_the_column(folder: Path) -> None:
    assert flake8(folder, "twice.py") == ["twice.py:5:5: TFS201 variable w already exists, first made at twice.py:4"]


def test_stdin_jobs_and_per_file_ignores(folder: Path) -> None:
    assert flake8(folder, "--stdin-display-name", "x.py", "-", stdin=TWICE)[0].startswith("x.py:5:5: TFS201")
    for number in range(4):
        (folder / f"m{number}.py").write_text(TWICE)
    assert len(flake8(folder, "-j", "2", ".")) == 5
    assert len(flake8(folder, "--per-file-ignores", "m*.py:TFS201", ".")) == 1
    assert flake8(folder, "--extend-ignore", "TFS2", ".") == []


def test_noqa_and_disable_noqa(folder: Path) -> None:
    (folder / "twice.py").write_text(TWICE.rstrip("\n") + "  # noqa: TFS201\n")
    assert flake8(folder, "twice.py") == []
    assert len(flake8(folder, "--disable-noqa", "twice.py")) == 1
    (folder / "twice.py").write_text(TWICE + "x = 1  # scopelint: ignore[TFS201]\n")
    assert [line.split()[1] for line in flake8(folder, "twice.py")] == ["TFS201", "TFS910"]


def test_codes_off_by_default_are_off_until_asked_for(folder: Path) -> None:
    source = 'import tensorflow as tf\ntf.Variable([1.0], name="w")\ntf.Variable([1.0], name="w")\n'
    (folder / "twice.py").write_text(source)
    config = ["--config", os.devnull] if is_installed() else ["--config", str(folder / ".flake8")]
    command = [sys.executable, "-m", "flake8", *config, "twice.py"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    plain = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=env)
    assert "TFS102" not in plain.stdout
    asked = subprocess.run([*command, "--extend-select", "TFS102", "--ignore", "E,W"], cwd=folder, capture_output=True,
                           text=True, env=env)  # fmt: skip
    assert "TFS102" in asked.stdout


def test_siblings_are_found_and_their_findings_stand_at_the_call(folder: Path) -> None:
    (folder / "net.py").write_text('import tensorflow as tf\n\n\ndef net():\n    tf.get_variable("w", [3])\n')
    (folder / "main.py").write_text("import net\n\nnet.net()\nnet.net()\n")
    [line] = flake8(folder, "main.py")
    assert line.startswith("main.py:4:1: TFS210") and line.endswith("net.py:5)")
    assert flake8(folder, "net.py") == []


def test_options_of_ours(folder: Path) -> None:
    library = folder / "lib"
    library.mkdir()
    (library / "net.py").write_text('import tensorflow as tf\n\n\ndef net():\n    tf.get_variable("w", [3])\n')
    (folder / "main.py").write_text("import net\n\nnet.net()\nnet.net()\n")
    assert flake8(folder, "main.py") == []
    assert len(flake8(folder, "--scopelint-path", "lib", "main.py")) == 1
    (folder / "pyproject.toml").write_text('[tool.scopelint]\npath = ["lib"]\n')
    assert len(flake8(folder, "main.py")) == 1
    (folder / "pyproject.toml").write_text('[tool.scopelint]\npth = ["lib"]\n')
    assert "unknown option" in flake8(folder, "main.py")[0]


def test_loading_it_imports_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys; import scopelint.flake8_plugin as p; "
        "list(p.Plugin(None, 'a.py', ['import os\\n', 'x = 1\\n']).run()); "
        "print([m for m in sys.modules if m.split('.')[0] in ('libcst', 'tomllib', 'json', 'dataclasses')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                          env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=tmp_path)  # fmt: skip
    assert done.stdout.strip() == "[]"


def test_the_wider_code_selects_the_case(folder: Path) -> None:
    source = "import tensorflow as tf\ndef f():\n    return tf.get_variable('w', [2])\nf()\nf()\n"
    (folder / "twice.py").write_text(source)
    assert [line.split()[1] for line in flake8(folder, "twice.py")] == ["TFS210"]
    assert [line.split()[1] for line in flake8(folder, "--select", "TFS201", "twice.py")] == ["TFS201"]


def test_extend_select_and_mistakes_of_our_own_settings(folder: Path) -> None:
    (folder / "twice.py").write_text('import tensorflow as tf\nwith tf.op_scope([], "net"):\n    pass\n')
    config = ["--config", os.devnull] if is_installed() else ["--config", str(folder / ".flake8")]
    command = [sys.executable, "-m", "flake8", *config, "twice.py"]

    def found() -> str:
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=env).stdout

    assert found() == ""
    (folder / "pyproject.toml").write_text('[tool.scopelint]\nextend-select = ["TFS108"]\n')
    assert [line.split()[1] for line in found().splitlines()] == ["TFS108"]
    (folder / "pyproject.toml").write_text("[tool.scopelint]\nfoo = 1\n")
    assert "TFS900 scopelint's settings cannot be used: " in found() and "foo: unknown option" in found()


def test_a_comment_where_the_cause_lies_or_where_it_is_shown(folder: Path) -> None:
    lib, main = folder / "lib.py", folder / "main.py"
    lib.write_text("import tensorflow as tf\ndef f():\n    return tf.get_variable('w', [2])  # noqa: TFS210\n")
    main.write_text("import tensorflow as tf\nfrom lib import f\nf()\nf()\n")
    assert flake8(folder, "main.py", "lib.py") == []
    lib.write_text("import tensorflow as tf\ndef f():\n    return tf.get_variable('w', [2])\n")
    assert [line.split(":")[:2] for line in flake8(folder, "main.py", "lib.py")] == [["main.py", "4"]]
    main.write_text("import tensorflow as tf\nfrom lib import f\nf()\nf()  # noqa: TFS210\n")
    assert flake8(folder, "main.py", "lib.py") == []
