"""TFS106 variable-in-numbered-scope."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, Record, Rule, VariableMade, is_numbered


class VariableInNumberedScope(Rule):
    """## What it does
    Finds a `tf.Variable` in a variable scope that was entered before, so that its name scope is `net_1` and not
    `net`.

    ## Why is this bad?
    A variable scope may be entered again under its name, but its name scope is made anew and numbered.
    `tf.get_variable` makes `net/w`, `tf.Variable` makes `net_1/v`: the two part company, and so do checkpoints.
    """

    code = "TFS106"
    message = "variable {name} lands in name scope {name_scope}, not in {scope}"
    bad = (
        Bad(
            """
with tf.variable_scope("net"):
    tf.get_variable("w", [3])
with tf.variable_scope("net"):
    tf.Variable([1.0], name="v")  # TFS106: name="net_1/v"
"""
        ),
    )
    good = (
        Good(
            """
with tf.variable_scope("net"):
    tf.get_variable("w", [3])
with tf.variable_scope("net"):
    tf.get_variable("v", [3])
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        seen = set()
        for event in outcome.of(VariableMade, by="Variable"):
            if "variables" not in event.collections:
                # Metrics are in no checkpoint.
                continue
            scope, name_scope = event.scope.rstrip("/"), event.name_scope.rstrip("/")
            if scope and event.site not in seen and is_numbered(name_scope, scope):
                seen.add(event.site)
                yield self.finding(event, name=event.name, name_scope=name_scope, scope=scope)
