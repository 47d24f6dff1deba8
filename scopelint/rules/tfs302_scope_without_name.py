"""TFS302 scope-without-name."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, Record, Rule, lower_first
from scopelint.rules.causes import refused


class ScopeWithoutName(Rule):
    """## What it does
    Finds `tf.variable_scope(None)` without a `default_name`.

    ## Why is this bad?
    There is nothing to call the scope: TF raises TypeError. It is often a parameter `scope=None` handed on.
    """

    code = "TFS302"
    message = "{said}"
    tensorflow = "If default_name is None then name_or_scope is required"
    bad = (
        Bad(
            """
with tf.variable_scope(None):  # TFS302
    pass
"""
        ),
    )
    good = (
        Good(
            """
with tf.variable_scope(None, default_name="block"):
    pass
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        for event in refused(outcome, self.code):
            yield self.finding(event, name=getattr(event, "name", ""), said=lower_first(getattr(event, "message", "")))
