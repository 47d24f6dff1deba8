"""TFS406 statistics-not-restored."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, Record, Rule, VariableMade
from scopelint.rules.restores import before, is_statistic, listed, loaded_elsewhere, loads, makers, targets


class StatisticsNotRestored(Rule):
    """## What it does
    Finds a loader that restores a batch normalization's parameters, or all trainable variables, and leaves its moving
    mean and variance out.

    ## Why is this bad?
    They are not trainable, so `tf.trainable_variables()` does not have them, nor does `tf.train.warm_start` by default.
    TF says nothing; at evaluation the layer divides by the variance 1 and subtracts the mean 0 that it started with,
    and the model is wrong. Give the Saver `tf.global_variables()` or the model's own, and a warm start a list:
    `vars_to_warm_start=[".*"]`.
    """

    code = "TFS406"
    message = "{names} {keep}: {what} reads trainable variables only"
    some = "{names} {keep}: {what} reads the layer's other variables"
    bad = (
        Bad(
            """
x = tf.layers.batch_normalization(tf.zeros([4, 2]), name="net/bn")
saver = tf.train.Saver(tf.trainable_variables())
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    saver.restore(session, "model.ckpt")  # TFS406
"""
        ),
        Bad(
            """
x = tf.layers.batch_normalization(tf.zeros([4, 2]), name="net/bn")
tf.train.warm_start("model.ckpt")  # TFS406
"""
        ),
    )
    good = (
        Good(
            """
x = tf.layers.batch_normalization(tf.zeros([4, 2]), name="net/bn")
saver = tf.train.Saver(tf.global_variables())
with tf.Session() as session:
    saver.restore(session, "model.ckpt")
"""
        ),
        Good(
            """
x = tf.layers.batch_normalization(tf.zeros([4, 2]), name="net/bn")
tf.train.warm_start("model.ckpt", vars_to_warm_start=[".*"])
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        for site in loads(outcome, "saver", "assign", "init", "warm_start"):
            read = targets(site)
            there = before(outcome, site)
            left = [made for made in there if is_statistic(made) and made.name not in read and not made.when]
            if not left or not read:
                continue
            trainable = {made.name for made in there if made.trainable}
            message = self.message
            if read != trainable:
                message = self.some
                left = [made for made in left if any(name in read for name in siblings(made, there))]
            left = [made for made in left if made.name not in loaded_elsewhere(outcome, site)]
            if left:
                keep = "keeps its start value" if len(left) == 1 else "keep their start values"
                names = listed(made.name for made in left)
                yield self.finding(site, message, makers(left), names=names, keep=keep, what=site.what)


def siblings(made: VariableMade, there: list[VariableMade]) -> list[str]:
    """The layer's own parameters."""
    layer = made.name.rpartition("/")[0]
    return [f"{layer}/{leaf}" for leaf in ("gamma", "beta")] if layer else ["gamma", "beta"]
