"""Checkpoints that lie in the project: read where a program names them, kept in the cache with what they hold."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from scopelint.project.check import check
from scopelint.project.config import Config

HELD = Path(__file__).parents[2] / "fixtures" / "rules" / "loading"
SOURCE = """import tensorflow as tf
tf.get_variable("net/new", [2])
tf.train.Saver().restore(tf.Session(), {path!r})
"""


def put(folder: Path) -> None:
    for file in HELD.glob("model.ckpt.*"):
        shutil.copy(file, folder)


def codes(folder: Path, **settings: object) -> list[str]:
    config = Config({"cache_dir": str(folder / "cache"), "jobs": 1, **settings}, str(folder))
    return [finding.code for finding in check([str(folder / "load.py")], config).findings]


def test_a_checkpoint_that_comes_or_goes_is_seen_through_the_cache(tmp_path: Path) -> None:
    (tmp_path / "load.py").write_text(SOURCE.format(path="model.ckpt"))
    assert codes(tmp_path) == codes(tmp_path) == []
    put(tmp_path)
    assert codes(tmp_path) == codes(tmp_path) == ["TFS403"]
    (tmp_path / "model.ckpt.index").write_bytes(b"no longer one")
    assert codes(tmp_path) == []


def test_the_folder_of_a_model_is_its_newest_checkpoint(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    put(tmp_path / "logs")
    (tmp_path / "logs" / "checkpoint").write_text('model_checkpoint_path: "model.ckpt"\n')
    (tmp_path / "load.py").write_text(SOURCE.format(path="x").replace("'x'", "tf.train.latest_checkpoint('logs')"))
    assert codes(tmp_path) == ["TFS403"]


@pytest.mark.parametrize("written", ["../outside/model.ckpt", "{folder}/outside/model.ckpt", "", "a\0b"])
def test_nothing_outside_the_project_is_looked_at(written: str, tmp_path: Path) -> None:
    project, outside = tmp_path / "project", tmp_path / "outside"
    project.mkdir()
    outside.mkdir()
    put(outside)
    (project / "load.py").write_text(SOURCE.format(path=written.format(folder=tmp_path)))
    assert codes(project) == []


def test_the_user_says_which_checkpoint_it_is(tmp_path: Path) -> None:
    (tmp_path / "load.py").write_text(SOURCE.format(path="x").replace("'x'", "input()"))
    assert codes(tmp_path) == []
    assert codes(tmp_path, checkpoint=(str(HELD / "model.ckpt"),)) == ["TFS403"]
