"""Models as the reports see them, for the tests of pictures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from scopelint.project.check import check_source
from scopelint.project.config import Config
from scopelint.record.view import View, view_from

ROOT = Path(__file__).parents[2]
MODELS = ROOT / "fixtures" / "models"
ODD = """import tensorflow as tf

def build(x, name, n):
    with tf.variable_scope(name):
        for i in range(n):
            with tf.variable_scope("layer_%d" % i):
                tf.get_variable("w", [4, 4])
    with tf.name_scope("unseen"):
        return tf.reduce_sum(x)  # "</script><b>"
"""


def view(path: Path, text: str | None = None, kind: str = "view") -> tuple[View, list[Any]]:
    data = text.encode() if text is not None else path.read_bytes()
    report = check_source(str(path), data, Config({"cache": False, "jobs": 1}), kind=kind)
    # As the cache gives it.
    return view_from(str(path), json.loads(json.dumps(report.names[0][1]))), report.findings
