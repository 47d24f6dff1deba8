"""TFS307 argument-refused."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, Record, Rule, lower_first
from scopelint.rules.causes import refused


class ArgumentRefused(Rule):
    """## What it does
    Finds a call that TF, or the layer, refuses for its arguments, for a reason that no other rule tells.

    ## Why is this bad?
    TF raises as soon as the call runs.
    """

    code = "TFS307"
    message = "tensorflow raises: {said}"
    tensorflow = "No variables to optimize."
    bad = (
        Bad(
            """
loss = tf.constant(1.0)
tf.train.AdamOptimizer().minimize(loss)  # TFS307
"""
        ),
    )
    good = (
        Good(
            """
loss = tf.reduce_sum(tf.get_variable("w", [3]))
tf.train.AdamOptimizer().minimize(loss)
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        for event in refused(outcome, self.code):
            yield self.finding(event, name=getattr(event, "name", ""), said=lower_first(getattr(event, "message", "")))
