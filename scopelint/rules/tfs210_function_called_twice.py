"""TFS210 function-called-twice."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Bad, Finding, Good, Record, Related, Rule, place
from scopelint.rules.causes import divergence, first_made, refused


class FunctionCalledTwice(Rule):
    """## What it does
    Finds a function that builds variables and is called a second time in one graph, without reuse.

    ## Why is this bad?
    The second call asks for the same names and TF raises ValueError. If the two calls should share their weights,
    say so with `reuse=`; if not, give each call a variable scope of its own.
    """

    code = "TFS210"
    message = "{function}() is called again and makes {name} twice, first made at {first}"
    general = "TFS201"
    tensorflow = (
        "Variable w already exists, disallowed. Did you mean to set reuse=True or reuse=tf.AUTO_REUSE in VarScope?"
    )
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

    def check(self, outcome: Record) -> Iterator[Finding]:
        for event in refused(outcome, self.code):
            first_calls = getattr(event, "first_calls", ())
            step = divergence(event.calls, first_calls) or 0
            related = (Related(first_calls[step].site, "the first call"), *first_made(event))
            yield self.finding(
                event,
                related=related,
                name=getattr(event, "name", ""),
                function=event.calls[step + 1].function,
                first=place(getattr(event, "first_site", None)),
            )
