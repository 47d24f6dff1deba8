"""Which variables of a program are its weights, and which optimizers, averages and metrics keep: told for `port`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scopelint.porting.left_out import Known
from scopelint.project.check import Report, check, failures
from scopelint.project.config import Config
from scopelint.record.view import Variable, view_from
from scopelint.reports.places import shown
from scopelint.site import Site

_STEP = "global_step"
"""TF: ops.GraphKeys.GLOBAL_STEP, the collection that the step is in however it is called."""
_SAVED = "variables"
_BIAS = re.compile(r"\bforget_bias\b")


def known_of(paths: Sequence[str], config: Config, stdin: bytes | None = None) -> tuple[Known, list[str]]:
    """What the program makes; and what could not be read of it."""
    report = check(paths, config, "view", stdin)
    bad = failures(report)
    slots: dict[str, str] = {}
    steps: dict[str, str] = {}
    local: dict[str, str] = {}
    weights: dict[str, str] = {}
    mentions: dict[str, str] = {}
    cells: set[str] = set()
    for path, data in report.names:
        for row in view_from(path, data).variables if data else ():
            place = f"{shown(row.site.path)}:{row.site.line}"
            kind = slots if row.by == "slot" else steps if _STEP in row.collections else weights
            if kind is weights and row.collections and _SAVED not in row.collections:
                kind = local
            # What an optimizer of the program's own makes by get_variable is not trained; nor are a norm's statistics,
            # which only their place among the keys tells from it.
            if kind is not weights or row.trainable is True:
                kind.setdefault(row.name, place)
            if row.by == "cell":
                cells.add(row.name)
                line = _mention(row, report)
                if line:
                    mentions[row.name] = line
    for name in weights:
        # A name that one entry makes as a weight is no slot of another's.
        slots.pop(name, None)
    return Known(slots, steps, local, weights, frozenset(cells), mentions), bad


def _mention(row: Variable, report: Report) -> str:
    """A line of the files that led there which speaks of a forget bias."""
    files = dict.fromkeys(each.path for each in (*(call.site for call in row.calls), row.site))
    for path in files:
        for number, line in enumerate(report.sources.text(path).split("\n"), 1):
            if _BIAS.search(line.partition("#")[0]):
                site = Site(path, number)
                return f"{shown(site.path)}:{site.line}"
    return ""
