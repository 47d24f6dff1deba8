"""TFS403 not-in-the-checkpoint."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.graph.events import RestoreSite
from scopelint.rules.base import Bad, Finding, Good, Record, Rule
from scopelint.rules.held import Wanted, file_name, size, wanted, with_checkpoint, written
from scopelint.rules.restores import listed, makers, nearest


class NotInTheCheckpoint(Rule):
    """## What it does
    Finds a line that asks a checkpoint for keys that it does not hold, or for other shapes, where the checkpoint lies
    in the project under the path that the program names, or `--checkpoint` says which it is.

    ## Why is this bad?
    TF stops there. It tells one of the keys, chosen by the order of its threads. `scopelint checkpoint CKPT SOURCE`
    tells the causes of all of them and writes the map that loads what is there.
    """

    code = "TFS403"
    severity = "error"
    loops_are_entered = True
    message = "{what}: {checkpoint} does not hold {keys}{near}"
    shapes = "{what}: {name} is {shape}, {checkpoint} has {held}"
    tensorflow = "Key net/new not found in checkpoint"
    bad = (
        Bad(
            """
tf.get_variable("model/a/w", [2])
tf.get_variable("model/new", [2])
tf.train.init_from_checkpoint("model.ckpt", {"net/": "model/"})  # TFS403: keys="net/new"
"""
        ),
        Bad(
            """
tf.get_variable("net/a/w", [5])
saver = tf.train.Saver()
with tf.Session() as session:
    saver.restore(session, "model.ckpt")  # TFS403: shape="[5]" held="[2]"
"""
        ),
    )
    good = (
        Good(
            """
tf.get_variable("model/a/w", [2])
tf.get_variable("new/w", [2])
tf.train.init_from_checkpoint("model.ckpt", {"net/": "model/"})
"""
        ),
        Good(
            """
w = tf.get_variable("net/a/w", [2])
tf.get_variable("net/new", [5])
saver = tf.train.Saver([w])
with tf.Session() as session:
    saver.restore(session, "model.ckpt")
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        for site, checkpoint in with_checkpoint(outcome, "saver", "assign", "init", "warm_start"):
            if checkpoint.kind.startswith("Keras"):
                continue
            if any(key.endswith("/") and target and not target.endswith("/") for key, target in site.assignment_map):
                continue  # TFS402 says why it looks for such keys.
            held = wanted(outcome, site, checkpoint)
            missing = [each for each in held if each.tensor is None]
            if missing and "ignore_missing" not in site.options:
                near = nearest(missing[0].key, (tensor.name for tensor in checkpoint.tensors))
                yield self.finding(
                    site,
                    related=makers(each.made for each in missing if each.made is not None),
                    what=site.what,
                    checkpoint=file_name(checkpoint),
                    keys=listed(each.key for each in missing),
                    near=f", did you mean {near}" if near and len(missing) == 1 else "",
                )
                continue
            other = next((each for each in held if self._is_refused(site, each)), None)
            if other is not None and other.tensor is not None:
                yield self.finding(
                    site,
                    self.shapes,
                    makers([other.made] if other.made else []),
                    what=site.what,
                    name=other.name,
                    shape=written(other.shape),
                    checkpoint=file_name(checkpoint),
                    held=written(other.tensor.shape),
                )

    def _is_refused(self, site: RestoreSite, each: Wanted) -> bool:
        """TF: a Saver that reshapes takes any shape of as many elements."""
        if not each.differs or each.tensor is None or each.tensor.shape is None or each.shape is None:
            return False
        return "reshape" not in site.options or size(each.shape) != size(each.tensor.shape)
