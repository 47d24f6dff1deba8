"""Ranks TF's functions that have no summary by how often the sources in some folders call them.

    python tools/rank_calls.py FOLDER [FOLDER ...] [--top N] [--reached]

A call is one whose function is written as a name of an imported module of TensorFlow's: `tf.nn.relu(x)`,
`slim.conv2d(x)`, `dense(x)` after `from tensorflow.layers import dense`. Nothing is run: each name is looked up as the
interpreter does it. Names that TF 1.15 does not have are counted apart, for a program that calls them ends there.
With --reached only the calls count whose lines `scopelint check` reaches in its folder, without any other option.
"""

from __future__ import annotations

import argparse
import ast
import collections
import contextlib
import io
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scopelint.apis.call import Raised
from scopelint.cli import main as scopelint
from scopelint.interp.engine import Interpreter
from scopelint.interp.options import Options
from scopelint.project import coverage
from scopelint.values.base import Unknown, Why
from scopelint.values.objects import MISSING, ModuleValue

ROOTS = ("tensorflow", "tensorflow_core", "tf_slim")


def aliases(tree: ast.Module) -> dict[str, str]:
    """What each name of a file that stands for something of TensorFlow's stands for."""
    out: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                root = alias.name.partition(".")[0]
                if root in ROOTS:
                    out[alias.asname or root] = alias.name if alias.asname else root
        elif isinstance(node, ast.ImportFrom) and not node.level and (node.module or "").partition(".")[0] in ROOTS:
            for alias in node.names:
                out[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            path = dotted(node.value, out)
            if path and isinstance(node.value, ast.Attribute):
                out[node.targets[0].id] = path
    return out


def dotted(node: ast.expr, names: dict[str, str]) -> str:
    """The path that an expression names; empty where it names nothing of TensorFlow's."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    root = names.get(node.id) if isinstance(node, ast.Name) else None
    return ".".join([root, *parts]) if root else ""


def reached_lines(folder: str) -> dict[str, set[int]]:
    """By absolute path, the lines of the calls that `check` evaluates when it is given the folder."""
    kept: dict[str, set[int]] = {}
    combine = coverage.combined

    def combined(results: Iterable[Mapping[str, Any]]) -> tuple[dict[str, set[int]], dict[str, dict[int, str]]]:
        lines, stops = combine(results)
        kept.update(lines)
        return lines, stops

    coverage.combined = combined
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            scopelint(["check", "--no-cache", "--jobs", "1", "--coverage", folder])
    finally:
        coverage.combined = combine
    return kept


def calls(folder: str, reached: Mapping[str, set[int]] | None = None) -> Iterator[str]:
    """The path of each call of TensorFlow's in the sources below a folder, of those on the lines `reached` if given."""
    for path in sorted(Path(folder).rglob("*.py")):
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
            if not any(root in text for root in ROOTS):
                continue
            tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, OSError):
            continue
        names = aliases(tree)
        lines = None if reached is None else reached.get(str(path), set())
        for node in ast.walk(tree) if names else ():
            if isinstance(node, ast.Call) and (lines is None or node.lineno in lines):
                called = dotted(node.func, names)
                if called:
                    yield called


def found(run: Interpreter, path: str) -> Any:
    """What the interpreter takes a path for; MISSING where TF has no such name."""
    parts = path.split(".")
    try:
        value: Any = run.find_module(parts[0])
        for at, part in enumerate(parts[1:], 2):
            inner = run.get_attribute(value, part, MISSING)
            elsewhere = isinstance(inner, ModuleValue) and not inner.name.startswith(ROOTS)
            # A module of Python's that TF's own imports is not the one of that name below it.
            value = (
                run.find_module(".".join(parts[:at])) if elsewhere or (inner is MISSING and at < len(parts)) else inner
            )
            if value is MISSING:
                return MISSING
    except Raised:
        return MISSING
    return value


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--top", type=int, default=60)
    parser.add_argument("--reached", action="store_true")
    options = parser.parse_args()
    counts: collections.Counter[str] = collections.Counter()
    for folder in map(os.path.abspath, options.folders):
        counts.update(calls(folder, reached_lines(folder) if options.reached else None))
    run = Interpreter(Options(), [])
    absent = lacking = 0
    ranked: list[tuple[int, str, str]] = []
    for path, count in counts.most_common():
        if ".FLAGS." in path:
            # A flag of the program's own.
            continue
        value = found(run, path)
        if value is MISSING:
            absent += count
        elif isinstance(value, Unknown) and value.cause.why is not Why.MODULE:
            lacking += count
            ranked.append((count, path, value.reason))
    total = sum(counts.values()) - absent
    share = 100.0 * (total - lacking) / total if total else 100.0
    print(
        f"{total} calls of {len(counts)} names of TF 1.15, {share:.2f} % with a summary; {absent} of names it has not"
    )
    for count, path, reason in ranked[: options.top]:
        print(f"{count:6}  {path}  ({reason})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
