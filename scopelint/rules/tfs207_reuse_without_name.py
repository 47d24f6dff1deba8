"""TFS207 reuse-without-name."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, Record, Rule, lower_first
from scopelint.rules.causes import refused


class ReuseWithoutName(Rule):
    """## What it does
    Finds `reuse=True` given to a slim or contrib layer without `scope=`.

    ## Why is this bad?
    Without a name there is nothing to share: the layer would get a new default name each time, so TF raises
    ValueError.
    """

    code = "TFS207"
    message = "reuse=True needs a scope: {said}"
    tensorflow = "reuse=True cannot be used without a name_or_scope"
    bad = (
        Bad(
            """
from tensorflow.contrib import slim
x = tf.placeholder(tf.float32, [8, 4])
slim.fully_connected(x, 3)
slim.fully_connected(x, 3, reuse=True)  # TFS207
"""
        ),
    )
    good = (
        Good(
            """
from tensorflow.contrib import slim
x = tf.placeholder(tf.float32, [8, 4])
slim.fully_connected(x, 3, scope="fc")
slim.fully_connected(x, 3, scope="fc", reuse=True)
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        for event in refused(outcome, self.code):
            yield self.finding(event, name=getattr(event, "name", ""), said=lower_first(getattr(event, "message", "")))
