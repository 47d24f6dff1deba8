"""Runs a command again whenever a file that it read changes: by looking at times, which works on every file system."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable

from scopelint.escapes import say
from scopelint.project.config import Config
from scopelint.project.discover import discover
from scopelint.syntax.source_cache import SourceCache

_PAUSE = 0.25
"""Seconds between two looks; less is not felt, more is."""

_INTERRUPTED = 130
"""The status of a command that the user ended."""

Command = Callable[[list[str], Config, SourceCache], int]


def watch(paths: list[str], config: Config, command: Command, rounds: int = 0) -> int:
    """Until interrupted, or for so many rounds. Gives the last status."""
    # The cache does not say which files a result was read from, and the source cache keeps what did not change.
    config.put("cache", False, "watch")
    cache = SourceCache()
    done = 0
    while True:
        if sys.stdout.isatty():
            sys.stdout.write("\x1b[2J\x1b[H")
        before = _times(_files(paths, config, cache))
        status = command(paths, config, cache)
        done += 1
        sys.stdout.flush()
        if status != _INTERRUPTED:
            say(f"watching {len(_files(paths, config, cache))} files")
        sys.stderr.flush()
        if done == rounds or status == _INTERRUPTED:
            return status
        known = {**_times(_files(paths, config, cache)), **before}
        try:
            while True:
                time.sleep(_PAUSE)
                if _times(_files(paths, config, cache)) != known:
                    break
        except KeyboardInterrupt:
            return status


def _files(paths: list[str], config: Config, cache: SourceCache) -> set[str]:
    named = [path for path in paths if os.path.exists(path)]
    return {*discover(named, [*config.exclude, *config.extend_exclude], config.root), *cache.read}


def _times(files: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Time and size; a file that is gone has none."""
    found = {}
    for file in files:
        try:
            status = os.stat(file)
        except OSError:
            continue
        found[file] = (status.st_mtime_ns, status.st_size)
    return found
