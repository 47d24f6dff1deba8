"""TFS218 reuse-of-plain-variable."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, Record, Related, Rule, place
from scopelint.rules.causes import refused


class ReuseOfPlainVariable(Rule):
    """## What it does
    Finds a `tf.get_variable` under `reuse=True` that wants a variable made by `tf.Variable`.

    ## Why is this bad?
    `tf.Variable` does not enter its name in the variable store, so that `get_variable` cannot find it: TF raises
    ValueError though a variable of that very name exists.
    """

    code = "TFS218"
    message = "{name} was made by tf.Variable at {first} and cannot be shared by get_variable"
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

    def check(self, outcome: Record) -> Iterator[Finding]:
        for event in refused(outcome, self.code):
            name = getattr(event, "name", "")
            made = outcome.made(event.graph, name)
            related = (Related(made.site, "made here by tf.Variable"),) if made else ()
            yield self.finding(event, related=related, name=name, first=place(made.site if made else None))
