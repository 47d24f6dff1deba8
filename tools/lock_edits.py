"""Small programs, each edited once in a way that is known: does `lock --check` and `diff` tell just that?

    python tools/lock_edits.py [--count 1000] [--seed 0] [--show] [--tf TF_PYTHON]

A program is a tree of scopes, loops, functions, layers and variables; the names and shapes it makes follow from that
tree by TF's rules of naming, written down here apart from scopelint. An edit changes the tree: a scope or a layer is
renamed, a layer put in, taken out, moved, given another width, two are swapped, a loop gets another range. Each part of
the tree keeps its identity, so that it is known which variable became which. With --tf the names of a tenth of the
programs are asked of the real TensorFlow too.
"""

from __future__ import annotations

import argparse
import copy
import json
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scopelint.lock.comparing import Comparison
from scopelint.lock.file import Lock, parse, write
from scopelint.lock.updating import Accepted
from scopelint.lock.variables import section_of
from scopelint.project.config import Config
from scopelint.project.diffing import Side, compared
from scopelint.project.lock_file import read_lock
from scopelint.project.locking import held_against, run_entries
from scopelint.project.revisions import Tree

WORDS = [
    "conv",
    "block",
    "head",
    "fc",
    "proj",
    "enc",
    "dec",
    "stem",
    "tower",
    "cell",
    "gate",
    "mix",
    "att",
    "out",
    "mem",
]
INPUT = 7


@dataclass
class Part:
    """A part of a program. `kind`: dense, variable, scope, loop, call. `label`: its name, None for a layer without."""

    kind: str
    number: int
    label: str | None = None
    width: int = 0
    start: int = 0
    stop: int = 0
    body: list[Part] = field(default_factory=list)


