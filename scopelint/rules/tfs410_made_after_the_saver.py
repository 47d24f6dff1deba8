"""TFS410 made-after-the-saver."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.graph.events import Noted, RestoreSite
from scopelint.rules.base import Bad, Finding, Good, Record, Rule, VariableMade
from scopelint.rules.restores import after, is_of_the_model, listed, makers, notes
from scopelint.site import Site


class MadeAfterTheSaver(Rule):
    """## What it does
    Finds variables that no Saver holds, since the `tf.train.Saver()` of all variables was made before them. Of a Saver
    that only restores, an optimizer's slots and what stands in scopes of its own are left aside: that is how weights
    are taken over from another model.

    ## Why is this bad?
    `Saver()` takes the variables that are there when it is made. Those made later are neither saved nor restored, and
    TF says nothing: when training goes on they begin anew, an optimizer's moments as well as weights. Make the
    Saver last.
    """

    code = "TFS410"
    message = "{names} {verb} made after this Saver, which does not save {them}: make it last"
    restores = "{names} {verb} made after this Saver, which does not restore {them}: make it last"
    fixes = ("loading_order",)
    fix_safety = "unsafe: the Saver is made where the last of them is there, in one block; checkpoints hold more then."
    bad = (
        Bad(
            """
w = tf.get_variable("net/a/w", [2])
saver = tf.train.Saver()  # TFS410
train = tf.train.AdamOptimizer().minimize(tf.reduce_sum(w))
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    saver.save(session, "saved.ckpt")
"""
        ),
        Bad(
            """
tf.get_variable("net/a/w", [2])
saver = tf.train.Saver()  # TFS410: names="net/a/b"
tf.get_variable("net/a/b", [3])
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    saver.restore(session, "model.ckpt")
"""
        ),
    )
    good = (
        Good(
            """
w = tf.get_variable("net/a/w", [2])
train = tf.train.AdamOptimizer().minimize(tf.reduce_sum(w))
saver = tf.train.Saver()
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    saver.save(session, "saved.ckpt")
"""
        ),
        Good(
            """
w = tf.get_variable("net/a/w", [2])
pretrained = tf.train.Saver()
head = tf.get_variable("head/w", [2])
train = tf.train.AdamOptimizer().minimize(tf.reduce_sum(w * head))
saver = tf.train.Saver()
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    pretrained.restore(session, "model.ckpt")
    saver.save(session, "saved.ckpt")
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        saved = {(note.fact("made_at"), note.graph): set(note.fact("after")) for note in notes(outcome, "saver_saved")}
        restored: dict[tuple[Site | None, int], set[str]] = {}
        for load in outcome.of(RestoreSite, kind="saver"):
            restored.setdefault((load.made_at, load.graph), set()).update(load.after)
        seen = set()
        for saver in notes(outcome, "saver"):
            key = (saver.site, saver.graph)
            if saver.fact("given") or not saver.fact("certain") or key in seen:
                continue
            seen.add(key)
            held = others(outcome, saver)
            late = [made for made in after(outcome, saver) if made.name not in held and not made.when]
            message = self.message
            if key in saved:
                late = [made for made in late if made.name in saved[key]]
            else:
                message = self.restores
                scopes = {name.partition("/")[0] for _, name in saver.fact("pairs") if "/" in name}
                wanted = restored.get(key, set())
                late = [made for made in late if made.name in wanted and is_weight(made, scopes)]
            if late:
                one = len(late) == 1
                yield self.finding(
                    saver, message, makers(late), names=listed(made.name for made in late),
                    verb="is" if one else "are", them="it" if one else "them",
                )  # fmt: skip

    def is_guess(self, finding: Finding, outcome: Record) -> bool:
        # Whoever calls the function may make another Saver.
        return True


def others(outcome: Record, saver: Noted) -> set[str]:
    """What the graph's other Savers hold, a session's own too."""
    held: set[str] = set()
    for other in notes(outcome, "saver"):
        if other.graph == saver.graph and other.site != saver.site:
            held.update(name for _, name in other.fact("pairs"))
    for load in outcome.of(RestoreSite):
        if load.graph == saver.graph and load.made_at != saver.site:
            held.update(name for _, name in load.pairs)
    return held


def is_weight(made: VariableMade, scopes: set[str]) -> bool:
    """Does it belong to what is restored, rather than to something that is added to it?"""
    return is_of_the_model(made) and made.name.partition("/")[0] in scopes
