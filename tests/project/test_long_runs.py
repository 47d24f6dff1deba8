"""Runs over many files: told as they go on, ended in the middle, gone on with, and the files that take long."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest

from scopelint import clock, limits
from scopelint.cli import main
from scopelint.project import parallel
from scopelint.project.config import Config
from scopelint.project.task import Answer, Task, perform
from scopelint.syntax.source_cache import SourceCache

ROOT = Path(__file__).parents[2]
TWICE = "import tensorflow as tf\ntf.get_variable('w', [2])\ntf.get_variable('w', [2])\n"
FINDING = ":3:1: TFS201 variable w already exists, first made at"

# `tf.slow` of this program waits for a file that the test makes: how long it takes is not a matter of the machine.
GATED = """
import os, signal, sys, time
# A shell that begins the tests in the background has it ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
from scopelint import cli
from scopelint.project import parallel
real = parallel.perform
def perform(task, config, shelf=None):
    with open("begun", "a") as file:
        file.write(task.path + "\\n")
    while b"waits" in task.data and not os.path.exists("open"):
        time.sleep(0.02)
    return real(task, config, shelf)
parallel.perform = perform
sys.exit(cli.main(sys.argv[1:]))
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def project(folder: Path) -> None:
    """Of six files the fourth is only done when the test says so."""
    for number in range(6):
        text = TWICE + "# waits\n" * (number == 3)
        (folder / f"f{number}.py").write_text(text)


def begin(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", GATED, "check", *arguments, "."],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def begun(folder: Path) -> list[str]:
    file = folder / "begun"
    return file.read_text().split() if file.exists() else []


def until(what: object, seconds: float = 120.0) -> None:
    end = time.monotonic() + seconds
    while not what():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.parametrize("format", ["concise", "github", "text"])
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_findings_are_told_before_the_run_is_over(folder: Path, format: str, jobs: str) -> None:
    project(folder)
    running = begin(folder, "--no-cache", "--format", format, "--jobs", jobs)
    assert running.stdout is not None
    lines: list[str] = []
    while sum("first made at" in line for line in lines) < 3:
        lines.append(running.stdout.readline())
        assert lines[-1], lines
    assert [line[:5] for line in lines if FINDING in line] == ["f0.py", "f1.py", "f2.py"] or format == "github"
    assert running.poll() is None
    (folder / "open").touch()
    rest = running.stdout.read()
    assert running.stderr is not None and (running.wait(), running.stderr.read()) == (1, "")
    # All of it is what a run gives that nobody waited for, in the same order.
    (folder / "begun").unlink()
    whole = begin(folder, "--no-cache", "--format", format, "--jobs", "1").communicate(timeout=120)[0]
    assert "".join(lines) + rest == whole and whole.count("first made at") == 6


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(("format", "jobs"), [("text", "2"), ("json", "1"), ("sarif", "2"), ("junit", "2")])
def test_an_interrupted_run_tells_what_it_has(folder: Path, sign: signal.Signals, format: str, jobs: str) -> None:
    project(folder)
    running = begin(folder, "--format", format, "--jobs", jobs)
    until(lambda: "./f3.py" in begun(folder) or "f3.py" in begun(folder))
    running.send_signal(sign)
    out, said = running.communicate(timeout=120)
    assert running.returncode == 130
    [line] = said.splitlines()
    done = int(line.split()[3])
    assert line == f"scopelint: interrupted after {done} of 6 files" and done >= 3 - (jobs == "2")
    if format == "text":
        assert out.count(FINDING) == done and f"{done} findings in 6 files" in out
    elif format == "json":
        report = json.loads(out)
        assert report["interrupted"] is True and len(report["findings"]) == done
    elif format == "sarif":
        [run] = json.loads(out)["runs"]
        assert len(run["results"]) == done and run["invocations"][0]["executionSuccessful"] is False
    else:
        assert len(ElementTree.fromstring(out).findall(".//failure")) == done

    # The next run goes on from there.
    before = begun(folder)
    (folder / "begun").unlink()
    (folder / "open").touch()
    out, said = begin(folder, "--format", "concise").communicate(timeout=120)
    assert out.count(FINDING) == 6 and said == ""
    assert len(begun(folder)) == 6 - done and "f3.py" in begun(folder)
    assert len(set(before)) >= done


def test_an_interrupted_run_writes_no_baseline(folder: Path) -> None:
    project(folder)
    running = begin(folder, "--jobs", "1", "--baseline", "known.json", "--update-baseline")
    until(lambda: "f3.py" in begun(folder))
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=120)
    assert running.returncode == 130 and not (folder / "known.json").exists() and "interrupted" in said


