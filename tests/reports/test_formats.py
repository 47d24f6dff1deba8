"""Each report, from findings made by hand: what machines read must be well formed, what people read complete."""

from __future__ import annotations

import io
import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from scopelint.cli import main
from scopelint.reports import to_json, to_others, to_sarif, to_text
from scopelint.reports.base import Run
from scopelint.rules.findings import Finding, Related, from_data, to_data
from scopelint.site import CallSite, Site

SOURCE = ["import tensorflow as tf", "def f():", "\ttf.get_variable('ü', [3])  # <&>", "f()", "f()"]
SITE = Site("net.py", 3, 1, 3, 26)
FINDING = Finding(
    code="TFS210",
    name="function-called-twice",
    template='f() is called again, 50% <done> & "quoted"',
    severity="error",
    site=SITE,
    related=(Related(Site("net.py", 4, 0, 4, 3), "the first call"),),
    calls=(CallSite(Site("net.py", 5, 0, 5, 3), "<module>"), CallSite(SITE, "f")),
    full_name="a/ü",
    tensorflow="Variable a/ü already exists, disallowed.\nsecond line",
    scope="a",
    name_scope="ns/a",
    reuse="False",
    scopes=(("a/", Site("net.py", 1, 5)),),
    general="TFS201",
    parts=(("name", "a/ü"),),
)
HAZARD = Finding(
    "TFS101", "name-scope-without-effect", "m", "warning", Site("nb.ipynb:cell 3", 2, 4), certain=False, when=("a",)
)


def run(*findings: Finding, color: bool = False) -> Run:
    return Run(findings, 2, 0.5, line=lambda path, number: SOURCE[number - 1] if path == "net.py" else "", color=color)


def written(write: object, *findings: Finding, color: bool = False) -> str:
    stream = io.StringIO()
    write(run(*findings, color=color), stream)  # type: ignore[operator]
    return stream.getvalue()


def test_findings_survive_json() -> None:
    for finding in (FINDING, HAZARD):
        assert from_data(json.loads(json.dumps(to_data(finding)))) == finding


def test_text_shows_all_that_led_there() -> None:
    text = written(to_text.write, FINDING)
    assert text.startswith('net.py:3:2: TFS210 f() is called again, 50% <done> & "quoted"\n')
    for part in (
        "3 | tf.get_variable('ü', [3])",
        "^" * 25 + "\n",
        "tensorflow: Variable a/ü already exists, disallowed.\n",
        "full name:  a/ü",
        "scopes:     a/ (net.py:1:6), name scope ns/a",
        "net.py:4:1: the first call",
        "net.py:5 in <module>: f()",
        "1 finding in 2 files",
    ):
        assert part in text, part
    assert "\x1b" not in text and "second line" not in text
    assert "\x1b[31m" in written(to_text.write, FINDING, color=True)


def test_concise_is_a_line_each_and_says_may() -> None:
    lines = written(to_text.write_concise, FINDING, HAZARD).splitlines()
    assert len(lines) == 2 and lines[1] == "nb.ipynb:cell 3:2:5: TFS101 may: m"


def test_the_last_line_counts() -> None:
    assert written(to_text.write) == "no findings in 2 files\n"
    stream = io.StringIO()
    to_text.write(run(HAZARD)._replace(files=1, hidden=3), stream)
    assert stream.getvalue().endswith("\n1 finding in 1 file, 3 suppressed\n")


def test_json_has_the_documented_shape() -> None:
    data = json.loads(written(to_json.write, FINDING, HAZARD))
    assert data["schema"] == 1 and data["files"] == 2 and data["seconds"] == 0.5
    first, second = data["findings"]
    keys = ("code", "name", "severity", "file", "line", "column", "end_line", "end_column")
    assert {key: first[key] for key in keys} == {
        "code": "TFS210", "name": "function-called-twice", "severity": "error", "file": "net.py",
        "line": 3, "column": 2, "end_line": 3, "end_column": 27,
    }  # fmt: skip
    assert first["related"] == [{"file": "net.py", "line": 4, "message": "the first call"}]
    assert first["calls"][0] == {"file": "net.py", "line": 5, "function": "<module>"}
    assert (second["file"], second["cell"], second["certain"]) == ("nb.ipynb", 3, False)


