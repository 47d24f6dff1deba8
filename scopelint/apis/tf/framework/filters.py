"""Variables chosen by a scope or a part of their name: what is said where none is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scopelint.apis.call import Call
from scopelint.values.tensors import Variable

_NAMES = 400
"""Names of variables that are kept for the nearest to be found among them."""


def note_no_match(call: Call, what: str, wanted: Iterable[str], among: Iterable[Any]) -> None:
    """A filter that lets none of the variables pass. `wanted`: the texts that it looks for; `what`: the filter."""
    variables = list(among)
    if variables and all(isinstance(each, Variable) for each in variables) and call.sees_all():
        names = tuple(each.name for each in variables[:_NAMES])
        call.note("filter_without_match", what=what, wanted=tuple(wanted), names=names)
