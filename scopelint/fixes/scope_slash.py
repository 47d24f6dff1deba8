"""TFS407: the scope by which variables are chosen gets the slash that ends it."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from scopelint.fixes.edits import Candidate, Document, quoted
from scopelint.rules.findings import Finding


def candidates(document: Document, finding: Finding) -> Iterator[Candidate]:
    scope = str(dict(finding.parts).get("scope", ""))
    for call in document.around(cst.Call, finding.site.line, finding.site.column):
        for text in document.all(cst.SimpleString, call):
            if text.evaluated_value == scope:
                new = document.replaced(text, quoted(text, scope + "/"))
                yield Candidate(new, f"{scope!r} becomes {scope + '/'!r}", safe=False)
        return
