"""TFS206 resource-kind-differs-on-sharing."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Finding, Good, Record, Rule, lower_first
from scopelint.rules.causes import refused


class ResourceKindDiffersOnSharing(Rule):
    """## What it does
    Finds a variable that is shared with another `use_resource` than it was made with, where TF refuses that.

    ## Why is this bad?
    A resource variable and a reference variable are different kinds of operation, and one name holds one of them.
    """

    code = "TFS206"
    message = "variable {name}: {said}"
    bad = ()
    good = (
        Good(
            """
tf.get_variable("w", [3], use_resource=True)
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        for event in refused(outcome, self.code):
            yield self.finding(event, name=getattr(event, "name", ""), said=lower_first(getattr(event, "message", "")))
