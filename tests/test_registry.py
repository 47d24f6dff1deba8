"""Every summary that is declared can be found, and reads parameters that TF really has."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scopelint.apis import registry
from scopelint.interp.binding import Binder
from scopelint.interp.engine import Interpreter
from scopelint.interp.options import Options
from scopelint.values.objects import MISSING, ClassValue, NativeFunction

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module", autouse=True)
def all_entries() -> None:
    Interpreter(Options(), [])
    for canonical, _ in registry.TABLE.rows():
        if canonical.startswith("type:"):
            continue
        assert registry.find(canonical) is not MISSING, canonical


def summaries() -> Iterator[NativeFunction]:
    for entry in registry.ENTRIES.values():
        members = entry.attrs.values() if isinstance(entry, ClassValue) else (entry,)
        for member in members:
            function = getattr(member, "function", member)
            if isinstance(function, NativeFunction):
                yield function


def test_parameters_are_those_of_tf() -> None:
    wrong = []
    for summary in summaries():
        if not summary.raw:
            try:
                Binder(summary)
            except ValueError as problem:
                wrong.append(str(problem))
    assert not wrong


def test_the_table_of_entries_is_what_the_modules_declare() -> None:
    """A summary that is not in the table is never found; one that has moved is looked for where it was."""
    done = subprocess.run(
        [sys.executable, "tools/record_entries.py", "--check"], cwd=ROOT, capture_output=True, text=True
    )
    assert not done.stderr
    assert done.returncode == 0


def test_rows_below_a_prefix() -> None:
    below = registry.TABLE.below("tf.layers.")
    assert "dense" in below and "Dense" in below
    assert below == sorted(below)
    assert "" in registry.TABLE.below("tf.layers.dense")
    assert registry.TABLE.below("zzz.") == []
