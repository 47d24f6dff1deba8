"""Hovers: what a line makes, shares or is refused, in Markdown."""

from __future__ import annotations

import os

from lsprotocol import types

from scopelint.editor.documents import Document, Library
from scopelint.graph.conditions import phrase
from scopelint.record.view import Load, Opened, Refusal, Sharing, Variable, View, written
from scopelint.site import Site

_LISTED = 20


def hover(library: Library, document: Document, index: int) -> types.Hover | None:
    """Of the line at an index of the text as it is now."""
    line = document.line_then(index)
    if line is None:
        return None
    blocks: dict[str, None] = {}
    opened: dict[str, Opened] = {}
    for view in library.views(document.path):
        for variable in view.variables:
            if _is_at(variable.site, document.path, line):
                blocks.setdefault(_variable(variable, view), None)
        for sharing in view.sharings:
            if _is_at(sharing.site, document.path, line):
                blocks.setdefault(_sharing(sharing), None)
        for refusal in view.refusals:
            if _is_at(refusal.site, document.path, line) and not refusal.caught:
                blocks.setdefault(_refusal(refusal), None)
        for load in view.loads:
            if _is_at(load.site, document.path, line):
                blocks.setdefault(_load(load, view), None)
        for scope in view.scopes:
            if _is_at(scope.site, document.path, line):
                opened.setdefault(f"{scope.kind} {scope.prefix}", scope)
    parts = list(blocks)[:_LISTED]
    if len(blocks) > len(parts):
        parts.append(f"and {len(blocks) - len(parts)} more")
    if opened and not blocks:
        shown = list(opened.values())[:_LISTED]
        parts.append(
            "opens " + ", ".join(f"{scope.kind} scope `{scope.prefix.rstrip('/') or '(root)'}/`" for scope in shown)
        )
    if not parts:
        return None
    text = document.lines[index]
    width = library.units(text, len(text))
    return types.Hover(
        types.MarkupContent(types.MarkupKind.Markdown, "\n\n---\n\n".join(parts)),
        types.Range(types.Position(index, 0), types.Position(index, width)),
    )


def _is_at(site: Site, path: str, line: int) -> bool:
    return site.path == path and site.line <= line <= max(site.line, site.end_line)


def _link(site: Site) -> str:
    return f"{os.path.basename(site.path)}:{site.line}"


def _variable(variable: Variable, view: View) -> str:
    trainable = {True: "trainable", False: "not trainable", None: "trainable or not, not known"}[variable.trainable]
    dtype = variable.dtype or "dtype not known"
    lines = [f"**`{variable.name}`**  ", f"`{written(variable.shape)}` {dtype}, {trainable}"]
    if variable.when:
        lines.append(f"\nonly {phrase(variable.when)}")
    lines += _stack(variable)
    shared = dict.fromkeys(
        _link(s.site) for s in view.sharings if s.name == variable.name and s.graph == variable.graph
    )
    if shared:
        lines.append(f"\nshared at {', '.join(shared)}")
    if variable.collections:
        lines.append(f"\ncollections: {', '.join(variable.collections)}")
    return "\n".join(lines)


def _sharing(sharing: Sharing) -> str:
    return "\n".join([f"**`{sharing.name}`** shared, made at {_link(sharing.first)}", *_stack(sharing)])


def _refusal(refusal: Refusal) -> str:
    first = f", made at {_link(refusal.first)}" if refusal.first.line else ""
    return f"**refused**: `{refusal.name}`{first}\n\n> {refusal.error}: {refusal.message}"


def _load(load: Load, view: View) -> str:
    """What a line reads from a checkpoint, in the order in which it asks for it."""
    made = {variable.name: variable for variable in view.variables if variable.graph == load.graph}
    count = len(load.pairs)
    known = "" if load.certain else ", and maybe others" if count else ": which is not known"
    source = f" from `{load.checkpoint}`" if load.checkpoint else ""
    first = f" (made at {_link(load.first)})" if load.first.line else ""
    variables = f"{count} variable{'s' * (count != 1)}" if count or load.certain else "variables"
    lines = [f"**`{load.what}`**{first} restores {variables}{known}{source}\n"]
    for key, name in load.pairs[:_LISTED]:
        variable = made.get(name)
        shape = f" `{written(variable.shape)}`, {_link(variable.site)}" if variable else ""
        lines.append(f"- `{name}`{shape}" + (f" from `{key}`" if key != name else ""))
    if count > _LISTED:
        lines.append(f"- and {count - _LISTED} more")
    if load.after:
        late = ", ".join(f"`{name}`" for name in load.after[:_LISTED])
        lines.append(f"\nnot restored, made too late for it: {late}")
    if load.when:
        lines.append(f"\n{phrase(load.when)}")
    return "\n".join(lines)


def _stack(row: Variable | Sharing) -> list[str]:
    lines = []
    if row.scopes:
        lines.append("\nscopes: " + " / ".join(f"`{part.rstrip('/')}` ({_link(site)})" for part, site in row.scopes))
    if row.name_scope.rstrip("/") != row.scope.rstrip("/"):
        lines.append(f"\nname scope `{row.name_scope or '(root)'}`")
    if row.reuse not in ("", "False", "None"):
        lines.append(f"\nreuse={row.reuse}")
    if len(row.calls) > 1:
        lines.append("\ncalled from " + ", ".join(_link(call.site) for call in reversed(row.calls[:-1])))
    return lines
