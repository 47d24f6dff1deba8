"""Files: only regular ones are read, what is written is there whole or not at all, and where a path really leads."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
"""Without O_NONBLOCK the mere opening of a FIFO waits for whoever writes to it."""

_NEVER = ("/proc", "/sys", "/dev")
"""What lies here is the machine's, whatever folder was allowed."""


def read(path: str, most: int = -1) -> bytes:
    """The bytes of a regular file, `most` of them. OSError for all else: a FIFO is waited for, a device has no end."""
    try:
        number = os.open(path, _FLAGS)
    except ValueError:  # a NUL in the path
        raise OSError(errno.EINVAL, "no path of a file", path) from None
    with open(number, "rb", buffering=0) as stream:
        status = os.fstat(number)
        mode = status.st_mode
        if not stat.S_ISREG(mode):
            code = errno.EISDIR if stat.S_ISDIR(mode) else errno.EINVAL
            raise OSError(code, "is a directory" if stat.S_ISDIR(mode) else "not a regular file", path)
        if most < 0:
            return stream.readall()
        # Asked for a number of bytes, `read` takes that much memory, whatever is there.
        pieces, left, step = [], most, max(65_536, status.st_size + 1)
        while left > 0 and (piece := stream.read(min(left, step))):
            pieces.append(piece)
            left -= len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def read_up_to(path: str, most: int) -> bytes:
    """The bytes of a regular file. OSError for a larger one too, which nobody would have written."""
    data = read(path, most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, f"larger than {most} bytes", path)
    return data


def is_within(path: str, roots: Iterable[str]) -> bool:
    """Does a path, its links followed, lead into one of these folders (given as `real` has them)?"""
    place = real(path)
    return place is not None and any(place == root or place.startswith(root.rstrip(os.sep) + os.sep) for root in roots)


def is_of_the_machine(path: str) -> bool:
    """Does it lie among what the system shows of itself and of its processes?"""
    place = real(path)
    return place is None or any(place == folder or place.startswith(folder + "/") for folder in _NEVER)


def real(path: str) -> str | None:
    """Where a path leads, all links followed; None where it can be no path."""
    try:
        return os.path.realpath(path)
    except (OSError, ValueError):
        return None


_MARKS = ("pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "README.md", "README", "README.rst", "LICENSE")
_ABOVE = 3


@lru_cache(1024)
def project_of(folder: str) -> str:
    """The project that a folder lies in, its links followed: the repository; without one, the nearest of the folders
    above that looks like a project's; else the folder above it, as scripts lie in a folder of their own."""
    start = os.path.realpath(folder)
    above = list(_above(start))
    for at in above:
        if os.path.exists(os.path.join(at, ".git")):
            return at
    for at in above[:_ABOVE]:
        if any(os.path.exists(os.path.join(at, mark)) for mark in _MARKS):
            return at
    return above[1] if len(above) > 1 else start


def _above(folder: str) -> Iterator[str]:
    """The folder and those above it that hold no more than a project."""
    while not is_too_wide(folder):
        yield folder
        folder = os.path.dirname(folder)


@lru_cache(1024)
def is_too_wide(folder: str) -> bool:
    """Does more lie in a folder than one project: is it the root or right below, where the system keeps what is for the
    moment, the user's home, or above that?"""
    home = os.path.realpath(os.path.expanduser("~"))
    if home == folder or home.startswith(folder.rstrip(os.sep) + os.sep) or folder == os.path.dirname(folder):
        return True
    if folder.count(os.sep) < 2 and not os.path.exists(os.path.join(folder, ".git")):
        return True
    return folder == os.path.realpath(os.environ.get("TMPDIR") or "/tmp")


class Whole:
    """A file that is being written, as a context: it lies beside its place and is moved there at the end; where the
    end is not reached, what was there before stays. A link stays one, and the rights stay as they were."""

    def __init__(self, path: str) -> None:
        self.place = os.path.realpath(path)
        try:
            status: os.stat_result | None = os.stat(self.place)
        except FileNotFoundError:
            status = None
        self._aside = ""
        if status is not None and not stat.S_ISREG(status.st_mode):
            # A terminal, a pipe, /dev/null: nothing could be moved there.
            self.stream = open(self.place, "w", encoding="utf-8", errors="backslashreplace", newline="\n")  # noqa: SIM115
            return
        if status is not None and not os.access(self.place, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        self._aside = f"{self.place}.{os.getpid()}.part"
        with suppress(FileNotFoundError):
            os.unlink(self._aside)  # left by a process of that number that was killed
        number = os.open(self._aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o666)
        if status is not None and hasattr(os, "fchmod"):
            with suppress(OSError):
                os.fchmod(number, stat.S_IMODE(status.st_mode))
        self.stream = open(number, "w", encoding="utf-8", errors="backslashreplace", newline="\n")  # noqa: SIM115

    def __enter__(self) -> Whole:
        return self

    def __exit__(self, kind: object, *problem: object) -> None:
        try:
            self.stream.close()
            if self._aside and kind is None:
                os.replace(self._aside, self.place)
        finally:
            if self._aside:
                with suppress(OSError):
                    os.unlink(self._aside)


def write(path: str, data: bytes) -> None:
    """Puts these bytes in place, whole. OSError where that cannot be, and then nothing has changed."""
    with Whole(path) as file:
        file.stream.buffer.write(data)
