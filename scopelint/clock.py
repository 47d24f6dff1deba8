"""Processor time and memory: how much a piece of work may take, whatever else the machine has to do."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar, cast

from scopelint import heap, limits

T = TypeVar("T")

_LOOK = 0.05
"""Seconds between two looks at the clock of the work."""

_SWITCH = 0.0005
"""Seconds after which whoever looks asks the work for the interpreter. Work that gives it up for a moment more often
than that, as one does who reads a file in small pieces, takes it back before the looking thread is awake, and so is
never asked: with Python's own 5 ms the pieces of 8 KB of a buffered file are enough for it."""


class OutOfTime(BaseException):
    """Put into a thread that has used up its time. Not an Exception: no handler on its way takes it for a failure."""

    reason = limits.TOO_LONG


class OutOfMemory(OutOfTime):
    """Put into a thread that has used up its memory."""

    reason = limits.TOO_LARGE


Over = Callable[[float], type[OutOfTime] | None]
"""Given the processor time of the work so far: what it has used up, if anything."""


def spent() -> float:
    """The processor time of the thread that asks."""
    return time.thread_time()


class _Thread(threading.Thread):
    def run(self) -> None:
        # An interruption that arrives when the work is done already means nothing.
        with suppress(OutOfTime):
            super().run()


_LOOKERS: list[Callable[[], None]] = []
"""Called at each look at a clock, in the thread that waits. Module state, against the house's rule: whoever waits for a
file is many layers above what bounds it, and none of those between has to do with it."""


@contextmanager
def told_when_slow(tell: Callable[[float], None]) -> Iterator[None]:
    """Within it `tell` is called, once, when the process has worked for `limits.SLOW_SECONDS` on something bounded."""
    begun = time.process_time()
    waiting = [tell]

    def look() -> None:
        spent = time.process_time() - begun
        if waiting and spent > limits.SLOW_SECONDS:
            waiting.pop()(spent)

    _LOOKERS.append(look)
    try:
        yield
    finally:
        _LOOKERS.remove(look)


def bounded(work: Callable[[], None], over: Over) -> None:
    """Runs `work` in a thread of its own. Once it is `over` its bounds it is interrupted, wherever it is, between two
    of Python's instructions, and again with each second that it then goes on."""
    with _unheard():
        _watch(_Thread(target=work, name="scopelint", daemon=True), over)


@contextmanager
def _unheard() -> Iterator[None]:
    """An interruption that arrives where Python lets nothing be raised, in a destructor or while it collects, is lost:
    another follows. Python would print a traceback about it."""
    told = sys.unraisablehook

    def hook(lost: sys.UnraisableHookArgs) -> None:
        if not issubclass(lost.exc_type, OutOfTime):
            told(lost)

    sys.unraisablehook = hook
    try:
        yield
    finally:
        sys.unraisablehook = told


def _watch(thread: threading.Thread, over: Over) -> None:
    thread.start()
    ident = thread.ident
    assert ident is not None
    again = 0.0
    before = sys.getswitchinterval()
    sys.setswitchinterval(min(before, _SWITCH))
    try:
        while True:
            thread.join(_LOOK)
            if not thread.is_alive():
                return
            for look in _LOOKERS:
                look()
            used = _used(ident)
            problem = over(used) if used >= again else None
            if problem is not None:
                again = used + 1.0
                _interrupt(ident, problem)
    except BaseException:
        # The user does not wait for it any more.
        for _ in range(20):
            if not thread.is_alive():
                break
            _interrupt(ident, OutOfTime)
            thread.join(_LOOK)
        raise
    finally:
        sys.setswitchinterval(before)


def within(seconds: float, megabytes: float, work: Callable[[], T]) -> T:
    """What `work` gives. Raises OutOfTime or OutOfMemory where it takes more than that."""
    answer: list[Any] = []

    def run() -> None:
        try:
            answer.append((work(), None))
        except BaseException as problem:
            answer.append((None, problem))

    ceiling = heap.resident() + megabytes * 1e6

    def over(used: float) -> type[OutOfTime] | None:
        return OutOfTime if used > seconds else OutOfMemory if heap.resident() > ceiling else None

    bounded(run, over)
    found, problem = answer[0] if answer else (None, OutOfTime())
    if isinstance(problem, MemoryError):
        raise OutOfMemory from problem
    if problem is not None:
        raise problem
    return cast("T", found)


def _interrupt(ident: int, problem: type[OutOfTime]) -> None:
    import ctypes  # 1 ms, for a run that has used up its time

    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident), ctypes.py_object(problem))


def _used(ident: int) -> float:
    """The processor time of another thread; where the system does not tell, work bounds itself."""
    clock: Any = getattr(time, "pthread_getcpuclockid", None)
    if clock is None:
        return 0.0
    try:
        return time.clock_gettime(clock(ident))
    except (OSError, OverflowError):
        return 0.0
