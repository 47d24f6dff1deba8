"""TFS206 resource-kind-differs-on-sharing."""

from __future__ import annotations

from scopelint.rules.base import Good
from scopelint.rules.refusal import RefusalRule


class ResourceKindDiffersOnSharing(RefusalRule):
    """## What it does
    Tells of a refusal to share a variable as another kind, resource or reference, than it was made as.

    TensorFlow 1.15 has no such refusal, so there is no bad example: a shared variable stays of the kind that it was
    made as, whatever `use_resource` of the later call says. That is a hazard, and TFS112 finds it. The code stays for
    TensorFlows that refuse.

    ## Why is this bad?
    A resource variable and a reference variable are different kinds of operation, and one name holds one of them.
    """

    code = "TFS206"
    message = "variable {name}: {said}"
    reasons = ("resource",)
    bad = ()
    good = (
        Good(
            """
tf.get_variable("w", [3], use_resource=True)
with tf.variable_scope("", reuse=True):
    tf.get_variable("w", [3], use_resource=True)
"""
        ),
    )
