"""Results kept between runs, found by content: of the file and all it read, of the settings, of scopelint itself."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from scopelint import __version__, disk
from scopelint.digest import digest


def _engine() -> str:
    """What scopelint's own files are: an editable install changes without a new version."""
    marks = []
    for folder, folders, files in os.walk(os.path.dirname(os.path.dirname(__file__))):
        folders[:] = [name for name in folders if name != "__pycache__"]
        for name in files:
            try:
                status = os.stat(os.path.join(folder, name))
            except OSError:
                continue
            marks.append((name, status.st_size, status.st_mtime_ns))
    return digest(repr((__version__, sys.version_info[:2], sorted(marks))).encode())


_ENTRY_BYTES = 200_000_000
"""Of one result: that of the largest notebook has some megabytes."""


class Dependencies:
    """All that a result hangs on, and whether it is as it was. What was seen of the disk is true as long as this is."""

    def __init__(self, search_path: Iterable[str] = ()) -> None:
        self._search_path = tuple(search_path)
        self._hashes: dict[str, str] = {}
        self._there: dict[str, bool] = {}

    def entry(self, path: str, result: dict[str, Any], read: Iterable[str], missing: Iterable[str]) -> dict[str, Any]:
        """A result with all that it hangs on."""
        return {
            "read": [[name, self._hash(name)] for name in sorted(set(read)) if name != path],
            "missing": [[name, self._candidates(path, name)] for name in sorted(set(missing))],
            "result": result,
        }

    def holds(self, path: str, entry: dict[str, Any]) -> bool:
        """Is all that a result hangs on as it was?"""
        return all(self._hash(str(file)) == known for file, known in entry["read"]) and all(
            self._candidates(path, str(name)) == there for name, there in entry["missing"]
        )

    def say(self, file: str, data: bytes) -> None:
        """What a file holds, whatever the disk does."""
        self._hashes[file] = digest(data)
        self._there[file] = True

    def _hash(self, file: str) -> str:
        found = self._hashes.get(file)
        if found is None:
            try:
                found = digest(disk.read(file))
            except OSError:
                found = ""
            self._hashes[file] = found
        return found

    def _candidates(self, path: str, module: str) -> list[str]:
        """The files that this module might be, of those that exist: one that appears later makes a result stale."""
        if os.sep in module or "/" in module:
            return [module] if self._exists(module) else []
        parts = module.lstrip(".").split(".")
        roots = [os.path.dirname(path) or ".", *self._search_path]
        dots = len(module) - len(module.lstrip("."))
        if dots:
            roots = [os.path.join(roots[0], *[".."] * (dots - 1))]
        found = []
        for root in roots:
            stem = os.path.join(root, *parts)
            if self._exists(os.path.join(root, parts[0])) or len(parts) == 1:
                found += [
                    name for name in (stem + ".py", os.path.join(stem, "__init__.py"), stem) if self._exists(name)
                ]
        return found

    def _exists(self, file: str) -> bool:
        found = self._there.get(file)
        if found is None:
            found = self._there[file] = os.path.exists(file)
        return found


class Cache(Dependencies):
    """One file per result: a checksum, then what it is of. One that is damaged, or has not the shape of a result, or
    cannot be read is as good as not there."""

    def __init__(
        self,
        folder: str,
        settings: str,
        search_path: Iterable[str] = (),
        is_result: Callable[[Any], bool] | None = None,
    ) -> None:
        super().__init__(search_path)
        self.folder = folder
        self._is_result = is_result or (lambda result: isinstance(result, dict))
        self._base = digest((_engine() + settings + repr(self._search_path)).encode("utf-8", "surrogateescape"))

    def _file(self, kind: str, path: str, source: bytes) -> str:
        key = digest(f"{self._base} {os.path.abspath(path)} {path} {digest(source)}".encode("utf-8", "surrogateescape"))
        return os.path.join(self.folder, key[:2], f"{key[2:]}.{kind}.json")

    def get(self, kind: str, path: str, source: bytes) -> dict[str, Any] | None:
        """The result for this file, if all that it depended on is as it was."""
        try:
            data = disk.read(self._file(kind, path, source), _ENTRY_BYTES)
            mark, _, body = data.partition(b"\n")
            if mark.decode("ascii") != digest(body):
                return None
            entry = json.loads(body)
            return entry["result"] if self.holds(path, entry) and self._is_result(entry["result"]) else None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None

    def put(
        self, kind: str, path: str, source: bytes, result: dict[str, Any], read: Iterable[str], missing: Iterable[str]
    ) -> None:
        """Keeps a result. Written aside and moved into place, so that nobody reads half of it."""
        file = self._file(kind, path, source)
        entry = self.entry(path, result, read, missing)
        try:
            body = json.dumps(entry, separators=(",", ":")).encode()
            self._make_folder()
            place = os.path.dirname(file)
            os.makedirs(place, exist_ok=True)
            if not disk.is_within(place, (os.path.realpath(self.folder),)):
                return
            with suppress(IsADirectoryError), disk.Whole(file) as stream:
                stream.stream.buffer.write(digest(body).encode() + b"\n" + body)
        except (OSError, ValueError, TypeError, RecursionError):
            # What cannot be kept is worked out again.
            return

    def _make_folder(self) -> None:
        """One that is made here is kept out of repositories and backups, as other tools' caches are; one that was
        there already is somebody's."""
        if os.path.isdir(self.folder):
            return
        os.makedirs(self.folder)
        disk.write(os.path.join(self.folder, ".gitignore"), b"*\n")
        disk.write(os.path.join(self.folder, "CACHEDIR.TAG"), b"Signature: 8a477f597d28d172789f06886806bc55\n")
