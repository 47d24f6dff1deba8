"""TFS306 layer-input-not-defined."""

from __future__ import annotations

from scopelint.rules.base import Bad, Good
from scopelint.rules.refusal import RefusalRule


class LayerInputNotDefined(RefusalRule):
    """## What it does
    Finds a layer whose weights take their size from a dimension of the input that is not known.

    ## Why is this bad?
    TF raises ValueError. Say the width where it is lost: in the placeholder's shape, or with `set_shape` or
    `tf.reshape` after an operation that forgets it.
    """

    code = "TFS306"
    message = "{said}"
    reasons = ("input_not_defined",)
    of_arguments = True
    tensorflow = "The last dimension of the inputs to `Dense` should be defined. Found `None`."
    bad = (
        Bad(
            """
x = tf.placeholder(tf.float32, [8, None])
tf.layers.dense(x, 3)  # TFS306
"""
        ),
    )
    good = (
        Good(
            """
x = tf.placeholder(tf.float32, [None, 4])
tf.layers.dense(x, 3)
"""
        ),
    )
