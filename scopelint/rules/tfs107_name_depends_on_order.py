"""TFS107 name-depends-on-order."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, Record, Rule, VariableMade


class NameDependsOnOrder(Rule):
    """## What it does
    Finds a variable whose name holds a number that TF counted: unnamed layers (`dense_1`) and default names. Off by
    default.

    ## Why is this bad?
    The number depends on how many such layers were made before. A layer added, removed or moved renames all that
    follow, and an old checkpoint no longer fits, or fits the wrong layers.
    """

    code = "TFS107"
    message = "variable {name} is numbered by the order of calls"
    bad = (
        Bad(
            """
x = tf.placeholder(tf.float32, [8, 4])
x = tf.layers.dense(x, 4)
x = tf.layers.dense(x, 4)  # TFS107: name="dense_1/kernel"
"""
        ),
    )
    good = (
        Good(
            """
x = tf.placeholder(tf.float32, [8, 4])
x = tf.layers.dense(x, 4, name="fc1")
x = tf.layers.dense(x, 4, name="fc2")
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        seen = set()
        for event in outcome.of(VariableMade):
            if event.by in ("layer", "cell") and event.site not in seen:
                numbered = [
                    part for part, site in event.prefix_sites if site == event.site and re.search(r"_\d+/?$", part)
                ]
                if numbered and not re.search(r"_\d+$", event.asked):
                    seen.add(event.site)
                    yield self.finding(event, name=event.name)
