"""TFS219 reuse-left-on."""

from __future__ import annotations

from scopelint.rules.base import Bad, Finding, Good, Record, Related
from scopelint.rules.refusal import Refusal, RefusalRule, reuse_call


class ReuseLeftOn(RefusalRule):
    """## What it does
    Finds a new variable asked for where an earlier `reuse_variables()` still holds.

    ## Why is this bad?
    `reuse_variables()` holds for that scope until it is left, at the top level for the rest of the graph, and an
    inner `reuse=False` does not switch it off: TF raises ValueError at the first new variable. Put what is shared
    into a scope of its own, `with tf.variable_scope(..., reuse=True):`, which ends where its block ends.
    """

    code = "TFS219"
    message = "variable {name} does not exist, and reuse was turned on at {first}"
    fixes = ("auto_reuse",)
    fix_safety = "unsafe: with `reuse=tf.AUTO_REUSE` a new variable is made where none is found."
    reasons = ("missing",)
    rank = 60
    general = "TFS202"
    tensorflow = (
        "Variable net/b does not exist, or was not created with tf.get_variable(). Did you mean to set "
        "reuse=tf.AUTO_REUSE in VarScope?"
    )
    bad = (
        Bad(
            """
with tf.variable_scope("net") as scope:
    tf.get_variable("w", [3])
    scope.reuse_variables()
    tf.get_variable("b", [3])  # TFS219: name="net/b"
"""
        ),
    )
    good = (
        Good(
            """
with tf.variable_scope("net") as scope:
    tf.get_variable("w", [3])
    with tf.variable_scope(scope, reuse=True):
        tf.get_variable("w", [3])
    tf.get_variable("b", [3])
"""
        ),
    )

    def claims(self, outcome: Record, event: Refusal) -> bool:
        return reuse_call(outcome, event) is not None

    def tell(self, outcome: Record, event: Refusal) -> Finding:
        call = reuse_call(outcome, event)
        related = (Related(call.site, "reuse is turned on here"),) if call else ()
        return self.refusal(event, related=related, first=call.site if call else None)
