"""Notebooks: the cells of an `.ipynb` as one program, and lines of that program as lines of cells."""

from __future__ import annotations

import json
import re

from scopelint.site import CELL, Site

_CODE_MAGICS = ("time", "timeit", "capture", "prun", "debug", "python", "python3")
"""Cell magics whose cell is Python that is run in the notebook's own process."""

_LINE_MAGIC = re.compile(r"^([ \t]*)(?:[%!?]|[\w.]+\?{1,2}[ \t]*$)")
_ASSIGNED_MAGIC = re.compile(r"^([ \t]*[\w, ]+=[ \t]*)[%!].*$")


class Notebook:
    """The code cells, magics blanked out, one below the other. ValueError where it is no notebook."""

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        content = json.loads(data.decode("utf-8", "replace") or "null")
        if not isinstance(content, dict):
            raise ValueError("no notebook")
        cells = content.get("cells")
        if cells is None:  # version 3
            cells = [cell for sheet in content.get("worksheets", []) for cell in sheet.get("cells", [])]
        self.cells: list[str] = []
        for cell in cells:
            if isinstance(cell, dict) and cell.get("cell_type") == "code":
                source = cell.get("source", cell.get("input", ""))
                self.cells.append("".join(source) if isinstance(source, list) else str(source))
        self.code = [plain(cell) for cell in self.cells]

    def program(self, order: list[int] | None = None) -> tuple[bytes, list[tuple[int, int]]]:
        """The cells in that order (by default all, from the top) as source, and for each its number and first line."""
        lines: list[str] = []
        starts = []
        for index in range(len(self.code)) if order is None else order:
            starts.append((index + 1, len(lines) + 1))
            lines.extend(self.code[index].split("\n"))
        return "\n".join([*lines, ""]).encode(), starts

    def site(self, site: Site, starts: list[tuple[int, int]]) -> Site:
        """A site in the program as one in its cell. Sites of other files stay."""
        if site.path != self.path or not starts:
            return site
        cell, first = starts[0]
        for number, start in starts:
            if start <= site.line:
                cell, first = number, start
        end = site.end_line - first + 1 if site.end_line else 0
        return site._replace(path=f"{self.path}{CELL}{cell}", line=site.line - first + 1, end_line=end)


def plain(cell: str) -> str:
    """A cell's source as Python, line for line."""
    head = cell.lstrip("\n")
    if head.startswith("%%"):
        words = head[2:].split(None, 1)
        if not words or words[0] not in _CODE_MAGICS:
            return "\n" * cell.count("\n")
        blank, _, rest = head.partition("\n")
        cell = "\n" * (len(cell) - len(head)) + "\n" + rest if blank else rest
    out, continued = [], False
    for line in cell.split("\n"):
        magic = _LINE_MAGIC.match(line)
        if continued or magic:
            # `pass` keeps a block whose only statement is a magic.
            out.append((magic[1] if magic else "") + "pass" if not continued else "")
            continued = line.rstrip().endswith("\\")
        else:
            out.append(_ASSIGNED_MAGIC.sub(r"\1None", line))
    return "\n".join(out)
