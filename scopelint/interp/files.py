"""Files that the program and the analysis read: sources, data, checkpoints, folders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scopelint import limits
from scopelint.interp.modules import Modules
from scopelint.syntax.source import Source, decode

if TYPE_CHECKING:
    from scopelint.checkpoints.records import Checkpoint


class Files:
    """What the interpreter knows of files; a part of it."""

    modules: Modules
    options: Any
    shelf: Any

    def open_source(self, place: str) -> Source:
        import hashlib

        shelf = self.shelf
        data = shelf.texts.get(place) if shelf is not None else None
        if data is None:
            with open(place, "rb") as stream:
                data = stream.read(limits.SOURCE_BYTES + 1)
        mark = self.modules.read[place] = hashlib.sha256(data).hexdigest()
        found = shelf.source(place, mark) if shelf is not None else None
        if found is None:
            found = Source(place, decode(place, data))
            if shelf is not None:
                shelf.put(place, mark, found)
        return found

    def read_file(self, path: str) -> bytes | None:
        """The bytes of a data file that the program opens; None where it cannot be read."""
        import hashlib
        import os

        folders = [""] if os.path.isabs(path) else [os.path.dirname(self.modules.main), *self.modules.path]
        for folder in folders:
            place = os.path.join(folder, path)
            try:
                if not os.path.isfile(place) or os.path.getsize(place) > limits.DATA_FILE_BYTES:
                    continue
                with open(place, "rb") as stream:
                    data = stream.read()
            except (OSError, ValueError):
                continue
            self.modules.read[place] = hashlib.sha256(data).hexdigest()
            return data
        # One that appears later makes the result stale, as a module does.
        sought = (os.path.abspath(os.path.join(folder, path)) for folder in folders)
        self.modules.missing += [place for place in dict.fromkeys(sought) if place not in self.modules.missing]
        return None

    def read_checkpoint(self, path: str) -> Checkpoint | None:
        """The checkpoint that the program reads: at this path within the folders of its sources, else the one that the
        user says it is."""
        # The readers cost as much to import as a small file to analyse, and few programs read one.
        import hashlib
        import os

        from scopelint.checkpoints.locating import locate

        folders = [os.path.dirname(self.modules.main), os.getcwd(), *self.modules.path]
        located = locate(path, folders)
        if located.checkpoint is None and self.options.checkpoint:
            located = locate(self.options.checkpoint, [*folders, os.path.dirname(self.options.checkpoint)])
        for file in located.read:
            with open(file, "rb") as stream:
                self.modules.read[file] = hashlib.sha256(stream.read()).hexdigest()
        self.modules.missing += [file for file in located.missing if file not in self.modules.missing]
        return located.checkpoint

    def is_folder(self, path: str) -> bool:
        """Is there such a folder, seen from the script's own or from here?"""
        import os

        return any(os.path.isdir(os.path.join(root, path)) for root in (os.path.dirname(self.modules.main), ""))

    def list_folder(self, path: str) -> list[str] | None:
        """The names in a folder of the program's own source; None for any other."""
        import os

        place = os.path.normpath(path)
        if not os.path.isabs(place) or not any(
            place == root or place.startswith(os.path.join(root, ""))
            for root in map(os.path.normpath, self.modules.path)
        ):
            return None
        return sorted(self.modules.listing(place)) or None
