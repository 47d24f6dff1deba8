"""TFS310 layer-input-refused."""

from __future__ import annotations

from scopelint.rules.base import Bad, Good
from scopelint.rules.refusal import RefusalRule


class LayerInputRefused(RefusalRule):
    """## What it does
    Finds a layer that is given an input of a rank, or of a number of channels, that it does not take.

    ## Why is this bad?
    TF raises ValueError when the layer is called.
    """

    code = "TFS310"
    message = "{said}"
    reasons = ("layer_input",)
    of_arguments = True
    tensorflow = "Input 0 of layer conv2d is incompatible with the layer: expected ndim=4, found ndim=2."
    bad = (
        Bad(
            """
x = tf.placeholder(tf.float32, [8, 4])
tf.layers.conv2d(x, 3, 3)  # TFS310
"""
        ),
    )
    good = (
        Good(
            """
x = tf.placeholder(tf.float32, [8, 9, 9, 4])
tf.layers.conv2d(x, 3, 3)
"""
        ),
    )
