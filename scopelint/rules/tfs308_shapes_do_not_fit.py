"""TFS308 shapes-do-not-fit."""

from __future__ import annotations

from scopelint.rules.base import Bad, Good
from scopelint.rules.refusal import RefusalRule


class ShapesDoNotFit(RefusalRule):
    """## What it does
    Finds an operation whose inputs' shapes do not fit together.

    ## Why is this bad?
    TF raises ValueError when it adds the operation to the graph.
    """

    code = "TFS308"
    message = "{said}"
    reasons = ("shape",)
    of_arguments = True
    tensorflow = (
        "Dimensions must be equal, but are 3 and 4 for 'MatMul' (op: 'MatMul') with input shapes: [2,3], [4,5]."
    )
    bad = (
        Bad(
            """
tf.matmul(tf.ones([2, 3]), tf.ones([4, 5]))  # TFS308
"""
        ),
    )
    good = (
        Good(
            """
tf.matmul(tf.ones([2, 3]), tf.ones([3, 5]))
"""
        ),
    )
