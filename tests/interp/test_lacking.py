"""What a module lacks is a certain AttributeError, unless the program takes its parts from what files there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from scopelint.interp.entry import analyse
from scopelint.interp.options import Options
from scopelint.rules import registry

BY_FILES = """
import importlib
import os
import pkgutil

for _, name, _ in pkgutil.iter_modules([os.path.dirname(__file__)]):
    globals().update(importlib.import_module("layers." + name).__dict__)
"""
BY_NAME = "from layers.dense import *\n"
PROGRAM = """
import tensorflow as tf
import layers

layers.dense(tf.zeros([2, 3]))
layers.conv(tf.zeros([2, 3]))
"""


@pytest.mark.parametrize(("package", "certain"), [(BY_NAME, [True]), (BY_FILES, [])])
def test_a_module_that_is_made_of_files(tmp_path: Path, package: str, certain: list[bool]) -> None:
    (tmp_path / "layers").mkdir()
    (tmp_path / "layers" / "__init__.py").write_text(package)
    (tmp_path / "layers" / "dense.py").write_text(
        "import tensorflow as tf\ndef dense(x): return tf.get_variable('w', [1])\n"
    )
    outcome = analyse(str(tmp_path / "train.py"), PROGRAM.encode(), Options())[0]
    assert [variable.name for variable in outcome.variables] == ["w"]
    assert [each.certain for each in registry.run([outcome]) if each.code == "TFS311"] == certain
