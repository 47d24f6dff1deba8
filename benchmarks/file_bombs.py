"""Files that are damaged, huge, endless or something else than they seem: each must be got over.

    python benchmarks/file_bombs.py [--seconds 1] [--megabytes 200] [--part N M] [READING | READING.DAMAGE ...]

Every file that scopelint reads in every kind of damage (damaged_files.py). A run is right if it ends within its bounds
as in bombs.py, with exit status 0, 1 or 2; if nothing of ours failed, nothing outside of the tree was told, and nothing
of it was run. With 2 there are one line or a few of what is wrong, and the file was one that the user or his settings
named. Else the other program's finding and the first variable were told.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from damaged_files import DAMAGES, READINGS, SECRET, plant
from measuring import Bounds, Measured, bounds, measure

LINES = 4
"""Of the standard error, where a command refuses to run."""


def wrongs(ran: Measured, most: Bounds, command: tuple[str, ...], may_refuse: bool, folder: Path) -> list[str]:
    """What is wrong with a run."""
    found = []
    if ran.seconds > most.seconds:
        found.append("late")
    if ran.megabytes > most.megabytes:
        found.append("large")
    if ran.is_failure:
        found.append("failed")
    if SECRET in ran.out + ran.err:
        found.append("told what lies outside")
    if list(folder.rglob("run_by_the_analysis")):
        found.append("ran what it read")
    if ran.status == 2:
        if not may_refuse:
            found.append("refused")
        if not 1 <= len(ran.err.strip().splitlines()) <= LINES:
            found.append("refused without a line")
    elif command[0] == "check" and (ran.status, "twice.py:3:" in ran.out) != (1, True):
        found.append("the other file is silent")
    elif command[0] == "names" and "first " not in ran.out:
        found.append("the first name is lost")
    return found


def names() -> list[str]:
    return [f"{reading}.{damage}" for reading in READINGS for damage in DAMAGES]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", default=names())
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--part", type=int, nargs=2, metavar=("N", "M"), help="the Nth of M parts of them alone")
    chosen = parser.parse_args()
    asked = [
        each for name in chosen.names for each in ([f"{name}.{d}" for d in DAMAGES] if name in READINGS else [name])
    ]
    if chosen.part:
        asked = asked[chosen.part[0] - 1 :: chosen.part[1]]
    base = measure(("names", "--no-cache", "--jobs", "1", str(Path(__file__))), Path.cwd(), 100)
    most = bounds(chosen.seconds, chosen.megabytes, base)
    print(most, flush=True)
    limits = ("--max-seconds", str(chosen.seconds), "--max-memory", str(chosen.megabytes))
    bad = 0
    slowest, hungriest = (0.0, ""), (0.0, "")
    for name in asked:
        kind, damage = name.split(".")
        reading = READINGS[kind]
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
            folder = Path(place) / "project"
            folder.mkdir()
            plant(folder, reading, damage)
            ran = measure((reading.command[0], *limits, *reading.command[1:]), folder, 60)
            found = wrongs(ran, most, reading.command, reading.may_refuse and damage != "whole", folder)
        bad += bool(found)
        slowest, hungriest = max(slowest, (ran.seconds, name)), max(hungriest, (ran.megabytes, name))
        said = ran.err.strip().splitlines()[:1] if ran.status == 2 else [ran.told]
        print(
            f"{'WRONG' if found else 'ok   '} {name:30} {ran.seconds:5.1f} s {ran.megabytes:5.0f} MB "
            f"{ran.status}  {', '.join(found)} | {''.join(said)[:130]}", flush=True,
        )  # fmt: skip
    print(f"{bad} of {len(asked)} runs wrong; slowest {slowest[0]:.1f} s ({slowest[1]}), largest {hungriest[0]:.0f} MB "
          f"({hungriest[1]})")  # fmt: skip
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
