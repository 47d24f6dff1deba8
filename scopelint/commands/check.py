"""`scopelint check`: what TensorFlow would refuse, and what it accepts in silence."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TextIO, cast

from scopelint.commands import output
from scopelint.commands.following import Follower
from scopelint.commands.terminal import Terminal
from scopelint.escapes import Guarded, say
from scopelint.project import baseline
from scopelint.project.check import Report, check
from scopelint.project.config import Config, ConfigError
from scopelint.project.judging import by_place
from scopelint.reports.base import Run
from scopelint.syntax.source_cache import SourceCache

_FORMATS = {
    "text": ("to_text", "write"),
    "concise": ("to_text", "write_concise"),
    "json": ("to_json", "write"),
    "sarif": ("to_sarif", "write"),
}
"""The module of `reports` and its function; the others are `to_others.write_FORMAT`. One is imported, not all: SARIF's
alone costs 20 ms."""

_WHILE_IT_RUNS = {
    "text": ("to_text", "write_findings", "write_total"),
    "concise": ("to_text", "write_lines", "write_rest"),
    "github": ("to_others", "write_github", ""),
}
"""The formats that are written finding by finding: the module, its function for some findings, and for the end."""

_SLOWEST = 5
_SLOW_FROM = 1.0
"""Seconds: what takes less is not worth a name."""


def run(paths: Sequence[str], config: Config, cache: SourceCache | None = None) -> int:
    """The command; its exit status."""
    if config.coverage and config.format not in ("text", "concise", "json"):
        raise ConfigError(f"--coverage: text and json tell it, not {config.format}")
    if config.shard and "-" in paths:
        raise ConfigError("--shard: the standard input has no parts")
    if config.shard:
        from scopelint.project.sharding import read_shard  # 4 ms, for those who have several machines

        read_shard(config)
    source = output.standard_input(paths)
    if config.fix or config.diff:
        changed, source = _mend(paths, source, config)
        if config.diff:
            return output.FINDINGS if changed and not config.exit_zero else output.CLEAN
    if config.update_baseline:
        return _update_baseline(check(list(paths), config, "check", source, Terminal(), cache), config)
    if config.fix and source is not None and not config.output_file:
        report = _told(paths, config, source, cache, sys.stderr)  # the mended source stands on the standard output
    else:
        with output.Output(config) as stream:
            report = _told(paths, config, source, cache, stream)
    output.complain(report)
    if report.interrupted is not None:
        return output.INTERRUPTED
    if config.write_times:
        from scopelint.project.sharding import write_times  # as above

        write_times(config.write_times, report.looked_at, dict(report.took), config)
    if report.failed:
        return output.FAILURE
    found = any(finding.severity != "note" for finding in report.findings)
    return output.FINDINGS if found and not config.exit_zero else output.CLEAN


def _told(
    paths: Sequence[str], config: Config, source: bytes | None, cache: SourceCache | None, stream: TextIO
) -> Report:
    """Checks, and writes what is found: at once where the format allows it."""
    color = output.color(config, stream)
    module, some, rest = _WHILE_IT_RUNS.get(config.format, ("", "", ""))
    at_once = bool(module) and not config.statistics
    write = _function(module, some) if at_once else None
    follower = Follower(not config.statistics, stream, color, write)
    follower.interruption.listen()
    try:
        report = check(list(paths), config, "check", source, follower, cache)
    finally:
        follower.interruption.stop()
    follower.clear()
    report = report._replace(findings=sorted(follower.found_all, key=by_place))
    run = output.as_run(report, color)
    if config.statistics or config.verbose:
        run = run._replace(slowest=_slowest(report))
    if not at_once:
        _write(run, report, config, stream)
    elif rest:
        _function(module, rest)(run, stream)
    return report


def _slowest(report: Report) -> list[tuple[str, float]]:
    took = sorted(report.took, key=lambda each: (-each[1], each[0]))
    return [(path, seconds) for path, seconds in took[:_SLOWEST] if seconds >= _SLOW_FROM]


def _function(module: str, name: str) -> Callable[[Run, TextIO], None]:
    return cast("Callable[[Run, TextIO], None]", getattr(import_module(f"scopelint.reports.{module}"), name))


def _mend(paths: Sequence[str], source: bytes | None, config: Config) -> tuple[bool, bytes | None]:
    """Applies fixes, or shows them: is anything changed, and what the standard input is now."""
    fixing = import_module("scopelint.project.fixing")  # LibCST's code generator, for those who ask for it alone
    changed = bool(fixing.fix_files([path for path in paths if path != "-"], config, _patch_stream()))
    if source is not None:
        name = config.stdin_filename or "<stdin>"
        source, mended = fixing.fix_input(name, source, config, _patch_stream())
        changed |= mended
    return changed, source


def _patch_stream() -> TextIO:
    """A patch is for a tool, and must be as the files are; what a terminal shows is guarded."""
    return cast("TextIO", Guarded(sys.stdout)) if sys.stdout.isatty() else sys.stdout


def _update_baseline(report: Report, config: Config) -> int:
    if not config.baseline:
        raise ConfigError("--update-baseline: --baseline FILE says where")
    written = baseline.write(report.findings, baseline_path(config))
    say(f"{written} findings in {config.baseline}")
    return output.CLEAN


def baseline_path(config: Config) -> str:
    """A baseline that a file names lies beside that file; one that a flag names, in the working folder."""
    return os.path.join("" if config.origin.get("baseline") == "command line" else config.root, config.baseline)


def _write(run: Run, report: Report, config: Config, stream: TextIO) -> None:
    if config.statistics:
        from scopelint.reports.to_text import write_statistics  # 4 ms; with most formats it is not needed

        if config.format in ("text", "concise"):
            write_statistics(run, stream)
            return
        write_statistics(run, sys.stderr)
    if config.format == "sarif" and not run.interrupted:
        fixing = import_module("scopelint.project.fixing")
        run = run._replace(offers=fixing.offers(report.findings, config, report.sources.data))
    _function(*_FORMATS.get(config.format, ("to_others", f"write_{config.format}")))(run, stream)
