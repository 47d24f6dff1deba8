"""A V2 checkpoint under other names: a new index beside linked or copied data, which stays as it is byte for byte."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from scopelint.checkpoints import bundle, slice_keys, state_file, table
from scopelint.checkpoints.companions import Companion
from scopelint.checkpoints.conversion import write_values
from scopelint.checkpoints.listing import companions_of
from scopelint.checkpoints.reading import opened
from scopelint.checkpoints.records import OBJECT_GRAPH_KEY, Checkpoint, CheckpointError, CheckpointTensor
from scopelint.checkpoints.shards import Shards
from scopelint.checkpoints.wire import raw, text

Names = Mapping[str, str | None]
"""Of a key its new one; None leaves it out."""
How = Literal["link", "copy", "either"]


@dataclass(frozen=True)
class Renamed:
    """What was written."""

    prefix: str
    renamed: int
    kept: int
    dropped: int
    linked: bool
    """Are the data files the same files as before under new names?"""


def plan(checkpoint: Checkpoint, names: Names, drop_slots: bool = False) -> dict[str, str | None]:
    """The new name of every key. Slots and averages follow their variable where the map does not name them.

    Of an object-based checkpoint a name-based one is made: its keys without another name become variables' names."""
    by_name = {tensor.name: tensor.key for tensor in checkpoint.tensors}
    # Of an object-based one, what stands in a map may be the variable's name: it is what people see.
    names = {key if key in checkpoint.by_key else by_name.get(key, key): name for key, name in names.items()}
    for key in names:
        if key not in checkpoint.by_key:
            raise CheckpointError(checkpoint.path, f"no key {key!r} in it, which the map names")

    def is_left_out(tensor: CheckpointTensor, companion: Companion | None) -> bool:
        if checkpoint.kind == "object-based" and (tensor.key == OBJECT_GRAPH_KEY or not tensor.full_name):
            return True
        return drop_slots and companion is not None and companion.kind != "average"

    of = companions_of(checkpoint)
    planned: dict[str, str | None] = {}
    for tensor in checkpoint.tensors:
        key, companion = tensor.key, of.get(tensor.name)
        if key in names:
            planned[key] = names[key]
        elif is_left_out(tensor, companion):
            planned[key] = None
        else:
            new = tensor.name
            owner = by_name.get(companion.base) if companion is not None else None
            if companion is not None and owner is not None and new.startswith(companion.base + "/"):
                new_base = names.get(owner)
                if new_base is not None:
                    new = new_base + new[len(companion.base) :]
            planned[key] = new
    _refuse_collisions(checkpoint, planned)
    return planned


def _refuse_collisions(checkpoint: Checkpoint, planned: Names) -> None:
    taken: dict[str, str] = {}
    for key, name in planned.items():
        if name is None:
            continue
        if not name or name.startswith("\0"):
            raise CheckpointError(checkpoint.path, f"{name!r} cannot be the new name of {key!r}")
        if name in taken:
            raise CheckpointError(checkpoint.path, f"{taken[name]!r} and {key!r} would both become {name!r}")
        taken[name] = key
    if not taken:
        raise CheckpointError(checkpoint.path, "no key would be left")


