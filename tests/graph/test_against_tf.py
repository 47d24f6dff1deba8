"""The graph layer against real TF 1.15: recorded programs everywhere, random ones where TF is."""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import graph_programs  # noqa: E402
from graph_against_tf import first_difference  # noqa: E402
from graph_here import Here  # noqa: E402
from real_tf import RealTF  # noqa: E402

RECORDED = [json.loads(line) for line in (ROOT / "fixtures/graph/programs.jsonl").open(encoding="utf-8")]
PYTHON = os.environ.get("SCOPELINT_TF_PYTHON", "")


def test_there_are_some_hundred_recorded_programs() -> None:
    assert len(RECORDED) >= 300
    assert sum(any(said[0] == "raised" for said in record["tf"]["said"]) for record in RECORDED) > 100


@pytest.mark.parametrize("number", range(len(RECORDED)))
def test_recorded_program(number: int) -> None:
    record = RECORDED[number]
    assert first_difference(record["tf"], graph_programs.run(record["program"], Here())) == ""


@pytest.fixture(scope="module")
def tf() -> Iterator[RealTF]:
    if not PYTHON:
        pytest.skip("SCOPELINT_TF_PYTHON does not name a Python that has TensorFlow 1.15")
    real = RealTF(PYTHON, "graph_in_tf.py")
    yield real
    real.close()


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(rng=st.one_of(st.integers(0, 2**32).map(random.Random), st.randoms(use_true_random=False)))
def test_random_programs(tf: Any, rng: Any) -> None:
    program = graph_programs.generate(rng)
    assert first_difference(tf.run(program), graph_programs.run(program, Here())) == "", json.dumps(program)
