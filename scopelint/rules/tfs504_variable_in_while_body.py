"""TFS504 variable-in-while-body."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, Record, Rule, VariableMade


class VariableInWhileBody(Rule):
    """## What it does
    Finds a `tf.Variable` made in the body of `tf.while_loop`, `tf.scan` or `tf.map_fn`.

    ## Why is this bad?
    The body is traced once, so that there is one variable and not one per turn, and its initial value lies inside
    the loop: where it is a tensor TF refuses it. Make the variable before the loop.
    """

    code = "TFS504"
    message = "variable {name} is made in the body of a loop that TF traces once"
    bad = (
        Bad(
            """
def body(i):
    w = tf.Variable(1, name="w")  # TFS504
    return i + w

tf.while_loop(lambda i: i < 3, body, [tf.constant(0)])
"""
        ),
    )
    good = (
        Good(
            """
w = tf.Variable(1, name="w")
tf.while_loop(lambda i: i < 3, lambda i: i + w, [tf.constant(0)])
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        seen = set()
        for event in outcome.of(VariableMade, by="Variable"):
            if "while" in event.name_scope.split("/") and event.site not in seen:
                seen.add(event.site)
                yield self.finding(event, name=event.name)
