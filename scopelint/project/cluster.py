"""Files analysed by the workers of a dask cluster, which see the same files under the same paths.

A result is taken only if all that it hangs on, as the worker saw it, is what lies here (`Dependencies`, by which the
cache judges too): so it is byte for byte what this machine gives, or is worked out here."""

from __future__ import annotations

import asyncio
import logging
import os
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache, partial
from importlib import import_module
from typing import Any, Protocol

import scopelint
from scopelint import disk
from scopelint.digest import digest
from scopelint.escapes import say
from scopelint.project.cache import Dependencies
from scopelint.project.config import Config, ConfigError
from scopelint.project.task import Answer, Task, perform
from scopelint.project.wanted import wanted
from scopelint.tuples import NamedTuple

_CONNECT_SECONDS = 5
"""That a scheduler has to answer, and to have a worker."""

_ALONE_SECONDS = 30
"""Without a worker that does anything, after which what is left is done here: a lost one is replaced sooner."""

_OTHER = "sees other files"

Here = Callable[[Sequence[Task]], Iterator[tuple[int, Answer]]]


class _Future(Protocol):
    """Of distributed, as far as it is used."""

    def result(self, timeout: float) -> Seen: ...
    def cancel(self) -> None: ...
    def add_done_callback(self, fn: Callable[[object], None]) -> None: ...


class _Client(Protocol):
    """Of distributed, as far as it is used."""

    status: str

    def submit(self, function: Callable[..., Seen], *arguments: object, key: str, priority: int) -> _Future: ...
    def processing(self) -> dict[str, Any]: ...
    def wait_for_workers(self, count: int, timeout: float) -> None: ...
    def run(self, function: Callable[[], str], on_error: str) -> dict[str, object]: ...
    def close(self, timeout: float) -> None: ...


class Seen(NamedTuple):
    """What a worker answers: its result with all that it hangs on, or why it has none."""

    entry: dict[str, Any]
    why_not: str = ""


_ONE_AT_A_TIME = threading.Lock()
"""A worker may have several threads, and the working folder is of the whole process."""


def perform_there(task: Task, config: Config, folder: str, engine: str) -> Seen:
    """What a worker runs: `perform`, as the processes of one machine do."""
    if engine_mark() != engine:
        return Seen({}, "has another scopelint")
    with _ONE_AT_A_TIME:
        before = os.getcwd()
        try:
            os.chdir(folder)
        except OSError:
            return Seen({}, f"has no folder {folder}")
        try:
            # A worker outlives many runs, and a folder may have become a project since.
            disk.project_of.cache_clear()
            disk.is_too_wide.cache_clear()
            if disk.read(task.path, len(task.data) + 1) != task.data:
                return Seen({}, _OTHER)
            result, read, missing = perform(task, config)
            return Seen(Dependencies(task.folders).entry(task.path, result, read, missing))
        except OSError:
            return Seen({}, _OTHER)
        except Exception as problem:
            # As plain data: a client of distributed that cannot read an exception waits for ever.
            return Seen({}, f"failed ({type(problem).__name__})")
        finally:
            os.chdir(before)


@cache
def engine_mark() -> str:
    """What scopelint is here: the bytes of its files, in whatever folder and of whatever date."""
    root = os.path.dirname(scopelint.__file__)
    marks = []
    for place, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(files):
            with suppress(OSError):
                marks.append((os.path.relpath(os.path.join(place, name), root), digest(disk.read(f"{place}/{name}"))))
    return digest(repr(marks).encode())


def on_cluster(tasks: Sequence[Task], config: Config, here: Here) -> Iterator[tuple[int, Answer]]:
    """The number of each task with its answer, as they come. `here` does what the cluster cannot."""
    client = _connected(config.cluster)
    run = _Run(client, tasks, config)
    try:
        yield from run.answers()
    finally:
        # Before processes are forked here: the client has threads.
        with suppress(Exception):
            client.close(timeout=2)
    for why, count in run.why.items():
        say(f"--cluster: {why}: {count} file{'s' * (count != 1)} analysed here")
    if run.left:
        for index, answer in here([tasks[number] for number in run.left]):
            yield run.left[index], answer


