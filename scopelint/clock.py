"""Processor time: how long a piece of work may take, whatever else the machine has to do."""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Callable
from typing import Any

_LOOK = 0.2
"""Seconds between two looks at the clock of the work."""


class OutOfTime(BaseException):
    """Put into a thread that has used up its time. Not an Exception: no handler on its way takes it for a failure."""


def spent() -> float:
    """The processor time of the thread that asks."""
    return time.thread_time()


def bounded(work: Callable[[], None], left: Callable[[float], float], grace: float = 0.0) -> None:
    """Runs `work` in a thread of its own. Once `left(spent)` is so far below zero it is interrupted, wherever it is,
    between two of Python's instructions, and again with each second that it then goes on."""
    thread = threading.Thread(target=work, name="scopelint")
    thread.start()
    ident = thread.ident
    assert ident is not None
    while True:
        thread.join(_LOOK)
        if not thread.is_alive():
            return
        over = -left(_used(ident))
        if over > grace:
            grace = over + 1.0
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident), ctypes.py_object(OutOfTime))


def _used(ident: int) -> float:
    """The processor time of another thread; where the system does not tell, work bounds itself."""
    clock: Any = getattr(time, "pthread_getcpuclockid", None)
    if clock is None:
        return 0.0
    try:
        return time.clock_gettime(clock(ident))
    except (OSError, OverflowError):
        return 0.0
