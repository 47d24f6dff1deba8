"""TFS501 variables-made-in-training-loop."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.graph.events import SessionRun
from scopelint.rules.base import Bad, Finding, Good, Record, Rule, VariableMade


class VariablesMadeInTrainingLoop(Rule):
    """## What it does
    Finds a statement that makes one more variable each time a loop comes round that also runs a session.

    ## Why is this bad?
    `tf.Variable` never fails: it makes `w`, `w_1`, `w_2`... The graph grows with each step, memory with it, and the
    new variables are not initialised. Build before the loop.
    """

    code = "TFS501"
    message = "a loop that runs a session makes another variable each time, {name} now"
    bad = (
        Bad(
            """
session = tf.Session()
for step in range(3):
    w = tf.Variable([1.0], name="w")  # TFS501: name="w_1"
    session.run(w.initializer)
"""
        ),
    )
    good = (
        Good(
            """
session = tf.Session()
w = tf.Variable([1.0], name="w")
for step in range(3):
    session.run(w.initializer)
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        made: dict[object, int] = {}
        runs = 0
        seen = set()
        for event in outcome.events:
            if isinstance(event, SessionRun):
                runs += 1
            elif isinstance(event, VariableMade):
                key = (event.graph, event.calls or event.site)
                before = made.get(key)
                made[key] = runs
                # A call that makes several variables repeats its own site without a run in between.
                if before is not None and before != runs and event.site not in seen:
                    seen.add(event.site)
                    yield self.finding(event, name=event.name)
