"""Extension modules that were not built, whose sources lie in the project."""

from __future__ import annotations

from pathlib import Path

import pytest

from scopelint.interp.entry import analyse
from scopelint.interp.options import Options
from scopelint.record.completeness import entry_data

PROGRAM = """
import tensorflow as tf
from nms.cpu_nms import cpu_nms
from utils.cython_bbox import bbox_overlaps

boxes = cpu_nms([1, 2], 0.5)
tf.layers.dense(tf.zeros([2, 3]), 4)
tf.get_variable("many", [len(boxes)])
tf.layers.dense(tf.zeros([2, bbox_overlaps(boxes, boxes)]), 4)
"""
CYTHON = """
import numpy as np
cimport numpy as np
from libc.math cimport exp

def cpu_nms(dets, thresh):
    return [1]
"""
SETUP = """
from setuptools import Extension, setup
setup(ext_modules=[Extension("utils.cython_bbox", sources=["utils/bbox.pyx", "utils/kernel.cpp"])])
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in {
        "nms/__init__.py": "", "nms/cpu_nms.pyx": CYTHON, "utils/__init__.py": "", "utils/bbox.pyx": CYTHON,
        "utils/kernel.cpp": "#include <vector>\n", "setup.py": SETUP, "train.py": PROGRAM,
    }.items():  # fmt: skip
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def complete(project: Path) -> bool:
    outcome = analyse(str(project / "train.py"), PROGRAM.encode(), Options())[0]
    assert [v.name for v in outcome.variables] == [
        "dense/kernel", "dense/bias", "many", "dense_1/kernel", "dense_1/bias",
    ]  # fmt: skip
    (size,) = outcome.variables[2].shape or ()
    assert not isinstance(size, int)
    return bool(entry_data(outcome)["complete"])


def test_sources_without_tensorflow_make_nothing(project: Path) -> None:
    assert complete(project)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("nms/cpu_nms.pyx", "import tensorflow as tf\n" + CYTHON),
        ("nms/cpu_nms.pyx", "from models import network\n" + CYTHON),
        ("utils/kernel.cpp", '#include "tensorflow/core/framework/op.h"\n'),
        ("utils/kernel.cpp", "#include <pybind11/pybind11.h>\n"),
        ("setup.py", SETUP.replace('"utils/bbox.pyx", "utils/kernel.cpp"', "*SOURCES")),
        ("setup.py", SETUP.replace("kernel.cpp", "lost.cpp")),
        ("setup.py", "setup("),
    ],
)
def test_any_other_may(project: Path, name: str, text: str) -> None:
    (project / name).write_text(text)
    assert not complete(project)


@pytest.mark.parametrize("built", ["fast.cpython-37m-x86_64-linux-gnu.so", "fast.pyd", "fast.pyx"])
def test_built_module_is_a_name_of_its_package(tmp_path: Path, built: str) -> None:
    program = "import tensorflow as tf\nfrom kit import fast\ntf.get_variable('w', [2])\n"
    (tmp_path / "kit").mkdir()
    (tmp_path / "kit/__init__.py").write_text("")
    (tmp_path / "kit" / built).write_bytes(b"import tensorflow")
    (tmp_path / "train.py").write_text(program)
    outcome = analyse(str(tmp_path / "train.py"), program.encode(), Options())[0]
    assert [v.name for v in outcome.variables] == ["w"]
    assert not entry_data(outcome)["complete"]
