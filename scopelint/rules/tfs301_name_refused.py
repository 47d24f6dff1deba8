"""TFS301 name-refused."""

from __future__ import annotations

import re

from scopelint.rules.base import Bad, Finding, Good, Record
from scopelint.rules.refusal import RefusalRule


class NameRefused(RefusalRule):
    """## What it does
    Finds a name of a scope, variable, layer or operation that TF refuses.

    ## Why is this bad?
    At the top level a name begins with a letter, a digit or a dot, and goes on with those and `_ - /`; inside a
    scope `_` and `-` may come first. Spaces, `:`, brackets, commas and letters with accents are refused everywhere,
    with ValueError.
    """

    code = "TFS301"
    message = "{said}"
    reasons = ("scope_name", "op_name")
    tensorflow = "'my net' is not a valid scope name"
    bad = (
        Bad(
            """
with tf.name_scope("my net"):  # TFS301
    pass
"""
        ),
    )
    good = (
        Good(
            """
with tf.name_scope("my_net"):
    pass
"""
        ),
    )

    def is_guess(self, finding: Finding, outcome: Record) -> bool:
        # What may not come first may stand within the scope of whoever calls, who may give another name than the empty
        # one that is there by default.
        return _WITHIN_A_SCOPE.fullmatch(finding.full_name) is not None


_WITHIN_A_SCOPE = re.compile(r"[A-Za-z0-9_.\-/]*")
"""What TF takes for the rest of a name."""
