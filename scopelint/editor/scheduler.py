"""Which file is analysed when: debounced, the last touched first, never on the protocol's own time."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable

from scopelint.editor.analyser import Analyser, WorkerDied
from scopelint.editor.documents import Analysis, Document, Library
from scopelint.editor.settings import Settings
from scopelint.project.notebooks import Notebook
from scopelint.record.view import View
from scopelint.rules.findings import Finding
from scopelint.site import CELL

_OVERDUE = 1.0
"""Seconds that an analysis may go on after its text has changed: short ones end, so that steady typing sees results."""


class Scheduler:
    """`done` is awaited after each analysis with the paths whose diagnostics may have changed."""

    def __init__(
        self, library: Library, settings: Settings, done: Callable[[str, set[str]], Awaitable[None]],
        busy: Callable[[str, bool], Awaitable[None]],
    ) -> None:  # fmt: skip
        self.library = library
        self.settings = settings
        self.analyser = Analyser()
        self.notebooks: dict[str, list[Document]] = {}
        """The code cells of each open notebook, in order."""
        self._done = done
        self._busy = busy
        self._due: dict[str, float] = {}
        self._running: tuple[str, int] | None = None
        self._settled: dict[str, list[asyncio.Future[None]]] = {}
        self._wake: asyncio.Event = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._published: dict[str, set[str]] = {}

    def changed(self, path: str, wait: float | None = None) -> None:
        """The file wants a new analysis."""
        self._due[path] = time.monotonic() + (self.settings.debounce if wait is None else wait)
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._work())
        if self._running is not None and self._running[0] == path:
            asyncio.get_running_loop().call_later(_OVERDUE, self._cancel, self._running)
        self._wake.set()

    def closed(self, path: str) -> set[str]:
        """Forgets a file; gives the paths that it had findings in."""
        self._due.pop(path, None)
        self.library.analyses.pop(path, None)
        self._settle(path)
        return self._published.pop(path, set()) | {path}

    def dependents(self, path: str) -> list[str]:
        return [key for key, analysis in self.library.analyses.items() if key != path and path in analysis.read]

    async def settled(self, path: str) -> None:
        """Returns when no change of this file waits for its analysis."""
        if path not in self._due and (self._running is None or self._running[0] != path):
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._settled.setdefault(path, []).append(future)
        await future

    def _cancel(self, running: tuple[str, int]) -> None:
        if self._running == running and running[0] in self._due:
            self.analyser.cancel(running[1])

    def _settle(self, path: str) -> None:
        for future in self._settled.pop(path, ()):
            if not future.done():
                future.set_result(None)

    async def _work(self) -> None:
        while True:
            while self._due:
                now = time.monotonic()
                ready = [path for path, due in self._due.items() if due <= now]
                if not ready:
                    await asyncio.sleep(min(self._due.values()) - now)
                    continue
                path = max(ready, key=lambda each: self._due[each])
                del self._due[path]
                try:
                    await self._analyse(path)
                except Exception:
                    # A defect must not end all analyses of this session; the editor keeps what servers log.
                    logging.getLogger(__name__).exception("analysis of %s", path)
                if path not in self._due:
                    self._settle(path)
            self._wake.clear()
            await self._wake.wait()

    def source(self, path: str) -> bytes:
        """The text of an open file as it is analysed; of a notebook its cells."""
        cells, document = self.notebooks.get(path), self.library.at(path)
        if cells is not None:
            return _notebook(["\n".join(each.lines) for each in cells])
        return "\n".join(document.lines).encode("utf-8", "surrogatepass") if document is not None else b""

    async def _analyse(self, path: str) -> None:
        cells = self.notebooks.get(path)
        document = self.library.at(path)
        if cells is None and document is None:
            return
        documents = cells if cells is not None else [document] if document is not None else []
        texts = ["\n".join(each.lines) for each in documents]
        source = self.source(path)
        number = self.analyser.new_number()
        self._running = (path, number)
        telling = asyncio.create_task(self._tell(path))
        try:
            config = self.settings.of(path)
            answer = await self.analyser.ask("analyse", path, source, self.library.texts(), config, number=number)
        except (WorkerDied, RuntimeError, OSError):
            answer = None
        finally:
            self._running = None
            telling.cancel()
        await self._busy(path, False)
        if answer is None or (path not in self.notebooks and self.library.at(path) is None):
            return
        known = self.library.analyses.get(path)
        before = known.view if known is not None else None
        self._keep(path, documents, texts, answer)
        places = {finding.site.path for finding in self.library.analyses[path].findings}
        places |= {path, *(each.path for each in documents)}
        stale = self._published.get(path, set()) | places
        self._published[path] = places
        if before is not None and self.library.analyses[path].view is not before:
            # The scripts that import this module are to be read again with its new text.
            for key in self.dependents(path):
                self._due.setdefault(key, time.monotonic())
        await self._done(path, stale)

    def _keep(
        self,
        path: str,
        documents: list[Document],
        texts: list[str],
        answer: tuple[list[Finding], View, tuple[str, ...]],
    ) -> None:
        findings, view, read = answer
        problem = next((f for f in findings if f.code in ("TFS900", "TFS901") and f.site.path == path), None)
        analysis = self.library.analyses.setdefault(path, Analysis())
        if problem is not None:
            # The last good result stays: the lines that are not being typed keep their names.
            analysis.problem = self._in_cell(path, texts, problem) if path in self.notebooks else problem
            return
        analysis.findings, analysis.view, analysis.read, analysis.problem = findings, view, read, None
        for document, text in zip(documents, texts, strict=True):
            document.keep(text)

    def _in_cell(self, path: str, texts: list[str], problem: Finding) -> Finding:
        notebook = Notebook(path, _notebook(texts))
        _, starts = notebook.program()
        return problem._replace(site=notebook.site(problem.site, starts))

    async def _tell(self, path: str) -> None:
        await asyncio.sleep(_OVERDUE)
        # What was asked of the client is waited for although the analysis has ended: its answer still comes.
        await asyncio.shield(self._busy(path, True))


def _notebook(cells: list[str]) -> bytes:
    """The cells as the file that a notebook is."""
    return json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": cell} for cell in cells]}).encode()


def cell_path(notebook: str, number: int) -> str:
    return f"{notebook}{CELL}{number}"
