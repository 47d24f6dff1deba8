"""Files that the program and the analysis read: sources, data, checkpoints, folders."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from scopelint import disk, limits
from scopelint.apis import stand_ins
from scopelint.digest import digest
from scopelint.graph.conditions import assumption
from scopelint.interp.modules import Modules
from scopelint.syntax.source import Source, decode

if TYPE_CHECKING:
    from scopelint.checkpoints.records import Checkpoint


class Files:
    """What the interpreter knows of files; a part of it."""

    modules: Modules
    options: Any
    shelf: Any
    words_left: Any
    state: Any
    _roots: list[str] | None = None
    # Has the program looked which files there are?
    listed = False

    def open_source(self, place: str) -> Source:
        shelf = self.shelf
        data = shelf.texts.get(place) if shelf is not None else None
        if data is None:
            if not self.may_read(place) and not place.startswith(stand_ins.FOLDER):
                raise OSError(f"{place} lies outside of the project")
            data = disk.read(place, limits.SOURCE_BYTES + 1)
        mark = self.modules.read[place] = digest(data)
        found = shelf.source(place, mark) if shelf is not None else None
        if found is None:
            found = Source(place, decode(place, data), most=self.words_left())
            if shelf is not None:
                shelf.put(place, mark, found)
        return found

    def read_file(self, path: str) -> bytes | None:
        """The bytes of a data file that the program opens; None where it cannot be read. A program is taken to be run
        from its script's own folder. Where it lies in a package it is not, nor where only another folder has the file:
        what follows then hangs on it that this is the one."""
        path = self.from_here(path)
        folders = [""] if os.path.isabs(path) else [os.path.dirname(self.modules.main), *self.modules.path]
        for folder in folders:
            place = os.path.join(folder, path)
            try:
                if not self.may_read(place):
                    continue
                data = disk.read(place, limits.DATA_FILE_BYTES + 1)
            except OSError:
                continue
            if len(data) > limits.DATA_FILE_BYTES:
                continue
            self.modules.read[place] = digest(data)
            if not os.path.isabs(path) and not self._is_run_from(folder):
                self.state.take(assumption(f"{path} is the one in {os.path.basename(os.path.normpath(folder))}"))
            return data
        # One that appears later makes the result stale, as a module does.
        sought = (os.path.abspath(os.path.join(folder, path)) for folder in folders)
        self.modules.missing += [place for place in dict.fromkeys(sought) if place not in self.modules.missing]
        return None

    def from_here(self, path: str) -> str:
        """A path that the program gives, as it is meant where the program was started: it may have gone elsewhere."""
        gone = self.state.stack("cwd").items
        if not gone or os.path.isabs(path):
            return path
        # Of a folder that is not known no file is.
        return os.path.normpath(os.path.join(gone[-1] if isinstance(gone[-1], str) else "/?", path))

    def _is_run_from(self, folder: str) -> bool:
        """Is this the folder of a script that lies in no package?"""
        home = os.path.dirname(self.modules.main)
        return folder == home and "__init__.py" not in self.modules.listing(home)

    def read_checkpoint(self, path: str) -> Checkpoint | None:
        """The checkpoint that the program reads: at this path within the folders of its sources, else the one that the
        user says it is."""
        # The readers cost as much to import as a small file to analyse, and few programs read one.
        from scopelint.checkpoints.locating import locate  # 12 ms, for programs that load checkpoints

        path = self.from_here(path)
        here = [os.getcwd()] if self.may_read(os.getcwd()) else []
        folders = [os.path.dirname(self.modules.main), *here, *self.modules.path]
        located = locate(path, folders, self.may_read)
        if located.checkpoint is None and self.options.checkpoint:
            given = [*folders, os.path.dirname(self.options.checkpoint)]
            located = locate(self.options.checkpoint, given, self.may_read)
        for file in located.read:
            with suppress(OSError):
                self.modules.read[file] = digest(disk.read(file))
        self.modules.missing += [file for file in located.missing if file not in self.modules.missing]
        return located.checkpoint

    def is_folder(self, path: str) -> bool:
        """Is there such a folder, seen from the script's own or from here?"""
        path = self.from_here(path)
        places = [os.path.join(root, path) for root in (os.path.dirname(self.modules.main), "")]
        return any(self.may_read(place) and os.path.isdir(place) for place in places)

    def may_read(self, place: str) -> bool:
        """Does it lie in the project or on the search path, or in a folder that the user has allowed? What stands in
        any other file is not known, so that a program cannot have it told in a report."""
        if self._roots is None:
            home = os.path.dirname(self.modules.main)
            folders = [home, *self.modules.path, *(self.options.roots or (disk.project_of(home),))]
            self._roots = [root for root in map(disk.real, folders) if root]
        allowed = disk.is_within(place, self._roots) or self._is_searched(place)
        return allowed and not disk.is_of_the_machine(place)

    def _is_searched(self, place: str) -> bool:
        """Does it stand, links or not, in a folder that the user himself put on the search path? What is linked there,
        be it one module or a whole farm of links, is as good as what lies there."""
        if os.pardir in place.split(os.sep):
            return False
        return any(place.startswith(os.path.join(folder, "")) for folder in self.options.linked)

    def list_folder(self, path: str) -> list[str] | None:
        """The names in a folder of the program's own source; None for any other."""
        self.listed = True
        place = os.path.normpath(path)
        if (
            not os.path.isabs(place)
            or not any(
                place == root or place.startswith(os.path.join(root, ""))
                for root in map(os.path.normpath, self.modules.path)
            )
            or not self.may_read(place)
        ):
            return None
        return sorted(self.modules.listing(place)) or None
