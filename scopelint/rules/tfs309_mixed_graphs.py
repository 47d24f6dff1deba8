"""TFS309 mixed-graphs."""

from __future__ import annotations

from scopelint.rules.base import Bad, Good
from scopelint.rules.refusal import RefusalRule


class MixedGraphs(RefusalRule):
    """## What it does
    Finds an operation that is given tensors or variables of two graphs.

    ## Why is this bad?
    A graph is closed: TF raises ValueError. A tensor kept from before `tf.reset_default_graph()` belongs to a graph
    that is gone.
    """

    code = "TFS309"
    message = "{said}"
    reasons = ("graph",)
    of_arguments = True
    tensorflow = "Tensor(...) must be from the same graph as Tensor(...)."
    bad = (
        Bad(
            """
a = tf.ones([3])
with tf.Graph().as_default():
    b = tf.ones([3]) + a  # TFS309
"""
        ),
    )
    good = (
        Good(
            """
with tf.Graph().as_default():
    a = tf.ones([3])
    b = tf.ones([3]) + a
"""
        ),
    )
