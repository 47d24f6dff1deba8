"""Mutated programs through names and every report: none may fail, take long or take much memory.

    python benchmarks/mutants.py [--mutants 100000] [--seed 1] [--jobs 1] [--minutes 60] [--keep FOLDER] [PATH ...]

Of the programs under PATH (default: the fixtures) a few statements are taken, and tokens, arguments and lines of them
deleted, doubled, exchanged and replaced by hostile values. Each mutant is analysed and written in every format.
Counted are failures of ours (TFS900), exceptions that came through, analyses that go on for more than a tenth and a
second beyond their bound (`max-seconds` is 4 here), and growth over 1 GB.
Prints each kind of failure once with its smallest mutant; a mutant is found again by its seed. Exit status 1 where
something failed.
"""

from __future__ import annotations

import argparse
import ast
import io
import multiprocessing
import random
import re
import resource
import sys
import time
import tokenize
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from queue import Empty

from scopelint.project.check import check_source
from scopelint.project.config import Config
from scopelint.record.view import view_from
from scopelint.reports import names, to_diagrams, to_html, to_json, to_others, to_sarif, to_text, to_tree
from scopelint.reports.base import Run

FIXTURES = Path(__file__).parents[1] / "fixtures"
SECONDS, BYTES = 4.0, 1 << 30
ROUND = 50
"""Mutants that a worker is handed at a time."""
HOSTILE = (
    "None", "True", "-1", "0", "1", "2", "3", "7", "1.5", "1e400", "-0.0", "10**12", "2**70", "''", "'a/b'", "'/'",
    "'\\x1b[31m'", "'w:0'", "b'x'", "[]", "[None]", "[-1]", "[0]", "()", "(1, 2)", "{}", "{'a': 1}", "set()",
    "object()", "int", "str", "len", "lambda *a, **k: None", "lambda x: x", "...", "1j", "float('nan')", "range(3)",
    "iter([])", "[[]]", "[1, 'a']", "tf", "tf.float32", "tf.string", "tf.int64", "tf.bool", "tf.zeros([2, 3])",
    "tf.zeros([])", "tf.constant('s')", "tf.get_variable_scope()", "tf.placeholder(tf.float32)",
    "tf.placeholder(tf.float32, [None, None])", "tf.placeholder(tf.int32, [None, 3, 4])", "zoo.thing()",
    "tf.TensorShape(None)", "tf.TensorShape([None, 2])", "tf.Dimension(None)", "tf.Graph()", "tf.Variable(1.0)",
    "tf.zeros_initializer()", "tf.AUTO_REUSE", "tf.get_variable('w', [2])", "type('T', (), {})()", "np.zeros([2])",
    "np.float32(2)", "tf.nn.rnn_cell.LSTMCell(3)", "tf.keras.layers.Dense(2)", "tf.layers.Dense(2)",
    "tf.train.AdamOptimizer()", "open('/etc/hostname').read()",
)  # fmt: skip
WORDS = (
    "name", "shape", "dtype", "initializer", "reuse", "trainable", "scope", "axis", "strides", "units", "activation",
    "use_bias", "regularizer", "partitioner", "collections", "data_format", "rate", "training", "num_units",
    "state_is_tuple",
)  # fmt: skip


def corpus(paths: list[str]) -> list[list[str]]:
    """The programs, each as its statements' texts."""
    found = []
    for path in paths:
        files = [Path(path)] if path.endswith(".py") else sorted(Path(path).rglob("*.py"))
        for file in files:
            text = file.read_text("utf-8", "replace")
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    tree = ast.parse(text)
            except (SyntaxError, ValueError):
                continue
            lines, parts = text.split("\n"), []
            for node in tree.body:
                first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
                parts.append("\n".join(lines[first - 1 : node.end_lineno]))
            if "tensorflow" in text and len(text) < 200_000:
                found.append(parts)
    return found


def program(programs: list[list[str]], chance: random.Random) -> str:
    """A few statements of a program that follow each other, with what precedes them that they may need."""
    parts = chance.choice(programs)
    size = chance.choice((1, 2, 3, 5, 8, 13))
    start = chance.randrange(max(1, len(parts) - size + 1))
    wanted = parts[start : start + size]
    names_ = set(re.findall(r"\w+", "\n".join(wanted)))
    before: list[str] = []
    for part in reversed(parts[:start]):
        made = re.match(r"(?:@.*\n)*\s*(?:def|class)\s+(\w+)|\s*(\w+)\s*=", part)
        if re.match(r"\s*(?:import|from)\s", part) or (made and (made[1] or made[2]) in names_):
            before.insert(0, part)
            names_ |= set(re.findall(r"\w+", part))
    return "\n".join(["import tensorflow as tf", "import numpy as np", "import zoo", *before, *wanted]) + "\n"


def mutate(text: str, other: str, chance: random.Random) -> str:
    """One to four mutations of any kind."""
    for _ in range(chance.choice((1, 1, 1, 2, 2, 4))):
        text = (_mutate_lines if chance.random() < 0.2 else _mutate_tokens)(text, other, chance)
    return text


