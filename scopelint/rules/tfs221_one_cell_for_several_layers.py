"""TFS221 one-cell-for-several-layers."""

from __future__ import annotations

from scopelint.rules.base import Bad, Good, Record
from scopelint.rules.refusal import Refusal, RefusalRule


class OneCellForSeveralLayers(RefusalRule):
    """## What it does
    Finds one RNN cell object that stands for several layers of a `MultiRNNCell`, `[cell] * n`, whose inputs differ
    in width.

    ## Why is this bad?
    A cell makes its kernel at its first call, for the width of that input. The second layer's input is as wide as
    the cell, so that the product does not fit: TF raises ValueError. Where the widths happen to agree, the layers
    share one kernel.
    """

    code = "TFS221"
    message = "one cell object is used for several layers: {said}"
    reasons = ("shape",)
    rank = 10
    tensorflow = (
        "Dimensions must be equal, but are 20 and 12 for 'rnn/while/rnn/multi_rnn_cell/cell_0/basic_rnn_cell/MatMul_1'"
    )
    fixes = ("cells_apart",)
    fix_safety = (
        "unsafe: `[cell] * n` becomes a list comprehension that makes n cells, so that more variables are made."
    )
    bad = (
        Bad(
            """
cell = tf.nn.rnn_cell.BasicRNNCell(10)
stack = tf.nn.rnn_cell.MultiRNNCell([cell] * 2)
x = tf.placeholder(tf.float32, [8, 5, 2])
tf.nn.dynamic_rnn(stack, x, dtype=tf.float32)  # TFS221
"""
        ),
    )
    good = (
        Good(
            """
stack = tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.BasicRNNCell(10) for _ in range(2)])
x = tf.placeholder(tf.float32, [8, 5, 2])
tf.nn.dynamic_rnn(stack, x, dtype=tf.float32)
"""
        ),
    )

    def claims(self, outcome: Record, event: Refusal) -> bool:
        return event.fact("by") == "shared cell"
