"""What TensorFlow would refuse or accept in silence, and the page of a rule."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from scopelint.agents.answers import SIZE, paged, shortened, size
from scopelint.agents.roots import Refused
from scopelint.agents.workspace import Workspace, left_over
from scopelint.commands.explain import page
from scopelint.graph.reasons import first_sentence
from scopelint.project.check import failures
from scopelint.project.fixing import offers
from scopelint.reports.places import place, shown
from scopelint.rules.findings import Finding
from scopelint.rules.registry import modules, rule
from scopelint.site import Calls

_STEPS = 6


def check(
    space: Workspace,
    paths: Sequence[str],
    call: str = "",
    fixes: bool = False,
    limit: int | None = None,
    offset: int = 0,
) -> dict[str, Any]:
    places = [space.roots.existing(path) for path in paths or ["."]]
    config = space.config(places, **({"call": [call]} if call else {}))
    report = space.analyse(places, config, "check")
    mended = offers(report.findings, config, report.sources.data) if fixes else {}
    rows = []
    for finding in report.findings:
        row = finding_row(finding)
        text = report.sources.line(finding.site.path, finding.site.line).strip()
        if text:
            row["text"] = shortened(text, 160)
        offer = mended.get(finding)
        if offer is not None:
            row["fix"] = {
                "what": offer.what,
                "edits": [{"lines": [first, behind - 1], "new": new} for first, behind, new in offer.hunks],
            }
        rows.append(row)
    head: dict[str, Any] = {"files": report.files, "complete": not report.incomplete}
    head |= left_over(report)
    if report.incomplete:
        head["not_followed_to_their_end"] = report.incomplete
    bad = [line for line in failures(report) if not any(line.endswith(f.message) for f in report.findings)]
    if bad:
        head["unread"] = bad[:5]
    return paged(head, "findings", rows, offset, limit)


def finding_row(finding: Finding, brief: bool = False) -> dict[str, Any]:
    out: dict[str, Any] = {
        "code": finding.code,
        "rule": finding.name,
        "at": place(finding.site),
        "message": finding.message,
        "severity": finding.severity,
        "certain": finding.certain,
    }
    if finding.when:
        out["when"] = [shortened(each, 120) for each in finding.when]
    if brief:
        return out
    if finding.full_name:
        out["variable"] = finding.full_name
    if finding.tensorflow:
        out["tensorflow"] = shortened(first_sentence(finding.tensorflow))
    if finding.scopes:
        out["scopes"] = [f"{part.rstrip('/')}/ {shown(site.path)}:{site.line}" for part, site in finding.scopes if part]
    if finding.related:
        out["related"] = [{"at": place(each.site), "message": each.message} for each in finding.related[:_STEPS]]
    if len(finding.calls) > 1:
        out["calls"] = steps(finding.calls)
    if finding.entry:
        out["entry"] = finding.entry
    return out


def steps(calls: Calls) -> list[str]:
    """The chain, outermost first; of a long one its ends."""
    told = [f"{shown(call.site.path)}:{call.site.line} in {call.function}" for call in calls]
    if len(told) > 2 * _STEPS:
        told = [*told[:_STEPS], f"{len(told) - 2 * _STEPS} more", *told[-_STEPS:]]
    return told


def explain(space: Workspace, code: str) -> dict[str, Any]:
    wanted = code.strip().upper()
    by_name = {module[7:].replace("_", "-"): each for each, module in modules().items()}
    if wanted not in modules():
        if code.strip().lower() not in by_name:
            near = get_close_matches(wanted, list(modules()), 3) or get_close_matches(code.lower(), list(by_name), 3)
            raise Refused(
                f"{code}: no such rule; {'near: ' + ', '.join(near) if near else 'codes are TFS101 to TFS910'}"
            )
        wanted = by_name[code.strip().lower()]
    out: dict[str, Any] = {"code": wanted, "page": page(rule(wanted))}
    if size(out) > SIZE:
        out["page"] = out["page"][: SIZE - 200] + "\n..."
    return out
