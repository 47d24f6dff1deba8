"""TFS414 objects-from-names."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, Record, Rule
from scopelint.rules.held import file_name, with_checkpoint
from scopelint.rules.restores import listed


class ObjectsFromNames(Rule):
    """## What it does
    Finds a `tf.train.Checkpoint(...).restore` of a file that a `tf.train.Saver` wrote, where the file lies in the
    project or `--checkpoint` says which it is.

    ## Why is this bad?
    Such a file has no objects. TF then looks for the variables by their names when the restore operations run, and
    stops at the first that the file does not hold, always `save_counter`, which the Checkpoint itself adds; where they
    are not run, nothing is loaded. Read it with `tf.train.Saver`.
    """

    code = "TFS414"
    message = "{checkpoint} was written by a Saver and has no objects: it does not hold {keys}"
    tensorflow = "Key save_counter not found in checkpoint"
    bad = (
        Bad(
            """
w = tf.get_variable("net/a/w", [2])
status = tf.train.Checkpoint(w=w).restore("model.ckpt")  # TFS414
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
"""
        ),
    )
    good = (
        Good(
            """
w = tf.get_variable("net/a/w", [2])
saver = tf.train.Saver({"net/a/w": w})
with tf.Session() as session:
    saver.restore(session, "model.ckpt")
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        # Whatever the objects are, the counter is not there.
        for site, checkpoint in with_checkpoint(outcome, "checkpoint", certain=False):
            if checkpoint.kind in ("V2", "V1"):
                names = [*(name for _, name in site.pairs), "save_counter"]
                missing = [name for name in names if name not in checkpoint.by_key]
                if "save_counter" in missing:
                    yield self.finding(site, checkpoint=file_name(checkpoint), keys=listed(missing))
