"""TFS404, TFS408, TFS410, TFS411: two statements of one block change their order: what loads comes after the last
variable, the list of what to restore before the optimizer, the Saver after the last variable, the initializer before
the restore."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from scopelint.fixes.edits import Candidate, Document
from scopelint.rules.findings import Finding


def candidates(document: Document, finding: Finding) -> Iterator[Candidate]:
    if not finding.related:
        return
    lines = [each.site.line for each in finding.related if each.site.path == finding.site.path]
    if len(lines) < len(finding.related):
        return
    blocks: list[cst.Module | cst.IndentedBlock] = [document.module, *document.all(cst.IndentedBlock)]
    for block in blocks:
        here = _statement(document, block, finding.site.line)
        there = [_statement(document, block, line) for line in lines]
        if here is None or None in there:
            continue
        known = [at for at in there if at is not None]
        goal = max(known) if finding.code in ("TFS404", "TFS410") else min(known)
        if goal == here or not isinstance(block.body[here], cst.SimpleStatementLine):
            continue
        if finding.code in ("TFS404", "TFS410") and _uses(document, block.body[here], block.body[here + 1 : goal + 1]):
            continue
        body = list(block.body)
        moved = body.pop(here)
        body.insert(goal, moved)
        new = block.with_changes(body=body)
        source = new.code if isinstance(new, cst.Module) else document.replaced(block, new)
        yield Candidate(source, _WHAT[finding.code], safe=False)


_WHAT = {
    "TFS404": "the checkpoint is read when the last variable is there",
    "TFS408": "the variables to restore are chosen before the optimizer makes its own",
    "TFS410": "the Saver is made after the last variable",
    "TFS411": "the initializer runs before the checkpoint is restored",
}


def _statement(document: Document, block: cst.Module | cst.IndentedBlock, line: int) -> int | None:
    """The statement of a block that holds this line, by its number."""
    for at, statement in enumerate(block.body):
        where = document.range(statement)
        if where.start.line <= line <= where.end.line:
            return at
    return None


def _uses(document: Document, maker: cst.CSTNode, statements: Sequence[cst.CSTNode]) -> bool:
    """Does one of these name what the moved statement makes?"""
    names = {
        target.target.value
        for assign in document.all(cst.Assign, maker)
        for target in assign.targets
        if isinstance(target.target, cst.Name)
    }
    return any(name.value in names for statement in statements for name in document.all(cst.Name, statement))
