"""Variables of a strategy with several replicas. The tracer of the fixtures does not see them made, so the names are
here: of the operations VarHandleOp, in order, as TF 1.15.5 lists them for this program."""

from __future__ import annotations

from pathlib import Path

from tests.test_fixtures import outcome_of

PROGRAM = """
import tensorflow as tf

x = tf.zeros([2, 3])
strategy = tf.distribute.MirroredStrategy(["/device:CPU:0", "/device:CPU:1", "/device:CPU:2"])
with tf.variable_scope("a"), tf.name_scope("n"), strategy.scope():
    tf.get_variable("w", [3])
    tf.layers.dense(x, 4, use_bias=False)
    tf.Variable(1.0, name="plain")
    tf.get_variable("counter", [], tf.int32, trainable=False)
with tf.distribute.MirroredStrategy(["/device:CPU:0"]).scope():
    tf.get_variable("alone", [1])
"""

NAMES = [
    "a/w", "a/w/replica_1", "a/w/replica_2", "a/dense/kernel", "a/dense/kernel/replica_1", "a/dense/kernel/replica_2",
    "a/n/a/plain", "a/n/a/plain/replica_1", "a/n/a/plain/replica_2", "a/counter", "a/counter/replica_1",
    "a/counter/replica_2", "alone",
]  # fmt: skip


def test_copies_of_variables(tmp_path: Path) -> None:
    path = tmp_path / "mirrored.py"
    path.write_text(PROGRAM)
    made = outcome_of(path).variables
    assert [variable.name for variable in made] == NAMES
    assert [v.name for v in made if "variables" in v.collections] == [n for n in NAMES if "replica" not in n]
