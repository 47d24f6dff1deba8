"""TFS203 shape-differs-on-sharing."""

from __future__ import annotations

from scopelint.rules.base import Bad, Good
from scopelint.rules.sharing import DiffersOnSharing


class ShapeDiffersOnSharing(DiffersOnSharing):
    """## What it does
    Finds a `tf.get_variable`, or a layer's own, that shares a variable but asks for another shape.

    ## Why is this bad?
    A variable has one shape: TF raises ValueError. Often two layers were given one name under
    `reuse=tf.AUTO_REUSE`, or a layer is applied to an input of another width.
    """

    code = "TFS203"
    what = "shape"
    reasons = ("shape_differs",)
    tensorflow = "Trying to share variable net/w, but specified shape (4,) and found shape (3,)."
    bad = (
        Bad(
            """
with tf.variable_scope("net", reuse=tf.AUTO_REUSE):
    tf.get_variable("w", [3])
    tf.get_variable("w", [4])  # TFS203: name="net/w"
"""
        ),
    )
    good = (
        Good(
            """
with tf.variable_scope("net", reuse=tf.AUTO_REUSE):
    tf.get_variable("w", [3])
    tf.get_variable("w", [3])
"""
        ),
    )
