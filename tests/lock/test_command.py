"""`scopelint lock` as a user runs it: written, held against, refused, accepted."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import scopelint

PROGRAM = """import tensorflow as tf
x = tf.placeholder(tf.float32, [None, 784])
with tf.variable_scope("classifier"):
    y = tf.layers.dense(x, 10, name="fc")
w = tf.get_variable("scale", [])
tf.train.MomentumOptimizer(0.1, 0.9).minimize(tf.reduce_sum(y * w))
"""
# Recorded of TF 1.15.5 for this program.
LOCK = """@ train.py
classifier/fc/bias [10] float32
classifier/fc/kernel [784,10] float32
scale [] float32
@ train.py slots
classifier/fc/bias/Momentum [10] float32
classifier/fc/kernel/Momentum [784,10] float32
scale/Momentum [] float32
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "train.py").write_text(PROGRAM)
    ran = scopelint(tmp_path, "lock")
    assert (ran.status, ran.out) == (0, "names.lock: 3 variables and 3 slots\n"), ran.err
    return tmp_path


def body(folder: Path) -> str:
    return (folder / "names.lock").read_text().partition("\n")[2]


def test_written_and_held(folder: Path) -> None:
    assert body(folder) == LOCK
    ran = scopelint(folder, "lock", "--check")
    assert (ran.status, ran.out) == (0, "3 variables and 3 slots in 1 entry as locked\n")
    assert scopelint(folder, "lock").out == "names.lock: as it was, 3 variables and 3 slots\n"


def test_a_renamed_scope_fails_until_it_is_accepted(folder: Path) -> None:
    (folder / "train.py").write_text(PROGRAM.replace('"classifier"', '"head"'))
    before = body(folder)
    ran = scopelint(folder, "lock", "--check", "--diff")
    assert ran.status == 1 and body(folder) == before
    assert "-classifier/fc/bias [10] float32\n" in ran.out and "+head/fc/bias [10] float32\n" in ran.out
    assert scopelint(folder, "lock").status == 1 and body(folder) == before
    ran = scopelint(folder, "lock", "--accept", "clasifier/ -> head/")
    assert ran.status == 2 and ran.err == (
        "scopelint: names.lock: no locked name that the program no longer gives is one of 'clasifier/ -> head/'\n"
    )
    assert scopelint(folder, "lock", "--accept", "classifier/ -> head/").status == 0
    assert body(folder) == LOCK.replace("classifier/", "head/").replace(
        "@ train.py\nhead/", "@ train.py\n# renamed classifier/ -> head/\nhead/", 1
    ).replace("scale/", "scale/")
    assert scopelint(folder, "lock", "--check").status == 0


def test_shape_and_dtype(folder: Path) -> None:
    (folder / "train.py").write_text(
        PROGRAM.replace("10, name", "20, name").replace('"scale", []', '"scale", [], tf.float64')
    )
    ran = scopelint(folder, "lock", "--check", "--fail-on", "breaking")
    assert ran.status == 1
    assert "shape  classifier/fc/kernel [784,10] float32 -> [784,20] float32" in ran.out
    assert "dtype  scale [] float32 -> [] float64" in ran.out
    assert "slots  " in ran.out
    assert scopelint(folder, "lock", "--accept", "classifier/fc/").status == 1
    assert scopelint(folder, "lock", "--accept", "classifier/fc/", "--accept", "scale").status == 0
    assert "classifier/fc/kernel [784,20] float32\n" in body(folder)


def test_new_names_and_names_that_are_gone(folder: Path) -> None:
    (folder / "train.py").write_text(
        PROGRAM.replace('w = tf.get_variable("scale", [])', "w = tf.get_variable('gain', [1])")
    )
    ran = scopelint(folder, "lock", "--check")
    assert ran.status == 1 and "gone" in ran.out and "new" in ran.out
    assert scopelint(folder, "lock").status == 1
    assert scopelint(folder, "lock", "--prune").status == 0
    assert "scale" not in body(folder) and "gain [1] float32\n" in body(folder)
    (folder / "train.py").write_text((folder / "train.py").read_text() + "tf.get_variable('more', [1])\n")
    ran = scopelint(folder, "lock", "--check")
    assert ran.status == 1 and "1 warning: not locked yet, `scopelint lock` takes them\n" in ran.out
    assert scopelint(folder, "lock", "--check", "--fail-on", "breaking").status == 0
    assert scopelint(folder, "lock").status == 0 and scopelint(folder, "lock", "--check").status == 0


