"""Findings for other tools: GitHub annotations, GitLab code quality, JUnit."""

from __future__ import annotations

from typing import TextIO
from xml.etree import ElementTree

from scopelint.escapes import dump, printable, printable_lines
from scopelint.reports.base import Run
from scopelint.reports.places import end_of, shown
from scopelint.reports.to_sarif import fingerprint
from scopelint.rules.findings import Finding
from scopelint.site import split_cell


def write_github(run: Run, stream: TextIO) -> None:
    """Workflow commands, one a line."""
    for finding in run.findings:
        end_line, end_column = end_of(finding.site)
        kind = {"error": "error", "note": "notice"}.get(finding.severity, "warning")
        title = f"scopelint {finding.code} {finding.name}"
        stream.write(
            f"::{kind} title={_property(title)},file={_property(shown(split_cell(finding.site.path)[0]))},"
            f"line={finding.site.line},endLine={end_line},col={finding.site.column + 1},endColumn={end_column}"
            f"::{_data(_said(finding))}\n"
        )


def _said(finding: Finding) -> str:
    cell = split_cell(finding.site.path)[1]
    return f"{finding.code} " + (f"cell {cell}: " if cell else "") + finding.message


def _data(text: str) -> str:
    return "\n".join(map(printable, text.replace("\r", "%0D").split("\n"))).replace("%", "%25").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def write_gitlab(run: Run, stream: TextIO) -> None:
    """GitLab's code quality report."""
    seen: dict[str, int] = {}
    data = []
    for finding in run.findings:
        end_line, end_column = end_of(finding.site)
        data.append(
            {
                "description": _said(finding),
                "check_name": finding.code,
                "fingerprint": fingerprint(finding, seen, run),
                "severity": {"error": "major", "note": "info"}.get(finding.severity, "minor"),
                "location": {
                    "path": shown(split_cell(finding.site.path)[0]),
                    "positions": {
                        "begin": {"line": finding.site.line, "column": finding.site.column + 1},
                        "end": {"line": end_line, "column": end_column},
                    },
                },
            }
        )
    dump(data, stream)


def write_junit(run: Run, stream: TextIO) -> None:
    """One suite for each file that has findings, one failed case for each finding."""
    suites: dict[str, list[Finding]] = {}
    for finding in run.findings:
        suites.setdefault(shown(split_cell(finding.site.path)[0]), []).append(finding)
    count = str(len(run.findings))
    tests = count if run.findings else "1"
    root = ElementTree.Element("testsuites", name="scopelint", tests=tests, failures=count, errors="0")
    if not run.findings:
        suite = ElementTree.SubElement(root, "testsuite", name="scopelint", tests="1", failures="0", errors="0")
        ElementTree.SubElement(suite, "testcase", classname="scopelint", name="no findings")
    for file, findings in suites.items():
        file = _printable(file)
        size = str(len(findings))
        suite = ElementTree.SubElement(root, "testsuite", name=file, tests=size, failures=size, errors="0")
        for finding in findings:
            line = str(finding.site.line)
            name = f"{finding.code} {finding.name} line {line}"
            case = ElementTree.SubElement(suite, "testcase", classname=file, name=name, line=line)
            said = _printable(_said(finding))
            failure = ElementTree.SubElement(case, "failure", message=said)
            failure.text = _printable(finding.tensorflow) or said
    ElementTree.indent(root)
    stream.write('<?xml version="1.0" encoding="utf-8"?>\n')
    stream.write(ElementTree.tostring(root, encoding="unicode") + "\n")


def _printable(text: str) -> str:
    """XML 1.0 has no control characters, not even as references, and no halves of surrogate pairs."""
    return printable_lines(text)
