"""The other modes of a program: what `check` finds with a flag at another value, and what `names` says of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scopelint.cli import main

FLAGS = """import tensorflow as tf

flags = tf.app.flags
flags.DEFINE_boolean("is_train", False, "train?")
flags.DEFINE_string("mode", "eval", "what to do")
flags.DEFINE_integer("units", 4, "how wide")
FLAGS = flags.FLAGS


def model(x, reuse):
    with tf.variable_scope("d", reuse=reuse):
        return tf.layers.dense(x, FLAGS.units, name="fc")


def main(_):
    x = tf.placeholder(tf.float32, [2, 3])
    real = model(x, False)
    if FLAGS.is_train:
        with tf.variable_scope(tf.get_variable_scope()) as scope:
            fake = model(x, True)
            scope.reuse_variables()
            tf.train.AdamOptimizer().minimize(tf.reduce_mean(real - fake))
    if FLAGS.mode == "export":
        tf.get_variable("d/fc/kernel", [3])


if __name__ == "__main__":
    tf.app.run()
"""

ARGUMENTS = """import argparse

import tensorflow as tf

parser = argparse.ArgumentParser()
parser.add_argument("--phase", default="test", choices=["train", "test"])
parser.add_argument("--rate", type=float, default=0.1)
args = parser.parse_args()


def build(phase):
    tf.get_variable("w", [3])
    if phase == "train":
        tf.get_variable("w", [3])


if __name__ == "__main__":
    build(args.phase)
"""


def asked(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any]:
    status = main([*words, "--no-cache", "--format", "json"])
    return status, json.loads(capsys.readouterr().out)


def test_check_tries_the_other_modes_and_says_which(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = tmp_path / "train.py"
    program.write_text(FLAGS)
    status, answer = asked(capsys, "check", str(program))
    found = {(finding["code"], finding["line"], *finding["when"]): finding["certain"] for finding in answer["findings"]}
    assert found == {("TFS208", 22, "--is_train=True"): False, ("TFS201", 24, "--mode=export"): False}
    assert status == 1


def test_a_mode_that_is_asked_for_is_certain(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = tmp_path / "train.py"
    program.write_text(FLAGS)
    _, answer = asked(capsys, "check", "--set", "is_train=True", "--set", "mode=eval", str(program))
    assert [(finding["code"], finding["certain"], finding["when"]) for finding in answer["findings"]] == [
        ("TFS208", True, [])
    ]


def test_names_takes_the_defaults_and_lists_the_modes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = tmp_path / "train.py"
    program.write_text(FLAGS)
    _, answer = asked(capsys, "names", str(program))
    assert [variable["name"] for variable in answer["variables"]] == ["d/fc/kernel", "d/fc/bias"]
    assert [(mode["flag"], mode["value"], mode["others"], mode["line"]) for mode in answer["modes"]] == [
        ("is_train", "False", ["True"], 4),
        ("mode", "eval", ["export"], 5),
    ]


def test_choices_of_argparse_are_modes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = tmp_path / "train.py"
    program.write_text(ARGUMENTS)
    _, answer = asked(capsys, "check", str(program))
    assert [(finding["line"], finding["when"]) for finding in answer["findings"]] == [(14, ["--phase=train"])]
    main(["check", "--no-cache", str(program)])
    assert "TFS201 with --phase=train: variable w already exists" in capsys.readouterr().out


def test_a_flag_that_decides_no_call_is_no_mode(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = tmp_path / "train.py"
    program.write_text(ARGUMENTS.replace('    if phase == "train":\n        tf.get_variable("w", [3])\n', ""))
    _, answer = asked(capsys, "names", str(program))
    assert answer["modes"] == []


LACKING = """import argparse

import tensorflow as tf

parser = argparse.ArgumentParser()
parser.register("type", "bool", lambda text: text.lower() == "true")
parser.add_argument("--data_dir", help="where the data is")
parser.add_argument("--big", type="bool", default="true")
parser.add_argument("--phase", default="test", choices=["train", "test"])
args = parser.parse_args()
if not args.data_dir:
    raise ValueError("--data_dir is needed")
tf.get_variable("w", [3])
if args.big:
    tf.get_variable("w", [3])
if args.phase == "train":
    tf.get_variable("v", [3])
    tf.get_variable("v", [2])
"""


def test_an_argument_that_is_needed_is_taken_to_be_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = tmp_path / "train.py"
    program.write_text(LACKING)
    code, answer = asked(capsys, "check", str(program))
    assert code == 1
    assert [(f["line"], f["certain"], f["when"]) for f in answer["findings"]] == [
        (15, False, ["--data_dir=..."]),
    ]
    # By default it ends where it says so itself, and that is all there is to name.
    assert asked(capsys, "names", str(program))[1]["variables"] == []


def test_in_the_other_modes_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = tmp_path / "train.py"
    program.write_text(LACKING.replace('default="true"', 'default="false"'))
    _, answer = asked(capsys, "check", str(program))
    assert [(f["line"], f["when"]) for f in answer["findings"]] == [
        (15, ["--data_dir=...", "--big=True"]),
        (18, ["--data_dir=...", "--phase=train"]),
    ]


def test_what_only_an_argument_that_is_not_given_brings_about_is_no_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "train.py"
    program.write_text(
        "import argparse\nimport tensorflow as tf\nparser = argparse.ArgumentParser()\n"
        "parser.add_argument('--data_dir')\nargs = parser.parse_args()\n"
        "tf.get_variable(args.data_dir.replace('/', '_'), [3])\n"
    )
    code, answer = asked(capsys, "check", str(program))
    assert (code, answer["findings"]) == (0, [])
    program.write_text(program.read_text().replace("args.data_dir.", "arguments.data_dir."))
    assert [f["code"] for f in asked(capsys, "check", str(program))[1]["findings"]] == ["TFS311"]
