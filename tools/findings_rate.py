"""Prints how many findings of each code there are per thousand lines of source, and a sample of them to be judged.

    python tools/findings_rate.py FOLDER... [--cases CASES] [--sample 50 --seed 1 --of TFS1]

`--cases` checks programs instead: each folder in CASES with a `driver.py`, and a `case.json` whose `path` lists the
folders, below a FOLDER, where its imports are looked for. Lines are those of the files that name TensorFlow. All rules
are run; which of them are on by default is told apart.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from scopelint.project import config as settings
from scopelint.project.check import check
from scopelint.project.sources import Sources
from scopelint.reports.places import place
from scopelint.rules.findings import Finding
from scopelint.site import split_cell
from scopelint.syntax.prefilter import names_tensorflow


class Tally:
    """Findings, each once, and the lines among which they were found."""

    def __init__(self) -> None:
        self.findings: dict[tuple[object, ...], Finding] = {}
        self.lines: dict[str, int] = {}
        self.sources = Sources()

    def add(self, paths: list[str], folders: list[str], options: argparse.Namespace) -> None:
        flags = {"select": "ALL", "path": folders, "jobs": str(options.jobs), "cache-dir": options.cache}
        report = check(paths, settings.load([], {**flags, "cache": bool(options.cache)}, isolated=True))
        for finding in report.findings:
            self.findings.setdefault(finding.identity(), finding)
        for file in {*report.sources.seen(), *report.read, *(split_cell(f.site.path)[0] for f in report.findings)}:
            if file not in self.lines:
                try:
                    data = self.sources.data(file)
                except OSError:
                    continue
                self.lines[file] = data.count(b"\n") if names_tensorflow(data) else 0

    def table(self) -> Iterable[str]:
        files = sum(bool(count) for count in self.lines.values())
        lines = sum(self.lines.values())
        yield f"{files} files that name TensorFlow, {lines} lines"
        counts = Counter(finding.code for finding in self.findings.values())
        on = {finding.code for finding in self.findings.values() if finding.default}
        for code, count in sorted(counts.items()):
            yield _row(code, count, lines, "" if code in on else "off by default")
        for prefix in sorted({code[:4] for code in counts}):
            of_prefix = {code: count for code, count in counts.items() if code.startswith(prefix)}
            yield _row(f"{prefix}xx", sum(c for code, c in of_prefix.items() if code in on), lines, "by default")
            yield _row(f"{prefix}xx", sum(of_prefix.values()), lines, "all rules on")


def _row(code: str, count: int, lines: int, note: str) -> str:
    return f"{code:8} {count:6} {1000 * count / max(lines, 1):8.3f} per thousand lines  {note}".rstrip()


def _cases(folder: Path, roots: list[str]) -> Iterable[tuple[str, list[str]]]:
    for file in sorted(folder.glob("*/driver.py")):
        wanted = json.loads((file.parent / "case.json").read_text(encoding="utf-8"))["path"]
        yield str(file), [str(Path(root, each)) for root in roots for each in wanted if Path(root, each).exists()]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("folders", nargs="+", help="folders of source; with --cases those that hold what it imports")
    parser.add_argument("--cases", type=Path, help="folder of programs, which are then checked instead")
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="print N findings and their lines")
    parser.add_argument("--of", default="TFS1", metavar="PREFIX", help="codes of the sample")
    parser.add_argument("--default-only", action="store_true", help="sample only rules that are on by default")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=0)
    parser.add_argument("--cache", default="", metavar="DIR", help="keep results there, to go on after a stop")
    options = parser.parse_args()
    tally = Tally()
    started = time.monotonic()
    if options.cases:
        for file, folders in _cases(options.cases, options.folders):
            tally.add([file], folders, options)
    else:
        for folder in options.folders:
            tally.add([folder], [], options)
            print(f"{time.monotonic() - started:6.0f} s  {folder}", flush=True)
    print("\n".join(tally.table()))
    able = [f for f in tally.findings.values() if f.is_of(options.of) and (f.default or not options.default_only)]
    chosen = random.Random(options.seed).sample(able, min(options.sample, len(able)))
    for number, finding in enumerate(sorted(chosen, key=lambda each: (each.code, each.site)), 1):
        print(f"\n{number}. {place(finding.site)}: {finding.code} {finding.message}")
        print(f"    {tally.sources.line(finding.site.path, finding.site.line).strip()}")
        for call in finding.calls[:-1]:
            print(f"        from {place(call.site)}: {tally.sources.line(call.site.path, call.site.line).strip()}")


if __name__ == "__main__":
    main()