class Program:
    """`functions`: bodies that calls share, by number."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.count = 0
        self.taken: set[str] = set()
        self.function = [self.part(1) for _ in range(2)]
        self.body = [self.part(0) for _ in range(rng.randint(3, 6))]
        self.trained = rng.random() < 0.5

    def fresh(self) -> int:
        self.count += 1
        return self.count

    def label(self) -> str:
        while True:
            word = self.rng.choice(WORDS) + self.rng.choice(["", "", "_a", "_b", "1", "2", "_net"])
            if word not in self.taken:
                self.taken.add(word)
                return word

    def width(self) -> int:
        return self.rng.randint(8, 4000)

    def part(self, depth: int) -> Part:
        kind = self.rng.choice(["dense", "dense", "unnamed", "variable", "scope", "loop", "call"])
        if (depth and kind in ("call", "loop")) or (depth > 2 and kind == "scope"):
            kind = "dense"
        if kind == "unnamed":
            return Part("dense", self.fresh(), None, self.width())
        if kind == "scope":
            body = [self.part(depth + 1) for _ in range(self.rng.randint(1, 3))]
            return Part("scope", self.fresh(), self.label(), body=body)
        if kind == "loop":
            start = self.rng.randint(0, 2)
            return Part("loop", self.fresh(), self.label(), self.width(), start, start + self.rng.randint(2, 4))
        return Part(kind, self.fresh(), self.label(), self.width())

    # what TF makes of it

    def variables(self) -> list[tuple[tuple[Any, ...], str, tuple[int, ...]]]:
        """Identity, name and shape of each variable, in order."""
        out: list[tuple[tuple[Any, ...], str, tuple[int, ...]]] = []
        numbers: Counter[str] = Counter()
        self.flow = INPUT

        def dense(identity: tuple[Any, ...], scope: str, label: str | None, width: int) -> None:
            if label is None:
                numbers[scope] += 1
                label = "dense" if numbers[scope] == 1 else f"dense_{numbers[scope] - 1}"
            out.append(((*identity, "kernel"), f"{scope}{label}/kernel", (self.flow, width)))
            out.append(((*identity, "bias"), f"{scope}{label}/bias", (width,)))
            self.flow = width

        def walk(parts: list[Part], scope: str, outer: tuple[Any, ...]) -> None:
            for part in parts:
                identity = (*outer, part.number)
                if part.kind == "dense":
                    dense(identity, scope, part.label, part.width)
                elif part.kind == "variable":
                    out.append((identity, f"{scope}{part.label}", (part.width, 2)))
                elif part.kind == "scope":
                    walk(part.body, f"{scope}{part.label}/", identity)
                elif part.kind == "call":
                    walk(self.function, f"{scope}{part.label}/", identity)
                else:
                    for turn, number in enumerate(range(part.start, part.stop)):
                        dense((*identity, turn), f"{scope}{part.label}_{number}/", "fc", part.width)

        walk(self.body, "", ())
        return out

    def source(self) -> str:
        lines = ["import tensorflow as tf", "", "", "def shared(h):"]

        def walk(parts: list[Part], indent: str) -> None:
            for part in parts:
                if part.kind == "dense":
                    name = f', name="{part.label}"' if part.label else ""
                    lines.append(f"{indent}h = tf.layers.dense(h, {part.width}{name})")
                elif part.kind == "variable":
                    lines.append(f'{indent}tf.get_variable("{part.label}", [{part.width}, 2])')
                elif part.kind == "scope":
                    lines.append(f'{indent}with tf.variable_scope("{part.label}"):')
                    walk(part.body, indent + "    ")
                elif part.kind == "call":
                    lines.append(f'{indent}with tf.variable_scope("{part.label}"):')
                    lines.append(f"{indent}    h = shared(h)")
                else:
                    lines.append(f"{indent}for i in range({part.start}, {part.stop}):")
                    lines.append(f'{indent}    with tf.variable_scope("{part.label}_%d" % i):')
                    lines.append(f'{indent}        h = tf.layers.dense(h, {part.width}, name="fc")')

        walk(self.function, "    ")
        lines += ["    return h", "", "", f"h = tf.placeholder(tf.float32, [None, {INPUT}])"]
        walk(self.body, "")
        if self.trained:
            lines.append("tf.train.MomentumOptimizer(0.1, 0.9).minimize(tf.reduce_sum(h))")
        return "\n".join(lines) + "\n"

    # edits

    def lists(self) -> list[list[Part]]:
        found = [self.body, self.function]
        waiting = [*self.body, *self.function]
        while waiting:
            part = waiting.pop()
            if part.body:
                found.append(part.body)
                waiting += part.body
        return found

    def all(self, *kinds: str) -> list[Part]:
        return [part for parts in self.lists() for part in parts if part.kind in kinds]


def edited(before: Program, kind: str) -> Program | None:
    """The program after an edit of this kind; None where it has nothing to edit so."""
    after = copy.deepcopy(before)
    after.rng = before.rng
    rng = before.rng
    if kind == "scope renamed":
        found = after.all("scope", "call", "loop")
    elif kind == "layer renamed":
        found = [part for part in after.all("dense", "variable") if part.label]
    elif kind == "width changed":
        found = after.all("dense", "loop", "variable")
    elif kind == "loop range":
        found = after.all("loop")
    else:
        found = []
    if kind in ("scope renamed", "layer renamed", "width changed", "loop range"):
        if not found:
            return None
        part = rng.choice(found)
        if kind == "width changed":
            part.width = after.width()
        elif kind == "loop range":
            how = rng.choice(["more", "fewer", "shifted"])
            part.stop += {"more": 1, "fewer": -1, "shifted": 1}[how]
            part.start += how == "shifted"
        else:
            part.label = after.label()
        return after
    parts = rng.choice(after.lists())
    at = rng.randrange(len(parts))
    if kind == "inserted":
        label = after.label() if rng.random() < 0.6 else None
        parts.insert(rng.randrange(len(parts) + 1), Part("dense", after.fresh(), label, after.width()))
    elif kind == "taken out" and len(parts) > 1:
        parts.pop(at)
    elif kind == "moved" and len(parts) > 2:
        part = parts.pop(at)
        parts.insert((at + rng.randint(1, len(parts))) % (len(parts) + 1), part)
    elif kind == "swapped" and len(parts) > 1:
        other = rng.randrange(len(parts))
        parts[at], parts[other] = parts[other], parts[at]
    else:
        return None
    return after


KINDS = ["scope renamed", "layer renamed", "inserted", "taken out", "moved", "width changed", "swapped", "loop range"]


def wanted_of_diff(before: Program, after: Program) -> dict[str, set[Any]]:
    """What is to be told by identity."""
    old = {identity: (name, shape) for identity, name, shape in before.variables()}
    new = {identity: (name, shape) for identity, name, shape in after.variables()}
    both = old.keys() & new.keys()
    return {
        "renamed": {(old[each][0], new[each][0]) for each in both if old[each][0] != new[each][0]},
        "shape": {(old[each][0], new[each][0]) for each in both if old[each][1] != new[each][1]},
        "gone": {old[each][0] for each in old.keys() - new.keys()},
        "new": {new[each][0] for each in new.keys() - old.keys()},
    }


def wanted_of_lock(before: Program, after: Program) -> dict[str, set[Any]]:
    """What is to be told by names, which is all that a lock has."""
    old = {name: shape for _, name, shape in before.variables()}
    new = {name: shape for _, name, shape in after.variables()}
    return {
        "gone": set(old) - set(new),
        "new": set(new) - set(old),
        "shape": {name for name in old.keys() & new.keys() if old[name] != new[name]},
    }


def told(comparisons: list[Comparison]) -> dict[str, set[Any]]:
    out: dict[str, set[Any]] = {"renamed": set(), "shape": set(), "gone": set(), "new": set()}
    for comparison in comparisons:
        for change in comparison.changes:
            if change.variable.slot or change.kind == "order":
                continue
            old = change.old.name if change.old else ""
            new = change.new.name if change.new else ""
            value = {"gone": old, "new": new}.get(change.kind, (old, new))
            out.setdefault(change.kind, set()).add(value)
    return out


class Folder(Tree):
    """The one file of a side."""

    def __init__(self, root: Path) -> None:
        self.root, self.label = str(root), root.name

    def files(self) -> dict[str, str]:
        return {"train.py": self.data("train.py").decode()}

    def data(self, path: str) -> bytes:
        return (Path(self.root) / path).read_bytes() if path == "train.py" else b""

    def want(self, paths: Any) -> bool:
        return False


def judge(before: Program, after: Program, folder: Path) -> list[str]:
    """What is told wrongly, one line each."""
    config = Config({"cache": False, "jobs": 1}, str(folder))
    for name, program in (("old", before), ("new", after)):
        (folder / name).mkdir(exist_ok=True)
        (folder / name / "train.py").write_text(program.source())
    wrong = []
    sides = [Side(name, Folder(folder / name)) for name in ("old", "new")]
    found = told(compared(*sides, [], config).comparisons)
    for kind, wanted in wanted_of_diff(before, after).items():
        if found.pop(kind) != wanted:
            wrong.append(f"diff: {kind}")
    wrong += [f"diff: {kind}" for kind, rest in found.items() if rest]
    # The lock of the old one, held against the new one.
    lock = Lock({made.entry: section_of(made) for made in
                 run_entries([str(folder / "old" / "train.py")], set(), config,
                             read_lock(str(folder / "old" / "names.lock"))).made})  # fmt: skip
    text = write(lock)
    names = parse(text, "names.lock")
    made = {name: forms[0].shape for section in names.sections.values() for name, forms in section.variables.items()}
    if made != {name: shape for _, name, shape in before.variables()}:
        wrong.append("lock: names")
    place = folder / "new" / "names.lock"
    place.write_text(text)
    held = held_against([str(folder / "new" / "train.py")], config, read_lock(str(place)), Accepted())
    found = told(list(held.update.comparisons))
    renamed = found.pop("renamed")
    certain = {
        (change.old.name, change.new.name)
        for comparison in held.update.comparisons
        for change in comparison.changes
        if change.kind == "renamed" and change.certain and not change.variable.slot and change.old and change.new
    }
    for kind, wanted in wanted_of_lock(before, after).items():
        here = found.pop(kind)
        if kind in ("gone", "new"):
            here = here | {pair[kind == "new"] for pair in renamed}
        elif kind == "shape":
            here = {new for old, new in here if old == new}
        if here != wanted:
            wrong.append(f"lock: {kind}")
    if not certain <= wanted_of_diff(before, after)["renamed"]:
        wrong.append("lock: certain and wrong")
    wrong += [f"lock: {kind}" for kind, rest in found.items() if rest]
    return wrong


def programs(count: int, seed: int) -> list[tuple[str, Program, Program]]:
    """Programs and what an edit makes of each, the kinds of edits in turn."""
    rng = random.Random(seed)
    out: list[tuple[str, Program, Program]] = []
    while len(out) < count:
        kind = KINDS[len(out) % len(KINDS)]
        before = Program(rng)
        after = edited(before, kind)
        if after is not None and after.source() != before.source():
            out.append((kind, before, after))
    return out


def in_tf(python: str, program: Program) -> bool:
    """Does the real TensorFlow make these variables?"""
    source = program.source() + (
        "import json\nprint('@' + json.dumps([[v.op.name, v.shape.as_list()] for v in tf.trainable_variables()]))\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "train.py")
        Path(path).write_text(source)
        done = subprocess.run([python, path], capture_output=True, text=True, cwd=folder)
    lines = [line for line in done.stdout.splitlines() if line.startswith("@")]
    return bool(lines) and json.loads(lines[-1][1:]) == [[name, list(s)] for _, name, s in program.variables()]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", action="store_true", help="print the programs that are told wrongly")
    parser.add_argument("--tf", metavar="PYTHON", help="a Python with TensorFlow 1.15")
    options = parser.parse_args()
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    asked = agreed = 0
    with tempfile.TemporaryDirectory() as folder:
        for number, (kind, before, after) in enumerate(programs(options.count, options.seed)):
            total[kind] += 1
            wrong = judge(before, after, Path(folder))
            right[kind] += not wrong
            if wrong:
                print(f"{number} {kind}: {', '.join(wrong)}")
                if options.show:
                    print(before.source() + "-----\n" + after.source())
            if options.tf and number % 10 == 0:
                asked += 1
                agreed += in_tf(options.tf, after)
    for kind in KINDS:
        print(f"{kind:15} {right[kind]:4} of {total[kind]}")
    print(f"{'all':15} {sum(right.values()):4} of {sum(total.values())}")
    if options.tf:
        print(f"TensorFlow made the names of {agreed} of {asked} programs")
    return 0 if right == total and asked == agreed else 1


if __name__ == "__main__":
    sys.exit(main())
