"""`scopelint why NAME [SOURCE]`: from a name to the line, the scopes and the calls that make it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TextIO

from scopelint.commands.output import Output, color, standard_input
from scopelint.escapes import say
from scopelint.project.check import failures
from scopelint.project.config import Config, ConfigError
from scopelint.project.origins import origin
from scopelint.reports import whys

FOUND, UNKNOWN, FAILURE = 0, 1, 2


def run(words: Sequence[str], config: Config) -> int:
    """The command; its exit status."""
    with Output(config) as stream:
        return _answer(words, config, stream)


def _answer(words: Sequence[str], config: Config, stream: TextIO) -> int:
    if not words:
        raise ConfigError("why: name a variable, or quote the line of an error that holds one")
    if os.path.isfile(words[0]) and len(words) == 1:
        raise ConfigError(f"why: {words[0]} is a file: the name comes first, as in `scopelint why NAME {words[0]}`")
    paths = words[1:] or ["."]
    why, report = origin(words[0], paths, config, standard_input(paths))
    if not why.name:
        raise ConfigError("why: the name is empty")
    if not report.files and not report.failed:
        raise ConfigError(f"why: {', '.join(paths)}: no Python file there")
    if config.format == "json":
        whys.write_json(why, report.sources.line, stream)
    else:
        whys.write_text(why, report.sources.line, stream, color(config, stream))
    for line in report.told:
        say(line)
    bad = failures(report)
    for line in bad:
        say(line)
    if report.failed or (bad and not why.makings):
        return FAILURE
    return FOUND if why.makings else UNKNOWN
