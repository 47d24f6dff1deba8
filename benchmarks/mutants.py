"""Mutated programs through every report: none may fail, take long or take much memory.

    python benchmarks/mutants.py [--mutants 100000] [--seed 1] [--minutes 60] [--keep FOLDER] [PATH ...]

Of the programs under PATH (default: the fixtures; each PATH has as many mutants as the others) a few statements are
taken, and expressions, statements, tokens, arguments and lines of them deleted, doubled, exchanged and replaced by
hostile values. One mutant in 25 stands beside its program, so that its imports are found. Each is checked, analysed
with all its operations, and written in every format; what is JSON or XML is read again, a lock is read again and
compared with the former mutant's, of some the fixes are tried. One in eight is analysed for another release of
TensorFlow.

Counted are failures of ours (TFS900), exceptions that came through, analyses that go on for more than a tenth and a
second beyond their bound (`max-seconds` is 2 here), and growth over 1 GB.
Prints each kind of failure once with its smallest mutant; a mutant is found again by its seed. Exit status 1 where
something failed.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import multiprocessing
import random
import re
import resource
import sys
import time
import xml.etree.ElementTree
from collections import Counter
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from mutations import Program, corpus, mutant

from scopelint.frozen import replace
from scopelint.graph.releases import RELEASES
from scopelint.lock.comparing import compare
from scopelint.lock.file import Lock, parse, write
from scopelint.lock.leftovers import by_names
from scopelint.lock.updating import Accepted, update
from scopelint.lock.variables import Made, collect
from scopelint.project import work
from scopelint.project.check import Report, check_source
from scopelint.project.config import Config
from scopelint.project.fixing import fix_source
from scopelint.record.making import makings
from scopelint.record.near_misses import near_misses
from scopelint.record.view import View, view_from
from scopelint.reports import changes, names, to_diagrams, to_html, to_json, to_others, to_sarif, to_text, to_tree, whys
from scopelint.reports.base import Run
from scopelint.reports.graph_def import graph_def
from scopelint.reports.tree import trees

FIXTURES = Path(__file__).parents[1] / "fixtures"
SECONDS, BYTES = 2.0, 1 << 30
ROUND = 500
"""Mutants that one process takes at a time; a new one for each round bounds what a failure costs."""
PATIENCE = 90
"""Seconds that nothing is heard of a mutant, after which its process is ended: it hangs where no clock is looked at."""

_OUTCOMES_OF = work.outcomes_of


def settings(chance: random.Random) -> Config:
    config = Config()
    # A project's pins would be read again for each.
    release = chance.choice(RELEASES) if chance.random() < 0.125 else "1.15"
    for key, value in {
        "cache": False, "select": ("ALL",), "possible": True, "max-seconds": SECONDS, "max-memory": 800, "tf": release,
        "ops": True, "accesses": True, "unsafe-fixes": True,
    }.items():  # fmt: skip
        config.put(key, value, "benchmark")
    return config


class Mutants:
    """`former`: what the names of the last mutant were, for comparisons."""

    def __init__(self) -> None:
        self.former: list[Made] = []
        self.python = 0
        """How many mutants were Python at all."""
        self._ran: dict[str, Any] = {}
        self._apart = False

        def once(path: str, source: bytes, options: Any, shelf: Any, chosen: Any) -> Any:
            # All ask for the same runs, with more or less of what they leave; in one mutant of five as they are asked.
            if options.thorough and self._apart:
                return _OUTCOMES_OF(path, source, options, shelf, chosen)
            if "run" not in self._ran:
                whole = replace(options, record_ops=True, record_accesses=True, draws=True)
                self._ran["run"] = _OUTCOMES_OF(path, source, whole, shelf, chosen)
            return self._ran["run"]

        work.outcomes_of = once

    def failures(self, text: str, path: str, seed: str) -> list[str]:
        """What goes wrong with one program, a line for each kind."""
        chance = random.Random(seed)
        found: list[str] = []
        self._ran = {}
        self._apart = chance.random() < 0.2
        config = settings(chance)
        grown = resident()
        data = text.encode("utf-8", "surrogateescape")
        steps = ["check", "names", "view"] + ["restores"] * (chance.random() < 0.1) + ["fix"] * (chance.random() < 0.02)
        for kind in steps:
            started = time.process_time()
            took = 0.0
            try:
                if kind == "fix":
                    fix_source(path, data, config)
                    continue
                report = check_source(path, data, config, kind=kind)
                took = time.process_time() - started
                found += [f"TFS900 {f.message}" for f in report.findings if f.code == "TFS900"]
                if kind == "check":
                    self.python += not any(f.code == "TFS901" for f in report.findings)
                self._write(kind, path, report)
            except Exception as problem:
                trace = problem.__traceback__
                while trace is not None and trace.tb_next is not None:
                    trace = trace.tb_next
                where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
                found.append(f"raised in {kind}: {type(problem).__name__}: {str(problem)[:120]} at {where}")
            written = time.process_time() - started - took
            if took > SECONDS * 1.1 + 1:
                found.append(f"slow: {took:.1f} s in {kind}")
            if kind != "fix" and written > SECONDS:
                found.append(f"slow: {written:.1f} s to write {kind}")
        if resident() - grown > BYTES:
            found.append(f"large: {(resident() - grown) >> 20} MB")
        return list(dict.fromkeys(found))

    def _write(self, kind: str, path: str, report: Report) -> None:
        run = Run(report.findings, 1, 0.1, report.hidden, report.incomplete, report.sources.line)
        out = io.StringIO()
        if kind == "check":
            to_text.write(run, out)
            for write_text in (to_text.write_concise, to_text.write_statistics, to_others.write_github):
                write_text(run, out)
            for write_json in (to_json.write, to_sarif.write, to_others.write_gitlab):
                json_out = io.StringIO()
                write_json(run, json_out)
                json.loads(json_out.getvalue())
            xml_out = io.StringIO()
            to_others.write_junit(run, xml_out)
            xml.etree.ElementTree.fromstring(xml_out.getvalue())
            return
        touched = [(path, data) for path, data in report.names if any(data.values())]
        if kind == "names" and touched:
            merged = names.merged([data for _, data in touched])
            names.write_table(merged, out, True)
            names.summary(merged)
            json_out = io.StringIO()
            to_json.write_names(merged, run, json_out)
            json.loads(json_out.getvalue())
            self._lock(collect(merged, "mutant.py"), out)
        elif kind == "view":
            views = [view_from(path, data) for path, data in touched]
            to_tree.write(views, out, True)
            to_html.write(views, report.findings, report.sources.text, out)
            to_diagrams.write_dot(views, out)
            to_diagrams.write_mermaid(views, out)
            for view in views:
                self._explain(view, report, out)

    def _lock(self, made: list[Made], out: io.StringIO) -> None:
        taken = update(Lock(), "names.lock", made, {"mutant.py"}, Accepted(everything=True, gone=True), by_names)
        text = write(taken.lock)
        again = write(parse(text, "names.lock"))
        if again != text:
            raise AssertionError("a lock is read otherwise than it was written")
        comparisons = [compare(old, new, rest=by_names) for old, new in zip(self.former, made, strict=False)]
        changes.write_text(comparisons, out)
        changes.write_json(comparisons, out)
        changes.write_markdown(comparisons, out, "title")
        self.former = made

    def _explain(self, view: View, report: Report, out: io.StringIO) -> None:
        for tree in trees(view):
            graph_def(tree.operations, [node.variable for node in tree.walk() if node.variable is not None])
        for name in [variable.name for variable in view.variables][:2]:
            why = whys.Why(name, makings(view, name), near_misses(view, name + "_1"), (), 1)
            whys.write_text(why, report.sources.line, out, True)
            whys.write_json(why, report.sources.line, out)


def resident() -> int:
    """The largest memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def kind_of(said: str) -> str:
    """One kind of failure: without the numbers and names of a case."""
    return re.sub(r"'[^']*'|\d+", "_", said)[:160]


