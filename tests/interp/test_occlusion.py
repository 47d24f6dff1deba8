"""What is still called certain where a part of a program is hidden must hold for the whole program.

Each variant of a fixture asks a module that is not there for one value, test, argument or function body. What was there
before is one of the things that it may be, so the fixture's own variables, which tests/test_fixtures.py holds against
TensorFlow, are among the possible truths.
"""

from __future__ import annotations

import ast
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from scopelint.graph.events import NotKnown, ProgramRaised
from scopelint.graph.outcome import Outcome
from scopelint.interp.entry import analyse
from scopelint.interp.options import Options
from scopelint.record.completeness import entry_data, is_template
from scopelint.rules import registry

FIXTURES = sorted((Path(__file__).parents[2] / "fixtures" / "names").glob("*.py"))
EACH = 5
HIDDEN = "__import__('_hidden_')"
KINDS = ("value", "test", "argument", "function")


def spots(source: str) -> Iterator[tuple[str, int, int, int, str]]:
    """What may be hidden: kind, line, the span in bytes, and what takes its place."""
    starts = [0]
    for line in source.encode().splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def span(node: ast.expr | ast.stmt) -> tuple[int, int]:
        assert node.end_lineno is not None and node.end_col_offset is not None
        return starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset

    for node in ast.walk(ast.parse(source)):
        value = f"({HIDDEN}.value)"
        if isinstance(node, ast.Assign) and all(isinstance(t, (ast.Name, ast.Attribute)) for t in node.targets):
            yield ("value", node.lineno, *span(node.value), value)
        elif isinstance(node, ast.If):
            yield ("test", node.lineno, *span(node.test), value)
        elif isinstance(node, ast.Call):
            for given in [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg)]:
                if isinstance(given, (ast.Constant, ast.Name, ast.Attribute, ast.BinOp, ast.List, ast.Tuple)):
                    yield ("argument", given.lineno, *span(given), value)
        elif (
            isinstance(node, ast.FunctionDef)
            and node.name != "__init__"
            and node.body[0].lineno > node.lineno
            and not any(isinstance(inner, (ast.Yield, ast.YieldFrom)) for inner in ast.walk(node))
        ):
            names = ", ".join(argument.arg for argument in (*node.args.posonlyargs, *node.args.args))
            start, end = span(node.body[0])[0], span(node.body[-1])[1]
            yield "function", node.lineno, start, end, f"return {HIDDEN}.call({names})"


BEHIND = {("undefined_gradients", "value line 8")}
"""An explicit name stays certain behind a call that TF may refuse for what is hidden, though the program asks it."""


def variants(path: Path) -> list[tuple[str, bytes]]:
    """A sample over the kinds, the same each time."""
    source = path.read_text(encoding="utf-8")
    chance = random.Random(path.stem)
    pool: dict[str, list[tuple[str, int, int, int, str]]] = {kind: [] for kind in KINDS}
    for spot in spots(source):
        pool[spot[0]].append(spot)
    for each in pool.values():
        chance.shuffle(each)
    out = []
    while len(out) < EACH and any(pool.values()):
        for kind in KINDS:
            if pool[kind] and len(out) < EACH:
                _, line, start, end, text = pool[kind].pop()
                data = source.encode()
                # Lines stay as many as they were.
                text += "\n" * data[start:end].count(b"\n") if kind == "function" else ""
                out.append((f"{kind} line {line}", data[:start] + text.encode() + data[end:]))
    return out


def certain(outcome: Outcome) -> Counter[str]:
    return Counter(v.name for v in outcome.variables if v.collections and not v.when and not is_template(v.name))


def run(path: Path, source: bytes) -> list[Outcome]:
    return analyse(str(path), source, Options())


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_certain_names_hold(path: Path) -> None:
    whole = run(path, path.read_bytes())
    # All of them are TF's own, those too that hang on an assumption.
    truth = Counter(v.name for v in whole[0].variables if v.collections and not is_template(v.name))
    refused = bool(list(whole[0].of(ProgramRaised)))
    told: list[str] = []
    for label, source in variants(path):
        outcomes = run(path, source)
        outcome = outcomes[0]
        wrong = certain(outcome) - truth
        if wrong and (path.stem, label) not in BEHIND:
            told.append(f"{label}: called certain: {sorted(wrong)[:3]}")
        missing = truth - certain(outcome)
        is_told = any(isinstance(event, (NotKnown, ProgramRaised)) for event in outcome.events) or len(
            outcome.variables
        ) > sum(certain(outcome).values())
        if missing and not is_told:
            told.append(f"{label}: nothing is said of {sorted(missing)[:3]}")
        if missing and entry_data(outcome)["complete"] and not list(outcome.of(ProgramRaised)):
            told.append(f"{label}: called complete without {sorted(missing)[:3]}")
        if not refused:
            told += [
                f"{label}: {finding.code} line {finding.site.line}: {finding.message}"
                for finding in registry.run(outcomes[:1])
                if finding.code[:4] in ("TFS2", "TFS3") and finding.certain
            ]
    assert not told, "\n".join(told)
