"""One client's server: what it knows, and what it sends without being asked."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from scopelint import __version__
from scopelint.editor import diagnostics
from scopelint.editor.analyser import Analyser
from scopelint.editor.documents import Document, Library
from scopelint.editor.index import Index
from scopelint.editor.progress import Progress
from scopelint.editor.protocol import Protocol
from scopelint.editor.scheduler import Scheduler, cell_path
from scopelint.editor.settings import Settings

_NOTEBOOKS = types.NotebookDocumentSyncOptions(
    notebook_selector=[
        types.NotebookDocumentFilterWithCells(
            notebook="jupyter-notebook", cells=[types.NotebookCellLanguage(language="python")]
        )
    ]
)


class Server(LanguageServer):
    """One client's server. `fixer` tries fixes in a worker of its own, so that names do not wait for it."""

    def __init__(self) -> None:
        super().__init__("scopelint", __version__, notebook_document_sync=_NOTEBOOKS, protocol_cls=Protocol)
        self.library = Library()
        self.settings = Settings()
        self.scheduler = Scheduler(self.library, self.settings, self.tell, self.busy)
        self.fixer = Analyser()
        self.offers: dict[str, dict[Any, Any]] = {}
        self._told = ""
        self.bars = Progress(self)
        self.index = Index(self.library, self.settings, self.folders, self.bars)

    # what the client can do

    def can(self, *names: str) -> bool:
        found: Any = self.client_capabilities
        for name in names:
            found = getattr(found, name, None)
        return bool(found)

    @property
    def pulls(self) -> bool:
        """A client that asks for diagnostics is not sent them too: it would show each twice."""
        return self.can("text_document", "diagnostic")

    def folders(self) -> list[str]:
        """Those of the workspace, as paths."""
        workspace = self.workspace
        found = [path_of(uri) for uri in workspace.folders] or ([workspace.root_path] if workspace.root_path else [])
        return [folder for folder in found if os.path.isdir(folder)]

    # results

    async def tell(self, path: str, stale: set[str]) -> None:
        """After an analysis."""
        self.offers.pop(path, None)
        for place in stale:
            self.publish(place)
        if self.pulls and self.can("workspace", "diagnostics", "refresh_support"):
            self.quietly(self.workspace_diagnostic_refresh_async(None))
        if self.can("workspace", "inlay_hint", "refresh_support"):
            self.quietly(self.workspace_inlay_hint_refresh_async(None))
        wrong = self.settings.wrong
        if wrong and wrong != self._told:
            self._told = wrong
            self.window_show_message(types.ShowMessageParams(types.MessageType.Warning, f"scopelint: {wrong}"))

    def publish(self, path: str) -> None:
        document = self.library.at(path)
        if (self.pulls and document is not None) or not (document or os.path.isabs(path)):
            return
        self.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(
                uri=self.library.uri(path),
                diagnostics=diagnostics.diagnostics(self.library, path),
                version=document.version if document else None,
            )
        )

    async def busy(self, path: str, on: bool) -> None:
        """Shows that a long analysis goes on."""
        if on:
            await self.bars.begin(path, os.path.basename(path))
        else:
            self.bars.end(path)

    def quietly(self, request: Awaitable[object]) -> None:
        async def wait() -> None:
            with suppress(Exception):
                await request

        self._keep_task(asyncio.get_running_loop().create_task(wait()))

    _tasks: set[asyncio.Task[None]]

    def _keep_task(self, task: asyncio.Task[None]) -> None:
        # The loop itself holds tasks weakly.
        tasks = self.__dict__.setdefault("_tasks", set())
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    # documents

    def document(self, uri: str) -> Document | None:
        return self.library.documents.get(uri)

    async def fresh(self, uri: str) -> Document | None:
        """The document when its last change has been analysed."""
        document = self.document(uri)
        if document is not None:
            await self.scheduler.settled(self.file(document))
        return document

    def file(self, document: Document) -> str:
        """What is analysed for it: the file itself, or the notebook that a cell is of."""
        for path, cells in self.scheduler.notebooks.items():
            if document in cells:
                return path
        return document.path

    def notebook(self, uri: str) -> None:
        """Takes the cells of a notebook as they are now."""
        found = self.workspace.get_notebook_document(notebook_uri=uri)
        path = path_of(uri)
        before = self.scheduler.notebooks.get(path, [])
        cells = []
        for cell in found.cells if found is not None else ():
            if cell.kind != types.NotebookCellKind.Code:
                continue
            text = self.workspace.get_text_document(cell.document)
            document = self.document(cell.document)
            if document is None:
                document = Document(cell.document, "", text.source, text.version)
            elif document.lines != text.source.split("\n"):
                document.change(text.source, text.version)
            cells.append(document)
        if [each.uri for each in before] != [each.uri for each in cells]:
            # Cells are known by their number: what was said of them does not hold.
            self.library.analyses.pop(path, None)
            for document in before:
                self.library.drop(document.uri)
            for number, document in enumerate(cells, 1):
                document.path = cell_path(path, number)
                self.library.put(document)
        self.scheduler.notebooks[path] = cells
        self.scheduler.changed(path)


def path_of(uri: str) -> str:
    """The path that Sites use. A text never saved has none; it is named as the editor names it."""
    if uri.startswith("file:"):
        return os.path.normpath(to_fs_path(uri) or uri)
    return uri if uri.endswith(".py") else uri + ".py"
