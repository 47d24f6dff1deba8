"""Task: one file to analyse, in whatever process or on whatever machine; and the function that does it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, overload

from scopelint.project.config import Config
from scopelint.syntax.source_cache import SourceCache
from scopelint.tuples import NamedTuple


class Task(NamedTuple):
    """A file, its bytes, the folders where its imports are looked for, and what is asked of it (`analysis.analyse`)."""

    path: str
    data: bytes
    folders: tuple[str, ...]
    kind: str


class Tasks(Sequence[Task]):
    """Those of a run. The bytes of a file are held only from when it is handed out until its answer is there, for a
    repository may have any number of files. `load` gives them."""

    def __init__(self, load: Callable[[str], bytes]) -> None:
        self._load = load
        self._rows: list[tuple[str, tuple[str, ...], str]] = []
        self._out: dict[int, Task] = {}

    def append(self, path: str, folders: tuple[str, ...], kind: str) -> None:
        self._rows.append((path, folders, kind))

    def paths(self) -> list[str]:
        return [path for path, _, _ in self._rows]

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, number: int) -> Task: ...
    @overload
    def __getitem__(self, number: slice) -> list[Task]: ...
    def __getitem__(self, number: int | slice) -> Task | list[Task]:
        if isinstance(number, slice):
            return [self[each] for each in range(*number.indices(len(self)))]
        task = self._out.get(number)
        if task is None:
            path, folders, kind = self._rows[number]
            task = self._out[number] = Task(path, self._load(path), folders, kind)
        return task

    def done(self, number: int) -> None:
        self._out.pop(number, None)


Answer = tuple[dict[str, Any], list[str], list[str]]
"""The result, the files that were read for it and the modules that were missed."""
Slow = Callable[[str, float], None]
"""Told of a file that is under way, and the processor time that it has taken."""


_KEPT_CHARACTERS = 400_000
"""Of the sources that a run keeps read: up to 40 MB of trees. Neighbours import the same files, and what fifty files of
a large repository share is no more; an editor, which stays with one project, keeps more."""


@cache
def own_shelf() -> SourceCache:
    """This process's own: the files of a project import each other, and reading them again took most of the time."""
    return SourceCache(_KEPT_CHARACTERS)


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
