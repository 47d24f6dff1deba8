"""TFS111 names-differ-by-case."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, Record, Related, Rule, VariableMade


class NamesDifferByCase(Rule):
    """## What it does
    Finds a variable whose name differs from an earlier one's by case alone.

    ## Why is this bad?
    The variable store tells `W` from `w`, but the names of operations are compared without case: the second is
    called `w_1` in the graph and in checkpoints.
    """

    code = "TFS111"
    message = "variable {asked} differs from {other} by case alone and is called {name}"
    bad = (
        Bad(
            """
tf.get_variable("W", [3])
tf.get_variable("w", [3])  # TFS111: name="w_1"
"""
        ),
    )
    good = (
        Good(
            """
tf.get_variable("W", [3])
tf.get_variable("b", [3])
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        for event in outcome.of(VariableMade):
            other = by_case(outcome, event)
            if other is not None:
                related = (Related(other.site, f"{other.name} is made here"),)
                yield self.finding(
                    event, related=related, name=event.name, asked=event.key or event.asked, other=other.name
                )


def by_case(outcome: Record, event: VariableMade) -> VariableMade | None:
    """The earlier variable whose name is the same but for case."""
    table = outcome.notes.get("cases")
    if table is None:
        table = outcome.notes["cases"] = {}
        for made in outcome.of(VariableMade):
            table.setdefault((made.graph, made.name.lower()), made)
    wanted = event.key or "/".join([*event.name.split("/")[:-1], event.asked.rsplit("/", 1)[-1]])
    if not wanted or event.name == wanted or not event.name.lower().startswith(wanted.lower() + "_"):
        return None
    other: VariableMade | None = table.get((event.graph, wanted.lower()))
    return other if other is not None and other is not event and other.name != wanted else None
