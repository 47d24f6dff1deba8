"""Runs a small program in the interpreter and hands out what its names are worth."""

from __future__ import annotations

import threading
from typing import Any

from scopelint.apis.call import Raised
from scopelint.apis.python.support import lower
from scopelint.graph.events import Noted, NotKnown
from scopelint.interp.engine import Interpreter
from scopelint.interp.options import Options
from scopelint.syntax.source import Source
from scopelint.values.base import Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import InstanceValue, IteratorValue, ModuleValue
from scopelint.values.trail import TRAIL


class Ran:
    """One program, run to its end."""

    def __init__(self, source: str, **options: Any) -> None:
        self.said: list[str] = []
        self.error: Any = None
        self.failures: list[Any] = []
        self.names: dict[str, Any] = {}
        self.events: list[Any] = []
        thread = threading.Thread(target=self._run, args=(source, options))
        thread.start()
        thread.join()

    def _run(self, source: str, options: dict[str, Any]) -> None:
        TRAIL.reset()
        run = Interpreter(Options(**options), list(options.get("search_path", ())))
        run.modules.main = "main.py"
        module = ModuleValue("__main__", "main.py")
        run.modules.loaded["__main__"] = module
        run.begin()
        stopped: list[str] = []
        try:
            run.modules.execute(module, Source("main.py", source))
        except Raised as problem:
            self.error = problem.value
        except run.LimitReached as problem:
            stopped = [str(problem)]
        self.said = stopped + [e.reason for e in run.state.events.items if isinstance(e, NotKnown)]
        self.failures = [e.facts for e in run.state.events.items if isinstance(e, Noted) and e.kind == "failure"]
        self.events = run.state.events.items
        self.names = {k: plain(v) for k, v in module.attrs.items() if not k.startswith("__")}

    def error_name(self) -> str:
        return self.error.cls.name if self.error is not None else ""


def plain(value: Any) -> Any:
    """A value as a Python object where it is one, down to its members; else the value itself."""
    if isinstance(value, IteratorValue):
        value = ListValue(value.iterator)
    if isinstance(value, Unknown) or (isinstance(value, InstanceValue) and value.payload is None):
        return value
    try:
        return lower(value)
    except Exception:
        return value
