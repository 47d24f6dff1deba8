"""TFS411 initialized-after-restoring."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.graph.events import Noted
from scopelint.rules.base import Bad, Finding, Good, Record, Related, Rule
from scopelint.rules.restores import LISTED, listed, notes, order


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
        if not restores:
            return
        last = {
            (restore.fact("session"), name): order(outcome, restore)
            for restore in restores
            for name in restore.fact("names")
        }
        held: dict[tuple[int, str], Noted] = {}
        seen = set()
        for event in outcome.of(Noted):
            if event.kind == "values_restored":
                held.update(((event.fact("session"), name), event) for name in event.fact("names"))
            elif event.kind == "values_initialized" and event.fact("session") and event.site not in seen:
                reset = self._reset(outcome, event, held, last)
                if reset:
                    seen.add(event.site)
                    places = dict.fromkeys(restore.site for restore in reset.values())
                    related = tuple(Related(site, "restored here") for site in places)
                    yield self.finding(event, related=related[:LISTED], names=listed(reset))

    def _reset(
        self, outcome: Record, event: Noted, held: dict[tuple[int, str], Noted], last: dict[tuple[int, str], int]
    ) -> dict[str, Noted]:
        """The variables that the initializer takes back, unless they are restored once more; with what restored them.
        The initializer must run wherever the restore does: two sides of one branch never meet."""
        session, at = event.fact("session"), order(outcome, event)
        reset = {}
        for name in event.fact("names"):
            restore = held.get((session, name))
            if restore is None or restore.graph != event.graph or last[session, name] > at:
                continue
            if event.when == restore.when[: len(event.when)]:
                reset[name] = restore
        return reset
