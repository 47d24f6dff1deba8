"""TFS307 argument-refused."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, ProgramRaised, Record, lower_first
from scopelint.rules.refusal import RefusalRule, is_told


class ArgumentRefused(RefusalRule):
    """## What it does
    Finds a call that TF, or the layer, refuses for its arguments, for a reason that no other rule tells.

    ## Why is this bad?
    TF raises as soon as the call runs.
    """

    code = "TFS307"
    message = "tensorflow raises: {said}"
    reasons = ("argument", "layer")
    of_arguments = True
    tensorflow = "No variables to optimize."
    bad = (
        Bad(
            """
loss = tf.constant(1.0)
tf.train.AdamOptimizer().minimize(loss)  # TFS307
"""
        ),
    )
    good = (
        Good(
            """
loss = tf.reduce_sum(tf.get_variable("w", [3]))
tf.train.AdamOptimizer().minimize(loss)
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        yield from super().check(outcome)
        # The program ended in an exception of TF's that was recorded as nothing else.
        for stopped in outcome.of(ProgramRaised, by_tensorflow=True):
            if not is_told(outcome, stopped):
                yield self.finding(stopped, said=lower_first(stopped.message) or stopped.error)
                break
