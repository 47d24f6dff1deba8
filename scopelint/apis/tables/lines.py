"""A sorted text file of tab-separated rows, found by their first cell without reading the rest."""

from __future__ import annotations

import mmap
import os


class Lines:
    """The rows of one table. The file is opened at the first look-up."""

    __slots__ = ("_data", "_file", "_found")

    def __init__(self, file: str) -> None:
        self._file = file
        self._data: mmap.mmap | None = None
        self._found: dict[str, list[str] | None] = {}

    def _open(self) -> mmap.mmap:
        if self._data is None:
            with open(os.path.join(os.path.dirname(__file__), self._file), "rb") as stream:
                self._data = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        return self._data

    def find(self, key: str) -> list[str] | None:
        """The cells after the first of the row whose first cell is `key`; None if there is no such row."""
        try:
            return self._found[key]
        except KeyError:
            row = self._found[key] = self._search(key)
            return row

    def _search(self, key: str) -> list[str] | None:
        data = self._open()
        wanted = key.encode() + b"\t"
        low, high = 0, len(data)
        while low < high:
            middle = (low + high) // 2
            start = data.rfind(b"\n", low, middle) + 1 or low
            end = data.find(b"\n", middle)
            line = data[start : min(end, start + len(wanted))]
            if line == wanted:
                cells = data[start:end].decode()
                return [cell for cell in cells.split("\t")[1:] if cell]
            if line < wanted:
                low = end + 1
            else:
                high = start
        return None

    def below(self, prefix: str) -> list[str]:
        """The first cells that begin with `prefix`, in order, each without it; `prefix` is not empty."""
        data, wanted = self._open(), prefix.encode()
        low, high = 0, len(data)
        while low < high:
            middle = (low + high) // 2
            start = data.rfind(b"\n", low, middle) + 1 or low
            end = data.find(b"\n", middle)
            if data[start : min(end, start + len(wanted))] < wanted:
                low = end + 1
            else:
                high = start
        found = []
        while low < len(data) and data[low : low + len(wanted)] == wanted:
            found.append(data[low + len(wanted) : data.find(b"\t", low)].decode())
            low = data.find(b"\n", low) + 1
        return found

    def keys(self) -> list[str]:
        """The first cells of all rows, in order: for tools and tests, not for look-ups."""
        return [line.partition(b"\t")[0].decode() for line in self._open()[:].splitlines()]

    def rows(self) -> list[tuple[str, str]]:
        """First cell and the rest of each row."""
        split = (line.decode().partition("\t") for line in self._open()[:].splitlines())
        return [(key, rest) for key, _, rest in split]
