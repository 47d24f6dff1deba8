"""What `check`, flake8 and the editor say of the lock: the files of a run held against it, TFS420 to TFS422."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from scopelint.limits import TOO_LONG
from scopelint.project.bounded import bounded
from scopelint.project.config import Config, ConfigError
from scopelint.project.lock_file import Locked, lock_path, put_text, read_lock
from scopelint.rules.findings import Finding

if TYPE_CHECKING:
    from scopelint.lock.variables import Made

Run = Callable[[Config], "dict[str, Any] | None"]
"""The names of the file under other settings; None where the analysis did not end."""

# Nothing of scopelint.lock is imported before there is a lock file: a warm run of `check` takes a tenth of a second.


class Keeper:
    """The lock files of one run, each looked for once a folder."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._known: dict[str, Locked | None] = {}

    def lock_of(self, path: str) -> Locked | None:
        """The lock that holds for a file; None where there is none. ConfigError where it cannot be read."""
        folder = "" if self._config.file else os.path.dirname(os.path.abspath(path))
        if folder not in self._known:
            place = lock_path([folder or self._config.root], self._config)
            self._known[folder] = _read(place, self._config) if os.path.isfile(place) else None
        return self._known[folder]

    def covers(self, path: str) -> bool:
        """Has the lock an entry of this file?"""
        locked = self.lock_of(path)
        return locked is not None and locked.name_of(path) in locked.files

    def findings(self, path: str, names: dict[str, Any], run: Run) -> list[Finding]:
        """What the names of a file, a record or that of a view, differ in from what is locked."""
        locked = self.lock_of(path)
        if locked is None or locked.name_of(path) not in locked.files:
            return []
        from scopelint.lock.leftovers import by_names  # 23 ms, where there is a lock file
        from scopelint.lock.updating import Accepted, update  # as above
        from scopelint.record.view import names_of, view_from  # as above
        from scopelint.rules.locked import lock_findings  # as above

        if "gaps" in names:
            names = names_of(view_from(path, names))
        part, made = judged(locked, path, names, self._config, run)
        held = update(part, locked.path, made, [locked.name_of(path)], Accepted(), by_names)
        return lock_findings(held.comparisons, path, locked.path)


def judged(locked: Locked, path: str, names: dict[str, Any], config: Config, run: Run) -> tuple[Any, list[Made]]:
    """The sections of a file, and what it makes in them. One that no whole run has entered is not spoken of: what
    the analysis did not end says nothing of it."""
    from scopelint.lock.file import Lock  # 3 ms, where there is a lock file
    from scopelint.lock.variables import collect  # as above
    from scopelint.project.locked_entries import completed  # as above

    file = locked.name_of(path)
    sections = {entry: section for entry, section in locked.lock.sections.items() if entry.file == file}
    cut = False

    def made_in(names: dict[str, Any] | None) -> list[Made]:
        nonlocal cut
        if names is None or any(row["reason"] == TOO_LONG for row in names.get("unknown", ())):
            cut = True
            return []
        return collect(names, file, locked.folder)

    made = completed(
        path, made_in(names), {entry.entry for entry in sections}, config, lambda other: made_in(run(other))
    )
    entered = {each.entry.entry for each in made}
    if cut:
        sections = {entry: section for entry, section in sections.items() if entry.entry in entered}
    kept = {entry.entry for entry in sections}
    return Lock(sections, locked.lock.lines), [each for each in made if each.entry.entry in kept]


_READ: dict[tuple[str, int, int], Locked] = {}
"""Lock files read in this process, by what shows that one changed: flake8 asks anew for each file."""


def _read(path: str, config: Config) -> Locked:
    try:
        status = os.stat(path)
    except OSError as problem:
        raise ConfigError(f"{path}: {problem.strerror}") from None
    key = (os.path.abspath(path), status.st_mtime_ns, status.st_size)
    if key not in _READ:
        _READ.clear()
        try:
            _READ[key] = bounded(config, path, lambda: read_lock(path))
        except Exception as problem:
            if type(problem).__name__ != "LockError":
                raise
            raise ConfigError(str(problem)) from None
    return _READ[key]._replace(path=path)


def take_one(path: str, config: Config, word: str, run: Run) -> str:
    """Takes one difference into the lock file, as an editor offers it. Gives what was done, one line."""
    from scopelint.lock.file import write  # 3 ms, where there is a lock file
    from scopelint.lock.leftovers import by_names  # 23 ms, where there is a lock file
    from scopelint.lock.updating import take  # as above
    from scopelint.project.revisions import short_head  # 9 ms, when a rename is accepted

    locked = Keeper(config).lock_of(path)
    if locked is None:
        return "there is no lock file"
    names = run(config)
    if names is None:
        return f"{path} could not be analysed"
    part, made = judged(locked, path, names, config, run)
    done = take(part, locked.path, made, word, short_head(locked.folder), by_names)
    whole = type(part)({**locked.lock.sections, **done.sections})
    if whole.sections == locked.lock.sections:
        return f"{locked.path} has it already, or the program has changed"
    try:
        put_text(locked.path, write(whole))
    except OSError as problem:
        return f"{locked.path}: {problem.strerror or problem}"
    return f"{locked.path}: {word or 'new names'} taken"
