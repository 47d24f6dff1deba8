"""TFS404 loaded-before-it-is-made."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.graph.events import RestoreSite
from scopelint.rules.base import Bad, Finding, Good, Record, Rule
from scopelint.rules.restores import after, is_of_the_model, listed, loaded_elsewhere, loads, makers, targets


class LoadedBeforeItIsMade(Rule):
    """## What it does
    Finds variables that are made in a scope after `tf.train.init_from_checkpoint` was called for that scope.

    ## Why is this bad?
    The map is read when the function is called. What is made later keeps its initial value, and TF says nothing.
    Call it when the network is complete. What an optimizer keeps, which no pretrained checkpoint has, is left aside,
    and so is what is added to a graph whose root was loaded before.
    """

    code = "TFS404"
    message = "{names} made after this line in {scope} {keep} initial values: build first, then load"
    fixes = ("loading_order",)
    fix_safety = "unsafe: the call moves behind the last of the variables, in one block; more is loaded then."
    bad = (
        Bad(
            """
tf.get_variable("net/a/w", [2])
tf.train.init_from_checkpoint("model.ckpt", {"net/": "net/"})  # TFS404: names="net/a/b"
tf.get_variable("net/a/b", [3])
"""
        ),
        Bad(
            """
tf.train.init_from_checkpoint("model.ckpt", {"/": "/"})  # TFS404
tf.get_variable("net/a/b", [3])
"""
        ),
    )
    good = (
        Good(
            """
tf.get_variable("net/a/w", [2])
tf.get_variable("net/a/b", [3])
tf.train.init_from_checkpoint("model.ckpt", {"net/": "net/"})
"""
        ),
        Good(
            """
tf.get_variable("net/a/w", [2])
tf.train.init_from_checkpoint("model.ckpt", {"/": "/"})
tf.get_variable("head/w", [3])
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        for site in loads(outcome, "init"):
            elsewhere = loaded_elsewhere(outcome, site)
            for key, target in site.assignment_map:
                scope = self._scope(site, key, target)
                if scope is None:
                    continue
                late = [
                    made
                    for made in after(outcome, site)
                    if made.key.startswith(scope) and made.key and is_of_the_model(made)
                    if made.name not in elsewhere and not set(made.when) - set(site.when)
                ]
                if late:
                    yield self.finding(
                        site,
                        related=makers(late),
                        names=listed(made.name for made in late),
                        scope=scope or "the graph",
                        keep="keeps its" if len(late) == 1 else "keep their",
                    )

    def _scope(self, site: RestoreSite, key: str, target: str) -> str | None:
        """The prefix of an entry that maps a scope; None of one that maps a variable, or of a root that was loaded."""
        if not key.endswith("/") or not target.endswith("/"):
            return None
        scope = target.rpartition("/")[0]
        if not scope and targets(site):
            return None
        return scope + "/" if scope else ""
