"""How variables of one name come about: made where and by whom, shared where, a slot of which, read by which line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from scopelint.checkpoints.companions import Companion, companions
from scopelint.checkpoints.messages import read_message
from scopelint.record.view import Load, Refusal, Run, Sharing, Variable, View
from scopelint.tuples import NamedTuple

_SAID = (
    re.compile(r"Variable (?P<name>\S+) (?:already exists|does not exist)"),
    re.compile(r"Trying to share variable (?P<name>\S+?),? but specified"),
    re.compile(r"Attempting to use uninitialized value (?P<name>\S+)"),
    re.compile(r"Error while reading resource variable (?P<name>\S+) from Container"),
    re.compile(r"(?:NotFoundError: )?Tensor name '(?P<name>[^']+)' not found"),
    re.compile(r"\{\{node (?P<name>[^}\s]+)\}\}"),
)
"""Messages of TF that name a variable and are about no checkpoint; those that are, `checkpoints.messages` knows."""


class Making(NamedTuple):
    """`base`: of a slot or an average, the variable that it belongs to, and `role` what it is to it. `slots`: those of
    this one. `reads`: lines that load it, each with the key that they look for. `run`: the run that makes it."""

    variable: Variable
    base: Variable | None
    role: str
    slots: tuple[Variable, ...]
    sharings: tuple[Sharing, ...]
    refusals: tuple[Refusal, ...]
    reads: tuple[tuple[Load, str], ...]
    run: Run | None


def asked_name(text: str) -> str:
    """The variable's name in what a user gives: a name, a tensor's, or the line of an error that holds one."""
    text = text.strip()
    if any(letter.isspace() for letter in text):
        said = read_message(text)
        found = next((each["name"] for pattern in _SAID for each in [pattern.search(text)] if each), "")
        text = said.keys[0] if said.keys else found or text
    text = text.strip("'\"`").removeprefix("^")
    return re.sub(r":\d+$", "", text).strip("/")


def makings(view: View, name: str) -> list[Making]:
    """The variables of this name, each graph's and each entry's apart; one that differs in nothing told stands once."""
    found: dict[tuple[object, ...], Making] = {}
    for variable in view.variables:
        if variable.name == name:
            key = (variable.site, variable.calls, variable.when, variable.entry, variable.shape)
            found.setdefault(key, _making(view, variable))
    return list(found.values())


def companions_of(variables: Iterable[Variable]) -> dict[str, Companion]:
    """The slots, averages and optimizers' scalars among the variables of one graph."""
    rows = list(variables)
    shapes = {row.name: row.shape for row in rows}
    return companions(shapes, shapes, frozenset(row.name for row in rows if row.by == "slot"))


def _making(view: View, variable: Variable) -> Making:
    beside = [row for row in view.variables if row.graph == variable.graph]
    related = companions_of(beside)
    by_name = {row.name: row for row in beside}
    own = related.get(variable.name)
    slots = [row for row in beside if row.name in related and related[row.name].base == variable.name]
    sharings = [row for row in view.sharings if row.name == variable.name and row.graph == variable.graph]
    refusals = [row for row in view.refusals if row.name == variable.name and row.graph == variable.graph]
    reads = [
        (load, key)
        for load in view.loads
        if load.graph == variable.graph
        for key, read in load.pairs
        if read == variable.name
    ]
    return Making(
        variable,
        by_name.get(own.base) if own is not None else None,
        own.role if own is not None else "",
        tuple(_once(slots)),
        tuple(sharings),
        tuple(refusals),
        tuple(reads),
        next((run for run in view.runs if run.entry == variable.entry), None),
    )


def _once(rows: Sequence[Variable]) -> Iterable[Variable]:
    return {row.name: row for row in rows}.values()
