"""Finds the files to check: folders are walked, `.gitignore` and the excludes are kept."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from math import comb, prod
from typing import TYPE_CHECKING

from scopelint import disk
from scopelint.disk import project_of

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

SUFFIXES = (".py", ".pyw", ".ipynb")
_IGNORE_BYTES = 100_000
"""Of one `.gitignore`: each character costs a microsecond and a half, and the largest that people write have 20,000."""
_LINES = 10_000
"""Of one `.gitignore`: each is held against each file."""
_LINE = 4_096
"""Characters of a line: no path is longer."""
_WAYS = 2_000_000
_DEPTH = 200
"""Folders within each other: nobody's are, and what is asked of each goes over all above it."""


class Ignore:
    """The lines of one `.gitignore`, or a list of globs in its syntax, for the folder it lies in."""

    def __init__(self, folder: str, lines: Iterable[str]) -> None:
        self.folder = folder
        self._lines = tuple(lines)

    def __bool__(self) -> bool:
        return len(_spec(self._lines)) > 0

    def at(self, folder: str) -> Ignore:
        """The same lines for another folder."""
        return Ignore(folder, self._lines)

    def verdict(self, path: str, is_folder: bool) -> bool | None:
        """True: ignored, False: taken back by `!`, None: says nothing. The last line that matches counts."""
        relative = os.path.relpath(path, self.folder).replace(os.sep, "/")
        if relative.startswith("../"):
            return None
        lines = self._lines
        if any(map(_branches, lines)):
            lines = tuple(line for line in lines if not _may_take_for_ever(line, relative))
        return _spec(lines).check_file(relative + "/" if is_folder else relative).include


@lru_cache(65_536)
def _branches(line: str) -> tuple[int, ...]:
    """Of each part of a glob in which several `*` stand, how many; last, where there are several, how many `**`."""
    parts = line.split("/")
    found = [len(re.findall(r"\*+", part)) for part in parts if part != "**"]
    return tuple(count for count in (*found, parts.count("**")) if count > 1)


def _may_take_for_ever(line: str, path: str) -> bool:
    """Could a regular expression go through more ways to lay this glob over a path than there is time for? Such a line
    says nothing: it is nobody's who wants his files ignored."""
    longest = max(*map(len, path.split("/")), path.count("/") + 1)
    return prod(comb(max(longest, count), count) for count in _branches(line)) > _WAYS


@lru_cache(4096)
def _spec(lines: tuple[str, ...]) -> GitIgnoreSpec:
    """As git reads them; a line that it would not understand says nothing."""
    from pathspec import GitIgnoreSpec  # 25 ms, which a run over named files does without

    lines = tuple(line for line in lines if len(line) <= _LINE)
    try:
        return GitIgnoreSpec.from_lines(lines)
    except (ValueError, re.error):
        readable = [line for line in lines if _is_readable(line)]
        return GitIgnoreSpec.from_lines(readable)


def _is_readable(line: str) -> bool:
    from pathspec import GitIgnoreSpec  # as above

    try:
        GitIgnoreSpec.from_lines([line])
    except (ValueError, re.error):
        return False
    return True


def glob_matches(glob: str, path: str, root: str) -> bool:
    """Does a glob of the settings match a file? By its path from the root, from any folder, or by a folder above."""
    return Ignore(root, (glob,)).verdict(os.path.abspath(path), is_folder=False) is True


def _read_ignore(folder: str, name: str = ".gitignore") -> Ignore | None:
    try:
        text = disk.read(os.path.join(folder, name), _IGNORE_BYTES).decode("utf-8", "replace")
        found = Ignore(folder, text.splitlines()[:_LINES])
    except OSError:
        return None
    return found if found else None


def _ignores_above(folder: str) -> list[Ignore]:
    """The `.gitignore` files from the repository's root down to the folder, and `.git/info/exclude`."""
    chain = []
    at = os.path.abspath(folder)
    while True:
        chain.append(at)
        if os.path.exists(os.path.join(at, ".git")):
            break
        above = os.path.dirname(at)
        if above == at:
            # Not in a repository: the `.gitignore` files of strangers' folders above say nothing about it.
            chain = chain[:1]
            break
        at = above
    found = []
    own = _read_ignore(chain[-1], os.path.join(".git", "info", "exclude"))
    if own:
        found.append(own)
    for each in reversed(chain[1:]):
        ignore = _read_ignore(each)
        if ignore:
            found.append(ignore)
    return found


def _is_ignored(ignores: list[Ignore], path: str, is_folder: bool) -> bool:
    for ignore in reversed(ignores):
        verdict = ignore.verdict(path, is_folder)
        if verdict is not None:
            return verdict
    return False


def discover(paths: Iterable[str], exclude: Iterable[str] = (), root: str = "") -> Iterator[str]:
    """The files of these paths, each once, those of a folder in order. A file that is named is taken as it is."""
    excluded = Ignore(root or os.getcwd(), exclude)
    seen: set[str] = set()
    for path in paths:
        if os.path.isdir(path):
            for file in _walk(path, _ignores_above(path), excluded):
                real = os.path.normpath(file)
                if real not in seen:
                    seen.add(real)
                    yield real
        elif os.path.normpath(path) not in seen:
            seen.add(os.path.normpath(path))
            yield os.path.normpath(path)


def _walk(folder: str, ignores: list[Ignore], excluded: Ignore, depth: int = 0) -> Iterator[str]:
    own = _read_ignore(os.path.abspath(folder))
    if own:
        ignores = [*ignores, own]
    try:
        with os.scandir(folder) as entries:
            listed = sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return
    folders = []
    for entry in listed:
        try:
            is_folder = entry.is_dir(follow_symlinks=False)
        except OSError:
            continue
        if not is_folder and not entry.name.endswith(SUFFIXES):
            continue
        path = os.path.abspath(entry.path)
        if _excluded(excluded, path, is_folder) or (ignores and _is_ignored(ignores, path, is_folder)):
            continue
        if is_folder:
            folders.append(entry.path)
        elif _is_ours(entry):
            yield entry.path
    for each in folders if depth < _DEPTH else ():
        yield from _walk(each, ignores, excluded, depth + 1)


def _leads_inside(path: str) -> bool:
    """A link that leads out of the project is not followed by a walk: nobody named the file behind it."""
    return disk.is_within(path, (project_of(os.path.dirname(os.path.abspath(path))),))


def _is_ours(entry: os.DirEntry[str]) -> bool:
    """Is it a file, and if it is a link, one that leads to what is walked? A ring of links leads nowhere."""
    try:
        return entry.is_file() and (not entry.is_symlink() or _leads_inside(entry.path))
    except OSError:
        return False


def _excluded(excluded: Ignore, path: str, is_folder: bool) -> bool:
    if os.path.relpath(path, excluded.folder).startswith(".."):
        # A folder outside the root is walked all the same, and `.venv` is no more wanted there.
        return bool(excluded.at(os.path.dirname(path)).verdict(path, is_folder))
    return bool(excluded.verdict(path, is_folder))
