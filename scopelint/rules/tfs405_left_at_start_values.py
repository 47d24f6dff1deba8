"""TFS405 left-at-start-values."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, Record, Rule
from scopelint.rules.held import file_name, wanted, with_checkpoint
from scopelint.rules.restores import before, listed, makers, notes, order, targets


class LeftAtStartValues(Rule):
    """## What it does
    Finds a loader that passes over what the checkpoint does not hold (`ignore_missing_vars=True`, a map that is made
    from the names in the checkpoint) and that so leaves most of the network, where the checkpoint lies in the project
    or `--checkpoint` says which it is. Of `ignore_missing_vars=True` every variable that is left is told.

    ## Why is this bad?
    One prefix that differs is enough for nothing to be loaded, and TF says nothing, or one line in the log for each.
    """

    code = "TFS405"
    message = "{count} of {all} variables keep their start values, {checkpoint} does not hold {names}"
    bad = (
        Bad(
            """
from tensorflow.contrib import slim
tf.get_variable("m/net/a/w", [2])
load = slim.assign_from_checkpoint_fn("model.ckpt", tf.global_variables(), ignore_missing_vars=True)  # TFS405
"""
        ),
        Bad(
            """
with tf.variable_scope("model"):
    tf.get_variable("net/a/w", [2])
held = {name for name, shape in tf.train.list_variables("model.ckpt")}
assignment_map = {v.op.name: v for v in tf.trainable_variables() if v.op.name in held}
tf.train.init_from_checkpoint("model.ckpt", assignment_map)  # TFS405: count="1"
"""
        ),
    )
    good = (
        Good(
            """
from tensorflow.contrib import slim
tf.get_variable("net/a/w", [2])
load = slim.assign_from_checkpoint_fn("model.ckpt", tf.global_variables(), ignore_missing_vars=True)
with tf.Session() as session:
    load(session)
"""
        ),
        Good(
            """
tf.get_variable("net/a/w", [2])
tf.get_variable("net/a/b", [3])
tf.get_variable("output/w", [2])
held = {name for name, shape in tf.train.list_variables("model.ckpt")}
assignment_map = {v.op.name: v for v in tf.trainable_variables() if v.op.name in held}
tf.train.init_from_checkpoint("model.ckpt", assignment_map)
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        for site, checkpoint in with_checkpoint(outcome, "assign"):
            if "ignore_missing" in site.options and not checkpoint.kind.startswith("Keras"):
                held = wanted(outcome, site, checkpoint)
                missing = [each for each in held if each.tensor is None]
                if missing:
                    yield self.finding(
                        site, related=makers(each.made for each in missing if each.made is not None),
                        count=len(missing), all=len(held), checkpoint=file_name(checkpoint),
                        names=listed(each.key for each in missing),
                    )  # fmt: skip
        for site, checkpoint in with_checkpoint(outcome, "init"):
            listings = (note for note in notes(outcome, "checkpoint_listed") if note.fact("checkpoint") == site.path)
            if not any(order(outcome, note) < order(outcome, site) for note in listings):
                continue
            trained = [made for made in before(outcome, site) if made.trainable and not made.when]
            left = [made for made in trained if made.name not in targets(site)]
            if len(left) * 2 > len(trained):
                yield self.finding(
                    site, related=makers(left), count=len(left), all=len(trained), checkpoint=file_name(checkpoint),
                    names=listed(made.name for made in left),
                )  # fmt: skip
