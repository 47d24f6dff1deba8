"""What comparing a program with a checkpoint costs beside the analysis: the least of N runs, in processor time.

    python benchmarks/comparing.py CKPT SOURCE [--path DIR]... [--runs N]

The same is measured with all keys moved into another scope, where every pair has to be found.
"""

from __future__ import annotations

import argparse
import io
import time
from collections.abc import Callable
from dataclasses import replace

from scopelint.checkpoints.reading import read_checkpoint
from scopelint.checkpoints.records import Checkpoint
from scopelint.commands.comparing import compare_with_sources
from scopelint.project.check import check
from scopelint.project.config import Config


def least(runs: int, work: Callable[[], object]) -> float:
    times = []
    for _ in range(runs):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return min(times)


def moved(checkpoint: Checkpoint) -> Checkpoint:
    tensors = tuple(replace(tensor, key=f"elsewhere/{tensor.key}") for tensor in checkpoint.tensors)
    return replace(checkpoint, tensors=tensors, graph_variables=None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoint")
    parser.add_argument("source")
    parser.add_argument("--path", action="append", default=[])
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()

    def settings() -> Config:
        return Config({"cache": False, "path": tuple(given.path), "jobs": 1})

    def compare(change: Callable[[Checkpoint], Checkpoint]) -> None:
        checkpoint = change(read_checkpoint(given.checkpoint))
        compare_with_sources(checkpoint, [given.source], settings(), io.StringIO())

    names = least(given.runs, lambda: check([given.source], settings(), "names"))
    as_it_is = least(given.runs, lambda: compare(lambda checkpoint: checkpoint))
    elsewhere = least(given.runs, lambda: compare(moved))
    print(f"names {names * 1000:.0f} ms")
    print(f"compared {as_it_is * 1000:.0f} ms, {(as_it_is - names) * 1000:+.0f} ms")
    print(f"all keys moved {elsewhere * 1000:.0f} ms, {(elsewhere - names) * 1000:+.0f} ms")


if __name__ == "__main__":
    main()
