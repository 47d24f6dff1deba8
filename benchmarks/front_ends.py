"""Ratios within one run: other linters, warm and cold, two jobs and one, flake8 with the plugin and without.

    python benchmarks/front_ends.py FOLDER... [--others PYTHON] [--runs 3]

The folders, whole packages of TF 1.x source, are copied and linted in turn by each tool, so that a busy machine slows
all alike. Times are processor seconds of the process and its children, the median of the runs; wall seconds where jobs
are compared. A file with one fault of each tool's own is put among them, and a tool that does not report it ends the
run: a linter that fails early is fast. `--others` names the Python of an environment with pylint, fixit, flake8-async.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
SEEDED = '''"""One fault for each linter."""
import os
import trio
{models}

async def wait(answer):
    """Waits."""
    with trio.move_on_after(1):
        pass
    if answer == None:
        return
'''
SEEDED_MODEL = """import tensorflow as tf

tf.get_variable("seeded", [3])
tf.get_variable("seeded", [3])

"""


class Linter(NamedTuple):
    """`fault`: what it must say of the seeded file."""

    name: str
    command: Sequence[str]
    fault: str


class Times(NamedTuple):
    processor: float
    wall: float


def timed(linter: Linter, folder: Path) -> Times:
    """One run; ends all where the seeded fault was not found."""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    done = subprocess.run(linter.command, cwd=folder, env=env, capture_output=True, text=True, errors="replace")
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = [line for line in (done.stdout + done.stderr).splitlines() if "seeded.py" in line and linter.fault in line]
    if not said:
        sys.exit(f"{linter.name} does not find {linter.fault}: {(done.stdout + done.stderr)[-500:]}")
    return Times(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall)


def in_turn(runs: int, tasks: Sequence[Callable[[], Times]]) -> list[Times]:
    """The medians of each, run in turn."""
    times: list[list[Times]] = [[] for _ in tasks]
    for _ in range(runs):
        for into, task in zip(times, tasks, strict=True):
            into.append(task())
    return [Times(*(statistics.median(each) for each in zip(*of_task, strict=True))) for of_task in times]


_FLAKE8 = """
import importlib.metadata as metadata, sys
real = metadata.distributions
# An installed scopelint is hidden, so that both runs load the plugin, or do not, as their configuration says.
metadata.distributions = lambda **which: [d for d in real(**which) if (d.metadata["name"] or "").lower() != "scopelint"]
from flake8.main.cli import main
sys.exit(main())
"""


def flake8(folder: Path, plugin: bool) -> Linter:
    # Outside of the folder: a setup.cfg within it is the package's own.
    config = folder.parent / f"flake8-{'with' if plugin else 'without'}-{folder.name}"
    text = "[flake8]\n"
    if plugin:
        text += f"[flake8:local-plugins]\nextension =\n    TFS = scopelint.flake8_plugin:Plugin\npaths = {ROOT}\n"
    config.write_text(text)
    command = [sys.executable, "-c", _FLAKE8, "--config", str(config), "-j", "1", "--exit-zero", "."]
    return Linter("flake8 with the plugin" if plugin else "flake8", command, "F401")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+", help="packages of TF 1.x source")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--others", metavar="PYTHON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        plain, models = Path(temporary, "plain"), Path(temporary, "models")
        for folder in options.folders:
            shutil.copytree(folder, models / folder.name, ignore=lambda _, names: [n for n in names if n[0] == "."])
        plain.mkdir()
        for path in sorted(Path(os.__file__).parent.glob("*.py"))[::2]:
            shutil.copy(path, plain / path.name)
        (plain / "seeded.py").write_text(SEEDED.format(models=""))
        (models / "seeded.py").write_text(SEEDED.format(models=SEEDED_MODEL))
        sources = [path.read_bytes() for path in models.rglob("*.py")]
        print(f"{len(sources)} files, {sum(source.count(bytes([10])) for source in sources)} lines, "
              f"{sum(b'tensorflow' in source for source in sources)} of them name TensorFlow; "
              f"Python {platform.python_version()}, {os.cpu_count()} processors, {options.runs} runs")  # fmt: skip
        _print(_compare(plain, models, options))


def _compare(plain: Path, models: Path, options: argparse.Namespace) -> dict[str, float]:
    check = [sys.executable, "-m", "scopelint", "check", "--isolated", "--exit-zero", "--format", "concise"]

    def ours(name: str, *flags: str) -> Linter:
        return Linter(name, [*check, *flags, "."], "TFS201")

    def cold() -> Times:
        shutil.rmtree(models / ".scopelint_cache", ignore_errors=True)
        return timed(ours("cold", "--jobs", "1"), models)

    one, two = (ours(f"{jobs} jobs", "--no-cache", "--jobs", str(jobs)) for jobs in (1, 2))
    tasks: dict[str, Callable[[], Times]] = {
        "cold": cold,
        "warm": lambda: timed(ours("warm"), models),
        "one job": lambda: timed(one, models),
        "two jobs": lambda: timed(two, models),
    }
    for kind, folder in (("plain", plain), ("models", models)):
        for plugin in (False, True):
            linter = flake8(folder, plugin)
            tasks[f"{linter.name}, {kind}"] = lambda linter=linter, folder=folder: timed(linter, folder)  # type: ignore[misc]
    if options.others:
        python = options.others
        files = sorted(str(path.relative_to(models)) for path in models.rglob("*.py"))
        for linter in (
            Linter("flake8-async", [python, "-m", "flake8_async", *files], "ASYNC"),
            Linter("fixit", [python, "-m", "fixit", "lint", "."], "CompareSingletonPrimitivesByIs"),
            Linter("pylint", [python, "-m", "pylint", "--exit-zero", "-j", "1", *files], "W0611"),
        ):
            tasks[linter.name] = lambda linter=linter: timed(linter, models)  # type: ignore[misc]
    found = dict(zip(tasks, in_turn(options.runs, list(tasks.values())), strict=True))
    results = {f"seconds {name}": each.processor for name, each in found.items()}
    results["wall seconds one job"], results["wall seconds two jobs"] = found["one job"].wall, found["two jobs"].wall
    results["cold / warm"] = found["cold"].processor / found["warm"].processor
    results["wall, one job / two jobs"] = found["one job"].wall / found["two jobs"].wall
    results["processor, two jobs / one job"] = found["two jobs"].processor / found["one job"].processor
    for kind in ("plain", "models"):
        without, with_plugin = found[f"flake8, {kind}"], found[f"flake8 with the plugin, {kind}"]
        results[f"flake8 with the plugin / without, {kind}"] = with_plugin.processor / without.processor
    for name in ("flake8, models", "flake8-async", "fixit", "pylint"):
        if name in found:
            results[f"{name} / check, cold"] = found[name].processor / found["cold"].processor
    return results


def _print(results: dict[str, float]) -> None:
    print(json.dumps({key: round(value, 2) for key, value in results.items()}, indent=1))


if __name__ == "__main__":
    main()
