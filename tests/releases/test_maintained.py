"""Models of maintained libraries that are written for TF 2 through `compat.v1`: what `--tf 2.15` says against what
TensorFlow 2.15.1 made.

SCOPELINT_MAINTAINED names a folder with checkouts of both: deepxde (lululxvi/deepxde, recorded at 99b6620386) and
LibRecommender (massquantity/LibRecommender, at 7463d9d084). Without it these are skipped.
"""

import json
import os
from pathlib import Path

import pytest

from scopelint.graph.releases import release
from scopelint.interp.entry import analyse
from scopelint.interp.options import Options
from scopelint.record.names import names_data

FOLDER = Path(__file__).parents[2] / "fixtures" / "releases"
RECORDED = dict(line.split("\t") for line in (FOLDER / "maintained.txt").read_text(encoding="utf-8").splitlines())
CHECKOUTS = os.environ.get("SCOPELINT_MAINTAINED", "")


def test_every_program_has_a_record():
    files = (FOLDER / "maintained").glob("*/*.py")
    programs = {str(path.relative_to(FOLDER / "maintained"))[:-3] for path in files} - {"LibRecommender/four_users"}
    assert set(RECORDED) == programs
    assert len(RECORDED) >= 20


@pytest.mark.skipif(not CHECKOUTS, reason="SCOPELINT_MAINTAINED names no folder of checkouts")
@pytest.mark.parametrize("name", sorted(RECORDED))
def test_names_of_a_maintained_library(name):
    path = FOLDER / "maintained" / f"{name}.py"
    library = os.path.join(CHECKOUTS, name.partition("/")[0])
    options = Options(
        release=release("2.15.1"),
        search_path=(str(path.parent), library),
        environment=(("DDE_BACKEND", "tensorflow.compat.v1"),),
    )
    data = names_data(analyse(str(path), path.read_bytes(), options))
    made = [[variable["name"], variable["shape"]] for variable in data["variables"]]
    assert made == json.loads(RECORDED[name])
    assert all(variable["certain"] for variable in data["variables"])
    assert not data["stopped"]
