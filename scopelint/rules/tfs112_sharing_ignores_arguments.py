"""TFS112 sharing-ignores-arguments."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, Record, Rule, VariableReused


class SharingIgnoresArguments(Rule):
    """## What it does
    Finds a variable that is shared with another `trainable`, other `collections` or another `use_resource` than it was
    made with.

    ## Why is this bad?
    The arguments of the first call hold; those of the second are ignored in silence. A variable that was to be
    frozen goes on being trained, one that was to be a resource variable is none.
    """

    code = "TFS112"
    message = "variable {name} is shared, and its {changed} of {first} stays"
    bad = (
        Bad(
            """
with tf.variable_scope("net", reuse=tf.AUTO_REUSE):
    tf.get_variable("w", [3])
    tf.get_variable("w", [3], trainable=False)  # TFS112: name="net/w"
"""
        ),
        Bad(
            """
tf.get_variable("w", [3])
with tf.variable_scope("", reuse=True):
    tf.get_variable("w", [3], collections=["mine"], use_resource=True)  # TFS112: changed="collections and use_resource"
"""
        ),
    )
    good = (
        Good(
            """
with tf.variable_scope("net", reuse=tf.AUTO_REUSE):
    tf.get_variable("w", [3])
    tf.get_variable("w", [3])
"""
        ),
        Good(
            """
x = tf.placeholder(tf.float32, [2, 5, 3])
cell = tf.contrib.rnn.LayerNormBasicLSTMCell(4)
tf.nn.static_rnn(cell, tf.unstack(x, axis=1), dtype=tf.float32)
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        seen = set()
        for event in outcome.of(VariableReused):
            # A cell of TF's own may get a variable twice within one call, in two ways: not the program's doing.
            is_one_call = event.site == event.first_site
            asked = ("trainable",) if is_one_call else ("trainable", "collections", "use_resource")
            changed = [what for what in event.changed if what in asked]
            if changed and (event.site, event.name) not in seen:
                seen.add((event.site, event.name))
                yield self.finding(event, name=event.name, changed=" and ".join(changed), first=event.first_site)
