"""`scopelint checkpoint CKPT SOURCE`, `OLD NEW` and `--error`: what does not fit, why, and how to load it."""

from __future__ import annotations

import copy
import glob
import os
import sys
from collections.abc import Sequence
from typing import TextIO

from scopelint.checkpoints.answers import Answer, answer, demand_of_file
from scopelint.checkpoints.demands import Demand, Place
from scopelint.checkpoints.maps import write_map
from scopelint.checkpoints.reading import read_checkpoint
from scopelint.checkpoints.records import Checkpoint, CheckpointError
from scopelint.checkpoints.renames import likeness
from scopelint.escapes import say
from scopelint.graph.releases import DEFAULT, release
from scopelint.project.check import Report, check, failures
from scopelint.project.config import Config, ConfigError
from scopelint.record.restores import all_variables, demands
from scopelint.reports import comparisons, to_others, to_sarif
from scopelint.reports.base import Run
from scopelint.reports.places import shown

LOADS, WOULD_FAIL, UNREADABLE = 0, 1, 2
_NEAREST = 3
_LIKE = 0.4
_NEIGHBOURS = 24
"""Checkpoints of the same folder that are read to find the right one: the newest."""


def compare_with_sources(checkpoint: Checkpoint, paths: Sequence[str], config: Config, stream: TextIO) -> int:
    """The checkpoint against the lines of a program that load."""
    answers, report = answers_for(checkpoint, paths, config)
    return UNREADABLE if answers is None else told(checkpoint, answers, paths, config, stream, report)


def answers_for(
    checkpoint: Checkpoint, paths: Sequence[str], config: Config
) -> tuple[list[Answer] | None, Report | None]:
    """One for each line that is meant; None, and said why, where the program cannot be read or has nothing to load."""
    stdin = sys.stdin.buffer.read() if "-" in paths else None
    # What a program lists of the file may decide what it loads: BERT makes its map so.
    config.put("checkpoint", (os.path.abspath(checkpoint.path),), "command line")
    report = check(paths, config, "restores", stdin)
    bad = failures(report)
    for line in bad:
        say(line)
    if bad:
        return None, report
    as_saved = _demands_as_saved(checkpoint, paths, config, stdin)
    answers = [
        answer(checkpoint, demand, as_saved.get((demand.place, demand.kind)))
        for demand in chosen(report, checkpoint, config)
    ]
    if not answers:
        say(nothing_to_compare(paths))
        return None, report
    return answers, report


def _demands_as_saved(
    checkpoint: Checkpoint, paths: Sequence[str], config: Config, stdin: bytes | None
) -> dict[tuple[Place, str], Demand]:
    """What the program asks for under the release of TensorFlow that saved the file, as its .meta says; nothing where
    that is not known, is the one that loads it, or is not covered."""
    try:
        saved = release(checkpoint.tensorflow_version or "")
    except ValueError:
        return {}
    if saved.key == (release(config.tf) if config.tf else DEFAULT).key:
        return {}
    other = copy.copy(config)
    other.values = {**config.values, "tf": saved.text}
    report = check(paths, other, "restores", stdin)
    if failures(report):
        return {}
    return {(demand.place, demand.kind): demand for demand in chosen(report, checkpoint, other)}


def nothing_to_compare(paths: Sequence[str]) -> str:
    return f"{', '.join(paths)}: makes no variable and restores nothing that could be compared"


def compare_files(old: Checkpoint, new: Checkpoint, config: Config, stream: TextIO) -> int:
    """Two checkpoints: as if a program with the variables of the second loaded the first."""
    return told(old, [answer(old, demand_of_file(new))], (new.path,), config, stream)


