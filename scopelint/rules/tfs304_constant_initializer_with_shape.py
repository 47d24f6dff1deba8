"""TFS304 constant-initializer-with-shape."""

from __future__ import annotations

from scopelint.rules.base import Bad, Good
from scopelint.rules.refusal import RefusalRule


class ConstantInitializerWithShape(RefusalRule):
    """## What it does
    Finds `tf.get_variable` given a constant as initializer and a shape as well.

    ## Why is this bad?
    The constant has a shape of its own: TF raises ValueError, on sharing too.
    """

    code = "TFS304"
    message = "{said}"
    reasons = ("constant_with_shape",)
    tensorflow = "If initializer is a constant, do not specify shape."
    bad = (
        Bad(
            """
tf.get_variable("w", [2], initializer=[1.0, 2.0])  # TFS304
"""
        ),
    )
    good = (
        Good(
            """
tf.get_variable("w", initializer=[1.0, 2.0])
"""
        ),
    )
