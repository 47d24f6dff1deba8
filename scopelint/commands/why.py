"""`scopelint why NAME [SOURCE]`: from a name to the line, the scopes and the calls that make it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TextIO

from scopelint.project.config import Config, ConfigError
from scopelint.project.origins import origin
from scopelint.reports import whys
from scopelint.reports.places import shown

FOUND, UNKNOWN, FAILURE = 0, 1, 2


def run(words: Sequence[str], config: Config, stream: TextIO) -> int:
    """The command; its exit status."""
    if config.format not in ("text", "json"):
        raise ConfigError(f"--format: why knows text and json, not {config.format}")
    if not words:
        raise ConfigError("why: name a variable, or quote the line of an error that holds one")
    if os.path.isfile(words[0]) and len(words) == 1:
        raise ConfigError(f"why: {words[0]} is a file: the name comes first, as in `scopelint why NAME {words[0]}`")
    paths = words[1:] or ["."]
    stdin = sys.stdin.buffer.read() if "-" in paths else None
    why, report = origin(words[0], paths, config, stdin)
    if not why.name:
        raise ConfigError("why: the name is empty")
    if not report.files and not report.failed:
        raise ConfigError(f"why: {', '.join(paths)}: no Python file there")
    if config.format == "json":
        whys.write_json(why, report.sources.line, stream)
    else:
        color = config.color == "always" or (
            config.color == "auto" and not os.environ.get("NO_COLOR") and stream.isatty()
        )
        whys.write_text(why, report.sources.line, stream, color)
    for path, reason in report.failed:
        sys.stderr.write(f"scopelint: {path}: {reason}\n")
    unread = [finding for finding in report.findings if finding.code in ("TFS900", "TFS901")]
    for finding in unread:
        sys.stderr.write(f"scopelint: {shown(finding.site.path)}:{finding.site.line}: {finding.message}\n")
    if report.failed or (unread and not why.makings):
        return FAILURE
    return FOUND if why.makings else UNKNOWN