def test_what_cannot_be_looked_at_is_not_taken_out(folder: Path) -> None:
    before = body(folder)
    (folder / "train.py").write_text("import tensorflow as tf\ndef (\n")
    for arguments in (("lock",), ("lock", "--check"), ("lock", "--accept-all")):
        ran = scopelint(folder, *arguments)
        assert ran.status == 2 and "TFS901" in ran.err and body(folder) == before
    (folder / "train.py").unlink()
    assert scopelint(folder, "lock", "--check").status == 1
    assert scopelint(folder, "lock", "--prune").status == 1


def test_an_entry_that_is_no_longer_whole_is_said_and_does_not_fail(folder: Path) -> None:
    (folder / "zoo.py").write_text("def more(x):\n    return x\n")
    (folder / "train.py").write_text(PROGRAM.replace("w = ", "import zoo\nx = zoo.more(x)\nw = "))
    assert scopelint(folder, "lock", "--check").status == 0
    (folder / "train.py").write_text(
        PROGRAM.replace('w = tf.get_variable("scale", [])', "import zoo, other\nw = other.scale()")
    )
    ran = scopelint(folder, "lock", "--check", "--fail-on", "breaking")
    assert ran.status == 0 and "unsure" in ran.out and "incomplete" in ran.out
    # What was locked when more could be seen stays locked.
    assert scopelint(folder, "lock").status == 0 and "\nscale [] float32\n" in body(folder)


def test_entries_calls_and_graphs(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text(
        "import tensorflow as tf\n\ndef build(units):\n    tf.get_variable('w', [units])\n\n"
        "def both():\n    for size in (1, 2):\n        with tf.Graph().as_default():\n            build(size)\n"
    )
    # A folder locks what runs by itself; a file that is named, its functions too.
    assert scopelint(tmp_path, "lock").status == 1
    assert scopelint(tmp_path, "lock", "--call", "build(3)", "model.py").status == 0
    assert body(tmp_path) == "@ model.py build(3)\nw [3] float32\n"
    assert scopelint(tmp_path, "lock", "--check").status == 0
    assert scopelint(tmp_path, "lock", "--entries", "model.py::both", "model.py").status == 0
    assert body(tmp_path) == (
        "@ model.py both\nw [1] float32\n@ model.py both graph 2\nw [2] float32\n@ model.py build(3)\nw [3] float32\n"
    )
    assert scopelint(tmp_path, "lock", "--check").status == 0
    (tmp_path / "pyproject.toml").write_text('[tool.scopelint]\nentries = ["model.py::both"]\nlock = "contract.lock"\n')
    assert scopelint(tmp_path, "lock").status == 0
    assert (tmp_path / "contract.lock").read_text().partition("\n")[2] == (
        "@ model.py both\nw [1] float32\n@ model.py both graph 2\nw [2] float32\n"
    )


def test_wrong_usage(folder: Path) -> None:
    for arguments, said in (
        (("lock", "--check", "--prune"), "lock --check writes nothing"),
        (("lock", "--accept", "a -> b/"), "a prefix ends in / on both sides"),
        (("lock", "--format", "sarif"), "lock knows text, json, markdown; sarif is for"),
        (("lock", "none.py"), "none.py: no such file or folder"),
        (("lock", "--check", "--lock", "other.lock"), "other.lock: no such lock file"),
        (("check", "--format", "markdown"), "markdown is for `scopelint lock`, `scopelint diff`"),
    ):
        ran = scopelint(folder, *arguments)
        assert ran.status == 2 and said in ran.err and ran.err.count("\n") == 1
    (folder / "names.lock").write_text("@ train.py\nnonsense\n")
    ran = scopelint(folder, "lock", "--check")
    assert ran.status == 2 and ran.err == "scopelint: names.lock:2: not `name [shape] dtype`: nonsense\n"
