"""TFS222 variable-of-another-graph."""

from __future__ import annotations

from scopelint.rules.base import Bad, Good, Record, VariableMade
from scopelint.rules.refusal import Refusal
from scopelint.rules.sharing import OtherVariable


class VariableOfAnotherGraph(OtherVariable):
    """## What it does
    Finds a `tf.get_variable` under `reuse=True` for a variable that was made in another graph.

    ## Why is this bad?
    Each graph has a variable store of its own, and `tf.reset_default_graph()` begins a new one: nothing made before
    can be shared.
    """

    code = "TFS222"
    message = "variable {name} was made at {first} in another graph"
    reasons = ("missing",)
    rank = 65
    there = "made here, in another graph"
    general = "TFS202"
    tensorflow = (
        "Variable w does not exist, or was not created with tf.get_variable(). Did you mean to set "
        "reuse=tf.AUTO_REUSE in VarScope?"
    )
    bad = (
        Bad(
            """
tf.get_variable("w", [3])
tf.reset_default_graph()
with tf.variable_scope("", reuse=True):
    tf.get_variable("w", [3])  # TFS222
"""
        ),
    )
    good = (
        Good(
            """
tf.reset_default_graph()
tf.get_variable("w", [3])
with tf.variable_scope(tf.get_variable_scope(), reuse=True):
    tf.get_variable("w", [3])
"""
        ),
    )

    def other(self, outcome: Record, event: Refusal) -> VariableMade | None:
        for made in outcome.of(VariableMade):
            if made.graph != event.graph and event.name in (made.name, made.key):
                return made
        return None
