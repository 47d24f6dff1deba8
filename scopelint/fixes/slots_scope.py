"""TFS208, TFS209: a scope around the optimizer's statement in which new variables may be made.

`reuse=False` alone would not do: inside a reusing scope TF takes it for "not said".
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from scopelint.fixes.edits import Candidate, Document, tensorflow_alias
from scopelint.rules.findings import Finding


def candidates(document: Document, finding: Finding) -> Iterator[Candidate]:
    alias = tensorflow_alias(document)
    lines = document.around(cst.SimpleStatementLine, finding.site.line, finding.site.column)
    if not alias or not lines:
        return
    line = lines[0]
    for reuse in ("False", f"{alias}.AUTO_REUSE"):
        scope = cst.parse_expression(f"{alias}.variable_scope({alias}.get_variable_scope(), reuse={reuse})")
        block = cst.With(
            items=[cst.WithItem(scope)],
            body=cst.IndentedBlock([line.with_changes(leading_lines=[])]),
            leading_lines=line.leading_lines,
        )
        yield Candidate(document.replaced(line, block), f"the optimizer gets a scope with reuse={reuse}", safe=False)
