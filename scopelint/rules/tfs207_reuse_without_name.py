"""TFS207 reuse-without-name."""

from __future__ import annotations

from scopelint.rules.base import Bad, Good
from scopelint.rules.refusal import RefusalRule


class ReuseWithoutName(RefusalRule):
    """## What it does
    Finds `reuse=True` given to a slim or contrib layer without `scope=`.

    ## Why is this bad?
    Without a name there is nothing to share: the layer would get a new default name each time, so TF raises
    ValueError.
    """

    code = "TFS207"
    message = "reuse=True needs a scope: {said}"
    reasons = ("reuse_without_name",)
    of_arguments = True
    tensorflow = "reuse=True cannot be used without a name_or_scope"
    bad = (
        Bad(
            """
from tensorflow.contrib import slim
x = tf.placeholder(tf.float32, [8, 4])
slim.fully_connected(x, 3)
slim.fully_connected(x, 3, reuse=True)  # TFS207
"""
        ),
    )
    good = (
        Good(
            """
from tensorflow.contrib import slim
x = tf.placeholder(tf.float32, [8, 4])
slim.fully_connected(x, 3, scope="fc")
slim.fully_connected(x, 3, scope="fc", reuse=True)
"""
        ),
    )
