"""The examples of loading are true: TF stops at the marked line, or goes on and leaves what the finding names."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from programs import Program, is_of_loading, marks, programs

from scopelint.project.check import check_source
from scopelint.project.config import Config

PYTHON = os.environ.get("SCOPELINT_TF_PYTHON")
LEFT = ("TFS404", "TFS406", "TFS410", "TFS411")
"""Rules whose message names the variables that are not loaded."""


def named(program: Program) -> set[str]:
    """The variables that our findings say are not loaded."""
    findings = check_source("example.py", program.source.encode(), Config({"cache": False})).findings
    said = ", ".join(str(dict(f.parts)["names"]) for f in findings if f.code in LEFT)
    return set(re.findall(r"[\w./]+/[\w./]+", said))


@pytest.mark.skipif(not PYTHON, reason="SCOPELINT_TF_PYTHON names no Python with TensorFlow 1.15")
def test_tensorflow_agrees_with_every_example_of_loading() -> None:
    assert PYTHON
    all_of_them = [program for program in programs() if is_of_loading(program)]
    done = subprocess.run(
        [PYTHON, str(Path(__file__).parent / "run_loading_in_tf.py")],
        input=json.dumps([program.source for program in all_of_them]), capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    answers = json.loads(done.stdout.rsplit("\n", 1)[-1])
    wrong = []
    for program, answer in zip(all_of_them, answers, strict=True):
        promised = {line for line, _, _ in marks(program.source)}
        if program.is_good:
            agrees = answer["stopped"] is None
        elif answer["stopped"] is not None:
            # Slots that are not in the checkpoint are missed where they are read, below the list that holds them.
            agrees = answer["stopped"] in promised or "TFS408" in program.source
        else:
            agrees = bool(answer["left"]) and named(program) <= set(answer["left"])
        if not agrees:
            wrong.append((program.name, sorted(promised), answer))
    assert wrong == []
