"""TFS902 analysis-incomplete."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.graph.events import ProgramRaised
from scopelint.record.completeness import gaps
from scopelint.rules.base import Bad, Finding, Good, Record, Rule


class AnalysisIncomplete(Rule):
    """## What it does
    Says where a program was not followed to its end: what is not known there, and may make variables, or where the
    program ends itself. What comes after was looked at only as far as it hangs on nothing of that, or not at all.

    ## Why is this bad?
    It is not: nothing is wrong with the program. But that nothing was found does not mean then that there is nothing.
    Off by default; `check --verbose` shows it, and the last line of a run counts the files that have it.
    """

    code = "TFS902"
    message = "the analysis is incomplete: {said}"
    severity = "note"
    default = False
    bad = (
        Bad(
            """
import zoo  # TFS902
zoo.build()
"""
        ),
        Bad(
            """
raise SystemError("not here")  # TFS902
"""
        ),
    )
    good = (
        Good(
            """
import os
os.makedirs("checkpoints")
tf.get_variable("w", [3])
"""
        ),
    )

    def check(self, outcome: Record) -> Iterator[Finding]:
        found = gaps(outcome.outcome)
        if found:
            event, reason = found[-1] if len(found) == 1 else found[0]
            more = f", and {len(found) - 1} more" if len(found) > 1 else ""
            # What it hangs on itself is what it tells.
            yield self.finding(event, said=reason + more)._replace(when=(), certain=True)
        # Where TF refuses, the finding about that says that the program ends.
        for stopped in outcome.of(ProgramRaised, when=(), by_tensorflow=False):
            said = f"the program ends here with {stopped.error}, what comes after was not looked at"
            yield self.finding(stopped, said=said)
            break
