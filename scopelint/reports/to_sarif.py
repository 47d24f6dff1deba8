"""Findings as SARIF 2.1.0: chains of calls as code flows, the first definition as related location."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any, TextIO
from urllib.parse import quote

from scopelint import __version__
from scopelint.escapes import dump
from scopelint.graph.conditions import phrase
from scopelint.reports.base import Run
from scopelint.reports.places import end_of, shown
from scopelint.rules.findings import Finding
from scopelint.rules.registry import rule
from scopelint.site import Site, split_cell

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def write(run: Run, stream: TextIO) -> None:
    codes = sorted({finding.code for finding in run.findings})
    rules = []
    for code in codes:
        each = rule(code)
        page = " ".join((each.__doc__ or "").split("## Why")[0].replace("## What it does", "").split())
        rules.append(
            {
                "id": code,
                "name": each.rule_name(),
                "shortDescription": {"text": each.rule_name().replace("-", " ")},
                "fullDescription": {"text": page or code},
                "defaultConfiguration": {
                    "level": _level(each.severity),
                    "enabled": each.default,
                },
            }
        )
    seen: dict[str, int] = {}
    data: dict[str, Any] = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "scopelint", "version": __version__, "rules": rules}},
                "columnKind": "unicodeCodePoints",
                "results": [_result(finding, codes, seen, run) for finding in run.findings],
            }
        ],
    }
    if run.interrupted:
        data["runs"][0]["invocations"] = [{"executionSuccessful": False, "exitCodeDescription": "interrupted"}]
    dump(data, stream)


def _level(severity: str) -> str:
    return severity if severity in ("error", "note") else "warning"


def _result(finding: Finding, codes: list[str], seen: dict[str, int], run: Run) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": codes.index(finding.code),
        "level": _level(finding.severity),
        "message": {"text": finding.message + (f" ({phrase(finding.when)})" if finding.when else "")},
        "locations": [_location(finding.site)],
        "partialFingerprints": {"scopelint/v1": fingerprint(finding, seen, run)},
    }
    if finding.full_name:
        result["locations"][0]["logicalLocations"] = [{"fullyQualifiedName": finding.full_name, "kind": "variable"}]
    if finding.related:
        result["relatedLocations"] = [
            {**_location(each.site), "id": number, "message": {"text": each.message}}
            for number, each in enumerate(finding.related, 1)
        ]
    if len(finding.calls) > 1:
        steps = [
            {"location": {**_location(call.site), "message": {"text": f"in {call.function}"}}} for call in finding.calls
        ]
        result["codeFlows"] = [{"threadFlows": [{"locations": steps}]}]
    if finding in run.offers:
        what, hunks, _ = run.offers[finding]
        replacements = [
            {
                "deletedRegion": {"startLine": first, "startColumn": 1, "endLine": behind, "endColumn": 1},
                "insertedContent": {"text": text},
            }
            for first, behind, text in hunks
        ]
        artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
        change = {"artifactLocation": artifact, "replacements": replacements}
        result["fixes"] = [{"description": {"text": what}, "artifactChanges": [change]}]
    return result


def _location(site: Site) -> dict[str, Any]:
    file, cell = split_cell(site.path)
    end_line, end_column = end_of(site)
    region = {
        "startLine": max(site.line, 1),
        "startColumn": site.column + 1,
        "endLine": max(end_line, site.line, 1),
        "endColumn": max(end_column, 1),
    }
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(_bytes(shown(file).removeprefix("./")))},
            "region": region,
        }
    }
    if cell:
        location["properties"] = {"cell": cell}
    return location


def _bytes(text: str) -> bytes:
    """Of names that are no UTF-8 those bytes that they were; other halves of pairs as they are."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def fingerprint(finding: Finding, seen: dict[str, int], run: Run) -> str:
    """Stays when lines are added above: made of the file, the rule, the name and the line's text."""
    text = run.line(finding.site.path, finding.site.line).strip()
    base = "\0".join((shown(finding.site.path), finding.code, finding.full_name, text))
    seen[base] = seen.get(base, 0) + 1
    return blake2b(_bytes(f"{base}\0{seen[base]}"), digest_size=16).hexdigest()
