"""What `benchmarks/hostile_calls.py` found: calls of summaries with values that they did not expect."""

from __future__ import annotations

from typing import Any

import pytest

from scopelint.graph.events import Noted, NotKnown
from scopelint.interp import entry
from scopelint.interp.options import Options
from tests.python.engine import Ran
from tests.robustness.running import benchmark

HEAD = """import base64, itertools, struct
import numpy as np
import tensorflow as tf
import zoo
def P(*s): return tf.placeholder(tf.float32, list(s))
"""


def test_a_small_share_of_the_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """The benchmark makes 100,000; a failure of ours is one that it sees, with the call that it is of."""
    made = benchmark("hostile_calls")
    assert [(text, said) for _, text, said in made.run(400, "test", 10) if said] == []
    from scopelint.apis.registry import find

    def broken(*args: object, **kwargs: object) -> None:
        raise KeyError("a defect")

    monkeypatch.setattr(made, "call", lambda number, *rest: f"r = tf.{'ones' if number % 7 else 'zeros'}([2])\n")
    monkeypatch.setattr(find("tf.zeros"), "impl", broken)
    assert [number for number, _, said in made.run(20, "test", 10) if "a defect" in "".join(said)] == [0, 7, 14]


REFUSED = [
    ("tf.keras.layers.Permute([2,1])(P(3))", "ValueError", "Input 0 of layer permute is incompatible with the layer"),
    ("tf.keras.layers.Permute((2,1))(1)", "ValueError", "Input 0 of layer permute is incompatible with the layer"),
    ("tf.keras.layers.RepeatVector(3)(P(3))", "ValueError", "Input 0 of layer repeat_vector is incompatible"),
    ("tf.keras.layers.ConvLSTM2D(3,2)(P(3))", "ValueError", "Input 0 of layer conv_lst_m2d is incompatible"),
    ("tf.keras.layers.TimeDistributed(tf.keras.layers.Dense(2))(P())", "ValueError", "`TimeDistributed` Layer should"),
    ("tf.keras.layers.Reshape([3])(P())", "ValueError", "slice index 0 of dimension 0 out of bounds"),
    ("tf.keras.layers.RNN([tf.keras.layers.GRUCell(3)])(P(3))", "IndexError", "list assignment index out of range"),
    ("tf.keras.layers.RNN('relu')", "ValueError", "('`cell` should have a `call` method. The RNN was"),
    ("tf.keras.layers.PReLU(shared_axes=[2])(P(3,4))", "IndexError", "list assignment index out of range"),
    ("tf.keras.layers.Dot(1)([P(3),P(3)])", "IndexError", "tuple index out of range"),
    ("tf.keras.layers.Add()([P(),P()])", "IndexError", "tuple index out of range"),
    ("tf.keras.layers.Concatenate()([P(),P()])", "IndexError", "list assignment index out of range"),
    ("tf.keras.layers.Attention()([P(),P()])", "ValueError", "Shape must be rank 2 but is rank 0"),
    ("tf.nn.static_rnn(tf.nn.rnn_cell.GRUCell(4), [[]], dtype=tf.float32)", "IndexError", "list index out of range"),
    ("tf.estimator.DNNLinearCombinedClassifier()", "ValueError", "Either linear_feature_columns"),
    ("tf.estimator.DNNLinearCombinedRegressor(linear_feature_columns=[])", "ValueError", "Either linear_feature"),
    ("tf.nest.map_structure(len)", "ValueError", "Must provide at least one structure"),
    ("tf.keras.applications.VGG16(input_shape=(3,), weights=None)", "ValueError", "`input_shape` must be a"),
    ("tf.contrib.layers.rev_block(P(3,4), P(3,4), [], [])", "AssertionError", ""),
    ("tf.train.slice_input_producer([])", "ValueError", "Expected at least one tensor in slice_input_producer()."),
    ("tf.while_loop(lambda i: i < 3, lambda i: i, [0], shape_invariants=[])", "ValueError", "The two structures"),
    ("tf.data.Dataset.repeat()", "TypeError", "repeat() missing 1 required positional argument: 'self'"),
    ("tf.contrib.layers.maxout(P(3, 4), 2, axis=5)", "IndexError", "list index out of range"),
    ("np.arange()", "TypeError", "Required argument 'start' (pos 1) not found"),
    ("np.size(np.float32(2), 0)", "IndexError", "tuple index out of range"),
    ("np.cumsum([1, 2], axis=1)", "ValueError", "axis 1 is out of bounds for array of dimension 1"),
    ("tf.keras.backend.repeat_elements(P(), 2, 1)", "IndexError", "list index out of range"),
    ("tf.keras.backend.repeat(P(), 2)", "AssertionError", ""),
    ("tf.keras.backend.dot(P(2, 3, 4), P(3))", "IndexError", "pop index out of range"),
    ("base64.b64decode('w:0')", "ValueError", "Incorrect padding"),
    ("np.arange(3)[1.5:]", "TypeError", "slice indices must be integers or None or have an __index__ method"),
    ("('a%s' % zoo.x())[:()]", "TypeError", "slice indices must be integers or None or have an __index__ method"),
    ("np.array(['a', 'b']) @ (0, 1)", "TypeError", "ufunc 'matmul' did not contain a loop"),
    ("dict.__new__(3)", "TypeError", "dict.__new__(X): X is not a type object (int)"),
    ("object.__new__()", "TypeError", "object.__new__(): not enough arguments"),
    ("np.arange(3)[::0]", "ValueError", "slice step cannot be zero"),
    ("P(3, 4).shape[::0]", "ValueError", "slice step cannot be zero"),
    ("itertools.permutations()", "TypeError", "permutations() missing required argument 'iterable' (pos 1)"),
    ("itertools.combinations([1])", "TypeError", "combinations() missing required argument 'r' (pos 2)"),
]  # fmt: skip
"""As Python and TensorFlow 1.15 say it; of what is longer the beginning."""


