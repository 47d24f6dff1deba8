"""Follower: writes what a run finds while it goes on, and ends it with what it has when the user interrupts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import TextIO

from scopelint.commands.interruption import Interruption
from scopelint.commands.terminal import Terminal
from scopelint.project.habits import gather
from scopelint.project.sources import Sources
from scopelint.reports.base import Run
from scopelint.rules.findings import Finding

Write = Callable[[Run, TextIO], None]


class Follower(Terminal):
    """`found_all`: the findings so far, as they are told. With `write` each batch is written to `stream` at once."""

    def __init__(self, gathers: bool, stream: TextIO, color: bool, write: Write | None) -> None:
        super().__init__()
        self.found_all: list[Finding] = []
        self.interruption = Interruption()
        self._gathers, self._stream, self._color, self._write = gathers, stream, color, write

    def found(self, findings: Sequence[Finding], sources: Sources) -> None:
        told = gather(findings) if self._gathers else list(findings)
        self.found_all += told
        if self._write is not None:
            self.clear()
            self._write(Run(told, 0, 0.0, line=sources.line, color=self._color), self._stream)
            self._stream.flush()

    def waiting(self) -> AbstractContextManager[None]:
        return self.interruption
