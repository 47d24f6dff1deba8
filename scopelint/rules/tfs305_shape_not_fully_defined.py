"""TFS305 shape-not-fully-defined."""

from __future__ import annotations

from scopelint.rules.base import Bad, Good
from scopelint.rules.refusal import RefusalRule


class ShapeNotFullyDefined(RefusalRule):
    """## What it does
    Finds `tf.get_variable` with neither a shape nor a constant, or with a shape that has an unknown dimension.

    ## Why is this bad?
    TF must know how large the variable is when it makes it, and raises ValueError. The unknown dimension often is
    the batch's, from a placeholder.
    """

    code = "TFS305"
    message = "{said}"
    reasons = ("shape_not_defined",)
    of_arguments = True
    tensorflow = (
        "The initializer passed is not valid. It should be a callable with no arguments and the shape should "
        "not be provided or an instance of `tf.keras.initializers.*' and `shape` should be fully defined."
    )
    bad = (
        Bad(
            """
tf.get_variable("w", [None, 3])  # TFS305
"""
        ),
    )
    good = (
        Good(
            """
tf.get_variable("w", [2, 3])
"""
        ),
    )