def shrunk(text: str, path: str, said: str, seed: str) -> str:
    """The same failure with fewer lines."""
    runner = Mutants()
    wanted, lines = kind_of(said), text.split("\n")
    size = max(1, len(lines) // 2)
    until = time.monotonic() + 20
    while size and time.monotonic() < until:
        at = 0
        while at < len(lines) and time.monotonic() < until:
            fewer = lines[:at] + lines[at + size :]
            if any(kind_of(each) == wanted for each in runner.failures("\n".join(fewer), path, seed)):
                lines = fewer
            else:
                at += size
        size //= 2
    return "\n".join(lines)


Heard = tuple[int, "list[str] | None"]
"""A mutant's number, and its failures; None before it is begun. At the end -1 and how many were Python."""


def _work(programs: list[list[Program]], seed: str, numbers: range, theirs: Connection, results: Connection) -> None:
    theirs.close()  # else nobody would tell this process that the other has ended
    resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
    runner = Mutants()
    for number in numbers:
        results.send((number, None))
        text, place = mutant(programs, f"{seed}.{number}")
        results.send((number, runner.failures(text, place, f"{seed}.{number}")))
    results.send((-1, [str(runner.python)]))


def run(programs: list[list[Program]], seed: str, count: int, minutes: float) -> Iterator[tuple[int, list[str]]]:
    """Each mutant's number and failures; a process that dies or hangs costs the mutant that it was about."""
    until = time.monotonic() + minutes * 60
    start = 0
    while start < count and time.monotonic() < until:
        end = min(count, start + ROUND)
        results, theirs = multiprocessing.Pipe(False)
        worker = multiprocessing.Process(target=_work, args=(programs, seed, range(start, end), results, theirs))
        worker.start()
        theirs.close()
        at = start
        while True:
            heard: Heard | None = None
            with contextlib.suppress(EOFError):
                heard = results.recv() if results.poll(PATIENCE) else None
            if heard is None:
                worker.kill()
                worker.join()
                if at < end:
                    yield at, [f"killed or hung: exit code {worker.exitcode}"]
                    at += 1
                break
            number, found = heard
            if found is None:
                continue
            if number < 0:
                yield number, found
                break
            at = number + 1
            yield number, found
        worker.join()
        start = at


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", default=[str(FIXTURES)])
    parser.add_argument("--mutants", type=int, default=100_000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--keep", help="write the smallest mutant of each kind of failure here")
    parser.add_argument("--show", type=int, help="print the mutant of this number instead")
    chosen = parser.parse_args()
    programs = corpus(chosen.paths)
    if chosen.show is not None:
        text, place = mutant(programs, f"{chosen.seed}.{chosen.show}")
        sys.stdout.write(f"# {place}\n{text}")
        return 0
    Mutants().failures("import tensorflow as tf\ntf.layers.dense(tf.zeros([2, 2]), 2)\n", "mutant.py", "0")
    counts: Counter[str] = Counter()
    first: dict[str, tuple[int, str]] = {}
    done, python, started = 0, 0, time.monotonic()
    for number, found in run(programs, chosen.seed, chosen.mutants, chosen.minutes):
        if number < 0:
            python += int(found[0])
            used = sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
            print(
                f"{done} mutants, {python} of them Python, {sum(counts.values())} failures, "
                f"{time.monotonic() - started:.0f} s, {used:.0f} s of the processor", flush=True,
            )  # fmt: skip
            continue
        done += 1
        for said in found:
            kind = kind_of(said)
            counts[kind] += 1
            if kind not in first:
                first[kind] = number, said
                print(f"#{number}: {said}", flush=True)
                if chosen.keep:
                    text, place = mutant(programs, f"{chosen.seed}.{number}")
                    if not said.startswith(("killed", "slow", "large")):
                        text = shrunk(text, place, said, f"{chosen.seed}.{number}")
                    folder = Path(chosen.keep)
                    folder.mkdir(exist_ok=True)
                    (folder / f"{chosen.seed}_{number}_{len(first)}.py").write_text(
                        f"# {said}\n# {place}\n{text}", "utf-8", "replace"
                    )
    for kind, count in counts.most_common():
        print(f"{count:6}  #{first[kind][0]}  {first[kind][1]}")
    print(f"{done} mutants, {sum(counts.values())} failures of {len(counts)} kinds, {time.monotonic() - started:.0f} s")
    return 1 if counts else 0


if __name__ == "__main__":
    sys.exit(main())
