"""One run of the command: its processor time, its memory, what it said."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
_ADDRESS_SPACE = 8 << 30
"""Of a process that goes past every bound, before it takes the machine with it."""
_ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
"""Modules that must be compiled again take longer than most programs."""


class Measured(NamedTuple):
    """`seconds`: of processor time, with all processes below. `megabytes`: the largest at any moment, of itself."""

    seconds: float
    megabytes: float
    status: int
    out: str
    err: str

    @property
    def told(self) -> str:
        """The line that says what was given up, else the last one."""
        lines = (self.out + self.err).strip().splitlines()
        return next((line for line in lines if "incomplete" in line or "TFS9" in line), lines[-1] if lines else "")

    @property
    def is_failure(self) -> bool:
        """Is it a failure of ours, whatever the program did?"""
        said = self.out + self.err
        ours = ("TFS900", "Traceback", "please report")
        return self.status not in (0, 1, 2) or any(each in said for each in ours)


class Bounds(NamedTuple):
    seconds: float
    megabytes: float

    def __str__(self) -> str:
        return f"at most {self.seconds:.1f} s and {self.megabytes:.0f} MB"


def bounds(seconds: float, megabytes: float, base: Measured) -> Bounds:
    """What a run may take that is allowed so much: a tenth and a second more, besides what a tiny one takes."""
    return Bounds(seconds * 1.1 + 1 + base.seconds, megabytes * 1.1 + base.megabytes)


def measure(arguments: Sequence[str], folder: Path, patience: float) -> Measured:
    """Runs `scopelint` with these arguments in a folder; killed after so many seconds of the wall's clock."""

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))

    before = _spent()
    running = subprocess.Popen(
        [sys.executable, "-m", "scopelint", *arguments], cwd=folder, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=bound,
        env={**_ENVIRONMENT, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    done: list[bytes] = []
    reader = threading.Thread(target=lambda: done.extend(running.communicate()))
    reader.start()
    until, peak = time.monotonic() + patience, 0.0
    while reader.is_alive():
        reader.join(0.02)
        try:
            status = Path(f"/proc/{running.pid}/status").read_text()
            peak = max(peak, int(status.split("VmHWM:")[1].split()[0]) / 1000)
        except (OSError, IndexError):
            pass
        if time.monotonic() > until:
            running.kill()
    reader.join()
    out, err = (each.decode("utf-8", "replace") for each in done)
    return Measured(_spent() - before, peak, running.returncode, out, err)


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
