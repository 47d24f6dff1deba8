"""What outlives one analysis where many follow each other: texts not saved yet, files already read, parsed parts."""

from __future__ import annotations

from typing import Any

from scopelint.syntax.source import Source

_KEPT_RUNS = 8
"""A parsed part that this many analyses did not ask for is dropped: typing leaves a new one behind at each stroke."""


class Kept(dict[str, Any]):
    """LibCST's nodes by the text they were read from. They never change, so that a part of a file which was only
    moved need not be parsed again."""

    def __init__(self) -> None:
        super().__init__()
        self._used: dict[str, int] = {}
        self._run = 0

    def __getitem__(self, text: str) -> Any:
        self._used[text] = self._run
        return super().__getitem__(text)

    def __setitem__(self, text: str, nodes: Any) -> None:
        self._used[text] = self._run
        super().__setitem__(text, nodes)

    def next_run(self) -> None:
        self._run += 1
        for text in [text for text, run in self._used.items() if run < self._run - _KEPT_RUNS]:
            del self._used[text]
            self.pop(text, None)


class Shelf:
    """Handed to one analysis after the other by a front end that stays."""

    def __init__(self) -> None:
        self.texts: dict[str, bytes] = {}
        """By path: what an editor holds and the disk does not."""
        self.read: set[str] = set()
        """All files that the analyses depended on."""
        self.parsed = Kept()
        self.running: Any = None
        """The interpreter at work; its `deadline` is brought forward where nobody waits for it any more."""
        self._sources: dict[str, tuple[str, Source]] = {}

    def source(self, path: str, mark: str) -> Source | None:
        """The file as it was read before, if its content's hash is still that."""
        found = self._sources.get(path)
        return found[1] if found is not None and found[0] == mark else None

    def put(self, path: str, mark: str, source: Source) -> None:
        source.kept = self.parsed
        self._sources[path] = (mark, source)

    def begin(self, run: Any) -> None:
        self.running = run
        self.parsed.next_run()

    def cancel(self) -> None:
        if self.running is not None:
            self.running.deadline = 0.0
