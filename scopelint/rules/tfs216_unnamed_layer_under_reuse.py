"""TFS216 unnamed-layer-under-reuse."""

from __future__ import annotations

import re

from scopelint.rules.base import Bad, Good, Record, VariableMade, VariableRefused
from scopelint.rules.refusal import Refusal
from scopelint.rules.sharing import OtherVariable


class UnnamedLayerUnderReuse(OtherVariable):
    """## What it does
    Finds a layer without a name that is to be shared under `reuse=True` but gets a number that the first build did
    not use.

    ## Why is this bad?
    Default names count up: the second build asks for `dense_1/kernel` where the first made `dense/kernel`, and TF
    raises ValueError. Only explicit names can be shared. Two builds that call their layers in another order share
    the wrong ones in silence.
    """

    code = "TFS216"
    message = "unnamed layer asks for {name}, which no build made; {other} was made at {first}"
    reasons = ("missing",)
    rank = 70
    there = "{other} is made here"
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

    def other(self, outcome: Record, event: Refusal) -> VariableMade | None:
        """The variable of the layer with the number before: `dense/kernel` for `dense_1/kernel`."""
        if not isinstance(event, VariableRefused) or event.by not in ("layer", "cell"):
            return None
        parts = event.name.split("/")
        for index in range(len(parts) - 2, -1, -1):
            match = re.fullmatch(r"(.+?)_(\d+)", parts[index])
            if match:
                number = int(match[2]) - 1
                former = match[1] + (f"_{number}" if number else "")
                return outcome.made(event.graph, "/".join([*parts[:index], former, *parts[index + 1 :]]))
        return None
