"""Runs random graph programs on TF 1.15 and on scopelint's restatement, and shows where they differ.

    python graph_against_tf.py --tf PYTHON3.7 [--seed S] [--count N] [--record FILE] [--show N]

With --record the programs and TF's records are written as JSON lines, for machines without TF.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import graph_programs  # noqa: E402
from graph_here import Here  # noqa: E402
from real_tf import RealTF  # noqa: E402


def difference(program: list[Any], tf: RealTF) -> str:
    """The first thing that differs, or an empty string."""
    real = tf.run(program)
    return first_difference(real, graph_programs.run(program, Here()))


def first_difference(real: Any, ours: Any) -> str:
    if real is None:
        return ""
    for one, two in zip(real["said"], ours["said"], strict=False):
        if one != two:
            return f"TF said   {one}\nours said {two}"
    if len(real["said"]) != len(ours["said"]):
        return f"TF said {len(real['said'])} things, ours {len(ours['said'])}"
    if len(real["graphs"]) != len(ours["graphs"]):
        return f"TF has {len(real['graphs'])} graphs, ours {len(ours['graphs'])}"
    for at, (one, two) in enumerate(zip(real["graphs"], ours["graphs"], strict=True)):
        for part in ("variables", "keys", "ops"):
            if one[part] != two[part]:
                if isinstance(one[part], dict):
                    one[part], two[part] = (sorted(map(list, p.items())) for p in (one[part], two[part]))
                only = [x for x in one[part] if x not in two[part]]
                extra = [x for x in two[part] if x not in one[part]]
                return f"graph {at} {part}\nonly TF   {only[:8]}\nonly ours {extra[:8]}" + (
                    "" if only or extra else f"\norder: {one[part]}\n       {two[part]}"
                )
    return ""


def shrink(program: list[Any], tf: RealTF, tries: int = 400) -> list[Any]:
    """A smaller program that still differs: statements left out, bodies put in place of what holds them."""
    best = program
    changed = True
    while changed and tries > 0:
        changed = False
        for candidate in smaller(best):
            tries -= 1
            try:
                if difference(candidate, tf):
                    best, changed = candidate, True
                    break
            except Exception:
                continue
            if tries <= 0:
                break
    return best


def smaller(statements: list[Any]) -> Any:
    for at, statement in enumerate(statements):
        rest = statements[:at], statements[at + 1 :]
        yield rest[0] + rest[1]
        last = statement[-1]
        if statement[0] in ("name_scope", "variable_scope", "graph", "enter", "try"):
            yield rest[0] + last + rest[1]
            for body in smaller(last):
                yield [*rest[0], [*statement[:-1], body], *rest[1]]
        for part, value in enumerate(statement):
            if isinstance(value, dict):
                for key in value:
                    less = {k: v for k, v in value.items() if k != key}
                    yield [*rest[0], [*statement[:part], less, *statement[part + 1 :]], *rest[1]]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tf", required=True)
    parser.add_argument("--seed", default="0")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--record")
    parser.add_argument("--show", type=int, default=5)
    options = parser.parse_args()
    tf = RealTF(options.tf, "graph_in_tf.py")
    different = crashed = 0
    records = []
    for number, program in enumerate(graph_programs.programs(options.seed, options.count)):
        real = tf.run(program)
        if real is None:
            crashed += 1
            print(f"--- program {number} crashed TF\n{json.dumps(program)}", flush=True)
            continue
        if options.record:
            records.append({"program": program, "tf": real})
        try:
            problem = first_difference(real, graph_programs.run(program, Here()))
        except Exception as error:
            problem = f"ours raised {type(error).__name__}: {error}"
        if problem:
            different += 1
            small = shrink(program, tf) if "ours raised" not in problem else program
            try:
                problem = difference(small, tf) or problem
            except Exception as error:
                problem = f"ours raised {error!r}"
            print(f"--- program {number}\n{problem}\n{json.dumps(small)}", flush=True)
            if different >= options.show:
                break
    if options.record:
        lines = [json.dumps(record, separators=(",", ":"), ensure_ascii=False) + "\n" for record in records]
        Path(options.record).write_text("".join(lines), encoding="utf-8")
    print(f"{number + 1} programs, {different} different, {crashed} took TF down")
    tf.close()
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
