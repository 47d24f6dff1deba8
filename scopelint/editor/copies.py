"""Processes that stopped in the middle of a run, and their copies, which go on from there: how they are forked, asked
and ended."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys
import threading
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from scopelint import clock, heap
from scopelint.editor.frames import frame, read_frame, write_frame
from scopelint.interp.changed import Span
from scopelint.syntax.differences import Change, differing
from scopelint.syntax.source import Source
from scopelint.tuples import NamedTuple
from scopelint.values.trail import TRAIL

if TYPE_CHECKING:
    from scopelint.graph.outcome import Outcome
    from scopelint.interp.engine import Interpreter
    from scopelint.interp.frame import Frame
    from scopelint.interp.watching import Effect
    from scopelint.syntax.source_cache import SourceCache

_STILL = 5.0
"""Seconds without any work after which a process that was taken up is given up: a fork beside other threads may find a
lock that nobody will open."""

_LEFT = 4
"""Stops that copies have left: one for each place where somebody typed."""

_ADOPT = 36
"""Linux: PR_SET_CHILD_SUBREAPER. What a copy forked becomes a child of the worker when the copy ends."""

IS_POSSIBLE = sys.platform == "linux" and hasattr(os, "fork") and hasattr(socket, "send_fds")


class Stopped(NamedTuple):
    """`turn`: of the run, when it came there; `end`: of the function that it stopped in, else infinite."""

    pid: int
    stream: Any
    socket: Any
    line: int
    end: float
    spent: float
    turn: int
    is_left: bool = False
    """Was it left by a copy?"""


class Plan(NamedTuple):
    """What a copy is to do with a text. `is_former`: it is the one that was run, of which no more than the effect of
    the statements is asked."""

    span: Span
    is_former: bool


class Came(NamedTuple):
    """What came of asking. `status`: how the copy ended; `stop`: left before the statements."""

    status: int
    answer: Any = None
    effect: Any = None
    stop: Stopped | None = None


class Copies:
    """Part of `StoppedRuns`."""

    _run: Any

    def __init__(self, shelf: SourceCache, work: Callable[[str, bytes], Any]) -> None:
        self._shelf = shelf
        self._work = work
        self._stopped: list[Stopped] = []
        self._going = 0
        self._lock = threading.Lock()
        # In a process that was taken up:
        self._stream: Any = None
        self._socket: Any = None
        self._source = b""
        self._outcomes: Any = None
        self._plan: Plan | None = None
        self._watch: Any = None
        self._text: Source | None = None
        self._at = 0
        self._shift: tuple[Source, Change] | None = None
        self._given: Source | None = None
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_ADOPT, 1, 0, 0, 0)

    @property
    def is_copy(self) -> bool:
        return self._stream is not None

    # asked by the interpreter, in a copy

    def take(self, source: Source, is_moved: bool) -> None:
        self._text = source
        if is_moved:
            former = self._given
            assert former is not None
            self._shift = former, differing(former.lines, source.lines)

    def left(self, block_frame: Frame) -> None:
        if self._watch is not None and self._watch.frame is block_frame:
            # It did not come to the end of the statements.
            self._watch.leave()
            self._watch = self._plan = None

    def compare_nothing(self) -> None:
        self._plan = None

    def refuse(self) -> None:
        os._exit(4)

    def _may_fork(self, run: Interpreter) -> bool:
        return not (run.forks or run.trials or TRAIL.forked)

    def _watched(self, run: Interpreter, source: Source, line: int, mark: int, end: float) -> bytes | None:
        """Before the statement at `line`; behind the block at `mark` where `line` is 0. The text to go on with, in a
        copy of what stopped here."""
        plan = self._plan
        if plan is None or source is not self._text:
            return None
        from scopelint.interp.watching import Watch  # the engine, which is there by now

        span = plan.span
        is_behind = line == 0 and mark == span.holder
        if self._watch is None and (is_behind if span.begin == 0 else line == span.begin):
            if not self._may_fork(run):
                self._plan = None
                return None
            if plan.is_former and line and line != self._at and self._is_woken(run, source, line, end):
                return self._source if self._text is None else self._watched(run, source, line, mark, end)
            self._watch = Watch(run)
        if (
            self._watch is not None
            and run.frame is self._watch.frame
            and (is_behind if span.end == 0 else line == span.end)
        ):
            effect = self._watch.effect()
            self._watch = self._plan = None
            self._tell(effect, plan.is_former)
        return None

    def _tell(self, effect: Effect | None, is_all: bool) -> None:
        stream: Any = self._stream
        try:
            data = frame(("effect", effect))
        except Exception:
            # Something in it is no plain data.
            data = frame(("effect", None))
        try:
            stream.write(data)
            stream.flush()
            is_known = is_all or read_frame(stream)
        except BaseException:
            os._exit(5)
        if is_known:
            os._exit(0)

    def _finish(self, outcomes: list[Outcome]) -> None:
        if self._plan is not None and self._plan.is_former:
            os._exit(0)
        from scopelint.editor.moving import Unmoved  # the engine, which is there by now
        from scopelint.editor.splicing import in_lines_now  # as above
        from scopelint.interp.entry import end_here  # as above

        try:
            if self._shift is not None:
                former, change = self._shift
                if len(outcomes) > 1:
                    os._exit(4)
                outcomes = in_lines_now(self._run.path, former, change, outcomes)
            self._outcomes = outcomes
            end_here()
            answer = self._work(self._run.path, self._source)
            write_frame(self._stream, ("answer", answer))
        except Unmoved:
            os._exit(4)
        except BaseException:
            os._exit(5)
        os._exit(0)

    # asked by the worker

    def cancel(self) -> None:
        with self._lock, suppress(ProcessLookupError):
            if self._going:
                os.kill(self._going, signal.SIGKILL)

    # inside

    def _ask(
        self, stopped: Stopped, source: bytes, plan: Plan, is_known: Callable[[Any], bool] = lambda _: True
    ) -> Came:
        came = Came(-1)
        try:
            write_frame(stopped.stream, (source, dict(self._shelf.texts), plan))
            while True:
                kind, value = read_frame(stopped.stream)
                if kind == "going":
                    with self._lock:
                        self._going = value
                    threading.Thread(target=self._guard, args=(value,), daemon=True).start()
                    if self._shelf.cancelled:
                        self.cancel()
                elif kind == "answer":
                    came = came._replace(answer=value)
                elif kind == "stop":
                    came = came._replace(stop=self._taken_over(stopped, *value))
                elif kind == "effect":
                    came = came._replace(effect=value)
                    if not plan.is_former:
                        write_frame(stopped.stream, is_known(value))
                else:
                    # It has ended; without an answer where it was refused, cancelled, or past its bounds.
                    with self._lock:
                        self._going = 0
                    return came._replace(status=value, answer=came.answer if value == 0 else None)
        except (OSError, EOFError, ValueError):
            self._stopped = [each for each in self._stopped if each is not stopped]
            self._drop(stopped)
            return came._replace(answer=None)

    def _taken_over(self, parent: Stopped, pid: int, line: int, end: float, turn: int) -> Stopped:
        """A stop that a copy has left."""
        write_frame(parent.stream, "send")
        _, (number, *_), _, _ = socket.recv_fds(parent.socket, 1, 1)
        ours = socket.socket(fileno=number)
        stopped = Stopped(pid, ours.makefile("rwb"), ours, line, end, parent.spent, turn, True)
        left = [each for each in self._stopped if each.is_left and each is not parent]
        if len(left) >= _LEFT:
            self._drop(left[0])
            self._stopped.remove(left[0])
        self._stopped.append(stopped)
        return stopped

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

    def _drop(self, stopped: Stopped) -> None:
        for each in (stopped.stream, stopped.socket):
            with suppress(OSError):
                each.close()
        with suppress(ProcessLookupError, ChildProcessError):
            os.kill(stopped.pid, signal.SIGKILL)
            os.waitpid(stopped.pid, 0)

    def _fork(self, run: Interpreter, source: Source, line: int, end: float, spent: float, turn: int) -> bytes | None:
        """Leaves a process behind that waits here. It gives None in the one that goes on; in a copy of the other, once
        it is wanted, the text to go on with."""
        left = run.deadline - clock.spent()
        pid, link = _forked()
        if link is None:
            return None
        if pid:
            self._stopped.append(Stopped(pid, link.makefile("rwb"), link, line, end, spent, turn))
            return None
        return self._wait(run, source, line, link, left)

    def _is_woken(self, run: Interpreter, source: Source, line: int, end: float) -> bool:
        """As `_fork`, in a copy, which hands the stop over to the worker and goes on. Is this a copy of the stop?"""
        left = run.deadline - clock.spent()
        pid, link = _forked()
        if link is None:
            return False
        if pid:
            try:
                write_frame(self._stream, ("stop", (pid, line, end, run.turns[0])))
                read_frame(self._stream)
                socket.send_fds(self._socket, [b"s"], [link.fileno()])
            except BaseException:
                os._exit(5)
            link.close()
            return False
        stream: Any = self._stream
        stream.close()
        self._socket.close()
        self._wait(run, source, line, link, left)
        return True

    def _wait(self, run: Interpreter, source: Source, line: int, theirs: socket.socket, left: float) -> bytes | None:
        stream: Any
        try:
            for each in self._stopped:
                each.stream.close()
                each.socket.close()
            stream = theirs.makefile("rwb")
            while True:
                data, texts, plan = read_frame(stream)
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
        self._stream, self._socket, self._source, self._lock = stream, theirs, bytes(data), threading.Lock()
        self._shelf.texts, self._shelf.alike, self._shelf.cancelled = texts, {}, False
        self._plan, self._watch, self._given, self._text, self._at = plan, None, source, None, line
        run.deadline = clock.spent() + left
        threading.Thread(target=self._watch_over, args=(left + 2.0, run.ceiling), daemon=True).start()
        if not plan.is_former:
            return self._source
        self._text = source
        return None

    def _watch_over(self, seconds: float, most: int) -> None:
        """Ends this process beyond the bounds of the run: the analysis anew says which and how far it came."""
        while time.process_time() < seconds and heap.resident() < most:
            time.sleep(0.1)
        os._exit(6)


def _forked() -> tuple[int, socket.socket | None]:
    """What `os.fork` gives, and this side's end of a link between the two processes; no link where there is no fork."""
    ours, theirs = socket.socketpair()
    try:
        with warnings.catch_warnings():
            # Python warns of threads: the others here wait for us, or read from a pipe that the copies let be.
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
    except OSError:
        ours.close()
        theirs.close()
        return 0, None
    kept, other = (ours, theirs) if pid else (theirs, ours)
    other.close()
    return pid, kept
