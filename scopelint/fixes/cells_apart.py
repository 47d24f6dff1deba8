"""TFS221: `[cell] * n` becomes a list comprehension that makes n cells."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from scopelint.fixes.edits import Candidate, Document
from scopelint.rules.findings import Finding


def candidates(document: Document, finding: Finding) -> Iterator[Candidate]:
    for product in document.all(cst.BinaryOperation):
        if not isinstance(product.operator, cst.Multiply):
            continue
        for cells, count in ((product.left, product.right), (product.right, product.left)):
            if isinstance(cells, cst.List) and len(cells.elements) == 1:
                made = _made(document, cells.elements[0].value, product)
                if made is not None:
                    code = document.module.code_for_node
                    new = cst.parse_expression(f"[{code(made)} for _ in range({code(count)})]")
                    yield Candidate(
                        document.replaced(product, new), "each layer gets a cell of its own", safe=False, renames=True
                    )


def _made(document: Document, cell: cst.BaseExpression, product: cst.CSTNode) -> cst.BaseExpression | None:
    """The call that makes the cell: in the list itself, or assigned once to the name that stands there."""
    if isinstance(cell, cst.Call):
        return cell
    if not isinstance(cell, cst.Name):
        return None
    line = document.range(product).start.line
    found = None
    for assignment in document.all(cst.Assign):
        target = assignment.targets[-1].target
        if isinstance(target, cst.Name) and target.value == cell.value:
            if document.range(assignment).start.line >= line:
                continue
            found = assignment.value if isinstance(assignment.value, cst.Call) else None
    return found
