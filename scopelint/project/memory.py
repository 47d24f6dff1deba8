"""Results kept in this process, by a front end that stays and writes nothing to the disk."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from scopelint.digest import digest
from scopelint.project.cache import Cache, Dependencies

_KEPT = 400
"""Results, the longest unused dropped first: one of a large model takes a megabyte."""


class Memory(Cache):
    """As `Cache`, in a dictionary that outlives it. A result is handed out as it is: nobody may change it."""

    def __init__(self, results: dict[Any, Any], settings: str, search_path: Iterable[str] = ()) -> None:
        Dependencies.__init__(self, search_path)
        self._results = results
        self._settings = settings

    def get(self, kind: str, path: str, source: bytes) -> dict[str, Any] | None:
        key = self._key(kind, path, source)
        entry = self._results.get(key)
        if entry is None or not self.holds(path, entry):
            return None
        self._results[key] = self._results.pop(key)
        result: dict[str, Any] = entry["result"]
        return result

    def put(
        self, kind: str, path: str, source: bytes, result: dict[str, Any], read: Iterable[str], missing: Iterable[str]
    ) -> None:
        self._results[self._key(kind, path, source)] = self.entry(path, result, read, missing)
        while len(self._results) > _KEPT:
            del self._results[next(iter(self._results))]

    def _key(self, kind: str, path: str, source: bytes) -> tuple[Any, ...]:
        return kind, path, os.getcwd(), self._settings, self._search_path, digest(source)
