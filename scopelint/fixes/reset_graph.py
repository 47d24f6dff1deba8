"""TFS211: each turn of the loop that builds begins with a fresh default graph."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from scopelint.fixes.edits import Candidate, Document, tensorflow_alias
from scopelint.rules.findings import Finding


def candidates(document: Document, finding: Finding) -> Iterator[Candidate]:
    alias = tensorflow_alias(document)
    if not alias:
        return
    places = [(call.site.line, call.site.column) for call in finding.calls if call.site.path == finding.site.path]
    for line, column in [*places, (finding.site.line, finding.site.column)]:
        loops: list[cst.For | cst.While] = [
            *document.around(cst.For, line, column),
            *document.around(cst.While, line, column),
        ]
        for loop in loops:
            if isinstance(loop.body, cst.IndentedBlock):
                reset = cst.parse_statement(f"{alias}.reset_default_graph()\n")
                body = loop.body.with_changes(body=[reset, *loop.body.body])
                what = "each turn begins with tf.reset_default_graph()"
                yield Candidate(document.replaced(loop, loop.with_changes(body=body)), what, safe=False)
