"""TFS113 outside-global-variables."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, Record, Rule, VariableMade


class OutsideGlobalVariables(Rule):
    """## What it does
    Finds a variable whose `collections=` keep it out of `tf.global_variables()`, though an optimizer trains it, or
    nothing else would initialise it.

    ## Why is this bad?
    `collections=` takes the place of `GLOBAL_VARIABLES`, it does not add to it. `tf.global_variables_initializer()`
    passes over such a variable, so that the first run that reads it fails, and a `tf.train.Saver()` neither saves nor
    restores it. With `tf.GraphKeys.LOCAL_VARIABLES` it is initialised anew by `tf.local_variables_initializer()`; but
    where it is trainable, what it learns is lost with the session.
    """

    code = "TFS113"
    message = "variable {name} is {kind} not in GLOBAL_VARIABLES: {lost}"
    bad = (
        Bad(
            """
tf.get_variable("w", [3], collections=["weights"])  # TFS113: name="w"
"""
        ),
        Bad(
            """
with tf.variable_scope("net"):
    tf.Variable([1.0], name="b", collections=[tf.GraphKeys.LOCAL_VARIABLES])  # TFS113: name="net/b"
"""
        ),
    )
    good = (
        Good(
            """
tf.get_variable("w", [3], collections=["weights", tf.GraphKeys.GLOBAL_VARIABLES])
"""
        ),
        Good(
            """
tf.get_variable("seen", [], trainable=False, collections=[tf.GraphKeys.LOCAL_VARIABLES])
"""
        ),
        Good(
            """
tf.get_variable("steps", [], trainable=False, collections=[])
"""
        ),
        Good(
            """
w = tf.get_variable("w", [3], collections=["weights"])
tf.add_to_collection(tf.GraphKeys.GLOBAL_VARIABLES, w)
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        seen = set()
        for event in outcome.of(VariableMade):
            # What TF's own functions make has the collections that it needs.
            if event.by not in ("get_variable", "Variable") or event.site in seen:
                continue
            if not event.collections or any("{" in name or name[:1] == "<" for name in event.collections):
                # In none at all it is meant to be found by nobody; one that is not known may be the global one. The
                # copies that a strategy keeps are lists of ours, and the whole is saved.
                continue
            is_local = "local_variables" in event.collections
            if "variables" in event.collections or (is_local and not event.trainable):
                continue
            seen.add(event.site)
            yield self.finding(
                event,
                name=event.name,
                kind="trained but" if event.trainable else "listed by the program alone,",
                lost="no Saver saves it"
                if is_local
                else "global_variables_initializer() passes over it, and no Saver saves it",
            )
