"""One self-contained page: the source on one side, the tree of scopes and variables on the other, linked both ways."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TextIO

from scopelint.escapes import dumped
from scopelint.graph.conditions import phrase
from scopelint.record.view import View, written
from scopelint.reports.flow import flow_data
from scopelint.reports.places import shown
from scopelint.reports.tree import Node, gaps, human, size_of, trees
from scopelint.rules.findings import Finding
from scopelint.site import Site, split_cell

Reader = Callable[[str], str]
"""The text of a file by its path, empty where there is none."""


def reader(texts: dict[str, str]) -> Reader:
    """Texts at hand first, then the disk."""

    def read(path: str) -> str:
        if path in texts:
            return texts[path]
        try:
            with open(path, encoding="utf-8", errors="replace") as stream:
                return stream.read()
        except OSError:
            return ""

    return read


def write(views: Sequence[View], findings: Iterable[Finding], text: Reader, stream: TextIO) -> None:
    files = _Files(text)
    pictures = []
    for view in views:
        files.index(view.path)
        for tree in trees(view):
            title = " ".join(part for part in (shown(view.path), tree.title) if part)
            picture = {"title": title, "root": _node(tree, files), **_size(tree)}
            if tree.operations:
                picture["flow"] = flow_data(tree.operations, files.place)
            pictures.append(picture)
    data = {
        "title": ", ".join(shown(view.path) for view in views[:3]) + (" ..." if len(views) > 3 else ""),
        "pictures": pictures,
        "gaps": [{"reason": gap.reason, "at": files.place(gap.site), "may": gap.may_make} for gap in gaps(views)[:200]],
        "findings": [
            {"code": f.code, "message": f.message, "at": files.place(f.site), "severity": f.severity} for f in findings
        ],
        "files": files.data(),
    }
    style, script = _part("page.css"), _part("page.js") + _part("flow.js")
    # Nothing but the page's own style and script is taken, whatever a source that it shows may hold.
    policy = f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; img-src data: blob:"
    # `</script>` in a source would end the page's own script; `<!--` would change how it is read.
    written_data = dumped(data).replace("<", "\\u003c")
    parts = {"/*POLICY*/": policy, "/*STYLE*/": style, "/*DATA*/null": written_data, "/*SCRIPT*/": script}
    page = _part("page.html")
    for mark, part in parts.items():
        before, _, page = page.partition(mark)
        stream.write(before + part)
    stream.write(page)


def _part(name: str) -> str:
    with open(os.path.join(os.path.dirname(__file__), name), encoding="utf-8") as stream:
        return stream.read()


def _digest(text: str) -> str:
    """What a policy calls an inline style or script by."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


class _Files:
    """The files that places lie in, numbered as they come up."""

    def __init__(self, text: Reader) -> None:
        self._text = text
        self._numbers: dict[str, int] = {}

    def index(self, path: str) -> int:
        return self._numbers.setdefault(path, len(self._numbers))

    def place(self, site: Site) -> list[int] | None:
        """File and line, null where there is none to show."""
        return [self.index(site.path), site.line] if site.line and not site.path.startswith("<") else None

    def data(self) -> list[dict[str, Any]]:
        """`link`: where an editor finds the file, empty for what is not on disk. A cell's lines are not the file's."""
        out: list[dict[str, Any]] = []
        for path in self._numbers:
            name, cell = split_cell(path)
            link = os.path.abspath(name).replace(os.sep, "/") if os.path.isfile(name) else ""
            out.append({"path": shown(path), "text": self._source(path), "link": link, "cell": bool(cell)})
        return out

    def _source(self, path: str) -> str:
        file, cell = split_cell(path)
        if not cell:
            return self._text(path)
        return self._text(path) or _cell(self._text(file), cell)


def _cell(text: str, number: int) -> str:
    try:
        cells = [each for each in json.loads(text)["cells"] if each["cell_type"] == "code"]
        source = cells[number - 1]["source"]
    except (ValueError, KeyError, IndexError, TypeError):
        return ""
    return source if isinstance(source, str) else "".join(source)


def _size(node: Node) -> dict[str, Any]:
    size = node.size
    return {
        "n": size.variables, "p": size.parameters, "sn": size.slots, "sp": size.slot_parameters, "b": human(size.bytes),
        "open": size.open,
    }  # fmt: skip


def _node(node: Node, files: _Files) -> dict[str, Any]:
    data: dict[str, Any] = {"name": node.name, "full": node.full, **_size(node)}
    places = [place for site in node.sites[:20] if (place := files.place(site))]
    if places:
        data["at"] = places
    if node.idle:
        data["idle"] = True
    variable = node.variable
    if variable is not None:
        own = size_of(variable)
        data["var"] = {
            "shape": written(variable.shape), "dtype": variable.dtype or "?", "at": files.place(variable.site),
            "trainable": variable.trainable is not False, "when": phrase(variable.when), "p": own.parameters,
            "b": human(own.bytes), "open": own.open, "known": "{" not in variable.name,
            "calls": [p for call in variable.calls[:-1] if (p := files.place(call.site))],
        }  # fmt: skip
    if node.sharings:
        data["shared"] = [p for s in node.sharings[:50] if (p := files.place(s.site))]
    if node.refusals:
        data["refused"] = [
            {"why": f"{r.error}: {r.message}", "at": files.place(r.site), "first": files.place(r.first)}
            for r in node.refusals[:20]
        ]
    inner = [_node(child, files) for child in node.inner.values()]
    if inner:
        data["inner"] = inner
    return data
