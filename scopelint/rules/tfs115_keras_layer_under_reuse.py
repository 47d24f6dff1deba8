"""TFS115 keras-layer-under-reuse."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, Record, Related, Rule, VariableMade


class KerasLayerUnderReuse(Rule):
    """## What it does
    Finds a Keras layer that is made anew in a variable scope that shares: its variables are new ones.

    ## Why is this bad?
    `reuse=True` is the affair of `tf.get_variable`, which Keras does not ask. What looks like one network called twice
    is two, and only one of them is trained or restored. A layer is shared by calling the same object again.
    """

    code = "TFS115"
    message = "keras makes {name} anew where {scope} shares, and does not share it"
    bad = (
        Bad(
            """
def net(x, reuse=False):
    with tf.variable_scope("net", reuse=reuse):
        return tf.keras.layers.Dense(4, name="fc")(x)  # TFS115: name="net_1/fc/kernel"
net(tf.zeros([2, 3]))
net(tf.zeros([2, 3]), reuse=True)
"""
        ),
        Bad(
            """
def net(x):
    with tf.variable_scope("net", reuse=tf.AUTO_REUSE):
        return tf.keras.layers.Dense(4)(x)  # TFS115: name="net_1/dense_1/kernel"
net(tf.zeros([2, 3]))
net(tf.zeros([2, 3]))
"""
        ),
    )
    good = (
        Good(
            """
layer = tf.keras.layers.Dense(4, name="fc")
with tf.variable_scope("net"):
    layer(tf.zeros([2, 3]))
with tf.variable_scope("net", reuse=True):
    layer(tf.zeros([2, 3]))
"""
        ),
        Good(
            """
with tf.variable_scope("net", reuse=tf.AUTO_REUSE):
    x = tf.keras.layers.Dense(4)(tf.zeros([2, 3]))
    x = tf.keras.layers.Dense(4)(x)
    tf.layers.dense(x, 4, name="d")
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        first: dict[tuple[object, ...], VariableMade] = {}
        seen = set()
        for event in outcome.of(VariableMade, by="layer", key=""):
            if not event.scope or "variables" not in event.collections:
                continue
            place = (event.graph, event.site, event.scope, event.asked)
            before = first.setdefault(place, event)
            again = before is not event and before.name != event.name and event.reuse not in ("False", "None", "")
            if (again or event.reuse == "True") and event.site not in seen:
                seen.add(event.site)
                related = (Related(before.site, f"{before.name} is made here"),) if again else ()
                yield self.finding(event, related=related, name=event.name, scope=event.scope.rstrip("/"))
