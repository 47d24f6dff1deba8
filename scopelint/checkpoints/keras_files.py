"""Weights saved by Keras: `.h5` as TF 1.15 writes it, `.weights.h5` and `.keras` of later versions. Read by h5py."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, BinaryIO

from scopelint.checkpoints.finding import Found
from scopelint.checkpoints.keras_names import weight_names
from scopelint.checkpoints.records import Checkpoint, CheckpointError, CheckpointTensor, GraphVariable, Kind

_WEIGHTS = "model.weights.h5"
_LARGEST_CONFIG = 50_000_000
_LARGEST_RATIO = 64
"""Of a compressed member. Keras does not compress, and weights hardly can be."""


def read(found: Found) -> Checkpoint:
    """What a file of Keras holds; a CheckpointError without h5py, or where h5py cannot read it."""
    kind: Kind = "Keras v3" if found.form == "keras" else "Keras HDF5"
    with _opened(found.path, found.form == "keras") as (file, config):
        if "layer_names" in file.attrs or "layer_names0" in file.attrs:
            tensors = list(_layers(file, ""))
        elif "model_weights" in file:
            tensors = list(_layers(file["model_weights"], "model_weights/"))
            tensors += _optimizer(file, {tensor.name: tensor.key for tensor in tensors})
        else:
            kind = "Keras v3"
            tensors = _by_place(file, config)
        version = file.attrs.get("keras_version")
        notes = (f"saved by Keras {_text(version)}",) if version is not None else ()
    # Of the later form the names come in the model's order; what has none has no place in it.
    ordered = tensors if kind == "Keras HDF5" else [tensor for tensor in tensors if tensor.full_name]
    order = tuple(GraphVariable(tensor.name, tensor.key, None) for tensor in ordered) or None
    tensors.sort(key=lambda tensor: tensor.key.encode("utf-8", "surrogateescape"))
    return Checkpoint(
        found.path,
        found.prefix,
        kind,
        tuple(tensors),
        found.files,
        graph_variables=order,
        notes=(*found.notes, *notes),
    )


@contextmanager
def _opened(path: str, is_zip: bool) -> Iterator[tuple[Any, Any]]:
    try:
        import h5py  # an extra, 100 ms
    except ImportError:
        raise CheckpointError(path, "a file of Keras, read by h5py: pip install 'scopelint[h5]'") from None
    try:
        with open(path, "rb") as stream:
            if is_zip:
                with zipfile.ZipFile(stream) as archive:
                    config = _config(archive)
                    weights = _member(archive, stream)
                    with h5py.File(weights, "r") as file:
                        yield file, config
            else:
                with h5py.File(stream, "r") as file:
                    yield file, None
    except CheckpointError:
        raise
    except OSError as problem:
        raise CheckpointError(path, _said(problem)) from None
    # h5py raises whatever fits on a file that is damaged, zipfile too: the classes are no contract of theirs.
    except Exception as problem:
        raise CheckpointError(path, _said(problem)) from None


def _said(problem: Exception) -> str:
    if isinstance(problem, OSError) and problem.strerror:
        return problem.strerror
    line = " ".join(str(problem).split())[:200] or type(problem).__name__
    return f"cannot be read, damaged or cut off: {line}"


class _Window(io.RawIOBase):
    """A part of a file as a file of its own: an uncompressed member of a zip archive."""

    def __init__(self, stream: BinaryIO, start: int, size: int) -> None:
        self._stream, self._start, self._size, self._at = stream, start, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(base + offset, 0)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        wanted = min(len(buffer), max(self._size - self._at, 0))
        self._stream.seek(self._start + self._at)
        data = self._stream.read(wanted)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def _member(archive: zipfile.ZipFile, stream: BinaryIO) -> BinaryIO:
    try:
        info = archive.getinfo(_WEIGHTS)
    except KeyError:
        raise CheckpointError(str(stream.name), f"a zip archive without {_WEIGHTS}") from None
    if info.compress_type == zipfile.ZIP_STORED:
        stream.seek(info.header_offset)
        local = stream.read(30)
        start = (
            info.header_offset + 30 + int.from_bytes(local[26:28], "little") + int.from_bytes(local[28:30], "little")
        )
        return io.BufferedReader(_Window(stream, start, info.file_size))
    if info.file_size > _LARGEST_RATIO * info.compress_size:
        raise CheckpointError(str(stream.name), f"{_WEIGHTS} in it claims {info.file_size} bytes")
    return io.BytesIO(archive.read(info))


def _config(archive: zipfile.ZipFile) -> Any:
    """The model's configuration, which knows the names of layers; None where it cannot be used."""
    try:
        info = archive.getinfo("config.json")
        if info.file_size > _LARGEST_CONFIG:
            return None
        return json.loads(archive.read(info))
    except (KeyError, ValueError, RecursionError):
        return None


