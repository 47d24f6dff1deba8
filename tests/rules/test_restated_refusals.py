"""What TF's own code raises, with `raise` or with `assert`, is told at the line of the program that TF 1.15 names."""

from __future__ import annotations

import pytest

from scopelint.project.check import check_source
from scopelint.project.config import Config

# The lines at which TF 1.15 raised, with a comment.
PROGRAMS = {
    "a cell without its blocks": """
cell = tf.contrib.rnn.GridLSTMCell(4, feature_size=2, frequency_skip=2)  # ValueError
""",
    "a cell without its blocks, caught once": """
def make(units):
    return tf.contrib.rnn.GridLSTMCell(units, feature_size=2, frequency_skip=2)  # ValueError
try:
    cell = make(3)
except ValueError:
    cell = tf.nn.rnn_cell.LSTMCell(3)
cell(tf.zeros([2, 3]), cell.zero_state(2, tf.float32))
make(4)
""",
    "statistics that are to be trained": """
slim = tf.contrib.slim
x = slim.fully_connected(tf.zeros([3, 2]), 2, normalizer_fn=slim.batch_norm, scope="fc")
optimizer = tf.train.MomentumOptimizer(0.1, 0.9)
those = slim.get_variables("fc")
slim.learning.create_train_op(tf.reduce_sum(x), optimizer, variables_to_train=those)  # AssertionError
""",
    "nothing to train": """
x = tf.layers.dense(tf.zeros([3, 2]), 2)
optimizer = tf.train.MomentumOptimizer(0.1, 0.9)
tf.contrib.training.create_train_op(tf.reduce_sum(x), optimizer, variables_to_train=[])  # AssertionError
""",
    "a rate where only the decay goes": """
decayed = tf.contrib.opt.extend_with_decoupled_weight_decay(tf.train.RMSPropOptimizer)
decayed(0.1, learning_rate=0.1)
decayed(0.1, 0.1)  # TypeError
""",
    "no decay": """
decayed = tf.contrib.opt.extend_with_decoupled_weight_decay(tf.train.RMSPropOptimizer)
decayed(learning_rate=0.1)  # TypeError
""",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_told_at_the_line(name: str) -> None:
    source = "import tensorflow as tf\n" + PROGRAMS[name].lstrip("\n")
    [line] = [
        number for number, each in enumerate(source.split("\n"), 1) if "Error  " in each or each.endswith("Error")
    ]
    findings = check_source("a.py", source.encode(), Config({"cache": False, "jobs": 1})).findings
    told = [finding for finding in findings if finding.code[:4] in ("TFS2", "TFS3")]
    assert [(finding.site.line, finding.certain) for finding in told] == [(line, True)]
