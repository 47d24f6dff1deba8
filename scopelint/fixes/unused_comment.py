"""TFS910: the comment that suppresses nothing is taken out."""

from __future__ import annotations

from collections.abc import Iterator

from scopelint.fixes.edits import Candidate, Document
from scopelint.rules.findings import Finding


def candidates(document: Document, finding: Finding) -> Iterator[Candidate]:
    lines = document.source.split("\n")
    site = finding.site
    text = lines[site.line - 1]
    rest = text[site.end_column :]
    before = text[: site.column].rstrip()
    if rest.strip().startswith("#"):
        lines[site.line - 1] = (before + "  " if before else "") + rest.strip()
    elif before:
        # What follows the codes is the reason given for them.
        lines[site.line - 1] = before
    else:
        del lines[site.line - 1]
    yield Candidate("\n".join(lines), "the comment is removed", safe=True)
