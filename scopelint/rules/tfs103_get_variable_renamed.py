"""TFS103 get-variable-renamed."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, Record, Rule, VariableMade, is_numbered
from scopelint.rules.tfs111_names_differ_by_case import by_case


class GetVariableRenamed(Rule):
    """## What it does
    Finds a `tf.get_variable` whose operation gets a number because an operation, a `tf.Variable` or a name scope
    has the name.

    ## Why is this bad?
    The variable store knows it as `x`, the graph and every checkpoint as `x_1`. Sharing still works, so that
    nothing is noticed until a checkpoint of another build does not fit.
    """

    code = "TFS103"
    message = "variable {key} is called {name} in the graph and in checkpoints, because its name is taken"
    bad = (
        Bad(
            """
tf.constant(1.0, name="x")
tf.get_variable("x", [3])  # TFS103: name="x_1"
"""
        ),
    )
    good = (
        Good(
            """
tf.constant(1.0, name="x")
tf.get_variable("w", [3])
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        seen = set()
        for event in outcome.of(VariableMade):
            renamed = bool(event.key) and is_numbered(event.name, event.key)
            if renamed and event.site not in seen and by_case(outcome, event) is None:
                seen.add(event.site)
                yield self.finding(event, name=event.name, key=event.key)
