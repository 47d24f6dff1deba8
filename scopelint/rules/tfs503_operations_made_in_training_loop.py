"""TFS503 operations-made-in-training-loop."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, OpMade, Record, Rule
from scopelint.rules.turns import training_loops, without_loops


class OperationsMadeInTrainingLoop(Rule):
    """## What it does
    Finds a statement in a loop that adds operations to the graph, itself or in what it calls, each time the loop comes
    round, where the loop also runs a session. One finding for each statement.

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
        Good(
            """
def load(session, values):
    with tf.variable_scope("net", reuse=tf.AUTO_REUSE):
        for name, value in values.items():
            w = tf.get_variable(name, [3])
            session.run(w.assign(value))
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        seen: set[tuple[str, int]] = set()
        for loop in training_loops(outcome):
            # What makes variables each time is TFS501's to tell. And two turns of a loop may be two models, built and
            # initialized one after the other.
            times = 2 if loop.symbolic else 3
            for first, later in () if loop.makes_variables() else loop.repeated(OpMade, times):
                statement = loop.statement(later)
                line = (statement.site.path, statement.site.line)
                if line not in seen:
                    seen.add(line)
                    said, name = (self.at_first, first.name) if loop.symbolic else (self.message, later.name)
                    found = self.finding(later, said, name=name)
                    calls = later.calls[: loop.depth]
                    yield without_loops(outcome, found._replace(site=statement.site, calls=calls))
