"""The command as users run it, its memory bounded by the system where a test wants that."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def benchmark(name: str) -> Any:
    """One of `benchmarks/`, as a module, beside which it finds what it imports."""
    spec = importlib.util.spec_from_file_location(name, BENCHMARKS / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(BENCHMARKS))
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(BENCHMARKS))
    return module


class Ran(NamedTuple):
    status: int
    out: str
    err: str


def bow_to_rights() -> None:
    """From the next program on that this process starts, what a file's mode says holds for root too (Linux)."""
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        if ctypes.CDLL(None, use_errno=True).prctl(24, capability, 0, 0, 0):  # PR_CAPBSET_DROP
            raise OSError(ctypes.get_errno(), "the capability is not given up")


def scopelint(
    folder: Path,
    *arguments: str,
    address_space: int = 0,
    seconds: float = 600,
    bowing: bool = False,
    **environment: str,
) -> Ran:
    """`address_space`: bytes that the process may ask the system for at most. `bowing`: to the rights of files, also
    as root."""
    env = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR", "PYTHONPATH")}
    env["PYTHONPATH"] = str(Path(__file__).parents[2])

    def bound() -> None:
        if address_space:
            resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
        if bowing and os.geteuid() == 0:
            bow_to_rights()

    done = subprocess.run(
        [sys.executable, "-m", "scopelint", *arguments],
        cwd=folder, env={**env, **environment}, capture_output=True, timeout=seconds, preexec_fn=bound,
    )  # fmt: skip
    out, err = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
    assert "Traceback" not in err, err
    return Ran(done.returncode, out, err)
