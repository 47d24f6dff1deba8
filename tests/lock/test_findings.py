"""TFS420 to TFS422 through every front end: the command, flake8, the view that editors get."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from helpers import scopelint

from scopelint.flake8_plugin import here
from scopelint.project import config as settings
from scopelint.project.check import Session, check_source
from scopelint.project.holding import take_one

NET = """import tensorflow as tf

def net(x):
    with tf.variable_scope("classifier"):
        return tf.layers.dense(x, 10, name="fc")
"""
TRAIN = """import tensorflow as tf
from net import net

y = net(tf.placeholder(tf.float32, [None, 784]))
tf.train.MomentumOptimizer(0.1, 0.9).minimize(tf.reduce_sum(y))
"""
RENAMED = (
    "variable head/fc/kernel and 1 more was classifier/fc/kernel in names.lock; accept with "
    "scopelint lock --accept 'classifier/ -> head/'"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "net.py").write_text(NET)
    (tmp_path / "train.py").write_text(TRAIN)
    (tmp_path / "pyproject.toml").write_text("[tool.scopelint]\n")
    assert scopelint(tmp_path, "lock", "train.py").status == 0
    return tmp_path


def found(folder: Path, *arguments: str) -> list[tuple[str, int, str, str]]:
    ran = scopelint(folder, "check", "--format", "json", *(arguments or ["."]))
    return [(f["file"], f["line"], f["code"], f["message"]) for f in json.loads(ran.out)["findings"]]


def test_silent_as_long_as_nothing_changes(folder: Path) -> None:
    assert found(folder) == []
    # A file that the lock does not speak of is none of its business.
    (folder / "other.py").write_text("import tensorflow as tf\ntf.get_variable('w', [1])\n")
    assert found(folder) == []


def test_a_rename_stands_at_the_line_that_makes_the_new_name(folder: Path) -> None:
    (folder / "net.py").write_text(NET.replace("classifier", "head"))
    assert found(folder) == [
        ("net.py", 5, "TFS420", RENAMED),
        ("train.py", 5, "TFS420", "slot head/fc/kernel/Momentum and 1 more was classifier/fc/kernel/Momentum in "
                                  "names.lock; `scopelint lock` takes it"),
    ]  # fmt: skip
    # The lock is found from another folder too, and a comment suppresses.
    sub = folder / "sub"
    sub.mkdir()
    assert [each[2] for each in found(sub, "../train.py")] == ["TFS420", "TFS420"]
    (folder / "net.py").write_text(NET.replace("classifier", "head").replace('"fc")', '"fc")  # noqa: TFS420'))
    assert [each[:3] for each in found(folder, "train.py")] == [("train.py", 5, "TFS420")]
    assert found(folder, "--ignore", "TFS42", ".") == []


def test_shapes_new_names_and_names_that_are_gone(folder: Path) -> None:
    (folder / "net.py").write_text(NET.replace("10", "20"))
    assert [each for each in found(folder) if "slot" not in each[3]] == [
        ("net.py", 5, "TFS421",
         "variable classifier/fc/kernel and 1 more is [784,20] float32, in names.lock it is [784,10] float32"),
    ]  # fmt: skip
    (folder / "net.py").write_text(NET)
    (folder / "train.py").write_text(TRAIN + "tf.get_variable('w', [3])\n")
    assert found(folder) == [("train.py", 6, "TFS422", "variable w is not in names.lock")]
    (folder / "train.py").write_text(TRAIN.replace("y = net(", "y = tf.Variable([1.]) * tf.identity("))
    assert ("train.py", 1, "TFS420", "variable classifier/fc/bias and 1 more of names.lock is no longer made") in found(
        folder
    )


def test_entries_that_only_an_expression_enters(folder: Path) -> None:
    """`check` and every front end hold them too, with no option."""
    text = "import tensorflow as tf\n\n\ndef build(n):\n    for i in range(n):\n        tf.get_variable(f'w{i}', [n])\n"
    (folder / "model.py").write_text(text)
    assert scopelint(folder, "lock", "model.py", "--call", "build(2)").status == 0
    assert "@ model.py build(2)" in (folder / "names.lock").read_text()
    assert found(folder) == []
    (folder / "model.py").write_text(text.replace("[n]", "[n + 1]"))
    wanted = [("model.py", 6, "TFS421", "variable w0 and 1 more is [3] float32, in names.lock it is [2] float32")]
    assert found(folder) == wanted
    assert found(folder, "--call", "build(3)", "model.py") == wanted
    config = settings.load([str(folder)])
    config.put("cache", False, "test")
    path = folder / "model.py"
    for kind in ("check", "view"):
        report = check_source(str(path), path.read_bytes(), config, kind=kind)
        assert [f.message for f in report.findings] == [wanted[0][3]]
    # What can no longer be entered is gone, and so is what a file made that knows nothing of TensorFlow now.
    gone = ("model.py", 1, "TFS420", "variable w0 and 1 more of names.lock is no longer made")
    for after in (text.replace("build", "make"), "def build(n):\n    pass\n"):
        path.write_text(after)
        assert gone in found(folder), after


def test_flake8_and_editor_see_the_same(folder: Path) -> None:
    (folder / "net.py").write_text(NET.replace("classifier", "head"))
    path = folder / "train.py"
    config = settings.load([str(folder)])
    config.put("cache", False, "test")
    checked = check_source(str(path), path.read_bytes(), config)
    viewed = check_source(str(path), path.read_bytes(), config, kind="view")
    assert [f.message for f in checked.findings] == [f.message for f in viewed.findings] and len(checked.findings) == 2
    assert here(checked.findings[0], str(path)) == (4, 0, f"TFS420 {RENAMED} (in {folder / 'net.py'}:5)")
    [related] = checked.findings[0].related
    assert related.site.path.endswith("names.lock") and related.site.line == 4
    done = subprocess.run(
        [sys.executable, "-m", "flake8", "--isolated", "--select", "TFS42", "train.py"],
        cwd=folder, capture_output=True, text=True,
    )  # fmt: skip
    assert f"train.py:4:1: TFS420 {RENAMED}" in done.stdout and "TFS900" not in done.stdout, done.stdout + done.stderr


def test_the_editor_takes_one_thing_at_a_time(folder: Path) -> None:
    (folder / "net.py").write_text(NET.replace("classifier", "head"))
    (folder / "train.py").write_text(TRAIN + "tf.get_variable('w', [3])\n")
    path = folder / "train.py"
    config = settings.load([str(folder)])
    config.put("cache", False, "test")

    def take(word: str) -> str:
        session = Session(config, "names")
        session.sources.put(str(path), path.read_bytes())
        return take_one(str(path), config, word, session.names_under(str(path)))

    accept = dict(check_source(str(path), path.read_bytes(), config).findings[0].parts)["accept"]
    assert accept == "classifier/ -> head/"
    assert take(accept).endswith("names.lock: classifier/ -> head/ taken")
    text = (folder / "names.lock").read_text()
    assert "# renamed classifier/ -> head/" in text and "head/fc/kernel/Momentum" in text and "w [3]" not in text
    assert [each[2] for each in found(folder)] == ["TFS422"]
    assert take("").endswith("names.lock: new names taken")
    assert found(folder) == []
    assert take("").endswith("names.lock has it already, or the program has changed")


def test_a_lock_that_cannot_be_read_is_one_line(folder: Path) -> None:
    (folder / "names.lock").write_text("@ train.py\nnonsense\n")
    ran = scopelint(folder, "check", ".")
    assert ran.status == 2 and ran.err == "scopelint: names.lock:2: not `name [shape] dtype`: nonsense\n"
    done = subprocess.run(
        [sys.executable, "-m", "flake8", "--isolated", "train.py"], cwd=folder, capture_output=True, text=True
    )
    assert "names.lock:2: not `name [shape] dtype`: nonsense" in done.stdout and "Traceback" not in done.stderr


def test_without_a_lock_nothing_of_it_is_imported(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("print(1)\n")
    code = ("import sys; from scopelint.cli import main; main(['check', '--isolated', '--no-cache', 'train.py']); "
            "sys.exit(any(name.startswith('scopelint.lock') for name in sys.modules))")  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_lock_takes_no_other_finding_away(tmp_path: Path) -> None:
    """Of a file with a lock `check` finds what it finds without one, in other modes of the program too."""
    program = (
        "import tensorflow as tf\nfrom absl import flags\nflags.DEFINE_bool('twice', False, '')\n"
        "tf.get_variable('w', [1])\nif flags.FLAGS.twice:\n    tf.get_variable('w', [1])\n"
    )
    (tmp_path / "train.py").write_text(program)
    without = found(tmp_path, "--possible", "train.py")
    assert without != []
    assert scopelint(tmp_path, "lock", "train.py").status == 0
    assert found(tmp_path, "--possible", "train.py") == without
