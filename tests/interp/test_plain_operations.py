"""Operations made the short way are those that the long way makes: the same run, with it and without it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scopelint.apis.tf.framework import operations, plain_ops
from scopelint.frozen import values
from scopelint.interp.entry import analyse
from scopelint.interp.options import Options

FIXTURES = Path(__file__).parents[2] / "fixtures"
PROGRAM = """
import tensorflow as tf
x = tf.placeholder(tf.float32, [None, 8], name="x")
n = tf.placeholder(tf.int32, [None], name="n")
w = tf.get_variable("w", [8])
r = tf.get_variable("r", [8], use_resource=True)
t = 2.0 * x + w - 1 + r
t = tf.multiply(0.9, w) + tf.multiply(1.0 - 0.1, t) + tf.multiply(t, 3) + tf.multiply(w, w)
t = tf.square(t) / tf.sqrt(w + 1e-6) ** 2
with tf.name_scope("inner"):
    u = tf.add(t, 1, name="sum") + tf.cast(n, tf.float32)[:, None]
    v = tf.matmul(u, tf.reshape(w, [8, 1])) + tf.exp(-u, name="e")
    z = tf.maximum(n, 3) // 2
y = tf.reduce_mean(v) + tf.cast(tf.reduce_max(z), tf.float32)
with tf.Graph().as_default():
    k = tf.multiply(2, 3, name="k")
    tf.multiply(k, 4)
for wrong in (lambda: tf.multiply(x, n), lambda: tf.multiply(n, 0.5), lambda: tf.multiply(x, k), lambda: tf.exp(n),
              lambda: tf.add(x, tf.zeros([3])), lambda: tf.matmul(x, w), lambda: tf.multiply("a", x),
              lambda: tf.multiply(x, 2, name="a b"), lambda: tf.cast(x, "no dtype")):
    try:
        wrong()
    except (TypeError, ValueError):
        tf.get_variable("refused", [1])
        tf.get_variable_scope().reuse_variables()
tf.train.AdamOptimizer().minimize(y)
"""


def _told(source: bytes, path: str) -> Any:
    return [(type(e).__name__, values(e)) for outcome in analyse(path, source, Options()) for e in outcome.events]


@pytest.mark.parametrize("name", ["", "ops/basics.py", "ops/networks.py", "ops/arrays.py", "models/towers.py"])
def test_the_short_way_makes_what_the_long_one_makes(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    source = (FIXTURES / name).read_bytes() if name else PROGRAM.encode()
    taken: list[bool] = []
    make = plain_ops.make_plain

    def counted(*given: Any) -> Any:
        made = make(*given)
        taken.append(made is not None)
        return made

    monkeypatch.setattr(operations, "make_plain", counted)
    short = _told(source, "program.py")
    monkeypatch.setattr(operations, "plan_of", lambda type_: None)
    assert any(taken)
    assert _told(source, "program.py") == short
