"""TFS211 built-in-a-loop."""

from __future__ import annotations

from scopelint.rules.base import Bad, Good, Record
from scopelint.rules.refusal import Refusal, RefusalRule, comes_round


class BuiltInALoop(RefusalRule):
    """## What it does
    Finds a statement that makes a variable and runs a second time, on the next turn of a loop, in the same graph.

    ## Why is this bad?
    The second turn asks for the same name and TF raises ValueError. Build once outside the loop, give each turn a
    variable scope of its own, share with `reuse=tf.AUTO_REUSE`, or begin each turn with `tf.reset_default_graph()`
    or in a `tf.Graph().as_default()`.
    """

    code = "TFS211"
    message = "variable {name} is made again on the next turn of a loop"
    reasons = ("exists",)
    rank = 50
    general = "TFS201"
    tensorflow = (
        "Variable w already exists, disallowed. Did you mean to set reuse=True or reuse=tf.AUTO_REUSE in VarScope?"
    )
    fixes = ("reset_graph", "auto_reuse")
    fix_safety = "unsafe: `tf.reset_default_graph()` at the beginning of the turn, or `reuse=tf.AUTO_REUSE`."
    bad = (
        Bad(
            """
for rate in [0.1, 0.01]:
    tf.get_variable("w", [3])  # TFS211: name="w"
"""
        ),
    )
    good = (
        Good(
            """
for rate in [0.1, 0.01]:
    tf.reset_default_graph()
    tf.get_variable("w", [3])
"""
        ),
    )

    def claims(self, outcome: Record, event: Refusal) -> bool:
        return comes_round(event)
