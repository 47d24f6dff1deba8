"""TFS901 file-cannot-be-parsed."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.rules.base import Finding, Record, Rule


class FileCannotBeParsed(Rule):
    """## What it does
    Says that a file is no Python that scopelint can read.

    ## Why is this bad?
    Nothing in it was checked. Python 2 sources are read with `--python2 yes`, or found out by themselves.
    """

    code = "TFS901"
    severity = "error"
    message = "cannot be parsed: {said}"

    def check(self, outcome: Record) -> Iterator[Finding]:
        """No Outcome tells it: there is none of a file that does not parse."""
        return iter(())
