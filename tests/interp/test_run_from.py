"""A data file that is found elsewhere than beside the script: what is made of it hangs on it that this is the one."""

from __future__ import annotations

from pathlib import Path

import pytest

from scopelint.interp.entry import analyse
from scopelint.interp.options import Options
from scopelint.rules import registry

PROGRAM = """
import json
import tensorflow as tf

with open("sizes.json") as stream:
    sizes = json.load(stream)
tf.get_variable("w", [sizes["units"]])
tf.get_variable("w", [sizes["units"]])
"""


@pytest.mark.parametrize(
    ("script", "data", "packages", "made", "certain"),
    [
        # Beside the script, in no package.
        ("train.py", "sizes.json", [], [("w", (7,), True)], [True]),
        # Whoever runs a module of a package stands above it, as a rule.
        ("zoo/train.py", "zoo/sizes.json", ["zoo"], [("w", (7,), False)], [False]),
        ("zoo/deep/train.py", "zoo/sizes.json", ["zoo", "zoo/deep"], [("w", (7,), False)], [False]),
    ],
)
def test_what_is_read_from_a_file(
    tmp_path: Path, script: str, data: str, packages: list[str], made: list[object], certain: list[bool]
) -> None:
    for package in packages:
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text("")
    (tmp_path / data).write_text('{"units": 7}')
    (tmp_path / script).write_text(PROGRAM)
    outcome = analyse(str(tmp_path / script), PROGRAM.encode(), Options(roots=(str(tmp_path),)))[0]
    assert [(each.name, each.shape, not each.when) for each in outcome.variables] == made
    assert [each.certain for each in registry.run([outcome]) if each.code[:4] == "TFS2"] == certain


def test_a_file_that_is_not_found(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(PROGRAM)
    outcome = analyse(str(tmp_path / "train.py"), PROGRAM.encode(), Options())[0]
    assert [(each.name, each.shape_known and isinstance(each.shape[0], int)) for each in outcome.variables] == [
        ("w", False)
    ]
