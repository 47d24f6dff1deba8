"""numpy's answers, recorded from numpy 1.18, are the calculator's answers."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from engine import Ran

from scopelint.apis.python.numpy.array import ArrayValue, nested
from scopelint.apis.python.support import lower

RECORDED = [
    line.split("  # ", 1)
    for line in (Path(__file__).parent / "numpy_recorded.txt").read_text(encoding="utf-8").splitlines()
]


def close(a: Any, b: Any) -> bool:
    if isinstance(a, (list, tuple)):
        return type(a) is type(b) and len(a) == len(b) and all(close(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, float) and isinstance(b, (int, float)):
        return a == b or math.isclose(a, b, rel_tol=1e-12)
    return bool(a == b) and (type(a) is type(b) or isinstance(a, (int, float)))


@pytest.mark.parametrize(("source", "recorded"), RECORDED)
def test_same_as_numpy(source: str, recorded: str) -> None:
    ran = Ran("import numpy as np\nanswer = " + source)
    assert not ran.failures
    if recorded.startswith("raises "):
        assert ran.error_name() == recorded.split()[1]
        return
    assert ran.error is None, ran.error.attrs
    got = ran.names["answer"]
    if isinstance(got, ArrayValue):
        got = lower(nested(got))
    assert close(eval(recorded), got), (recorded, got)
