"""The command as users run it, its memory bounded by the system where a test wants that."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple


class Ran(NamedTuple):
    status: int
    out: str
    err: str


def scopelint(folder: Path, *arguments: str, address_space: int = 0, seconds: float = 600, **environment: str) -> Ran:
    """`address_space`: bytes that the process may ask the system for at most."""
    env = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR", "PYTHONPATH")}
    env["PYTHONPATH"] = str(Path(__file__).parents[2])

    def bound() -> None:
        if address_space:
            resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))

    done = subprocess.run(
        [sys.executable, "-m", "scopelint", *arguments],
        cwd=folder, env={**env, **environment}, capture_output=True, timeout=seconds, preexec_fn=bound,
    )  # fmt: skip
    out, err = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
    assert "Traceback" not in err, err
    return Ran(done.returncode, out, err)
