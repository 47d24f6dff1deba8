"""TFS305 shape-not-fully-defined."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, Record, Rule, lower_first
from scopelint.rules.causes import refused


class ShapeNotFullyDefined(Rule):
    """## What it does
    Finds `tf.get_variable` with neither a shape nor a constant, or with a shape that has an unknown dimension.

    ## Why is this bad?
    TF must know how large the variable is when it makes it, and raises ValueError. The unknown dimension often is
    the batch's, from a placeholder.
    """

    code = "TFS305"
    message = "{said}"
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

    def check(self, outcome: Record) -> Iterator[Finding]:
        for event in refused(outcome, self.code):
            yield self.finding(event, name=getattr(event, "name", ""), said=lower_first(getattr(event, "message", "")))
