"""`check --coverage`: the lines that call TensorFlow, those that were reached, and why the others were not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scopelint.cli import main

MODEL = """
import tensorflow as tf
from tensorflow.contrib import slim

layers = tf.layers
DEEP = False

def net(x):
    x = layers.dense(x, 4)
    if DEEP:
        x = slim.fully_connected(x, 3)
        x = slim.fully_connected(x, 3)
    return x


def forgotten(x):
    return tf.nn.relu(
        tf.tanh(x))


class Model:
    def loss(self, x):
        assert len(x.shape) == 9, "of another rank"
        return tf.reduce_sum(x)
"""

MAIN = """
import tensorflow as tf
import model

y = model.net(tf.zeros([2, 3]))
model.Model().loss(y)
tf.train.AdamOptimizer().minimize(y)
"""


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.py").write_text(MODEL)
    (tmp_path / "main.py").write_text(MAIN)
    return tmp_path


def test_a_module_is_reached_by_what_imports_it(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "--coverage", "--format", "json", "main.py", "model.py"])
    told = json.loads(capsys.readouterr().out)["coverage"]
    assert {file["file"]: (file["reached"], file["lines"]) for file in told["files"]} == {
        "main.py": (1, 2),
        "model.py": (4, 6),
    }
    # As a module of its own, model.py is entered at what nothing in it calls.
    assert (told["lines"], told["reached"], told["percent"]) == (8, 5, 62.5)
    parts = {(part["file"], part["function"]): (part["line"], part["end_line"], part["why"]) for part in told["parts"]}
    assert parts == {
        ("model.py", "net"): (11, 12, "`if DEEP` (line 10) does not lead there"),
        ("main.py", ""): (7, 7, "the program ends at line 6: AssertionError: of another rank"),
    }


def test_the_text_has_the_files_and_the_parts(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--coverage", "main.py"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "1 of 2 (50.0 %) of the lines that call TensorFlow were reached" in lines
    assert any(
        line.startswith("  main.py:7-7 outside of functions, 1 line: the program ends at line 6") for line in lines
    )


def test_it_is_measured_only_where_it_is_asked_for(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "--format", "json", "main.py"])
    assert "coverage" not in json.loads(capsys.readouterr().out)
    assert main(["check", "--coverage", "--format", "sarif", "main.py"]) == 2
    assert "--coverage: text and json tell it, not sarif" in capsys.readouterr().err


def test_the_cache_keeps_it(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers = []
    for _ in range(2):
        main(["check", "--coverage", "--format", "json", "."])
        answers.append(json.loads(capsys.readouterr().out)["coverage"])
    assert answers[0] == answers[1] and answers[0]["reached"]
