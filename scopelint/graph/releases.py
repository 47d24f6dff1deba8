"""What TensorFlow gives otherwise in another release than 1.15: one row a fact, asked by those who name variables.

Measured under every release from 1.0.1 to 1.15.5 and under 2.15.1. What is not in this table, nor in `releases.txt` of
`apis/tables` (names and parameters that a release has or lacks), is as in 1.15 in all of them.
"""

from __future__ import annotations

import re
from typing import Any, Generic, TypeVar

from scopelint.tuples import NamedTuple

T = TypeVar("T")

_LAST = {
    (1, 0): "1.0.1",
    (1, 1): "1.1.0",
    (1, 2): "1.2.1",
    (1, 3): "1.3.0",
    (1, 4): "1.4.1",
    (1, 5): "1.5.1",
    (1, 6): "1.6.0",
    (1, 7): "1.7.1",
    (1, 8): "1.8.0",
    (1, 9): "1.9.0",
    (1, 10): "1.10.1",
    (1, 11): "1.11.0",
    (1, 12): "1.12.3",
    (1, 13): "1.13.2",
    (1, 14): "1.14.0",
    (1, 15): "1.15.5",
    (2, 15): "2.15.1",
}
"""The patch that is meant where only a release is said."""

NEWEST = (2, 15)
"""Later ones have another Keras, which is not described here."""

RELEASES = tuple(".".join(map(str, key)) for key in _LAST)
"""Those that were measured, in order."""


class Release(NamedTuple):
    """A release of TensorFlow: `text` is its `tf.__version__`."""

    major: int
    minor: int
    text: str

    @property
    def key(self) -> tuple[int, int]:
        return self.major, self.minor

    @property
    def is_second(self) -> bool:
        """Does `import tensorflow` give TF 2 there, and `tensorflow.compat.v1` TF 1?"""
        return self.major >= 2

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"


def release(text: str) -> Release:
    """The release that a setting or a pin names: `1.4`, `1.4.1`, `2.3`, `v1.15.0`. ValueError with the reason."""
    match = re.fullmatch(r"\s*v?(\d+)\.(\d+)(\.\d+)?((?:rc|a|b|\.?post|\.?dev|-?rc)\d*)?\s*", text)
    if match is None:
        raise ValueError("a release such as 1.4 or 2.15 expected")
    key = int(match[1]), int(match[2])
    if key > NEWEST:
        raise ValueError(f"{key[0]}.{key[1]} is not covered, the last one is {NEWEST[0]}.{NEWEST[1]}")
    if key < (1, 0) or (1, 15) < key < (2, 0):
        raise ValueError(f"{key[0]}.{key[1]} is not covered: 1.0 to 1.15, 2.0 to {NEWEST[0]}.{NEWEST[1]}")
    said = f"{key[0]}.{key[1]}{match[3]}{match[4] or ''}" if match[3] else _LAST.get(key, f"{key[0]}.{key[1]}.0")
    return Release(*key, said)


DEFAULT = Release(1, 15, _LAST[1, 15])


def _key(text: str) -> tuple[int, int]:
    major, minor = text.split(".")
    return int(major), int(minor)


class Fact(Generic[T]):
    """One thing that releases do differently. `steps`: from which release on it is what."""

    __slots__ = ("steps", "what")

    def __init__(self, what: str, *steps: tuple[str, T]) -> None:
        self.what = what
        self.steps = tuple([(_key(text), value) for text, value in steps])

    def at(self, asked: Release) -> T:
        """What it is in this release: the last step that is not after it, the first one before all."""
        found = self.steps[0][1]
        for key, value in self.steps:
            if key <= asked.key:
                found = value
        return found


FACTS: dict[str, Fact[Any]] = {}


def _fact(name: str, what: str, *steps: tuple[str, T]) -> Fact[T]:
    made = FACTS[name] = Fact(what, *steps)
    return made


# what is imported

ABSL_LOGGING = _fact(
    "ABSL_LOGGING",
    "TensorFlow imports absl.logging, which defines flags of its own (`log_dir`, `v`, `verbosity`)",
    ("1.0", False),
    ("1.14", True),
)

# RNN cells

CELLS = _fact(
    "CELLS",
    "an RNN cell opens its scope anew at each call, in 1.1 the same one each time; later it is a layer that keeps its "
    "variables",
    ("1.0", "function"),
    ("1.1", "checked"),
    ("1.2", "layer"),
)
BLOCK_CELLS = _fact(
    "BLOCK_CELLS",
    "the cells of one operation (LSTMBlockCell, GRUBlockCell) became layers later",
    ("1.0", "function"),
    ("1.5", "layer"),
)
CELL_WEIGHTS: Fact[dict[str, str]] = _fact(
    "CELL_WEIGHTS",
    "what RNN cells and their wrappers call kernel and bias",
    ("1.0", {"kernel": "weights", "bias": "biases", "recurrent_kernel": "recurrent_weights"}),
    ("1.2", {}),
)
CELL_SCOPES: Fact[dict[str, str]] = _fact(
    "CELL_SCOPES",
    "cells whose scope is not the name of their class in small letters",
    (
        "1.0",
        {
            "NASCell": "nas_rnn",
            "LSTMBlockCell": "lstm_cell",
            "GRUBlockCell": "GRUBlockCell",
            "LSTMBlockFusedCell": "lstm_block_wrapper",
        },
    ),
    (
        "1.2",
        {"LSTMBlockCell": "lstm_cell", "GRUBlockCell": "GRUBlockCell", "LSTMBlockFusedCell": "lstm_block_wrapper"},
    ),
    ("1.5", {}),
)
WRAPPERS_HOLD_CELLS = _fact(
    "WRAPPERS_HOLD_CELLS",
    "EmbeddingWrapper, InputProjectionWrapper and OutputProjectionWrapper call their cell within their own scope",
    ("1.0", False),
    ("1.2", True),
)
REVERSES_WITHOUT_LENGTHS = _fact(
    "REVERSES_WITHOUT_LENGTHS",
    "bidirectional_dynamic_rnn works without sequence_length",
    ("1.0", False),
    ("1.1", True),
)

