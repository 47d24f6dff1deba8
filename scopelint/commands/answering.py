"""`scopelint checkpoint --error FILE`: key, path and line in what TensorFlow said are found and answered."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import partial
from typing import TextIO

from scopelint import disk
from scopelint.checkpoints.finding import is_checkpoint
from scopelint.checkpoints.messages import Said, explained, read_message
from scopelint.checkpoints.reading import read_checkpoint
from scopelint.checkpoints.records import Checkpoint
from scopelint.commands import comparing
from scopelint.escapes import printable
from scopelint.project.bounded import bounded
from scopelint.project.config import Config, ConfigError

_LARGEST = 20_000_000


def answer_error(paths: Sequence[str], config: Config, stream: TextIO) -> int:
    """The message in one line, then the comparison of the checkpoint and the program that it speaks of."""
    said = read_message(_text(config.error))
    if not said.kind:
        raise ConfigError(
            "--error: nothing in it is about a checkpoint: a line such as `Key w not found in checkpoint` is looked for"
        )
    checkpoint = _checkpoint(said, paths, config)
    sources = [path for path in paths if _is_source(path)] or _source(said)
    if checkpoint is None or not sources:
        return _without(said, checkpoint, config, stream)
    if not config.at:
        _put_line(said, sources, config)
    answers, report = comparing.answers_for(checkpoint, sources, config)
    if answers is None:
        return comparing.UNREADABLE
    if config.format == "text" and not config.write_map:
        keys = sorted((want.key for each in answers[:1] for want in each.found.wants), key=lambda key: key.encode())
        stream.write(f"TF says: {printable(explained(said, keys))}\n\n")
    return comparing.told(checkpoint, answers, sources, config, stream, report)


def _text(path: str) -> str:
    if path == "-":
        return sys.stdin.buffer.read(_LARGEST).decode("utf-8", "replace")
    try:
        return disk.read(path, _LARGEST).decode("utf-8", "replace")
    except OSError as problem:
        raise ConfigError(f"--error: {path}: {problem.strerror or problem}") from None


def _is_source(path: str) -> bool:
    return path.endswith((".py", ".ipynb")) or (os.path.isdir(path) and not is_checkpoint(path))


def _checkpoint(said: Said, paths: Sequence[str], config: Config) -> Checkpoint | None:
    """The one that is named beside, else the one that the text names, from here or from where its program lies."""
    for path in paths:
        if not _is_source(path):
            return bounded(config, path, partial(read_checkpoint, path))
    folders = ["", *dict.fromkeys(os.path.dirname(frame.file) for frame in said.frames)]
    for folder in folders if said.path else ():
        place = os.path.join(folder, said.path)
        if is_checkpoint(place):
            return bounded(config, place, partial(read_checkpoint, place))
    return None


def _source(said: Said) -> list[str]:
    """The outermost line of the traceback is in the program that was run."""
    for frame in said.frames:
        for place in (frame.file, os.path.basename(frame.file)):
            if os.path.isfile(place):
                return [place]
    return []


def _put_line(said: Said, sources: Sequence[str], config: Config) -> None:
    """The line of the program at which TF stopped, if something restores there."""
    own = {os.path.basename(source) for source in sources}
    lines = {frame.line for frame in said.frames if os.path.basename(frame.file) in own}
    config.put("at-lines", tuple(sorted(lines)), "caller")


def _without(said: Said, checkpoint: Checkpoint | None, config: Config, stream: TextIO) -> int:
    """What can be said where the file or the program is not at hand."""
    if config.format != "text":
        raise ConfigError("--error: the checkpoint and the program are needed for this format: name them")
    stream.write(f"TF says: {printable(explained(said, []))}\n")
    if checkpoint is not None and said.keys:
        held = {tensor.name for tensor in checkpoint.tensors} | set(checkpoint.by_key)
        for key in said.keys:
            near = comparing.nearest_keys(checkpoint, key)
            there = "is in it" if key in held else "is not in it" + (f"; nearest: {', '.join(near)}" if near else "")
            stream.write(f"  {printable(checkpoint.prefix)}: {printable(key)} {there}\n")
    wanted = [word for word, missing in (("CKPT", checkpoint is None), ("SOURCE", True)) if missing]
    if checkpoint is None and said.path:
        stream.write(f"  {printable(said.path)}: not there, seen from here\n")
    stream.write(f"  name the {' and the '.join(_WORDS[word] for word in wanted)} for the whole answer: ")
    stream.write("scopelint checkpoint CKPT SOURCE --error FILE\n")
    return comparing.WOULD_FAIL


_WORDS = {"CKPT": "checkpoint", "SOURCE": "program"}
