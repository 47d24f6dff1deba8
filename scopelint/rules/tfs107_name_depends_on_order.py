"""TFS107 name-depends-on-order."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, Record, Rule, ScopeOpened, VariableMade


class NameDependsOnOrder(Rule):
    """## What it does
    Finds a variable whose name holds a number that TF counted: unnamed layers (`dense_1`) and default names. Off by
    default.

    ## Why is this bad?
    The number depends on how many such layers were made before. A layer added, removed or moved renames all that
    follow, and an old checkpoint no longer fits, or fits the wrong layers.
    """

    code = "TFS107"
    message = "variable {name} is numbered by the order of calls"
    bad = (
        Bad(
            """
x = tf.placeholder(tf.float32, [8, 4])
x = tf.layers.dense(x, 4)
x = tf.layers.dense(x, 4)  # TFS107: name="dense_1/kernel"
"""
        ),
    )
    good = (
        Good(
            """
x = tf.placeholder(tf.float32, [8, 4])
x = tf.layers.dense(x, 4, name="layer_0")
with tf.variable_scope(None, default_name="layer_1"):
    tf.get_variable("w", [3])
tf.train.AdamOptimizer().minimize(tf.reduce_mean(x))
"""
        ),
        Good(
            """
x = tf.placeholder(tf.float32, [8, 4])
x = tf.layers.dense(x, 4, name="fc1")
x = tf.layers.dense(x, 4, name="fc2")
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        numbered = {
            (scope.graph, scope.prefix.rstrip("/"))
            for scope in outcome.of(ScopeOpened, how="default_name")
            if _is_counted(scope)
        }
        seen = set()
        for event in outcome.of(VariableMade):
            # A slot is called after its variable, which is told of where it is made.
            if event.by not in ("slot", "average") and event.site not in seen and _prefixes(event) & numbered:
                seen.add(event.site)
                yield self.finding(event, name=event.name)


def _is_counted(scope: ScopeOpened) -> bool:
    """Did TF append the number? `layer_0` may be just what the program asked for."""
    leaf, asked = (text.rstrip("/").rsplit("/", 1)[-1] for text in (scope.prefix, scope.asked))
    return re.fullmatch(re.escape(asked) + r"_\d+", leaf) is not None


def _prefixes(event: VariableMade) -> set[tuple[int, str]]:
    parts = event.name.split("/")
    return {(event.graph, "/".join(parts[:end])) for end in range(1, len(parts))}
