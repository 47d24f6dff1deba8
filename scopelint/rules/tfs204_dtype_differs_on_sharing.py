"""TFS204 dtype-differs-on-sharing."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, Record, Rule, lower_first, place
from scopelint.rules.causes import refused


class DtypeDiffersOnSharing(Rule):
    """## What it does
    Finds a `tf.get_variable` that shares a variable but asks for another dtype.

    ## Why is this bad?
    TF raises ValueError. The default dtype is float32, so that asking again for an int variable without `dtype=` is
    refused too.
    """

    code = "TFS204"
    message = "variable {name}: {said}, first made at {first}"
    tensorflow = "Trying to share variable net/n, but specified dtype float32 and found dtype int32_ref."
    bad = (
        Bad(
            """
with tf.variable_scope("net", reuse=tf.AUTO_REUSE):
    tf.get_variable("n", [], tf.int32)
    tf.get_variable("n", [])  # TFS204: name="net/n"
"""
        ),
    )
    good = (
        Good(
            """
with tf.variable_scope("net", reuse=tf.AUTO_REUSE):
    tf.get_variable("n", [], tf.int32)
    tf.get_variable("n", [], tf.int32)
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
