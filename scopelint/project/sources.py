"""The text behind a path: of files, of the standard input, of a notebook's cells. What is read is kept for one run."""

from __future__ import annotations

import io
import tokenize

from scopelint import disk, limits
from scopelint.project.notebooks import Notebook
from scopelint.site import split_cell


def decode(data: bytes) -> str:
    """Source as text, by its coding line. Never fails: what cannot be read so is read as Latin-1."""
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    encoding = "utf-8"
    head = data[:400].split(b"\n", 2)[:2]
    if any(b"coding" in line for line in head):
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


class Sources:
    """Reads each file once."""

    def __init__(self) -> None:
        self._data: dict[str, bytes] = {}
        self._texts: dict[str, str] = {}
        self._cells: dict[str, list[str]] = {}
        self._lines: dict[str, list[str]] = {}

    def put(self, path: str, data: bytes) -> None:
        self._data[path] = data

    def data(self, path: str) -> bytes:
        """The bytes; OSError where it cannot be read."""
        found = self._data.get(path)
        if found is None:
            # One more than is looked at, so that whoever reads it as Python can say that it is too large.
            found = self._data[path] = disk.read(path, limits.SOURCE_BYTES + 1)
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
            self._texts[path] = found
        return found

    def cells(self, path: str, data: bytes) -> list[str]:
        """The cells of a notebook; none where it is no notebook."""
        found = self._cells.get(path)
        if found is None:
            try:
                found = Notebook(path, data).cells
            except ValueError:
                found = []
            self._cells[path] = found
        return found

    def line(self, path: str, number: int) -> str:
        lines = self._lines.get(path)
        if lines is None:
            lines = self._lines[path] = self.text(path).split("\n")
        return lines[number - 1] if 0 < number <= len(lines) else ""
