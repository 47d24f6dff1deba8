"""Every format, read again by a parser, over texts made of the worst characters."""

from __future__ import annotations

import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scopelint.escapes import Guarded
from scopelint.project.options import COMMAND_FORMATS
from scopelint.reports import names, to_json, to_others, to_sarif, to_text
from scopelint.reports.base import Run
from scopelint.rules.findings import Finding, Related
from scopelint.site import CallSite, Site
from tests.robustness.running import scopelint

WORST = "\x00\x07\x08\t\n\r\x1b\x7f\x85\x9b\u2028\u202e\u2066\ud800\udcff\ufeff\U000e0041%,:|`<>&\"'[]{}\\/;]]>--"
TEXTS = st.text(st.sampled_from(WORST + "ab é\U0001f600"), max_size=12)
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
FINDINGS = st.builds(
    lambda t: Finding(
        "TFS201", "variable-already-exists", "{said}", "error", Site(t[0], 3, 2, 3, 9), (Related(Site(t[1], 2), t[2]),),
        (CallSite(Site(t[3], 1), t[4]), CallSite(Site(t[0], 3), t[5])), t[6], t[7], t[8], t[9], t[4],
        ((t[10], Site(t[0], 4)),), True, (t[11],), t[12], parts=(("said", t[13]),),
    ),
    st.lists(TEXTS, min_size=14, max_size=14),
)  # fmt: skip


def written(write: object, findings: list[Finding], color: bool = False) -> str:
    stream = io.StringIO()
    write(Run(findings, 1, 0.1, line=lambda path, number: path + WORST, color=color), stream)  # type: ignore[operator]
    stream.getvalue().encode("utf-8")
    return stream.getvalue()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(FINDINGS, min_size=1, max_size=3))
def test_every_format_is_read_again(findings: list[Finding]) -> None:
    data = json.loads(written(to_json.write, findings))["findings"]
    # Two halves of a pair that stand side by side are one character in JSON.
    said = [json.loads(json.dumps(each.message)) for each in findings]
    assert [each["message"] for each in data] == said
    results = json.loads(written(to_sarif.write, findings))["runs"][0]["results"]
    assert all(each["message"]["text"].startswith(message) for each, message in zip(results, said, strict=True))
    assert len(json.loads(written(to_others.write_gitlab, findings))) == len(findings)
    cases = ElementTree.fromstring(written(to_others.write_junit, findings)).iter("testcase")
    assert len(list(cases)) == len(findings)
    lines = written(to_others.write_github, findings).split("\n")
    assert len(lines) == len(findings) + 1
    for line in lines[:-1]:
        assert re.fullmatch(r"::error title=[^:,]*,file=[^:,]*,line=3,endLine=\d+,col=3,endColumn=\d+::.*", line), line
    assert len(written(to_text.write_concise, findings).split("\n")) == len(findings) + 1
    for write in (to_text.write, to_text.write_concise, to_others.write_github, to_json.write, to_sarif.write):
        assert not UNSEEN.search(written(write, findings)), write
    coloured = written(to_text.write, findings, color=True)
    assert not UNSEEN.search(re.sub(r"\x1b\[(?:0|1|2|31|33|34)m", "", coloured))


@given(st.lists(TEXTS, min_size=5, max_size=5))
def test_the_table_of_names(t: list[str]) -> None:
    row = {"name": t[0], "shape": [2, t[4]], "dtype": t[1], "trainable": True, "certain": False, "when": [t[2]],
           "graph": 0, "file": t[3], "line": 3}  # fmt: skip
    data = {"variables": [row], "assumptions": [], "entries": [], "stopped": []}
    stream = io.StringIO()
    names.write_table(names.merged([data]), stream)
    assert not UNSEEN.search(stream.getvalue()) and stream.getvalue().count("\n") == 1


@given(st.text(st.sampled_from(WORST + "\x1b[31m")))
def test_a_guarded_stream_lets_colours_and_text_through(text: str) -> None:
    stream = io.StringIO()
    Guarded(stream, True).write("\x1b[31mred\x1b[0m" + text)  # type: ignore[arg-type, unused-ignore]
    assert not UNSEEN.search(re.sub(r"\x1b\[[0-9;]*m", "", stream.getvalue()))


@pytest.mark.parametrize("format", ["text", "concise", "github", "junit"])
def test_a_file_and_a_name_that_would_move_the_cursor(tmp_path: Path, format: str) -> None:
    place = tmp_path / "a\x1b]0;title\x07\x9b2J.py"
    place.write_text(
        "import tensorflow as tf\nx = 'w\\x1b[2J'  # \x1b[2J\ntf.get_variable(x, [2])\nsome(x)\n"
        "tf.get_variable('v', [1])\n"
        "tf.get_variable('v', [1])  # \x1b[31m\n"
    )
    for arguments in (
        ("check", "--format", format),
        ("check", "--format", format, "--color", "always"),
        ("names",),
        ("tree",),
    ):
        ran = scopelint(tmp_path, arguments[0], "--no-cache", *arguments[1:], place.name)
        assert ran.out + ran.err
        assert not UNSEEN.search(re.sub(r"\x1b\[(?:0|1|2|3\d)m", "", ran.out + ran.err)), arguments


