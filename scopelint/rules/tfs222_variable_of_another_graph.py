"""TFS222 variable-of-another-graph."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, Record, Related, Rule, VariableRefused, place
from scopelint.rules.causes import other_graph, refused


class VariableOfAnotherGraph(Rule):
    """## What it does
    Finds a `tf.get_variable` under `reuse=True` for a variable that was made in another graph.

    ## Why is this bad?
    Each graph has a variable store of its own, and `tf.reset_default_graph()` begins a new one: nothing made before
    can be shared.
    """

    code = "TFS222"
    message = "variable {name} was made at {first} in another graph"
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

    def check(self, outcome: Record) -> Iterator[Finding]:
        for event in refused(outcome, self.code):
            made = other_graph(outcome, event) if isinstance(event, VariableRefused) else None
            related = (Related(made.site, "made here, in another graph"),) if made else ()
            yield self.finding(
                event, related=related, name=getattr(event, "name", ""), first=place(made.site if made else None)
            )
