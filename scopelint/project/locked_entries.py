"""The entries that a lock holds of a file: under which settings each is entered, and what is made in it then."""

from __future__ import annotations

import copy
import os
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from scopelint.project.config import Config

if TYPE_CHECKING:
    from scopelint.lock.variables import Made


def completed(
    path: str, found: Iterable[Made], wanted: set[str], config: Config, run: Callable[[Config], list[Made]]
) -> list[Made]:
    """What a file makes in all `wanted` entries: `found` in a run under `config`, the others by `run` under the
    settings that enter them. An entry that can be entered no more has none."""
    made = list(found)
    missing = wanted - {each.entry.entry for each in made}
    for other in _settings_for(path, missing, config):
        fresh = [each for each in run(other) if each.entry.entry in missing]
        missing -= {each.entry.entry for each in fresh}
        made += fresh
        if not missing:
            break
    return made


def _settings_for(path: str, missing: set[str], config: Config) -> Iterable[Config]:
    """The settings under which entries of the lock come up that these settings do not enter: first as the file is run
    when nobody names an entry, then by name, then as expressions."""
    if not missing:
        return
    if config.call or config.entries:
        yield _with(config, entries=(), call=())
    by_name = sorted(entry for entry in missing if re.fullmatch(r"[^\W\d]\w*(\.[^\W\d]\w*)?", entry))
    if by_name:
        yield _with(config, entries=tuple(f"{os.path.abspath(path)}::{entry}" for entry in by_name), call=())
    expressions = sorted(entry for entry in missing if entry and entry not in by_name)
    if expressions:
        yield _with(config, entries=(), call=tuple(expressions))


def _with(config: Config, **values: object) -> Config:
    other = copy.copy(config)
    other.values = {**config.values, **values}
    other.origin = {name: origin for name, origin in config.origin.items() if name not in values}
    return other
