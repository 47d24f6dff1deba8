"""Maps of keys to variables: written as programs take them, read back, refused where they do not make sense."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from scopelint.checkpoints.maps import read_map, write_map
from scopelint.checkpoints.reading import read_checkpoint
from scopelint.checkpoints.records import CheckpointError

FIXTURES = Path(__file__).parents[2] / "fixtures" / "checkpoints"
PYTHON = os.environ.get("SCOPELINT_TF_PYTHON", "")
PAIRS = {"module/a": "a", "step": "step", 'odd"key': "ü"}


@pytest.mark.parametrize("form", ["json", "rename"])
def test_what_is_written_reads_back(form: str, tmp_path: Path) -> None:
    path = tmp_path / "map"
    path.write_text(write_map(PAIRS, form, "m.ckpt"), encoding="utf-8")
    expected = PAIRS if form == "json" else {key: name for key, name in PAIRS.items() if key != name}
    assert read_map(str(path)) == expected


def test_what_a_program_takes_is_python() -> None:
    for form in ("saver", "assignment_map"):
        text = write_map(PAIRS, form, "m.ckpt", partitioned=["a"])
        compile(text, form, "exec")
        assert all(repr(name)[1:-1] in text for name in ("module/a", "ü")) and '"m.ckpt"' in text
    assert "_get_save_slice_info" in write_map(PAIRS, "saver", "m", ["a"])
    assert "_get_save_slice_info" not in write_map(PAIRS, "saver", "m", ["b"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "no JSON: "),
        ('{"a": 1}', "'a': the name of a variable expected, or null"),
        ('{"a": "b", "a": "c"}', "'a' stands in it twice"),
        ("a b", "line 1: `key -> variable` expected"),
        ("# note\n\na -> b\na -> c", "line 4: 'a' stands in it twice"),
        ("{" * 100_000, "no JSON: "),
        ("[]", "line 1: "),
    ],
)
def test_maps_that_are_refused(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "map"
    path.write_text(text)
    with pytest.raises(CheckpointError) as caught:
        read_map(str(path))
    assert caught.value.reason.startswith(said)


def test_a_map_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "map").write_bytes(b"\xff\xfe{")
    with pytest.raises(CheckpointError, match="not UTF-8"):
        read_map(str(tmp_path / "map"))
    with pytest.raises(CheckpointError, match="No such file"):
        read_map(str(tmp_path / "other"))


def test_maps_load_in_tf() -> None:
    if not PYTHON:
        pytest.skip("SCOPELINT_TF_PYTHON does not name a Python that has TensorFlow 1.15")
    jobs = []
    for form in ("saver", "assignment_map"):
        for name in ("v2_plain", "v2_partitioned", "v2_adam_step"):
            checkpoint = read_checkpoint(str(FIXTURES / name))
            pairs = {key: f"other/{key}" if "fc1" in key or "table" in key else key for key in checkpoint.by_key}
            in_pieces = ["other/emb/table", "net/fc2/kernel"] if name == "v2_partitioned" else []
            text = write_map(pairs, form, checkpoint.prefix, in_pieces)
            jobs.append(json.dumps([checkpoint.prefix, form, text, pairs, in_pieces]))
    done = subprocess.run(
        [PYTHON, str(Path(__file__).parent / "maps_in_tf.py")],
        input="\n".join(jobs), capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert [json.loads(line) for line in done.stdout.splitlines()] == [None] * len(jobs), done.stderr[-2000:]
