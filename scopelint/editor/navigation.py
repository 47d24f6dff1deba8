"""From a variable that is shared to where it is made, and back; from a scope's line to what stands in it."""

from __future__ import annotations

from lsprotocol import types

from scopelint.editor.documents import Document, Library
from scopelint.site import Site


def definition(library: Library, document: Document, index: int) -> list[types.Location]:
    """Where the variables that a line shares, or is refused, were made; for a line that makes one, the line itself."""
    line = document.line_then(index)
    if line is None:
        return []
    sites, own = [], []
    for view in library.views(document.path):
        for sharing in view.sharings:
            if sharing.site.path == document.path and _spans(sharing.site, line):
                sites.append(sharing.first)
        for refusal in view.refusals:
            if refusal.site.path == document.path and _spans(refusal.site, line) and refusal.first.line:
                sites.append(refusal.first)
        own += [v.site for v in view.variables if v.site.path == document.path and _spans(v.site, line)]
    return library.locations(sites or own)


def references(library: Library, document: Document, index: int, declaration: bool) -> list[types.Location]:
    """All places that share the variables which this line makes or shares."""
    line = document.line_then(index)
    if line is None:
        return []
    sites, makers = [], []
    for view in library.views(document.path):
        wanted = {(v.name, v.graph) for v in view.variables if v.site.path == document.path and _spans(v.site, line)}
        wanted |= {(s.name, s.graph) for s in view.sharings if s.site.path == document.path and _spans(s.site, line)}
        makers += [v.site for v in view.variables if (v.name, v.graph) in wanted]
        sites += [s.site for s in view.sharings if (s.name, s.graph) in wanted]
    return library.locations([*(makers if declaration else []), *sites])


def _spans(site: Site, line: int) -> bool:
    return site.line <= line <= max(site.line, site.end_line)
