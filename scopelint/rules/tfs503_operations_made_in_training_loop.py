"""TFS503 operations-made-in-training-loop."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.graph.events import SessionRun
from scopelint.rules.base import Bad, Finding, Good, OpMade, Record, Rule, VariableMade
from scopelint.site import Site


class OperationsMadeInTrainingLoop(Rule):
    """## What it does
    Finds a statement that adds operations to the graph each time a loop comes round that also runs a session.

    ## Why is this bad?
    The graph grows with each step: every run is slower than the one before, and memory is not given back. It is
    easily overlooked, since `a + b` of tensors, `tf.assign` or `tf.train.Saver()` in the loop is enough. Build
    before the loop; `tf.get_default_graph().finalize()` makes TF itself refuse.
    """

    code = "TFS503"
    message = "a loop that runs a session adds operations to the graph each time, {name} now"
    bad = (
        Bad(
            """
session = tf.Session()
x = tf.constant(1.0)
for step in range(3):
    y = x + 1.0  # TFS503
    session.run(y)
"""
        ),
    )
    good = (
        Good(
            """
session = tf.Session()
x = tf.constant(1.0)
y = x + 1.0
for step in range(3):
    session.run(y)
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        # Variables made in the loop are TFS501's to tell.
        told = {event.site for event in outcome.of(VariableMade)}
        made: dict[object, int] = {}
        runs = 0
        seen: set[Site] = set()
        for event in outcome.events:
            if isinstance(event, SessionRun):
                runs += 1
            elif isinstance(event, OpMade):
                key = (event.graph, event.calls or event.site)
                before = made.get(key)
                made[key] = runs
                if before is not None and before != runs and event.site not in seen | told:
                    seen.add(event.site)
                    yield self.finding(event, name=event.name)
