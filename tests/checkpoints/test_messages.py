"""What TensorFlow said of a checkpoint, pasted: the texts are TF 1.15.5's own, from the stories."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from scopelint.checkpoints.messages import read_message
from scopelint.commands import answering
from scopelint.project.config import Config, ConfigError

STORIES = Path(__file__).parents[2] / "fixtures" / "checkpoint_stories"


def message(name: str) -> str:
    error = json.loads((STORIES / name / "truth.json").read_text())["load"]["error"]
    return (
        "INFO:tensorflow:Restoring parameters from model.ckpt\nTraceback (most recent call last):\n"
        f'  File "load.py", line {error["line"]}, in <module>\n    saver.restore(sess, "model.ckpt")\n'
        '  File "/usr/lib/python3.6/site-packages/tensorflow_core/python/training/saver.py", line 1290, in restore\n'
        f"    {{self.saver_def.filename_tensor_name: save_path}})\n{error['type']}: {error['message']}\n"
    )


@pytest.mark.parametrize(
    ("name", "kind", "keys", "wanted", "held"),
    [
        ("gan_scopes_renamed", "key", ("D/fc1/bias",), "", ""),
        ("v1_file_missing", "key", ("b",), "", ""),
        ("warm_start_new_head", "key", ("head/bias",), "", ""),
        ("lm_half_precision", "dtype", ("embedding", "softmax/bias"), "half", "float"),
        ("v1_file_dtype", "dtype", ("w",), "double", "float"),
        ("partitions_more_rows", "shape", ("table",), "[15,4]", "[12,4]"),
        ("lm_vocabulary_grown", "shape", (), "[6,64]", "[6,50]"),
        ("init_one_shape", "shape", ("model/w",), "(4,)", "[3]"),
        ("object_based_by_names_one_more", "names", ("head",), "", ""),
    ],
)
def test_what_it_speaks_of_is_found(name: str, kind: str, keys: tuple[str, ...], wanted: str, held: str) -> None:
    said = read_message(message(name))
    assert (said.kind, said.keys, said.wanted, said.held) == (kind, keys, wanted, held)
    assert said.path == "model.ckpt"
    assert said.frames[0].file == "load.py"


def answered(text: str, paths: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> str:
    monkeypatch.chdir(STORIES / name)
    (tmp_path / "said.txt").write_text(text)
    stream = io.StringIO()
    status = answering.answer_error(paths, Config({"error": str(tmp_path / "said.txt"), "cache": False}), stream)
    assert status == 1
    return stream.getvalue()


def test_program_and_checkpoint_are_found_in_the_text(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told = answered(message("gan_scopes_renamed"), [], monkeypatch, tmp_path, "gan_scopes_renamed")
    assert told.startswith("TF says: the key D/fc1/bias is not in the checkpoint")
    assert "generator/ -> G/" in told


def test_the_variable_of_an_assignment_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told = answered(message("lm_vocabulary_grown"), [], monkeypatch, tmp_path, "lm_vocabulary_grown")
    assert told.startswith("TF says: softmax/kernel: [6,64] in the program, [6,50] in the checkpoint")


def test_a_key_alone_is_answered_by_the_nearest(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = "Key generator/fc3/kernel not found in checkpoint"
    told = answered(text, ["model.ckpt"], monkeypatch, tmp_path, "gan_scopes_renamed")
    assert "generator/fc3/kernel is not in it; nearest: generator/fc1/kernel" in told
    assert "name the program" in told


def test_what_is_about_no_checkpoint_is_refused(tmp_path: Path) -> None:
    (tmp_path / "said.txt").write_text("ValueError: x")
    with pytest.raises(ConfigError, match="nothing in it is about a checkpoint"):
        answering.answer_error([], Config({"error": str(tmp_path / "said.txt")}), io.StringIO())
