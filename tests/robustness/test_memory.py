"""What a run over any number of files holds at a time; `benchmarks/memory.py files` measures the whole."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest

from scopelint.project import check as door
from scopelint.project import parallel, sources
from scopelint.project.config import Config
from scopelint.project.sources import Sources
from scopelint.project.task import Answer, Task, Tasks, own_shelf, perform
from scopelint.syntax.source import Source
from scopelint.syntax.source_cache import SourceCache

TWICE = "import tensorflow as tf\ntf.get_variable('w', [2])\ntf.get_variable('w', [2])\n"


def test_sources_are_held_up_to_a_bound_and_read_again(tmp_path: Path) -> None:
    held = Sources()
    held.put("unsaved.py", b"x = 1\ny = 2")
    files = [tmp_path / f"f{number}.py" for number in range(200)]
    for number, file in enumerate(files):
        file.write_text(f"# {number}\n" + "x = 1\n" * 40_000)
        assert held.line(str(file), 1) == f"# {number}"
    assert sum(map(len, held._data.values())) <= sources._KEPT_BYTES
    assert max(len(held._texts), len(held._lines), len(held._cells)) <= sources._TEXTS
    assert held.line(str(files[0]), 1) == "# 0" and held.data(str(files[0])).startswith(b"# 0\n")
    assert held.line("unsaved.py", 2) == "y = 2" and held.data("unsaved.py") == b"x = 1\ny = 2"


def test_the_bytes_of_a_file_are_held_while_it_is_under_way() -> None:
    loaded: list[str] = []

    def load(path: str) -> bytes:
        loaded.append(path)
        return path.encode()

    tasks = Tasks(load)
    for number in range(5):
        tasks.append(f"f{number}.py", (), "check")
    assert len(tasks) == 5 and not loaded
    assert tasks[3] == Task("f3.py", b"f3.py", (), "check") and tasks[3] is tasks[3]
    tasks.done(3)
    assert [task.path for task in tasks[3:]] == ["f3.py", "f4.py"] and loaded == ["f3.py", "f3.py", "f4.py"]
    assert next(iter(tasks)).path == "f0.py"


def test_what_a_process_has_read_is_held_up_to_a_bound() -> None:
    shelf = own_shelf.__wrapped__()
    text = "x = 1\n" * 10_000
    for number in range(60):
        shelf.put(f"f{number}.py", "mark", Source(f"f{number}.py", text))
    assert shelf._held <= 400_000 and shelf.source("f59.py", "mark") is not None
    assert shelf.source("f0.py", "mark") is None


SMALL = 60_000_000
"""Bytes that a process which analyses small files does not grow by."""


def test_what_one_program_leaves_does_not_pile_up(tmp_path: Path) -> None:
    """A process that analyses ever more programs, each of which differs, holds as many objects as after the first."""
    programs = sorted((Path(__file__).parents[2] / "fixtures" / "names").glob("*.py"))[:12]
    config = Config({"cache": False})
    held = []
    for turn in range(4):
        for program in programs:
            text = f"# {turn}\n{program.read_text()}\nimport m{turn}\n"
            (tmp_path / f"m{turn}.py").write_text(f"# {turn}\nx = {turn}\n")
            perform(Task(str(tmp_path / f"f{turn}.py"), text.encode(), (), "check"), config)
        gc.collect()
        held.append(len(gc.get_objects()))
    assert held[3] - held[2] < 200 and held[2] - held[1] < 200, held


@pytest.mark.parametrize(("count", "elsewhere"), [(5, False), (20, True)])
def test_many_files_are_analysed_in_a_process_that_can_be_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int, elsewhere: bool
) -> None:
    for number in range(count):
        (tmp_path / f"f{number:02}.py").write_text(TWICE)
    log = tmp_path / "log"

    def logged(task: Task, config: Config, shelf: SourceCache | None = None) -> Answer:
        with log.open("a") as file:
            file.write(f"{os.getpid()}\n")
        return perform(task, config, shelf)

    monkeypatch.setattr(parallel, "perform", logged)
    # What it has of the process that it was forked from does not count: a new one would have it, too.
    inherited = bytearray(b"x") * (2 * SMALL)
    monkeypatch.setattr("scopelint.limits.PROCESS_BYTES", SMALL)
    report = door.check([str(tmp_path)], Config({"cache": False, "jobs": 1}))
    assert len(inherited) == 2 * SMALL and len(report.findings) == count
    numbers = set(log.read_text().split())
    assert len(numbers) == 1 and (numbers != {str(os.getpid())}) is elsewhere


def test_a_file_that_goes_while_the_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        (tmp_path / f"f{number}.py").write_text(TWICE)
    monkeypatch.setattr(sources, "_KEPT_BYTES", 0)

    def taken_away(task: Task, config: Config, shelf: SourceCache | None = None) -> Answer:
        (tmp_path / "f2.py").unlink(missing_ok=True)
        return perform(task, config, shelf)

    monkeypatch.setattr(parallel, "perform", taken_away)
    report = door.check([str(tmp_path)], Config({"cache": False, "jobs": 1}))
    assert len(report.findings) == 2
    assert report.failed == [(str(tmp_path / "f2.py"), "No such file or directory")]
