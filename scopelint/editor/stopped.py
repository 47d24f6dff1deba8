"""Runs of the file that is typed in, stopped before a statement: processes that wait to go on with another text.

A change leaves all that was run before it as it was. So a run that stopped above the change is taken up again: its
process forks, the copy reads the text that stands behind its place now, runs it, judges all, and sends the answer. It
does what a fresh run would do, from the same state. Where there is no fork, or none that serves, the file is analysed
anew.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from math import inf
from typing import Any, NamedTuple

from scopelint import clock, heap
from scopelint.digest import digest
from scopelint.editor.frames import read_frame, write_frame
from scopelint.frozen import replace, values
from scopelint.project.cache import Dependencies

_MOST = 4
"""Stopped runs. Each keeps what its parent changes of their memory since: of a large model some ten megabytes."""

_WORTH = 0.06
"""Seconds that a stop must save: forking, sending and copying what is changed take half of that."""

_MEMORY = 600_000_000
"""Bytes of a process that is not forked any more."""

_STILL = 5.0
"""Seconds without any work after which a process that was taken up is given up: a fork beside other threads may find a
lock that nobody will open."""

IS_POSSIBLE = sys.platform == "linux" and hasattr(os, "fork")


class Resumed(BaseException):
    """The answer to the whole request came from a run that was taken up. Not an Exception: nothing between whoever asks
    for an analysis and whoever gives the outcomes takes it for a failure."""

    def __init__(self, answer: Any) -> None:  # noqa: ANN401
        super().__init__()
        self.answer = answer


class _Stopped(NamedTuple):
    """`end`: of the function that it stopped in, behind which nothing may differ; else infinite."""

    pid: int
    stream: Any
    line: int
    end: float
    spent: float

    def serves(self, one: list[str], two: list[str]) -> bool:
        """May the second text be run from here, where the first was?"""
        if self.line - 1 > _alike(one, two):
            return False
        return self.end == inf or (len(one) == len(two) and len(one) - _alike(one[::-1], two[::-1]) <= self.end)


class _Run(NamedTuple):
    """What stopped runs are of. `lines`: the text that they began with; `others`: what other windows hold."""

    path: str
    options: str
    others: str
    lines: list[str]


class StoppedRuns:
    """Those of one file, the last that was analysed as a whole. `work` gives the answer to a request in a process that
    was taken up: to (path, source), once the outcomes are known."""

    def __init__(self, shelf: Any, work: Callable[[str, bytes], Any]) -> None:  # noqa: ANN401
        self._shelf = shelf
        self._work = work
        self._stopped: list[_Stopped] = []
        self._run: _Run | None = None
        self._next: _Run | None = None
        self.taken = 0
        """How often a run was taken up."""
        self._entry: dict[str, Any] | None = None
        self._search: tuple[str, ...] = ()
        self._latest: list[str] = []
        self._wanted = 0
        """The line where somebody types: the next key will be there too."""
        self._pace: list[tuple[int, float, float]] = []
        """When the last whole run came to which statement, and where the function ends that it is in."""
        self._going = 0
        self._lock = threading.Lock()
        # In a process that was taken up:
        self._stream: Any | None = None
        self._source = b""
        self._outcomes: Any = None

    # asked by the interpreter

    def resume(self, path: str, source: bytes, options: Any) -> Any:  # noqa: ANN401
        # How much of the file's bounds is left differs each time, and is nothing that a run hangs on.
        whole = replace(options, max_seconds=0.0, max_memory=0.0)
        run = _Run(path, repr(values(whole)), self._others(path), source.decode("utf-8", "replace").split("\n"))
        if self._stream is not None:
            known = self._run
            if known is not None and source == self._source and known[:3] == run[:3]:
                return self._outcomes
            return None
        former, self._latest = self._latest, run.lines
        found = self._best(run, former)
        if found is not None:
            answer = self._ask(found, path, source)
            if self._shelf.cancelled:
                raise Resumed(None)
            if answer is not None:
                self.taken += 1
                raise Resumed(answer)
        # What has stopped is kept until this text is run: it may be broken, as it is with every other key.
        self._next = run
        self._search = tuple(options.search_path)
        self._wanted = _alike(former, run.lines) + 1 if former else 0
        return None

    def _begin(self) -> None:
        """A run of another text, from its start. What stopped above all that differs still serves."""
        run, self._next = self._next, None
        if run is not None:
            known = self._run
            if known is not None and known[:3] == run[:3]:
                self._keep(lambda each: each.serves(known.lines, run.lines))
            else:
                self._keep(lambda _: False)
            self._run, self._pace = run, []

    def before(self, run: Any, source: Any, line: int, until: float, end: float) -> bytes | None:  # noqa: ANN401
        if self._stream is not None:
            return None
        self._begin()
        spent = clock.spent()
        self._pace.append((line, end, spent))
        if (
            not line <= self._wanted < until
            or self._wanted > end
            or spent < _WORTH
            or run.forks
            or run.trials
            or self._run is None
        ):
            return None
        if source.path != self._run.path or heap.resident() > _MEMORY or self._shelf.cancelled:
            return None
        if run.modules.is_run_twice(source.path):
            # What stands below was run already, under the other name.
            return None
        while len(self._stopped) >= _MOST:
            self._drop(self._stopped.pop(0))
        return self._fork(run, line, end, spent)

    def refuse(self) -> None:
        os._exit(4)

    def finish(self, outcomes: Any) -> None:  # noqa: ANN401
        if self._stream is None:
            self._begin()
            read, missing = self._shelf.running.modules.read, self._shelf.running.modules.missing
            if self._run is not None:
                self._entry = self._dependencies().entry(self._run.path, {}, read, missing)
            return
        self._outcomes = outcomes
        try:
            assert self._run is not None
            answer = self._work(self._run.path, self._source)
            write_frame(self._stream, ("answer", answer))
        except BaseException:
            os._exit(5)
        os._exit(0)

    # asked by the worker

    def cancel(self) -> None:
        with self._lock, suppress(ProcessLookupError):
            if self._going:
                os.kill(self._going, signal.SIGKILL)

    def forget(self) -> None:
        self._keep(lambda _: False)
        self._run = None

    def _keep(self, wanted: Callable[[_Stopped], bool]) -> None:
        stopped, self._stopped = self._stopped, []
        for each in stopped:
            if wanted(each):
                self._stopped.append(each)
            else:
                self._drop(each)

    # inside

    def _others(self, path: str) -> str:
        texts = sorted((name, digest(data)) for name, data in self._shelf.texts.items() if name != path)
        return repr((os.getcwd(), texts))

    def _dependencies(self) -> Dependencies:
        found = Dependencies(self._search)
        for path, data in self._shelf.texts.items():
            found.say(path, data)
        return found

    def _best(self, run: _Run, former: list[str]) -> _Stopped | None:
        """The last stop above the change. None where a run from the start serves better, since it leaves a stop nearer
        to where somebody types now."""
        known = self._run
        if known is None or known[:3] != run[:3] or self._entry is None:
            return None
        served = (each for each in self._stopped if each.serves(known.lines, run.lines))
        best = max(served, key=lambda each: each.spent, default=None)
        if best is None:
            return None
        now = _alike(former, run.lines) + 1
        nearest = max((spent for line, end, spent in self._pace if line <= now <= end), default=0.0)
        if nearest - best.spent > _WORTH:
            return None
        return best if self._dependencies().holds(run.path, self._entry) else None

    def _ask(self, stopped: _Stopped, path: str, source: bytes) -> Any:  # noqa: ANN401
        answer: Any = None
        try:
            write_frame(stopped.stream, (source, dict(self._shelf.texts)))
            while True:
                kind, value = read_frame(stopped.stream)
                if kind == "going":
                    with self._lock:
                        self._going = value
                    threading.Thread(target=self._guard, args=(value,), daemon=True).start()
                    if self._shelf.cancelled:
                        self.cancel()
                elif kind == "answer":
                    answer = value
                else:
                    # It has ended; without an answer where it was refused, cancelled, or past its bounds.
                    with self._lock:
                        self._going = 0
                    return answer if value == 0 else None
        except (OSError, EOFError):
            self._stopped = [each for each in self._stopped if each is not stopped]
            self._drop(stopped)
            return None

    def _guard(self, pid: int) -> None:
        last = ""
        while True:
            time.sleep(_STILL)
            try:
                with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stream:
                    now = " ".join(stream.read().rsplit(")", 1)[1].split()[11:13])
            except OSError:
                return
            if now == last:
                with self._lock, suppress(ProcessLookupError):
                    if self._going == pid:
                        os.kill(pid, signal.SIGKILL)
                return
            last = now

    def _drop(self, stopped: _Stopped) -> None:
        with suppress(OSError):
            stopped.stream.close()
        with suppress(ProcessLookupError, ChildProcessError):
            os.kill(stopped.pid, signal.SIGKILL)
            os.waitpid(stopped.pid, 0)

    def _fork(self, run: Any, line: int, end: float, spent: float) -> bytes | None:  # noqa: ANN401
        """Leaves a process behind that waits here. It gives None in the one that goes on; in a copy of the other, once
        it is wanted, the text to go on with."""
        stream: Any
        ours, theirs = socket.socketpair()
        left = run.deadline - spent
        try:
            with warnings.catch_warnings():
                # Python warns of threads: the others here wait for us, or read from a pipe that the copies let be.
                warnings.simplefilter("ignore", DeprecationWarning)
                pid = os.fork()
        except OSError:
            ours.close()
            theirs.close()
            return None
        if pid:
            theirs.close()
            stream = ours.makefile("rwb")
            ours.close()
            self._stopped.append(_Stopped(pid, stream, line, end, spent))
            return None
        try:
            ours.close()
            for each in self._stopped:
                each.stream.close()
            stream = theirs.makefile("rwb")
            theirs.close()
            source: bytes
            while True:
                source, texts = read_frame(stream)
                copy = os.fork()
                if not copy:
                    break
                write_frame(stream, ("going", copy))
                _, status = os.waitpid(copy, 0)
                write_frame(stream, ("ended", os.waitstatus_to_exitcode(status)))
        except BaseException:
            # Nobody waits any more.
            os._exit(0)
        self._stopped = []
        self._stream, self._source, self._lock = stream, source, threading.Lock()
        self._shelf.texts, self._shelf.alike, self._shelf.cancelled = texts, {}, False
        run.deadline = clock.spent() + left
        threading.Thread(target=self._watch, args=(left + 2.0, run.ceiling), daemon=True).start()
        return source

    def _watch(self, seconds: float, most: int) -> None:
        """Ends this process beyond the bounds of the run: the analysis anew says which and how far it came."""
        while time.process_time() < seconds and heap.resident() < most:
            time.sleep(0.1)
        os._exit(6)


def _alike(one: list[str], two: list[str]) -> int:
    """How many lines two texts have in common at their beginning."""
    shortest = min(len(one), len(two))
    return next((n for n in range(shortest) if one[n] != two[n]), shortest)
