"""Models of Keras and others: what TensorFlow 1.15 made of them.

Each block of `operation_layers.txt`, models with plain operations between their layers, is a function, and what it
gave there: of models the names of their outputs, layers and weights, and the shapes of their outputs; or the exception.
The first block of `estimators.txt` stands before each of its others, whose hooks tell which variables a run began with.
With a block of `keras_models.txt`, `keras_programs.txt` and `training_models.txt`, models that are trained with Keras
and without, stand also the variables that were made, in order.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scopelint.graph.events import VariableMade
from scopelint.values.base import Unknown
from scopelint.values.containers import ListValue
from tests.python.engine import Ran

HERE = Path(__file__).parent
LAYERS = (HERE / "operation_layers.txt").read_text().strip().split("\n\n")
MODELS = [
    block
    for file in ("keras_models.txt", "keras_programs.txt", "training_models.txt")
    for block in (HERE / file).read_text().strip().split("\n\n")
]
COMMON, *ESTIMATORS = (HERE / "estimators.txt").read_text().strip().split("\n\n")
HEAD = """
import numpy as np
import tensorflow as tf
K = tf.keras
L = K.layers
def say(m):
    return [m.output_names, [l.name for l in m.layers], [w.name for w in m.weights], [str(x.shape) for x in m.outputs]]
def dense(name=None):
    i = K.Input((4,)); return K.Model(i, L.Dense(2, name="o")(L.Dense(3, activation="relu")(i)), name=name)
from tensorflow.keras.layers import *
from tensorflow.keras.models import Model, Sequential
from tensorflow.keras import backend as KB, regularizers, initializers, optimizers
def sm(m): return [[w.name for w in m.weights], [l.name for l in m.layers]]
slim = tf.contrib.slim
def P(*s): return tf.placeholder(tf.float32, list(s))
def names(): return [v.op.name for v in tf.global_variables()]
X, Y = np.zeros((8, 4), "float32"), np.zeros((8, 2), "float32")
"""


def named(block: str) -> str:
    return block[4 : block.index("(")]


def run(block: str, head: str = HEAD) -> tuple[Ran, Any, Any]:
    program, _, recorded = block.rpartition("\n-> ")
    ran = Ran(f"{head}{program}\nanswer = {named(block)}()\n")
    assert not ran.failures
    return ran, plain(ran.names["answer"]) if ran.error is None else ran.error_name(), json.loads(recorded)


def plain(value: Any) -> Any:
    if isinstance(value, ListValue):
        return [*map(plain, value.items), *(["..."] if value.rest is not None else [])]
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return "?" if isinstance(value, Unknown) else value


@pytest.mark.parametrize("block", LAYERS, ids=named)
def test_operations_between_layers(block: str) -> None:
    _, answer, recorded = run(block)
    assert answer == recorded


@pytest.mark.parametrize("block", MODELS, ids=named)
def test_models_that_are_trained(block: str) -> None:
    ran, answer, recorded = run(block)
    made = [event.name for event in ran.events if isinstance(event, VariableMade)]
    assert [answer, made] == recorded


@pytest.mark.parametrize("block", ESTIMATORS, ids=named)
def test_estimators(block: str) -> None:
    _, answer, recorded = run(block, f"{HEAD}{COMMON}\n")
    assert answer == recorded


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
