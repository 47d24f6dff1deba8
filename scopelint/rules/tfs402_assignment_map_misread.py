"""TFS402 assignment-map-misread."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.graph.events import RestoreSite
from scopelint.rules.base import Bad, Finding, Good, Record, Rule
from scopelint.rules.restores import loads


class AssignmentMapMisread(Rule):
    """## What it does
    Finds an entry of an assignment map that TF does not read as it is meant: a scope whose right side lacks its slash.
    What TF refuses at once is TFS312's.

    ## Why is this bad?
    `'scope/': 'other/'` maps scopes, `'name': 'other'` maps one variable. Where only the right side lacks its slash
    (TF's own documentation writes it so), TF cuts the first letter off each variable's name and then misses
    `net/odel/w` in the checkpoint.
    """

    code = "TFS402"
    severity = "error"
    loops_are_entered = True
    message = "{key!r}: {target!r} {why}"
    fixes = ("assignment_map",)
    fix_safety = "safe: the slash is added where the entry is written out in the call."
    bad = (
        Bad(
            """
with tf.variable_scope("model"):
    tf.get_variable("a/w", [2])
tf.train.init_from_checkpoint("model.ckpt", {"net/": "model"})  # TFS402: key="net/"
"""
        ),
    )
    good = (
        Good(
            """
with tf.variable_scope("model"):
    tf.get_variable("a/w", [2])
tf.train.init_from_checkpoint("model.ckpt", {"net/": "model/"})
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        for site in loads(outcome, "init"):
            for key, target in site.assignment_map:
                if key.endswith("/") and not target.endswith("/"):
                    yield self.finding(site, key=key, target=target, why=self._cut(site, key, target))

    def _cut(self, site: RestoreSite, key: str, target: str) -> str:
        """TF takes the target's last letter for the slash."""
        cut = next((k for k, name in site.pairs if k.startswith(key) and name.startswith(target)), "")
        return "lacks the slash on its right side" + (f", so that TF looks for {cut}" if cut else "")
