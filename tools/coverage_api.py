"""Prints which of TF's callables make variables, and how many of them scopelint gets right.

    python tools/coverage_api.py [--list] [--failures] [pattern ...]

Each has one use in `fixtures/makers/uses.json`, with the variables that real TF made there (`record_makers.py`).
Right means: names, shapes, dtypes and trainable equal, in TF's order, and nothing else predicted.
"""

from __future__ import annotations

import argparse
import collections
import fnmatch
import json
import os
import sys
from typing import Any

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, ROOT)


def uses() -> list[dict[str, Any]]:
    with open(os.path.join(ROOT, "fixtures", "makers", "uses.json"), encoding="utf-8") as stream:
        return json.load(stream)  # type: ignore[no-any-return]


def predicted(source: str) -> tuple[list[list[Any]], list[str]]:
    """What scopelint says of a use: its variables as the fixture writes them, and what it does not know."""
    from scopelint.graph.events import ProgramRaised
    from scopelint.interp.entry import analyse
    from scopelint.interp.options import Options

    text = "import tensorflow as tf\n" + source + "\n"
    variables, unknown = [], []
    for outcome in analyse("use.py", text.encode(), Options()):
        for made in outcome.variables:
            shape = [d if isinstance(d, int) else None for d in made.shape] if made.shape is not None else None
            variables.append([made.name, shape, made.dtype, bool(made.trainable)])
        unknown += [event.reason for event in outcome.unknowns]
        unknown += [f"{event.error}: {event.message}" for event in outcome.of(ProgramRaised)]
    return variables, unknown


def compare(use: dict[str, Any]) -> str:
    """Empty where the prediction is right; else what differs first."""
    try:
        got, unknown = predicted(use["source"])
    except Exception as problem:
        return f"{type(problem).__name__}: {problem}"
    wanted = use["variables"]
    if got == wanted:
        return ""
    why = f" ({unknown[0]})" if unknown else ""
    for have, want in zip(got, wanted, strict=False):
        if have != want:
            return f"{have} for {want}{why}"
    return f"{len(got)} variables for {len(wanted)}{why}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true", help="only print the callables")
    parser.add_argument("--failures", action="store_true", help="print each that is not right, and how")
    parser.add_argument("patterns", nargs="*", help="only callables whose names match")
    options = parser.parse_args()
    chosen = [
        use
        for use in uses()
        if not options.patterns or any(fnmatch.fnmatch(use["api"], pattern) for pattern in options.patterns)
    ]
    if options.list:
        for use in chosen:
            print(use["api"], len(use["variables"]), sep="\t")
        return 0
    right: collections.Counter[str] = collections.Counter()
    total: collections.Counter[str] = collections.Counter()
    for use in chosen:
        space = use["api"].rpartition(".")[0]
        total[space] += 1
        problem = compare(use)
        right[space] += not problem
        if problem and options.failures:
            print(f"{use['api']}: {problem}")
    for space, count in sorted(total.items()):
        print(f"{space}\t{right[space]}/{count}")
    print(f"right: {sum(right.values())} of {sum(total.values())}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
