"""Keeps a worker process warm and hands it one request after the other; the protocol's loop never waits for it."""

from __future__ import annotations

import asyncio
import pickle
import sys
from contextlib import suppress
from typing import Any

from scopelint.editor.frames import HEAD

_MEMORY = 1_500_000_000
"""Bytes from which on a worker is replaced when it is idle: large models leave fragments behind."""

_START = "import sys; sys.path[:] = {path!r}; from scopelint.editor.worker import main; main()"
"""The path is given whole: `-m` and `-c` would look into the working folder first, where a model's own `types.py`
may lie."""


class WorkerDied(Exception):
    """The process ended in the middle of a request."""


class Analyser:
    """One worker. Requests are numbered; `cancel` ends one early, and its answer is then None."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._waiting: dict[int, tuple[asyncio.subprocess.Process, asyncio.Future[Any]]] = {}
        self._number = 0
        self._lock = asyncio.Lock()
        self.memory = 0

    async def start(self) -> None:
        async with self._lock:
            if self._process is not None and self._process.returncode is None:
                return
            command = _START.format(path=[folder for folder in sys.path if folder])
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-c", command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
            )
            self._reader = asyncio.create_task(self._read(self._process))

    async def ask(self, verb: str, *arguments: object, number: int | None = None) -> Any:  # noqa: ANN401
        """The answer; raises what the worker raised, WorkerDied where it was killed."""
        if self.memory > _MEMORY and not self._waiting:
            await self.stop()
        await self.start()
        process = self._process
        assert process is not None and process.stdin is not None
        number = self.new_number() if number is None else number
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[number] = process, future
        try:
            self._send((number, verb, arguments))
            await process.stdin.drain()
        except (ConnectionError, OSError):
            self._waiting.pop(number, None)
            self._gone(process)
            raise WorkerDied from None
        answer = await future
        if isinstance(answer, Exception):
            raise answer
        return answer

    def new_number(self) -> int:
        self._number += 1
        return self._number

    def cancel(self, number: int) -> None:
        if number in self._waiting:
            with suppress(ConnectionError, OSError):
                self._send((number, "cancel", ()))

    async def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        self.memory = 0

    def _send(self, message: object) -> None:
        process = self._process
        if process is None or process.stdin is None:
            raise ConnectionError
        data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
        process.stdin.write(HEAD.pack(len(data)) + data)

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        try:
            while True:
                (size,) = HEAD.unpack(await process.stdout.readexactly(HEAD.size))
                number, answer, self.memory = pickle.loads(await process.stdout.readexactly(size))
                _, future = self._waiting.pop(number, (process, None))
                if future is not None and not future.done():
                    future.set_result(answer)
        except (asyncio.IncompleteReadError, ConnectionError):
            self._gone(process)

    def _gone(self, process: asyncio.subprocess.Process) -> None:
        """Known before the system says so: a request sent now would never be answered."""
        if self._process is process:
            self._process = None
        for number, (asked, future) in list(self._waiting.items()):
            if asked is process:
                del self._waiting[number]
                if not future.done():
                    future.set_exception(WorkerDied())
