"""TFS409 reshaped-in-silence."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, Record, Rule
from scopelint.rules.held import file_name, size, wanted, with_checkpoint, written
from scopelint.rules.restores import makers


class ReshapedInSilence(Rule):
    """## What it does
    Finds a `Saver(reshape=True)` or `reshape_variables=True` that reads a tensor of another shape with as many
    elements, where the checkpoint lies in the project or `--checkpoint` says which it is.

    ## Why is this bad?
    The numbers are laid out anew in the order in which they lie: rows of an embedding become pieces of others, and TF
    says nothing. It is right where only dimensions of one are added or taken away, and those are left aside.
    """

    code = "TFS409"
    message = "{name} {shape} is filled with the numbers of {held} in {checkpoint}"
    bad = (
        Bad(
            """
tf.get_variable("emb", [3, 4])
saver = tf.train.Saver(reshape=True)
with tf.Session() as session:
    saver.restore(session, "model.ckpt")  # TFS409: name="emb" held="[6,2]"
"""
        ),
    )
    good = (
        Good(
            """
tf.get_variable("emb", [6, 2])
saver = tf.train.Saver(reshape=True)
with tf.Session() as session:
    saver.restore(session, "model.ckpt")
"""
        ),
        Good(
            """
tf.get_variable("emb", [1, 6, 2])
saver = tf.train.Saver(reshape=True)
with tf.Session() as session:
    saver.restore(session, "model.ckpt")
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        for site, checkpoint in with_checkpoint(outcome, "saver", "assign"):
            if "reshape" not in site.options:
                continue
            for each in wanted(outcome, site, checkpoint):
                held = each.tensor.shape if each.tensor is not None else None
                if held is None or each.shape is None or size(held) != size(each.shape):
                    continue
                if [d for d in held if d != 1] != [d for d in each.shape if d != 1]:
                    yield self.finding(
                        site, related=makers([each.made] if each.made else []), name=each.name,
                        shape=written(each.shape), held=written(held), checkpoint=file_name(checkpoint),
                    )  # fmt: skip
