"""Calls of which not all arguments are known, and names that are not: holes, and never an error of their own."""

from __future__ import annotations

from scopelint.graph.events import ProgramRaised, Refused, VariableRefused
from scopelint.interp.entry import analyse
from scopelint.interp.options import Options

HEAD = "import tensorflow as tf\nfrom absent import settings, Base\nx = tf.ones([2, 3])\n"
HOLE = "{absent.settings.n}"


def names(source: str) -> list[str]:
    outcome = analyse("snippet.py", (HEAD + source).encode(), Options())[0]
    assert not [*outcome.of(ProgramRaised), *outcome.of(Refused), *outcome.of(VariableRefused)]
    return [variable.name for variable in outcome.variables]


def test_keywords_fill_what_is_missing() -> None:
    source = "def build(units, name='w'):\n    return tf.get_variable(name, [units])\nbuild(**settings)\n"
    assert names(source + "build(4, name='known')\n") == ["{name}", "known"]
    assert names("def build(*, name):\n    tf.get_variable(name, [1])\nbuild(**settings)\n") == ["{name}"]


def test_known_keywords_stay_known() -> None:
    source = (
        "def build(units, name='w', **more):\n    tf.get_variable(name, [units])\n"
        "build(**dict(settings, units=3, name='n'))\nbuild(name='m', **settings)\n"
    )
    assert names(source) == ["n", "m"]


def test_star_of_unknown_length() -> None:
    assert names("def build(units, name, *more):\n    tf.get_variable(name, [units])\nbuild(3, *settings)\n") == [
        "{name}"
    ]


def test_summaries_of_tf() -> None:
    assert names("tf.layers.dense(x, 4, **settings)\n") == ["{name}/kernel", "{name}/bias"]
    assert names("tf.layers.dense(x, 4, name='fc', **settings)\n") == ["fc/kernel", "fc/bias"]
    assert names("tf.get_variable('v', **settings)\n") == ["v"]
    assert names("tf.train.AdamOptimizer(**settings)\ntf.get_variable('v', [1])\n") == ["v"]


def test_summaries_of_python() -> None:
    source = (
        "from collections import namedtuple\nP = namedtuple('P', 'a b')\np = P(**settings)\n"
        "q = P(1, 2)._replace(**settings)\nf = '{a}'.format(**settings)\n"
        "tf.get_variable('v', [p.a])\n"
    )
    assert names(source) == ["v"]


def test_bases_that_are_not_known() -> None:
    source = "class Net(Base):\n    def build(self):\n        tf.get_variable('net', [1])\nNet(3, a=4).build()\n"
    assert names(source) == ["net"]


def test_names_that_are_not_known_are_given() -> None:
    assert names("tf.layers.dense(x, 4, name=settings.n)\n") == [f"{HOLE}/kernel", f"{HOLE}/bias"]
    assert names("tf.keras.layers.Dense(4, name=settings.n)(x)\n") == [f"{HOLE}/kernel", f"{HOLE}/bias"]
    assert names("tf.metrics.mean(x, name=settings.n)\n") == [f"{HOLE}/total", f"{HOLE}/count"]
    assert names("cell = tf.nn.rnn_cell.GRUCell(4)\ntf.nn.static_rnn(cell, [x], dtype=tf.float32, scope=settings.n)\n")[
        0
    ] == (f"{HOLE}/gru_cell/gates/kernel")


def test_both_sides_draw_from_one_iterator() -> None:
    source = (
        "it = iter('abcd')\nif settings.x:\n    n = next(it)\nelse:\n    n = next(it)\n"
        "tf.get_variable(n, [1])\ntf.get_variable(next(it), [1])\n"
    )
    assert names(source) == ["a", "b"]


def test_a_trial_leaves_generators_as_they_were() -> None:
    assert names("n = max((i for i in range(4)), default=settings.n)\ntf.get_variable('w%d' % n, [1])\n") == ["w3"]
