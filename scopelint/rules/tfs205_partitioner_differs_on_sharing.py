"""TFS205 partitioner-differs-on-sharing."""

from __future__ import annotations

from scopelint.rules.base import Bad, Good
from scopelint.rules.refusal import RefusalRule


class PartitionerDiffersOnSharing(RefusalRule):
    """## What it does
    Finds a variable made with a partitioner and shared without one, the other way round, or cut differently.

    ## Why is this bad?
    The parts are variables of their own (`w/part_0`); TF raises ValueError where the cut does not fit.
    """

    code = "TFS205"
    message = "variable {name}: {said}"
    reasons = ("partitioner",)
    tensorflow = (
        "Partitioner returned by ... or: No partitioner was provided, but a partitioned version of the "
        "variable was found: w/part_0."
    )
    bad = (
        Bad(
            """
cut = tf.fixed_size_partitioner(2)
with tf.variable_scope("net", reuse=tf.AUTO_REUSE):
    tf.get_variable("w", [4], partitioner=cut)
    tf.get_variable("w", [4])  # TFS205
"""
        ),
    )
    good = (
        Good(
            """
cut = tf.fixed_size_partitioner(2)
with tf.variable_scope("a", partitioner=cut, reuse=tf.AUTO_REUSE):
    tf.get_variable("w", [4])
    tf.get_variable("w", [4])
"""
        ),
    )
