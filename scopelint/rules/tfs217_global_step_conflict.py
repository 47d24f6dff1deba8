"""TFS217 global-step-conflict."""

from __future__ import annotations

from scopelint.rules.base import Bad, Good, Record
from scopelint.rules.refusal import Refusal, RefusalRule, leaf


class GlobalStepConflict(RefusalRule):
    """## What it does
    Finds a global step that is made twice, or made under a scope that reuses.

    ## Why is this bad?
    A graph has one global step. `tf.train.create_global_step` refuses a second; `get_or_create_global_step` makes
    it through the variable scope, so that under `reuse=True` it fails, and in a scope it is called
    `net/global_step`. Make it first, at the top level.
    """

    code = "TFS217"
    message = "global step: {said}"
    reasons = ("exists", "missing", "global_step")
    rank = 90
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

    def claims(self, outcome: Record, event: Refusal) -> bool:
        return event.reason == "global_step" or leaf(event) == "global_step"