def test_sources_in_codecs_that_no_source_is_written_in(tmp_path: Path) -> None:
    for codec in ("punycode", "idna", "undefined", "rot13", "nosuch", "utf-16", "unicode_escape", "a\x00b", "utf-7"):
        (tmp_path / "p.py").write_bytes(b"#coding: " + codec.encode() + b"\nimport tensorflow as tf\nx = '\xff\xc3'\n")
        (tmp_path / "q.py").write_text("import tensorflow as tf\nimport p\ntf.get_variable('w', [2])\n")
        for path in ("p.py", "q.py"):
            ran = scopelint(tmp_path, "check", "--no-cache", path)
            assert ran.status in (0, 1) and "please report it" not in ran.out + ran.err, codec


def test_a_script_with_a_dot_in_its_name(tmp_path: Path) -> None:
    (tmp_path / "a.b.py").write_text("import tensorflow as tf\ntf.get_variable('w', [2])\n")
    ran = scopelint(tmp_path, "names", "--no-cache", "a.b.py")
    assert ran.out.splitlines()[-1] == "1 variable, 1 trainable, 2 parameters: complete" and not ran.err


CHECKPOINT = Path(__file__).parents[2] / "fixtures" / "checkpoints" / "v2_plain"
HOSTILE = "a\x1b]0;t\x07\x9b2J\u202e<script>&'\" -->"
SOURCE = (
    "import tensorflow as tf\nx = 'w\\x1b[2J\\u202e'  # \x1b[2J </script>\nimport zoo\n"
    "if zoo.asked('\x9b2J\u202e'):\n    tf.get_variable('net/u', [zoo.n('\x1b[2J')])\n"
    "tf.get_variable('net/v', [1])\ntf.get_variable('net/v', [1])  # \x1b[31m --> \u2028\n"
)
RUNS = {
    "check": ("check", "--verbose", "--possible"), "names": ("names",), "why": ("why", "net/v"),
    "lock": ("lock", "--check"), "diff": ("diff", "old.lock", "names.lock"), "port": ("port", "m.ckpt"),
    "checkpoint": ("checkpoint", "m.ckpt"), "tree": ("tree",),
}  # fmt: skip


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository whose program has the worst name and the worst text, and two locks of it."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / ".git").mkdir()
    (folder / f"{HOSTILE}.py").write_text(SOURCE)
    for each in CHECKPOINT.glob("model.ckpt.*"):
        (folder / each.name.replace("model", "m", 1)).write_bytes(each.read_bytes())
    assert scopelint(folder, "lock", "--no-cache", f"{HOSTILE}.py").status in (0, 1)
    text = (folder / "names.lock").read_text()
    (folder / "old.lock").write_text(text.replace("net/v", "old/v"))
    assert "old/v" in (folder / "old.lock").read_text()
    return folder


@pytest.mark.parametrize(
    ("command", "format"), [(command, format) for command, formats in COMMAND_FORMATS.items() for format in formats]
)
def test_every_command_in_every_format(hostile: Path, command: str, format: str) -> None:
    paths = () if command == "diff" or (command, format) in _LISTED else (f"{HOSTILE}.py",)
    name, *rest = RUNS[command]
    cached = () if command in ("why", "port") else ("--no-cache",)
    ran = scopelint(hostile, name, *cached, "--format", format, *rest, *paths)
    assert ran.status in (0, 1, 2) and ran.out and "please report it" not in ran.err
    assert not UNSEEN.search(ran.out + ran.err)
    if format == "text":
        coloured = scopelint(hostile, name, *cached, "--color", "always", *rest, *paths)
        # The sources' own red is none of ours.
        assert "\x1b[31m -->" not in coloured.out
        assert not UNSEEN.search(re.sub(r"\x1b\[(?:0|1|2|3\d)m", "", coloured.out + coloured.err))
    if format in ("json", "sarif", "gitlab"):
        assert json.loads(ran.out)
    elif format == "junit":
        assert ElementTree.fromstring(ran.out).tag == "testsuites"
    elif format == "html":
        page = Page()
        page.feed(ran.out)
        page.close()
        assert page.open == [] and "net" in page.text and HOSTILE[:1] in page.text
        assert "<script>&" not in ran.out
    elif format == "mermaid":
        assert ran.out.startswith("flowchart")
    elif format == "dot":
        assert ran.out.rstrip().endswith("}") and ran.out.count("{") == ran.out.count("}")


_LISTED = frozenset({("checkpoint", "json"), ("checkpoint", "text")})
_EMPTY = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)


class Page(HTMLParser):
    """What stands in a page, and which elements of it were not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in _EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_wrong_usage_repeats_no_control_characters(hostile: Path) -> None:
    for arguments in (("port", "m.ckpt", "--nosuch=" + HOSTILE), ("check", "--nosuch" + HOSTILE), (HOSTILE,)):
        ran = scopelint(hostile, *arguments)
        assert ran.status == 2 and ran.err and not UNSEEN.search(ran.out + ran.err)
