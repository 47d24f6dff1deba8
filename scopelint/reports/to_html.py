"""One self-contained page: the source on one side, the tree of scopes and variables on the other, linked both ways."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TextIO

from scopelint.escapes import dumped
from scopelint.graph.conditions import phrase
from scopelint.record.view import View, written
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
            pictures.append({"title": title, "root": _node(tree, files), **_size(tree)})
    data = {
        "title": ", ".join(shown(view.path) for view in views[:3]) + (" ..." if len(views) > 3 else ""),
        "pictures": pictures,
        "gaps": [{"reason": gap.reason, "at": files.place(gap.site), "may": gap.may_make} for gap in gaps(views)[:200]],
        "findings": [
            {"code": f.code, "message": f.message, "at": files.place(f.site), "severity": f.severity} for f in findings
        ],
        "files": files.data(),
    }
    with open(os.path.join(os.path.dirname(__file__), "page.html"), encoding="utf-8") as page:
        template = page.read()
    # `</script>` in a source would end the page's own script; `<!--` would change how it is read.
    written_data = dumped(data).replace("<", "\\u003c")
    before, _, after = template.partition("/*DATA*/null")
    stream.write(before + written_data + after)


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

    def data(self) -> list[dict[str, str]]:
        return [{"path": shown(path), "text": self._source(path)} for path in self._numbers]

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
    return {"n": size.variables, "p": size.parameters, "b": human(size.bytes), "open": size.open}


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
