"""TFS407 prefix-takes-another-scope."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, Record, Rule
from scopelint.rules.restores import listed, makers, notes


class PrefixTakesAnotherScope(Rule):
    """## What it does
    Finds a scope by which variables are chosen (`tf.trainable_variables("net")`, `tf.get_collection(key, "net")`,
    `include=["net"]` and `exclude=["net"]` of slim) and that takes in another scope whose name only begins so.

    ## Why is this bad?
    TF compares with `re.match`: `net` also chooses what is in `net2` and `network`, `tower_1` what is in `tower_10`.
    Left out of a restore, those keep their initial values in silence; restored or trained with the others, they are
    not what was meant. Write `net/`.
    """

    code = "TFS407"
    message = "{scope!r} chooses {names} too: a scope is compared as a prefix, write {written!r}"
    fixes = ("scope_slash",)
    fix_safety = "unsafe: a slash is added, and fewer variables are chosen."
    bad = (
        Bad(
            """
from tensorflow.contrib import slim
tf.get_variable("net/a/w", [2])
tf.get_variable("net2/w", [2])
tf.get_variable("emb", [6, 2])
names = slim.get_variables_to_restore(exclude=["net"])  # TFS407: scope="net" names="net2/w"
load = slim.assign_from_checkpoint_fn("model.ckpt", names)
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    load(session)
"""
        ),
        Bad(
            """
tf.get_variable("net/a/w", [2])
tf.get_variable("net2/w", [2])
saver = tf.train.Saver(tf.global_variables("net"))  # TFS407: written="net/"
"""
        ),
    )
    good = (
        Good(
            """
from tensorflow.contrib import slim
tf.get_variable("net/a/w", [2])
tf.get_variable("net2/w", [2])
names = slim.get_variables_to_restore(exclude=["net/"])
load = slim.assign_from_checkpoint_fn("model.ckpt", names)
"""
        ),
        Good(
            """
for index in range(3):
    with tf.variable_scope("net2", "net2", reuse=tf.AUTO_REUSE):
        tf.get_variable("w", [2])
saver = tf.train.Saver(tf.global_variables("net"))
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        seen = set()
        for event in notes(outcome, "chosen_by_prefix"):
            scope, others = event.fact("scope"), event.fact("others")
            if (event.site, scope) in seen:
                continue
            seen.add((event.site, scope))
            made = [each for each in (outcome.made(event.graph, name) for name in others) if each is not None]
            if made and not any(each.when for each in made):
                yield self.finding(event, related=makers(made), scope=scope, names=listed(others), written=scope + "/")