def test_what_hangs_on_something_waits_for_a_file_that_makes_it_certain(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """a.py finds it in lib.py where its flag is set, b.py always: told once, and as certain."""
    (folder / "lib.py").write_text(
        "import tensorflow as tf\ndef net():\n    tf.get_variable('w', [2])\n    tf.get_variable('w', [2])\n"
    )
    (folder / "a.py").write_text(
        "import tensorflow as tf\nimport lib\ntf.flags.DEFINE_boolean('big', False, '')\n"
        "if tf.flags.FLAGS.big:\n    lib.net()\n"
    )
    (folder / "b.py").write_text("import lib\nlib.net()\n")
    for format in ("concise", "json"):
        main(["check", "--no-cache", "--format", format, "a.py", "b.py"])
        out = capsys.readouterr().out
        assert out.count("TFS201") == 1 and "with --big" not in out
    assert main(["check", "--no-cache", "--format", "concise", "a.py"]) == 1
    assert "with --big=True" in capsys.readouterr().out


def test_a_comment_that_only_a_later_file_needs_is_not_unused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.py").write_text(
        "import tensorflow as tf\ndef net():\n    tf.get_variable('w', [2])  # noqa: TFS201\n"
        "if __name__ == '__main__':\n    net()\n"
    )
    (folder / "b.py").write_text("import a\na.net()\na.net()\n")
    assert main(["check", "--no-cache", "--format", "concise", "."]) == 0
    assert capsys.readouterr().out == ""
    assert main(["check", "--no-cache", "--format", "concise", "a.py"]) == 1
    assert "TFS910" in capsys.readouterr().out


def test_one_reads_the_slow_files(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What takes no second is not worth a name."""
    (folder / "a.py").write_text(TWICE)
    (folder / "b.py").write_text(TWICE)

    def with_seconds(task: Task, config: Config, shelf: SourceCache | None = None) -> Answer:
        result, read, missing = perform(task, config, shelf)
        return {**result, "seconds": 3.21 if task.path == "b.py" else 0.1}, read, missing

    monkeypatch.setattr(parallel, "perform", with_seconds)
    for flag in ("--statistics", "--verbose"):
        main(["check", "--jobs", "1", flag, "."])
        assert capsys.readouterr().out.splitlines()[-1] == "slowest: b.py 3.2 s"
    # The cache knows it too.
    main(["check", "--jobs", "1", "--statistics", "."])
    assert "b.py 3.2 s" in capsys.readouterr().out
    main(["check", "--jobs", "1", "."])
    assert "slowest" not in capsys.readouterr().out


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_file_that_takes_long_is_told_while_it_runs(monkeypatch: pytest.MonkeyPatch, jobs: int) -> None:
    """With a bound of nothing each is, once."""
    monkeypatch.setattr(limits, "SLOW_SECONDS", 0.0)
    monkeypatch.setattr(clock, "_LOOK", 0.001)
    source = b"import tensorflow as tf\nfor i in range(500):\n    tf.get_variable('w%d' % i, [2])\n"
    tasks = [Task(name, source, (), "check") for name in ("a.py", "b.py", "c.py")]
    told: list[str] = []
    answers = dict(parallel.run_all(tasks, Config({"jobs": jobs}), slow=lambda path, seconds: told.append(path)))
    assert sorted(answers) == [0, 1, 2] and sorted(told) == ["a.py", "b.py", "c.py"]


def test_a_terminal_shows_a_bar_and_the_findings_beside_it(folder: Path) -> None:
    for number in range(24):
        (folder / f"f{number:02}.py").write_text(TWICE)
    mine, theirs = pty.openpty()
    slow = "from scopelint import clock, limits\nlimits.SLOW_SECONDS, clock._LOOK = 0.0, 0.001\n"
    running = subprocess.Popen(
        [sys.executable, "-c", slow + GATED, "check", "--no-cache", "--color", "never", "--format", "concise", "."],
        cwd=folder, stdout=theirs, stderr=theirs,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"},
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(mine, 65536)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        shown += piece
    assert running.wait() == 1
    text = shown.decode().replace("\r\n", "\n")
    # What a bar leaves on the line is blank before a finding comes.
    screen = []
    for line in text.split("\n"):
        cells = ""
        for part in line.split("\r"):
            cells = part + cells[len(part) :]
        screen.append(cells.rstrip())
    assert sum(FINDING in line and line.startswith("f") for line in screen) == 24
    assert "] 12/24 " in text and "takes long, 0 s so far" in text
    assert not any("[===" in line for line in screen)
