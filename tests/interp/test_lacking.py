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


HEADS = """
import importlib
import pkgutil

import heads.kinds

made = []
for finder, name, is_package in pkgutil.{walk}(heads.kinds.__path__{prefix}):
    made.append(name)
    importlib.import_module({name})
"""
REGISTERED = """
import tensorflow as tf
import plugs

for name in plugs.made:
    tf.get_variable(name, [1])
"""


@pytest.mark.parametrize(
    ("walk", "prefix", "name", "found"),
    [
        ("iter_modules", "", "'heads.kinds.' + name", ["linear", "more", "tree"]),
        ("iter_modules", ", 'heads.kinds.'", "name", ["heads.kinds.linear", "heads.kinds.more", "heads.kinds.tree"]),
        (
            "walk_packages",
            ", heads.kinds.__name__ + '.'",
            "name",
            ["heads.kinds.linear", "heads.kinds.more", "heads.kinds.more.deep", "heads.kinds.tree"],
        ),
    ],
)
def test_modules_found_by_the_path_of_a_package(
    tmp_path: Path, walk: str, prefix: str, name: str, found: list[str]
) -> None:
    for folder in ("heads", "heads/kinds", "heads/kinds/more"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "__init__.py").write_text("")
    for file in ("linear", "tree", "more/deep"):
        (tmp_path / "heads" / "kinds" / f"{file}.py").write_text("")
    (tmp_path / "plugs.py").write_text(HEADS.format(walk=walk, prefix=prefix, name=name))
    outcome = analyse(str(tmp_path / "train.py"), REGISTERED.encode(), Options())[0]
    assert [variable.name for variable in outcome.variables] == found
