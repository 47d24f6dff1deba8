"""`scopelint tree`: the scopes and variables as a tree, a page or a diagram."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from scopelint import disk
from scopelint.commands import output
from scopelint.commands.terminal import Terminal
from scopelint.escapes import printable, say
from scopelint.project.check import Report, check
from scopelint.project.config import Config, ConfigError
from scopelint.record.view import View, view_from
from scopelint.reports import to_diagrams, to_html, to_tensorboard, to_tree


def run(paths: Sequence[str], config: Config) -> int:
    """The command; its exit status."""
    kind = "picture" if config.format in ("html", "tensorboard") else "view"
    report = check(list(paths), config, kind, output.standard_input(paths), Terminal())
    views = [view_from(path, data) for path, data in report.names if any(data.values())]
    if config.format == "tensorboard":
        folder = config.output_file or "scopelint-graph"
        if not config.output_file and not disk.is_within(folder, (os.getcwd(),)):
            # A link that came with the tree.
            raise ConfigError(f"{folder}: leads out of this folder, --output-file may name it")
        for path in to_tensorboard.write(views, folder):
            sys.stdout.write(printable(path) + "\n")
    else:
        _draw(views, report, config)
    output.complain(report)
    unread = output.unread(report)
    for finding in unread:
        say(f"{finding.site}: {finding.message}")
    return output.FAILURE if report.failed or unread else output.CLEAN


def _draw(views: list[View], report: Report, config: Config) -> None:
    with output.Output(config) as stream:
        if config.format == "html":
            to_html.write(views, report.findings, report.sources.text, stream)
        elif config.format == "text":
            to_tree.write(views, stream, output.color(config, stream))
        elif config.format == "dot":
            to_diagrams.write_dot(views, stream)
        else:
            to_diagrams.write_mermaid(views, stream)
