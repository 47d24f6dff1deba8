"""The outline: scopes and variables of a file as a tree, and variables of the workspace by predicted name."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from scopelint.editor.documents import Document, Library
from scopelint.editor.index import Index
from scopelint.record.view import Variable, written
from scopelint.site import Site

_FOUND = 200


class _Node:
    def __init__(self, name: str) -> None:
        self.name = name
        self.inner: dict[str, _Node] = {}
        self.variable: Variable | None = None
        self.where: types.Range | None = None


def document_symbols(library: Library, document: Document) -> list[types.DocumentSymbol]:
    """Each variable below its scopes; a part of a name stands where its scope was opened, if that is in this file."""
    root = _Node("")
    scopes: dict[str, types.Range] = {}
    for view in library.views(document.path):
        for opened in view.scopes:
            if opened.site.path == document.path:
                where = library.range(opened.site)
                if where is not None:
                    scopes.setdefault(opened.prefix.rstrip("/"), where)
        for variable in view.variables:
            if variable.site.path != document.path:
                continue
            where = library.range(variable.site)
            if where is None:
                continue
            node = root
            for part in variable.name.split("/"):
                node = node.inner.setdefault(part, _Node(part))
            if node.variable is None:
                node.variable, node.where = variable, where
    return [_symbol(node, node.name, scopes) for node in root.inner.values()]


def _symbol(node: _Node, full: str, scopes: dict[str, types.Range]) -> types.DocumentSymbol:
    children = [_symbol(inner, f"{full}/{inner.name}", scopes) for inner in node.inner.values()]
    if node.variable is not None:
        where = node.where or types.Range(types.Position(0, 0), types.Position(0, 0))
        detail = f"{written(node.variable.shape)} {node.variable.dtype}".rstrip()
        kind = types.SymbolKind.Variable if node.variable.trainable is not False else types.SymbolKind.Constant
        return types.DocumentSymbol(node.name, kind, _around(where, children), where, detail, children=children or None)
    where = scopes.get(full) or children[0].selection_range
    count = sum(1 if child.kind != types.SymbolKind.Namespace else _count(child) for child in children)
    detail = f"{count} variable{'s' * (count != 1)}"
    return types.DocumentSymbol(
        node.name or "(empty)", types.SymbolKind.Namespace, _around(where, children), where, detail, children=children
    )


def _count(symbol: types.DocumentSymbol) -> int:
    own = symbol.kind != types.SymbolKind.Namespace
    return own + sum(_count(child) for child in symbol.children or ())


def _around(where: types.Range, children: list[types.DocumentSymbol]) -> types.Range:
    """The protocol wants the whole of a symbol to hold its children."""
    spots = [where, *(child.range for child in children)]
    start = min((r.start.line, r.start.character) for r in spots)
    end = max((r.end.line, r.end.character) for r in spots)
    return types.Range(types.Position(*start), types.Position(*end))


def workspace_symbols(library: Library, index: Index, query: str) -> list[types.WorkspaceSymbol]:
    """Variables whose full name holds the query, a part at a time: `layer_0/kernel` finds `a/layer_0/dense/kernel`.
    Those of open files first."""
    words = [word for word in query.lower().replace("/", " ").split() if word]
    found: dict[tuple[str, str], types.WorkspaceSymbol] = {}
    for path, name, shape, site in _all(library, index):
        if (name, path) in found or not _matches(name.lower(), query.lower(), words):
            continue
        location = library.location(site)
        if location is None:
            continue
        container, _, _ = name.rpartition("/")
        found[name, path] = types.WorkspaceSymbol(
            location=location,
            name=name,
            kind=types.SymbolKind.Variable,
            container_name=f"{container or '(root)'} {shape}",
        )
        if len(found) >= _FOUND:
            break
    return list(found.values())


def _all(library: Library, index: Index) -> Iterator[tuple[str, str, str, Site]]:
    for analysis in library.analyses.values():
        for variable in analysis.view.variables:
            yield analysis.view.path, variable.name, written(variable.shape), variable.site
    for path, entry in index.entries.items():
        if path not in library.analyses:
            for row in entry.rows:
                yield path, *row


def _matches(name: str, query: str, words: list[str]) -> bool:
    if query in name:
        return True
    start = 0
    for word in words:
        start = name.find(word, start)
        if start < 0:
            return False
        start += len(word)
    return True
