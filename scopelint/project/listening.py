"""Listener: what a run over many files tells whoever waits for it, while it is under way."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext

from scopelint.project.sources import Sources
from scopelint.rules.findings import Finding


class Interrupted(KeyboardInterrupt):
    """Raised within `Listener.waiting` where the run is to end with what it has."""


class Listener:
    """Does nothing about it; a front end derives from it."""

    def finished(self, number: int, total: int, path: str) -> None:
        """A file was analysed, the so many-th of those that had to be."""

    def slow(self, path: str, seconds: float) -> None:
        """A file that is under way has taken so much processor time already."""

    def found(self, findings: Sequence[Finding], sources: Sources) -> None:
        """Findings that are certain to stand at the end too: those of the next file in order that brings any."""

    def waiting(self) -> AbstractContextManager[None]:
        """Around all that may take long and can be left: `Interrupted` may be raised in it."""
        return nullcontext()