def _connected(address: str) -> _Client:
    try:
        distributed = import_module("distributed")
    except ImportError:
        raise ConfigError("--cluster needs distributed: pip install 'scopelint[cluster]'") from None
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] in ("distributed", "tornado", "asyncio"):
            # What becomes of connections is told in one line of ours.
            logging.getLogger(name).disabled = True
    try:
        client: _Client = distributed.Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, asyncio.TimeoutError, ValueError, TypeError, RuntimeError) as problem:
        said = str(problem).split("\n")[0] if isinstance(problem, ValueError) else ""
        raise ConfigError(
            f"--cluster: {address}: {said or f'no scheduler answers within {_CONNECT_SECONDS} seconds'}"
        ) from None
    try:
        client.wait_for_workers(1, timeout=_CONNECT_SECONDS)
        found = client.run(engine_mark, on_error="return")
        others = sorted(worker for worker, mark in found.items() if mark != engine_mark())
        if others and len(others) == len(found):
            raise ConfigError(f"--cluster: {address}: its workers ({others[0]}) have no scopelint, or another one")
    except BaseException as problem:
        with suppress(Exception):
            client.close(timeout=2)
        if isinstance(problem, (OSError, asyncio.TimeoutError)):
            raise ConfigError(f"--cluster: {address}: has no worker") from None
        raise
    return client


class _Run:
    def __init__(self, client: _Client, tasks: Sequence[Task], config: Config) -> None:
        self._client, self._tasks, self._config = client, tasks, config
        self._done: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._dependencies: dict[tuple[str, ...], Dependencies] = {}
        self.why: dict[str, int] = {}
        self.left: list[int] = []
        self._futures: dict[int, _Future] = {}

    def answers(self) -> Iterator[tuple[int, Answer]]:
        """Those of the workers. `left` is what they did not see as it is here, or were lost with; `why` says so."""
        folder, engine = os.getcwd(), engine_mark()
        base = digest(repr((engine, folder, self._config.fingerprint(), self._config.root)).encode())
        for number, task in enumerate(self._tasks):
            asked = (base, *task, sorted(wanted(self._config, task.path)))
            key = f"scopelint-{digest(repr(asked).encode('utf-8', 'surrogateescape'))}"
            future = self._client.submit(perform_there, task, self._config, folder, engine, key=key, priority=-number)
            self._futures[number] = future
            future.add_done_callback(partial(self._tell, number))
        refused = []
        for number in self._as_done():
            answer = self._answer(number)
            if answer is None:
                refused.append(number)
            else:
                yield number, answer
        if self._futures:
            self.why["no worker answers any more"] = len(self._futures)
        self.left = sorted([*refused, *self._futures])

    def _tell(self, number: int, future: object) -> None:
        self._done.put(number)

    def _as_done(self) -> Iterator[int]:
        """Until all are done, or nobody is there any more."""
        since: float | None = None
        while self._futures:
            try:
                number = self._done.get(timeout=1.0)
            except queue.Empty:
                if self._is_at_work():
                    since = None
                    continue
                since = since or time.monotonic()
                if time.monotonic() - since > _ALONE_SECONDS:
                    return
                continue
            if number in self._futures:
                yield number

    def _is_at_work(self) -> bool:
        if self._client.status != "running":
            return False
        try:
            return any(self._client.processing().values())
        except Exception:  # whatever a client says whose scheduler has gone
            return False

    def _answer(self, number: int) -> Answer | None:
        """What came of it; None where it is to be worked out here."""
        future, task = self._futures.pop(number), self._tasks[number]
        try:
            seen: Seen = future.result(timeout=_CONNECT_SECONDS)
        except Exception as problem:
            self._refuse(f"lost with its workers ({type(problem).__name__})")
            return None
        if seen.why_not:
            self._refuse(f"a worker {seen.why_not}")
            return None
        dependencies = self._dependencies.get(task.folders)
        if dependencies is None:
            dependencies = self._dependencies[task.folders] = Dependencies(task.folders)
        if not dependencies.holds(task.path, seen.entry):
            # It may be kept by the scheduler for whoever asks the same: it is not the same any more.
            with suppress(Exception):
                future.cancel()
            self._refuse(f"a worker {_OTHER}")
            return None
        names = [[name for name, _ in seen.entry[kind]] for kind in ("read", "missing")]
        return seen.entry["result"], names[0], names[1]

    def _refuse(self, why: str) -> None:
        self.why[why] = self.why.get(why, 0) + 1
