"""TFS104 shared-by-unrelated-places."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, Record, Rule, VariableReused


class SharedByUnrelatedPlaces(Rule):
    """## What it does
    Finds a variable that `reuse=tf.AUTO_REUSE` shares between two different statements. Off by default.

    ## Why is this bad?
    AUTO_REUSE cannot tell sharing from a name used twice by mistake: two layers called `fc` become one, in silence,
    as long as their shapes agree.
    """

    code = "TFS104"
    default = False
    message = "variable {name} is shared with {first} by AUTO_REUSE"
    bad = (
        Bad(
            """
with tf.variable_scope("net", reuse=tf.AUTO_REUSE):
    tf.get_variable("w", [3])
    tf.get_variable("w", [3])  # TFS104: name="net/w"
"""
        ),
    )
    good = (
        Good(
            """
def net():
    with tf.variable_scope("net", reuse=tf.AUTO_REUSE):
        return tf.get_variable("w", [3])

net()
net()
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        seen = set()
        for event in outcome.of(VariableReused):
            if (
                "AUTO_REUSE" in event.reuse.upper()
                and event.first_site != event.site
                and (event.site, event.name) not in seen
            ):
                seen.add((event.site, event.name))
                yield self.finding(event, name=event.name, first=event.first_site)