@pytest.mark.parametrize(("call", "error", "said"), REFUSED)
def test_what_python_or_tensorflow_refuses(call: str, error: str, said: str) -> None:
    ran = Ran(f"{HEAD}r = {call}\n")
    assert not ran.failures
    assert ran.error_name() == error
    assert ran.error.attrs["args"][0].startswith(said)


NOT_FOLLOWED = [
    "tf.nn.rnn_cell.LSTMCell(3).call(P(2, 3), (P(2, 3), P(2, 3)))",
    "tf.contrib.rnn.IndRNNCell(4).call(P(2, 3), P(2, 4))",
    "tf.contrib.learn.SKCompat(P(3)).params",
]


@pytest.mark.parametrize("call", NOT_FOLLOWED)
def test_an_object_that_lacks_what_a_method_reads_is_no_failure_of_ours(call: str) -> None:
    """TF raises an AttributeError, or has it from a constructor that has no summary: neither is known."""
    ran = Ran(f"{HEAD}r = {call}\n")
    assert not ran.failures
    assert ran.error is None or ran.error_name() == "AttributeError"
    assert ran.error is not None or any("not followed" in said for said in ran.said)


def test_a_division_by_what_the_program_gives_is_no_failure_of_ours() -> None:
    ran = Ran(HEAD + "r = tf.contrib.layers.maxout(P(3, 4), 0)\n")
    assert not ran.failures
    assert any("does not take these arguments" in said for said in ran.said)


@pytest.mark.parametrize(
    "call",
    [
        "tf.nn.static_rnn(tf.nn.rnn_cell.GRUCell(4), dict(**zoo.d()), dtype=tf.float32)",
        "tf.Variable(tf.contrib.framework.arg_scope([]))",
        "tf.TensorShape(None)[:10 ** 30]",
        "[1, *zoo.x()][1.5:]",
    ],
)
def test_of_what_is_not_known_or_takes_other_arguments(call: str) -> None:
    assert not Ran(f"{HEAD}r = {call}\n").failures


LATE = "class T(tf.test.TestCase):\n" + "".join(
    f"    def test_{n}(self):\n        for each in range(400): tf.layers.dense(P(3, 5), each + 1)\n" for n in range(40)
)


def test_no_entry_is_begun_past_the_time_of_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of forty tests went on for 256 steps, and drew its picture, past the bound. That is told once."""
    entered: list[str] = []
    test = entry._Entries._test

    def noted(self: Any, name: str, method: str) -> Any:
        entered.append(method)
        return test(self, name, method)

    monkeypatch.setattr(entry._Entries, "_test", noted)
    outcomes = entry.analyse("late.py", (HEAD + LATE).encode(), Options(thorough=True, max_seconds=0.4, draws=True))
    assert 0 < len(entered) < 40
    said = [outcome for outcome in outcomes if not outcome.errors_only]
    told = [each for outcome in said for each in outcome.of(NotKnown) if "longer than its bound" in each.reason]
    assert len(told) == 1
    assert not [each for outcome in outcomes for each in outcome.of(Noted, kind="failure")]
