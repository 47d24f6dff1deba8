"""Renames the variables of recorded programs at random, and holds the matcher against what was done to them.

usage: matching_under_mutation.py FOLDER... [--seed N] [--rounds N] [--show N]

Each FOLDER holds cases with an `expected.json` that lists `variables` with name, shape and dtype, as real TF made them.
Told are, for each kind of change: how many of the names that changed were found, how many of those as certain, how many
pairs were certain and wrong (must be none), and the slowest comparison.
"""

from __future__ import annotations

import argparse
import glob
import json
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

from scopelint.checkpoints.matching import Entry, match

WORDS = [
    "encoder",
    "decoder",
    "net",
    "model",
    "actor",
    "critic",
    "main",
    "online",
    "target",
    "trunk",
    "tower",
    "body",
    "stem",
    "head",
    "core",
    "base",
    "unit",
]
Change = Callable[[list[str], random.Random], dict[str, str | None]]
CHANGES: dict[str, Change] = {}


def change(function: Change) -> Change:
    CHANGES[function.__name__] = function
    return function


def by_part(names: list[str], new: Callable[[int, str], str]) -> dict[str, str | None]:
    return {n: "/".join(new(i, p) for i, p in enumerate(n.split("/"))) for n in names}


@change
def scope_in_front(names: list[str], rng: random.Random) -> dict[str, str | None]:
    word = rng.choice(WORDS)
    return {n: f"{word}/{n}" for n in names}


@change
def first_scope_gone(names: list[str], rng: random.Random) -> dict[str, str | None]:
    first = Counter(n.split("/")[0] for n in names if "/" in n).most_common(1)
    if not first:
        return {}
    cut = first[0][0] + "/"
    return {n: n.removeprefix(cut) for n in names}


@change
def each_first_scope_renamed(names: list[str], rng: random.Random) -> dict[str, str | None]:
    firsts = sorted({n.split("/")[0] for n in names if "/" in n})
    free = [w for w in WORDS if w not in firsts]
    words = rng.sample(free, len(free))
    new = {f: words[i % len(words)] + ("" if i < len(words) else str(i)) for i, f in enumerate(firsts)}
    return {
        n: "/".join([new.get(n.split("/")[0], n.split("/")[0]), *n.split("/")[1:]]) if "/" in n else n for n in names
    }


@change
def one_inner_part_renamed(names: list[str], rng: random.Random) -> dict[str, str | None]:
    parts = sorted({p for n in names for p in n.split("/")[:-1]})
    if not parts:
        return {}
    old, word = rng.choice(parts), rng.choice(WORDS)
    return by_part(names, lambda i, p: word if p == old else p)


@change
def leaves_renamed(names: list[str], rng: random.Random) -> dict[str, str | None]:
    new = {"kernel": "weights", "bias": "biases", "weights": "kernel", "biases": "bias", "gamma": "scale"}
    return {n: "/".join([new.get(p, p) for p in n.split("/")]) for n in names}


@change
def words_abbreviated(names: list[str], rng: random.Random) -> dict[str, str | None]:
    def short(_: int, part: str) -> str:
        head, digits = re.fullmatch(r"(.*?)(_?\d*)", part).groups()  # type: ignore[union-attr]
        return head[:3] + digits

    return by_part(names, short)


@change
def two_parts_joined(names: list[str], rng: random.Random) -> dict[str, str | None]:
    return {n: n.replace("/", "_", 1) if n.count("/") > 1 else n for n in names}


@change
def scope_put_inside(names: list[str], rng: random.Random) -> dict[str, str | None]:
    word = rng.choice(WORDS)
    return {n: "/".join([n.split("/")[0], word, *n.split("/")[1:]]) if "/" in n else n for n in names}


@change
def several_parts_renamed(names: list[str], rng: random.Random) -> dict[str, str | None]:
    parts = sorted({p for n in names for p in n.split("/")[:-1]})
    new = {p: f"{rng.choice(WORDS)}{rng.randrange(100)}" for p in parts if rng.random() < 0.4}
    return by_part(names, lambda i, p: new.get(p, p))


@change
def all_parts_renamed(names: list[str], rng: random.Random) -> dict[str, str | None]:
    parts = sorted({p for n in names for p in n.split("/")[:-1]})
    words = {p: f"s{number}" for number, p in enumerate(rng.sample(parts, len(parts)))}
    return by_part(names, lambda i, p: words.get(p, p))


@change
def numbers_moved(names: list[str], rng: random.Random) -> dict[str, str | None]:
    by = rng.choice((1, 1, 2))
    return {n: re.sub(r"\d+", lambda m: str(int(m.group()) + by), n, count=1) for n in names}


@change
def half_left_out(names: list[str], rng: random.Random) -> dict[str, str | None]:
    word = rng.choice(WORDS)
    return {n: f"{word}/{n}" if rng.random() < 0.5 else None for n in names}


