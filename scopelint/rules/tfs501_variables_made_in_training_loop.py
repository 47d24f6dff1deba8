"""TFS501 variables-made-in-training-loop."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, Record, Rule, VariableMade
from scopelint.rules.turns import training_loops, without_loops


class VariablesMadeInTrainingLoop(Rule):
    """## What it does
    Finds a statement that makes one more variable each time a loop comes round that also runs a session.

    ## Why is this bad?
    `tf.Variable` never fails: it makes `w`, `w_1`, `w_2`... The graph grows with each step, memory with it, and the
    new variables are not initialised. Build before the loop.
    """

    code = "TFS501"
    message = "a loop that runs a session makes another variable each time, {name} now"
    at_first = "a loop that runs a session makes another variable each time, {name} at first"
    bad = (
        Bad(
            """
session = tf.Session()
for step in range(3):
    w = tf.Variable([1.0], name="w")  # TFS501: name="w_1"
    session.run(w.initializer)
"""
        ),
        Bad(
            """
def train(batches):
    session = tf.Session()
    for batch in batches:
        w = tf.Variable([1.0], name="w")  # TFS501: name="w"
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
        Good(
            """
for seed in range(2):
    tf.reset_default_graph()
    w = tf.Variable([1.0], name="w")
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        seen = set()
        for loop in training_loops(outcome):
            for first, later in loop.repeated(VariableMade, 2):
                if later.site not in seen:
                    seen.add(later.site)
                    if loop.symbolic:
                        yield without_loops(outcome, self.finding(later, self.at_first, name=first.name))
                    else:
                        yield without_loops(outcome, self.finding(later, name=later.name))
