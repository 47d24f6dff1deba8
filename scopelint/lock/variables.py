"""The variables that are locked and compared: rows of a names record, one list for each entry, in order of creation."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scopelint.graph.conditions import is_assumption
from scopelint.limits import TOO_LONG
from scopelint.lock.file import Entry, Form, Section
from scopelint.tuples import NamedTuple

_LOCAL = frozenset(("local_variables", "metric_variables"))
"""Collections that no Saver saves by itself: counters of metrics and of input pipelines."""


class Place(NamedTuple):
    """A line of a file; line 0 where the line is not known. `file`: as it is told; `path`: as the analysis names it.
    `function`: of a call, what it is made in."""

    file: str
    line: int
    column: int = 0
    path: str = ""
    function: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


UNTOLD = "something was not known when it was locked"


class Gap(NamedTuple):
    """Something not known that may make more variables, or keep some from being made. `cut`: our run of
    the program ended there, though the program goes on."""

    place: str
    reason: str
    cut: bool = False

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}" if self.place else self.reason


@dataclass(frozen=True)
class Variable:
    """One variable as it is compared. `when`: what it hangs on, empty for one that is certain. `place`: the line that
    makes it; `calls`: the chain that led there, outermost first. Neither is known of a line in a lock file."""

    name: str
    form: Form
    slot: bool = False
    when: tuple[str, ...] = ()
    place: Place | None = None
    calls: tuple[Place, ...] = ()
    trainable: bool | None = None

    @property
    def certain(self) -> bool:
        return not self.when

    @property
    def firm(self) -> bool:
        """Does it hang on no test of the program? What we take for granted (a module that is not there makes no
        variable) is the same today and tomorrow, so it does not keep a name from being locked."""
        return all(is_assumption(condition) for condition in self.when)


@dataclass
class Made:
    """What one entry makes. `ordered`: is this the order of creation? `gaps`: empty where the entry
    is complete."""

    entry: Entry
    variables: list[Variable] = field(default_factory=list)
    gaps: tuple[Gap, ...] = ()
    ordered: bool = True


def collect(data: Mapping[str, Any], file: str, folder: str = "") -> list[Made]:
    """The entries of one file out of its names record. `file`: as the lock calls it; places are told from `folder`."""
    groups: dict[tuple[str, int], Made] = {}
    for row in data.get("variables", ()):
        if set(row["collections"]) <= _LOCAL:
            continue
        key = (row["entry"], row["graph"])
        if key not in groups:
            groups[key] = Made(Entry(file, row["entry"]), gaps=tuple(_gaps(data, row["entry"], folder)))
        groups[key].variables.append(_variable(row, folder))
    out: list[Made] = []
    for made in map(_once, groups.values()):
        if not _repeats(made, out):
            number = sum(each.entry.entry == made.entry.entry for each in out)
            made.entry = made.entry._replace(graph=number)
            out.append(made)
    return out


def _variable(row: Mapping[str, Any], folder: str) -> Variable:
    shape = row["shape"]
    return Variable(
        # A hole may quote source that goes over several lines.
        re.sub(r"\s+", " ", row["name"]),
        Form(None if shape is None else tuple(shape), row["dtype"] or ""),
        row.get("by") == "slot",
        tuple(row["when"]) or (() if row["certain"] else ("it is not certain",)),
        _place(row, folder),
        tuple(_place(call, folder) for call in row["calls"]),
        row["trainable"],
    )


def _place(row: Mapping[str, Any], folder: str) -> Place:
    column = row.get("column", 1) - 1
    return Place(relative(row["file"], folder), row["line"], column, row["file"], row.get("function", ""))


def relative(path: str, folder: str) -> str:
    """From the folder, with `/`; as it is where it lies elsewhere."""
    whole = os.path.abspath(path)
    base = os.path.abspath(folder or ".")
    try:
        inside = os.path.relpath(whole, base)
    except ValueError:  # another drive
        return whole
    return inside.replace(os.sep, "/")


def _gaps(data: Mapping[str, Any], entry: str, folder: str) -> Iterable[Gap]:
    whole = [row["complete"] for row in data.get("entries", ()) if row["entry"] == entry]
    for row in data.get("unknown", ()) if not (whole and all(whole)) else ():
        if row["may_make_variables"]:
            cut = row["reason"] == TOO_LONG or row["reason"].startswith("more than ")
            yield Gap(str(_place(row, folder)), row["reason"], cut)
    for row in data.get("stopped", ()):
        if row["entry"] == entry:
            said = f"the program stops: {row['error']}: {row['message']}".removesuffix(": ")
            yield Gap(str(_place(row, folder)), said)


def _once(made: Made) -> Made:
    """Each name once: the two sides of a branch may both make it; one that is certain is not made less so."""
    found: dict[str, Variable] = {}
    for variable in made.variables:
        known = found.get(variable.name)
        if known is None or (variable.firm, variable.certain) > (known.firm, known.certain):
            found[variable.name] = variable
    made.variables = list(found.values())
    return made


def _repeats(made: Made, former: Iterable[Made]) -> bool:
    """A graph that holds the same as one before it (training, then evaluation) says nothing new."""
    names = {(v.name, v.form, v.slot, v.when) for v in made.variables}
    return any(
        each.entry[:2] == made.entry[:2] and names <= {(v.name, v.form, v.slot, v.when) for v in each.variables}
        for each in former
    )


def section_of(made: Made) -> Section:
    """What of it is locked: the names that hang on no test that is not decided."""
    section = Section(incomplete=bool(made.gaps))
    for variable in made.variables:
        if variable.firm:
            section.put(variable.name, variable.form, variable.slot)
    return section


def locked(entry: Entry, section: Section, lines: Mapping[tuple[Entry, str], int], path: str) -> Made:
    """A section of a lock as variables. Their order there is no order of creation."""
    variables = []
    for slot, names in ((False, section.variables), (True, section.slots)):
        for name, forms in names.items():
            place = Place(path, lines[entry, name]) if (entry, name) in lines else None
            variables += [Variable(name, form, slot, place=place) for form in forms]
    return Made(entry, variables, (Gap("", UNTOLD),) * section.incomplete, ordered=False)
