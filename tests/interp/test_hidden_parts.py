"""Programs of which a part is not known: what is said of them must hold for the part that stood there.

Each line of `hidden_calls.txt` and each block of `hidden_programs.txt` is run as it stands, and with parts of it hidden
(`hiding.py`). `P(3, 5)` there is a placeholder of that shape, `I` and `L` are such of int32 and int64. Neither may the
program then be refused, nor anything be said of its values and variables that is not so as it stands (`claims.py`);
names of operations are not held. With `HIDDEN_PARTS=all` in the environment every part of every program is hidden, else
some of each. `hidden_left.txt` has those that are known not to hold, and each of them must be taken out once it does.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.interp.claims import wrong
from tests.interp.hiding import parsed, variants, written
from tests.python.engine import Ran

HERE = Path(__file__).parent
PROGRAMS = [line for line in (HERE / "hidden_calls.txt").read_text().splitlines() if line]
PROGRAMS += [block for block in (HERE / "hidden_programs.txt").read_text().split("\n\n") if block.strip()]
TOGETHER = 25
COUNT = None if os.environ.get("HIDDEN_PARTS") == "all" else 3
LEFT = {block.strip() for block in (HERE / "hidden_left.txt").read_text().split("\n----\n") if block.strip()}


@pytest.mark.parametrize("at", range(0, len(PROGRAMS), TOGETHER))
def test_holds_for_what_stood_there(at: int) -> None:
    told = []
    for program in PROGRAMS[at : at + TOGETHER]:
        real = Ran(written(parsed(program)))
        assert real.error is None and not real.failures, program
        for text in variants(program, COUNT):
            problem = wrong(Ran(text), real)
            if COUNT is not None and text in LEFT:
                told += [] if problem else [f"{text}: holds, and can be taken out of hidden_left.txt"]
            elif problem:
                told.append(f"{text}: {problem}")
    assert not told, "\n".join(told)
