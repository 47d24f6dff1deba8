"""Finds the files to check: folders are walked, `.gitignore` and the excludes are kept."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

SUFFIXES = (".py", ".pyw", ".ipynb")


class Ignore:
    """The lines of one `.gitignore`, or a list of globs in its syntax, for the folder it lies in."""

    def __init__(self, folder: str, lines: Iterable[str]) -> None:
        self.folder = folder
        self._patterns: list[tuple[re.Pattern[str], bool, bool]] = []
        for line in lines:
            parsed = _parse(line)
            if parsed is not None:
                self._patterns.append(parsed)

    def __bool__(self) -> bool:
        return bool(self._patterns)

    def at(self, folder: str) -> Ignore:
        """The same lines for another folder."""
        other = Ignore(folder, ())
        other._patterns = self._patterns
        return other

    def verdict(self, path: str, is_folder: bool) -> bool | None:
        """True: ignored, False: taken back by `!`, None: says nothing. The last line that matches counts."""
        relative = os.path.relpath(path, self.folder).replace(os.sep, "/")
        if relative.startswith("../"):
            return None
        for pattern, taken_back, folders_only in reversed(self._patterns):
            if (is_folder or not folders_only) and pattern.fullmatch(relative):
                return not taken_back
        return None


@lru_cache(4096)
def _parse(line: str) -> tuple[re.Pattern[str], bool, bool] | None:
    line = line.rstrip("\r\n")
    if not line.endswith("\\ "):
        line = line.rstrip(" ")
    if not line or line.startswith("#"):
        return None
    taken_back = line.startswith("!")
    if taken_back:
        line = line[1:]
    folders_only = line.endswith("/")
    line = line.rstrip("/")
    anchored = "/" in line
    line = line.lstrip("/")
    if not line:
        return None
    try:
        return re.compile(("" if anchored else "(?:.*/)?") + glob_expression(line), re.DOTALL), taken_back, folders_only
    except re.error:
        return None


def glob_expression(glob: str) -> str:
    """A glob as a regular expression: `*` stays within a folder, `**` does not."""
    out, at = "", 0
    while at < len(glob):
        char = glob[at]
        if glob.startswith("**/", at):
            out, at = out + "(?:.*/)?", at + 3
        elif glob.startswith("**", at):
            out, at = out + ".*", at + 2
        elif char == "*":
            out, at = out + "[^/]*", at + 1
        elif char == "?":
            out, at = out + "[^/]", at + 1
        elif char == "[" and "]" in glob[at + 2 :]:
            end = glob.index("]", at + 2)
            inside = glob[at + 1 : end]
            inside = "^" + inside[1:] if inside[0] in "!^" else inside
            out, at = out + "[" + inside.replace("\\", "\\\\") + "]", end + 1
        elif char == "\\" and at + 1 < len(glob):
            out, at = out + re.escape(glob[at + 1]), at + 2
        else:
            out, at = out + re.escape(char), at + 1
    return out


def glob_matches(glob: str, path: str, root: str) -> bool:
    """Does a glob of the settings match a file? By its path from the root, from any folder, or by a folder above."""
    parsed = _parse(glob)
    if parsed is None:
        return False
    relative = os.path.relpath(os.path.abspath(path), root).replace(os.sep, "/")
    parts = relative.split("/")
    return any(parsed[0].fullmatch("/".join(parts[: end + 1])) for end in range(len(parts)))


def _read_ignore(folder: str, name: str = ".gitignore") -> Ignore | None:
    try:
        with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as stream:
            found = Ignore(folder, stream)
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


def _walk(folder: str, ignores: list[Ignore], excluded: Ignore) -> Iterator[str]:
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
        elif entry.is_file():
            yield entry.path
    for each in folders:
        yield from _walk(each, ignores, excluded)


def _excluded(excluded: Ignore, path: str, is_folder: bool) -> bool:
    if os.path.relpath(path, excluded.folder).startswith(".."):
        # A folder outside the root is walked all the same, and `.venv` is no more wanted there.
        return bool(excluded.at(os.path.dirname(path)).verdict(path, is_folder))
    return bool(excluded.verdict(path, is_folder))
