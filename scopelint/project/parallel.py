"""Where files are analysed: in this process, in several, or on a cluster."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import partial

from scopelint import clock
from scopelint.project.config import Config
from scopelint.project.task import Answer, Slow, Task, perform
from scopelint.syntax.source_cache import SourceCache

_MANY = 13
"""Files from which on even one job has a process of its own, which can be replaced when it has grown, and whose end
costs one file."""


def run_all(
    tasks: Sequence[Task], config: Config, shelf: SourceCache | None = None, slow: Slow = lambda path, seconds: None
) -> Iterator[tuple[int, Answer]]:
    """The number of each task with its answer, as they come. With a shelf all run in this process, for what it keeps is
    here."""
    if config.cluster and shelf is None:
        from scopelint.project.cluster import on_cluster  # half a second, for those who have one

        yield from on_cluster(tasks, config, lambda few: on_this_machine(few, config, None, slow))
    else:
        yield from on_this_machine(tasks, config, shelf, slow)


def on_this_machine(
    tasks: Sequence[Task], config: Config, shelf: SourceCache | None, slow: Slow
) -> Iterator[tuple[int, Answer]]:
    """In this process, or in several."""
    jobs = min(config.jobs or os.cpu_count() or 1, len(tasks))
    if shelf is not None or (jobs <= 1 and len(tasks) < _MANY):
        yield from _here(tasks, config, shelf, slow)
        return
    from scopelint.project.pool import in_processes  # 10 ms, for several files

    _import_engine()
    yield from in_processes(tasks, config, jobs, _work, slow)


def _here(tasks: Sequence[Task], config: Config, shelf: SourceCache | None, slow: Slow) -> Iterator[tuple[int, Answer]]:
    for number, task in enumerate(tasks):
        with clock.told_when_slow(partial(slow, task.path)):
            answer = perform(task, config, shelf)
        yield number, answer


def _work(task: Task, config: Config) -> Answer:
    return perform(task, config)


def _import_engine() -> None:
    try:
        import scopelint.interp.entry  # with the engine 100 ms: before processes are forked, that each has it
        import scopelint.project.analysis  # noqa: F401
    except Exception:
        return  # each file will say so itself, as TFS900
