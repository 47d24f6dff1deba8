"""TFS102 variable-name-suffixed."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, Record, Rule, VariableMade, is_numbered
from scopelint.rules.tfs111_names_differ_by_case import by_case


class VariableNameSuffixed(Rule):
    """## What it does
    Finds a `tf.Variable` whose explicit name was taken, so that TF appended a number: `w_1`. Off by default.

    ## Why is this bad?
    TF says nothing. The checkpoint holds `w` and `w_1`, and which is which depends on the order in which they were
    made.
    """

    code = "TFS102"
    default = False
    message = "variable asked to be {asked} is called {name}"
    bad = (
        Bad(
            """
tf.Variable([1.0], name="w")
tf.Variable([1.0], name="w")  # TFS102: name="w_1"
"""
        ),
    )
    good = (
        Good(
            """
tf.Variable([1.0], name="w")
tf.Variable([1.0], name="v")
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        seen = set()
        for event in outcome.of(VariableMade, by="Variable"):
            if event.site in seen:
                # One statement that makes `w_1` to `w_60` is one thing to know.
                continue
            leaf = event.name.rsplit("/", 1)[-1]
            asked = event.asked.rsplit("/", 1)[-1]
            # Who gave no name asked for none: `Variable` is TF's own word.
            suffixed = asked not in ("", "Variable") and is_numbered(leaf, asked)
            if suffixed and by_case(outcome, event) is None:
                seen.add(event.site)
                yield self.finding(event, name=event.name, asked=event.asked)
