"""TFS215 two-rnns-in-one-scope."""

from __future__ import annotations

from scopelint.rules.base import Bad, Good
from scopelint.rules.sharing import MadeBy


class TwoRnnsInOneScope(MadeBy):
    """## What it does
    Finds two recurrent networks in one variable scope, such as an encoder and a decoder.

    ## Why is this bad?
    `dynamic_rnn` and `static_rnn` call their scope `rnn` unless told otherwise, whatever the cell, so that the
    second asks for the first one's kernel: TF raises ValueError. Give each a `scope=` or a `tf.variable_scope`.
    """

    code = "TFS215"
    message = "a second recurrent network makes {name}, first made at {first}"
    reasons = ("exists",)
    rank = 35
    by = "cell"
    general = "TFS201"
    tensorflow = (
        "Variable w already exists, disallowed. Did you mean to set reuse=True or reuse=tf.AUTO_REUSE in VarScope?"
    )
    fixes = ("auto_reuse",)
    fix_safety = "unsafe: with `reuse=tf.AUTO_REUSE` the two share one variable, which may not be what is meant."
    bad = (
        Bad(
            """
cell = tf.nn.rnn_cell.BasicLSTMCell
x = tf.placeholder(tf.float32, [8, 5, 4])
tf.nn.dynamic_rnn(cell(3), x, dtype=tf.float32)
tf.nn.dynamic_rnn(cell(3), x, dtype=tf.float32)  # TFS215: name="rnn/basic_lstm_cell/kernel"
"""
        ),
    )
    good = (
        Good(
            """
cell = tf.nn.rnn_cell.BasicLSTMCell
x = tf.placeholder(tf.float32, [8, 5, 4])
tf.nn.dynamic_rnn(cell(3), x, dtype=tf.float32, scope="encoder")
tf.nn.dynamic_rnn(cell(3), x, dtype=tf.float32, scope="decoder")
"""
        ),
    )
