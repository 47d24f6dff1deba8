"""From what a user names to the files of one checkpoint: a prefix, any of its files, a model folder, a SavedModel."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from typing import Literal

from scopelint.checkpoints import impostors, state_file
from scopelint.checkpoints.records import CheckpointError

Form = Literal["bundle", "v1", "saved_model", "hdf5", "keras"]

_DATA = re.compile(r"^(.+)\.data-\d{5}-of-\d{5}$")
_SHARD = re.compile(r"^(.+)-(?:\d{5}|\?{5})-of-(\d{5})$", re.S)
_STEP = re.compile(r"-(\d+)$")
_MOST_SHARDS = 10_000
_SHOWN = 3


@dataclass(frozen=True)
class Found:
    """Which files, and what had to be assumed to find them."""

    path: str
    """As the user named it."""
    prefix: str
    form: Form
    files: tuple[str, ...]
    """The index, the tables of V1, or the file of Keras."""
    graph: str = ""
    """The `.meta` or `saved_model.pb`, where there is one."""
    notes: tuple[str, ...] = ()


def find(path: str) -> Found:
    """The checkpoint that a path means; a CheckpointError where there is none."""
    if not path or "\0" in path:
        raise CheckpointError(path or "''", "not the path of a checkpoint")
    if "://" in path:
        raise CheckpointError(path, "not on this machine: copy its .index here, and its data where values are wanted")
    if os.path.isdir(path):
        return _in_folder(path)
    if os.path.isfile(path):
        return _of_file(path)
    if os.path.exists(path):
        raise CheckpointError(path, "not a file")
    found = _of_prefix(path, path)
    if found is None:
        raise CheckpointError(path, _why_not(path))
    return found


def is_checkpoint(path: str) -> bool:
    """May this argument of the command line be a checkpoint, rather than a source?"""
    try:
        find(path)
    except CheckpointError:
        return False
    return True


def _of_prefix(path: str, prefix: str) -> Found | None:
    if os.path.isfile(prefix + ".index"):
        graph = prefix + ".meta"
        if not os.path.isfile(graph):
            graph = _saved_model_of(prefix)
        form: Form = "saved_model" if graph.endswith("saved_model.pb") else "bundle"
        return Found(path, prefix, form, (prefix + ".index",), graph)
    if os.path.isfile(prefix):
        return _of_file(prefix) if prefix == path else replace(_of_file(prefix), path=path)
    return _v1_shards(path, prefix)


def _saved_model_of(prefix: str) -> str:
    """The graph of a SavedModel whose variables have this prefix."""
    folder, name = os.path.split(prefix)
    if name != "variables" or os.path.basename(os.path.abspath(folder)) != "variables":
        return ""
    graph = os.path.join(os.path.dirname(folder) or ("" if folder == "variables" else ".."), "saved_model.pb")
    return graph if os.path.isfile(graph) else ""


def _v1_shards(path: str, prefix: str) -> Found | None:
    """`PREFIX-?????-of-0000N`, by any of its files, by the pattern that Saver writes, or without the pattern."""
    match = _SHARD.match(prefix)
    notes: tuple[str, ...] = ()
    if match:
        base, count = match[1], int(match[2])
    else:
        base = prefix
        counts = {
            int(shard[2])
            for name in _names(os.path.dirname(prefix))
            if (shard := _SHARD.match(name)) and shard[1] == os.path.basename(prefix)
        }
        if len(counts) != 1:
            return None
        count = counts.pop()
        notes = (f"TF takes {base}-?????-of-{count:05d} for it",)
    if not 0 < count <= _MOST_SHARDS:
        return None
    files = tuple(f"{base}-{number:05d}-of-{count:05d}" for number in range(count))
    there = [file for file in files if os.path.isfile(file)]
    if not there:
        return None
    missing = [file for file in files if file not in there]
    if missing:
        raise CheckpointError(missing[0], f"missing: {len(missing)} of the {count} shards of {os.path.basename(base)}")
    pattern = f"{base}-?????-of-{count:05d}"
    graph = next((each for each in (pattern + ".meta", base + ".meta") if os.path.isfile(each)), "")
    return Found(path, pattern, "v1", files, graph, notes)


def _of_file(path: str) -> Found:
    stem, extension = os.path.splitext(path)
    match = _DATA.match(path)
    if extension in (".index", ".meta") or match:
        prefix = match[1] if match else stem
        found = _of_prefix(path, prefix)
        if found is not None:
            return found
        raise CheckpointError(path, _why_not(prefix))
    head, size = peek(path)
    if os.path.basename(path) == state_file.NAME or state_file.is_state(head):
        return _of_state(path, path, os.path.dirname(path))
    if os.path.basename(path) == "saved_model.pb":
        return _saved_model(path, os.path.dirname(path))
    if head.startswith(b"\x89HDF\r\n\x1a\n"):
        return Found(path, path, "hdf5", (path,))
    if head.startswith(b"PK\x03\x04") and extension == ".keras":
        return Found(path, path, "keras", (path,))
    what = impostors.kind(head, size)
    if what is not None:
        raise CheckpointError(path, what)
    if extension in (".h5", ".hdf5", ".keras"):
        raise CheckpointError(path, "not a file of Keras: it does not begin as one")
    if _SHARD.match(path):
        shards = _v1_shards(path, path)
        if shards is not None:
            return shards
    graph = path + ".meta"
    return Found(path, path, "v1", (path,), graph if os.path.isfile(graph) else "")


def peek(path: str) -> tuple[bytes, int]:
    """The beginning of a file, and its size."""
    try:
        with open(path, "rb") as stream:
            return stream.read(impostors.HEAD), os.fstat(stream.fileno()).st_size
    except OSError as problem:
        raise CheckpointError(path, problem.strerror or str(problem)) from None


def _in_folder(folder: str) -> Found:
    state = os.path.join(folder, state_file.NAME)
    if os.path.isfile(state):
        return _of_state(folder, state, folder)
    if os.path.isfile(os.path.join(folder, "saved_model.pb")) or os.path.isfile(
        os.path.join(folder, "variables", "variables.index")
    ):
        return _saved_model(folder, folder)
    names = _names(folder)
    prefixes = [name.removesuffix(".index") for name in names if name.endswith(".index")]
    if len(prefixes) == 1:
        found = _of_prefix(folder, os.path.join(folder, prefixes[0]))
        if found is not None:
            note = f"no `checkpoint` file in the folder: took {prefixes[0]}, the only one there"
            return replace(found, notes=(note, *found.notes))
    if prefixes:
        shown = ", ".join(sorted(prefixes, key=_by_step)[:_SHOWN]) + (", ..." if len(prefixes) > _SHOWN else "")
        raise CheckpointError(folder, f"{len(prefixes)} checkpoints and no `checkpoint` file: name one of {shown}")
    of_keras = [name for name in names if name.endswith((".h5", ".hdf5", ".keras"))]
    if len(of_keras) == 1:
        note = f"took {of_keras[0]}, the only file of weights in the folder"
        return replace(_of_file(os.path.join(folder, of_keras[0])), path=folder, notes=(note,))
    if of_keras:
        raise CheckpointError(
            folder, f"{len(of_keras)} files of weights in it: name one of {', '.join(of_keras[:_SHOWN])}"
        )
    exports = [name for name in names if os.path.isfile(os.path.join(folder, name, "saved_model.pb"))]
    if exports:
        raise CheckpointError(
            folder, f"{len(exports)} SavedModels in it: name one, {os.path.join(folder, max(exports))}"
        )
    raise CheckpointError(folder, _nothing_in(names))


def _nothing_in(names: list[str]) -> str:
    if any(_DATA.match(name) for name in names):
        return "only data in it: without the .index nothing can be read, neither by TF"
    if any(name.endswith(".meta") for name in names):
        return "only a .meta in it: that is a graph, without values"
    return "no checkpoint in this folder"


def _by_step(name: str) -> tuple[int, str]:
    step = _STEP.search(name)
    return (-int(step[1]) if step else 0, name)


def _names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder or "."))
    except OSError:
        return []


def _saved_model(path: str, folder: str) -> Found:
    prefix = os.path.join(folder, "variables", "variables")
    if not os.path.isfile(prefix + ".index"):
        raise CheckpointError(
            path, "a SavedModel without variables" if not _names(os.path.dirname(prefix)) else _why_not(prefix)
        )
    graph = os.path.join(folder, "saved_model.pb")
    return Found(path, prefix, "saved_model", (prefix + ".index",), graph if os.path.isfile(graph) else "")


def _of_state(path: str, file: str, folder: str) -> Found:
    """The latest that a `checkpoint` file names; beside it where the folder was moved."""
    try:
        with open(file, "rb") as stream:
            # Asked for a number of bytes, `read` takes that much memory, whatever is there.
            data = stream.read(min(state_file.LARGEST, os.fstat(stream.fileno()).st_size))
    except OSError as problem:
        raise CheckpointError(file, problem.strerror or str(problem)) from None
    state = state_file.read(data)
    if state is None:
        what = impostors.kind(data[: impostors.HEAD], len(data))
        raise CheckpointError(file, what or "names no checkpoint: no model_checkpoint_path in it")
    named = state.latest
    found = _try(path, os.path.join(folder, named))
    if found is None and os.path.basename(named.replace("\\", "/")) != named:
        beside = os.path.join(folder, os.path.basename(named.replace("\\", "/")))
        found = _try(path, beside)
        if found is not None:
            note = f"{file} names {named}, which is not there: took {beside}; TF itself would not find it"
            return replace(found, notes=(note, *found.notes))
    if found is not None:
        return found
    others = [each for each in reversed(state.all) if each != named and _try(path, os.path.join(folder, each))]
    hint = f"; of those that it lists {others[0]} is" if others else ""
    raise CheckpointError(file, f"names {named}, which is not there{hint}")


def _try(path: str, prefix: str) -> Found | None:
    if "\0" in prefix or os.path.isdir(prefix):
        return None
    if os.path.isfile(prefix) and (os.path.basename(prefix) == state_file.NAME or state_file.is_state(peek(prefix)[0])):
        return None  # it names itself, or another of its kind
    return _of_prefix(path, prefix)


def _why_not(prefix: str) -> str:
    """What is there instead of a checkpoint with this prefix."""
    folder, base = os.path.split(prefix)
    names = _names(folder)
    own = [name for name in names if name.startswith(base + ".")]
    if any(_DATA.match(name) for name in own):
        return "only data: without the .index nothing can be read, neither by TF"
    if base + ".meta" in own:
        return "only the .meta: that is a graph, without values"
    if folder and not os.path.isdir(folder):
        return "no such folder"
    import difflib  # for the one message that needs it: 5 ms

    there = sorted({name.removesuffix(".index") for name in names if name.endswith((".index", ".h5", ".keras"))})
    near = difflib.get_close_matches(base, there, _SHOWN, 0.4) or sorted(there, key=_by_step)[:_SHOWN]
    return "no such checkpoint" + (f"; in that folder are {', '.join(near)}" if near else "")