def validate_sarif(text: str) -> None:
    """Against OASIS' own schema, which stands beside this file."""
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(Path(__file__).with_name("sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
    checker = jsonschema.Draft4Validator(schema, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER)
    assert [f"{error.json_path}: {error.message}" for error in checker.iter_errors(json.loads(text))] == []


def test_sarif_is_valid() -> None:
    for findings in ((), (FINDING, HAZARD, FINDING)):
        validate_sarif(written(to_sarif.write, *findings))


def test_the_schema_refuses_what_is_wrong() -> None:
    text = written(to_sarif.write, FINDING)
    for right, wrong in (('"level"', '"levels"'), ('"2.1.0"', '"2.1"'), ('"startLine": 3', '"startLine": 0')):
        assert right in text
        with pytest.raises(AssertionError):
            validate_sarif(text.replace(right, wrong))


BROKEN = """import tensorflow as tf
def layer(x):
    return tf.get_variable("w", [3])
with tf.name_scope("n"):
    layer(1)
layer(2)
cell = tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.BasicLSTMCell(4)] * 2)
"""


def test_sarif_of_a_real_run_is_valid(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With fixes, chains of calls, a notebook, a file that is no Python, and names that a URI must escape."""
    (tmp_path / "a b#ü%.py").write_text(BROKEN, encoding="utf-8")
    (tmp_path / "no.py").write_text("import tensorflow as tf\ndef (:\n")
    cell = {"cell_type": "code", "source": BROKEN, "metadata": {}, "outputs": [], "execution_count": None}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "n.ipynb").write_text(json.dumps(notebook))
    assert main(["check", "--isolated", "--no-cache", "--select", "ALL", "--format", "sarif", str(tmp_path)]) == 1
    text = capsys.readouterr().out
    [log] = json.loads(text)["runs"]
    assert {result["ruleId"] for result in log["results"]} >= {"TFS101", "TFS210", "TFS901"}
    assert any("fixes" in result for result in log["results"])
    assert any("codeFlows" in result for result in log["results"])
    validate_sarif(text)


def test_sarif_tells_the_whole_story() -> None:
    [log] = json.loads(written(to_sarif.write, FINDING, HAZARD))["runs"]
    assert [each["id"] for each in log["tool"]["driver"]["rules"]] == ["TFS101", "TFS210"]
    result, hazard = log["results"]
    assert log["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "TFS210"
    assert result["relatedLocations"][0]["message"]["text"] == "the first call"
    steps = result["codeFlows"][0]["threadFlows"][0]["locations"]
    assert [step["location"]["physicalLocation"]["region"]["startLine"] for step in steps] == [5, 3]
    assert result["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 3,
        "startColumn": 2,
        "endLine": 3,
        "endColumn": 27,
    }
    assert hazard["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "nb.ipynb"


def test_sarif_offers_fixes() -> None:
    stream = io.StringIO()
    to_sarif.write(run(FINDING)._replace(offers={FINDING: ("AUTO_REUSE (unsafe)", ((3, 4, "new\n"),), False)}), stream)
    [log] = json.loads(stream.getvalue())["runs"]
    [fix] = log["results"][0]["fixes"]
    [change] = fix["artifactChanges"]
    assert change["artifactLocation"] == {"uri": "net.py"}
    assert change["replacements"][0]["insertedContent"] == {"text": "new\n"}
    validate_sarif(stream.getvalue())


def test_fingerprints_do_not_hang_on_line_numbers() -> None:
    moved = FINDING._replace(site=SITE._replace(line=4))
    lines = ["# new", *SOURCE]
    before = to_sarif.fingerprint(FINDING, {}, run(FINDING))
    after = to_sarif.fingerprint(moved, {}, Run([moved], 1, 0.0, line=lambda path, number: lines[number - 1]))
    seen: dict[str, int] = {}
    twice = [to_sarif.fingerprint(FINDING, seen, run(FINDING)) for _ in range(2)]
    assert before == after == twice[0] != twice[1]


def test_github_escapes() -> None:
    line = written(to_others.write_github, FINDING).strip()
    assert line.startswith("::error title=scopelint TFS210 function-called-twice,file=net.py,line=3,endLine=3,col=2,")
    assert "50%25" in line and "\n" not in line


def test_gitlab_has_unique_fingerprints() -> None:
    data = json.loads(written(to_others.write_gitlab, FINDING, FINDING, HAZARD))
    assert len({each["fingerprint"] for each in data}) == 3
    assert data[0]["location"] == {
        "path": "net.py",
        "positions": {"begin": {"line": 3, "column": 2}, "end": {"line": 3, "column": 27}},
    }
    assert [each["severity"] for each in data] == ["major", "major", "minor"]


def test_junit_is_xml() -> None:
    root = ET.fromstring(written(to_others.write_junit, FINDING._replace(template="a\x00b"), HAZARD).encode())
    assert (root.get("tests"), root.get("failures")) == ("2", "2")
    assert [suite.get("name") for suite in root] == ["net.py", "nb.ipynb"]
    assert ET.fromstring(written(to_others.write_junit)).get("failures") == "0"


def test_statistics_count_by_code() -> None:
    assert written(to_text.write_statistics, FINDING, HAZARD, HAZARD).splitlines() == [
        "     2  TFS101  name-scope-without-effect",
        "     1  TFS210  function-called-twice",
    ]
