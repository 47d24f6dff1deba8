"""TFS220 template-misread."""

from __future__ import annotations

from scopelint.rules.base import Bad, Good, Record
from scopelint.rules.refusal import Refusal, RefusalRule, in_template


class TemplateMisread(RefusalRule):
    """## What it does
    Finds a conflict inside a `tf.make_template`: a second call that wants a variable the first did not make, or two
    templates with one `unique_name_`.

    ## Why is this bad?
    From its second call on a template reuses, and never makes a variable. `unique_name_` is not numbered: a second
    template of that name makes the same variables again. TF raises ValueError in both cases.
    """

    code = "TFS220"
    message = "template: {said}"
    reasons = ("exists", "missing")
    rank = 80
    general = "TFS201"
    tensorflow = (
        "Variable w already exists, disallowed. Did you mean to set reuse=True or reuse=tf.AUTO_REUSE in VarScope?"
    )
    bad = (
        Bad(
            """
def scale(x):
    return x * tf.get_variable("s", [])  # TFS220: name="scale/s"

x = tf.placeholder(tf.float32, [3])
tf.make_template("scale", scale, unique_name_="scale")(x)
tf.make_template("scale", scale, unique_name_="scale")(x)
"""
        ),
    )
    good = (
        Good(
            """
def scale(x):
    return x * tf.get_variable("s", [])

x = tf.placeholder(tf.float32, [3])
net = tf.make_template("scale", scale)
net(x)
net(x)
"""
        ),
    )

    def claims(self, outcome: Record, event: Refusal) -> bool:
        return in_template(outcome, event)
