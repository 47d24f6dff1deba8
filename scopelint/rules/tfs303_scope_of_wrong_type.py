"""TFS303 scope-of-wrong-type."""

from __future__ import annotations

from scopelint.rules.base import Bad, Good
from scopelint.rules.refusal import RefusalRule


class ScopeOfWrongType(RefusalRule):
    """## What it does
    Finds `tf.variable_scope` given something that is neither a string nor a scope.

    ## Why is this bad?
    TF raises TypeError. A number, a layer's index for one, wants to be formatted into a string.
    """

    code = "TFS303"
    message = "{said}"
    reasons = ("scope_type",)
    of_arguments = True
    tensorflow = "VariableScope: name_or_scope must be a string or VariableScope."
    bad = (
        Bad(
            """
with tf.variable_scope(1):  # TFS303
    tf.get_variable("w", [3])
"""
        ),
    )
    good = (
        Good(
            """
with tf.variable_scope("layer_%d" % 1):
    tf.get_variable("w", [3])
"""
        ),
    )
