"""Processes that analyse files, each with a pipe of its own; one that is killed or has grown is replaced."""

from __future__ import annotations

import gc
import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from scopelint import clock, heap, limits
from scopelint.project.task import Answer, Slow, Task, killed

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import BaseContext
    from multiprocessing.process import BaseProcess

    from scopelint.project.config import Config

_NEIGHBOURS = 12
"""Files that a process is handed at a time: they import the same files, which it then has read already."""

_PATIENCE = 2.0
"""Seconds that a process has to end when it is asked to."""

Analyse = Callable[[Task, "Config"], Answer]

_ANSWER: Final = "answer"
_SLOW: Final = "slow"


def _serve(connection: Connection, inherited: Sequence[Connection], analyse: Analyse, config: Config) -> None:
    """What a process does: answers each file of each list that it is handed, as soon as it is done with it."""
    # To clear up is the first process's affair, and so is what Ctrl-C means, which all processes of a terminal get.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _hold_signals(False)
    # A forked process has all that its parent holds, which it cannot get rid of by ending.
    inherits = heap.resident()
    try:
        for other in inherited:
            # While a sibling holds the other end of its pipe, a process would not see that the first one has gone.
            other.close()
        while True:
            for number, task in connection.recv():
                with clock.told_when_slow(partial(_tell, connection, number)):
                    answer = analyse(task, config)
                grown = _has_grown(inherits)
                connection.send((_ANSWER, number, (answer, grown)))
                if grown:
                    return
    except BaseException:
        # The first process has gone; or memory is short, and then this one's file is taken for what it died of.
        os._exit(1)


def _has_grown(inherits: int) -> bool:
    """By more than `limits.PROCESS_BYTES` since it had the `inherits` bytes that it began with."""
    if heap.resident() - inherits <= limits.PROCESS_BYTES:
        return False
    heap.give_back()
    return heap.resident() - inherits > limits.PROCESS_BYTES


def _hold_signals(on: bool) -> None:
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK if on else signal.SIG_UNBLOCK, (signal.SIGINT, signal.SIGTERM))


def _tell(connection: Connection, number: int, seconds: float) -> None:
    connection.send((_SLOW, number, seconds))


class _Worker:
    def __init__(self, context: BaseContext, others: Sequence[_Worker], analyse: Analyse, config: Config) -> None:
        self.connection, theirs = context.Pipe()
        forked = context.get_start_method() == "fork"
        inherited = [self.connection, *(other.connection for other in others)] if forked else []
        self.todo: deque[int] = deque()
        """What it was handed and has not answered; it is at work on the first."""
        try:
            self.process: BaseProcess = context.Process(  # type: ignore[attr-defined]
                target=_serve, args=(theirs, inherited, analyse, config), daemon=True
            )
            # Until it has said what signals mean to it, they would mean what they mean here.
            _hold_signals(True)
            try:
                self.process.start()
            finally:
                _hold_signals(False)
        finally:
            theirs.close()

    def hand(self, chunk: Sequence[int], tasks: Sequence[Task]) -> None:
        self.todo.extend(chunk)
        with suppress(OSError):  # it was killed: found out when its answer is waited for
            self.connection.send([(number, tasks[number]) for number in chunk])

    def end(self, at_once: bool = False) -> None:
        """It ends by itself when its pipe is closed, unless it is in the middle of a file."""
        self.connection.close()
        if at_once:
            self.process.terminate()
        self.process.join(_PATIENCE)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


class _Crew:
    """The processes and what is left to do."""

    def __init__(self, tasks: Sequence[Task], config: Config, jobs: int, analyse: Analyse, slow: Slow) -> None:
        import multiprocessing  # 10 ms, for several files

        # A forked process has the engine already; elsewhere each imports it anew.
        methods = multiprocessing.get_all_start_methods()
        self._context = multiprocessing.get_context("fork" if "fork" in methods else "spawn")
        self._tasks, self._config, self._jobs, self._analyse, self._slow = tasks, config, jobs, analyse, slow
        self._waiting = _chunks(len(tasks), jobs)
        self._suspects: deque[int] = deque()
        """Files in the middle of which a process died: each is tried once more, alone on the machine."""
        self.workers: list[_Worker] = []

    def answers(self) -> Iterator[tuple[int, Answer]]:
        from multiprocessing.connection import wait  # as above

        while self._hand_out():
            ready = set(wait([worker.connection for worker in self.workers]))
            for worker in [worker for worker in self.workers if worker.connection in ready]:
                yield from self._hear(worker)
        while self._suspects:
            yield from self._alone(self._suspects.popleft())

    def _hand_out(self) -> bool:
        """Gives each process that has nothing to do its next files. Is any at work?"""
        while self._waiting and len(self.workers) < self._jobs:
            try:
                self.workers.append(_Worker(self._context, self.workers, self._analyse, self._config))
            except OSError:  # the system has no more processes to give
                if not self.workers:
                    raise
                break
        for worker in self.workers:
            if not worker.todo and self._waiting:
                worker.hand(self._waiting.popleft(), self._tasks)
        return any(worker.todo for worker in self.workers)

    def _hear(self, worker: _Worker) -> Iterator[tuple[int, Answer]]:
        try:
            what, number, said = worker.connection.recv()
        except (OSError, EOFError):
            self._dismiss(worker)
            if worker.todo:
                self._suspects.append(worker.todo.popleft())
            self._take_back(worker)
            return
        if what == _SLOW:
            self._slow(self._tasks[number].path, said)
            return
        answer, grown = said
        worker.todo.remove(number)
        if grown:
            self._dismiss(worker)
            self._take_back(worker)
        yield number, answer

    def _take_back(self, worker: _Worker) -> None:
        if worker.todo:
            self._waiting.appendleft(list(worker.todo))
            worker.todo.clear()

    def _dismiss(self, worker: _Worker) -> None:
        self.workers.remove(worker)
        worker.end()

    def _alone(self, number: int) -> Iterator[tuple[int, Answer]]:
        self.end()
        worker = _Worker(self._context, (), self._analyse, self._config)
        self.workers.append(worker)
        worker.hand([number], self._tasks)
        while worker.todo:
            yield from self._hear(worker)
            if number in self._suspects:
                self._suspects.remove(number)
                yield number, killed(self._tasks[number].path)

    def end(self, at_once: bool = False) -> None:
        for worker in self.workers:
            worker.end(at_once)
        self.workers.clear()


def _chunks(count: int, jobs: int) -> deque[Sequence[int]]:
    """The last ones hold one file each, that none waits long."""
    chunks: deque[Sequence[int]] = deque()
    start = 0
    while start < count:
        size = max(1, min(_NEIGHBOURS, (count - start) // (2 * jobs)))
        chunks.append(range(start, start + size))
        start += size
    return chunks


def in_processes(
    tasks: Sequence[Task], config: Config, jobs: int, analyse: Analyse, slow: Slow
) -> Iterator[tuple[int, Answer]]:
    """The number of each task with its answer, as they come."""
    crew = _Crew(tasks, config, jobs, analyse, slow)
    whole = False
    gc.freeze()
    try:
        yield from crew.answers()
        whole = True
    finally:
        gc.unfreeze()
        crew.end(at_once=not whole)
