"""The examples are true: TF itself stops at the marked lines of TFS2xx and TFS3xx, and runs all the others."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from programs import is_of_loading, marks, programs

PYTHON = os.environ.get("SCOPELINT_TF_PYTHON")


@pytest.mark.skipif(not PYTHON, reason="SCOPELINT_TF_PYTHON names no Python with TensorFlow 1.15")
def test_tensorflow_agrees_with_every_example() -> None:
    assert PYTHON
    # TFS9xx speak of scopelint itself: their programs end where they please.
    all_of_them = [p for p in programs() if not is_of_loading(p) and not p.name.startswith("TFS9")]
    done = subprocess.run(
        [PYTHON, str(Path(__file__).parent / "run_in_tf.py")],
        input=json.dumps([program.source for program in all_of_them]), capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    answers = json.loads(done.stdout.rsplit("\n", 1)[-1])
    wrong = []
    for program, answer in zip(all_of_them, answers, strict=True):
        promised = {line for line, code, _ in marks(program.source) if code[3] in "23"}
        if (answer is not None) != bool(promised) or (answer is not None and answer[0] not in promised):
            wrong.append((program.name, sorted(promised), answer))
    assert wrong == []
