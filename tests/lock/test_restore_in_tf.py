"""The whole way with the real TensorFlow: saved, a scope renamed, accepted, and the old checkpoint still loads."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from helpers import commit, git, scopelint

PYTHON = os.environ.get("SCOPELINT_TF_PYTHON", "")
pytestmark = pytest.mark.skipif(not PYTHON, reason="SCOPELINT_TF_PYTHON names a Python with TensorFlow 1.15")
MODEL = """import tensorflow as tf
with tf.variable_scope("classifier"):
    with tf.variable_scope("fc"):
        w = tf.get_variable("w", [4, 3])
        b = tf.get_variable("b", [3])
    tf.train.AdamOptimizer().minimize(tf.reduce_sum(tf.matmul(tf.ones([1, 4]), w) + b))
saver = tf.train.Saver()
"""
RUN = """import sys
from train import saver, tf
with tf.Session() as session:
    if sys.argv[1] == "save":
        session.run(tf.global_variables_initializer())
        saver.save(session, "./old")
    else:
        saver.restore(session, sys.argv[1])
    print(sorted(session.run(v).tobytes().hex() for v in tf.global_variables()))
"""


def tensorflow(folder: Path, word: str) -> str:
    done = subprocess.run([PYTHON, "run.py", word], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_an_old_checkpoint_loads_through_the_lock(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "run.py").write_text(RUN)
    (tmp_path / ".gitignore").write_text("old*\nnew*\ncheckpoint\n__pycache__\n")
    (tmp_path / "train.py").write_text(MODEL)
    assert scopelint(tmp_path, "lock", "train.py").status == 0
    commit(tmp_path, "first")
    values = tensorflow(tmp_path, "save")
    # Two renames, years apart; slots made in the scope carry it twice.
    for old, new in (("classifier", "head"), ("fc", "dense")):
        (tmp_path / "train.py").write_text((tmp_path / "train.py").read_text().replace(f'"{old}"', f'"{new}"'))
        assert scopelint(tmp_path, "lock", "--check").status == 1
        rule = f"{old}/ -> {new}/" if old == "classifier" else "head/fc/ -> head/dense/"
        ran = scopelint(tmp_path, "lock", "--accept", rule)
        assert ran.status == 0, ran.out + ran.err
        commit(tmp_path, f"{old} is {new}")
    ran = scopelint(tmp_path, "diff", "old", "names.lock", "--write-map", "rename")
    assert ran.status == 0, ran.err
    (tmp_path / "map.txt").write_text(ran.out)
    ran = scopelint(tmp_path, "checkpoint", "old", "--map", "map.txt", "--rename-to", "new")
    assert ran.status == 0, ran.err
    assert tensorflow(tmp_path, "./new") == values
    assert scopelint(tmp_path, "diff", "new", "HEAD", "train.py").out == "new -> HEAD: nothing changed in 1 entry\n"