def _mutate_lines(text: str, other: str, chance: random.Random) -> str:
    lines, others = text.split("\n"), other.split("\n")
    at, to = chance.randrange(len(lines)), chance.randrange(len(lines))
    kind = chance.randrange(6)
    if kind == 0:
        del lines[at]
    elif kind == 1:
        lines.insert(to, lines[at])
    elif kind == 2:
        lines[at], lines[to] = lines[to], lines[at]
    elif kind == 3:
        lines[at] = "    " + lines[at] if chance.random() < 0.5 else lines[at][4:]
    elif kind == 4:
        lines.insert(at, chance.choice(others))
    else:
        lines.insert(
            at,
            chance.choice(("for i in range(3):", "while zoo.on():", "with tf.variable_scope('s'):", "if zoo.on():")),
        )
        lines[at + 1 : at + 2] = ["    " + line for line in lines[at + 1 : at + 2]]
    return "\n".join(lines)


def _mutate_tokens(text: str, other: str, chance: random.Random) -> str:
    tokens = _tokens(text)
    if len(tokens) < 3:
        return text
    kind = chance.randrange(10)
    if kind < 3:
        # An argument of a call becomes a hostile value.
        places = [i for i, t in enumerate(tokens) if t in ("(", ",", "=") and i + 1 < len(tokens)]
        if places:
            at = chance.choice(places) + 1
            end, depth = at, 0
            while end < len(tokens) and (depth or tokens[end] not in (",", ")", "]", "}", "\n")):
                depth += tokens[end] in "([{" if tokens[end] else 0
                depth -= tokens[end] in ")]}" if tokens[end] else 0
                end += 1
            if end < len(tokens) and re.match(r"\s*\w+\s*$", tokens[at]) and tokens[at + 1 : at + 2] == ["="]:
                at += 2
            tokens[at:end] = [chance.choice(HOSTILE)]
    elif kind == 3:
        places = [i for i, t in enumerate(tokens) if t == ")"]
        if places:
            tokens.insert(chance.choice(places), f", {chance.choice(WORDS)}={chance.choice(HOSTILE)}")
    elif kind == 4:
        del tokens[chance.randrange(len(tokens))]
    elif kind == 5:
        tokens.insert(chance.randrange(len(tokens)), chance.choice(tokens))
    elif kind == 6:
        a, b = chance.randrange(len(tokens)), chance.randrange(len(tokens))
        tokens[a], tokens[b] = tokens[b], tokens[a]
    elif kind == 7:
        words = [i for i, t in enumerate(tokens) if re.fullmatch(r"[A-Za-z_]\w*", t)]
        theirs = [t for t in _tokens(other) if re.fullmatch(r"[A-Za-z_]\w*", t)]
        if words and theirs:
            tokens[chance.choice(words)] = chance.choice(theirs)
    elif kind == 8:
        values = [i for i, t in enumerate(tokens) if re.match(r"[\d'\"]", t)]
        if values:
            tokens[chance.choice(values)] = chance.choice(HOSTILE)
    else:
        numbers = [i for i, t in enumerate(tokens) if t.isdigit()]
        if numbers:
            tokens[chance.choice(numbers)] = str(chance.choice((0, 1, 2, 3, 5, 8, 1000, 10**6)))
    return "".join(tokens)


def _tokens(text: str) -> list[str]:
    """Tokens and what stands between them; all joined give the text again."""
    try:
        found = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError, IndentationError):
        return [t for t in re.split(r"(\W)", text) if t]
    lines, at, out = text.splitlines(keepends=True), (1, 0), []
    for token in found:
        if token.start > at:
            out.append(_between(lines, at, token.start))
        if token.string:
            out.append(token.string)
        at = max(at, token.end)
    return [t for t in out if t]


def _between(lines: list[str], start: tuple[int, int], end: tuple[int, int]) -> str:
    if start[0] == end[0]:
        return lines[start[0] - 1][start[1] : end[1]] if start[0] <= len(lines) else ""
    return "".join(
        [
            lines[start[0] - 1][start[1] :],
            *lines[start[0] : end[0] - 1],
            (lines[end[0] - 1] if end[0] <= len(lines) else "")[: end[1]],
        ]
    )


