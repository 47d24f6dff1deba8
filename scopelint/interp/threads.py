"""Threads of the program: each runs when it is started, as far as it tells anything of the graph."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Raised
from scopelint.graph.events import VariableMade
from scopelint.graph.threads import OtherThread
from scopelint.interp.frame import Frame
from scopelint.values.base import AnyValue

_QUIET_RUNS = 2
"""How often the same code is run that made no variable: a pool of workers that only train tells nothing more."""


class ThreadLeft(Exception):
    """A thread is left in the midst of its endless loop: it serves others as long as the program runs."""


class Threads:
    """Of the interpreter: `threads` is how many run within each other, `quiet` counts runs that made nothing."""

    ThreadLeft = ThreadLeft
    frame: Frame | None
    depth: int
    state: Any
    invoke: Any
    threads: int
    quiet: dict[int, tuple[Any, int]]

    def run_thread(
        self, function: AnyValue, args: tuple[Any, ...], kwargs: dict[str, Any], thread: OtherThread | None = None
    ) -> tuple[Any, Any]:
        """Calls `function` as a thread of its own does. Gives what it returned, and what it raised or None."""
        code = getattr(getattr(function, "function", function), "code", None)
        times = self.quiet.get(id(code), (code, 0))[1]
        if code is not None and times >= _QUIET_RUNS:
            return None, None
        frame, depth, mark = self.frame, self.depth, len(self.state.events.items)
        self.threads += 1
        thread = thread or OtherThread(self.state)
        thread.enter()
        result, problem = None, None
        try:
            result = self.invoke(function, args, kwargs)
        except Raised as error:
            problem = error.value
        except ThreadLeft:
            pass
        finally:
            self.threads -= 1
            self.frame, self.depth = frame, depth
            thread.exit()
        if code is not None and not any(isinstance(e, VariableMade) for e in self.state.events.items[mark:]):
            self.quiet[id(code)] = (code, times + 1)
        return result, problem
