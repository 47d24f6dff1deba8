"""Reads mutated checkpoints: each must be read, or refused in one line, in little time and little memory.

    python benchmarks/checkpoints_fuzz.py [--reads 100000] [--seed 1] [--keras] [FOLDER]

Files of FOLDER (default: the fixtures) are flipped, cut, spliced, overwritten with hostile numbers; half of them get
their checksums made right again, so that what is behind the checksum is reached too. Each is listed, and its values
are read.
Prints how many were read and refused, the slowest read and the largest growth of memory beside the size of its file.
"""

from __future__ import annotations

import argparse
import importlib
import random
import resource
import shutil
import sys
import tempfile
import time
import tracemalloc
from collections import Counter
from pathlib import Path

from scopelint.checkpoints.checksum import crc32c, masked
from scopelint.checkpoints.reading import read_checkpoint
from scopelint.checkpoints.records import CheckpointError
from scopelint.checkpoints.tensor_values import open_values
from scopelint.checkpoints.wire import Malformed, varint, write_varint

FIXTURES = Path(__file__).parents[1] / "fixtures" / "checkpoints"
HOSTILE = [0, 1, 127, 128, 255, 2**16, 2**31 - 1, 2**31, 2**32 - 1, 2**40, 2**63 - 1, 2**63, 2**64 - 1]


def mutate(data: bytes, chance: random.Random) -> bytes:
    """One to four mutations of any kind."""
    out = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        at = chance.randrange(len(out) + 1)
        kind = chance.randrange(8)
        if kind == 0 and out:
            out[at % len(out)] ^= 1 << chance.randrange(8)
        elif kind == 1 and out:
            out[at % len(out)] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
        elif kind == 2:
            del out[at:]
        elif kind == 3:
            del out[at : at + chance.randrange(1, 64)]
        elif kind == 4:
            out[at:at] = chance.randbytes(chance.randrange(1, 32))
        elif kind == 5:
            out[at : at + chance.randrange(11)] = write_varint(chance.choice(HOSTILE))
        elif kind == 6:
            start = chance.randrange(len(out) + 1)
            out[at:at] = out[start : start + chance.randrange(1, 256)]
        else:
            size = chance.randrange(1, 16)
            out[at : at + size] = b"\xff" * size
    return bytes(out)


def mended(data: bytes) -> bytes:
    """The same table with the checksums of its blocks made right, as far as its index can be read."""
    out = bytearray(data)

    def mend(offset: int, size: int) -> None:
        end = offset + size + 1
        if end + 4 <= len(out):
            out[end : end + 4] = masked(crc32c(bytes(out[offset:end]), 0)).to_bytes(4, "little")

    try:
        footer, at = bytes(out[-48:]), 0
        for _ in range(2):
            offset, at = varint(footer, at)
            size, at = varint(footer, at)
            mend(offset, size)
        block, at = bytes(out[offset : offset + size]), 0
        while at < len(block) - 8:
            _, at = varint(block, at)
            fresh, at = varint(block, at)
            length, at = varint(block, at)
            at += fresh
            mend(*handle(block, at))
            at += length
    except Malformed:
        pass
    return bytes(out)


def handle(block: bytes, at: int) -> tuple[int, int]:
    offset, at = varint(block, at)
    return offset, varint(block, at)[0]


def read_all(path: Path) -> str:
    """Lists the checkpoint and reads its values; what became of it."""
    try:
        checkpoint = read_checkpoint(str(path))
        values = open_values(checkpoint)
    except CheckpointError as problem:
        said(problem)
        return "refused"
    broken = 0
    for tensor in checkpoint.tensors[:50]:
        try:
            values.read(tensor)
        except CheckpointError as problem:
            said(problem)
            broken += 1
    return "read, values refused" if broken else "read"


def said(problem: CheckpointError) -> None:
    line = str(problem)
    assert "\n" not in line and len(line) < 2000, line


def candidates(folder: Path, with_keras: bool) -> list[Path]:
    ends = (".index", ".meta", ".pb", ".h5", ".keras") if with_keras else (".index", ".meta", ".pb")
    found = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return [
        path
        for path in found
        if path.name.endswith(ends) or "-v1" in path.name or ".data-" in path.name or path.name == "checkpoint"
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=FIXTURES)
    parser.add_argument("--reads", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keras", action="store_true", help="files of Keras too, which h5py reads")
    given = parser.parse_args()
    chance = random.Random(given.seed)
    files = candidates(given.folder, given.keras)
    if given.keras:
        importlib.import_module("h5py")  # whose own size is not to be measured
    counts: Counter[str] = Counter()
    slowest, hungriest = (0.0, ""), (0.0, "")
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as place:
        for number in range(given.reads):
            original = files[number % len(files)]
            seed = chance.getrandbits(64)
            folder = Path(place) / original.parent.name
            if not folder.exists():
                shutil.copytree(original.parent, folder)
            target = folder / original.name
            own = random.Random(seed)
            data = mutate(original.read_bytes(), own)
            if own.random() < 0.5 and (original.suffix == ".index" or "-v1" in original.name):
                data = mended(data)
            target.write_bytes(data)
            # Tracing costs time of its own: every tenth is measured for memory, the others for time.
            measured = number % 10 == 0
            if measured:
                tracemalloc.start()
            before = time.process_time()
            try:
                counts[read_all(target)] += 1
            except BaseException as problem:
                print(f"{original} with seed {seed}: {type(problem).__name__}: {problem}")
                counts["ESCAPED"] += 1
                if isinstance(problem, KeyboardInterrupt):
                    raise
            seconds = time.process_time() - before
            label = f"{original.parent.name}/{original.name} seed {seed}"
            if measured:
                peak = tracemalloc.get_traced_memory()[1]
                tracemalloc.stop()
                size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
                hungriest = max(hungriest, (peak / size, f"{peak} bytes for files of {size}, {label}"))
            else:
                slowest = max(slowest, (seconds, label))
            target.write_bytes(original.read_bytes())
    total = time.perf_counter() - started
    print(f"{given.reads} reads in {total:.0f} s: " + ", ".join(f"{n} {what}" for what, n in counts.most_common()))
    print(f"slowest {slowest[0] * 1000:.1f} ms: {slowest[1]}")
    print(f"most memory {hungriest[0]:.1f} times the files: {hungriest[1]}")
    print(f"process at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    sys.exit(1 if counts["ESCAPED"] else 0)


if __name__ == "__main__":
    main()
