"""TFS503 operations-made-in-training-loop."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.graph.events import SessionRun
from scopelint.rules.base import Bad, Finding, Good, OpMade, Record, Rule, VariableMade
from scopelint.rules.turns import training_loops, without_loops
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
    at_first = "a loop that runs a session adds operations to the graph each time, {name} at first"
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
        Bad(
            """
def train(batches):
    session = tf.Session()
    x = tf.placeholder(tf.float32, [])
    for batch in batches:
        y = x + 1.0  # TFS503
        session.run(y, {x: batch})
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
        Good(
            """
def train(batches):
    session = tf.Session()
    x = tf.placeholder(tf.float32, [])
    y = None
    for batch in batches:
        if y is None:
            y = x + 1.0
        session.run(y, {x: batch})
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        # Variables made in the loop are TFS501's to tell.
        told = {event.site for event in outcome.of(VariableMade)}
        seen: set[Site] = set()
        for loop in training_loops(outcome):
            if loop.makes_variables():
                seen.update(later.site for _, later in loop.repeated(OpMade))
                continue
            for first, later in loop.repeated(OpMade):
                if later.site not in seen | told:
                    seen.add(later.site)
                    yield without_loops(outcome, self.finding(later, self.at_first, name=first.name))
        turns: dict[object, set[int]] = {}
        runs = 0
        for event in outcome.events:
            if isinstance(event, SessionRun):
                runs += 1
            elif isinstance(event, OpMade):
                of_place = turns.setdefault((event.graph, event.calls or event.site), set())
                of_place.add(runs)
                # Two turns may be two models that are built one after the other, each initialized at once.
                if len(of_place) > 2 and event.site not in seen | told:
                    seen.add(event.site)
                    yield self.finding(event, name=event.name)
