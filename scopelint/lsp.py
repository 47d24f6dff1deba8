"""The language server: translates the protocol in, asks scopelint.editor, translates out. Needs the extra `lsp`."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from typing import Any

from lsprotocol import types

from scopelint.editor import actions, diagnostics, hints, hover, navigation, renaming, symbols
from scopelint.editor.analyser import WorkerDied
from scopelint.editor.documents import Document
from scopelint.editor.server import Server, path_of
from scopelint.escapes import say
from scopelint.reports import to_html

_PATIENCE = 5.0
"""Seconds that a question about the workspace waits for files nobody has opened; those seen by then answer it."""

_WATCHED = ("**/*.py", "**/pyproject.toml", "**/setup.cfg", "**/tox.ini", "**/*.lock")


def make() -> Server:
    """A server with all that it answers."""
    server = Server()
    feature = server.feature

    @feature(types.INITIALIZE)
    def initialize(ls: Server, params: types.InitializeParams) -> None:
        ls.settings.say(params.initialization_options)

    @feature(types.INITIALIZED)
    async def initialized(ls: Server, _: types.InitializedParams) -> None:
        encoding = ls.workspace.position_encoding
        ls.library.encoding = str(getattr(encoding, "value", encoding) or "utf-16")
        ls.scheduler.analyser.start()
        if ls.can("workspace", "did_change_watched_files", "dynamic_registration"):
            watchers = [types.FileSystemWatcher(glob_pattern=glob) for glob in _WATCHED]
            options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
            ls.quietly(
                ls.client_register_capability_async(
                    types.RegistrationParams(
                        [types.Registration("scopelint-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)]
                    )
                )
            )
        await _ask_settings(ls)

    @feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def configured(ls: Server, params: types.DidChangeConfigurationParams) -> None:
        if ls.can("workspace", "configuration"):
            await _ask_settings(ls)
        else:
            ls.settings.say(params.settings)
            _all_again(ls)

    @feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    async def folders(ls: Server, _: types.DidChangeWorkspaceFoldersParams) -> None:
        await _ask_settings(ls)

    @feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def watched(ls: Server, params: types.DidChangeWatchedFilesParams) -> None:
        for change in params.changes:
            path = path_of(change.uri)
            ls.index.changed(path)
            if not path.endswith(".py"):
                ls.settings.forget()
                _all_again(ls)
                return
            if change.type == types.FileChangeType.Created:
                # An import that was not found may be this one.
                _all_again(ls)
                return
            if ls.library.at(path) is None:
                for key in ls.scheduler.dependents(path):
                    ls.scheduler.changed(key)

    @feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(ls: Server, params: types.DidOpenTextDocumentParams) -> None:
        item = params.text_document
        if ls.workspace.get_notebook_document(cell_uri=item.uri) is not None:
            return
        source = ls.workspace.get_text_document(item.uri).source
        ls.library.put(Document(item.uri, path_of(item.uri), _plain(source), item.version))
        ls.scheduler.changed(path_of(item.uri), 0.0)

    @feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(ls: Server, params: types.DidChangeTextDocumentParams) -> None:
        uri = params.text_document.uri
        document = ls.document(uri)
        if document is not None:
            document.change(_plain(ls.workspace.get_text_document(uri).source), params.text_document.version)
            ls.scheduler.changed(ls.file(document))

    @feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(ls: Server, params: types.DidSaveTextDocumentParams) -> None:
        for key in ls.scheduler.dependents(path_of(params.text_document.uri)):
            ls.scheduler.changed(key)

    @feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(ls: Server, params: types.DidCloseTextDocumentParams) -> None:
        document = ls.library.drop(params.text_document.uri)
        if document is not None:
            ls.index.changed(document.path)
            places = ls.scheduler.closed(document.path)
            ls.offers.pop(document.path, None)
            for place in places:
                ls.publish(place)

    @feature(types.NOTEBOOK_DOCUMENT_DID_OPEN)
    def notebook_opened(ls: Server, params: types.DidOpenNotebookDocumentParams) -> None:
        ls.notebook(params.notebook_document.uri)

    @feature(types.NOTEBOOK_DOCUMENT_DID_CHANGE)
    def notebook_changed(ls: Server, params: types.DidChangeNotebookDocumentParams) -> None:
        ls.notebook(params.notebook_document.uri)

    @feature(types.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def notebook_closed(ls: Server, params: types.DidCloseNotebookDocumentParams) -> None:
        path = path_of(params.notebook_document.uri)
        for document in ls.scheduler.notebooks.pop(path, []):
            ls.library.drop(document.uri)
        ls.scheduler.closed(path)

    _answers(server)
    _commands(server)

    @feature(types.SHUTDOWN)
    def shutdown(ls: Server, _: object) -> None:
        ls.scheduler.analyser.close()
        ls.fixer.close()
        ls.index.close()

    return server


def _answers(server: Server) -> None:
    """What the client asks."""
    feature = server.feature

    @feature(
        types.TEXT_DOCUMENT_DIAGNOSTIC,
        types.DiagnosticOptions(identifier="scopelint", inter_file_dependencies=True, workspace_diagnostics=False),
    )
    async def pulled(ls: Server, params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
        document = await ls.fresh(params.text_document.uri)
        items = diagnostics.diagnostics(ls.library, document.path) if document is not None else []
        mark = str(hash(repr(items)))
        if params.previous_result_id == mark:
            return types.RelatedUnchangedDocumentDiagnosticReport(result_id=mark)
        return types.RelatedFullDocumentDiagnosticReport(items=items, result_id=mark)

    @feature(types.TEXT_DOCUMENT_INLAY_HINT, types.InlayHintOptions(resolve_provider=True))
    async def inlay(ls: Server, params: types.InlayHintParams) -> list[types.InlayHint]:
        document = ls.document(params.text_document.uri)
        if document is None or not ls.settings.hints:
            return []
        if ls.file(document) not in ls.library.analyses:
            await ls.fresh(document.uri)
        support: Any = ls.client_capabilities.text_document and ls.client_capabilities.text_document.inlay_hint
        later = "tooltip" in getattr(getattr(support, "resolve_support", None), "properties", ())
        return hints.hints(ls.library, document, params.range.start.line, params.range.end.line, later)

    @feature(types.INLAY_HINT_RESOLVE)
    def inlay_resolved(ls: Server, hint: types.InlayHint) -> types.InlayHint:
        uri = hint.data.get("uri", "") if isinstance(hint.data, dict) else ""
        document = ls.document(uri)
        return hints.resolve(ls.library, document, hint) if document is not None else hint

    @feature(types.TEXT_DOCUMENT_HOVER)
    def hovered(ls: Server, params: types.HoverParams) -> types.Hover | None:
        document = ls.document(params.text_document.uri)
        return hover.hover(ls.library, document, params.position.line) if document else None

    @feature(types.TEXT_DOCUMENT_DEFINITION)
    def defined(ls: Server, params: types.DefinitionParams) -> list[types.Location]:
        document = ls.document(params.text_document.uri)
        return navigation.definition(ls.library, document, params.position.line) if document else []

    @feature(types.TEXT_DOCUMENT_REFERENCES)
    def referred(ls: Server, params: types.ReferenceParams) -> list[types.Location]:
        document = ls.document(params.text_document.uri)
        if document is None:
            return []
        whole = params.context.include_declaration
        return navigation.references(ls.library, document, params.position.line, whole)

    @feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def outline(ls: Server, params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        document = await ls.fresh(params.text_document.uri)
        return symbols.document_symbols(ls.library, document) if document else []

    @feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    async def may_rename(ls: Server, params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder:
        document = ls.document(params.text_document.uri)
        place, name = await renaming.ask(ls, document, params.position, "")
        where = renaming.range_of(ls.library, place)
        return types.PrepareRenamePlaceholder(where, name)

    @feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    async def renamed(ls: Server, params: types.RenameParams) -> types.WorkspaceEdit:
        document = ls.document(params.text_document.uri)
        found = await renaming.ask(ls, document, params.position, params.new_name)
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Info, f"scopelint: {renaming.summary(found)}"))
        support: Any = ls.client_capabilities.workspace and ls.client_capabilities.workspace.workspace_edit
        return renaming.edit(ls.library, found, params.new_name, support)

    @feature(types.WORKSPACE_SYMBOL)
    async def found(ls: Server, params: types.WorkspaceSymbolParams) -> list[types.WorkspaceSymbol]:
        await ls.index.ready(_PATIENCE)
        return symbols.workspace_symbols(ls.library, ls.index, params.query)

    @feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(
            code_action_kinds=[types.CodeActionKind.QuickFix, types.CodeActionKind.SourceFixAll],
            resolve_provider=True,
        ),
    )
    async def acted(ls: Server, params: types.CodeActionParams) -> list[types.CodeAction]:
        document = await ls.fresh(params.text_document.uri)
        if document is None:
            return []
        out = []
        here = [finding for finding, _ in diagnostics.findings_at(ls.library, document.path)]
        if actions.wanted(params.context.only, "quickfix"):
            wanted = actions.findings_in(ls.library, document, here, params.range)
            for finding, offer in (await _offers(ls, document, wanted)).items():
                out.append(actions.fix(ls.library, document, finding, offer))
            out += [a for f in wanted if (a := actions.accept(ls.library, document, f)) is not None]
            out += [a for f in wanted if (a := actions.suppress(ls.library, document, f)) is not None]
        if here and actions.wanted(params.context.only, actions.KIND_ALL) and document.path.endswith(".py"):
            action = types.CodeAction("Fix all scopelint findings that keep every name", actions.KIND_ALL)
            if ls.can("text_document", "code_action", "resolve_support"):
                action.data = {"uri": document.uri}
            else:
                action.command = types.Command(action.title, "scopelint.fixAll", arguments=[document.uri])
            out.append(action)
        return out

    @feature(types.CODE_ACTION_RESOLVE)
    async def resolved(ls: Server, action: types.CodeAction) -> types.CodeAction:
        if isinstance(action.data, dict) and action.edit is None:
            action.edit = await _all_fixed(ls, action.data.get("uri", ""))
        return action


def _commands(server: Server) -> None:
    command = server.command

    @command("scopelint.fixAll")
    async def fix_all(ls: Server, uri: str) -> None:
        edit = await _all_fixed(ls, uri)
        if edit is not None:
            await ls.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(edit, "scopelint: fix all"))

    @command("scopelint.names")
    async def names(ls: Server, uri: str) -> str:
        """The table of names; clients show it as they like."""
        document = ls.document(uri)
        if document is None:
            return ""
        path = ls.file(document)
        return str(await ls.fixer.ask("names", path, ls.scheduler.source(path), ls.settings.of(path)))

    @command("scopelint.accept")
    async def accept(ls: Server, uri: str, word: str) -> str:
        """Takes a name that is not as it is locked into the lock file."""
        document = ls.document(uri)
        if document is None:
            return ""
        path = ls.file(document)
        source = "\n".join(document.lines).encode("utf-8", "surrogatepass")
        said = str(await ls.fixer.ask("accept", path, source, ls.settings.of(path), word))
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Info, f"scopelint: {said}"))
        _all_again(ls)
        return said

    @command("scopelint.picture")
    async def picture(ls: Server, uri: str) -> str:
        """Writes the page of `scopelint tree --format html` and has the client open it. Gives its path."""
        document = ls.document(uri)
        if document is None:
            return ""
        path = ls.file(document)
        # With the whole graph, which the analyses while one types do without.
        asked = path, ls.scheduler.source(path), ls.library.texts(), ls.settings.of(path)
        findings, view, _ = await ls.fixer.ask("picture", *asked)
        folder = tempfile.mkdtemp(prefix="scopelint-")
        target = os.path.join(folder, os.path.basename(document.path) + ".html")
        texts = {path: data.decode("utf-8", "replace") for path, data in ls.library.texts().items()}
        with open(target, "w", encoding="utf-8") as stream:
            to_html.write([view], findings, to_html.reader(texts), stream)
        if ls.can("window", "show_document", "support"):
            ls.quietly(ls.window_show_document_async(types.ShowDocumentParams(ls.library.uri(target), external=True)))
        return target

    @command("scopelint.restart")
    def restart(ls: Server) -> None:
        ls.scheduler.analyser.stop()
        ls.settings.forget()
        _all_again(ls)


def _plain(source: str) -> str:
    """Line ends as the analysis counts them."""
    return source.replace("\r\n", "\n").replace("\r", "\n")


def _all_again(ls: Server) -> None:
    for path in [*ls.library.analyses, *ls.scheduler.notebooks]:
        ls.scheduler.changed(path)


async def _ask_settings(ls: Server) -> None:
    """Each folder of the workspace may have settings of its own."""
    if not ls.can("workspace", "configuration"):
        return
    roots = [None, *ls.workspace.folders]
    items = [types.ConfigurationItem(scope_uri=root, section="scopelint") for root in roots]
    with suppress(Exception):
        answers = await ls.workspace_configuration_async(types.ConfigurationParams(items))
        for root, settings in zip(roots, answers, strict=False):
            if settings:
                ls.settings.say(settings, path_of(root) if root else "")
        _all_again(ls)


async def _offers(ls: Server, document: Document, findings: list[Any]) -> dict[Any, Any]:
    """The fixes of these findings, each tried once per analysis. None while the text has moved on."""
    path = document.path
    if not findings or document.lines != document.analysed or not path.endswith((".py", ".pyw")):
        return {}
    known = ls.offers.setdefault(path, {})
    asked = [finding for finding in findings if finding not in known]
    if asked:
        source = "\n".join(document.analysed).encode("utf-8", "surrogatepass")
        try:
            found = dict(await ls.fixer.ask("offers", path, source, ls.settings.of(path), asked))
        except (WorkerDied, RuntimeError):
            found = {}
        known.update({finding: found.get(finding) for finding in asked})
    return {finding: known[finding] for finding in findings if known.get(finding)}


async def _all_fixed(ls: Server, uri: str) -> types.WorkspaceEdit | None:
    document = ls.document(uri)
    if document is None:
        return None
    version, source = document.version, "\n".join(document.lines).encode("utf-8", "surrogatepass")
    try:
        text, done = await ls.fixer.ask("fixed", document.path, source, ls.settings.of(document.path))
    except (WorkerDied, RuntimeError):
        return None
    if not done or document.version != version:
        return None
    return actions.edit(document, actions.whole(document, text))


def serve(port: int = 0) -> int:
    """Serves on the standard streams, or on a port of this machine alone."""
    server = make()
    if port:
        say(f"listening on 127.0.0.1:{port}")
        server.start_tcp("127.0.0.1", port)
    else:
        server.start_io()
    return 0
