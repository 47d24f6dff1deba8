"""`scopelint lock`: writes the names, holds the program to them, takes what was accepted."""

from __future__ import annotations

import difflib
import os
from collections.abc import Sequence
from typing import TextIO

from scopelint.commands.output import Output
from scopelint.commands.terminal import Terminal
from scopelint.escapes import say
from scopelint.lock.file import Lock, LockError, write
from scopelint.lock.updating import Accepted, Update, acceptance, read_accepted
from scopelint.project.bounded import bounded
from scopelint.project.config import Config, ConfigError
from scopelint.project.lock_file import Locked, lock_path, put_text, read_lock
from scopelint.project.locking import held_against
from scopelint.project.revisions import short_head
from scopelint.reports import changes

CLEAN, CHANGED, FAILURE = 0, 1, 2


def run(paths: Sequence[str], config: Config) -> int:
    """The command; its exit status."""
    with Output(config) as stream:
        return _answer(paths, config, stream)


def _answer(paths: Sequence[str], config: Config, stream: TextIO) -> int:
    path = lock_path(paths, config)
    try:
        if config.check:
            if config.accept or config.accept_all or config.prune:
                raise ConfigError("lock --check writes nothing: leave out --accept, --accept-all and --prune")
            return _check(paths, config, bounded(config, path, lambda: read_lock(path)), stream)
        return _write(paths, config, bounded(config, path, lambda: read_lock(path, merge=True)), stream)
    except LockError as problem:
        raise ConfigError(str(problem)) from None


def _check(paths: Sequence[str], config: Config, locked: Locked, stream: TextIO) -> int:
    if not locked.exists:
        raise ConfigError(f"{locked.path}: no such lock file, `scopelint lock` writes it")
    held = held_against(paths, config, locked, Accepted(), Terminal())
    _report(held.update, config, locked, stream)
    count = changes.totals(held.update.comparisons)
    if config.format == "text":
        if config.diff:
            _diff(locked, held.update.lock, stream)
        _conclude(held.update, count, locked, len(held.files), stream)
    _complain(held.failed)
    if held.failed:
        return FAILURE
    fails = count.breaking or (count.warnings and config.fail_on != "breaking")
    return CHANGED if fails and not config.exit_zero else CLEAN


def _write(paths: Sequence[str], config: Config, locked: Locked, stream: TextIO) -> int:
    accepted = read_accepted(config.accept, config.accept_all, config.prune, short_head(locked.folder))
    held = held_against(paths, config, locked, accepted, Terminal())
    _complain(held.failed)
    result = held.update
    if held.failed:
        # What could not be looked at would be taken out.
        say(f"{locked.path} is left as it is")
        return FAILURE
    if result.refused:
        _report(result, config, locked, stream)
        say(
            f"{locked.path} is left as it is: {len(result.refused)} breaking "
            f"change{'s' * (len(result.refused) != 1)}, accept with {_accept_line(result)}, or with --accept-all"
        )
        return CHANGED
    if not result.lock.sections:
        say(
            "nothing to lock: no script here makes variables whose names are certain; name a file, or an "
            "entry of one with `--call EXPR` or with `entries` in the settings"
        )
        return CHANGED
    text = write(result.lock)
    if locked.exists and text == write(locked.lock) and locked.lock.tidy:
        stream.write(f"{locked.path}: as it was, {_counted(result.lock)}\n")
        return CLEAN
    try:
        put_text(locked.path, text)
    except OSError as problem:
        raise ConfigError(f"{locked.path}: {problem.strerror or problem}") from None
    _report(result, config, locked, stream)
    stream.write(f"{locked.path}: {_counted(result.lock)}\n")
    return CLEAN


def _report(result: Update, config: Config, locked: Locked, stream: TextIO) -> None:
    if config.format == "json":
        changes.write_json(result.comparisons, stream, lock=locked.path)
    elif config.format == "markdown":
        changes.write_markdown(result.comparisons, stream, f"Held against `{os.path.basename(locked.path)}`.")
    else:
        seen = [comparison for comparison in result.comparisons if locked.exists and comparison.changes]
        changes.write_text(seen, stream)


def _diff(locked: Locked, lock: Lock, stream: TextIO) -> None:
    before, after = write(locked.lock).splitlines(True), write(lock).splitlines(True)
    name = os.path.basename(locked.path)
    stream.writelines(difflib.unified_diff(before, after, f"{name} (locked)", f"{name} (the program)"))


def _conclude(result: Update, count: changes.Totals, locked: Locked, files: int, stream: TextIO) -> None:
    if count.breaking:
        stream.write(
            f"{count}: a checkpoint saved before does not load. Where it is meant: {_accept_line(result)}, "
            "or --accept-all"
        )
    elif count.warnings:
        stream.write(f"{count}: not locked yet, `scopelint lock` takes them\n")
    else:
        said = "" if locked.lock.tidy else f"; {locked.path} is not in order, `scopelint lock` writes it anew"
        incomplete = sum(bool(comparison.gaps) for comparison in result.comparisons)
        if incomplete:
            said += f"; {incomplete} not known to be complete"
        entries = len(result.comparisons)
        stream.write(f"{_counted(result.lock)} in {entries} entr{'y' if entries == 1 else 'ies'} as locked{said}\n")


def _accept_line(result: Update) -> str:
    breaking = [change for comparison in result.comparisons for change in comparison.of("breaking")]
    words = list(dict.fromkeys(acceptance(change) for change in breaking))
    gone = all(change.kind == "gone" for change in breaking)
    shown = "--prune" if gone else " ".join(f"--accept '{word}'" for word in words[:3] if word)
    return f"`scopelint lock {shown}`" + (f" and {len(words) - 3} more" if len(words) > 3 and not gone else "")


def _counted(lock: Lock) -> str:
    names = sum(len(section.variables) for section in lock.sections.values())
    slots = sum(len(section.slots) for section in lock.sections.values())
    said = f"{names} variable{'s' * (names != 1)}"
    return f"{said} and {slots} slot{'s' * (slots != 1)}" if slots else said


def _complain(failed: Sequence[str]) -> None:
    for line in failed:
        say(line)
