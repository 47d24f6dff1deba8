"""TFS108 old-scope-function."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.graph.events import Noted
from scopelint.rules.base import Bad, Finding, Good, Record, Rule


class OldScopeFunction(Rule):
    """## What it does
    Finds `tf.op_scope` and `tf.variable_op_scope`. Off by default.

    ## Why is this bad?
    They take the values first and the name second, unlike `tf.name_scope` and `tf.variable_scope` that replace
    them, and TF 2 does not have them.
    """

    code = "TFS108"
    default = False
    message = "{function} is deprecated, use {instead}"
    fixes = ("scope_arguments",)
    fix_safety = "safe: the arguments are put into today's order; no name changes."
    bad = (
        Bad(
            """
with tf.op_scope([], "net"):  # TFS108
    pass
"""
        ),
    )
    good = (
        Good(
            """
with tf.name_scope("net", values=[]):
    pass
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        seen = set()
        for event in outcome.of(Noted, kind="old_scope_function"):
            if event.site not in seen:
                seen.add(event.site)
                function = str(event.fact("function"))
                yield self.finding(event, function=function, instead=_INSTEAD[function])


_INSTEAD = {"op_scope": "tf.name_scope", "variable_op_scope": "tf.variable_scope"}
