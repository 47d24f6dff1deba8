"""TFS900 linter-failed."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.graph.events import Noted
from scopelint.rules.base import Finding, Record, Rule

_LONGEST = 300


class LinterFailed(Rule):
    """## What it does
    Says that scopelint itself failed on a file, or on one call or statement of it.

    ## Why is this bad?
    The file was not checked, or what the call gives was taken as not known. That is a fault of scopelint's, not of the
    file: please report it, with the file if it can be shared, else with the last lines of `scopelint check --format
    text FILE`. The other files were checked all the same.
    """

    code = "TFS900"
    severity = "error"
    message = "scopelint failed on this file, please report it: {said}"

    def check(self, outcome: Record) -> Iterator[Finding]:
        """What kept an Outcome from being made is told by whoever asked for it."""
        for event in outcome.of(Noted, kind="failure"):
            said = f"{event.fact('summary')}: {event.fact('error')}".split("\n")[0][:_LONGEST]
            yield self.finding(event, said=said)._replace(when=(), certain=True)
