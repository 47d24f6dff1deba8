"""TFS107 name-depends-on-order."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.graph.events import Noted
from scopelint.rules.base import (
    Bad,
    Event,
    Finding,
    Good,
    Record,
    Related,
    Rule,
    ScopeOpened,
    VariableMade,
    is_numbered,
)


class NameDependsOnOrder(Rule):
    """## What it does
    Finds a variable whose name holds a number that TF counted: unnamed layers (`dense_1`), those of Keras too, and
    default names. Off by default.

    ## Why is this bad?
    The number depends on how many such layers were made before. A layer added, removed or moved renames all that
    follow, and an old checkpoint no longer fits, or fits the wrong layers.
    """

    code = "TFS107"
    default = False
    message = "variable {name} is numbered by the order of calls"
    bad = (
        Bad(
            """
for _ in range(2):
    with tf.variable_scope(None, default_name="block"):
        tf.get_variable("w", [3])  # TFS107: name="block_1/w"
        tf.get_variable("b", [3])
"""
        ),
        Bad(
            """
x = tf.keras.layers.Dense(4)(tf.zeros([8, 4]))
x = tf.keras.layers.Dense(4)(x)  # TFS107: name="dense_1/kernel"
x = tf.keras.layers.Dense(4, name="dense_3")(x)
"""
        ),
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
        numbered: dict[tuple[int, str], ScopeOpened] = {}
        for scope in outcome.of(ScopeOpened, how="default_name"):
            if _is_counted(scope):
                numbered.setdefault((scope.graph, scope.prefix.rstrip("/")), scope)
        layers = {(each.graph, str(each.fact("name"))): each for each in outcome.of(Noted, kind="layer_counted")}
        seen = set()
        for event in outcome.of(VariableMade):
            if "variables" not in event.collections:
                # Metrics are in no checkpoint.
                continue
            # A slot is called after its variable, which is told of where it is made.
            counted: Event | None = None if event.by in ("slot", "average") else _outermost(event, numbered)
            if counted is None and event.by == "layer" and not event.key:
                parts = event.name.split("/")[:-1]
                counted = next((layers[event.graph, part] for part in parts if (event.graph, part) in layers), None)
            # All variables below one numbered scope are one thing to know.
            if counted is not None and counted.site not in seen:
                seen.add(counted.site)
                related = () if counted.site == event.site else (Related(counted.site, "the scope is numbered here"),)
                yield self.finding(event, related=related, name=event.name)


def _outermost(event: VariableMade, numbered: dict[tuple[int, str], ScopeOpened]) -> ScopeOpened | None:
    """The first part of the variable's name that has a number of TF's."""
    parts = event.name.split("/")
    prefixes = ("/".join(parts[:end]) for end in range(1, len(parts)))
    return next(filter(None, (numbered.get((event.graph, prefix)) for prefix in prefixes)), None)


def _is_counted(scope: ScopeOpened) -> bool:
    """Did TF append the number? `layer_0` may be just what the program asked for."""
    leaf, asked = (text.rstrip("/").rsplit("/", 1)[-1] for text in (scope.prefix, scope.asked))
    return is_numbered(leaf, asked)
