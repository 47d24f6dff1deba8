"""TFS203 shape-differs-on-sharing."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, Record, Rule, lower_first, place
from scopelint.rules.causes import refused


class ShapeDiffersOnSharing(Rule):
    """## What it does
    Finds a `tf.get_variable`, or a layer's own, that shares a variable but asks for another shape.

    ## Why is this bad?
    A variable has one shape: TF raises ValueError. Often two layers were given one name under
    `reuse=tf.AUTO_REUSE`, or a layer is applied to an input of another width.
    """

    code = "TFS203"
    message = "variable {name}: {said}, first made at {first}"
    tensorflow = "Trying to share variable net/w, but specified shape (4,) and found shape (3,)."
    bad = (
        Bad(
            """
with tf.variable_scope("net", reuse=tf.AUTO_REUSE):
    tf.get_variable("w", [3])
    tf.get_variable("w", [4])  # TFS203: name="net/w"
"""
        ),
    )
    good = (
        Good(
            """
with tf.variable_scope("net", reuse=tf.AUTO_REUSE):
    tf.get_variable("w", [3])
    tf.get_variable("w", [3])
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        for event in refused(outcome, self.code):
            yield self.finding(
                event,
                name=getattr(event, "name", ""),
                said=lower_first(getattr(event, "message", "")),
                first=place(getattr(event, "first_site", None)),
            )
