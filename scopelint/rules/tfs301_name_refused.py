"""TFS301 name-refused."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, Record, Rule, lower_first
from scopelint.rules.causes import refused


class NameRefused(Rule):
    """## What it does
    Finds a name of a scope, variable, layer or operation that TF refuses.

    ## Why is this bad?
    At the top level a name begins with a letter, a digit or a dot, and goes on with those and `_ - /`; inside a
    scope `_` and `-` may come first. Spaces, `:`, brackets, commas and letters with accents are refused everywhere,
    with ValueError.
    """

    code = "TFS301"
    message = "{said}"
    tensorflow = "'my net' is not a valid scope name"
    bad = (
        Bad(
            """
with tf.name_scope("my net"):  # TFS301
    pass
"""
        ),
    )
    good = (
        Good(
            """
with tf.name_scope("my_net"):
    pass
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        for event in refused(outcome, self.code):
            yield self.finding(event, name=getattr(event, "name", ""), said=lower_first(getattr(event, "message", "")))
