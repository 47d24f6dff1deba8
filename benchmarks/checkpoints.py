"""How long a checkpoint takes to read in-process, without its values: the least of N runs, in processor time.

python benchmarks/checkpoints.py CKPT [--runs N]
"""

from __future__ import annotations

import argparse
import time

from scopelint.checkpoints.listing import companions_of
from scopelint.checkpoints.reading import read_checkpoint


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoint")
    parser.add_argument("--runs", type=int, default=20)
    given = parser.parse_args()
    read = sort = float("inf")
    for _ in range(given.runs):
        started = time.process_time()
        checkpoint = read_checkpoint(given.checkpoint)
        between = time.process_time()
        companions_of(checkpoint)
        read = min(read, between - started)
        sort = min(sort, time.process_time() - between)
    beside = "with" if checkpoint.creation_order is not None else "without"
    print(f"{len(checkpoint.tensors)} keys, {beside} the graph beside it: {read * 1000:.1f} ms to read")
    print(f"{sort * 1000:.1f} ms more to tell slots and averages from variables")


if __name__ == "__main__":
    main()
