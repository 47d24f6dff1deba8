"""TFS204 dtype-differs-on-sharing."""

from __future__ import annotations

from scopelint.rules.base import Bad, Good
from scopelint.rules.sharing import DiffersOnSharing


class DtypeDiffersOnSharing(DiffersOnSharing):
    """## What it does
    Finds a `tf.get_variable` that shares a variable but asks for another dtype.

    ## Why is this bad?
    TF raises ValueError. The default dtype is float32, so that asking again for an int variable without `dtype=` is
    refused too.
    """

    code = "TFS204"
    what = "dtype"
    reasons = ("dtype_differs",)
    tensorflow = "Trying to share variable net/n, but specified dtype float32 and found dtype int32_ref."
    bad = (
        Bad(
            """
with tf.variable_scope("net", reuse=tf.AUTO_REUSE):
    tf.get_variable("n", [], tf.int32)
    tf.get_variable("n", [])  # TFS204: name="net/n"
"""
        ),
    )
    good = (
        Good(
            """
with tf.variable_scope("net", reuse=tf.AUTO_REUSE):
    tf.get_variable("n", [], tf.int32)
    tf.get_variable("n", [], tf.int32)
"""
        ),
    )
