"""TFS202 variable-does-not-exist."""

from __future__ import annotations

from scopelint.rules.base import Bad, Finding, Good, Record, Related, VariableMade
from scopelint.rules.refusal import Refusal, RefusalRule


class VariableDoesNotExist(RefusalRule):
    """## What it does
    Finds a `tf.get_variable` under `reuse=True` whose full name nothing has made.

    ## Why is this bad?
    `reuse=True` never makes a variable: TF raises ValueError. The usual causes are a name or scope that differs
    from that of the first build, a scope entered one level deeper, or a build that reuses before anything was
    built. A variable of a near name, where there is one, is shown.
    """

    code = "TFS202"
    message = "variable {name} does not exist, and reuse=True makes none"
    reasons = ("missing",)
    hint = ", is {near} meant?"
    tensorflow = (
        "Variable w does not exist, or was not created with tf.get_variable(). Did you mean to set "
        "reuse=tf.AUTO_REUSE in VarScope?"
    )
    fixes = ("auto_reuse",)
    fix_safety = "unsafe: with `reuse=tf.AUTO_REUSE` a new variable is made where none is found."
    bad = (
        Bad(
            """
with tf.variable_scope("net"):
    tf.get_variable("weights", [3])
with tf.variable_scope("net", reuse=True):
    tf.get_variable("wieghts", [3])  # TFS202: name="net/wieghts"
"""
        ),
    )
    good = (
        Good(
            """
with tf.variable_scope("net"):
    tf.get_variable("weights", [3])
with tf.variable_scope("net", reuse=True):
    tf.get_variable("weights", [3])
"""
        ),
    )

    def tell(self, outcome: Record, event: Refusal) -> Finding:
        near = _near(outcome, event.graph, event.name)
        if near is None:
            return self.refusal(event)
        related = (Related(near.site, f"{near.name} is made here"),)
        return self.refusal(event, self.message + self.hint, related, near=near.name)


_LOOKED_FOR, _NAMES = 20, 500
"""Names for which the nearest is looked for, and among how many: each comparison of two costs a tenth of a millisecond,
and who has more refusals than that has no use for more guesses."""


def _near(outcome: Record, graph: int, name: str) -> VariableMade | None:
    """The variable whose name is most like it, if one is."""
    from difflib import get_close_matches  # 1 ms, for the one message that needs it

    asked = outcome.notes.setdefault("names looked for", set())
    asked.add(name)
    if len(asked) > _LOOKED_FOR:
        return None
    made = (each.name for each in outcome.of(VariableMade, graph=graph) if each.by != "slot")
    names = list(dict.fromkeys(made))[:_NAMES]
    leaf = name.rsplit("/", 1)[-1]
    alike = [other for other in names if other.rsplit("/", 1)[-1] == leaf]
    found = get_close_matches(name, names, 1, 0.85) or get_close_matches(name, alike, 1, 0.5)
    return outcome.made(graph, found[0]) if found else None
