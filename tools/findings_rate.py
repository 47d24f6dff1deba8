"""Prints how many findings of each code there are per thousand lines of source, and a sample of them to be judged."""

from __future__ import annotations

import argparse
import random
from collections import Counter

from scopelint.project import config as settings
from scopelint.project.check import check
from scopelint.reports.places import place, split_cell


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--select", default="TFS1,TFS5")
    parser.add_argument("--path", action="append", default=[])
    parser.add_argument("--sample", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    config = settings.load([], {"select": options.select, "path": options.path}, isolated=True)
    report = check(options.paths, config)
    files = {split_cell(finding.site.path)[0] for finding in report.findings}
    lines = sum(report.sources.text(file).count("\n") for file in files | set(report.sources.seen()))
    print(f"{report.files} files, {lines} lines, {report.seconds:.0f} s")
    for code, count in sorted(Counter(finding.code for finding in report.findings).items()):
        print(f"{code}  {count:5}  {1000 * count / max(lines, 1):.3f} per thousand lines")
    chosen = random.Random(options.seed).sample(report.findings, min(options.sample, len(report.findings)))
    for finding in sorted(chosen, key=lambda each: each.code):
        print(f"\n{place(finding.site)}: {finding.code} {finding.message}")
        print(f"    {report.sources.line(finding.site.path, finding.site.line).strip()}")


if __name__ == "__main__":
    main()
