"""The text behind a path: of files, of the standard input, of a notebook's cells. What is read is kept for one run."""

from __future__ import annotations

import io
from typing import TypeVar

from scopelint import disk, limits
from scopelint.project.notebooks import Notebook
from scopelint.site import split_cell

T = TypeVar("T")


def decode(data: bytes) -> str:
    """Source as text, by its coding line. Never fails: what cannot be read so is read as Latin-1."""
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    encoding = "utf-8"
    head = data[:400].split(b"\n", 2)[:2]
    if any(b"coding" in line for line in head):
        import tokenize  # 2 ms, for files that name their encoding

        try:
            encoding = tokenize.detect_encoding(io.BytesIO(data).readline)[0]
            if encoding in ("punycode", "idna", "undefined"):  # as NO_SOURCE of syntax/source.py, which imports ast
                encoding = "latin-1"
        except (SyntaxError, LookupError):
            encoding = "latin-1"
    try:
        text = data.decode(encoding)
    except (ValueError, LookupError):
        text = data.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n")


_KEPT_BYTES = 16_000_000
"""Of files that were read and can be read again: a repository may have any number of them."""


class Sources:
    """Reads each file once, or again where it was long ago. What was put there stays."""

    def __init__(self) -> None:
        self._put: dict[str, bytes] = {}
        self._data: dict[str, bytes] = {}
        self._texts: dict[str, str] = {}
        self._cells: dict[str, list[str]] = {}
        self._lines: dict[str, list[str]] = {}
        self._held = 0

    def put(self, path: str, data: bytes) -> None:
        self._put[path] = data

    def data(self, path: str) -> bytes:
        """The bytes; OSError where it cannot be read."""
        if path in self._put:
            return self._put[path]
        found = self._data.pop(path, None)
        if found is None:
            # One more than is looked at, so that whoever reads it as Python can say that it is too large.
            found = disk.read(path, limits.SOURCE_BYTES + 1)
            self._held += len(found)
            while self._held > _KEPT_BYTES and self._data:
                oldest = next(iter(self._data))
                self._held -= len(self._data.pop(oldest))
        self._data[path] = found
        return found

    def text(self, path: str) -> str:
        """The text; empty where there is none to be had."""
        found = self._texts.get(path)
        if found is None:
            file, cell = split_cell(path)
            try:
                data = self.data(file)
            except OSError:
                data = b""
            if cell:
                cells = self.cells(file, data)
                found = cells[cell - 1] if cell <= len(cells) else ""
            else:
                found = decode(data)
            _put(self._texts, path, found)
        return found

    def cells(self, path: str, data: bytes) -> list[str]:
        """The cells of a notebook; none where it is no notebook."""
        found = self._cells.get(path)
        if found is None:
            try:
                found = Notebook(path, data).cells
            except ValueError:
                found = []
            _put(self._cells, path, found)
        return found

    def line(self, path: str, number: int) -> str:
        lines = self._lines.get(path)
        if lines is None:
            lines = self.text(path).split("\n")
            _put(self._lines, path, lines)
        return lines[number - 1] if 0 < number <= len(lines) else ""


_TEXTS = 64
"""Files whose text, lines or cells are kept: one is asked for many times in a row, and made anew from its bytes."""


def _put(kept: dict[str, T], path: str, what: T) -> None:
    while len(kept) >= _TEXTS:
        del kept[next(iter(kept))]
    kept[path] = what