def told(
    checkpoint: Checkpoint,
    answers: Sequence[Answer],
    paths: Sequence[str],
    config: Config,
    stream: TextIO,
    report: Report | None = None,
) -> int:
    if config.write_map:
        return _write_map(answers, config, stream)
    nearest = _nearest(checkpoint, answers)
    if config.format == "json":
        comparisons.write_json(checkpoint, answers, stream, nearest)
    elif config.format == "text":
        hints = [
            *_by_release(checkpoint, answers),
            *_hints(checkpoint, answers, paths),
            *(f"nearer to it: {each}" for each in nearest),
        ]
        comparisons.write_text(answers, stream, hints, _color(config, stream))
    else:
        line = report.sources.line if report is not None else (lambda path, number: "")
        run = Run(comparisons.findings(answers), 1, 0.0, line=line)
        (to_sarif.write if config.format == "sarif" else to_others.write_github)(run, stream)
    for warning in checkpoint.warnings:
        say(warning)
    # Names that fit do not help where the values are gone.
    return LOADS if all(each.is_well for each in answers) and not checkpoint.warnings else WOULD_FAIL


def _color(config: Config, stream: TextIO) -> bool:
    if config.color != "auto":
        return bool(config.color == "always")
    return not os.environ.get("NO_COLOR") and stream.isatty()


def chosen(report: Report, checkpoint: Checkpoint, config: Config) -> list[Demand]:
    """The lines that are compared: the one asked for, those that name this checkpoint, or all."""
    found: list[Demand] = []
    for _, data in report.names:
        found += (all_variables if config.all else demands)(data, shown)
    unique: dict[object, Demand] = {}
    for demand in found:
        key = (demand.place, demand.kind, demand.what, demand.pairs, demand.path, demand.options)
        unique.setdefault(key, demand)
    found = list(unique.values())
    if config.at:
        at = [d for d in found if config.at in (d.place.line, d.made_at.line) and d.kind != "all"]
        if not at:
            lines = sorted({d.place.line for d in found if d.kind != "all"})
            there = f"line{'s' * (len(lines) > 1)} {', '.join(map(str, lines))}" if lines else "no line"
            there += " do" if len(lines) > 1 else " does"
            raise ConfigError(f"--at {config.at}: nothing restores at this line, {there}")
        return at
    lines = config.values.get("at-lines", ())
    found = [d for d in found if d.place.line in lines or d.made_at.line in lines] or found
    if any(d.kind != "all" for d in found):
        found = [d for d in found if d.kind != "all"]
    of_it = [d for d in found if d.path and _names(d.path, checkpoint)]
    return of_it or found


def _names(path: str, checkpoint: Checkpoint) -> bool:
    """Does the program's path speak of this checkpoint? Folders may differ from where the command is given."""
    own = {os.path.basename(os.path.normpath(each)) for each in (checkpoint.prefix, checkpoint.path)}
    own.add(os.path.basename(os.path.dirname(os.path.abspath(checkpoint.prefix))))
    return os.path.basename(os.path.normpath(path)) in own


def _by_release(checkpoint: Checkpoint, answers: Sequence[Answer]) -> list[str]:
    count = max((len(each.released) for each in answers), default=0)
    if not count:
        return []
    named = f"{count} of these variables" if count > 1 else "one of these variables"
    return [
        f"TensorFlow {checkpoint.tensorflow_version}, which saved it, names {named} otherwise; the program is the same"
    ]


def _hints(checkpoint: Checkpoint, answers: Sequence[Answer], paths: Sequence[str]) -> list[str]:
    """How to write the map, where it would load something that is not loaded as it stands."""
    if all(each.is_well for each in answers) or not all(each.demand.place for each in answers):
        return []
    worst = next(each for each in answers if not each.is_well)
    form = "assignment_map" if worst.demand.kind in ("init", "warm_start") else "saver"
    at = f" --at {worst.demand.place.line}" if len(answers) > 1 else ""
    command = f"scopelint checkpoint {checkpoint.path} {' '.join(paths)}{at} --write-map {form}"
    pairs = worst.pairs
    if any(pair.certain for pair in pairs):
        return [f"to load it: {command}"]
    if pairs:
        return [f"to load it, when you have looked at the likely ones: {command} --uncertain"]
    if worst.map():
        return [f"to load what is there: {command}"]
    return []


