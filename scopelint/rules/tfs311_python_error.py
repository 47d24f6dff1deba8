"""TFS311 python-error."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.graph.events import ProgramRaised
from scopelint.rules.base import Bad, Finding, Good, Record, Rule, lower_first
from scopelint.rules.refusal import is_told

_ERRORS = (
    "TypeError",
    "AttributeError",
    "NameError",
    "UnboundLocalError",
    "ZeroDivisionError",
    "DuplicateFlagError",
)
"""What does not hang on files, on the machine or on what a program is started with."""


class PythonError(Rule):
    """## What it does
    Finds a line at which Python itself ends the program while it builds its graph: a function of the program that is
    called without an argument it needs or with one it does not have, an attribute that there is not, a division by
    zero, a flag that is defined twice. TensorFlow imports absl.logging from 1.14 on, which has defined `log_dir`, `v`
    and `verbosity`.

    ## Why is this bad?
    The graph is never built. TF says nothing of it, for it was not asked. (A call that a function of TF's does not take
    is TFS307's to tell.)

    What the program raises itself is not told, nor what hangs on files or on the machine: but for what it does where a
    file is missing that its folder does not hold, either, as it is in a fresh checkout.
    """

    code = "TFS311"
    message = "python raises {error} here, and nothing catches it: {said}"
    severity = "error"
    bad = (
        Bad(
            """
def net(x, units):
    return tf.layers.dense(x, units)
net(tf.zeros([2, 3]))  # TFS311
"""
        ),
        Bad(
            """
def net(x):
    return tf.layers.dense(x, 3)
net(tf.zeros([2, 3]), True)  # TFS311
"""
        ),
        Bad(
            """
import os
def prepare(parts):
    tf.get_variable("w", [3])
    return 1 / parts  # TFS311
if not os.path.isfile("prepared.txt"):
    prepare(0)
"""
        ),
        Bad(
            """
flags = tf.app.flags
flags.DEFINE_string("log_dir", "logs", "where summaries are written")  # TFS311
w = tf.get_variable(flags.FLAGS.log_dir, [3])
"""
        ),
    )
    good = (
        Good(
            """
a = tf.zeros([2, 3])
try:
    tf.concat([a, a])
except TypeError:
    tf.concat([a, a], 0)
"""
        ),
        Good(
            """
def build(version):
    if version < 1:
        raise TypeError("not for this version")
    return tf.zeros([2])
build(1)
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        for stopped in outcome.of(ProgramRaised, by_tensorflow=False, own=False, sure=True):
            if stopped.error in _ERRORS and not is_told(outcome, stopped):
                yield self.finding(stopped, error=stopped.error, said=lower_first(stopped.message))
                break

    def is_guess(self, finding: Finding, outcome: Record) -> bool:
        # What we hand to an entry ourselves may be what Python takes offence at.
        return True
