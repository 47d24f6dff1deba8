"""TFS216 unnamed-layer-under-reuse."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, Record, Related, Rule, VariableRefused, place
from scopelint.rules.causes import numbered_twin, refused


class UnnamedLayerUnderReuse(Rule):
    """## What it does
    Finds a layer without a name that is to be shared under `reuse=True` but gets a number that the first build did
    not use.

    ## Why is this bad?
    Default names count up: the second build asks for `dense_1/kernel` where the first made `dense/kernel`, and TF
    raises ValueError. Only explicit names can be shared. Two builds that call their layers in another order share
    the wrong ones in silence.
    """

    code = "TFS216"
    message = "unnamed layer asks for {name}, which no build made{near}"
    general = "TFS202"
    tensorflow = (
        "Variable dense_1/kernel does not exist, or was not created with tf.get_variable(). Did you mean to "
        "set reuse=tf.AUTO_REUSE in VarScope?"
    )
    bad = (
        Bad(
            """
def net(x):
    x = tf.layers.dense(x, 4)  # TFS216
    return x

x = tf.placeholder(tf.float32, [8, 4])
net(x)
with tf.variable_scope(tf.get_variable_scope(), reuse=True):
    net(x)
"""
        ),
    )
    good = (
        Good(
            """
def net(x):
    return tf.layers.dense(x, 4, name="fc")

x = tf.placeholder(tf.float32, [8, 4])
net(x)
with tf.variable_scope(tf.get_variable_scope(), reuse=True):
    net(x)
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        for event in refused(outcome, self.code):
            twin = numbered_twin(outcome, event) if isinstance(event, VariableRefused) else None
            related = (Related(twin.site, f"{twin.name} is made here"),) if twin else ()
            near = f"; {twin.name} was made at {place(twin.site)}" if twin else ""
            yield self.finding(event, related=related, name=getattr(event, "name", ""), near=near)
