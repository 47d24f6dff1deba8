"""Whole programs against real TF 1.15: recorded random ones everywhere, new ones where TF is."""

from __future__ import annotations

import json
import os
import random
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import source_programs  # noqa: E402
from real_tf import RealTF  # noqa: E402
from source_against_tf import difference, predicted  # noqa: E402


def records(name: str) -> list[dict[str, Any]]:
    """The programs of a file with what TF made of them."""
    return [json.loads(line) for line in (ROOT / f"fixtures/programs/{name}.jsonl").open(encoding="utf-8")]


RECORDED = records("random")
KINDS = records("kinds")
"""Smallest programs of what random ones showed."""
PYTHON = os.environ.get("SCOPELINT_TF_PYTHON", "")


def test_there_are_some_hundred_recorded_programs() -> None:
    assert len(RECORDED) >= 200
    assert sum(record["error"] is not None for record in RECORDED) > 50
    assert sum(len(record["variables"]) for record in RECORDED) > 1500


@pytest.mark.parametrize("record", RECORDED, ids=lambda record: str(record["seed"]))
def test_recorded_program(record: dict[str, object]) -> None:
    here, unknown = predicted(str(record["source"]))
    assert (difference(record, here), unknown) == ("", [])


@pytest.mark.parametrize("record", KINDS, ids=lambda record: str(record["seed"]))
def test_kind_that_random_programs_showed(record: dict[str, object]) -> None:
    here, unknown = predicted(str(record["source"]))
    assert (difference(record, here), unknown) == ("", [])


def test_new_programs() -> None:
    if not PYTHON:
        pytest.skip("SCOPELINT_TF_PYTHON does not name a Python that has TensorFlow 1.15")
    tf = RealTF(PYTHON, "source_in_tf.py")
    first = random.randrange(1 << 30)
    # Now and then one is written that asks for what is known to be left out: integers to normalize, TF's own prefix to
    # an error below a layer's call.
    wrong = []
    for seed in range(first, first + 60):
        source = "\n".join(source_programs.program(seed)) + "\n"
        real = tf.run(source)
        if real is not None:
            here, unknown = predicted(source)
            if difference(real, here) and not unknown:
                wrong.append((seed, difference(real, here)))
    assert len(wrong) <= 2, wrong
