"""The `.data-*` files of a V2 checkpoint: are they whole, and what do they hold at a place."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from scopelint.checkpoints import impostors
from scopelint.checkpoints.checksum import crc32c, masked
from scopelint.checkpoints.finding import peek
from scopelint.checkpoints.records import CheckpointError, CheckpointTensor, Stored
from scopelint.checkpoints.wire import Malformed, varint

_UINT32 = 0xFFFFFFFF


class Shards:
    """The files, by their number."""

    def __init__(self, paths: Sequence[str]) -> None:
        self.paths = tuple(paths)

    def check(self, tensors: Iterable[CheckpointTensor]) -> tuple[str, ...]:
        """What is missing of the values, one line for each file: names and shapes are known all the same."""
        ends: dict[int, list[tuple[int, str]]] = {}
        for tensor in tensors:
            for stored in places(tensor):
                ends.setdefault(stored.shard, []).append((stored.offset + stored.size, tensor.key))
        said = []
        for shard, wanted in sorted(ends.items()):
            path = self.paths[shard]
            end = max(wanted)[0]
            try:
                size = os.stat(path).st_size
            except OSError:
                said.append(f"{path}: missing: {_keys(key for _, key in wanted)}")
                continue
            if size >= end:
                continue
            what = impostors.kind(*peek(path)) if os.path.isfile(path) else "not a file"
            lost = _keys(key for last, key in wanted if last > size)
            said.append(f"{path}: {what or f'cut off, {size} bytes of {end}'}: {lost}")
        return tuple(said)

    def read(self, stored: Stored, verify: bool = True) -> bytes:
        """The bytes at a place."""
        path = self.paths[stored.shard]
        try:
            with open(path, "rb") as stream:
                size = os.fstat(stream.fileno()).st_size
                if stored.offset + stored.size > size:
                    what = impostors.kind(stream.read(impostors.HEAD), size)
                    raise CheckpointError(path, what or f"cut off, {size} bytes of {stored.offset + stored.size}")
                stream.seek(stored.offset)
                data = stream.read(stored.size)
        except OSError as problem:
            raise CheckpointError(path, problem.strerror or str(problem)) from None
        if verify and stored.checksum is not None and masked(crc32c(data, 0)) != stored.checksum:
            raise self._damaged(stored)
        return data

    def _damaged(self, stored: Stored) -> CheckpointError:
        end = stored.offset + stored.size
        said = f"damaged: the checksum of bytes {stored.offset} to {end} does not agree"
        return CheckpointError(self.paths[stored.shard], said)

    def strings(self, tensor: CheckpointTensor) -> list[bytes]:
        """The elements of a string tensor: their lengths, a checksum of those, then the strings.

        TF: tensor_bundle.cc, WriteStringTensor. The checksums are of the lengths as fixed numbers."""
        stored = tensor.stored
        if stored is None or tensor.shape is None:
            raise Malformed(f"{tensor.key!r} is not in one piece")
        data = self.read(stored, verify=False)
        count = elements(tensor.shape)
        if count > len(data):
            raise Malformed(f"{tensor.key!r} is shorter than its shape")
        lengths, at = [], 0
        for _ in range(count):
            length, at = varint(data, at)
            lengths.append(length)
        if sum(lengths) != len(data) - at - 4:
            raise Malformed(f"{tensor.key!r} has strings of other lengths than it says")
        fixed = b"".join(length.to_bytes(4 if length <= _UINT32 else 8, "little") for length in lengths)
        of_lengths = crc32c(fixed, 0)
        said = data[at : at + 4]
        if int.from_bytes(said, "little") != masked(of_lengths):
            raise self._damaged(stored)
        at += 4
        if masked(crc32c(said + data[at:], of_lengths)) != stored.checksum:
            raise self._damaged(stored)
        strings = []
        for length in lengths:
            strings.append(data[at : at + length])
            at += length
        return strings


def places(tensor: CheckpointTensor) -> list[Stored]:
    """Where all parts of a tensor lie."""
    parts = [tensor.stored, *(part.stored for part in tensor.slices)]
    return [stored for stored in parts if stored is not None]


def elements(shape: Sequence[int]) -> int:
    count = 1
    for size in shape:
        count *= size
    return count


def _keys(keys: Iterable[str]) -> str:
    found = sorted(set(keys))
    return f"no values of {found[0]!r}" + (f" and {len(found) - 1} more" if len(found) > 1 else "")
