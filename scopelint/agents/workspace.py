"""What a server keeps between calls: its roots, what it has read and analysed; and how a call asks for an analysis."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from typing import Any

from scopelint.agents.roots import Refused, Roots
from scopelint.project.check import Report, check, failures
from scopelint.project.config import Config, load
from scopelint.project.lock_file import lock_path
from scopelint.syntax.source_cache import SourceCache


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
        # The roots are the project, of however many repositories.
        config.put("allow-files", self.roots.folders, "server")
        if not self.roots.holds(lock_path(paths, config)):
            # One that lies above is not ours to read: as if there were none.
            config.put("lock", os.path.join(self.roots.folders[0], config.lock), "server")
        return config

    def analyse(self, paths: Sequence[str], config: Config, kind: str) -> Report:
        """Refused where a file that was named cannot be read or is no Python."""
        report = check(paths, config, kind, shelf=self.shelf)
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
