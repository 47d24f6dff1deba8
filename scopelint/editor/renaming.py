"""Rename of a scope: asks for the places, and shows the client what names change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from scopelint.editor.analyser import WorkerDied
from scopelint.editor.documents import Document, Library
from scopelint.editor.protocol import refusal

if TYPE_CHECKING:
    from scopelint.editor.server import Server
    from scopelint.project.renaming import Place, Renaming

_SHOWN = 20
"""Names in what is said of a renaming."""


async def ask(server: Server, document: Document | None, position: types.Position, new: str) -> Any:  # noqa: ANN401
    """The Renaming; without a new name the place and the name as it is. Raises the reason where nothing is renamed."""
    if document is None or not document.path.endswith((".py", ".pyw")):
        raise refusal("scopes are renamed in Python files that are open")
    path, version = document.path, document.version
    if not 0 <= position.line < len(document.lines):
        raise refusal("there is no such line")
    column = server.library.column(document.lines[position.line], position.character)
    texts = {
        each.path: "\n".join(each.lines).encode("utf-8", "surrogatepass")
        for each in server.library.documents.values()
        if each.path.endswith((".py", ".pyw"))
    }
    paths = [path, *server.scheduler.dependents(path)]
    place = (path, position.line + 1, column)
    try:
        found = await server.fixer.ask("rename", paths, texts, server.settings.of(path), place, new)
    except (WorkerDied, RuntimeError) as problem:
        raise refusal(f"the analysis failed: {problem}") from None
    if isinstance(found, str):
        raise refusal(found)
    if document.version != version:
        raise refusal("the text has changed meanwhile")
    return found


def range_of(library: Library, place: Place) -> types.Range:
    document = library.at(place.path)
    text = (document.lines if document is not None else library.lines(place.path))[place.line - 1]
    return types.Range(
        types.Position(place.line - 1, library.units(text, place.column)),
        types.Position(place.line - 1, library.units(text, place.end)),
    )


def summary(found: Renaming) -> str:
    """What changes, and what does not."""
    names, count = found.names, len(found.places)
    said = f"{count} place{'s' * (count != 1)}, {len(names)} name{'s' * (len(names) != 1)} of variables"
    said += ": " + ", ".join(f"{old} -> {new}" for old, new in names[:_SHOWN]) if names else ""
    if len(names) > _SHOWN:
        said += f" and {len(names) - _SHOWN} more"
    if names:
        said += "; checkpoints written before hold the old names"
    if found.left:
        lines = ", ".join(str(site.line) for site in found.left[:_SHOWN])
        said += f"; the word stays where no name hangs on it: line{'s' * (len(found.left) != 1)} {lines}"
    return said


def edit(library: Library, found: Renaming, new: str, support: Any) -> types.WorkspaceEdit:  # noqa: ANN401
    """With the names beside each change where the client shows them."""
    if not getattr(support, "document_changes", False):
        changes: dict[str, list[types.TextEdit]] = {}
        for place in found.places:
            changes.setdefault(library.uri(place.path), []).append(types.TextEdit(range_of(library, place), new))
        return types.WorkspaceEdit(changes=changes)
    annotated = getattr(support, "change_annotation_support", None) is not None
    edits: dict[str, list[Any]] = {}
    for place in found.places:
        where = range_of(library, place)
        one = types.AnnotatedTextEdit("scope", where, new) if annotated else types.TextEdit(where, new)
        edits.setdefault(place.path, []).append(one)
    documents = []
    for path, those in edits.items():
        document = library.at(path)
        version = document.version if document is not None else None
        identifier = types.OptionalVersionedTextDocumentIdentifier(uri=library.uri(path), version=version)
        documents.append(types.TextDocumentEdit(identifier, those))
    notes = {"scope": types.ChangeAnnotation(f"scope {new}", description=summary(found))} if annotated else None
    return types.WorkspaceEdit(document_changes=documents, change_annotations=notes)
