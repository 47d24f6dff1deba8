"""TFS210 function-called-twice."""

from __future__ import annotations

from scopelint.rules.base import Bad, Finding, Good, Record
from scopelint.rules.refusal import Refusal, RefusalRule, entered_twice, first_call


class FunctionCalledTwice(RefusalRule):
    """## What it does
    Finds a function that builds variables and is called a second time in one graph, without reuse.

    ## Why is this bad?
    The second call asks for the same names and TF raises ValueError. If the two calls should share their weights,
    say so with `reuse=`; if not, give each call a variable scope of its own.
    """

    code = "TFS210"
    message = "{function}() is called again and makes {name} twice, first made at {first}"
    reasons = ("exists",)
    rank = 40
    general = "TFS201"
    tensorflow = (
        "Variable w already exists, disallowed. Did you mean to set reuse=True or reuse=tf.AUTO_REUSE in VarScope?"
    )
    fixes = ("auto_reuse",)
    fix_safety = "unsafe: with `reuse=tf.AUTO_REUSE` the two share one variable, which may not be what is meant."
    bad = (
        Bad(
            """
def net(x):
    return tf.layers.dense(x, 3, name="fc")  # TFS210: name="fc/kernel"

x = tf.placeholder(tf.float32, [8, 4])
net(x)
net(x)
"""
        ),
    )
    good = (
        Good(
            """
def net(x, reuse=None):
    return tf.layers.dense(x, 3, name="fc", reuse=reuse)

x = tf.placeholder(tf.float32, [8, 4])
net(x)
net(x, reuse=True)
"""
        ),
    )

    def claims(self, outcome: Record, event: Refusal) -> bool:
        return bool(entered_twice(event))

    def tell(self, outcome: Record, event: Refusal) -> Finding:
        return self.refusal(event, related=first_call(event, "the first call"), function=entered_twice(event))
