"""TFS312 assignment-map-refused."""

from __future__ import annotations

from scopelint.rules.base import Bad, Finding, Good, Record
from scopelint.rules.refusal import Refusal, RefusalRule
from scopelint.rules.restores import before, makers, nearest, prefixes


class AssignmentMapRefused(RefusalRule):
    """## What it does
    Finds an entry of an assignment map that TF refuses while the graph is built: a scope without its slash, a
    variable's name with `:0`, a variable that is not there, a new name for a variable that is not warm started.

    ## Why is this bad?
    `'scope/': 'other/'` maps scopes, `'name': 'other'` maps one variable. TF refuses a map that is neither with
    `Assignment map with scope only name ...`, which names neither the slash nor the slip. A map that TF takes, and
    reads otherwise than it is meant, is TFS402's, whose code selects and suppresses this rule, too.
    """

    code = "TFS312"
    message = "{key!r}: {target!r} {why}"
    reasons = ("assignment_map",)
    general = "TFS402"
    tensorflow = "Assignment map with scope only name model should map to scope only net. Should be 'scope/': ..."
    fixes = ("assignment_map",)
    fix_safety = "safe: the slash is added, or `:0` taken away, where the entry is written out in the call."
    bad = (
        Bad(
            """
with tf.variable_scope("model"):
    tf.get_variable("a/w", [2])
tf.train.init_from_checkpoint("model.ckpt", {"net": "model/"})  # TFS312: target="model/"
"""
        ),
        Bad(
            """
tf.get_variable("model/a/w", [2])
tf.train.init_from_checkpoint("model.ckpt", {"net/a/w": "model/a/w:0"})  # TFS312: target="model/a/w:0"
"""
        ),
        Bad(
            """
tf.get_variable("net/a/w", [2])
tf.get_variable("q", [2])
tf.train.warm_start("model.ckpt", "net/.*", var_name_to_prev_var_name={"q": "net/a/w"})  # TFS312: target="q"
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
