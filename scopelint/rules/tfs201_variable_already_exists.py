"""TFS201 variable-already-exists."""

from __future__ import annotations

from scopelint.rules.base import Bad, Good
from scopelint.rules.refusal import RefusalRule


class VariableAlreadyExists(RefusalRule):
    """## What it does
    Finds a `tf.get_variable` whose full name was made before while reuse is off.

    ## Why is this bad?
    TF raises ValueError as soon as the second call runs. The name is what counts: a variable scope changes it, a
    name scope does not.
    """

    code = "TFS201"
    message = "variable {name} already exists, first made at {first}"
    reasons = ("exists",)
    tensorflow = (
        "Variable w already exists, disallowed. Did you mean to set reuse=True or reuse=tf.AUTO_REUSE in VarScope?"
    )
    fixes = ("auto_reuse",)
    fix_safety = "unsafe: with `reuse=tf.AUTO_REUSE` the two share one variable, which may not be what is meant."
    bad = (
        Bad(
            """
tf.get_variable("w", [3])
tf.get_variable("w", [3])  # TFS201: name="w"
"""
        ),
        Bad(
            """
with tf.name_scope("a"):
    tf.get_variable("w", [3])  # TFS101
with tf.name_scope("b"):
    tf.get_variable("w", [3])  # TFS201: name="w"
"""
        ),
    )
    good = (
        Good(
            """
with tf.variable_scope("a"):
    tf.get_variable("w", [3])
with tf.variable_scope("b"):
    tf.get_variable("w", [3])
"""
        ),
        Good(
            """
with tf.variable_scope("a", reuse=tf.AUTO_REUSE):
    tf.get_variable("w", [3])
    tf.get_variable("w", [3])
"""
        ),
    )
