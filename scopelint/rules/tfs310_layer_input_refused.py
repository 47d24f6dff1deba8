"""TFS310 layer-input-refused."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, Record, Rule, lower_first
from scopelint.rules.causes import refused


class LayerInputRefused(Rule):
    """## What it does
    Finds a layer that is given an input of a rank, or of a number of channels, that it does not take.

    ## Why is this bad?
    TF raises ValueError when the layer is called.
    """

    code = "TFS310"
    message = "{said}"
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

    def check(self, outcome: Record) -> Iterator[Finding]:
        for event in refused(outcome, self.code):
            yield self.finding(event, name=getattr(event, "name", ""), said=lower_first(getattr(event, "message", "")))
