"""TFS105 cell-shared-from-two-scopes."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.graph.events import Noted
from scopelint.rules.base import Bad, Finding, Good, Record, Related, Rule
from scopelint.rules.refusal import refused


class CellSharedFromTwoScopes(Rule):
    """## What it does
    Finds one RNN cell or layer object that is called in a second variable scope.

    ## Why is this bad?
    The object keeps the variables of its first call: the second scope's name appears in no variable, and both share
    their weights in silence.
    """

    code = "TFS105"
    message = "{layer} is called in scope {scope} but keeps the variables it made in {first}"
    bad = (
        Bad(
            """
cell = tf.nn.rnn_cell.BasicRNNCell(4)
x = tf.placeholder(tf.float32, [8, 5, 4])
tf.nn.dynamic_rnn(cell, x, dtype=tf.float32, scope="a")
tf.nn.dynamic_rnn(cell, x, dtype=tf.float32, scope="b")  # TFS105
"""
        ),
    )
    good = (
        Good(
            """
x = tf.placeholder(tf.float32, [8, 5, 4])
for name in ["a", "b"]:
    cell = tf.nn.rnn_cell.BasicRNNCell(4)
    tf.nn.dynamic_rnn(cell, x, dtype=tf.float32, scope=name)
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        # One cell for several layers whose widths differ is TFS221's to tell.
        seen = {event.site for event in refused(outcome, "TFS221")}
        for event in outcome.of(Noted, kind="layer_shared"):
            if event.site not in seen:
                seen.add(event.site)
                made = event.fact("first_site")
                related = (Related(made, "first called here"),) if made else ()
                yield self.finding(
                    event,
                    related=related,
                    name=event.fact("name") or "",
                    layer=event.fact("layer") or "the layer",
                    scope=event.fact("scope") or "the root",
                    first=event.fact("first_scope") or "the root",
                )
