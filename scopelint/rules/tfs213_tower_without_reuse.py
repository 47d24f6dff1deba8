"""TFS213 tower-without-reuse."""

from __future__ import annotations

import re

from scopelint.rules.base import Bad, Good, Record, VariableRefused
from scopelint.rules.refusal import Refusal, RefusalRule, comes_round


class TowerWithoutReuse(RefusalRule):
    """## What it does
    Finds a loop over devices or towers (`tower_0`, `tower_1`) whose second turn makes the variables again.

    ## Why is this bad?
    The towers should share their variables, but the name scope of a tower does not make names differ, nor does it
    share: TF raises ValueError. Turn reuse on after the first tower.
    """

    code = "TFS213"
    message = "the second tower makes {name} again"
    reasons = ("exists",)
    rank = 55
    general = "TFS201"
    tensorflow = (
        "Variable w already exists, disallowed. Did you mean to set reuse=True or reuse=tf.AUTO_REUSE in VarScope?"
    )
    fixes = ("auto_reuse",)
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

    def claims(self, outcome: Record, event: Refusal) -> bool:
        first = outcome.made(event.graph, event.name)
        if first is None or not isinstance(event, VariableRefused) or not comes_round(event):
            return False
        return _are_towers(first.name_scope, event.name_scope)


_TOWER = re.compile(r"(tower|gpu|clone|replica|device|worker|shard)\w*?\d", re.IGNORECASE)


def _are_towers(one: str, two: str) -> bool:
    """`tower_0/` and `gpu_1/`: name scopes that the program itself numbered. `rnn/` and `rnn_1/` are TF's doing, and
    `conv-maxpool-3/` is one of several layers."""
    return one != two and bool(_TOWER.search(one)) and re.sub(r"\d+", "#", one) == re.sub(r"\d+", "#", two)
