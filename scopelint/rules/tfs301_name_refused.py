"""TFS301 name-refused."""

from __future__ import annotations

from scopelint import later
from scopelint.rules.base import Bad, Finding, Good, Record
from scopelint.rules.refusal import Refusal, RefusalRule


class NameRefused(RefusalRule):
    """## What it does
    Finds a name of a scope, variable, layer or operation that TF refuses.

    ## Why is this bad?
    At the top level a name begins with a letter, a digit or a dot, and goes on with those and `_ - /`; inside a
    scope `_` and `-` may come first. Spaces, `:`, brackets, braces, commas and letters with accents are refused
    everywhere, with ValueError. Braces are left in a name where an f-string lacks its `f`, or
    `format` is not called, and `%d` where nothing is put into it.
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
        Bad(
            """
for i in range(2):
    tf.get_variable("weights_{i}", [3])  # TFS301
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

    def tell(self, outcome: Record, event: Refusal) -> Finding:
        fields = _FIELD.search(event.name)
        if fields is None:
            return self.refusal(event)
        what = "an f before the string, or a call of format," if "{" in fields[0] else "what % takes"
        return self.refusal(event, "{said}: is {what} missing?", what=what)

    def is_guess(self, finding: Finding, outcome: Record) -> bool:
        # What may not come first may stand within the scope of whoever calls, who may give another name than the empty
        # one that is there by default.
        return _WITHIN_A_SCOPE.fullmatch(finding.full_name) is not None


_FIELD = later.pattern(r"\{[\w.\[\]:]*\}|%[\d.]*[sdfir]")
"""A field as `format` or `%` fills it."""
_WITHIN_A_SCOPE = later.pattern(r"[A-Za-z0-9_.\-/]*")
"""What TF takes for the rest of a name."""
