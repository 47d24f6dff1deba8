"""What a user's own file takes to be read: no more than one source may take, and told in a line."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from scopelint import clock
from scopelint.project.config import Config, ConfigError

T = TypeVar("T")


def bounded(config: Config, path: str, read: Callable[[], T]) -> T:
    """What `read` gives. ConfigError where it takes more than `max-seconds` or `max-memory`."""
    try:
        return clock.within(config.max_seconds, config.max_memory, read)
    except clock.OutOfMemory:
        raise ConfigError(f"{path}: takes more memory than --max-memory {config.max_memory}") from None
    except clock.OutOfTime:
        raise ConfigError(f"{path}: takes longer than --max-seconds {config.max_seconds:g}") from None
