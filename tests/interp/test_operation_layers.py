"""Models with plain operations between their layers: what TensorFlow 1.15 made of them.

Each block of `operation_layers.txt` is a function, and what it gave there: of models the names of their outputs, layers
and weights, and the shapes of their outputs; or the exception.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scopelint.values.base import Unknown
from scopelint.values.containers import ListValue
from tests.python.engine import Ran

BLOCKS = (Path(__file__).parent / "operation_layers.txt").read_text().strip().split("\n\n")
HEAD = """
import tensorflow as tf
K = tf.keras
L = K.layers
def say(m):
    return [m.output_names, [l.name for l in m.layers], [w.name for w in m.weights], [str(x.shape) for x in m.outputs]]
"""


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block[4 : block.index("(")])
def test_as_tensorflow_made_them(block: str) -> None:
    program, _, recorded = block.rpartition("\n-> ")
    ran = Ran(f"{HEAD}{program}\nanswer = {program[4 : program.index('(')]}()\n")
    answer = plain(ran.names["answer"]) if ran.error is None else ran.error_name()
    assert answer == json.loads(recorded)


def plain(value: Any) -> Any:
    if isinstance(value, ListValue):
        return [*map(plain, value.items), *(["..."] if value.rest is not None else [])]
    if isinstance(value, list):
        return [plain(each) for each in value]
    return "?" if isinstance(value, Unknown) else value


def test_an_operation_whose_inputs_are_not_known_leaves_the_layers_open() -> None:
    ran = Ran(
        HEAD
        + """
i = K.Input((4,))
m = K.Model(i, L.Dense(2)(tf.cond(tf.constant(True), lambda: i + 1.0, lambda: i)))
count = len(m.layers)
weights = len(m.weights)
"""
    )
    assert isinstance(ran.names["count"], Unknown)
    assert ran.names["weights"] == 2
