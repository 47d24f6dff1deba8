"""`scopelint port CKPT [SOURCE]`: each key of a checkpoint with its name and layout in another library; the file."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TextIO

from scopelint.checkpoints.reading import read_checkpoint
from scopelint.checkpoints.records import Checkpoint, CheckpointError
from scopelint.checkpoints.tensor_values import open_values
from scopelint.commands.output import Output, color, standard_input
from scopelint.escapes import printable
from scopelint.graph.releases import release
from scopelint.porting.left_out import Known
from scopelint.porting.naming import Style
from scopelint.porting.rules import Rules, read_rules
from scopelint.porting.safetensors import Held, read_header, write
from scopelint.porting.table import Table, table
from scopelint.porting.values import made
from scopelint.project.bounded import bounded
from scopelint.project.config import Config, ConfigError
from scopelint.reports import ports

WHOLE, LEFT, FAILURE = 0, 1, 2


def run(words: Sequence[str], config: Config) -> int:
    """The command; its exit status."""
    with Output(config) as stream:
        try:
            return _answer(words, config, stream)
        except CheckpointError as problem:
            sys.stderr.write(f"scopelint: {problem}\n")
            return FAILURE


def _answer(words: Sequence[str], config: Config, stream: TextIO) -> int:
    if not words:
        raise ConfigError("port: name a checkpoint: its prefix, one of its files, or the folder it lies in")
    if config.to and config.to[0] != "safetensors":
        raise ConfigError(f"--to {config.to[0]}: safetensors is what is written")
    checkpoint = bounded(config, words[0], lambda: read_checkpoint(words[0]))
    as_saved(checkpoint, config)
    known = _known(words[1:], config) if len(words) > 1 else Known()
    if known is None:
        return FAILURE
    rules = bounded(config, config.rules, lambda: read_rules(config.rules)) if config.rules else Rules()
    target: list[Held] | None = None
    if config.against:
        target = bounded(config, config.against, lambda: read_header(config.against))
    style: Style = "keras" if config.names == "keras" else "torch"
    found = bounded(
        config,
        config.rules or words[0],
        lambda: table(checkpoint, style, rules, known, target, config.uncertain, config.averages),
    )
    if config.format == "json":
        ports.write_json(found, stream)
    else:
        ports.write_text(found, stream, color(config, stream), config.whole)
    for warning in checkpoint.warnings:
        sys.stderr.write(f"scopelint: {printable(warning)}\n")
    if config.to:
        _write(found, checkpoint, config.to[1])
    return WHOLE if found.is_whole else LEFT


def as_saved(checkpoint: Checkpoint, config: Config) -> None:
    """The program is read for the release that saved, where nobody names another: its names are those in the file."""
    if checkpoint.tensorflow_version and not config.tf:
        with suppress(ValueError):
            config.put("tf", release(checkpoint.tensorflow_version).text, "the checkpoint")


def _known(paths: Sequence[str], config: Config) -> Known | None:
    """What the program tells of its variables; None, and said why, where it cannot be read."""
    from scopelint.project.weights import known_of  # the engine, for those who name a program alone

    known, bad = known_of(paths, config, standard_input(paths))
    for line in bad:
        sys.stderr.write(f"scopelint: {line}\n")
    return None if bad else known


def _write(found: Table, checkpoint: Checkpoint, path: str) -> None:
    if found.twice:
        raise ConfigError(f"--to: {found.twice[0]} would be there twice: a rule gives one of the two another name")
    if not found.made:
        raise ConfigError("--to: nothing is mapped")
    values = open_values(checkpoint)
    recipes = {recipe.name: recipe for recipe in found.made}

    def read(key: str) -> tuple[bytes, tuple[int, ...]]:
        tensor = checkpoint.by_key[key]
        data = values.read(tensor)
        if not isinstance(data, bytes) or tensor.shape is None:
            raise CheckpointError(checkpoint.prefix, f"{key}: its values cannot be read")
        return data, tensor.shape

    tensors = [(recipe.name, recipe.dtype, recipe.shape) for recipe in found.made]
    size = write(path, tensors, lambda name: made(recipes[name], read), {"format": "pt"})
    sys.stderr.write(f"scopelint: {printable(path)}: {len(tensors)} tensors, {size:,} bytes\n")
