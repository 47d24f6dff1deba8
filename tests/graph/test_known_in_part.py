"""What hangs on it that a name known in part is no other's. The names were written down from TensorFlow 1.15, which ran
each program with each of these values."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import scopelint
from scopelint.graph.known_in_part import may_be_one
from scopelint.interp.entry import analyse
from scopelint.interp.options import Options
from scopelint.record.completeness import is_template
from scopelint.rules import registry
from scopelint.values.text import escaped, forget_holes, from_template, hole

NUMBERED = """
import os
import tensorflow as tf

n = os.environ["N"]
one = tf.Variable(1.0, name=n)
two = tf.Variable(1.0, name="w")
with tf.variable_scope(n):
    tf.get_variable("a", [1])
with tf.variable_scope(None, "conv"):
    tf.get_variable("a", [1])
with tf.variable_scope("other"):
    tf.get_variable("a", [1])
"""
REFUSED = """
import os
import tensorflow as tf

n = os.environ["N"]
with tf.variable_scope("layer"):
    tf.get_variable("w", [1])
    tf.get_variable(n, [1])
    tf.get_variable("b_" + n, [1])
    tf.get_variable("c", [1])
tf.get_variable("after", [1])
"""
MADE = {
    NUMBERED: [
        ["w", "w_1", "w/a", "conv/a", "other/a"],
        ["conv", "w", "conv/a", "conv_1/a", "other/a"],
        # The second `other/a` is refused.
        ["other", "w", "other/a", "conv/a"],
        ["free", "w", "free/a", "conv/a", "other/a"],
    ],
    REFUSED: [
        ["layer/w"],
        ["layer/free", "layer/w", "layer/b_free", "layer/c", "after"],
        ["layer/w", "layer/c", "layer/b_c"],
    ],
}


@pytest.mark.parametrize("program", MADE)
def test_a_name_that_may_be_taken_is_not_certain(program: str) -> None:
    variables = analyse("program.py", program.encode(), Options())[0].variables
    certain = {v.name for v in variables if not v.when and not is_template(v.name)}
    assert certain <= set.intersection(*({*made} for made in MADE[program]))
    # What is made before is certain; `conv/a` of the first program is always there, but from one of two lines.
    assert certain == ({"layer/w"} if program == REFUSED else set())
    assert {v.name for v in variables if not is_template(v.name)} <= set().union(*MADE[program])


def test_a_known_name_hangs_on_nothing_where_no_other_fits() -> None:
    program = b"""
import os
import tensorflow as tf

with tf.variable_scope("net"):
    for part in os.environ["PARTS"].split(","):
        tf.get_variable("w_" + part, [1])
    tf.get_variable("b", [1])
    tf.Variable(1.0, name="c")
"""
    variables = analyse("program.py", program, Options())[0].variables
    assert [v.name for v in variables if v.name in ("net/b", "net/c") and not v.when] == ["net/b", "net/c"]


@pytest.mark.parametrize(
    ("one", "other", "may"),
    [
        ("{n}/w", "layer/w", True),
        ("{n}/w", "layer/b", False),
        ("{n}/w", "{n}/b", False),
        ("{n}_bn", "{n}", False),
        ("{n}_bn", "{m}", True),
        ("w_{n}", "b_{m}", False),
        ("w_{n}", "{m}_w", True),
    ],
)
def test_two_names_may_be_one(one: str, other: str, may: bool) -> None:
    assert may_be_one(one, other) is may
    assert may_be_one(other, one) is may


def test_a_scope_that_is_opened_again_may_hold_what_nobody_saw_made() -> None:
    program = b"""
import tensorflow as tf
import absent

with tf.variable_scope("layer"):
    absent.build()
    tf.get_variable("at_once", [1])
tf.get_variable("between", [1])
with tf.variable_scope("layer"):
    tf.get_variable("w", [1])
tf.get_variable("after", [1])
"""
    variables = analyse("program.py", program, Options())[0].variables
    # `absent.build` may make `layer/w`, which TF refuses to make again.
    assert {v.name: v.when for v in variables} == {
        "layer/at_once": (),
        "between": (),
        "layer/w": ("assuming absent.build() makes no variable",),
        "after": ("assuming absent.build() makes no variable",),
    }


def test_a_brace_of_the_program_comes_back_as_it_was() -> None:
    forget_holes()
    template = f"{escaped('a{0}')}/{hole('n')}"
    assert from_template(escaped("a{0}")) == "a{0}"
    assert str(from_template(template)) == "a{0}/{n}"


def test_a_layer_that_is_not_known_has_no_refused_name() -> None:
    program = b"""
import tensorflow as tf
import absent

model = tf.keras.Sequential([absent.layer(), tf.keras.layers.Dense(2)])
model(tf.zeros([1, 3]))
"""
    assert not [f for f in registry.run(analyse("program.py", program, Options())) if f.code == "TFS301"]


NO_NAMES = {"{tmp}", "{extended}", "{type}", "{dtype}"}
"""A folder, a message of protocol buffers, the type of an operation, and what stands in the text of an error."""


def test_holes_are_written_in_one_place() -> None:
    """A template that `hole` does not know would be taken for braces of the program's own, and refused."""
    found = set()
    for folder in ("apis", "graph", "interp", "values"):
        for path in (Path(scopelint.__file__).parent / folder).rglob("*.py"):
            if "stand_ins" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Constant)
                    and isinstance(node.value, str)
                    and re.fullmatch(TEMPLATE, node.value)
                ):
                    found.add(node.value)
    assert found <= NO_NAMES


TEMPLATE = r"\{[a-z_ ]+\}"
