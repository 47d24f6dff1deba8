"""TFS401 map-names-no-variable."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.graph.events import RestoreSite
from scopelint.rules.base import Bad, Finding, Good, Record, Rule
from scopelint.rules.restores import after, before, loads, makers, nearest, notes, prefixes, targets


class MapNamesNoVariable(Rule):
    """## What it does
    Finds a `tf.train.init_from_checkpoint` whose map leads to a scope without variables, or is empty, and a warm start
    whose regular expression matches none.

    ## Why is this bad?
    TF says nothing and loads nothing: the network starts from its initial values. Of what the map names TF looks at
    the variable store alone, so a scope that holds only `tf.Variable`s, or a `tf.name_scope`, is one without variables.
    """

    code = "TFS401"
    message = "nothing is loaded for {key}: {why}"
    bad = (
        Bad(
            """
with tf.variable_scope("model"):
    tf.get_variable("a/w", [2])
tf.train.init_from_checkpoint("model.ckpt", {"net/": "mdel/"})  # TFS401: key="net/"
"""
        ),
        Bad(
            """
with tf.name_scope("model"):
    tf.Variable(tf.zeros([2]), name="w")
tf.train.init_from_checkpoint("model.ckpt", {"net/a/": "model/"})  # TFS401
"""
        ),
        Bad(
            """
tf.get_variable("net/a/w", [2])
tf.train.warm_start("model.ckpt", "nett/.*")  # TFS401
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
w = tf.Variable(tf.zeros([2]), name="w")
tf.train.init_from_checkpoint("model.ckpt", {"net/a/w": w})
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        for site in loads(outcome, "init", "warm_start"):
            there = before(outcome, site)
            for key, target in site.assignment_map or (("", ""),):
                why = self._why(outcome, site, key, target)
                if why:
                    near = [made for made in there if why.endswith(f"{made.name.rpartition('/')[0]}/")]
                    yield self.finding(site, related=makers(near[:1]), key=key or "an empty map", why=why)

    def is_guess(self, finding: Finding, outcome: Record) -> bool:
        # Whoever calls the function may have built the network.
        return True

    def _why(self, outcome: Record, site: RestoreSite, key: str, target: str) -> str:
        """Why this entry names nothing; empty where it does, or another rule says more."""
        if site.kind == "warm_start":
            if site.pairs or target:
                return ""
            return "no trainable variable has such a name" if key else "no variable is chosen"
        if not key:
            # Of one that is made from what the checkpoint holds TFS405 says more.
            made_from_it = any(note.fact("checkpoint") == site.path for note in notes(outcome, "checkpoint_listed"))
            return "" if site.pairs or made_from_it else "it names no variable"
        scope = target.rpartition("/")[0]
        inside = scope + "/" if scope else ""
        if not key.endswith("/") or not target.endswith("/"):
            return ""
        if any(name.startswith(inside) for name in targets(site)):
            return ""
        if any(made.key.startswith(inside) for made in after(outcome, site) if made.key):
            return ""
        there = before(outcome, site)
        if any(made.name.startswith(inside) for made in there):
            return f"{target} holds no variable of get_variable, and no others are found by name"
        near = nearest(scope, prefixes(made.key for made in there if made.key))
        return f"no variable stands in {target}" + (f", did you mean {near}/" if near else "")
