"""Where a command writes, and what all commands say alike: exit statuses, colour, progress, files that failed."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import TextIO

from scopelint.project.check import Report, show_progress
from scopelint.project.config import Config, ConfigError
from scopelint.reports.base import Run
from scopelint.rules.findings import Finding

CLEAN, FINDINGS, FAILURE = 0, 1, 2
PICTURES = ("html", "dot", "mermaid", "tensorboard")
_PROGRESS_FROM = 20
"""Files from which on a terminal shows a progress bar: fewer are done before one has read it."""

Progress = Callable[[int, int, str], None]


class Output:
    """The standard output, or the file asked for."""

    def __init__(self, config: Config) -> None:
        self._path: str = config.output_file
        self._stream: TextIO = sys.stdout

    def __enter__(self) -> TextIO:
        if self._path:
            try:
                self._stream = open(self._path, "w", encoding="utf-8")
            except OSError as problem:
                raise ConfigError(f"{self._path}: {problem.strerror or problem}") from None
        elif hasattr(self._stream, "reconfigure"):
            # A terminal of another encoding must not end the run at the first accent.
            self._stream.reconfigure(errors="backslashreplace")
        return self._stream

    def __exit__(self, *problem: object) -> None:
        if self._path:
            self._stream.close()
        else:
            self._stream.flush()


def color(config: Config, stream: TextIO) -> bool:
    if config.color != "auto":
        return bool(config.color == "always")
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return bool(os.environ.get("FORCE_COLOR")) or stream.isatty()


def progress() -> Progress | None:
    """What draws the bar, where standard error is a terminal that can."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        return None

    def show(number: int, total: int, path: str) -> None:
        if total >= _PROGRESS_FROM:
            show_progress(number, total, path)

    return show


def standard_input(paths: Sequence[str]) -> bytes | None:
    """The source that `-` stands for, if it is asked for."""
    return sys.stdin.buffer.read() if "-" in paths else None


def as_run(report: Report, color: bool) -> Run:
    return Run(
        report.findings, report.files, report.seconds, report.hidden, report.incomplete, report.sources.line, color
    )


def unread(report: Report) -> list[Finding]:
    """The files that could not be read, and our own failures."""
    return [finding for finding in report.findings if finding.code in ("TFS900", "TFS901")]


def complain(report: Report) -> None:
    for path, why in report.failed:
        sys.stderr.write(f"scopelint: {path}: {why}\n")
