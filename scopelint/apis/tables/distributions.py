"""To which parameters of a distribution a gradient comes through each of its methods: what was recorded of TF.

Written by `tools/record_distributions.py`, which tells the form of a row.
"""

from __future__ import annotations

from functools import cache

from scopelint.apis.tables.lines import Lines

_ROWS = Lines("distributions.txt")

SAME = {"probs": "logits", "log_rate": "rate"}
"""Parameters that say the same as one that was recorded."""


@cache
def passes(kind: str, method: str) -> frozenset[str] | str | None:
    """The parameters; the name of the error where TF has no such method for this kind; None if nothing is recorded."""
    for cell in (_ROWS.find(kind) if kind else None) or ():
        name, colon, given = cell.partition(":")
        if colon and name == method:
            return frozenset(given.split())
        name, mark, error = cell.partition("!")
        if mark and name == method:
            return error
    return None


def reaches(parameter: str, recorded: frozenset[str]) -> bool:
    """Is a parameter among those recorded, itself or as what it says? All parts of a scale go one way."""
    if parameter in recorded or SAME.get(parameter) in recorded:
        return True
    return parameter.startswith(("scale_", "covariance_")) and any(
        each.startswith(("scale_", "covariance_")) for each in recorded
    )
