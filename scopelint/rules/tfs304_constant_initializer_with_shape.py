"""TFS304 constant-initializer-with-shape."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, Record, Rule, lower_first
from scopelint.rules.causes import refused


class ConstantInitializerWithShape(Rule):
    """## What it does
    Finds `tf.get_variable` given a constant as initializer and a shape as well.

    ## Why is this bad?
    The constant has a shape of its own: TF raises ValueError, on sharing too.
    """

    code = "TFS304"
    message = "{said}"
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

    def check(self, outcome: Record) -> Iterator[Finding]:
        for event in refused(outcome, self.code):
            yield self.finding(event, name=getattr(event, "name", ""), said=lower_first(getattr(event, "message", "")))
