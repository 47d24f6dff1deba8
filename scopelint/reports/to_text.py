"""Findings as text: one line each, or with the code, the name's scopes, the first definition and the chain of calls."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TextIO

from scopelint.escapes import printable, printable_lines
from scopelint.graph.conditions import phrase
from scopelint.graph.reasons import first_sentence
from scopelint.reports import coverage
from scopelint.reports.base import Run
from scopelint.reports.places import place, shown
from scopelint.rules.findings import Finding
from scopelint.site import Site

_RED, _YELLOW, _BLUE, _BOLD, _DIM, _END = "\x1b[31m", "\x1b[33m", "\x1b[34m", "\x1b[1m", "\x1b[2m", "\x1b[0m"


class _Paint:
    def __init__(self, on: bool) -> None:
        self._on = on

    def __call__(self, code: str, text: str) -> str:
        text = printable(text)
        return f"{code}{text}{_END}" if self._on and text else text


def headline(finding: Finding, paint: _Paint | None = None) -> str:
    """`model.py:7:5: TFS201 variable w already exists...`"""
    paint = paint or _Paint(False)
    may = "" if finding.certain else f"with {' '.join(finding.when)}: " if finding.in_mode else "may: "
    hue = {"error": _RED, "note": _BLUE}.get(finding.severity, _YELLOW)
    return f"{paint(_BOLD, place(finding.site))}: {paint(hue, finding.code)} {printable(may + finding.message)}"


def write_concise(run: Run, stream: TextIO) -> None:
    write_lines(run, stream)
    write_rest(run, stream)


def write_lines(run: Run, stream: TextIO) -> None:
    """One line for each finding; what `concise` writes while the run goes on."""
    paint = _Paint(run.color)
    for finding in run.findings:
        stream.write(headline(finding, paint) + "\n")


def write_rest(run: Run, stream: TextIO) -> None:
    """What is told of the whole, where it was asked for."""
    if run.slowest:
        stream.write("slowest: " + ", ".join(f"{printable(shown(p))} {seconds:.1f} s" for p, seconds in run.slowest))
        stream.write("\n")
    if run.coverage is not None:
        coverage.write(run.coverage, stream)


def write(run: Run, stream: TextIO) -> None:
    write_findings(run, stream)
    write_total(run, stream)


def write_findings(run: Run, stream: TextIO) -> None:
    """Each finding with its circumstances; what `text` writes while the run goes on."""
    paint = _Paint(run.color)
    for finding in run.findings:
        stream.write(headline(finding, paint) + "\n")
        for line in _details(finding, run, paint):
            stream.write(f"    {line}".rstrip() + "\n")
        stream.write("\n")


def write_total(run: Run, stream: TextIO) -> None:
    """The line at the end."""
    count = len(run.findings)
    said = f"{count or 'no'} finding{'s' * (count != 1)} in {run.files} file{'s' * (run.files != 1)}"
    if run.hidden:
        said += f", {run.hidden} suppressed"
    if run.incomplete:
        were = "was" if run.incomplete == 1 else "were"
        told = any(finding.code == "TFS902" for finding in run.findings)
        said += f"; {run.incomplete} {were} not followed to {'its' if run.incomplete == 1 else 'their'} end"
        said += "" if told else " (--verbose)"
    stream.write(said + "\n")
    write_rest(run, stream)


def _details(finding: Finding, run: Run, paint: _Paint) -> Iterator[str]:
    yield from _code(finding.site, run, paint)
    if finding.tensorflow:
        yield paint(_DIM, "tensorflow: ") + printable(_said(finding.tensorflow))
    if finding.full_name and finding.code[:4] in ("TFS1", "TFS2"):
        yield paint(_DIM, "full name:  ") + paint(_BOLD, finding.full_name)
    stack = _stack(finding)
    if stack:
        yield paint(_DIM, "scopes:     ") + printable(stack)
    for related in finding.related:
        text = run.line(related.site.path, related.site.line).strip()
        yield paint(_DIM, "note:       ") + printable(f"{place(related.site)}: {related.message}")
        if text:
            yield "            " + paint(_BLUE, "| ") + printable_lines(text)
    if len(finding.calls) > 1:
        yield paint(_DIM, "calls:")
        for call in finding.calls:
            text = run.line(call.site.path, call.site.line).strip()
            where = f"  {shown(call.site.path)}:{call.site.line} in {call.function}"
            yield printable(where) + (f": {printable_lines(text)}" if text else "")
    if finding.when and not finding.in_mode:
        yield paint(_DIM, "hangs on:   ") + printable(phrase(finding.when))
    if finding.entry:
        yield paint(_DIM, "entered at: ") + printable(finding.entry)


def _said(message: str) -> str:
    """TF's own words; the traceback that it goes on with is our note. What of them only a run can tell is left open."""
    return re.sub(r"\{[^{}]*\}", "…", first_sentence(message))


def _code(site: Site, run: Run, paint: _Paint) -> Iterator[str]:
    text = run.line(site.path, site.line)
    if not text.strip():
        return
    indent = len(text) - len(text.lstrip())
    end = site.end_column if site.end_line == site.line else len(text.rstrip())
    width = max(1, min(end, len(text)) - site.column)
    margin = " " * len(str(site.line))
    yield f"{paint(_BLUE, f'{site.line} |')} {printable_lines(text.strip())}"
    lead = "".join("\t" if char == "\t" else " " for char in text[indent : site.column])
    yield f"{paint(_BLUE, f'{margin} |')} {lead}{paint(_RED, '^' * width)}"


def _stack(finding: Finding) -> str:
    """What was in force: each part of the name with the line of its scope, the name scope and reuse."""
    parts = [f"{part.rstrip('/')}/ ({place(site)})" for part, site in finding.scopes if part and site.line]
    if not parts and finding.scope:
        parts = [finding.scope.rstrip("/") + "/"]
    if finding.name_scope and finding.name_scope.rstrip("/") != finding.scope.rstrip("/"):
        parts.append(f"name scope {finding.name_scope}")
    if finding.reuse and finding.reuse not in ("False", "None"):
        parts.append(f"reuse={finding.reuse}")
    return ", ".join(parts)


def write_statistics(run: Run, stream: TextIO) -> None:
    """How many findings of each code."""
    counts: dict[tuple[str, str], int] = {}
    for finding in run.findings:
        key = (finding.code, finding.name)
        counts[key] = counts.get(key, 0) + 1
    for (code, name), count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        stream.write(f"{count:6}  {code}  {name}\n")
    write_rest(run._replace(coverage=None), stream)
