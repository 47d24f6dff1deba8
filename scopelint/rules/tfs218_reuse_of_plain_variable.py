"""TFS218 reuse-of-plain-variable."""

from __future__ import annotations

from scopelint.rules.base import Bad, Good, Record, VariableMade
from scopelint.rules.refusal import Refusal
from scopelint.rules.sharing import OtherVariable


class ReuseOfPlainVariable(OtherVariable):
    """## What it does
    Finds a `tf.get_variable` under `reuse=True` that wants a variable made by `tf.Variable`.

    ## Why is this bad?
    `tf.Variable` does not enter its name in the variable store, so that `get_variable` cannot find it: TF raises
    ValueError though a variable of that very name exists.
    """

    code = "TFS218"
    message = "{name} was made by tf.Variable at {first} and cannot be shared by get_variable"
    reasons = ("missing",)
    rank = 83
    there = "made here by tf.Variable"
    general = "TFS202"
    tensorflow = (
        "Variable net/w does not exist, or was not created with tf.get_variable(). Did you mean to set "
        "reuse=tf.AUTO_REUSE in VarScope?"
    )
    bad = (
        Bad(
            """
with tf.variable_scope("net"):
    tf.Variable([1.0], name="w")
with tf.variable_scope("net", reuse=True):
    tf.get_variable("w", [1])  # TFS218: name="net/w"
"""
        ),
    )
    good = (
        Good(
            """
with tf.variable_scope("net"):
    tf.get_variable("w", [1])
with tf.variable_scope("net", reuse=True):
    tf.get_variable("w", [1])
"""
        ),
    )

    def other(self, outcome: Record, event: Refusal) -> VariableMade | None:
        made = outcome.made(event.graph, event.name)
        return made if made is not None and made.by == "Variable" else None
