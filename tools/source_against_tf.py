"""Runs random programs, as source text, in TF 1.15 and through scopelint, and shows where they differ.

    python tools/source_against_tf.py --tf PYTHON3.7 [--seed S] [--count N] [--show N] [--record FILE]

Compared are the variables with shape, dtype and trainable, in order, and where and with what the program ends. What
scopelint says it does not know is counted apart: only what it says wrongly, or leaves out in silence, is a difference.
With --record the programs and TF's answers are written as JSON lines, for machines without TF.
"""

from __future__ import annotations

import argparse
import collections
import json
import sys
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
    if real["error"] != here["error"]:
        one, two = real["error"], here["error"]
        if one is None or two is None or one[:2] != two[:2]:
            return f"ends with {one} but predicted {two}"
    rest = len(real["variables"]) - len(here["variables"])
    if rest:
        at = min(len(real["variables"]), len(here["variables"]))
        longer = real if rest > 0 else here
        return f"{'not predicted' if rest > 0 else 'only predicted'}: {longer['variables'][at]}"
    return ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tf", required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--show", type=int, default=5)
    parser.add_argument("--record", type=Path)
    given = parser.parse_args()
    tf = RealTF(given.tf, "source_in_tf.py")
    counts: collections.Counter[str] = collections.Counter()
    record = given.record.open("w", encoding="utf-8") if given.record else None
    for seed in range(given.seed, given.seed + given.count):
        source = "\n".join(source_programs.program(seed)) + "\n"
        real = tf.run(source)
        if real is None:
            counts["TF crashed"] += 1
            continue
        if record:
            record.write(json.dumps({"seed": seed, "source": source, **real}) + "\n")
        here, unknown = predicted(source)
        said = difference(real, here)
        if said and unknown:
            kind = "not known: " + unknown[0]
        else:
            kind = "different" if said else ("refused alike" if real["error"] else "equal")
        counts[kind.split(":")[0]] += 1
        if said and counts["shown"] < given.show:
            counts["shown"] += 1
            numbered = "".join(f"{i:3} {line}\n" for i, line in enumerate(source.splitlines(), 1))
            print(f"seed {seed}: {said}\n  {kind}\n{numbered}")
    del counts["shown"]
    print(dict(counts))
    sys.exit(1 if counts["different"] else 0)


if __name__ == "__main__":
    main()
