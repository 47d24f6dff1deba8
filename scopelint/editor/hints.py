"""Inlay hints: behind each line that makes or shares variables, their names."""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types

from scopelint.editor.documents import Document, Library
from scopelint.editor.stems import shared_stem
from scopelint.graph.conditions import phrase
from scopelint.record.view import Scopes, Sharing, Variable, written
from scopelint.site import Site

_LISTED = 400
"""Names in one tooltip; a loop of a large model makes hundreds at one line."""

_AT_ONCE = 24
"""Names in a tooltip for a client that takes it with each hint, looked at or not."""


class Row:
    """What one line makes, shares, or has called functions make."""

    def __init__(self) -> None:
        self.made: dict[str, Variable] = {}
        self.shared: dict[str, Sharing] = {}
        self.below: dict[str, Variable] = {}
        """Made by functions of other files that this line calls."""


def rows(library: Library, document: Document) -> dict[int, Row]:
    """By the line, counted from 1, of the analysed text. Entries of a module repeat each other: each name once."""
    found: dict[int, Row] = {}
    path = document.path
    for view in library.views(path):
        for variable in view.variables:
            if variable.site.path == path:
                found.setdefault(variable.site.line, Row()).made.setdefault(variable.name, variable)
                continue
            for call in reversed(variable.calls[:-1]):
                if call.site.path == path:
                    found.setdefault(call.site.line, Row()).below.setdefault(variable.name, variable)
                    break
        for sharing in view.sharings:
            if sharing.site.path == path:
                found.setdefault(sharing.site.line, Row()).shared.setdefault(sharing.name, sharing)
    return found


def hints(library: Library, document: Document, first: int, last: int, later: bool = False) -> list[types.InlayHint]:
    """Those of the lines `first` to `last`, indices of the text as it is now. `later`: the client asks for a tooltip
    when it shows it."""
    out = []
    for line, row in sorted(rows(library, document).items()):
        now = document.line_now(line)
        if now is None or not first <= now <= last:
            continue
        text = document.lines[now]
        label = _label(library, row)
        out.append(
            types.InlayHint(
                position=types.Position(now, library.units(text, len(text.rstrip()))),
                label=label,
                padding_left=True,
                tooltip=None if later else types.MarkupContent(types.MarkupKind.Markdown, tooltip(row, _AT_ONCE)),
                data={"uri": document.uri, "line": line} if later else None,
            )
        )
    return out


def resolve(library: Library, document: Document, hint: types.InlayHint) -> types.InlayHint:
    """The hint with its tooltip, all names in it. One of an analysis that is gone stays as it is."""
    data = hint.data
    row = rows(library, document).get(data.get("line", 0)) if isinstance(data, dict) else None
    if row is not None:
        hint.tooltip = types.MarkupContent(types.MarkupKind.Markdown, tooltip(row, _LISTED))
    return hint


def _label(library: Library, row: Row) -> str | list[types.InlayHintLabelPart]:
    made: Sequence[Variable] = [*row.made.values(), *row.below.values()]
    if len(made) == 1:
        (variable,) = made
        tail = f" {written(variable.shape)}" + (" ?" if variable.when else "")
        return _parts(library, variable.name, variable.scopes, variable.site, tail)
    if made:
        shapes = {written(v.shape) for v in made}
        shape = f" {shapes.pop()}" if len(shapes) == 1 else ""
        return f"{shared_stem(v.name for v in made)}{shape} \N{MULTIPLICATION SIGN}{len(made)}"
    shared = list(row.shared.values())
    if len(shared) == 1:
        return _parts(library, shared[0].name, shared[0].scopes, shared[0].first, " shared", lead="= ")
    return f"= {shared_stem(s.name for s in shared)} \N{MULTIPLICATION SIGN}{len(shared)} shared"


def _parts(
    library: Library, name: str, scopes: Scopes, site: Site, tail: str, lead: str = ""
) -> list[types.InlayHintLabelPart]:
    """The name in parts, each of which jumps to the scope that gave it."""
    parts = [types.InlayHintLabelPart(lead)] if lead else []
    rest = name
    for part, where in scopes:
        prefix = part.rstrip("/") + "/"
        if not rest.startswith(prefix):
            break
        rest = rest[len(prefix) :]
        parts.append(types.InlayHintLabelPart(prefix, location=library.location(where)))
    parts.append(types.InlayHintLabelPart(rest + tail, location=library.location(site)))
    return parts


def tooltip(row: Row, most: int = _LISTED) -> str:
    lines = []
    for variable in [*row.made.values(), *row.below.values()][:most]:
        notes = "" if variable.trainable is not False else ", not trainable"
        notes += f", {phrase(variable.when)}" if variable.when else ""
        lines.append(f"- `{variable.name}` `{written(variable.shape)}` {variable.dtype or '?'}{notes}")
    for sharing in list(row.shared.values())[: most - len(lines)]:
        lines.append(f"- `{sharing.name}` shared, made at line {sharing.first.line}")
    count = len(row.made) + len(row.below) + len(row.shared)
    if count > len(lines):
        lines.append(f"- and {count - len(lines)} more")
    return "\n".join(lines)
