"""Where something stands in the source: the only position type."""

from __future__ import annotations

from scopelint.tuples import NamedTuple


class Site(NamedTuple):
    """A span of source. Lines count from 1, columns from 0 in characters; the end is exclusive."""

    path: str
    line: int
    column: int = 0
    end_line: int = 0
    end_column: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


class CallSite(NamedTuple):
    """One step of a chain of calls: the function that was running, and where in it the next call stands."""

    site: Site
    function: str


Calls = tuple[CallSite, ...]
"""A chain of calls, outermost first; its last step is the site of the event itself."""

NOWHERE = Site("", 0)

CELL = ":cell "
"""In the path of a Site that lies in a notebook: `train.ipynb:cell 3`, lines counted in that cell."""


def split_cell(path: str) -> tuple[str, int]:
    """The file and the cell, counted from 1; 0 where it is no notebook's."""
    if CELL not in path:
        return path, 0
    file, mark, cell = path.rpartition(CELL)
    return (file, int(cell)) if mark and cell.isdecimal() else (path, 0)
