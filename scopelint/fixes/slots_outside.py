"""TFS208, TFS209: the optimizer, last in the block of a reusing scope, moves behind it."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from scopelint.fixes.edits import Candidate, Document
from scopelint.rules.findings import Finding


def candidates(document: Document, finding: Finding) -> Iterator[Candidate]:
    for block in document.around(cst.With, finding.site.line, finding.site.column):
        body = block.body
        if not isinstance(body, cst.IndentedBlock) or len(body.body) < 2:
            continue
        last = body.body[-1]
        where = document.range(last)
        if not where.start.line <= finding.site.line <= where.end.line or not isinstance(last, cst.SimpleStatementLine):
            continue
        inner = block.with_changes(body=body.with_changes(body=body.body[:-1]))
        new = document.replaced(block, cst.FlattenSentinel([inner, last]))
        yield Candidate(new, "the optimizer moves out of the scope", safe=False, renames=True)
        return
