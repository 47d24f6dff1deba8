"""Task: one file to analyse, in whatever process or on whatever machine; and the function that does it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from scopelint.project.config import Config
from scopelint.syntax.source_cache import SourceCache


class Task(NamedTuple):
    """A file, its bytes, the folders where its imports are looked for, and what is asked of it (`analysis.analyse`)."""

    path: str
    data: bytes
    folders: tuple[str, ...]
    kind: str


Answer = tuple[dict[str, Any], list[str], list[str]]
"""The result, the files that were read for it and the modules that were missed."""
Slow = Callable[[str, float], None]
"""Told of a file that is under way, and the processor time that it has taken."""


@cache
def own_shelf() -> SourceCache:
    """This process's own: the files of a project import each other, and reading them again took most of the time."""
    return SourceCache()


def perform(task: Task, config: Config, shelf: SourceCache | None = None) -> Answer:
    """Analyses one file."""
    from scopelint.project.analysis import analyse  # with the engine 100 ms: results from the cache do without

    path, data, folders, kind = task
    return analyse(path, data, config, folders, kind, own_shelf() if shelf is None else shelf)


def killed(path: str) -> Answer:
    """What is said of a file whose process was killed, twice."""
    from scopelint.project.analysis import failure  # with the engine 100 ms: results from the cache do without
    from scopelint.rules.findings import to_data  # as above
    from scopelint.site import Site  # as above

    finding = failure("TFS900", Site(path, 1), "the process that analysed it was killed")
    return {"findings": [to_data(finding)], "crashed": True, "lasting": False, "seconds": 0.0, "rules": []}, [], []
