"""Which files are analysed at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from scopelint.syntax.prefilter import Reach, names_tensorflow


@pytest.mark.parametrize(
    "source",
    [
        "import tensorflow as tf",
        "import os, tensorflow",
        "from tensorflow.contrib import slim",
        "import tf_slim as slim",
        "x = 1; import tensorflow",
        "    import tensorflow.compat.v1 as tf",
        "m = __import__('tensorflow')",
        'importlib.import_module("tensorflow.contrib.slim")',
        "import numpy, \\\n    tensorflow as tf",
    ],
)
def test_sources_that_can(source: str) -> None:
    assert names_tensorflow(source.encode())


@pytest.mark.parametrize(
    "source", ["", "import numpy", "# tensorflow", "print('see tensorflow.org')", "tensorflow_like = 1"]
)
def test_sources_that_cannot(source: str) -> None:
    assert not names_tensorflow(source.encode())


def test_a_script_reaches_tensorflow_through_its_siblings(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text("import tensorflow as tf\n")
    (tmp_path / "middle.py").write_text("import model\n")
    (tmp_path / "ring.py").write_text("import other\n")
    (tmp_path / "other.py").write_text("import ring\n")
    package = tmp_path / "pkg" / "sub"
    package.mkdir(parents=True)
    (tmp_path / "pkg" / "__init__.py").write_text("")
    (package / "__init__.py").write_text("from .deep import net\n")
    (package / "deep.py").write_text("import tensorflow as tf\n")

    def touches(source: str, folder: Path = tmp_path) -> bool:
        return Reach().touches(str(folder / "main.py"), source.encode())

    assert touches("from middle import build\n")
    assert touches("if True: import middle\n")
    assert touches("from pkg import sub\n")
    assert touches("import pkg.sub as s\n")
    assert touches("from .sub import net\n", tmp_path / "pkg")
    assert touches("from .. import model\n", tmp_path / "pkg")
    assert touches("importlib.import_module('middle')\n")
    assert not touches("import ring, os, numpy as np\n")
    assert not touches("import pkg\n")


def test_the_search_path_counts(tmp_path: Path) -> None:
    library = tmp_path / "lib"
    library.mkdir()
    (library / "net.py").write_text("import tensorflow\n")
    main = str(tmp_path / "main.py")
    assert not Reach().touches(main, b"import net\n")
    assert Reach((str(library),)).touches(main, b"import net\n")
