"""What a server keeps between calls: its roots, what it has read and analysed; and how a call asks for an analysis."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from scopelint.agents.roots import Refused, Roots
from scopelint.project.check import Report, check, failures
from scopelint.project.config import Config, load
from scopelint.project.lock_file import lock_path
from scopelint.syntax.source_cache import SourceCache

_PATIENCE = 20.0
"""Seconds after which no further file is begun; clients often wait for a minute."""

_LONGEST = 15.0
"""Seconds for one file, where the project does not say otherwise: half of what the command takes."""


def left_over(report: Report) -> dict[str, Any]:
    """That files were left for want of time, as an answer says it."""
    if not report.left:
        return {}
    count = len(report.left)
    return {
        "complete": False,
        "not_looked_at": count,
        "hint": "ask again: what was analysed is kept, and the rest follows",
    }


class Workspace:
    """One analysis at a time: a process has one engine."""

    def __init__(self, roots: Roots) -> None:
        self.roots = roots
        self.lock = threading.Lock()
        self.shelf = SourceCache()
        self.shelf.results = {}

    def config(self, paths: Sequence[str], **flags: Any) -> Config:
        """The settings of the project that these paths lie in, and what this call asks for."""
        config = load(paths, {name.replace("_", "-"): value for name, value in flags.items()}, within=self.roots.holds)
        # Nothing is written, and what one process keeps another would not know.
        for name, value in (("cache", False), ("jobs", 1), ("color", "never")):
            config.put(name, value, "server")
        if "max-seconds" not in config.origin:
            config.put("max-seconds", _LONGEST, "server")
        # The roots are the project, of however many repositories.
        config.put("allow-files", self.roots.folders, "server")
        if not self.roots.holds(lock_path(paths, config)):
            # One that lies above is not ours to read: as if there were none.
            config.put("lock", os.path.join(self.roots.folders[0], config.lock), "server")
        return config

    @contextmanager
    def patience(self) -> Iterator[SourceCache]:
        """What is asked of many files is answered for those that there is time for: clients stop waiting."""
        self.shelf.until = time.monotonic() + _PATIENCE
        try:
            yield self.shelf
        finally:
            self.shelf.until = None

    def analyse(self, paths: Sequence[str], config: Config, kind: str) -> Report:
        """Refused where a file that was named cannot be read or is no Python."""
        with self.patience() as shelf:
            report = check(paths, config, kind, shelf=shelf)
        bad = failures(report)
        if bad and len(bad) >= report.files:
            raise Refused("; ".join(bad[:3]))
        if not report.files:
            raise Refused(f"{', '.join(map(self.shown, paths))}: no Python file there")
        return report

    def shown(self, path: str) -> str:
        """From the first root, as answers and questions name it."""
        near = os.path.relpath(path, self.roots.folders[0])
        return path if near.startswith("..") else near.replace(os.sep, "/")
