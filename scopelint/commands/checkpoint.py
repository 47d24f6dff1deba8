"""`scopelint checkpoint`: lists one, holds it against a program or another one, writes it under other names."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TextIO

from scopelint.checkpoints import listing
from scopelint.checkpoints.finding import is_checkpoint
from scopelint.checkpoints.maps import read_map
from scopelint.checkpoints.reading import read_checkpoint
from scopelint.checkpoints.records import Checkpoint, CheckpointError
from scopelint.checkpoints.renaming import How, rename
from scopelint.checkpoints.tensor_values import Verified
from scopelint.commands.output import Output
from scopelint.escapes import printable, say
from scopelint.project.bounded import bounded
from scopelint.project.config import Config, ConfigError

LOADS, WOULD_FAIL, UNREADABLE = 0, 1, 2
_SOURCES = (".py", ".pyi", ".ipynb")


def run(paths: Sequence[str], config: Config) -> int:
    """The command; its exit status."""
    with Output(config) as stream:
        return _answer(paths, config, stream)


def _answer(paths: Sequence[str], config: Config, stream: TextIO) -> int:
    try:
        return _run(paths, config, stream)
    except CheckpointError as problem:
        say(str(problem))
        return UNREADABLE


def _run(paths: Sequence[str], config: Config, stream: TextIO) -> int:
    if config.error:
        from scopelint.commands.answering import answer_error  # the engine, for those who ask for it alone

        return answer_error(paths, config, stream)
    if not paths:
        raise ConfigError("checkpoint: name a checkpoint: its prefix, one of its files, or the folder it lies in")
    checkpoint = bounded(config, paths[0], lambda: read_checkpoint(paths[0]))
    others = _without_own_shards(checkpoint, paths[1:])
    if config.rename_to:
        return _rename(checkpoint, _new_names(checkpoint, others, config), config, stream)
    if others:
        return _compare(checkpoint, others, config, stream)
    if config.map or config.write_map:
        raise ConfigError(f"--{'map' if config.map else 'write-map'}: needs --rename-to or a source")
    return _list(checkpoint, config, stream)


def _compare(checkpoint: Checkpoint, others: Sequence[str], config: Config, stream: TextIO) -> int:
    from scopelint.commands import comparing  # the engine, for those who ask for it alone

    if is_source(others[0]):
        return comparing.compare_with_sources(checkpoint, others, config, stream)
    if len(others) > 1:
        raise ConfigError(f"checkpoint: {others[1]}: two checkpoints are compared, not more")
    other = bounded(config, others[0], lambda: read_checkpoint(others[0]))
    return comparing.compare_files(checkpoint, other, config, stream)


def _new_names(checkpoint: Checkpoint, others: Sequence[str], config: Config) -> dict[str, str | None]:
    """From a file, or from the program that wants them."""
    if config.map:
        if others:
            raise ConfigError(f"--map: the names are those of the map, {others[0]} has no say")
        return bounded(config, config.map, lambda: read_map(config.map))
    if not others:
        return {}
    if not is_source(others[0]):
        raise ConfigError(f"--rename-to: {others[0]} is no program, which would say the names")
    from scopelint.commands import comparing  # the engine, for those who ask for it alone

    return dict(comparing.map_to_sources(checkpoint, others, config))


def is_source(path: str) -> bool:
    """Is this second argument a program? A folder is, unless it holds a checkpoint."""
    return path == "-" or path.endswith(_SOURCES) or (os.path.isdir(path) and not is_checkpoint(path))


def _without_own_shards(checkpoint: Checkpoint, paths: Sequence[str]) -> list[str]:
    """A shell turns `model.ckpt.*` or `model-?????-of-00002` into all the files that belong to one checkpoint."""
    own = {checkpoint.prefix, *checkpoint.shards, *(checkpoint.prefix + end for end in (".index", ".meta"))}
    return [path for path in paths if path not in own]


def _list(checkpoint: Checkpoint, config: Config, stream: TextIO) -> int:
    values = Verified(checkpoint) if config.verify else None
    if config.format == "json":
        listing.write_json(checkpoint, stream, values)
    elif config.format == "text":
        listing.write_text(checkpoint, stream, values)
    else:
        raise ConfigError(f"--format: a checkpoint is listed as text or json, not {config.format}")
    warnings = [*checkpoint.warnings, *(values.problems if values is not None else ())]
    for warning in warnings:
        say(warning)
    return UNREADABLE if warnings else LOADS


def _rename(checkpoint: Checkpoint, names: dict[str, str | None], config: Config, stream: TextIO) -> int:
    if config.link and config.copy:
        raise ConfigError("--link and --copy: one of them")
    how: How = "link" if config.link else "copy" if config.copy else "either"
    done = rename(checkpoint, config.rename_to, names, config.drop_slots, how, config.state, config.to_v2)
    said = [f"{done.renamed} renamed", f"{done.kept} as before"]
    if done.dropped:
        said.append(f"{done.dropped} left out")
    data = "its data linked, not copied" if done.linked else "its data copied"
    stream.write(f"{printable(done.prefix)}: {', '.join(said)}; {data}\n")
    return LOADS
