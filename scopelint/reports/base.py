"""What each report is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from scopelint.reports.coverage import Coverage
from scopelint.rules.findings import Finding
from scopelint.tuples import NamedTuple


class Run(NamedTuple):
    """The findings of one run. `line` gives a line of source by path and number."""

    findings: Sequence[Finding]
    files: int
    seconds: float
    hidden: int = 0
    incomplete: int = 0
    """How many of the files were not followed to their end."""
    line: Callable[[str, int], str] = lambda path, number: ""
    color: bool = False
    offers: Mapping[Finding, tuple[str, tuple[tuple[int, int, str], ...], bool]] = {}
    """Fixes that hold: what they do, for each change first line, first line behind, new text, and are they safe?"""
    coverage: Coverage | None = None
    """How much was reached, where that was asked for."""
    interrupted: bool = False
    """Was the run ended before it had looked at all files?"""
    slowest: Sequence[tuple[str, float]] = ()
    """The files that took the longest and their seconds of processor time, where that was asked for."""
