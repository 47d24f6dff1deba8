"""TFS402 assignment-map-misread."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.graph.events import RestoreSite
from scopelint.rules.base import Bad, Finding, Good, Record
from scopelint.rules.refusal import Refusal, RefusalRule
from scopelint.rules.restores import before, loads, makers, nearest, prefixes


class AssignmentMapMisread(RefusalRule):
    """## What it does
    Finds an entry of an assignment map that TF does not read as it is meant: a scope without its slash, a variable's
    name with `:0`, a variable that is not there, a new name for a variable that is not warm started.

    ## Why is this bad?
    `'scope/': 'other/'` maps scopes, `'name': 'other'` maps one variable. TF refuses a map that is neither with
    `Assignment map with scope only name ...`, which names neither the slash nor the slip. Where only the right side
    lacks its slash (TF's own documentation writes it so), it cuts the first letter off each variable's name and then
    misses `net/odel/w` in the checkpoint.
    """

    code = "TFS402"
    message = "{key!r}: {target!r} {why}"
    reasons = ("assignment_map",)
    tensorflow = "Assignment map with scope only name model should map to scope only net. Should be 'scope/': ..."
    fixes = ("assignment_map",)
    fix_safety = "safe: the slash is added, or `:0` taken away, where the entry is written out in the call."
    bad = (
        Bad(
            """
with tf.variable_scope("model"):
    tf.get_variable("a/w", [2])
tf.train.init_from_checkpoint("model.ckpt", {"net/": "model"})  # TFS402: key="net/"
"""
        ),
        Bad(
            """
with tf.variable_scope("model"):
    tf.get_variable("a/w", [2])
tf.train.init_from_checkpoint("model.ckpt", {"net": "model/"})  # TFS402: target="model/"
"""
        ),
        Bad(
            """
tf.get_variable("model/a/w", [2])
tf.train.init_from_checkpoint("model.ckpt", {"net/a/w": "model/a/w:0"})  # TFS402: target="model/a/w:0"
"""
        ),
        Bad(
            """
tf.get_variable("net/a/w", [2])
tf.get_variable("q", [2])
tf.train.warm_start("model.ckpt", "net/.*", var_name_to_prev_var_name={"q": "net/a/w"})  # TFS402: target="q"
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
        Good(
            """
tf.get_variable("model/a/w", [2])
tf.train.init_from_checkpoint("model.ckpt", {"net/a/w": "model/a/w"})
"""
        ),
    )

    def tell(self, outcome: Record, event: Refusal) -> Finding:
        key, target = (str(dict(event.facts).get(fact, "")) for fact in ("key", "target"))
        there = [made for made in before(outcome, event) if made.key]
        why, meant = self._why(key, target, [made.key for made in there])
        return self.finding(
            event, related=makers([made for made in there if made.key == meant]), key=key, target=target, why=why
        )

    def check(self, outcome: Record) -> Iterator[Finding]:
        yield from super().check(outcome)
        for site in loads(outcome, "init"):
            for key, target in site.assignment_map:
                if key.endswith("/") and not target.endswith("/"):
                    yield self.finding(site, key=key, target=target, why=self._cut(site, key, target))

    def is_guess(self, finding: Finding, outcome: Record) -> bool:
        # Whoever calls the function may have made the variable.
        return "lacks" not in str(dict(finding.parts)["why"])

    def _why(self, key: str, target: str, there: list[str]) -> tuple[str, str]:
        """What is wrong with the entry that TF stopped at, and the variable that was meant."""
        bare, colon, number = target.rpartition(":")
        if target.endswith("/"):
            return "lacks the slash on its left side", ""
        if colon and number.isdigit() and bare in there:
            return f"names a tensor: the variable is {bare}", bare
        if target in prefixes(there):
            return "lacks its slashes: both sides are scopes", ""
        if target in there:
            return "renames a variable that is not warm started", target
        near = nearest(target, there)
        return "names no variable" + (f", did you mean {near}" if near else ""), near

    def _cut(self, site: RestoreSite, key: str, target: str) -> str:
        """TF takes the target's last letter for the slash."""
        cut = next((k for k, name in site.pairs if k.startswith(key) and name.startswith(target)), "")
        return "lacks the slash on its right side" + (f", so that TF looks for {cut}" if cut else "")
