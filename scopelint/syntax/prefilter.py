"""Can this file touch TensorFlow's names at all? Asked of its bytes, before anything heavy is imported."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from scopelint import disk, later, limits

_WORDS = (b"tensorflow", b"tf_slim")
_USE = later.pattern(
    rb"\b(?:import|from)\b[^\n#]*\b(?:tensorflow|tf_slim)\b|['\"](?:tensorflow|tf_slim)|\\\r?\n\s*(?:tensorflow|tf_slim)\b"
)
_IMPORT = later.pattern(
    rb"(?:^|[:;])[ \t]*(?:from[ \t]+(\.*[ \t]*[\w.]*)[ \t]+import\b[ \t]*\(?([^#\n)]*)|import[ \t]+([^#\n;]+))"
    rb"|import_module\(\s*['\"](\.*[\w.]+)['\"]",
    re.MULTILINE,
)
_FILES = 2000
"""Files read for one question. Beyond that the answer is yes: analysing in vain costs less than missing a finding."""


def names_tensorflow(data: bytes) -> bool:
    """Do these bytes themselves import TensorFlow, or name it in a string that might?"""
    return any(word in data for word in _WORDS) and _USE.search(data) is not None


class Reach:
    """Answers for the files of one run; what was read once is remembered.

    A script need not import TensorFlow itself: it can import a sibling that does, and call it twice.
    """

    def __init__(self, search_path: tuple[str, ...] = ()) -> None:
        self._search_path = search_path
        self._listings: dict[str, frozenset[str]] = {}
        self._imports: dict[str, tuple[bool, tuple[str, ...]]] = {}
        self._all: dict[str, tuple[str, ...]] = {}

    def touches(self, path: str, data: bytes) -> bool:
        """May the program that starts in this file name a variable?"""
        if names_tensorflow(data):
            return True
        if b"import" not in data:
            return False
        waiting = list(self._imported(path, data))
        seen = set(waiting)
        while waiting:
            if len(seen) > _FILES:
                return True
            does, imported = self._look(waiting.pop())
            if does:
                return True
            for file in imported:
                if file not in seen:
                    seen.add(file)
                    waiting.append(file)
        return False

    def imports_of(self, path: str, data: bytes) -> list[str]:
        """All files that the program which starts in this file imports, and those import, as far as lines say so."""
        waiting = list(self._imported(path, data))
        seen = dict.fromkeys(waiting)
        while waiting:
            file = waiting.pop()
            found = self._all.get(file)
            if found is None:
                try:
                    found = tuple(self._imported(file, disk.read(file, limits.SOURCE_BYTES)))
                except OSError:
                    found = ()
                self._all[file] = found
            waiting += [each for each in found if each not in seen]
            seen.update(dict.fromkeys(found))
        return list(seen)

    def _look(self, file: str) -> tuple[bool, tuple[str, ...]]:
        found = self._imports.get(file)
        if found is None:
            try:
                data = disk.read(file, limits.SOURCE_BYTES)
            except OSError:
                data = b""
            found = (True, ()) if names_tensorflow(data) else (False, tuple(self._imported(file, data)))
            self._imports[file] = found
        return found

    def _imported(self, path: str, data: bytes) -> Iterator[str]:
        folder = os.path.dirname(path) or "."
        # Most lines have none: the expression takes ten times as long as finding that out.
        lines = b"\n".join([line for line in data.split(b"\n") if b"import" in line])
        for source, names, plain, dynamic in _IMPORT.findall(lines):
            if plain:
                for part in plain.split(b","):
                    words = part.split()
                    if words:
                        yield from self._resolve(folder, words[0].decode("ascii", "replace"), ())
            else:
                module = (source or dynamic).decode("ascii", "replace").replace(" ", "").replace("\t", "")
                listed = tuple(word.split()[0].decode("ascii", "replace") for word in names.split(b",") if word.split())
                yield from self._resolve(folder, module, listed)

    def _resolve(self, folder: str, module: str, names: tuple[str, ...]) -> Iterator[str]:
        dots = len(module) - len(module.lstrip("."))
        parts = [part for part in module.split(".") if part]
        roots: tuple[str, ...] = (folder, *self._search_path)
        if dots:
            roots = (os.path.join(folder, *[".."] * (dots - 1)),)
        for root in roots:
            place, found = root, False
            for part in parts:
                listing = self._listing(place)
                if part + ".py" in listing:
                    yield os.path.join(place, part + ".py")
                    found = True
                if part not in listing:
                    break
                found = True
                place = os.path.join(place, part)
                if "__init__.py" in self._listing(place):
                    yield os.path.join(place, "__init__.py")
            else:
                listing = self._listing(place)
                for name in names:
                    if name + ".py" in listing:
                        yield os.path.join(place, name + ".py")
                    elif name in listing and "__init__.py" in self._listing(os.path.join(place, name)):
                        yield os.path.join(place, name, "__init__.py")
                    elif name == "*":
                        yield from (os.path.join(place, file) for file in listing if file == "__init__.py")
            if found:
                return

    def _listing(self, folder: str) -> frozenset[str]:
        found = self._listings.get(folder)
        if found is None:
            try:
                found = frozenset(os.listdir(folder))
            except OSError:
                found = frozenset()
            self._listings[folder] = found
        return found
