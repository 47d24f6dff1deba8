"""TFS408 slots-to-restore."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, Record, Rule
from scopelint.rules.restores import before, is_slot, listed, makers, notes


class SlotsToRestore(Rule):
    """## What it does
    Finds a `get_variables_to_restore` that leaves weights of the model out, and is called when the optimizer has made
    its slots, which it does not leave out.

    ## Why is this bad?
    Weights are left out because the checkpoint is another model's, one that this optimizer never trained: it has no
    slots. TF then stops with `Key net/w/Momentum not found in checkpoint`. Choose before `minimize`, or take
    `slim.get_model_variables()`.
    """

    code = "TFS408"
    message = "{names} of an optimizer stand among the variables to restore: choose them before minimize at {first}"
    tensorflow = "Key net/a/w/Adam not found in checkpoint"
    fixes = ("loading_order",)
    fix_safety = "unsafe: the list is made before the optimizer, where both stand in one block."
    bad = (
        Bad(
            """
from tensorflow.contrib import slim
w = tf.get_variable("net/a/w", [2])
head = tf.get_variable("net/head/w", [9])
loss = tf.reduce_sum(w) + tf.reduce_sum(head)
tf.train.AdamOptimizer().minimize(loss)
names = slim.get_variables_to_restore(exclude=["net/head"])  # TFS408
load = slim.assign_from_checkpoint_fn("model.ckpt", names)
with tf.Session() as session:
    load(session)
"""
        ),
    )
    good = (
        Good(
            """
from tensorflow.contrib import slim
w = tf.get_variable("net/a/w", [2])
head = tf.get_variable("net/head/w", [9])
loss = tf.reduce_sum(w) + tf.reduce_sum(head)
names = slim.get_variables_to_restore(exclude=["net/head"])
tf.train.AdamOptimizer().minimize(loss)
load = slim.assign_from_checkpoint_fn("model.ckpt", names)
with tf.Session() as session:
    load(session)
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        seen = set()
        for event in notes(outcome, "variables_to_restore"):
            chosen = set(event.fact("names"))
            there = before(outcome, event)
            slots = [made for made in there if is_slot(made) and made.name in chosen]
            left_out = [made for made in there if made.trainable and made.name not in chosen]
            if slots and left_out and event.site not in seen:
                seen.add(event.site)
                names = listed(made.name for made in slots)
                yield self.finding(event, related=makers(slots), names=names, first=slots[0].site)
