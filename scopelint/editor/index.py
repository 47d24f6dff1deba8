"""The variables of the workspace's files that no window shows: looked for when a symbol is first asked for."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable

from scopelint.editor.analyser import Analyser, WorkerDied
from scopelint.editor.documents import Library
from scopelint.editor.progress import Progress
from scopelint.editor.settings import Settings
from scopelint.site import Site
from scopelint.tuples import NamedTuple

_FILES = 3000
"""Files of a workspace, the first in order of their paths."""

_ROWS = 100_000
"""Variables of all of them, some 30 MB."""

_AT_ONCE = 16
"""Files that the worker is given together; it answers when it has worked for a while."""

_LISTED = 5.0
"""Seconds for which a list of the folders' files holds where nobody tells of a change."""


class Row(NamedTuple):
    """A variable. `shape` is written out."""

    name: str
    shape: str
    site: Site


class Entry(NamedTuple):
    """What one file makes, when it was written, and the files that this hangs on."""

    rows: tuple[Row, ...]
    written: float
    read: tuple[str, ...]


class Index:
    """Analyses in a worker of its own, so that what is typed does not wait for it."""

    def __init__(self, library: Library, settings: Settings, folders: Callable[[], list[str]], progress: Progress
                 ) -> None:  # fmt: skip
        self.analyser = Analyser()
        self.entries: dict[str, Entry] = {}
        self._library = library
        self._settings = settings
        self._folders = folders
        self._progress = progress
        self._due: dict[str, float] = {}
        self._listed = float("-inf")
        self._task: asyncio.Task[None] | None = None

    def changed(self, path: str = "") -> None:
        """A file may have been written, made or removed; empty: any."""
        self._listed = float("-inf")
        entry = self.entries.get(path)
        if entry is not None:
            self.entries[path] = entry._replace(written=0.0)
        for key, each in self.entries.items():
            if path in each.read:
                self.entries[key] = each._replace(written=0.0)

    async def ready(self, seconds: float) -> None:
        """Returns when all files have been looked at, or after so long; the work goes on then."""
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._work())
        await asyncio.wait([self._task], timeout=seconds)

    def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self.analyser.close()

    async def _work(self) -> None:
        try:
            await self._list()
            total = len(self._due)
            if total > _AT_ONCE:
                await self._progress.begin("index", "variables of the workspace")
            while self._due and sum(len(entry.rows) for entry in self.entries.values()) < _ROWS:
                await self._some()
                done = total - len(self._due)
                self._progress.report("index", f"{done}/{total} files", done * 100 // max(total, 1))
        except Exception:
            # The next question begins anew; the editor keeps what servers log.
            logging.getLogger(__name__).exception("index of the workspace")
        finally:
            self._progress.end("index")

    async def _list(self) -> None:
        now = time.monotonic()
        if now < self._listed + _LISTED:
            return
        self._listed = now
        there: dict[str, float] = {}
        for folder in self._folders():
            there.update(
                await self.analyser.ask("files", folder, self._settings.of(os.path.join(folder, "x.py")), _FILES)
            )
        paths = sorted(there)[:_FILES]
        for gone in set(self.entries).difference(paths):
            del self.entries[gone]
        self._due = {
            path: there[path]
            for path in paths
            if path not in self._library.analyses
            and (path not in self.entries or self.entries[path].written != there[path])
        }
        for path in list(self.entries):
            if path not in self._due and any(read in self._due for read in self.entries[path].read):
                self._due[path] = there[path]

    async def _some(self) -> None:
        """The next few files, those of one folder, whose settings are the same."""
        first = next(iter(self._due))
        folder = os.path.dirname(first)
        batch = [path for path in self._due if os.path.dirname(path) == folder][:_AT_ONCE]
        try:
            config = self._settings.of(first)
            answers = await self.analyser.ask("index", batch, self._library.texts(), config)
        except WorkerDied:
            # Whichever of them it was: none is tried again before it changes.
            answers = [(path, (), ()) for path in batch]
        for path, rows, read in answers:
            self.entries[path] = Entry(tuple(Row(*row) for row in rows), self._due.pop(path), read)
