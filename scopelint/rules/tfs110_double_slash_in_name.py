"""TFS110 double-slash-in-name."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, Record, Rule, VariableMade


class DoubleSlashInName(Rule):
    """## What it does
    Finds a variable whose name has an empty part: `a//w`.

    ## Why is this bad?
    `tf.variable_scope("")` or a name that ends in a slash inside another scope adds a slash and no name, and so
    does a name scope's string given as a variable scope. TF accepts it, but no other build will find the variable
    under the name that one expects.
    """

    code = "TFS110"
    message = "variable name {name} has an empty part"
    bad = (
        Bad(
            """
with tf.variable_scope("a"):
    with tf.variable_scope(""):
        tf.get_variable("w", [3])  # TFS110: name="a//w"
"""
        ),
    )
    good = (
        Good(
            """
with tf.variable_scope("a"):
    tf.get_variable("w", [3])
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        seen = set()
        for event in outcome.of(VariableMade):
            if "//" in event.name and event.by != "slot" and event.site not in seen:
                seen.add(event.site)
                yield self.finding(event, name=event.name)
