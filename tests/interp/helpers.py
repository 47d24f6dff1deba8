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
    former = Interpreter.__init__

    def keeping(self: Interpreter, *args: Any, **kwargs: Any) -> None:
        former(self, *args, **kwargs)
        kept.append(self)

    Interpreter.__init__ = keeping  # type: ignore[method-assign]
    try:
        outcomes = analyse("snippet.py", code.encode(), Options())
    finally:
        Interpreter.__init__ = former  # type: ignore[method-assign]
    module = kept[0].modules.loaded["__main__"]
    assert name in module.attrs, [e for o in outcomes for e in o.events]
    return lower(module.attrs[name])
