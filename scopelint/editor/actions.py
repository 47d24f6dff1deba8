"""Code actions: the fixes that hold, and the comment that suppresses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from lsprotocol import types

from scopelint.editor.diagnostics import diagnostic
from scopelint.editor.documents import Document, Library
from scopelint.rules.findings import Finding

if TYPE_CHECKING:
    from scopelint.project.fixing import Offer

KIND_ALL = "source.fixAll.scopelint"


def wanted(only: Iterable[str | types.CodeActionKind] | None, kind: str) -> bool:
    """Did the client ask for this kind, or for all?"""
    if not only:
        return True
    asked = [each.value if isinstance(each, types.CodeActionKind) else str(each) for each in only]
    return any(kind == each or kind.startswith(each + ".") or each == "" for each in asked)


def findings_in(library: Library, document: Document, findings: Iterable[Finding], where: types.Range) -> list[Finding]:
    """Those of this document whose range touches `where`."""
    found = []
    for finding in findings:
        if finding.site.path != document.path:
            continue
        place = library.range(finding.site)
        if place is not None and place.start.line <= where.end.line and place.end.line >= where.start.line:
            found.append(finding)
    return found


def fix(library: Library, document: Document, finding: Finding, offer: Offer) -> types.CodeAction:
    """Preferred, which is what "fix all" of an editor takes, only where every name stays."""
    what, hunks, safe = offer
    shown = diagnostic(library, finding)
    return types.CodeAction(
        title=f"{finding.code}: {what}",
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[shown] if shown else None,
        is_preferred=safe,
        edit=edit(document, [_replaced(document, *hunk) for hunk in hunks]),
    )


def accept(library: Library, document: Document, finding: Finding) -> types.CodeAction | None:
    """For a name that is not as it is locked: what is there now is meant."""
    if finding.code not in ("TFS420", "TFS421", "TFS422"):
        return None
    word = dict(finding.parts).get("accept", "")
    shown = diagnostic(library, finding)
    if not word:
        title = f"{finding.code}: lock the new names"
    elif finding.code == "TFS420" and "->" not in word:
        title = f"{finding.code}: unlock {word}"
    else:
        title = f"{finding.code}: accept {word} into the lock"
    return types.CodeAction(
        title=title,
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[shown] if shown else None,
        command=types.Command(title, "scopelint.accept", arguments=[document.uri, word]),
    )


def suppress(library: Library, document: Document, finding: Finding) -> types.CodeAction | None:
    """`# scopelint: ignore[TFS201]` behind the last line of the finding's place."""
    where = library.range(finding.site)
    if where is None or finding.code.startswith("TFS9"):
        return None
    line = where.start.line
    text = document.lines[line]
    if text.rstrip().endswith("\\") or "#" in text:
        return None
    end = library.units(text, len(text.rstrip()))
    position = types.Position(line, end)
    shown = diagnostic(library, finding)
    return types.CodeAction(
        title=f"{finding.code}: suppress with a comment",
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[shown] if shown else None,
        edit=edit(
            document,
            [types.TextEdit(types.Range(position, position), f"  # scopelint: ignore[{finding.code}]")],
        ),
    )


def whole(document: Document, source: str) -> list[types.TextEdit]:
    """The edits that turn the document into `source`, line by line so that cursors and folds stay."""
    old, new = document.lines, source.split("\n")
    return list(_edits(document, SequenceMatcher(None, old, new, autojunk=False).get_opcodes(), new))


def _edits(
    document: Document, codes: Iterable[tuple[str, int, int, int, int]], new: list[str]
) -> Iterator[types.TextEdit]:
    for kind, a, b, c, d in codes:
        if kind != "equal":
            yield _replaced(document, a + 1, b + 1, "".join(line + "\n" for line in new[c:d]))


def _replaced(document: Document, first: int, behind: int, text: str) -> types.TextEdit:
    """Whole lines, counted from 1. At the end of a text without a last newline there is no line behind."""
    start, end = types.Position(first - 1, 0), types.Position(behind - 1, 0)
    if behind - 1 >= len(document.lines):
        last = len(document.lines) - 1
        end = types.Position(last, len(document.lines[last].encode("utf-16-le")) // 2)
        text = text.removesuffix("\n")
    return types.TextEdit(types.Range(start, end), text)


def edit(document: Document, edits: list[types.TextEdit]) -> types.WorkspaceEdit:
    return types.WorkspaceEdit(changes={document.uri: edits})
