"""TFS212 class-instantiated-twice."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, Record, Related, Rule, place
from scopelint.rules.causes import divergence, first_made, refused


class ClassInstantiatedTwice(Rule):
    """## What it does
    Finds a class whose constructor makes variables and of which a second instance is made in one graph.

    ## Why is this bad?
    Two instances are two objects in Python but ask TF for the same names: TF raises ValueError. Train and test
    models share with `reuse=`; independent models want a variable scope, or a graph, each.
    """

    code = "TFS212"
    message = "a second {cls} makes {name} again, first made at {first}"
    general = "TFS201"
    tensorflow = (
        "Variable w already exists, disallowed. Did you mean to set reuse=True or reuse=tf.AUTO_REUSE in VarScope?"
    )
    fix_safety = "unsafe: with `reuse=tf.AUTO_REUSE` the two share one variable, which may not be what is meant."
    bad = (
        Bad(
            """
class Model:
    def __init__(self):
        self.w = tf.get_variable("w", [3])  # TFS212: name="w"

Model()
Model()
"""
        ),
    )
    good = (
        Good(
            """
class Model:
    def __init__(self, name):
        with tf.variable_scope(name):
            self.w = tf.get_variable("w", [3])

Model("a")
Model("b")
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        for event in refused(outcome, self.code):
            first_calls = getattr(event, "first_calls", ())
            step = divergence(event.calls, first_calls) or 0
            related = (Related(first_calls[step].site, "the first instance"), *first_made(event))
            function = event.calls[step + 1].function
            yield self.finding(
                event,
                related=related,
                name=getattr(event, "name", ""),
                cls=function.rsplit(".", 1)[0] if "." in function else "instance",
                first=place(getattr(event, "first_site", None)),
            )