def failures(text: str, path: str = "mutant.py") -> list[str]:
    """What goes wrong with one program, a line for each kind."""
    found = []
    config = Config()
    config.put("cache", False, "benchmark")
    config.put("select", ("ALL",), "benchmark")
    config.put("possible", True, "benchmark")
    config.put("max-seconds", SECONDS, "benchmark")
    grown = resident()
    data = text.encode("utf-8", "surrogateescape")
    out = io.StringIO()
    for kind in ("check", "names", "view"):
        started = time.process_time()
        try:
            report = check_source(path, data, config, kind=kind)
            found += [f"TFS900 {f.message}" for f in report.findings if f.code == "TFS900"]
            run = Run(report.findings, 1, 0.1, report.hidden, report.incomplete, report.sources.line)
            if kind == "check":
                for write in (
                    to_text.write, to_text.write_concise, to_text.write_statistics, to_json.write, to_sarif.write,
                    to_others.write_github, to_others.write_gitlab, to_others.write_junit,
                ):  # fmt: skip
                    write(run, out)
            elif kind == "names":
                data_ = names.merged([data for _, data in report.names if any(data.values())])
                if data_:
                    names.write_table(data_, out)
                    names.summary(data_)
                    to_json.write_names(data_, run, out)
            else:
                views = [view_from(path, data) for path, data in report.names if any(data.values())]
                to_tree.write(views, out)
                to_html.write(views, report.findings, report.sources.text, out)
                to_diagrams.write_dot(views, out)
                to_diagrams.write_mermaid(views, out)
        except Exception as problem:
            trace = problem.__traceback__
            while trace is not None and trace.tb_next is not None:
                trace = trace.tb_next
            where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace is not None else ""
            found.append(f"raised in {kind}: {type(problem).__name__}: {str(problem)[:120]} at {where}")
        took = time.process_time() - started
        if took > SECONDS * 1.1 + 1:
            found.append(f"slow: {took:.1f} s in {kind}")
    if resident() - grown > BYTES:
        found.append(f"large: {(resident() - grown) >> 20} MB")
    return list(dict.fromkeys(found))


def resident() -> int:
    """The largest memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def mutant(programs: list[list[str]], seed: str) -> str:
    chance = random.Random(seed)
    return mutate(program(programs, chance), program(programs, chance), chance)


def kind_of(said: str) -> str:
    """One kind of failure: without the numbers and names of a case."""
    return re.sub(r"'[^']*'|\d+", "_", said)[:160]


def shrunk(text: str, said: str) -> str:
    """The same failure with fewer lines."""
    wanted, lines = kind_of(said), text.split("\n")
    size = max(1, len(lines) // 2)
    until = time.monotonic() + 20
    while size and time.monotonic() < until:
        at = 0
        while at < len(lines) and time.monotonic() < until:
            fewer = lines[:at] + lines[at + size :]
            if any(kind_of(each) == wanted for each in failures("\n".join(fewer))):
                lines = fewer
            else:
                at += size
        size //= 2
    return "\n".join(lines)


def _work(paths: list[str], seed: str, numbers: range, results: multiprocessing.Queue[tuple[int, list[str]]]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
    programs = corpus(paths)
    for number in numbers:
        results.put((number, ["killed"]))
        results.put((number, failures(mutant(programs, f"{seed}.{number}"))))


def run(paths: list[str], seed: str, count: int, minutes: float) -> Iterator[tuple[int, list[str]]]:
    """Each mutant's number and failures; a worker that dies or hangs costs the mutant that it was about."""
    until = time.monotonic() + minutes * 60
    start = 0
    while start < count and time.monotonic() < until:
        end = min(count, start + ROUND)
        results: multiprocessing.Queue[tuple[int, list[str]]] = multiprocessing.Queue()
        worker = multiprocessing.Process(target=_work, args=(paths, seed, range(start, end), results))
        worker.start()
        open_, at = False, start
        while at < end:
            try:
                number, found = results.get(timeout=60)
            except Empty:
                worker.kill()
                yield at, [f"{'killed or hung' if open_ else 'lost'}: exit code {worker.exitcode}"]
                at += 1
                break
            if found == ["killed"]:
                open_ = True
                continue
            open_, at = False, number + 1
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
        sys.stdout.write(mutant(programs, f"{chosen.seed}.{chosen.show}"))
        return 0
    counts: Counter[str] = Counter()
    first: dict[str, tuple[int, str]] = {}
    done, started = 0, time.monotonic()
    for number, found in run(chosen.paths, chosen.seed, chosen.mutants, chosen.minutes):
        done += 1
        for said in found:
            kind = kind_of(said)
            counts[kind] += 1
            if kind not in first:
                first[kind] = number, said
                print(f"#{number}: {said}", flush=True)
                if chosen.keep:
                    text = mutant(programs, f"{chosen.seed}.{number}")
                    if not said.startswith(("killed", "lost", "slow", "large")):
                        text = shrunk(text, said)
                    folder = Path(chosen.keep)
                    folder.mkdir(exist_ok=True)
                    (folder / f"{chosen.seed}_{number}_{len(first)}.py").write_text(
                        f"# {said}\n{text}", "utf-8", "replace"
                    )
    for kind, count in counts.most_common():
        print(f"{count:6}  #{first[kind][0]}  {first[kind][1]}")
    print(f"{done} mutants, {sum(counts.values())} failures of {len(counts)} kinds, {time.monotonic() - started:.0f} s")
    return 1 if counts else 0


if __name__ == "__main__":
    sys.exit(main())
