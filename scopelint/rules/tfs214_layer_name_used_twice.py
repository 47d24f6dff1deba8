"""TFS214 layer-name-used-twice."""

from __future__ import annotations

from scopelint.rules.base import Bad, Good
from scopelint.rules.sharing import MadeBy


class LayerNameUsedTwice(MadeBy):
    """## What it does
    Finds two layers that were given one name in one variable scope.

    ## Why is this bad?
    The second asks for the variables of the first: TF raises ValueError. Such names are often left over from copied
    lines. A name scope around the second does not help.
    """

    code = "TFS214"
    message = "a layer has made {name} before, at {first}"
    reasons = ("exists",)
    rank = 30
    by = "layer"
    general = "TFS201"
    tensorflow = (
        "Variable w already exists, disallowed. Did you mean to set reuse=True or reuse=tf.AUTO_REUSE in VarScope?"
    )
    fixes = ("auto_reuse",)
    fix_safety = "unsafe: with `reuse=tf.AUTO_REUSE` the two share one variable, which may not be what is meant."
    bad = (
        Bad(
            """
x = tf.placeholder(tf.float32, [8, 4])
x = tf.layers.dense(x, 4, name="fc")
x = tf.layers.dense(x, 4, name="fc")  # TFS214: name="fc/kernel"
"""
        ),
    )
    good = (
        Good(
            """
x = tf.placeholder(tf.float32, [8, 4])
x = tf.layers.dense(x, 4, name="fc1")
x = tf.layers.dense(x, 4, name="fc2")
"""
        ),
    )
