"""Holds the graphs that scopelint predicts against those that TensorFlow 1.15 writes: nodes, inputs and shapes.

    python tools/picture_against_tf.py --corpus DIR --src DIR --tf PYTHON [--records DIR] [--show N] [CASE ...]

Each case of the corpus is run by TF's own Python (`picture_in_tf.py`), once for good where `--records` keeps it, and
analysed here. In common is what both have, as a share of what TF has; `ours` is how much of what is predicted TF has.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scopelint.project.check import check
from scopelint.project.config import Config
from scopelint.record.view import Operation, view_from

HERE = Path(__file__).resolve().parent


def real(case: Path, source: Path, python: str, kept: Path) -> Any:
    """The graphs that TF writes; None where the case does not run."""
    out = kept / f"{case.name}.json.gz"
    if not out.exists():
        told = json.loads((case / "case.json").read_text())
        extra = told.get("record", {})
        folders = [str(source / each) for each in extra.get("path", told["path"])] + os.environ.get(
            "PICTURE_EXTRA", ""
        ).split(os.pathsep)
        command = [python, str(HERE / "picture_in_tf.py"), str(out)]
        command += ["--stop-at-run"] if extra.get("stop_at_run") else []
        with tempfile.TemporaryDirectory() as work:
            environment = {**os.environ, "PYTHONPATH": os.pathsep.join(folders), "PYTHONHASHSEED": "0"}
            subprocess.run(
                [*command, str((case / "driver.py").resolve())], cwd=work, env=environment, timeout=300, check=False,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
    if not out.exists():
        return None
    with gzip.open(out, "rt") as stream:
        return json.load(stream)


def ours(case: Path, source: Path) -> list[Operation]:
    told = json.loads((case / "case.json").read_text())
    path = [str(source / each) for each in told["path"]]
    config = Config({"cache": False, "jobs": 1, "path": path})
    report = check([str(case / "driver.py")], config, "picture")
    return [op for name, data in report.names for op in view_from(name, data).operations]


def shape(given: Any) -> Any:
    return None if given is None else [-1 if size is None else size for size in given]


class Tally:
    """Of one case or all: how much TF has, how much we say, how much both have."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.missing: Counter[str] = Counter()
        self.more: Counter[str] = Counter()
        self.unwired: Counter[str] = Counter()
        self.wrong: Counter[str] = Counter()
        self.unshaped: Counter[str] = Counter()
        self.examples: dict[str, str] = {}

    def add(self, graphs: list[list[Any]], made: list[Operation]) -> None:
        theirs: dict[tuple[str, str, int], list[Any]] = {}
        for nodes in graphs:
            for name, kind, inputs, shapes, device in nodes:
                for turn in range(100):
                    if (name, kind, turn) not in theirs:
                        theirs[name, kind, turn] = [inputs, shapes, device]
                        break
        mine: dict[tuple[str, str, int], Operation] = {}
        for op in made:
            for turn in range(100):
                if (op.name, op.type, turn) not in mine:
                    mine[op.name, op.type, turn] = op
                    break
        self.counts["nodes"] += len(theirs)
        self.counts["our nodes"] += len(mine)
        for key, (inputs, shapes, _device) in theirs.items():
            data = Counter(enumerate(each for each in inputs if each[0] != "^"))
            control = Counter(each for each in inputs if each[0] == "^")
            self.counts["inputs"] += len(data)
            self.counts["control"] += len(control)
            self.counts["shapes"] += len(shapes)
            op = mine.get(key)
            if op is None:
                self.missing[key[1]] += 1
                continue
            self.counts["both nodes"] += 1
            data_inputs = [each for each in op.inputs or () if each is None or each[0] != "^"]
            own = Counter((at, each) for at, each in enumerate(data_inputs) if each is not None)
            own_control = Counter(each for each in op.inputs or () if each and each[0] == "^")
            self.counts["both inputs"] += sum((data & own).values())
            self.counts["both control"] += sum((control & own_control).values())
            agree = sum(a == shape(b) for a, b in zip(shapes, op.shapes, strict=False))
            self.counts["both shapes"] += agree
            if data != own:
                (self.wrong if own else self.unwired)[key[1]] += 1
                self.examples[("W " if own else "U ") + key[1]] = f"{key[0]} {inputs} {op.inputs}"
            elif control != own_control:
                self.wrong["^" + key[1]] += 1
                self.examples["W ^" + key[1]] = f"{key[0]} {inputs} {op.inputs}"
            if agree != len(shapes):
                self.unshaped[key[1]] += 1
                self.examples["S " + key[1]] = f"{key[0]} {shapes} {op.shapes}"
        for key, op in mine.items():
            own = [each for each in op.inputs or () if each and each[0] != "^"]
            self.counts["our inputs"] += len(own)
            self.counts["our shapes"] += len(op.shapes)
            if key not in theirs:
                self.more[key[1]] += 1

    def line(self) -> str:
        c = self.counts
        parts = [f"{c['nodes']:6d} nodes"]
        for each in ("nodes", "inputs", "shapes", "control"):
            part = f"{each} {100 * c['both ' + each] / (c[each] or 1):5.1f} %"
            if each in ("nodes", "inputs"):
                part += f" (ours {100 * c['both ' + each] / (c['our ' + each] or 1):5.1f} %)"
            parts.append(part)
        return "  ".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--src", type=Path, required=True)
    parser.add_argument("--tf", required=True)
    parser.add_argument("--records", type=Path)
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("cases", nargs="*")
    options = parser.parse_args()
    kept = options.records or Path(tempfile.mkdtemp())
    kept.mkdir(exist_ok=True)
    whole, without = Tally(), Tally()
    ran = 0
    for name in options.cases or sorted(each.name for each in options.corpus.iterdir() if each.is_dir()):
        case = options.corpus / name
        found = real(case, options.src, options.tf, kept)
        if found is None or found["error"]:
            print(f"{name:34s} does not run under TF: {(found or {}).get('error')}"[:150], flush=True)
            continue
        made = ours(case, options.src)
        alone = Tally()
        alone.add(found["graphs"], made)
        whole.add(found["graphs"], made)
        below = re.compile(r"(?:^|/)gradients(?:_\d+)?/")
        without.add(
            [[node for node in nodes if not below.search(node[0])] for nodes in found["graphs"]],
            [op for op in made if not below.search(op.name)],
        )
        ran += 1
        print(f"{name:34s} {alone.line()}", flush=True)
    print(f"{ran} programs: {whole.line()}")
    print(f"without what lies below gradients: {without.line()}")
    for title in ("missing", "more", "unwired", "wrong", "unshaped") if options.show else ():
        counted: Counter[str] = getattr(whole, title)
        print(f"\n{title} {sum(counted.values())}")
        mark = {"unwired": "U ", "wrong": "W ", "unshaped": "S "}.get(title, "")
        for kind, count in counted.most_common(options.show):
            print(f"  {count:5d} {kind:30s} {whole.examples.get(mark + kind, '')[:260]}")


if __name__ == "__main__":
    main()
