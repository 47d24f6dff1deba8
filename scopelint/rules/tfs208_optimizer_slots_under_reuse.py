"""TFS208 optimizer-slots-under-reuse."""

from __future__ import annotations

from scopelint.rules.base import Bad, Good
from scopelint.rules.sharing import MadeBy


class OptimizerSlotsUnderReuse(MadeBy):
    """## What it does
    Finds an optimizer that makes its slots (momentum, Adam's moments) where the variable scope reuses.

    ## Why is this bad?
    Slots are made by `tf.get_variable`. Under `reuse=True` they do not exist yet and TF raises ValueError. It often
    follows `tf.get_variable_scope().reuse_variables()` at the top level, which holds for the rest of the graph.
    Plain gradient descent has no slots and never fails.
    """

    code = "TFS208"
    message = "optimizer makes slot {name} under a scope that reuses"
    reasons = ("missing",)
    rank = 84
    by = "slot"
    general = "TFS202"
    tensorflow = (
        "Variable net/net/w/Adam/ does not exist, or was not created with tf.get_variable(). Did you mean to "
        "set reuse=tf.AUTO_REUSE in VarScope?"
    )
    fixes = ("slots_outside", "slots_scope")
    fix_safety = (
        "unsafe: `with tf.variable_scope(tf.get_variable_scope(), reuse=False):` around the optimizer, or the"
        " optimizer moved out of the scope."
    )
    bad = (
        Bad(
            """
with tf.variable_scope("net") as scope:
    w = tf.get_variable("w", [3])
    scope.reuse_variables()
    loss = tf.reduce_sum(w)
    tf.train.AdamOptimizer().minimize(loss)  # TFS208
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
tf.train.AdamOptimizer().minimize(loss)
"""
        ),
    )
