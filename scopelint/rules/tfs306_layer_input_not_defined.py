"""TFS306 layer-input-not-defined."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, Record, Rule, lower_first
from scopelint.rules.causes import refused


class LayerInputNotDefined(Rule):
    """## What it does
    Finds a layer whose weights take their size from a dimension of the input that is not known.

    ## Why is this bad?
    TF raises ValueError. Say the width where it is lost: in the placeholder's shape, or with `set_shape` or
    `tf.reshape` after an operation that forgets it.
    """

    code = "TFS306"
    message = "{said}"
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

    def check(self, outcome: Record) -> Iterator[Finding]:
        for event in refused(outcome, self.code):
            yield self.finding(event, name=getattr(event, "name", ""), said=lower_first(getattr(event, "message", "")))
