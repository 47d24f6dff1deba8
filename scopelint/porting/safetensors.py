"""Files of safetensors: a header of names, dtypes and shapes in JSON, then the values; without a library."""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import prod

from scopelint import disk
from scopelint.checkpoints.records import CheckpointError
from scopelint.porting.values import WIDTHS

DTYPES = {
    "float64": "F64",
    "float32": "F32",
    "float16": "F16",
    "bfloat16": "BF16",
    "int64": "I64",
    "int32": "I32",
    "int16": "I16",
    "int8": "I8",
    "uint64": "U64",
    "uint32": "U32",
    "uint16": "U16",
    "uint8": "U8",
    "bool": "BOOL",
}
_NAMES = {short: name for name, short in DTYPES.items()}
_LARGEST = 100_000_000
"""Bytes of a header: the format's own bound."""


@dataclass(frozen=True)
class Held:
    """One tensor of a file. `dtype`: TF's name of it, as the file has it where TF has none."""

    name: str
    shape: tuple[int, ...]
    dtype: str


def read_header(path: str) -> list[Held]:
    """The tensors of a file, or of the file that an index of several (`.index.json`) or a bare header names."""
    try:
        text = disk.read(path, 8)
        if text[:1] == b"{":
            text = disk.read(path, _LARGEST)
        else:
            (length,) = struct.unpack("<Q", text) if len(text) == 8 else (0,)
            if not 0 < length <= min(_LARGEST, os.path.getsize(path) - 8):
                raise CheckpointError(path, "no safetensors: it does not begin with the length of a header")
            text = disk.read(path, 8 + length)[8:]
    except OSError as problem:
        raise CheckpointError(path, problem.strerror or str(problem)) from None
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise CheckpointError(path, "no safetensors: its header is no JSON") from None
    if isinstance(data, dict) and isinstance(data.get("weight_map"), dict):
        files = dict.fromkeys(str(each) for each in data["weight_map"].values())
        folder = os.path.dirname(path)
        return [held for each in files for held in read_header(os.path.join(folder, os.path.basename(each)))]
    return _tensors(path, data)


def _tensors(path: str, data: object) -> list[Held]:
    found = []
    for name, entry in data.items() if isinstance(data, dict) else ():
        if name == "__metadata__":
            continue
        shape = entry.get("shape") if isinstance(entry, dict) else None
        dtype = entry.get("dtype") if isinstance(entry, dict) else None
        if not isinstance(shape, list) or not all(isinstance(d, int) and d >= 0 for d in shape):
            raise CheckpointError(path, f"{name!r} has no shape in the header")
        found.append(Held(str(name), tuple(shape), _NAMES.get(str(dtype), str(dtype))))
    if not isinstance(data, dict) or not found:
        raise CheckpointError(path, "no safetensors: its header names no tensor")
    return found


def write(
    path: str,
    tensors: Sequence[tuple[str, str, tuple[int, ...]]],
    values: Callable[[str], bytes],
    metadata: Mapping[str, str],
) -> int:
    """Writes name, dtype and shape of each, and its values as they are asked for. Gives the file's size."""
    if os.path.lexists(path):
        raise CheckpointError(path, "is there already")
    header: dict[str, object] = {"__metadata__": dict(metadata)}
    end = 0
    # The widest first, so that each lies at a multiple of its own width.
    ordered = sorted(tensors, key=lambda each: (-WIDTHS[each[1]], each[0]))
    for name, dtype, shape in ordered:
        size = prod(shape) * WIDTHS[dtype]
        header[name] = {"dtype": DTYPES[dtype], "shape": list(shape), "data_offsets": [end, end + size]}
        end += size
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    aside = f"{path}.tmp"
    try:
        with open(aside, "xb") as stream:
            stream.write(struct.pack("<Q", len(text)) + text)
            for name, dtype, shape in ordered:
                data = values(name)
                if len(data) != prod(shape) * WIDTHS[dtype]:
                    raise CheckpointError(path, f"{name}: {len(data)} bytes of values do not fit its shape")
                stream.write(data)
        os.replace(aside, path)
    except OSError as problem:
        with suppress(OSError):
            os.unlink(aside)
        raise CheckpointError(path, problem.strerror or str(problem)) from None
    except BaseException:
        with suppress(OSError):
            os.unlink(aside)
        raise
    return 8 + len(text) + end


def can_hold(dtype: str) -> bool:
    return dtype in DTYPES


def twice(names: Iterable[str]) -> list[str]:
    """The names that stand there more than once."""
    seen: set[str] = set()
    return list(dict.fromkeys(name for name in names if name in seen or seen.add(name)))  # type: ignore[func-returns-value]
