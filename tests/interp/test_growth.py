"""What an analysis takes grows as the program does. Counted in calls of ours and of Python's own, never in seconds."""

from __future__ import annotations

import threading

import pytest

from scopelint.interp.entry import analyse
from scopelint.interp.options import Options

PROGRAMS = {
    "layers in scopes": """
with tf.variable_scope("net") as net:
    for i in range({n}):
        with tf.variable_scope("layer_%d" % i):
            x = tf.layers.dense(x, 8)
    with tf.variable_scope(net, reuse=True):
        pass
tf.train.AdamOptimizer().minimize(tf.reduce_mean(x))
""",
    "numbered scopes": """
for i in range({n}):
    with tf.variable_scope(None, "block"):
        x = x + tf.get_variable("w", [8])
""",
    "a Sequential that grows": """
model = tf.keras.Sequential([tf.keras.layers.Dense(8, input_shape=(8,))])
for i in range({n}):
    model.add(tf.keras.layers.Dense(8))
""",
    "within an undecided test": """
if os.environ.get("DEEP"):
    for i in range({n}):
        with tf.variable_scope("layer_%d" % i):
            x = tf.layers.dense(x, 8)
""",
}


def calls(program: str) -> int:
    made = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal made
        made += event == "call" or event == "c_call"

    threading.setprofile(count)
    try:
        analyse("growing.py", program.encode(), Options(max_seconds=300.0))
    finally:
        threading.setprofile(None)  # type: ignore[arg-type]
    return made


@pytest.mark.parametrize("name", PROGRAMS)
def test_twice_the_layers_are_twice_the_work(name: str) -> None:
    head = "import os\nimport tensorflow as tf\nx = tf.placeholder(tf.float32, [None, 8])\n"
    analyse("growing.py", (head + PROGRAMS[name].format(n=2)).encode(), Options())
    least, twice, four = (calls(head + PROGRAMS[name].format(n=n)) for n in (30, 60, 120))
    # What each layer costs alike, and what is there once, cancel out: a straight line gives 2, a square 4.
    assert four - twice < 2.1 * (twice - least)
