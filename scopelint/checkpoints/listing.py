"""What a checkpoint holds, for a reader or a machine: keys, shapes, dtypes, slots beside their variables."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TextIO

from scopelint.checkpoints.companions import Companion, companions
from scopelint.checkpoints.records import OBJECT_GRAPH_KEY, Checkpoint, CheckpointTensor
from scopelint.checkpoints.shards import elements
from scopelint.checkpoints.tensor_values import Verified, digest, shown
from scopelint.escapes import printable

_MOST_SLICES = 4
_WIDEST = 100


def companions_of(checkpoint: Checkpoint) -> dict[str, Companion]:
    """Slots, averages and the optimizer's own scalars, by name. What the file itself says comes first."""
    named = {tensor.name: tensor for tensor in checkpoint.tensors if tensor.is_variable}
    found = companions(named, {name: tensor.shape for name, tensor in named.items()})
    for name, tensor in named.items():
        owner = checkpoint.by_key.get(tensor.slot_of)
        if owner is not None:
            found[name] = Companion("slot", owner.name, tensor.slot)
        elif checkpoint.kind in ("Keras HDF5", "Keras v3") and tensor.key.startswith("optimizer"):
            found[name] = Companion("scalar", "", tensor.name.rpartition("/")[2])
    return found


def heading(checkpoint: Checkpoint) -> str:
    """Kind, version, size, in one line."""
    parts: list[str] = [checkpoint.kind]
    if checkpoint.tensorflow_version:
        parts.append(f"saved by TF {printable(checkpoint.tensorflow_version)}")
    keys = len(checkpoint.tensors)
    in_shards = f" in {len(checkpoint.shards)} shards" if len(checkpoint.shards) > 1 else ""
    parts.append(f"{keys} key{'s' * (keys != 1)}{in_shards}")
    values = sum(elements(tensor.shape) for tensor in checkpoint.tensors if tensor.shape is not None)
    parts.append(f"{values:,} value{'s' * (values != 1)}")
    if checkpoint.big_endian:
        parts.append("big-endian")
    return f"{printable(checkpoint.prefix)}: {', '.join(parts)}"


def write_text(checkpoint: Checkpoint, stream: TextIO, values: Verified | None = None) -> None:
    """A line for each variable; its slots and averages stand at its end."""
    of = companions_of(checkpoint)
    roles: dict[str, list[str]] = {}
    for each in of.values():
        if each.base and each.base not in of:
            roles.setdefault(each.base, []).append(each.role)
    variables, alone, others = [], [], []
    known = {tensor.name for tensor in checkpoint.tensors}
    for tensor in checkpoint.tensors:
        companion = of.get(tensor.name)
        if tensor.key == OBJECT_GRAPH_KEY:
            continue
        if not tensor.is_variable:
            others.append(tensor)
        elif companion is None or (companion.base and companion.base not in known):
            variables.append(tensor)
        elif not companion.base or companion.base in of or values is not None:
            alone.append(tensor)
    stream.write(heading(checkpoint) + "\n")
    _rows(variables, roles, stream, values)
    for title, group in (("of the optimizer:", alone), ("no variables:", others)):
        if group:
            stream.write(f"{title}\n")
            _rows(group, {}, stream, values)
    for note in checkpoint.notes:
        stream.write(f"note: {printable(note)}\n")


def _rows(
    tensors: Sequence[CheckpointTensor], roles: Mapping[str, list[str]], stream: TextIO, values: Verified | None
) -> None:
    rows = []
    for tensor in tensors:
        remarks = []
        if tensor.slices:
            pieces = [shape_text(part.shape) for part in tensor.slices[:_MOST_SLICES]]
            more = " ..." if len(tensor.slices) > _MOST_SLICES else ""
            remarks.append(f"{len(tensor.slices)} slice{'s' * (len(tensor.slices) != 1)} {' '.join(pieces)}{more}")
        if tensor.name in roles:
            remarks.append("+ " + ", ".join(sorted(map(printable, roles[tensor.name]))))
        if tensor.full_name and tensor.full_name != tensor.key:
            remarks.append(f"key {printable(tensor.key)}")
        if values is not None:
            value = values.read(tensor)
            if value is None:
                remarks.append("values not read")
            else:
                small = shown(tensor, value)
                remarks.append(f"= {small}" if small else f"sha256 {digest(value)}")
        rows.append((printable(tensor.name), shape_text(tensor.shape), tensor.dtype, "  ".join(remarks)))
    widths = [min(max((len(row[column]) for row in rows), default=0), _WIDEST) for column in range(3)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=False))
        stream.write(("  " + "  ".join((*cells, row[3]))).rstrip() + "\n")


def shape_text(shape: tuple[int, ...] | None) -> str:
    return "unknown shape" if shape is None else "[" + ",".join(map(str, shape)) + "]"


def write_json(checkpoint: Checkpoint, stream: TextIO, values: Verified | None = None) -> None:
    json.dump(as_data(checkpoint, values), stream, indent=1)
    stream.write("\n")


def as_data(checkpoint: Checkpoint, values: Verified | None = None) -> dict[str, Any]:
    """The same for machines: docs/json.md says what the keys mean."""
    of = companions_of(checkpoint)
    order = {key: number for number, key in enumerate(checkpoint.creation_order or ())}
    trainable = checkpoint.trainable_keys
    return {
        "schema": 1,
        "checkpoint": checkpoint.prefix,
        "kind": checkpoint.kind,
        "tensorflow": checkpoint.tensorflow_version,
        "shards": list(checkpoint.shards),
        "big_endian": checkpoint.big_endian,
        "tensors": list(_tensors(checkpoint.tensors, of, order, trainable, values)),
        "notes": list(checkpoint.notes),
        "warnings": list(checkpoint.warnings),
    }


def _tensors(
    tensors: Iterable[CheckpointTensor],
    of: Mapping[str, Companion],
    order: Mapping[str, int],
    trainable: frozenset[str] | None,
    values: Verified | None,
) -> Iterable[dict[str, Any]]:
    for tensor in tensors:
        companion = of.get(tensor.name)
        data: dict[str, Any] = {
            "key": tensor.key,
            "name": tensor.name if tensor.is_variable else None,
            "shape": None if tensor.shape is None else list(tensor.shape),
            "dtype": tensor.dtype,
            "slices": [{"begin": list(part.begin), "shape": list(part.shape)} for part in tensor.slices],
            "order": order.get(tensor.key),
            "trainable": tensor.key in trainable if trainable is not None and tensor.key in order else None,
            "companion": None,
        }
        if companion is not None:
            data["companion"] = {"kind": companion.kind, "of": companion.base or None, "role": companion.role}
        if tensor.layer:
            data["layer"] = tensor.layer
        if values is not None:
            value = values.read(tensor)
            data |= {"sha256": None, "value": None}
            if value is not None:
                data |= {"sha256": digest(value), "value": shown(tensor, value) or None}
        yield data
