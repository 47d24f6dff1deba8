"""Findings as diagnostics, with the first definition and the chain of calls beside them."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from scopelint.editor.documents import Analysis, Document, Library
from scopelint.graph.conditions import phrase
from scopelint.rules.findings import Finding
from scopelint.site import split_cell

PAGES = "https://github.com/scopelint/scopelint/blob/main/docs/rules/{code}.md"

_SEVERITIES = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "info": types.DiagnosticSeverity.Information,
}


def findings_at(library: Library, path: str) -> Iterator[tuple[Finding, Analysis]]:
    """The findings in one file or cell, by whichever analysis; each once, its own first."""
    seen = set()
    file = split_cell(path)[0]
    own = library.analyses.get(file)
    for analysis in [*([own] if own else []), *(each for each in library.analyses.values() if each is not own)]:
        for finding in analysis.findings:
            if finding.site.path == path and finding.identity() not in seen:
                seen.add(finding.identity())
                yield finding, analysis
        if analysis.problem is not None and analysis.problem.site.path == path:
            yield analysis.problem, analysis


def diagnostics(library: Library, path: str) -> list[types.Diagnostic]:
    found = []
    for finding, analysis in findings_at(library, path):
        made = _syntax(library, finding) if finding is analysis.problem else diagnostic(library, finding)
        if made is not None:
            found.append(made)
    return found


def diagnostic(library: Library, finding: Finding) -> types.Diagnostic | None:
    """None where the line was edited since."""
    where = library.range(finding.site)
    if where is None:
        return None
    message = ("" if finding.certain else "may: ") + finding.message
    if finding.tensorflow and finding.tensorflow not in message:
        message += f"\nTensorFlow: {finding.tensorflow}"
    if finding.when:
        message += "\n" + phrase(finding.when)
    return types.Diagnostic(
        range=where,
        message=message,
        severity=_SEVERITIES.get(finding.severity, types.DiagnosticSeverity.Information),
        code=finding.code,
        code_description=types.CodeDescription(href=PAGES.format(code=finding.code)),
        source="scopelint",
        tags=[types.DiagnosticTag.Unnecessary] if finding.code == "TFS910" else None,
        related_information=_related(library, finding) or None,
        data={"code": finding.code, "name": finding.name},
    )


def _related(library: Library, finding: Finding) -> list[types.DiagnosticRelatedInformation]:
    places = [(each.site, each.message) for each in finding.related]
    if len(finding.calls) > 1:
        places += [(call.site, f"called in {call.function}") for call in finding.calls[:-1]]
    places += [(site, f"scope {part.rstrip('/')}/ opened") for part, site in finding.scopes if part]
    found, seen = [], set()
    for site, message in places:
        location = library.location(site)
        if location is not None and (site, message) not in seen:
            seen.add((site, message))
            found.append(types.DiagnosticRelatedInformation(location, message))
    return found


def _syntax(library: Library, finding: Finding) -> types.Diagnostic | None:
    """A text that cannot be read: its place is one of the text as it is now, not of the last good one."""
    document: Document | None = library.at(finding.site.path)
    if document is None:
        return None
    line = min(max(finding.site.line - 1, 0), len(document.lines) - 1)
    text = document.lines[line]
    column = library.units(text, min(finding.site.column, len(text)))
    return types.Diagnostic(
        range=types.Range(
            types.Position(line, column), types.Position(line, max(column, library.units(text, len(text))))
        ),
        message=finding.message,
        severity=types.DiagnosticSeverity.Error,
        code=finding.code,
        code_description=types.CodeDescription(href=PAGES.format(code=finding.code)),
        source="scopelint",
    )
