"""How a place is written: paths from the working folder, cells of notebooks, columns from 1."""

from __future__ import annotations

import os
from typing import Any

from scopelint.site import Calls, Site

CELL = ":cell "
"""In the path of a Site that lies in a notebook: `train.ipynb:cell 3`, lines counted in that cell."""


def split_cell(path: str) -> tuple[str, int]:
    """The file and the cell, counted from 1; 0 where it is no notebook's."""
    file, mark, cell = path.rpartition(CELL)
    return (file, int(cell)) if mark and cell.isdigit() else (path, 0)


def shown(path: str) -> str:
    """A path as reports write it: from the working folder where it lies below it."""
    if os.path.isabs(path):
        here = os.getcwd()
        if path.startswith(here + os.sep):
            path = path[len(here) + 1 :]
    return path.replace(os.sep, "/")


def place(site: Site) -> str:
    """`model.py:7:5`, with the cell where there is one."""
    return f"{shown(site.path)}:{site.line}:{site.column + 1}"


def place_data(site: Site) -> dict[str, Any]:
    """`file` and `line`, and `cell` of a notebook."""
    file, cell = split_cell(site.path)
    data: dict[str, Any] = {"file": shown(file), "line": site.line}
    if cell:
        data["cell"] = cell
    return data


def calls_data(calls: Calls) -> list[dict[str, Any]]:
    return [{**place_data(call.site), "function": call.function} for call in calls]


def end_of(site: Site) -> tuple[int, int]:
    """The line and column (from 1) where it ends, exclusive; one character long where that is not known."""
    if site.end_line:
        return site.end_line, site.end_column + 1
    return site.line, site.column + 2
