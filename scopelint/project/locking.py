"""The lock of a project: where it lies, which entries it holds, and what the program makes of them today."""

from __future__ import annotations

import os
from collections.abc import Sequence

from scopelint.limits import TOO_LONG
from scopelint.lock.leftovers import by_names
from scopelint.lock.updating import Accepted, Update, update
from scopelint.lock.variables import Made, collect, relative
from scopelint.project.check import check
from scopelint.project.config import Config, ConfigError
from scopelint.project.discover import discover
from scopelint.project.listening import Listener
from scopelint.project.lock_file import Locked, shorter
from scopelint.project.locked_entries import completed
from scopelint.project.wanted import only_failures
from scopelint.tuples import NamedTuple


class Run(NamedTuple):
    """What the entries make. `files`: those that were analysed, as the lock names them. `failed`: what could not be
    read or analysed, one line each."""

    made: list[Made]
    files: list[str]
    failed: list[str]


def entry_files(paths: Sequence[str], config: Config, locked: Locked) -> tuple[list[str], set[str]]:
    """The files to look at, and those of them that the user named himself. Without paths: those of the lock and of
    the setting `entries`; where there are none, all scripts in this folder."""
    if paths:
        for path in paths:
            if not os.path.exists(path):
                raise ConfigError(f"{path}: no such file or folder")
        found = list(discover(paths, [*config.exclude, *config.extend_exclude], config.root))
        named = {os.path.abspath(path) for path in paths if not os.path.isdir(path)}
        return found, named
    configured = _configured_files(config)
    listed = [os.path.join(locked.folder, file) for file in locked.files]
    known = {os.path.abspath(path): None for path in (*listed, *configured)}
    if known:
        return [shorter(path) for path in known if os.path.exists(path)], {os.path.abspath(p) for p in configured}
    return list(discover(["."], [*config.exclude, *config.extend_exclude], config.root)), set()


def _configured_files(config: Config) -> list[str]:
    base = os.getcwd() if config.origin.get("entries") == "command line" else config.root
    files = [entry.rpartition("::")[0] for entry in config.entries]
    return [os.path.join(base, file) for file in dict.fromkeys(files) if file]


def run_entries(
    files: Sequence[str], named: set[str], config: Config, locked: Locked, listener: Listener | None = None
) -> Run:
    """Analyses the files: at the entries of the settings, and at those that the lock has for them besides."""
    wanted: dict[str, set[str]] = {}
    for entry in locked.lock.sections:
        wanted.setdefault(entry.file, set()).add(entry.entry)
    made: list[Made] = []
    failed: dict[str, None] = {}
    seen: dict[str, None] = {}
    configured = {os.path.abspath(path) for path in _configured_files(config)}
    for path, found in _names(files, config, locked.folder, failed, listener):
        file = relative(path, locked.folder)
        seen[file] = None
        asked = os.path.abspath(path) in named | configured or bool(config.call)
        known = wanted.get(file, set())
        # A function that we enter because nobody calls it is no contract, unless somebody wrote it down.
        kept = [each for each in found if asked or not each.entry.entry or each.entry.entry in known]

        def run(other: Config, path: str = path) -> list[Made]:
            return [each for _, more in _names([path], other, locked.folder, failed) for each in more]

        made += completed(path, kept, known, config, run)
    return Run(made, list(seen), list(failed))


def _names(
    files: Sequence[str], config: Config, folder: str, failed: dict[str, None], listener: Listener | None = None
) -> list[tuple[str, list[Made]]]:
    if not files:
        return []
    report = check(files, only_failures(config), "names", listener=listener)
    for path, why in report.failed:
        failed[f"{path}: {why}"] = None
    for finding in report.findings:
        if finding.code in ("TFS900", "TFS901"):
            failed[f"{finding.site}: {finding.code} {finding.message}"] = None
    out = []
    for path, data in report.names:
        if any(row["reason"] == TOO_LONG for row in data["unknown"]):
            failed[f"{path}: {TOO_LONG}, --max-seconds gives it more"] = None
        out.append((path, collect(data, relative(path, folder), folder)))
    return out


class Held(NamedTuple):
    """A project held against its lock. `files`: those looked at; `failed`: one line for each that could not be."""

    update: Update
    files: list[str]
    failed: list[str]


def held_against(
    paths: Sequence[str], config: Config, locked: Locked, accepted: Accepted, listener: Listener | None = None
) -> Held:
    """Runs what the lock speaks of and tells what changed, and what the lock would become."""
    files, named = entry_files(paths, config, locked)
    run = run_entries(files, named, config, locked, listener)
    covered = set(run.files)
    for file in locked.files:
        place = os.path.join(locked.folder, file)
        if not os.path.exists(place) and (not paths or any(_lies_in(place, path) for path in paths)):
            covered.add(file)
    result = update(locked.lock, locked.path, run.made, covered, accepted, by_names)
    return Held(result, run.files, run.failed)


def _lies_in(path: str, folder: str) -> bool:
    path, folder = os.path.abspath(path), os.path.abspath(folder)
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
