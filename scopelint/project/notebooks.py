"""Notebooks: the cells of an `.ipynb` as one program, and lines of that program as lines of cells."""

from __future__ import annotations

import json
from typing import Any

from scopelint import later
from scopelint.site import CELL, Site

_CODE_MAGICS = ("time", "timeit", "capture", "prun", "debug", "python", "python3")
"""Cell magics whose cell is Python that is run in the notebook's own process."""

_LINE_MAGIC = later.pattern(r"^([ \t]*)(?:[%!?]|[\w.]+\?{1,2}[ \t]*$)")
_LONG_QUOTES = ('"""', "'''")
_BRACKET = later.pattern(r"""(?:\"{3}|'{3})|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\#.*|[()\[\]{}]""")
"""What opens and closes: long quotes, strings of one line and comments (which hide what is in them), brackets."""

_ASSIGNED_MAGIC = later.pattern(r"^([ \t]*[\w, ]+=[ \t]*)[%!].*$")


class NotebookProblem(ValueError):
    """The file is no notebook. `line` from 1 and `column` from 0: where its JSON ends to be one."""

    def __init__(self, message: str, line: int = 1, column: int = 0) -> None:
        super().__init__(f"no notebook: {message}")
        self.line, self.column = line, column


class Notebook:
    """The code cells, magics blanked out, one below the other. NotebookProblem where it is none."""

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self.cells = [_source(cell) for cell in _cells(data) if cell.get("cell_type") == "code"]
        self.code = [plain(cell) for cell in self.cells]

    def leave_out(self, cell: int) -> None:
        """A cell that does not parse may make anything, and give any names, where the notebook's Python reads it: as a
        module does that is not there. Its lines stay, so that those of the others do."""
        left_out = f"from cell_{cell}_that_does_not_parse import *"
        self.code[cell - 1] = left_out + "\n" * self.code[cell - 1].count("\n")

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
        cell = self.cell_of(site, starts)
        if not cell:
            return site
        first = _start_of(site, starts)[1]
        end = site.end_line - first + 1 if site.end_line else 0
        return site._replace(path=f"{self.path}{CELL}{cell}", line=site.line - first + 1, end_line=end)

    def cell_of(self, site: Site, starts: list[tuple[int, int]]) -> int:
        """The number of the cell that a site in the program lies in; 0 for one of another file."""
        if site.path != self.path or not starts:
            return 0
        return _start_of(site, starts)[0]


def _start_of(site: Site, starts: list[tuple[int, int]]) -> tuple[int, int]:
    """The number and the first line of the cell that a line of the program lies in; `starts` go by their lines."""
    from bisect import bisect_right  # for notebooks alone

    return starts[max(0, bisect_right(starts, site.line, key=lambda each: each[1]) - 1)]


def _cells(data: bytes) -> list[dict[str, Any]]:
    """The cells of a notebook file, of any version."""
    try:
        content = json.loads(data.decode("utf-8-sig", "replace"))
    except json.JSONDecodeError as problem:
        raise NotebookProblem(f"JSON expected: {problem.msg}", problem.lineno, problem.colno - 1) from None
    except RecursionError:
        raise NotebookProblem("its JSON is nested too deep") from None
    if not isinstance(content, dict):
        raise NotebookProblem("a JSON object expected")
    cells = content.get("cells")
    if cells is None:  # version 3
        sheets = content.get("worksheets")
        if not isinstance(sheets, list) or not all(isinstance(sheet, dict) for sheet in sheets):
            raise NotebookProblem("it has no cells")
        cells = [cell for sheet in sheets for cell in sheet.get("cells") or ()]
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise NotebookProblem("its cells are no list of cells")
    return cells


def _source(cell: dict[str, Any]) -> str:
    """The text of a cell: one string, or a list of lines."""
    source = cell.get("source", cell.get("input", ""))
    return "".join(map(str, source)) if isinstance(source, list) else str(source or "")


def plain(cell: str) -> str:
    """A cell's source as Python, line for line. IPython: leading_indent, then the magics."""
    head = cell.lstrip("\n")
    indent = head[: len(head) - len(head.lstrip(" \t"))]
    if indent:
        lines = cell.split("\n")
        cell = "\n".join(line.removeprefix(indent) for line in lines)
        head = cell.lstrip("\n")
    if head.startswith("%%"):
        words = head[2:].split(None, 1)
        if not words or words[0] not in _CODE_MAGICS:
            return "\n" * cell.count("\n")
        blank, _, rest = head.partition("\n")
        cell = "\n" * (len(cell) - len(head)) + "\n" + rest if blank else rest
    out, continued, inside = [], False, ""
    for line in cell.split("\n"):
        magic = None if inside else _LINE_MAGIC.match(line)
        if not magic and not continued:
            inside = _open_after(line, inside)
        if continued or magic:
            # `pass` keeps a block whose only statement is a magic.
            out.append((magic[1] if magic else "") + "pass" if not continued else "")
            continued = line.rstrip().endswith("\\")
        else:
            # What a magic gives is as little known as what IPython itself does.
            out.append(_ASSIGNED_MAGIC.sub(r"\1get_ipython().getoutput()", line))
    return "\n".join(out)


def _open_after(line: str, inside: str) -> str:
    """The brackets, and the quotes of a long string, that are open at the end of a line which began within `inside`."""
    rest = line
    while True:
        if inside[-3:] in _LONG_QUOTES:
            end = rest.find(inside[-3:])
            if end < 0:
                return inside
            rest, inside = rest[end + 3 :], inside[:-3]
        found = _BRACKET.search(rest)
        if found is None:
            return inside
        token, rest = found[0], rest[found.end() :]
        if token in _LONG_QUOTES or token in "([{":
            inside += token
        elif token in ")]}":
            inside = inside[:-1]