def _nearest(checkpoint: Checkpoint, answers: Sequence[Answer]) -> list[str]:
    """Of a wrong file: the ones beside it that have more of the keys that are wanted."""
    wrong = [each for each in answers if any(cause.kind == "no-key-in-common" for cause in each.causes)]
    if not wrong:
        return []
    wanted = {want.key for each in wrong for want in each.found.wants}
    folder = os.path.dirname(checkpoint.prefix)
    own = os.path.abspath(checkpoint.prefix)
    beside = glob.glob(os.path.join(glob.escape(folder), "*.index")) + glob.glob(
        os.path.join(glob.escape(folder), "*", "*.index")
    )
    ranked = []
    for path in sorted(beside, key=_age)[:_NEIGHBOURS]:
        prefix = path.removesuffix(".index")
        if os.path.abspath(prefix) == own:
            continue
        try:
            keys = {tensor.name for tensor in read_checkpoint(prefix).tensors}
        except CheckpointError:
            continue
        common = len(keys & wanted)
        if common:
            ranked.append((-common, prefix))
    return [f"{prefix} has {-common} of {len(wanted)} keys" for common, prefix in sorted(ranked)[:_NEAREST]]


def nearest_keys(checkpoint: Checkpoint, key: str) -> list[str]:
    """The keys that are most like one that is not there."""
    names = [tensor.name for tensor in checkpoint.tensors if tensor.is_variable]
    ranked = sorted(names, key=lambda name: (-likeness(name, key), name))
    return [name for name in ranked[:_NEAREST] if likeness(name, key) >= _LIKE]


def _age(path: str) -> float:
    try:
        return -os.stat(path).st_mtime
    except OSError:
        return 0.0


def _write_map(answers: Sequence[Answer], config: Config, stream: TextIO) -> int:
    """The map of the one line that is meant; what is missing in it is told apart."""
    each, pairs = _the_map(answers, config, "--write-map")
    stream.write(write_map(pairs, config.write_map, each.demand.path or each.found.checkpoint.prefix, each.partitioned))
    _tell_what_is_left(each, pairs)
    return LOADS


def _the_map(answers: Sequence[Answer], config: Config, flag: str) -> tuple[Answer, dict[str, str]]:
    if len(answers) > 1:
        lines = ", ".join(str(each.demand.place) for each in answers)
        raise ConfigError(f"{flag}: {lines} restore it; say which with --at LINE")
    each = answers[0]
    pairs = each.map(config.uncertain)
    if not pairs:
        raise ConfigError(f"{flag}: no key belongs to a variable with certainty" + _or_uncertain(each, config))
    return each, pairs


def _tell_what_is_left(each: Answer, pairs: dict[str, str]) -> None:
    left = [want.name for want in each.found.wants if want.name not in set(pairs.values())]
    if left:
        said = f"1 variable is not in the map: {left[0]}"
        if len(left) > 1:
            said = f"{len(left)} variables are not in the map, {left[0]} for one"
        say(said)


def map_to_sources(checkpoint: Checkpoint, paths: Sequence[str], config: Config) -> dict[str, str]:
    """The new names of keys for `--rename-to`: what the line that restores asks for, which a map of its own may call
    other than the variable."""
    answers, _ = answers_for(checkpoint, paths, config)
    if answers is None:
        raise ConfigError("--rename-to: the program tells no names")
    each, pairs = _the_map(answers, config, "--rename-to")
    asked = {want.name: want.key for want in each.found.wants}
    names = {key: asked.get(name, name) for key, name in pairs.items()}
    is_same = all(key == name for key, name in names.items())
    if is_same and checkpoint.is_name_based and not config.drop_slots and not config.to_v2:
        raise ConfigError("--rename-to: the program asks for no key by another name: renaming would not help it")
    _tell_what_is_left(each, pairs)
    return names


def _or_uncertain(each: Answer, config: Config) -> str:
    return "; --uncertain takes likely pairs" if each.pairs and not config.uncertain else ""
