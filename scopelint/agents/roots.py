"""The folders that a server may look into: what is asked for is resolved against them, all else it cannot open."""

from __future__ import annotations

import errno
import os
import sys
import sysconfig
import tempfile
from collections.abc import Iterable, Sequence

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
_SPECIAL = frozenset((os.devnull, "/proc/self/statm", "/dev/urandom"))
_FOLDERS = frozenset(("os.listdir", "os.scandir"))


class Refused(Exception):
    """What is asked for cannot be done; the text says why and what can be done instead."""


class Roots:
    """Paths are compared after all symbolic links are followed."""

    def __init__(self, folders: Sequence[str]) -> None:
        self.folders = tuple(dict.fromkeys(os.path.realpath(folder) for folder in folders))

    def holds(self, path: str) -> bool:
        real = os.path.realpath(path)
        return any(_lies_in(real, folder) for folder in self.folders)

    def resolve(self, path: str) -> str:
        """The path as the analysis takes it: seen from the first root, not led out of the roots by any link."""
        if not path or "\0" in path:
            raise Refused("a path is expected, not an empty one")
        place = os.path.normpath(os.path.join(self.folders[0], os.path.expanduser(path)))
        if not self.holds(place):
            raise Refused(
                f"{path}: outside the folders that this server may look into ({', '.join(self.folders)}): name a path "
                "in them, relative paths are seen from the first"
            )
        return place

    def existing(self, path: str) -> str:
        place = self.resolve(path)
        if not os.path.exists(place):
            raise Refused(f"{path}: no such file or folder; {self._beside(place)}")
        return place

    def _beside(self, place: str) -> str:
        """What lies where the path leads to, as far as it does."""
        folder = os.path.dirname(place)
        while not os.path.isdir(folder) and self.holds(os.path.dirname(folder)):
            folder = os.path.dirname(folder)
        try:
            names = sorted(name for name in os.listdir(folder) if not name.startswith("."))
        except OSError:
            names = []
        shown = ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")
        return f"{os.path.relpath(folder, self.folders[0])} holds {shown or 'nothing'}"


def _lies_in(real: str, folder: str) -> bool:
    return real == folder or real.startswith(folder.rstrip(os.sep) + os.sep)


class Fence:
    """From when it stands, this process opens nothing outside the roots, and writes nothing at all: a program that is
    analysed may open files, import modules or list folders anywhere, and so may links in the roots lead there.

    Python's own library and this package's stay readable, as they are what analyses; `scratch` is written to."""

    def __init__(self, roots: Roots) -> None:
        self._roots = roots
        self.scratch = os.path.realpath(tempfile.mkdtemp(prefix="scopelint-mcp-"))
        tempfile.tempdir = self.scratch
        self._library = tuple(_library())

    def stand(self) -> None:
        """For good: Python takes no audit hook back."""
        sys.addaudithook(self._audit)

    def _audit(self, event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            path, mode, flags = arguments
            writes = bool(isinstance(flags, int) and flags & _WRITING)
            if isinstance(mode, str):
                writes = writes or any(letter in mode for letter in "wax+")
            self._look(path, writes)
        elif event in _FOLDERS:
            self._look(arguments[0] if arguments[0] is not None else ".", False)

    def _look(self, path: object, writes: bool) -> None:
        if isinstance(path, int):
            return
        try:
            name = os.fsdecode(path)  # type: ignore[arg-type]
        except TypeError:
            return
        if name in _SPECIAL:
            return
        real = os.path.realpath(name)
        if _lies_in(real, self.scratch):
            return
        if writes:
            # Python keeps what it compiles of its own library.
            if not (os.path.basename(os.path.dirname(real)) == "__pycache__" and self._is_library(real)):
                raise PermissionError(errno.EACCES, "this server writes nothing", name)
        elif not self._roots.holds(real) and not self._is_library(real):
            raise PermissionError(errno.EACCES, "outside the folders that this server may look into", name)

    def _is_library(self, real: str) -> bool:
        return any(_lies_in(real, folder) for folder in self._library)


def _library() -> Iterable[str]:
    """The folders of Python's library and of what is installed beside this package."""
    own = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    found = [sysconfig.get_paths().get(name, "") for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    found += [own, *(folder for folder in sys.path if "site-packages" in folder or "dist-packages" in folder)]
    return {os.path.realpath(folder) for folder in found if folder}