# tf.layers and tf.contrib.layers

BATCH_NORM_ORDER = _fact(
    "BATCH_NORM_ORDER",
    "which of batch normalization's two weights is made first",
    ("1.0", ("beta", "gamma")),
    ("1.4", ("gamma", "beta")),
)
RENORM = _fact(
    "RENORM",
    "what batch normalization keeps for renorm: numbers of their own, or the deviation itself",
    ("1.0", ("renorm_mean", "renorm_mean_weight", "renorm_stddev", "renorm_stddev_weight")),
    ("1.15", ("moving_stddev", "renorm_mean", "renorm_stddev")),
)
FUSED_GAMMA = _fact(
    "FUSED_GAMMA",
    "contrib's fused batch_norm makes gamma where scale is False too",
    ("1.0", True),
    ("1.3", False),
)

# tf.keras

KERAS_UNDER_NAME_SCOPE = _fact(
    "KERAS_UNDER_NAME_SCOPE",
    "the name scope that is open names a Keras layer's variables",
    ("1.0", False),
    ("1.9", True),
)
KERAS_CELL_SCOPE = _fact(
    "KERAS_CELL_SCOPE",
    "the variables of Keras's LSTM, GRU and SimpleRNN lie below the name of their cell",
    ("1.4", False),
    ("1.5", True),
    ("1.9", False),
    ("2.0", True),
)
KERAS_CELLS_NAMED = _fact(
    "KERAS_CELLS_NAMED",
    "the cell of a Keras LSTM, GRU or SimpleRNN has a fixed name, not a number of its own",
    ("1.0", False),
    ("2.13", True),
)
KERAS_DIRECTIONS = _fact(
    "KERAS_DIRECTIONS",
    "the two layers of a Bidirectional are named forward_ and backward_, and name their variables",
    ("1.0", False),
    ("1.9", True),
)
KERAS_BATCH_NORM = _fact(
    "KERAS_BATCH_NORM",
    "what Keras's BatchNormalization is called without a name",
    ("1.0", "batch_normalization"),
    ("1.13", "batch_normalization_v1"),
    ("1.14", "batch_normalization"),
)
KERAS_OPTIMIZERS = _fact(
    "KERAS_OPTIMIZERS",
    "Keras's optimizers keep unnamed variables, then slots named after the variable",
    ("1.0", "unnamed"),
    ("1.14", "named"),
)
KERAS_ADAM_KEEPS_MAXIMA = _fact(
    "KERAS_ADAM_KEEPS_MAXIMA",
    "Keras's Adam without amsgrad makes a variable of one element in the place of each maximum",
    ("1.0", False),
    ("1.6", True),
)
KERAS_TRAINING_SCOPE = _fact(
    "KERAS_TRAINING_SCOPE",
    "the slots that compile makes lie below training/",
    ("1.0", True),
    ("1.14", False),
    ("1.15", True),
)
SELF_BY_NAME = _fact(
    "SELF_BY_NAME",
    "a layer's `call` is taken apart by the name of its first parameter, which has to be self",
    ("1.0", True),
    ("1.14", False),
)

# tf.image, tf.tensordot, tf.metrics

STANDARDIZED_KEEPS_DTYPE = _fact(
    "STANDARDIZED_KEEPS_DTYPE",
    "tf.image.per_image_standardization gives what it is given, else float32",
    ("1.0", False),
    ("1.15", True),
    ("2.0", False),
)
CROPS_ARE_STATIC = _fact(
    "CROPS_ARE_STATIC",
    "the static shape of tf.image.central_crop has height and width",
    ("1.0", False),
    ("1.9", True),
)
PRODUCTS_ARE_STATIC = _fact(
    "PRODUCTS_ARE_STATIC",
    "tf.tensordot of known shapes has a static shape",
    ("1.0", False),
    ("1.6", True),
)
MEAN_PER_CLASS: Fact[str] = _fact(
    "MEAN_PER_CLASS",
    "what tf.metrics.mean_per_class_accuracy keeps: a matrix, or a total and a count for each class",
    ("1.0", "matrix"),
    ("1.6", "counts"),
)

# tf.estimator

ESTIMATORS_TAKE_CONFIG = _fact(
    "ESTIMATORS_TAKE_CONFIG",
    "Estimator._call_model_fn takes the configuration too",
    ("1.0", False),
    ("1.4", True),
)
