"""TFS209 moving-average-under-reuse."""

from __future__ import annotations

from scopelint.rules.base import Bad, Good
from scopelint.rules.sharing import MadeBy


class MovingAverageUnderReuse(MadeBy):
    """## What it does
    Finds `ExponentialMovingAverage.apply` on tensors where the variable scope reuses.

    ## Why is this bad?
    The averages of tensors are variables that `apply` makes through the variable scope; under `reuse=True` TF
    raises ValueError.
    """

    code = "TFS209"
    message = "moving average makes {name} under a scope that reuses"
    fixes = ("slots_outside", "slots_scope")
    fix_safety = (
        "unsafe: `with tf.variable_scope(tf.get_variable_scope(), reuse=False):` around the statement, or the statement"
        " moved out of the scope."
    )
    reasons = ("missing",)
    rank = 85
    by = "average"
    general = "TFS202"
    tensorflow = (
        "Variable net/net/Sum/ExponentialMovingAverage/ does not exist, or was not created with "
        "tf.get_variable(). Did you mean to set reuse=tf.AUTO_REUSE in VarScope?"
    )
    bad = (
        Bad(
            """
with tf.variable_scope("net") as scope:
    w = tf.get_variable("w", [3])
    scope.reuse_variables()
    loss = tf.reduce_sum(w)
    tf.train.ExponentialMovingAverage(0.9).apply([loss])  # TFS209
"""
        ),
    )
    good = (
        Good(
            """
with tf.variable_scope("net") as scope:
    w = tf.get_variable("w", [3])
    scope.reuse_variables()
    loss = tf.reduce_sum(w)
tf.train.ExponentialMovingAverage(0.9).apply([loss])
"""
        ),
    )
