"""Runs random programs, as source text, in TF 1.15 and through scopelint, and shows where they differ.

    python tools/source_against_tf.py --tf PYTHON3.7 [--seed S] [--count N] [--show N] [--record FILE]
    python tools/source_against_tf.py --recorded FILE [--show N]

Compared are the variables with shape, dtype and trainable, in order, and where and with what the program ends. What
scopelint says it does not know is counted apart: only what it says wrongly, or leaves out in silence, is a difference.
With --record the programs and TF's answers are written as JSON lines, for machines without TF and to ask scopelint
alone again after it was changed: TF takes ten times as long.
"""

from __future__ import annotations

import argparse
import collections
import itertools
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import source_programs  # noqa: E402
from real_tf import RealTF  # noqa: E402

from scopelint.graph.events import ProgramRaised  # noqa: E402
from scopelint.interp.entry import analyse  # noqa: E402
from scopelint.interp.options import Options  # noqa: E402


def predicted(source: str) -> tuple[dict[str, Any], list[str]]:
    variables: list[Any] = []
    error = None
    unknown: list[str] = []
    for outcome in analyse("program.py", source.encode(), Options()):
        for made in outcome.variables:
            shape = [d if isinstance(d, int) else None for d in made.shape] if made.shape is not None else None
            variables.append([made.name, shape, made.dtype, bool(made.trainable)])
        for event in outcome.of(ProgramRaised):
            error = [event.calls[-1].site.line if event.calls else event.site.line, event.error, event.message]
        unknown += [event.reason for event in outcome.unknowns]
    return {"variables": variables, "error": error}, unknown


def difference(real: Any, here: Any) -> str:
    """What differs first; empty where nothing does."""
    for index, (one, two) in enumerate(zip(real["variables"], here["variables"], strict=False)):
        if one != two:
            return f"variable {index}: {one} but predicted {two}"
    if real["error"] and "<lambda>() missing 2 required positional arguments: 'g'" in real["error"][2]:
        # TF calls a getter without arguments where it tells of a shape that is none.
        return ""
    if real["error"] != here["error"]:
        one, two = real["error"], here["error"]
        if one is not None and two is not None and two[2].startswith("tf.function traces"):
            # Told of the call that asks for the second trace, and not of what the first one made.
            two = [one[0] if len(one) < 4 or two[0] in one[3] else two[0], *two[1:]]
        if one is None or two is None or one[:2] != two[:2]:
            return f"ends with {one} but predicted {two}"
    rest = len(real["variables"]) - len(here["variables"])
    if rest:
        at = min(len(real["variables"]), len(here["variables"]))
        longer = real if rest > 0 else here
        return f"{'not predicted' if rest > 0 else 'only predicted'}: {longer['variables'][at]}"
    return ""


def blocks(lines: list[str]) -> list[tuple[int, int]]:
    """Each line with what is indented below it, as first line and end, the longest first."""
    found = []
    for at, line in enumerate(lines):
        depth = len(line) - len(line.lstrip())
        end = at + 1
        while end < len(lines) and len(lines[end]) - len(lines[end].lstrip()) > depth:
            end += 1
        found.append((at, end))
    return sorted(found, key=lambda one: one[0] - one[1])


def shrink(source: str, tf: RealTF, tries: int = 150) -> str:
    """A smaller program that still differs: statements left out with what is below them."""

    def differs(text: str) -> bool:
        try:
            compile(text, "program.py", "exec")
        except SyntaxError:
            return False
        real = tf.run(text)
        if real is None or (real["error"] and real["error"][1] in ("NameError", "UnboundLocalError")):
            return False
        here, unknown = predicted(text)
        return bool(difference(real, here)) and not unknown

    lines = source.splitlines()
    smaller = True
    while smaller:
        smaller = False
        for start, end in blocks(lines):
            tries -= 1
            if tries < 0:
                return "\n".join(lines) + "\n"
            rest = lines[:start] + lines[end:]
            if differs("\n".join(rest) + "\n"):
                lines, smaller = rest, True
                break
    return "\n".join(lines) + "\n"


def recorded(path: Path) -> Iterator[tuple[int, str, Any]]:
    """The programs of a file, each with its seed and what TF answered."""
    for line in path.open(encoding="utf-8"):
        record = json.loads(line)
        yield record["seed"], record["source"], record


def asked(python: str, seeds: range, record: Path | None) -> Iterator[tuple[int, str, Any]]:
    """New programs, each with its seed and what TF answers now; None where TF crashed."""
    tf = RealTF(python, "source_in_tf.py")
    file = record.open("w", encoding="utf-8") if record else None
    for seed in seeds:
        source = "\n".join(source_programs.program(seed)) + "\n"
        real = tf.run(source)
        if real is not None and file:
            print(json.dumps({"seed": seed, "source": source, **real}), file=file, flush=True)
        yield seed, source, real


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tf")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--show", type=int, default=5)
    parser.add_argument("--record", type=Path)
    parser.add_argument("--shrink", action="store_true", help="show the smallest program that still differs")
    parser.add_argument("--recorded", type=Path, nargs="*", default=[])
    given = parser.parse_args()
    counts: collections.Counter[str] = collections.Counter()
    programs: list[Iterator[tuple[int, str, Any]]] = [recorded(path) for path in given.recorded]
    if given.tf and not given.recorded:
        programs.append(asked(given.tf, range(given.seed, given.seed + given.count), given.record))
    shown = 0
    shrinker: RealTF | None = None
    for seed, source, real in itertools.chain(*programs):
        if real is None:
            counts["TF crashed"] += 1
            continue
        here, unknown = predicted(source)
        said = difference(real, here)
        if said and unknown:
            kind = "not known: " + unknown[0]
        else:
            kind = "different" if said else ("refused alike" if real["error"] else "equal")
        counts[kind.split(":")[0]] += 1
        if said and shown < given.show:
            shown += 1
            if given.shrink and given.tf and kind == "different":
                shrinker = shrinker or RealTF(given.tf, "source_in_tf.py")
                source = shrink(source, shrinker)
                said = difference(shrinker.run(source), predicted(source)[0])
            numbered = "".join(f"{i:3} {line}\n" for i, line in enumerate(source.splitlines(), 1))
            print(f"seed {seed}: {said}\n  {kind}\n{numbered}")
    print(dict(counts))
    sys.exit(1 if counts["different"] else 0)


if __name__ == "__main__":
    main()
