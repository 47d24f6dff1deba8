"""Single calls: what TF 1.15 refuses is told, in its words where we have them, and what it takes is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from scopelint.project.check import check_source
from scopelint.project.config import Config

TABLE = Path(__file__).parents[2] / "fixtures" / "refused.txt"
ROWS = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(("call", "said"), ROWS, ids=[call for call, _ in ROWS])
def test_as_tensorflow_says(call: str, said: str) -> None:
    source = f"import tensorflow as tf\n{call}\n"
    findings = check_source("a.py", source.encode(), Config({"cache": False, "jobs": 1})).findings
    told = [finding for finding in findings if finding.code[:4] in ("TFS2", "TFS3")]
    assert [(finding.site.line, finding.certain) for finding in told] == ([(2, True)] if said else [])
    if said and not said.startswith("~"):
        assert told[0].tensorflow.split("\n")[0] == said.partition(": ")[2]
