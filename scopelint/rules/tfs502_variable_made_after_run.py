"""TFS502 variable-made-after-run."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.graph.events import SessionRun
from scopelint.rules.base import Bad, Finding, Good, Record, Rule, VariableMade


class VariableMadeAfterRun(Rule):
    """## What it does
    Finds a variable that is made after the graph has been run. Off by default.

    ## Why is this bad?
    `tf.global_variables_initializer()` was built and run before: the new variable is not in it, and the next run
    that needs it fails with FailedPreconditionError unless it is initialised apart.
    """

    code = "TFS502"
    default = False
    message = "variable {name} is made after a session has run the graph"
    bad = (
        Bad(
            """
w = tf.get_variable("w", [3])
session = tf.Session()
session.run(tf.global_variables_initializer())
v = tf.get_variable("v", [3])  # TFS502: name="v"
"""
        ),
    )
    good = (
        Good(
            """
w = tf.get_variable("w", [3])
v = tf.get_variable("v", [3])
session = tf.Session()
session.run(tf.global_variables_initializer())
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        ran: set[int] = set()
        seen = set()
        for event in outcome.in_order(SessionRun, VariableMade) if outcome.has(SessionRun) else ():
            if isinstance(event, SessionRun):
                ran.add(event.graph)
            elif isinstance(event, VariableMade) and event.graph in ran and event.site not in seen:
                seen.add(event.site)
                yield self.finding(event, name=event.name)
