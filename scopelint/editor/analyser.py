"""Keeps a worker process warm and hands it one request after the other; the protocol's loop never waits for it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from contextlib import suppress
from queue import SimpleQueue
from typing import Any

from scopelint.editor.frames import frame, read_frame

_MEMORY = 1_500_000_000
"""Bytes from which on a worker is replaced when it is idle: large models leave fragments behind."""

_START = "import sys; sys.path[:] = {path!r}; from scopelint.editor.worker import main; main()"
"""The path is given whole: `-m` and `-c` would look into the working folder first, where a model's own `types.py`
may lie."""


class WorkerDied(Exception):
    """The process ended in the middle of a request."""


class _Worker:
    """The process, with a thread for each of its pipes. Not asyncio's: a task that is cancelled while a process of its
    own starts, as all are when the server ends, waits for pipes that nobody opens any more, for ever."""

    def __init__(self, analyser: Analyser) -> None:
        self._loop = asyncio.get_running_loop()
        self._analyser = analyser
        self._frames: SimpleQueue[bytes | None] = SimpleQueue()
        command = _START.format(path=[folder for folder in sys.path if folder])
        self._process = subprocess.Popen([sys.executable, "-c", command], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.pid = self._process.pid
        for work in (self._write, self._read):
            threading.Thread(target=work, daemon=True).start()

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def send(self, message: object) -> None:
        """Takes it as it is now."""
        self._frames.put(frame(message))

    def kill(self) -> None:
        self._process.kill()
        self._frames.put(None)

    def _write(self) -> None:
        stream = self._process.stdin
        assert stream is not None
        with suppress(OSError, ValueError):
            while (data := self._frames.get()) is not None:
                stream.write(data)
                stream.flush()

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        with suppress(EOFError, OSError, ValueError):
            while True:
                self._tell(self._analyser._answered, *read_frame(stream))
        self.kill()
        self._process.wait()
        self._tell(self._analyser._gone, self)

    def _tell(self, what: Any, *arguments: object) -> None:  # noqa: ANN401
        # RuntimeError: the server has ended.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(what, *arguments)


class Analyser:
    """One worker. Requests are numbered; `cancel` ends one early, and its answer is then None."""

    def __init__(self) -> None:
        self._worker: _Worker | None = None
        self._waiting: dict[int, tuple[_Worker, asyncio.Future[Any]]] = {}
        self._number = 0
        self._is_closed = False
        self.memory = 0

    @property
    def pid(self) -> int:
        """Of the worker that answers now; 0 where none does."""
        return self._worker.pid if self._worker is not None else 0

    def start(self) -> None:
        """Starts a worker where none is. Raises WorkerDied after `close`."""
        if self._is_closed:
            raise WorkerDied
        if self._worker is None or not self._worker.is_alive:
            self._worker = _Worker(self)

    async def ask(self, verb: str, *arguments: object, number: int | None = None) -> Any:  # noqa: ANN401
        """The answer; raises what the worker raised, WorkerDied where it was killed."""
        if self.memory > _MEMORY and not self._waiting:
            self.stop()
        self.start()
        worker = self._worker
        assert worker is not None
        number = self.new_number() if number is None else number
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[number] = worker, future
        worker.send((number, verb, arguments))
        answer = await future
        if isinstance(answer, Exception):
            raise answer
        return answer

    def new_number(self) -> int:
        self._number += 1
        return self._number

    def cancel(self, number: int) -> None:
        if number in self._waiting:
            self._waiting[number][0].send((number, "cancel", ()))

    def stop(self) -> None:
        """Ends the worker; the next request starts another. What it was asked raises WorkerDied."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.kill()
            self._gone(worker)
        self.memory = 0

    def close(self) -> None:
        """As `stop`, and for good."""
        self._is_closed = True
        self.stop()

    def _answered(self, number: int, answer: object, memory: int) -> None:
        self.memory = memory
        _, future = self._waiting.pop(number, (None, None))
        if future is not None and not future.done():
            future.set_result(answer)

    def _gone(self, worker: _Worker) -> None:
        """A request sent now would never be answered."""
        if self._worker is worker:
            self._worker = None
        for number, (asked, future) in list(self._waiting.items()):
            if asked is worker:
                del self._waiting[number]
                if not future.done():
                    future.set_exception(WorkerDied())
