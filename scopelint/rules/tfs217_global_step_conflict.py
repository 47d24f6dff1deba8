"""TFS217 global-step-conflict."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, Record, Rule, lower_first
from scopelint.rules.causes import refused


class GlobalStepConflict(Rule):
    """## What it does
    Finds a global step that is made twice, or made under a scope that reuses.

    ## Why is this bad?
    A graph has one global step. `tf.train.create_global_step` refuses a second; `get_or_create_global_step` makes
    it through the variable scope, so that under `reuse=True` it fails, and in a scope it is called
    `net/global_step`. Make it first, at the top level.
    """

    code = "TFS217"
    message = "global step: {said}"
    general = "TFS201"
    tensorflow = '"global_step" already exists.'
    bad = (
        Bad(
            """
tf.train.create_global_step()
tf.train.create_global_step()  # TFS217
"""
        ),
    )
    good = (
        Good(
            """
tf.train.get_or_create_global_step()
tf.train.get_or_create_global_step()
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        for event in refused(outcome, self.code):
            yield self.finding(event, name=getattr(event, "name", ""), said=lower_first(getattr(event, "message", "")))
