"""Where a name of a program comes from: its variable, or what stands near it; also in other modes, among operations."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from scopelint.project.check import Report, check
from scopelint.project.config import Config
from scopelint.project.wanted import only_failures
from scopelint.record.making import Making, asked_name, makings
from scopelint.record.near_misses import NearMiss, near_misses, under_key
from scopelint.record.view import Run, View, view_from
from scopelint.reports.whys import Why
from scopelint.site import Site
from scopelint.tuples import NamedTuple

if TYPE_CHECKING:
    from scopelint.syntax.source_cache import SourceCache

_NEAR = 6


class Origin(NamedTuple):
    """`report`: of the files looked at, for their lines and for those that could not be read."""

    why: Why
    report: Report


def origin(
    text: str, paths: Sequence[str], config: Config, stdin: bytes | None = None, shelf: SourceCache | None = None
) -> Origin:
    """How the variable comes about that a name, or a line of an error, speaks of."""
    name = asked_name(text)
    report = check(paths, config, "view", stdin, shelf=shelf)
    views = [view_from(path, data) for path, data in report.names if data]
    asked = _unique(making for view in views for making in makings(view, name))
    near: dict[NearMiss, None] = {}
    if not asked and name:
        # The error of a Saver names its key, which its own map may call other than the variable.
        for view in views:
            keys = under_key(view, name)
            near.update(dict.fromkeys(keys))
            asked += [making for each in dict.fromkeys(key.name for key in keys) for making in makings(view, each)]
        asked = _unique(asked)
    if asked:
        runs = [making.run for making in asked if making.run is not None and not making.run.complete]
        return Origin(Why(name, asked, list(near), list(dict.fromkeys(runs)), report.files), report)
    if name:
        for view in views:
            near.update(dict.fromkeys(near_misses(view, name)))
        if not any(miss.sure for miss in near):
            near = {**dict.fromkeys(_elsewhere(name, paths, config, stdin, shelf)), **near}
    ranked = sorted(near, key=lambda miss: not miss.sure)
    return Origin(Why(name, (), ranked[:_NEAR], _incomplete(views), report.files), report)


def _unique(found: Iterable[Making]) -> list[Making]:
    """An entry that does what another does makes the same variable at the same line: told once."""
    rows: dict[object, Making] = {}
    for making in found:
        row = making.variable
        rows.setdefault((row.name, row.site, row.calls, row.when, row.entry, row.shape), making)
    return list(rows.values())


def _incomplete(views: Sequence[View]) -> list[Run]:
    return list(dict.fromkeys(run for view in views for run in view.runs if not run.complete))


def _elsewhere(
    name: str, paths: Sequence[str], config: Config, stdin: bytes | None, shelf: SourceCache | None
) -> list[NearMiss]:
    """An operation of this name; a variable that another value of a flag would make."""
    other = _with(config, ops=True)
    report = check(paths, only_failures(other), "names", stdin, shelf=shelf)
    found: list[NearMiss] = []
    for path, data in report.names:
        for op in data.get("ops", ()):
            if op["name"] == name:
                said = f"an operation ({op['type']}), no variable"
                found.append(NearMiss(name, said, Site(op["file"], op["line"])))
                break
        modes = [(mode["flag"], value) for mode in data.get("modes", ()) for value in mode["others"]]
        for flag, value in modes[:_MODES] if not found else ():
            changed = _with(config, set=(*config.set, (flag, value)))
            again = check([path], changed, "view", stdin, shelf=shelf)
            for _, rows in again.names:
                hits = makings(view_from(path, rows), name) if rows else []
                if hits:
                    found.append(NearMiss(name, f"made with --{flag}={value}", hits[0].variable.site))
    return found


_MODES = 3
"""Other values of flags that are tried for a name that no run makes: each costs a whole run, with its picture."""


def _with(config: Config, **values: object) -> Config:
    other = copy.copy(config)
    other.values = {**config.values, **values}
    return other
