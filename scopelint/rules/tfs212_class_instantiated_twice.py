"""TFS212 class-instantiated-twice."""

from __future__ import annotations

from scopelint.rules.base import Bad, Finding, Good, Record
from scopelint.rules.refusal import Refusal, RefusalRule, entered_twice, first_call


class ClassInstantiatedTwice(RefusalRule):
    """## What it does
    Finds a class whose constructor makes variables and of which a second instance is made in one graph.

    ## Why is this bad?
    Two instances are two objects in Python but ask TF for the same names: TF raises ValueError. Train and test
    models share with `reuse=`; independent models want a variable scope, or a graph, each.
    """

    code = "TFS212"
    message = "a second {cls} makes {name} again, first made at {first}"
    reasons = ("exists",)
    rank = 45
    general = "TFS201"
    tensorflow = (
        "Variable w already exists, disallowed. Did you mean to set reuse=True or reuse=tf.AUTO_REUSE in VarScope?"
    )
    fixes = ("auto_reuse",)
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

    def claims(self, outcome: Record, event: Refusal) -> bool:
        return entered_twice(event).rsplit(".", 1)[-1] == "__init__"

    def tell(self, outcome: Record, event: Refusal) -> Finding:
        cls = entered_twice(event).rpartition(".")[0] or "instance"
        return self.refusal(event, related=first_call(event, "the first instance"), cls=cls)
