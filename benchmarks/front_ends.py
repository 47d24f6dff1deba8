"""Ratios within one run: flake8 with the plugin and without, warm and cold, two jobs and one, other linters."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]


def timed(
    command: Sequence[str], folder: Path, before: Callable[[], object] = lambda: None, check_status: bool = True
) -> float:
    """Seconds of one run."""
    before()
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    started = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if check_status and done.returncode:
        sys.exit(f"{command[-1]}: {done.stderr[-500:]}")
    return time.perf_counter() - started


def in_turn(runs: int, *tasks: Callable[[], float]) -> list[float]:
    """The median of each, run in turn so that a busy machine slows all alike."""
    times: list[list[float]] = [[] for _ in tasks]
    for _ in range(runs):
        for into, task in zip(times, tasks, strict=True):
            into.append(task())
    return [statistics.median(each) for each in times]


_FLAKE8 = """
import importlib.metadata as metadata, sys
real = metadata.distributions
# An installed scopelint is hidden, so that both runs load the plugin, or do not, as their configuration says.
metadata.distributions = lambda **which: [d for d in real(**which) if (d.metadata["name"] or "").lower() != "scopelint"]
from flake8.main.cli import main
sys.exit(main())
"""


def flake8(folder: Path, plugin: bool) -> list[str]:
    config = folder / f".flake8-{'with' if plugin else 'without'}"
    text = "[flake8]\n"
    if plugin:
        text += f"[flake8:local-plugins]\nextension =\n    TFS = scopelint.flake8_plugin:Plugin\npaths = {ROOT}\n"
    config.write_text(text)
    return [sys.executable, "-c", _FLAKE8, "--config", str(config), "-j", "1", "--exit-zero", "."]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sources", type=Path, help="folder of TF 1.x sources")
    parser.add_argument("--files", type=int, default=60)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument(
        "--others", metavar="PYTHON", help="Python of an environment with pylint, fixit and flake8-async"
    )
    options = parser.parse_args()
    results: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as temporary:
        plain, models = Path(temporary, "plain"), Path(temporary, "models")
        for folder, sources in ((plain, Path(os.__file__).parent), (models, options.sources)):
            folder.mkdir()
            files = sorted(path for path in sources.rglob("*.py") if folder is models or path.parent == sources)
            if folder is models:
                files = [path for path in files if b"import tensorflow" in path.read_bytes()]
            for number, path in enumerate(files[:: max(1, len(files) // options.files)][: options.files]):
                shutil.copy(path, folder / f"{number}_{path.name}")
        for kind, folder in (("plain", plain), ("models", models)):
            without, with_plugin = flake8(folder, False), flake8(folder, True)
            a, b = in_turn(
                options.runs,
                lambda command=without, folder=folder: timed(command, folder),  # type: ignore[misc]
                lambda command=with_plugin, folder=folder: timed(command, folder),  # type: ignore[misc]
            )
            results[f"flake8 with the plugin / without, {kind}"] = b / a
        check = [sys.executable, "-m", "scopelint", "check", "--exit-zero"]
        cache = models / ".scopelint_cache"
        cold, warm, one, two = in_turn(
            options.runs,
            lambda: timed([*check, "--jobs", "1", "."], models, lambda: shutil.rmtree(cache, ignore_errors=True)),
            lambda: timed([*check, "."], models),
            lambda: timed([*check, "--no-cache", "--jobs", "1", "."], models),
            lambda: timed([*check, "--no-cache", "--jobs", "2", "."], models),
        )
        results["check, cold / warm"] = cold / warm
        results["check, one job / two jobs"] = one / two
        results["seconds cold"], results["seconds warm"] = cold, warm
        if options.others:
            python = options.others
            files = sorted(path.name for path in models.glob("*.py"))
            linters = {
                "flake8": [sys.executable, "-c", _FLAKE8, "--isolated", "-j", "1", "--exit-zero", "."],
                "flake8-async": [python, "-m", "flake8_async", *files],
                "fixit": [python, "-m", "fixit", "lint", "."],
                "pylint": [python, "-m", "pylint", "--exit-zero", "-j", "1", *files],
            }
            for name, command in linters.items():
                results[f"{name} / check, cold, one job"] = timed(command, models, check_status=False) / one
    print(json.dumps({key: round(value, 3) for key, value in results.items()}, indent=1))


if __name__ == "__main__":
    main()