@change
def scopes_swapped(names: list[str], rng: random.Random) -> dict[str, str | None]:
    parts = sorted({p for n in names for p in n.split("/")[:-1]})
    if len(parts) < 2:
        return {}
    one, two = rng.sample(parts, 2)
    return by_part(names, lambda i, p: two if p == one else one if p == two else p)


@change
def some_layers_of_other_names(names: list[str], rng: random.Random) -> dict[str, str | None]:
    scopes = sorted({n.rpartition("/")[0] for n in names if "/" in n})
    new = {s: f"{rng.choice(WORDS)}_{rng.randrange(9)}" for s in scopes if rng.random() < 0.1}
    return {
        n: f"{new.get(n.rpartition('/')[0], n.rpartition('/')[0])}/{n.rpartition('/')[2]}".lstrip("/") for n in names
    }


@change
def another_program(names: list[str], rng: random.Random) -> dict[str, str | None]:
    """Handled by the caller: the names of another case, of which nothing belongs to this one."""
    return {}


def programs(folders: list[str]) -> list[tuple[str, list[dict[str, Any]]]]:
    found = []
    for folder in folders:
        for path in sorted(glob.glob(f"{folder}/**/expected.json", recursive=True)):
            with open(path) as file:
                data = json.load(file)
            seen: dict[str, dict[str, Any]] = {}
            for row in data.get("variables", ()):
                seen.setdefault(row["name"].removesuffix(":0"), row)
            if len(seen) > 1:
                found.append((path.split("/")[-2], [{**row, "name": name} for name, row in seen.items()]))
    return found


def entry(name: str, row: dict[str, Any], order: int | None = None) -> Entry:
    shape = row.get("shape")
    dtype = (row.get("dtype") or "").removesuffix("_ref")
    return Entry(name, None if shape is None else tuple(shape), dtype, order)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--order", action="store_true", help="both sides know the order of creation")
    options = parser.parse_args()
    cases = programs(options.folders)
    totals: dict[str, Counter[str]] = defaultdict(Counter)
    slowest = (0.0, "", "")
    shown = 0
    for number in range(options.rounds):
        for at, (case, rows) in enumerate(cases):
            wanted = [entry(row["name"], row, place) for place, row in enumerate(rows)]
            for kind, function in CHANGES.items():
                rng = random.Random(f"{options.seed} {number} {case} {kind}")
                truth = function([row["name"] for row in rows], rng)
                held_rows = rows
                if kind == "another_program":
                    held_rows = cases[(at + rng.randrange(1, len(cases))) % len(cases)][1]
                    held = [entry("x/" + row["name"], row) for row in held_rows]
                    truth = {}
                else:
                    kept = [(truth[r["name"]], r, i) for i, r in enumerate(rows) if truth.get(r["name"])]
                    if len({name for name, _, _ in kept}) < len(kept) or not kept:
                        continue
                    held = [entry(str(n), r, i if options.order else None) for n, r, i in kept]
                back = {new: old for old, new in truth.items() if new}
                changed = {new: old for new, old in back.items() if new != old}
                started = time.perf_counter()
                found = match(held, wanted)
                took = time.perf_counter() - started
                if took > slowest[0]:
                    slowest = (took, case, kind)
                total = totals[kind]
                total["pairs"] += len(changed)
                given = {pair.held: pair for pair in found.pairs}
                total["found"] += sum(h in given and given[h].wanted == w for h, w in changed.items())
                total["certain"] += sum(
                    h in given and given[h].wanted == w and given[h].certain for h, w in changed.items()
                )
                wrong = [p for p in found.pairs if p.certain and back.get(p.held) != p.wanted]
                total["wrong"] += len(wrong)
                total["programs"] += 1
                total["guessed wrong"] += sum(not p.certain and back.get(p.held) != p.wanted for p in found.pairs)
                if wrong and shown < options.show:
                    shown += 1
                    print(f"{case} {kind}: {len(wrong)} certain and wrong")
                    for p in wrong[:4]:
                        rule = p.rename.shown() if p.rename else ""
                        print(f"    {p.held} -> {p.wanted} ({p.how} {rule}), it was {back.get(p.held)}")
    everything: Counter[str] = Counter()
    for kind, total in totals.items():
        everything += total
        share = 100 * total["found"] / total["pairs"] if total["pairs"] else 0.0
        sure = 100 * total["certain"] / total["pairs"] if total["pairs"] else 0.0
        print(
            f"{kind:28} {total['programs']:5} programs {total['pairs']:7} pairs, found {share:5.1f} %, "
            f"certain {sure:5.1f} %, certain and wrong {total['wrong']}, guessed wrong {total['guessed wrong']}"
        )
    share = 100 * everything["found"] / max(everything["pairs"], 1)
    print(
        f"{everything['found']} of {everything['pairs']} pairs ({share:.1f} %), "
        f"certain and wrong {everything['wrong']}, slowest {slowest[0]:.3f} s ({slowest[1]}, {slowest[2]})"
    )


if __name__ == "__main__":
    main()
