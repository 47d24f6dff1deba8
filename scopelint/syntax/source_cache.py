"""What outlives one analysis where many follow each other: texts not saved yet, files already read, parsed parts."""

from __future__ import annotations

import time
from typing import Any

from scopelint.syntax.source import Source

_KEPT_RUNS = 8
"""A parsed part that this many analyses did not ask for is dropped: typing leaves a new one behind at each stroke."""

_KEPT_TREES = 1_500_000
"""Characters of all parsed parts: their trees take a few hundred bytes for each."""

_KEPT_CHARACTERS = 3_000_000
"""Of files held as trees, the longest unused are dropped beyond: a tree takes forty to a hundred times its text."""


class Kept(dict[str, Any]):
    """LibCST's nodes by the text they were read from. They never change, so that a part of a file which was only
    moved need not be parsed again."""

    def __init__(self) -> None:
        super().__init__()
        self.by_statement = False
        """Are plain statements kept one by one? It pays where somebody types among them."""
        self._used: dict[str, int] = {}
        self._run = 0
        self._held = 0

    def __getitem__(self, text: str) -> Any:  # noqa: ANN401
        self._used[text] = self._run
        return super().__getitem__(text)

    def __setitem__(self, text: str, nodes: object) -> None:
        self._used[text] = self._run
        super().__setitem__(text, nodes)
        self._held += len(text)
        while self._held > _KEPT_TREES and len(self) > 1:
            oldest = min(self, key=lambda each: self._used.get(each, 0))
            self._drop(oldest)

    def _drop(self, text: str) -> None:
        self._used.pop(text, None)
        if self.pop(text, None) is not None:
            self._held -= len(text)

    def next_run(self) -> None:
        self._run += 1
        for text in [text for text, run in self._used.items() if run < self._run - _KEPT_RUNS]:
            self._drop(text)


class SourceCache:
    """Handed to one analysis after the other, by a front end that stays and by a run over many files."""

    def __init__(self, characters: int = 0) -> None:
        self._characters = characters or _KEPT_CHARACTERS
        self.texts: dict[str, bytes] = {}
        """By path: what an editor holds and the disk does not."""
        self.read: set[str] = set()
        """All files that the analyses depended on."""
        self.dependencies: tuple[list[str], list[str]] = [], []
        """What the last analysis read and what modules it missed: told even of one that failed."""
        self.parsed = Kept()
        self.results: dict[Any, Any] | None = None
        """Whole results by what they were asked of, where a front end keeps those too; `project.memory` says how."""
        self.alike: dict[Any, Any] | None = None
        """The last result of each file, where somebody types in them; `project.alike` says when it still holds."""
        self.stops: Any = None
        """Keeps runs of the file at hand that have stopped before a statement (`interp.stops`)."""
        self.cancelled = False
        """Did nobody wait for the analysis any more? Its result is none, then."""
        self.until: float | None = None
        """When whoever asks stops waiting, as `time.monotonic` tells it: files that are not begun by then are left."""
        self.running: Any = None
        """The interpreter at work; its `deadline` is brought forward where nobody waits for it any more."""
        self._sources: dict[str, tuple[str, Source]] = {}
        self._held = 0

    def source(self, path: str, mark: str) -> Source | None:
        """The file as it was read before, if its content's hash is still that."""
        found = self._sources.pop(path, None)
        if found is None:
            return None
        if found[0] != mark:
            self._held -= len(found[1].text)
            return None
        self._sources[path] = found
        return found[1]

    def put(self, path: str, mark: str, source: Source) -> None:
        source.kept = self.parsed
        former = self._sources.pop(path, None)
        self._sources[path] = (mark, source)
        self._held += len(source.text) - (len(former[1].text) if former is not None else 0)
        while self._held > self._characters and len(self._sources) > 1:
            _, dropped = self._sources.pop(next(iter(self._sources)))
            self._held -= len(dropped.text)

    def begin(self, run: object) -> None:
        self.running = run
        self.parsed.next_run()

    def is_late(self) -> bool:
        return self.until is not None and time.monotonic() > self.until

    def cancel(self) -> None:
        self.cancelled = True
        if self.stops is not None:
            self.stops.cancel()
        if self.running is not None:
            self.running.deadline = 0.0
