"""How long `names` takes, as ratios within one run: to LibCST's bare parse of the same files, and to TensorFlow.

    python benchmarks/names.py FILE [--call EXPR] [--path DIR]... [--tf PYTHON] [--runs N]

LibCST's parse is of every source file that the analysis read. `--tf` names the Python of a TensorFlow 1.15, which then
builds the same graph: for a script by running it, for a module with `--call` by importing and calling. Times are the
least of N runs; processor time for what runs here, wall time for whole processes.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import libcst

from scopelint.interp.entry import analyse
from scopelint.interp.options import Options


def least(runs: int, work: Callable[[], Any], clock: Callable[[], float] = time.process_time) -> float:
    times = []
    for _ in range(runs):
        started = clock()
        work()
        times.append(clock() - started)
    return min(times)


def whole(command: list[str], env: dict[str, str]) -> None:
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env, check=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--call", action="append", default=[])
    parser.add_argument("--path", action="append", default=[])
    parser.add_argument("--tf")
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()

    options = Options(search_path=tuple(given.path), calls=tuple(given.call))
    data = given.file.read_bytes()
    outcomes = analyse(str(given.file), data, options)
    sources = [Path(path).read_bytes() for path in {p for o in outcomes for p, _ in o.read} if path.endswith(".py")]
    names = sum(len(o.variables) for o in outcomes)
    # In turns, so that what else the machine does falls on both.
    warm = parse = float("inf")
    for _ in range(given.runs):
        warm = min(warm, least(1, lambda: analyse(str(given.file), data, options)))
        parse = min(parse, least(1, lambda: [libcst.parse_module(source) for source in sources]))
    print(f"{names} variables; {len(sources)} files of {sum(map(len, sources))} bytes")
    print(f"analysis, imports aside   {warm:8.3f} s   {warm / parse:6.2f} of LibCST's bare parse ({parse:.3f} s)")

    # pip compiles what it installs; a source tree may forbid it.
    env = dict(os.environ, PYTHONPATH=os.pathsep.join(given.path), PYTHONPYCACHEPREFIX=tempfile.mkdtemp())
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-m", "scopelint", "names", "--no-cache", str(given.file)]
    for folder in given.path:
        command += ["--path", folder]
    for expression in given.call:
        command += ["--call", expression]
    cold = least(given.runs, lambda: whole(command, env), time.perf_counter)
    libcst_alone = least(given.runs, lambda: whole([sys.executable, "-c", "import libcst"], env), time.perf_counter)
    print(f"whole process, no cache   {cold:8.3f} s   of which {libcst_alone:.3f} s start Python and LibCST")
    if given.tf:
        script = f"import runpy; runpy.run_path({str(given.file)!r}, run_name='__main__')"
        if given.call:
            calls = "; ".join(given.call)
            script = (
                f"import sys; sys.path.insert(0, {str(given.file.parent)!r}); import tensorflow as tf; "
                f"from {given.file.stem} import *; {calls}"
            )
        built = least(min(given.runs, 2), lambda: whole([given.tf, "-c", script], env), time.perf_counter)
        print(f"TensorFlow builds it in   {built:8.3f} s   {built / cold:6.1f} times as long as the whole process")


if __name__ == "__main__":
    main()