def rename(
    checkpoint: Checkpoint,
    target: str,
    names: Names,
    drop_slots: bool = False,
    how: How = "either",
    state: bool = False,
    to_v2: bool = False,
) -> Renamed:
    """Writes the checkpoint under the prefix `target`. Nothing is there before all is: the index comes last.

    What exists already is never written over. The `.meta` is not taken along: it names the old variables. Of a form
    that is not V2, `to_v2` makes one: its values are written anew."""
    converted = to_v2 and checkpoint.kind in ("V1", "Keras HDF5", "Keras v3")
    if not converted:
        _refuse_form(checkpoint)
    planned = plan(checkpoint, names, drop_slots)
    folder = os.path.dirname(target)
    if not os.path.basename(target):
        raise CheckpointError(target, "a folder: the new prefix needs a name")
    if folder and not os.path.isdir(folder):
        raise CheckpointError(target, f"no such folder: {folder}")
    count = 1 if converted else len(checkpoint.shards)
    shards = [bundle.shard_path(target, number, count) for number in range(count)]
    state_path = os.path.join(folder, state_file.NAME)
    for path in (target + ".index", *shards, *((state_path,) if state else ())):
        if os.path.lexists(path):
            raise CheckpointError(path, "exists already")
    written: list[str] = []
    try:
        linked = not converted
        if converted:
            with open(shards[0], "xb") as data:
                written += shards
                entries = write_values(checkpoint, planned, data)
        else:
            entries = opened(checkpoint.prefix + ".index", lambda stream: _renamed(table.Table(stream), planned))
            for old, new in zip(checkpoint.shards, shards, strict=True):
                linked = _bring(old, new, how, written) and linked
        _publish(target + ".index", sorted(entries), written)
        if state:
            with open(state_path, "x", encoding="utf-8", errors="surrogateescape") as stream:
                written.append(state_path)
                stream.write(state_file.write(os.path.basename(target)))
    except BaseException as problem:
        for path in written:
            with suppress(OSError):
                os.unlink(path)
        if isinstance(problem, OSError):
            path = str(problem.filename2 or problem.filename or target)
            raise CheckpointError(path, problem.strerror or str(problem)) from None
        raise
    changed = sum(name is not None and name != key for key, name in planned.items())
    dropped = sum(name is None for name in planned.values())
    return Renamed(target, changed, len(planned) - changed - dropped, dropped, linked)


def _refuse_form(checkpoint: Checkpoint) -> None:
    if checkpoint.kind == "V1":
        said = "a V1 file holds its values in the same table: --to-v2 writes them anew as V2"
        raise CheckpointError(checkpoint.path, said)
    if checkpoint.kind in ("Keras HDF5", "Keras v3"):
        raise CheckpointError(checkpoint.path, "a file of Keras: --to-v2 writes its weights as a V2 checkpoint")
    if checkpoint.big_endian:
        raise CheckpointError(checkpoint.path, "written on a big-endian machine: cannot be renamed")
    missing = Shards(checkpoint.shards).check(checkpoint.tensors)
    if missing:
        raise CheckpointError(checkpoint.path, f"not renamed, values are missing: {missing[0]}")


def _renamed(entries: Iterable[tuple[bytes, bytes]], planned: Names) -> list[tuple[bytes, bytes]]:
    """The entries under their new keys. Of a slice the name is part of its key, and stands nowhere else."""
    found = []
    for key, value in entries:
        if key == b"":
            found.append((key, value))
            continue
        is_slice = key[0] == 0
        old, rest = slice_keys.split(key) if is_slice else (key, b"")
        name = planned.get(text(old))
        if name is not None:
            found.append((slice_keys.join(raw(name), rest) if is_slice else raw(name), value))
    return found


def _bring(old: str, new: str, how: How, written: list[str]) -> bool:
    """The data file under its new name. Linking is tried first: no byte is moved, and none can be lost."""
    if how != "copy":
        try:
            os.link(os.path.realpath(old), new)
            written.append(new)
            return True
        except OSError:
            if how == "link":
                raise
    with open(old, "rb") as source, open(new, "xb") as copy:
        written.append(new)
        shutil.copyfileobj(source, copy, 1 << 20)
    return False


def _publish(path: str, entries: list[tuple[bytes, bytes]], written: list[str]) -> None:
    """Writes an index whole, then gives it its name in one step, which fails where the name is taken."""
    temporary = f"{path}.tmp"
    with open(temporary, "xb") as stream:
        written.append(temporary)
        table.write(entries, stream)
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        os.rename(temporary, path)
        written[-1] = path
        return
    written.append(path)
    os.unlink(temporary)
    written.remove(temporary)
