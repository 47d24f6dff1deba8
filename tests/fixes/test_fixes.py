"""Fixes: each fixture becomes its `.fixed` twin, and nothing that was not asked for happens."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from scopelint.project import fixing
from scopelint.project.config import Config
from scopelint.project.fixing import fix_files, fix_source

FIXTURES = Path(__file__).parents[2] / "fixtures" / "fixes"
CASES = sorted(path for path in FIXTURES.glob("*.py") if not path.name.endswith(".fixed.py"))


def config(unsafe: bool = True, **more: object) -> Config:
    return Config({"unsafe_fixes": unsafe, "extend_select": ("TFS108",), "cache": False, **more})


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_fixture(path: Path) -> None:
    fixed = fix_source(str(path), path.read_bytes(), config())
    assert fixed.source == path.with_suffix(".fixed.py").read_text()
    # What is mended needs no mending.
    again = fix_source(str(path), fixed.source.encode(), config())
    assert (again.source, again.done) == (fixed.source, [])


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_unsafe_ones_are_asked_for(path: Path) -> None:
    safe = path.stem.startswith(("tfs108", "tfs402", "tfs910"))
    fixed = fix_source(str(path), path.read_bytes(), config(unsafe=False))
    assert bool(fixed.done) == safe
    # A fix that would not hold, were it tried, is counted too.
    assert bool(fixed.left) != safe


def test_new_names_are_shown() -> None:
    path = FIXTURES / "tfs101_name_scope.py"
    done = fix_source(str(path), path.read_bytes(), config()).done
    assert len(done) == 2 and done[0].endswith("TFS101 name_scope becomes variable_scope: w -> fc1/w (unsafe)")


def test_a_diff_writes_nothing_and_a_fix_keeps_encoding_and_line_ends(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    source = '# coding: latin-1\r\nimport tensorflow as tf\r\nwith tf.op_scope([], "é"[:0] or "net"):\r\n    pass\r\n'
    data = source.encode("latin-1")
    file.write_bytes(data)
    stream = io.StringIO()
    assert fix_files([str(file)], config(diff=True), stream) == 1
    assert file.read_bytes() == data
    assert "-with tf.op_scope(" in stream.getvalue() and "+with tf.name_scope(" in stream.getvalue()
    assert fix_files([str(file)], config(), stream) == 1
    assert file.read_bytes() == data.replace(
        b'op_scope([], "\xe9"[:0] or "net")', b'name_scope("\xe9"[:0] or "net", values=[])'
    )


def test_offers_are_tried_and_not_applied() -> None:
    from scopelint.project.check import check_source
    from scopelint.project.fixing import offers

    path = FIXTURES / "tfs201_auto_reuse.py"
    data = path.read_bytes()
    findings = check_source(str(path), data, config()).findings
    [(finding, offer)] = offers(findings, config(unsafe=False), lambda _: data).items()
    assert finding.code == "TFS210" and "AUTO_REUSE" in offer.what
    lines = data.decode().splitlines(True)
    for first, behind, text in reversed(offer.hunks):
        lines[first - 1 : behind - 1] = [text]
    assert "".join(lines) == path.with_suffix(".fixed.py").read_text()


def test_all_rounds_together_keep_the_time_of_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each analysis costs three seconds here, of seven in all: the second trial is not begun, and that is told."""
    path = FIXTURES / "tfs101_name_scope.py"
    clock = [0.0]
    given: list[float] = []
    whole = fixing._state

    def slow(path: str, source: str, config: Config, folders: tuple[str, ...]) -> Any:
        given.append(config.max_seconds)
        clock[0] += 3.0
        return whole(path, source, config, folders)

    assert len(fix_source(str(path), path.read_bytes(), config()).done) == 2
    monkeypatch.setattr(fixing, "_state", slow)
    monkeypatch.setattr(fixing.time, "process_time", lambda: clock[0])
    fixed = fix_source(str(path), path.read_bytes(), config(max_seconds=7.0))
    assert given == [7.0, 4.0] and len(fixed.done) == 1
    assert fixed.refused[-1].endswith("not every fix was tried, --max-seconds 7 is over")


def test_a_trial_that_runs_out_of_time_is_not_taken_for_one_that_mends(monkeypatch: pytest.MonkeyPatch) -> None:
    path = FIXTURES / "tfs101_name_scope.py"
    whole = fixing._state
    states: list[Any] = []

    def cut(path: str, source: str, config: Config, folders: tuple[str, ...]) -> Any:
        states.append(whole(path, source, config, folders))
        return states[0] if len(states) == 1 else states[0]._replace(findings=[], is_cut=True)

    monkeypatch.setattr(fixing, "_state", cut)
    fixed = fix_source(str(path), path.read_bytes(), config())
    assert (fixed.done, fixed.source) == ([], path.read_text())
    assert fixed.refused[-1].endswith("not every fix was tried, --max-seconds 20 is over")
