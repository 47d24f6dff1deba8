"""The files an editor has open: their text now, the last good analysis of each, and where its sites stand now."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from lsprotocol import types

from scopelint import disk
from scopelint.project.sources import decode
from scopelint.record.view import View
from scopelint.rules.findings import Finding
from scopelint.site import Site
from scopelint.syntax.lines import moved


class Document:
    """One file, or one cell of a notebook. `path` is what Sites call it: of a cell `file.ipynb:cell 3`."""

    def __init__(self, uri: str, path: str, text: str, version: int | None = None) -> None:
        self.uri = uri
        self.path = path
        self.version = version
        self.lines = text.split("\n")
        self.analysed: list[str] = []
        """The lines at the last analysis that could read them."""
        self._places: list[int | None] | None = None

    def change(self, text: str, version: int | None) -> None:
        self.lines = text.split("\n")
        self.version = version
        self._places = None

    def keep(self, text: str) -> None:
        """Sites now speak of this text."""
        self.analysed = text.split("\n")
        self._places = None

    def line_now(self, line: int) -> int | None:
        """The index of an analysed line, counted from 1, in the text as it is now."""
        if self._places is None:
            self._places = moved(self.analysed, self.lines)
        return self._places[line - 1] if 0 < line <= len(self._places) else None

    def line_then(self, index: int) -> int | None:
        """The analysed line, counted from 1, that stands at an index now."""
        self.line_now(1)
        try:
            return (self._places or []).index(index) + 1
        except ValueError:
            return None


class Analysis:
    """What one analysis of a file (or a whole notebook) said. `problem`: why the text now cannot be read."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.view = View("")
        self.read: tuple[str, ...] = ()
        self.problem: Finding | None = None


class Library:
    """All open documents and all analyses, and the way from a Site to a place in an editor."""

    def __init__(self) -> None:
        self.documents: dict[str, Document] = {}
        self.analyses: dict[str, Analysis] = {}
        """By the path of the file analysed."""
        self.encoding: str = "utf-16"
        self._by_path: dict[str, Document] = {}
        self._disk: dict[str, tuple[float, list[str]]] = {}

    def put(self, document: Document) -> None:
        self.documents[document.uri] = document
        self._by_path[document.path] = document

    def drop(self, uri: str) -> Document | None:
        document = self.documents.pop(uri, None)
        if document is not None:
            self._by_path.pop(document.path, None)
        return document

    def at(self, path: str) -> Document | None:
        return self._by_path.get(path)

    def views(self, path: str) -> Iterator[View]:
        """All views that speak of a file, its own first: a module's scopes are known where a script calls it."""
        own = self.analyses.get(path)
        if own is not None:
            yield own.view
        for key, analysis in self.analyses.items():
            if key != path and (path in analysis.read or path.startswith(key + ":")):
                yield analysis.view

    def units(self, text: str, column: int) -> int:
        """A column in characters as the client counts it."""
        part = text[:column]
        if self.encoding == "utf-8":
            return len(part.encode("utf-8", "surrogatepass"))
        if self.encoding == "utf-32" or part.isascii():
            return len(part)
        return len(part) + sum(char > "\uffff" for char in part)

    def column(self, text: str, units: int) -> int:
        """The other way."""
        if self.encoding == "utf-32" or text.isascii():
            return min(units, len(text))
        column = 0
        while column < len(text) and self.units(text, column) < units:
            column += 1
        return column

    def range(self, site: Site) -> types.Range | None:
        """Where a site stands now; None where its line was edited since."""
        document = self.at(site.path)
        if document is None:
            lines, line = self.lines(site.path), site.line - 1
            if not 0 <= line < len(lines):
                return types.Range(types.Position(0, 0), types.Position(0, 0))
        else:
            lines = document.lines
            now = document.line_now(site.line)
            if now is None:
                return None
            line = now
        end, end_column = line, site.end_column
        if site.end_line > site.line:
            below = document.line_now(site.end_line) if document is not None else site.end_line - 1
            if below is None or not line < below < len(lines):
                end_column = len(lines[line])
            else:
                end = below
        elif not site.end_line:
            end_column = max(site.column + 1, len(lines[line].rstrip()))
        return types.Range(
            types.Position(line, self.units(lines[line], site.column)),
            types.Position(end, self.units(lines[end], end_column)),
        )

    def location(self, site: Site) -> types.Location | None:
        if not site.line or not (self.at(site.path) or os.path.isabs(site.path)):
            return None
        where = self.range(site)
        if where is None:
            return None
        return types.Location(self.uri(site.path), where)

    def uri(self, path: str) -> str:
        document = self.at(path)
        if document is not None:
            return document.uri
        from pygls.uris import from_fs_path  # an extra

        return from_fs_path(path) or path

    def locations(self, sites: Iterable[Site]) -> list[types.Location]:
        """Each place once."""
        found = {}
        for site in sites:
            where = self.location(site)
            if where is not None:
                found[site] = where
        return list(found.values())

    def texts(self) -> dict[str, bytes]:
        """What the editor holds of files, as it could last be read: a half-typed module must not cost the scripts that
        import it their names."""
        return {
            document.path: "\n".join(document.analysed or document.lines).encode("utf-8", "surrogatepass")
            for document in self.documents.values()
            if document.path.endswith((".py", ".pyw", ".pyi"))
        }

    def lines(self, path: str) -> list[str]:
        try:
            time = os.stat(path).st_mtime
            known = self._disk.get(path)
            if known is None or known[0] != time:
                known = self._disk[path] = (time, decode(disk.read(path)).split("\n"))
            return known[1]
        except OSError:
            return []
