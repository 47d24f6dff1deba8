"""Findings and names as JSON. The schema is documented in docs/json.md and grows, but does not change."""

from __future__ import annotations

from typing import Any, TextIO

from scopelint.escapes import dump
from scopelint.reports.base import Run
from scopelint.reports.coverage import as_data
from scopelint.reports.places import calls_data, end_of, place_data
from scopelint.rules.findings import Finding

SCHEMA = 1


def finding_data(finding: Finding) -> dict[str, Any]:
    end_line, end_column = end_of(finding.site)
    return {
        "code": finding.code,
        "name": finding.name,
        "message": finding.message,
        "severity": finding.severity,
        **place_data(finding.site),
        "column": finding.site.column + 1,
        "end_line": end_line,
        "end_column": end_column,
        "related": [{**place_data(each.site), "message": each.message} for each in finding.related],
        "calls": calls_data(finding.calls),
        "full_name": finding.full_name,
        "tensorflow": finding.tensorflow.split("\n")[0],
        "scope": finding.scope,
        "name_scope": finding.name_scope,
        "certain": finding.certain,
        "when": list(finding.when),
        "entry": finding.entry,
    }


def write(run: Run, stream: TextIO) -> None:
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "findings": [finding_data(finding) for finding in run.findings],
        "files": run.files,
        "incomplete": run.incomplete,
        "seconds": round(run.seconds, 3),
    }
    if run.interrupted:
        data["interrupted"] = True
    if run.coverage is not None:
        data["coverage"] = as_data(run.coverage)
    dump(data, stream)


def write_names(names: dict[str, Any], run: Run, stream: TextIO) -> None:
    data = {"schema": SCHEMA, **names, "findings": [finding_data(finding) for finding in run.findings]}
    dump(data, stream)
