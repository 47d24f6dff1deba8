"""The examples of loading are true: TF stops at the marked line, or goes on and leaves what the finding names."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from programs import FILES, Program, is_of_loading, marks, path_of, programs

from scopelint.project.check import check_source
from scopelint.project.config import Config

PYTHON = os.environ.get("SCOPELINT_TF_PYTHON")
LEFT = ("TFS404", "TFS406", "TFS410", "TFS411")
"""Rules whose message names the variables that are not loaded."""


def named(program: Program) -> set[str]:
    """The variables that our findings say are not loaded."""
    findings = check_source(path_of(program), program.source.encode(), Config({"cache": False})).findings
    said = ", ".join(str(dict(f.parts)["names"]) for f in findings if f.code in LEFT)
    return set(re.findall(r"[\w./]+/[\w./]+", said))


@pytest.mark.skipif(not PYTHON, reason="SCOPELINT_TF_PYTHON names no Python with TensorFlow 1.15")
def test_tensorflow_agrees_with_every_example_of_loading() -> None:
    assert PYTHON
    all_of_them = [program for program in programs() if is_of_loading(program)]
    done = subprocess.run(
        [PYTHON, str(Path(__file__).parent / "run_loading_in_tf.py"), str(FILES)],
        input=json.dumps([program.source for program in all_of_them]), capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    answers = json.loads(done.stdout.rsplit("\n", 1)[-1])
    wrong = []
    for program, answer in zip(all_of_them, answers, strict=True):
        promised = {line for line, _, _ in marks(program.source)}
        if program.is_good:
            agrees = answer["stopped"] is None
        elif answer["stopped"] is not None:
            # What is not in the checkpoint is missed where it is read, below the line that asks for it.
            read_later = {"TFS403", "TFS408", "TFS414"} & {code for _, code, _ in marks(program.source)}
            agrees = answer["stopped"] in promised or bool(read_later)
        elif "TFS409" in program.source:
            # All numbers are one: where they came to lie cannot be seen, only that TF took them.
            agrees = True
        else:
            agrees = bool(answer["left"]) and named(program) <= set(answer["left"])
        if not agrees:
            wrong.append((program.name, sorted(promised), answer))
    assert wrong == []
