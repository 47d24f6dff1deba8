"""The checkpoint that a path in a program means, where it lies within the folders that the analysis may look into."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from scopelint.checkpoints import state_file
from scopelint.checkpoints.finding import find
from scopelint.checkpoints.reading import read_checkpoint
from scopelint.checkpoints.records import Checkpoint, CheckpointError


@dataclass(frozen=True)
class Located:
    """`checkpoint`: None where there is none, or none that can be read. `read`: the files that this was learned from;
    `missing`: files whose coming would give another answer."""

    checkpoint: Checkpoint | None = None
    read: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def locate(path: str, folders: Iterable[str], allowed: Callable[[str], bool] = lambda file: False) -> Located:
    """Looks for a relative path in these folders in turn; an absolute one counts only if it lies below one of them.
    No file is read that a link leads to out of them, unless it is `allowed`."""
    missing: list[str] = []
    read: list[str] = []
    within = [folder or os.curdir for folder in folders]
    for place in _places(path, within):
        try:
            found = find(place)
        except CheckpointError:
            missing += [place, f"{place}.index", os.path.join(place, state_file.NAME)]
            continue
        state = os.path.join(place, state_file.NAME)
        if not all(_is_below(file, within) or allowed(file) for file in (*found.files, found.graph, state) if file):
            continue
        read += [file for file in (*found.files, found.graph, state) if file and os.path.isfile(file)]
        try:
            return Located(read_checkpoint(place), tuple(read), tuple(missing))
        except CheckpointError:
            continue
    return Located(None, tuple(read), tuple(missing))


def _places(path: str, folders: list[str]) -> Iterator[str]:
    if not path or "\0" in path:
        return
    if not os.path.isabs(path):
        # From here on it is as it was written, so that it cannot lead out of the project by its `..`.
        yield from (place for folder in folders if _is_below(place := os.path.join(folder, path), folders))
    elif _is_below(path, folders):
        yield path


def _is_below(path: str, folders: list[str]) -> bool:
    real = os.path.realpath(path)
    for folder in folders:
        root = os.path.realpath(folder)
        if real == root or real.startswith(root.rstrip(os.sep) + os.sep):
            return True
    return False
