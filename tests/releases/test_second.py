"""TF 1 programs that run under TF 2 through `compat.v1`: what `--tf 2.15` says against what TensorFlow 2.15.1 made."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from scopelint.graph.releases import release
from scopelint.interp.entry import analyse
from scopelint.interp.options import Options
from scopelint.record.names import names_data

FOLDER = Path(__file__).parents[2] / "fixtures" / "releases"
RECORDED = dict(line.split("\t") for line in (FOLDER / "second.txt").read_text(encoding="utf-8").splitlines())
PROGRAMS = sorted((FOLDER / "second").glob("*.py"))
PYTHON = os.environ.get("SCOPELINT_TF2_PYTHON", "")


def test_every_program_has_a_record():
    assert sorted(RECORDED) == [path.stem for path in PROGRAMS]
    assert len(PROGRAMS) >= 20


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_names_under_the_second(path):
    outcomes = analyse(str(path), path.read_bytes(), Options(release=release("2.15.1")))
    data = names_data(outcomes)
    kinds = ("variables", "local_variables")
    made = [
        [variable["name"], variable["shape"]]
        for kind in kinds
        for variable in data["variables"]
        if kind in variable["collections"]
    ]
    assert made == json.loads(RECORDED[path.stem])
    assert all(variable["certain"] for variable in data["variables"])
    assert (data["unknown"], data["stopped"]) == ([], [])


@pytest.mark.skipif(not PYTHON, reason="SCOPELINT_TF2_PYTHON names no Python with TensorFlow 2.15")
def test_the_record_is_what_tensorflow_says():
    script = Path(__file__).with_name("run_in_tf2.py")
    done = subprocess.run([PYTHON, str(script), str(FOLDER / "second")], capture_output=True, text=True, check=True)
    found = dict(line.split("\t") for line in done.stdout.splitlines() if "\t" in line)
    assert found == RECORDED
