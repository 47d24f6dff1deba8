"""TFS213 tower-without-reuse."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, Record, Rule
from scopelint.rules.causes import refused


class TowerWithoutReuse(Rule):
    """## What it does
    Finds a loop over devices or towers (`tower_0`, `tower_1`) whose second turn makes the variables again.

    ## Why is this bad?
    The towers should share their variables, but the name scope of a tower does not make names differ, nor does it
    share: TF raises ValueError. Turn reuse on after the first tower.
    """

    code = "TFS213"
    message = "the second tower makes {name} again"
    general = "TFS201"
    tensorflow = (
        "Variable w already exists, disallowed. Did you mean to set reuse=True or reuse=tf.AUTO_REUSE in VarScope?"
    )
    fix_safety = "unsafe: `tf.get_variable_scope().reuse_variables()` at the end of the turn."
    bad = (
        Bad(
            """
for i in range(2):
    with tf.name_scope("tower_%d" % i):
        tf.get_variable("w", [3])  # TFS101; TFS213: name="w"
"""
        ),
    )
    good = (
        Good(
            """
for i in range(2):
    with tf.variable_scope("net", reuse=tf.AUTO_REUSE):
        with tf.name_scope("tower_%d" % i):
            tf.matmul(tf.get_variable("w", [3, 3]), tf.ones([3, 3]))
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        for event in refused(outcome, self.code):
            yield self.finding(event, name=getattr(event, "name", ""))