def _text(value: Any) -> str:
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else str(value)


def _attribute(group: Any, name: str) -> list[str]:
    """TF: hdf5_format.py, load_attributes_from_hdf5_group: long ones are cut into name0, name1, ..."""
    if name in group.attrs:
        return [_text(each) for each in group.attrs[name]]
    values: list[str] = []
    part = 0
    while f"{name}{part}" in group.attrs:
        values += [_text(each) for each in group.attrs[f"{name}{part}"]]
        part += 1
    return values


def _layers(group: Any, prefix: str) -> Iterator[CheckpointTensor]:
    """TF: hdf5_format.py, save_weights_to_hdf5_group: in the order of layers and of their weights."""
    for layer in _attribute(group, "layer_names"):
        for weight in _attribute(group[layer], "weight_names"):
            yield _tensor(group[layer][weight], f"{prefix}{layer}/{weight}", weight.removesuffix(":0"), layer)


def _optimizer(file: Any, weights: dict[str, str]) -> Iterator[CheckpointTensor]:
    """Slots are called by their variable: `training/Adam/dense/kernel/m`."""
    if "optimizer_weights" not in file:
        return
    group = file["optimizer_weights"]
    for weight in _attribute(group, "weight_names"):
        tensor = _tensor(group[weight], f"optimizer_weights/{weight}", weight.removesuffix(":0"))
        rest, _, slot = tensor.name.rpartition("/")
        while rest and rest not in weights:
            rest = rest.partition("/")[2]
        yield replace(tensor, slot_of=weights[rest], slot=slot) if rest else tensor


def _by_place(file: Any, config: Any) -> list[CheckpointTensor]:
    """The later form: weights lie under numbers, so that names come from the model's configuration alone."""
    import h5py  # an extra, 100 ms

    found: dict[str, Any] = {}

    def visit(place: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset):
            found[_text(place)] = item

    file.visititems(visit)
    names = weight_names(config, set(found))
    tensors = [_tensor(found[place], place, *name) for place, name in names.items()]
    return tensors + [_tensor(item, place, "") for place, item in found.items() if place not in names]


def _tensor(item: Any, key: str, full_name: str, layer: str = "") -> CheckpointTensor:
    dtype = "string" if item.dtype.kind in "OSU" else str(item.dtype)
    is_variable = not key.startswith("metrics/")
    return CheckpointTensor(
        key,
        tuple(int(size) for size in item.shape),
        dtype,
        full_name=full_name,
        layer=layer,
        is_variable=is_variable,
    )


class KerasValues:
    """The values, by h5py."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        self._path = checkpoint.path
        self._is_zip = zipfile.is_zipfile(checkpoint.path)

    def read(self, tensor: CheckpointTensor) -> bytes | list[bytes]:
        with _opened(self._path, self._is_zip) as (file, _):
            item = file[tensor.key]
            if item.nbytes > _LARGEST_RATIO * item.id.get_storage_size():
                # What was never stored would be filled up with zeros, as large as the shape claims.
                raise CheckpointError(self._path, f"{tensor.key!r} claims {item.nbytes} bytes, which it does not hold")
            value = item[()]
            if tensor.dtype == "string":
                return [bytes(each) for each in value.ravel().tolist()]
            data: bytes = value.astype(value.dtype.newbyteorder("<")).tobytes()
            return data
