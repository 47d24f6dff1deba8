"""Pairs by names and shapes what lines and order could not pair, with the matcher that compares checkpoints too."""

from __future__ import annotations

from collections.abc import Sequence

from scopelint.checkpoints.matching import Entry, match
from scopelint.lock.comparing import Pair
from scopelint.lock.variables import Variable


def by_names(old: Sequence[Variable], new: Sequence[Variable], pairs: Sequence[Pair], ordered: bool) -> list[Pair]:
    """Pairs for variables that have none yet. Those that have one bear witness that it is the same network."""
    paired = {id(pair.old): pair.new for pair in pairs}
    taken = {id(pair.new) for pair in pairs}
    goals = {variable.name: variable for variable in new if id(variable) not in taken}
    if not goals:
        return []
    names = {variable.name for variable in new}
    held: list[Entry] = []
    free: dict[str, Variable] = {}
    for number, variable in enumerate(old):
        partner = paired.get(id(variable))
        if partner is None:
            # One whose name is another's now is not found by its name.
            if variable.name in names or variable.name in free:
                continue
            free[variable.name] = variable
        held.append(_entry(variable, partner.name if partner is not None else variable.name, number, ordered))
    if not free:
        return []
    wanted = [_entry(variable, variable.name, number, ordered) for number, variable in enumerate(new)]
    return [
        Pair(free[pair.held], goals[pair.wanted], pair.certain)
        for pair in match(held, wanted).pairs
        if pair.held in free and pair.wanted in goals
    ]


def _entry(variable: Variable, name: str, number: int, ordered: bool) -> Entry:
    return Entry(name, variable.form.shape, variable.form.dtype, number if ordered else None)
