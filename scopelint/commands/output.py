"""Where a command writes, and what all commands say alike: exit statuses, colour, files that failed."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TextIO, cast

from scopelint.disk import Whole
from scopelint.escapes import Guarded, say
from scopelint.project.check import Report
from scopelint.project.config import Config, ConfigError
from scopelint.reports.base import Run
from scopelint.rules.findings import Finding

CLEAN, FINDINGS, FAILURE, INTERRUPTED = 0, 1, 2, 130
PICTURES = ("html", "dot", "mermaid", "tensorboard")


class Output:
    """The standard output, or the file asked for, which is there whole or not at all. What is for people is guarded."""

    def __init__(self, config: Config) -> None:
        self._path: str = config.output_file
        self._for_people = config.format in ("text", "concise")
        self._config = config
        self._stream: TextIO = sys.stdout
        self._whole: Whole | None = None

    def __enter__(self) -> TextIO:
        if self._path:
            try:
                self._whole = Whole(self._path)
            except OSError as problem:
                raise self._failed(problem) from None
            self._stream = self._whole.stream
        elif hasattr(self._stream, "reconfigure"):
            # A terminal of another encoding must not end the run at the first accent.
            self._stream.reconfigure(errors="backslashreplace")
        if not self._for_people:
            return self._stream
        return cast("TextIO", Guarded(self._stream, color(self._config, self._stream)))

    def __exit__(self, kind: object, *problem: object) -> None:
        try:
            if self._whole is not None:
                self._whole.__exit__(kind, *problem)
            elif kind is None:
                self._stream.flush()
        except BrokenPipeError:
            raise
        except OSError as full:
            raise self._failed(full) from None

    def _failed(self, problem: OSError) -> ConfigError:
        return ConfigError(f"{self._path or 'the standard output'}: {problem.strerror or problem}")


def color(config: Config, stream: TextIO) -> bool:
    if config.color != "auto":
        return bool(config.color == "always")
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return bool(os.environ.get("FORCE_COLOR")) or stream.isatty()


def standard_input(paths: Sequence[str]) -> bytes | None:
    """The source that `-` stands for, if it is asked for."""
    return sys.stdin.buffer.read() if "-" in paths else None


def as_run(report: Report, color: bool) -> Run:
    return Run(
        report.findings,
        report.files,
        report.seconds,
        report.hidden,
        report.incomplete,
        report.sources.line,
        color,
        coverage=report.coverage,
        interrupted=report.interrupted is not None,
    )


def unread(report: Report) -> list[Finding]:
    """The files that could not be read, and our own failures."""
    return [finding for finding in report.findings if finding.code in ("TFS900", "TFS901")]


def complain(report: Report) -> None:
    """What kept the run from saying more."""
    if not report.files and not report.failed:
        say("no Python file and no notebook there")
    for line in report.told:
        say(line)
    for path, why in report.failed:
        say(f"{path}: {why}")
    if report.interrupted is not None:
        say(f"interrupted after {report.interrupted} of {report.files} files")
