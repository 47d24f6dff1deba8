"""Terminal: a bar and the files that take long, on standard error where it is a terminal."""

from __future__ import annotations

import os
import sys

from scopelint.escapes import printable, say
from scopelint.project.listening import Listener
from scopelint.reports.places import shown

_BAR_FROM = 20
"""Files from which on there is a bar: fewer are done before one has read it."""

_WIDTH = 24


class Terminal(Listener):
    """Says nothing where nobody looks."""

    def __init__(self) -> None:
        self._on = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._bar = ""

    def finished(self, number: int, total: int, path: str) -> None:
        if not self._on or total < _BAR_FROM:
            return
        self.clear()
        if number < total:
            done = "=" * (number * _WIDTH // total)
            self._bar = f"[{done:{_WIDTH}}] {number}/{total} {printable(os.path.basename(path)[:40])}"
            self._draw()

    def slow(self, path: str, seconds: float) -> None:
        if self._on:
            bar = self._bar
            self.clear()
            say(f"{shown(path)} takes long, {seconds:.0f} s so far")
            self._bar = bar
            self._draw()

    def clear(self) -> None:
        """Takes the bar away, for what is written to the same screen."""
        if self._bar:
            sys.stderr.write("\r" + " " * len(self._bar) + "\r")
            sys.stderr.flush()
            self._bar = ""

    def _draw(self) -> None:
        sys.stderr.write(self._bar)
        sys.stderr.flush()
