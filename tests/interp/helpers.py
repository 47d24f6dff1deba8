"""Runs a snippet through the interpreter and hands out what a name is worth, as plain Python."""

from __future__ import annotations

from typing import Any

from scopelint.apis.python.support import lower
from scopelint.interp.engine import Interpreter
from scopelint.interp.entry import analyse
from scopelint.interp.options import Options


def interpret(code: str, name: str) -> Any:
    """The value of a global of the snippet; raises AssertionError with the events where the run went wrong."""
    kept: list[Any] = []
    former = Interpreter.dismantle
    # Here alone what the program's names came to is asked for after the run.
    Interpreter.dismantle = lambda self, main: kept.append(main)  # type: ignore[assignment, method-assign]
    try:
        outcomes = analyse("snippet.py", code.encode(), Options())
    finally:
        Interpreter.dismantle = former  # type: ignore[method-assign]
    (module,) = kept
    assert name in module.attrs, [e for o in outcomes for e in o.events]
    return lower(module.attrs[name])
