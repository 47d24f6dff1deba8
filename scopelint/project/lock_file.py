"""The lock file of a project: where it lies and how it is read."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from scopelint import disk, limits
from scopelint.project.config import Config, ConfigError
from scopelint.tuples import NamedTuple

if TYPE_CHECKING:
    from scopelint.lock.file import Lock


class Locked(NamedTuple):
    """A lock file as it is on disk; `lock` is empty where there is none yet."""

    path: str
    lock: Lock
    exists: bool

    @property
    def folder(self) -> str:
        """Files in it are told from here."""
        return os.path.dirname(os.path.abspath(self.path))

    @property
    def files(self) -> dict[str, None]:
        """The files that it speaks of, as a run names them."""
        return {entry.file: None for entry in self.lock.sections}

    def name_of(self, path: str) -> str:
        """A file as the lock calls it."""
        inside = os.path.relpath(os.path.abspath(path), self.folder)
        return inside.replace(os.sep, "/")


def lock_path(paths: Iterable[str], config: Config) -> str:
    """The lock file of these paths: beside the settings; without any, the nearest one in the folders above, up to the
    root of the repository. Where there is none yet, where it would be written. ConfigError where a link that came with
    the tree leads out of it: what stands there would be told, or written over."""
    if config.origin.get("lock") == "command line":
        return str(config.lock)
    place = _found(paths, config)
    if not disk.is_within(place, (disk.project_of(os.path.dirname(os.path.abspath(place))),)):
        raise ConfigError(f"{place}: leads out of the project, --lock may name it")
    return place


def _found(paths: Iterable[str], config: Config) -> str:
    if config.file:
        return shorter(os.path.join(config.root, config.lock))
    folders = [os.path.abspath(path) for path in paths if path != "-"] or [os.getcwd()]
    try:
        folder = os.path.commonpath(folders)
    except ValueError:  # two drives
        folder = folders[0]
    if not os.path.isdir(folder):
        folder = os.path.dirname(folder)
    for above in _searched(folder):
        found = os.path.join(above, config.lock)
        if os.path.isfile(found):
            return shorter(found)
    return str(config.lock)


def _searched(folder: str) -> list[str]:
    """The folder and those above it: up to the root of the repository, or, where there is none, to the one in which
    the user stands; what lies further up is a stranger's."""
    chain = [folder]
    while not os.path.exists(os.path.join(chain[-1], ".git")):
        above = os.path.dirname(chain[-1])
        if above == chain[-1]:
            here = os.getcwd()
            return chain[: chain.index(here) + 1] if here in chain else chain[:1]
        chain.append(above)
    return chain


def read_lock(path: str, merge: bool = False) -> Locked:
    """The lock file. ConfigError where it cannot be read, LockError where it is none."""
    # Not at the top: `check` looks for a lock in every run, and most have none.
    from scopelint.lock.file import Lock, parse

    text = read_text(path)
    if text is None:
        return Locked(path, Lock(), False)
    return Locked(path, parse(text, path, merge), True)


def read_text(path: str) -> str | None:
    """What stands in a lock file; None where there is none. ConfigError where it cannot be read."""
    try:
        return disk.read_up_to(path, limits.OWN_FILE_BYTES).decode("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as problem:
        said = problem.strerror if isinstance(problem, OSError) else "not UTF-8"
        raise ConfigError(f"{path}: {said or problem}") from None


def shorter(path: str) -> str:
    """From the working folder where it lies below it, as the user would write it."""
    inside = os.path.relpath(path)
    return path if inside.startswith("..") else inside


def put_text(path: str, text: str) -> None:
    """Writes a lock file in one step, so that nobody reads half of it. A link stays one."""
    disk.write(path, text.encode("utf-8", "backslashreplace"))
