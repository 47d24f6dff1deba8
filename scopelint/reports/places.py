"""How a place is written: paths from the working folder, cells of notebooks, columns from 1."""

from __future__ import annotations

import os
from typing import Any

from scopelint.site import Calls, Site, split_cell


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
    return {"file": shown(split_cell(site.path)[0]), "line": site.line, **cell_data(site.path)}


def cell_data(path: str) -> dict[str, int]:
    """`cell`, in a notebook alone."""
    cell = split_cell(path)[1]
    return {"cell": cell} if cell else {}


def row_data(row: dict[str, Any]) -> dict[str, Any]:
    """A row of a record with its place as reports write it."""
    file, cell = split_cell(row["file"])
    made = {**row, "file": shown(file)}
    if cell:
        made["cell"] = cell
    return made


def row_place(row: dict[str, Any]) -> str:
    """The place of such a row: `model.py:7`, `model.ipynb:cell 3:7`."""
    cell = f"cell {row['cell']}:" if row.get("cell") else ""
    return f"{row['file']}:{cell}{row['line']}"


def calls_data(calls: Calls) -> list[dict[str, Any]]:
    return [{**place_data(call.site), "function": call.function} for call in calls]


def end_of(site: Site) -> tuple[int, int]:
    """The line and column (from 1) where it ends, exclusive; one character long where that is not known."""
    if site.end_line:
        return site.end_line, site.end_column + 1
    return site.line, site.column + 2
