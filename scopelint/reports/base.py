"""What each report is given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from scopelint.rules.findings import Finding


class Run(NamedTuple):
    """The findings of one run. `line` gives a line of source by path and number; `code` is off for one-line reports."""

    findings: Sequence[Finding]
    files: int
    seconds: float
    hidden: int = 0
    line: Callable[[str, int], str] = lambda path, number: ""
    color: bool = False
