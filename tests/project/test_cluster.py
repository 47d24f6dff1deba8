"""`--cluster`: the workers of a dask scheduler give what one machine gives, also when one is lost in the middle."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

distributed = pytest.importorskip("distributed", reason="the extra [cluster] is not installed")

ROOT = Path(__file__).parents[2]
TWICE = "import tensorflow as tf\nimport shared\ntf.get_variable('w', [2])\ntf.get_variable('w', [2])\n"

# Put into each worker: what it begins is written down, and a file that `waits` is not done before the test says so.
GATE = """
import os, time
from scopelint.project import cluster
from scopelint.project.task import perform as real
def perform(task, config, shelf=None):
    with open("begun", "a") as file:
        file.write(f"{task.path} {os.getpid()}\\n")
    while b"waits" in task.data and not os.path.exists("open"):
        time.sleep(0.02)
    return real(task, config, shelf)
cluster.perform = perform
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    place = tmp_path_factory.mktemp("workers")
    (place / "gate.py").write_text(GATE)
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(ROOT)
    try:
        with distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", local_directory=str(place),
            preload=[str(place / "gate.py")], memory_limit=0, silence_logs=60,
        ) as made:  # fmt: skip
            yield made
    finally:
        os.environ.pop("PYTHONPATH")
        if before is not None:
            os.environ["PYTHONPATH"] = before


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "scopelint", "check", "--jobs", "1", *arguments, "."],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def ran(folder: Path, *arguments: str) -> tuple[int, str, str]:
    process = start(folder, *arguments)
    out, said = process.communicate(timeout=300)
    return process.returncode, out, said


def project(folder: Path) -> None:
    (folder / "shared.py").write_text("import tensorflow as tf\ndef net():\n    return tf.get_variable('v', [3])\n")
    for number in range(8):
        (folder / f"f{number}.py").write_text(f"# {number}\n{TWICE}" + "# waits\n" * (number == 5))


def begun(folder: Path) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for line in (folder / "begun").read_text().splitlines() if (folder / "begun").exists() else ():
        name, number = line.split()
        found.setdefault(name, []).append(int(number))
    return found


def test_a_worker_that_is_killed_costs_the_time_of_its_file(cluster: Any, tmp_path: Path) -> None:
    project(tmp_path)
    status, whole, _ = ran(tmp_path, "--no-cache")
    assert status == 1 and whole.count("TFS201") == 8
    running = start(tmp_path, "--cluster", cluster.scheduler_address)
    end = time.monotonic() + 120
    while "f5.py" not in begun(tmp_path):
        assert time.monotonic() < end and running.poll() is None
        time.sleep(0.02)
    [first] = begun(tmp_path)["f5.py"]
    os.kill(first, signal.SIGKILL)
    while len(begun(tmp_path)["f5.py"]) < 2:
        assert time.monotonic() < end and running.poll() is None
        time.sleep(0.02)
    (tmp_path / "open").touch()
    out, said = running.communicate(timeout=300)
    assert (running.returncode, out, said) == (1, whole, "")
    assert begun(tmp_path)["f5.py"][1] != first
    # All were done there, and are in the cache here.
    assert set(begun(tmp_path)) == {f"f{number}.py" for number in range(8)} | {"shared.py"}
    (tmp_path / "begun").unlink()
    assert ran(tmp_path) == (1, whole, "") and not begun(tmp_path)


def test_json_is_the_same(cluster: Any, tmp_path: Path) -> None:
    project(tmp_path)
    (tmp_path / "open").touch()
    reports = []
    for flags in ((), ("--cluster", cluster.scheduler_address)):
        report = json.loads(ran(tmp_path, "--no-cache", "--format", "json", "--possible", "--verbose", *flags)[1])
        del report["seconds"]
        reports.append(report)
    assert reports[0] == reports[1] and len(reports[0]["findings"]) >= 8


def test_what_a_worker_sees_otherwise_is_analysed_here(cluster: Any, tmp_path: Path) -> None:
    """A file that is not what the worker finds on its disk: the standard input, for one."""
    process = subprocess.run(
        [sys.executable, "-m", "scopelint", "check", "--no-cache", "--format", "concise",
         "--cluster", cluster.scheduler_address, "-"],
        input=TWICE.replace("import shared\n", ""), cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert process.returncode == 1 and process.stdout.startswith("<stdin>:3:1: TFS201")
    assert process.stderr == "scopelint: --cluster: a worker sees other files: 1 file analysed here\n"


def test_a_result_that_hangs_on_another_file_is_not_taken(cluster: Any, tmp_path: Path) -> None:
    """The scheduler may still hold what it gave for the same file, before a module that it imports was changed."""
    (tmp_path / "shared.py").write_text("import tensorflow as tf\ndef net():\n    return tf.get_variable('v', [3])\n")
    (tmp_path / "f0.py").write_text("import shared\nshared.net()\nshared.net()\n")
    flags = ("--no-cache", "--format", "concise", "--cluster", cluster.scheduler_address)
    with distributed.Client(cluster.scheduler_address, set_as_default=False) as holding:
        assert "makes v twice" in ran(tmp_path, *flags)[1]
        keys = [key for key in holding.who_has() if str(key).startswith("scopelint-")]
        kept = [distributed.Future(key, holding) for key in keys]
        (tmp_path / "shared.py").write_text(
            "import tensorflow as tf\ndef net():\n    return tf.get_variable('other', [3])\n"
        )
        assert "makes other twice" in ran(tmp_path, *flags)[1]
        # Nor is one that was asked of other rules.
        assert ran(tmp_path, *flags, "--select", "TFS101")[:2] == (0, "")
        assert "makes other twice" in ran(tmp_path, *flags, "--select", "TFS2")[1]
        del kept


def test_a_scheduler_that_cannot_be_reached(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import tensorflow as tf\n")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        status, out, said = ran(tmp_path, "--cluster", address)
    assert (status, out) == (2, "")
    assert said == f"scopelint: --cluster: {address}: no scheduler answers within 5 seconds\n"
    status, out, said = ran(tmp_path, "--cluster", "nonsense://x")
    assert (status, out) == (2, "") and len(said.splitlines()) == 1
    assert said.startswith("scopelint: --cluster: nonsense://x: ")


def test_a_scheduler_without_workers(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import tensorflow as tf\n")
    with distributed.LocalCluster(
        n_workers=0, processes=False, dashboard_address=":0", protocol="tcp", silence_logs=60
    ) as empty:
        status, out, said = ran(tmp_path, "--cluster", empty.scheduler_address)
        assert (status, out) == (2, "") and said == f"scopelint: --cluster: {empty.scheduler_address}: has no worker\n"
