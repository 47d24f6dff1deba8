"""TFS302 scope-without-name."""

from __future__ import annotations

from scopelint.rules.base import Bad, Good
from scopelint.rules.refusal import RefusalRule


class ScopeWithoutName(RefusalRule):
    """## What it does
    Finds `tf.variable_scope(None)` without a `default_name`.

    ## Why is this bad?
    There is nothing to call the scope: TF raises TypeError. It is often a parameter `scope=None` handed on.
    """

    code = "TFS302"
    message = "{said}"
    reasons = ("scope_without_name",)
    of_arguments = True
    tensorflow = "If default_name is None then name_or_scope is required"
    bad = (
        Bad(
            """
with tf.variable_scope(None):  # TFS302
    pass
"""
        ),
    )
    good = (
        Good(
            """
with tf.variable_scope(None, default_name="block"):
    pass
"""
        ),
    )
