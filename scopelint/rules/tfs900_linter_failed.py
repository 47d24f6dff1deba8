"""TFS900 linter-failed."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Finding, Record, Rule


class LinterFailed(Rule):
    """## What it does
    Says that scopelint itself failed on a file.

    ## Why is this bad?
    The file was not checked. That is a fault of scopelint's, not of the file: please report it, with the file if it
    can be shared, else with the last lines of `scopelint check --format text FILE`. The other files were checked
    all the same.
    """

    code = "TFS900"
    severity = "error"
    message = "scopelint failed on this file, please report it: {said}"

    def check(self, outcome: Record) -> Iterator[Finding]:
        """No Outcome tells it: it stands for what kept an Outcome from being made."""
        return iter(())
