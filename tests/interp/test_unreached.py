"""What `check` enters that nothing leads to: tests as their runner calls them, and the rest by supposition."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scopelint.cli import main

TESTS = """import unittest

import tensorflow as tf
from absl.testing import parameterized


class NetTest(tf.test.TestCase, parameterized.TestCase):
    def setUp(self):
        super(NetTest, self).setUp()
        self.units = 3

    def test_twice(self):
        tf.get_variable("w", [self.units])
        tf.get_variable("w", [self.units])

    def test_refused(self):
        tf.get_variable("w", [1])
        with self.assertRaises(ValueError):
            tf.get_variable("w", [1])

    @parameterized.parameters((2,), (3,))
    def test_with(self, units):
        tf.get_variable("w", [units])
        tf.get_variable("w", [units])

    @parameterized.named_parameters({"testcase_name": "small", "units": 2})
    def test_named(self, units):
        tf.layers.dense(tf.zeros([2, units]), 3)

    def helper(self):
        tf.get_variable("h", [1])


class Other(unittest.TestCase):
    @unittest.skip("not now")
    def test_skipped(self):
        tf.get_variable("w", [1])
        tf.get_variable("w", [1])

    @unittest.skipIf(False, "never")
    def test_twice(self):
        with self.subTest(number=1):
            tf.get_variable("w", [1])
            tf.get_variable("w", [1])


if __name__ == "__main__":
    tf.test.main()
"""

SCRIPT = """import tensorflow as tf


class Model:
    def __init__(self, path):
        self.weights = open(path)

    def _build(self, x):
        tf.get_variable("w", [3], initializer=self.start)
        tf.get_variable("w", [3], initializer=self.start)

    @staticmethod
    def _static(x):
        return tf.nn.relu(x)


def model_fn_builder(units):
    def model_fn(features, labels, mode):
        return tf.layers.dense(features, units)

    return model_fn


def unused(x):
    tf.get_variable("a", [1])
    tf.get_variable("a", [1])


def main():
    tf.get_variable("b", [1])


if __name__ == "__main__":
    main()
"""


OTHERWISE = """import argparse

import tensorflow as tf
from absl import flags

FLAGS = flags.FLAGS
flags.DEFINE_float("rate", 0.0, "")


def net(x, deep=False):
    if deep:
        tf.get_variable("w", [3])
        tf.get_variable("w", [3])
    return tf.nn.relu(x)


def flagged():
    if FLAGS.rate > 0:
        tf.nn.relu(tf.zeros([2]))


def asked():
    parser = argparse.ArgumentParser()
    parser.add_argument("--units", type=int, default=0)
    if parser.parse_args().units > 3:
        tf.nn.relu(tf.zeros([2]))


def parts(data):
    yield tf.constant(data)
    yield tf.nn.relu(tf.zeros([2]))


class Net:
    deep = False

    def build(self):
        if self.deep:
            tf.nn.relu(tf.zeros([2]))


def main(argv):
    flagged()
    asked()
    net(tf.zeros([2]))
    Net().build()


if __name__ == "__main__":
    FLAGS(["program"])
    main([])
"""

ENDS_EARLY = """import tensorflow as tf
import tensorflow.contrib.no_such_thing


def net(x):
    return tf.nn.relu(x)
"""


def _checked(text: str, folder: Path, capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, object]:
    (folder / "program.py").write_text(text)
    main(["check", "--coverage", "--no-cache", "--format", "json", *more, str(folder / "program.py")])
    told: dict[str, object] = json.loads(capsys.readouterr().out)
    return told


def _lines(told: dict[str, object], certain: bool) -> list[int]:
    found: list[dict[str, object]] = told["findings"]  # type: ignore[assignment]
    return sorted(int(str(f["line"])) for f in found if f["code"] == "TFS201" and f["certain"] is certain)


def test_tests_run_as_their_runner_calls_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = _checked(TESTS, tmp_path, capsys)
    assert _lines(told, certain=True) == [14, 24, 44]
    # The test that is skipped and the helper are supposed to be called.
    assert told["coverage"]["parts"] == []  # type: ignore[index]


def test_what_nothing_leads_to_is_a_supposition(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = _checked(SCRIPT, tmp_path, capsys, "--possible", "--verbose")
    assert told["coverage"]["percent"] == 100.0  # type: ignore[index]
    # Both build a variable twice, whoever calls them; that anybody does is not known.
    assert _lines(told, certain=True) == []
    assert _lines(told, certain=False) == [10, 26]
    # A supposition that is not followed to its end leaves no gap.
    assert told["incomplete"] == 0


def test_the_names_of_a_program_are_those_of_its_own_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "program.py").write_text(SCRIPT)
    main(["names", "--no-cache", "--format", "json", str(tmp_path / "program.py")])
    assert [v["name"] for v in json.loads(capsys.readouterr().out)["variables"]] == ["b"]


def test_the_other_sides_of_branches_are_suppositions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = _checked(OTHERWISE, tmp_path, capsys, "--possible", "--verbose")
    assert told["coverage"]["parts"] == []  # type: ignore[index]
    assert _lines(told, certain=True) == []
    assert _lines(told, certain=False) == [13]
    assert told["incomplete"] == 0


def test_what_a_program_that_ends_early_does_not_define_is_not_entered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = _checked(ENDS_EARLY, tmp_path, capsys)
    assert [f["code"] for f in told["findings"] if f["code"] == "TFS900"] == []  # type: ignore[attr-defined,index]
    assert told["coverage"]["reached"] == 0  # type: ignore[index]


def test_a_library_is_not_looked_for_within_a_package(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`import tensor2tensor` in zoo/models/net.py is not zoo/tensor2tensor."""
    for folder in ("zoo", "zoo/models", "zoo/tensor2tensor"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "__init__.py").write_text("")
    program = tmp_path / "zoo" / "models" / "net.py"
    program.write_text(
        "import tensorflow as tf\nfrom tensor2tensor.models import transformer\ntf.get_variable('w', [1])\n"
    )
    main(["names", "--no-cache", "--format", "json", str(program)])
    told = json.loads(capsys.readouterr().out)
    assert [v["name"] for v in told["variables"]] == ["w"] and not told["stopped"]
