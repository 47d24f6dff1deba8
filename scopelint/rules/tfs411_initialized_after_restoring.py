"""TFS411 initialized-after-restoring."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.graph.events import Noted
from scopelint.rules.base import Bad, Finding, Good, Record, Related, Rule
from scopelint.rules.restores import listed, notes, order


class InitializedAfterRestoring(Rule):
    """## What it does
    Finds `session.run` of an initializer after the same session restored variables that it initializes.

    ## Why is this bad?
    The initializer writes the initial values over what was restored, and TF says nothing. Initialize first, then
    restore; `init_from_checkpoint` alone acts through the initializer, which has to run after it.
    """

    code = "TFS411"
    message = "the initializer resets {names}, restored before"
    fixes = ("loading_order",)
    fix_safety = "unsafe: the two statements change places, where nothing stands between them."
    bad = (
        Bad(
            """
tf.get_variable("net/a/w", [2])
saver = tf.train.Saver()
with tf.Session() as session:
    saver.restore(session, "model.ckpt")
    session.run(tf.global_variables_initializer())  # TFS411: names="net/a/w"
"""
        ),
    )
    good = (
        Good(
            """
tf.get_variable("net/a/w", [2])
saver = tf.train.Saver()
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    saver.restore(session, "model.ckpt")
"""
        ),
        Good(
            """
w = tf.get_variable("net/a/w", [2])
saver = tf.train.Saver()
head = tf.get_variable("head/w", [2])
with tf.Session() as session:
    saver.restore(session, "model.ckpt")
    session.run(tf.variables_initializer([head]))
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        restores = list(notes(outcome, "values_restored"))
        seen = set()
        for event in notes(outcome, "values_initialized") if restores else ():
            for restore in restores:
                names = self._reset(outcome, restore, event, restores)
                if names and event.site not in seen:
                    seen.add(event.site)
                    yield self.finding(event, related=(Related(restore.site, "restored here"),), names=listed(names))

    def _reset(self, outcome: Record, restore: Noted, event: Noted, restores: list[Noted]) -> list[str]:
        """The variables that the initializer takes back, unless they are restored once more."""
        session = event.fact("session")
        if not session or restore.fact("session") != session or restore.graph != event.graph:
            return []
        at = order(outcome, event)
        # The initializer must run wherever the restore does: two sides of one branch never meet.
        if order(outcome, restore) > at or event.when != restore.when[: len(event.when)]:
            return []
        again = {
            name
            for later in restores
            if order(outcome, later) > at and later.fact("session") == session
            for name in later.fact("names")
        }
        reset = set(event.fact("names"))
        return [name for name in restore.fact("names") if name in reset and name not in again]
