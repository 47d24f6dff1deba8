"""Analyses files in processes, answers in the order of the files, and outlives a process that is killed."""

from __future__ import annotations

import gc
import os
import signal
from collections import deque
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from scopelint import heap, limits
from scopelint.project.config import Config
from scopelint.rules.findings import to_data
from scopelint.site import Site
from scopelint.syntax.source_cache import SourceCache

if TYPE_CHECKING:
    from concurrent.futures import Future
    from multiprocessing.context import BaseContext

    from scopelint.syntax.source_cache import SourceCache


Task = tuple[str, bytes, tuple[str, ...]]
"""A file, its bytes, and the folders where its imports are looked for."""

_AHEAD = 4
"""Chunks per process that are handed out before the first has come back."""

_NEIGHBOURS = 12
"""Files that a process is handed at a time."""

Answer = tuple[dict[str, Any], list[str], list[str]]


def run_all(
    tasks: Sequence[Task], config: Config, kind: str, shelf: SourceCache | None = None
) -> Iterator[tuple[Task, Answer]]:
    """Each task with its answer. With a shelf all run in this process, for what it keeps is here."""
    jobs = min(config.jobs or os.cpu_count() or 1, len(tasks))
    if jobs <= 1 or shelf is not None:
        for task in tasks:
            yield task, _one(task, config, kind, shelf)
        return
    yield from _in_processes(tasks, config, kind, jobs)


@cache
def own_shelf() -> SourceCache:
    """This process's own: the files of a project import each other, and reading them again took most of the time."""
    return SourceCache()


def _one(task: Task, config: Config, kind: str, shelf: SourceCache | None = None) -> Answer:
    from scopelint.project.analysis import analyse  # with the engine 100 ms: results from the cache do without

    path, data, folders = task
    return analyse(path, data, config, folders, kind, own_shelf() if shelf is None else shelf)


def _several(tasks: Sequence[Task], config: Config, kind: str) -> tuple[list[Answer], bool]:
    """The answers, and whether this process has grown so large that another should go on."""
    return [_one(task, config, kind) for task in tasks], heap.resident() > limits.PROCESS_BYTES


def _begin() -> None:
    """A process that is told to end does so; to clear up is the first one's affair."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _in_processes(tasks: Sequence[Task], config: Config, kind: str, jobs: int) -> Iterator[tuple[Task, Answer]]:
    import multiprocessing  # 10 ms, for several files
    from concurrent.futures import ProcessPoolExecutor  # 27 ms, for several files
    from concurrent.futures.process import BrokenProcessPool  # as above

    _import_engine()
    # A forked process has the engine already; elsewhere each imports it anew.
    context = multiprocessing.get_context("fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn")
    # Neighbours import the same files, so that they go to one process; the last ones alone, that none waits long.
    chunks: list[Sequence[Task]] = []
    start = 0
    while start < len(tasks):
        size = max(1, min(_NEIGHBOURS, (len(tasks) - start) // (2 * jobs)))
        chunks.append(tasks[start : start + size])
        start += size
    waiting = deque(chunks)
    done = 0
    gc.freeze()
    try:
        while waiting:
            pool = ProcessPoolExecutor(jobs, context, _begin)
            running: deque[tuple[Sequence[Task], Future[tuple[list[Answer], bool]]]] = deque()
            grown = False
            try:
                while running or (waiting and not grown):
                    while waiting and not grown and len(running) < _AHEAD * jobs:
                        chunk = waiting.popleft()
                        running.append((chunk, pool.submit(_several, chunk, config, kind)))
                    chunk, future = running.popleft()
                    answers, large = future.result()
                    grown = grown or large
                    for task, answer in zip(chunk, answers, strict=True):
                        yield task, answer
                        done += 1
            except BrokenProcessPool:
                pool.shutdown(wait=False, cancel_futures=True)
                # The pool does not say which file its process died of: from here on each has one for itself.
                for task in tasks[done:]:
                    yield task, _alone(task, config, kind, context)
                return
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
            pool.shutdown()
    finally:
        gc.unfreeze()


def _alone(task: Task, config: Config, kind: str, context: BaseContext) -> Answer:
    from concurrent.futures import ProcessPoolExecutor  # 27 ms, for several files
    from concurrent.futures.process import BrokenProcessPool  # as above

    with ProcessPoolExecutor(1, context) as pool:
        try:
            return pool.submit(_one, task, config, kind).result()
        except BrokenProcessPool:
            from scopelint.project.analysis import failure  # with the engine 100 ms: results from the cache do without

            finding = failure("TFS900", Site(task[0], 1), "the process that analysed it was killed")
            return {"findings": [to_data(finding)], "crashed": True, "lasting": False, "seconds": 0.0}, [], []


def _import_engine() -> None:
    try:
        import scopelint.interp.entry  # as above
        import scopelint.project.analysis  # noqa: F401
    except Exception:
        return  # each file will say so itself, as TFS900
