"""A library module is entered by us: what hangs on the way we do it is not certain."""

from __future__ import annotations

import pytest

from scopelint.project.check import check_source
from scopelint.project.config import Config

HEAD = "import tensorflow as tf\n"
CASES = {
    "reuse by default": (
        "def net(x, reuse=True):\n    with tf.variable_scope('net', reuse=reuse):\n        tf.get_variable('w', [3])\n"
    ),
    "a method after the constructor": (
        "class Base:\n    def __init__(self):\n        getattr(self, 'set' + 'up')()\n"
        "class Net(Base):\n    def setup(self):\n        tf.get_variable('w', [3])\n"
    ),
    "no scope by default": "def net(x, scope=None):\n    with tf.variable_scope(scope):\n        return x\n",
    "no name by default": "def weight(n, name=''):\n    return tf.Variable(tf.zeros([n, 2]), name=name)\n",
    "no size by default": "def table(size=None):\n    return tf.get_variable('w', [size, 3])\n",
}


def codes(source: str, **settings: object) -> list[str]:
    report = check_source("lib.py", (HEAD + source).encode(), Config({"cache": False, **settings}))
    return [finding.code for finding in report.findings]


@pytest.mark.parametrize("name", CASES)
def test_a_guess_is_not_certain(name: str) -> None:
    assert codes(CASES[name]) == []
    assert codes(CASES[name], possible=True) in (["TFS201"], ["TFS202"], ["TFS210"], ["TFS301"], ["TFS302"], ["TFS305"])


def test_an_entry_that_the_user_names_is_no_guess() -> None:
    assert codes(CASES["reuse by default"], entries=("net",)) == ["TFS202"]
    assert codes(CASES["no size by default"], call=("table()",)) == ["TFS305"]


def test_a_conflict_within_one_call_is_certain() -> None:
    assert codes("def net():\n    tf.get_variable('w', [3])\n    tf.get_variable('w', [3])\n") == ["TFS201"]
    source = "def net():\n    with tf.variable_scope('a'):\n        tf.get_variable('w', [3])\n"
    source += "    with tf.variable_scope('a', reuse=True):\n        tf.get_variable('v', [3])\n"
    assert codes(source) == ["TFS202"]


def test_nothing_is_missing_where_its_maker_is_not_known() -> None:
    source = (
        "import missing_models\nx = tf.placeholder(tf.float32, [2, 3])\ny = missing_models.network(x)\n"
        "saver = tf.train.Saver(tf.global_variables())\n"
        "loss = tf.add_n(tf.get_collection('regularization_losses')) + tf.losses.get_total_loss()\n"
        "tf.train.GradientDescentOptimizer(0.1).minimize(loss, var_list=tf.trainable_variables())\n"
    )
    assert codes(source) == []


REGISTRY = """
def named(x):
    tf.get_variable("w", [3])
    tf.get_variable("w", [3])


class Model:
    def run(self):
        return self.loss

    def loss(self):
        tf.get_variable("v", [3])
        tf.get_variable("v", [3])


MODELS = {"named": named, "model": Model}
named.size = 299
"""


def test_what_a_module_names_and_does_not_call_is_entered_too() -> None:
    assert codes(REGISTRY) == ["TFS201", "TFS201"]


def test_what_an_entry_got_to_is_not_entered_again() -> None:
    source = (
        "def inner(x, name=None):\n    tf.get_variable(name or 'w', [3])\n"
        "    if name is None:\n        tf.get_variable('w', [3])\n"
        "def outer(x):\n    inner(x, 'v')\n"
    )
    assert codes(source) == []
