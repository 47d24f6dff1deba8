"""`scopelint checkpoint` as users run it on files alone: listing, verifying, renaming; exit status and errors."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from scopelint.cli import main

FIXTURES = Path(__file__).parents[2] / "fixtures" / "checkpoints"


@pytest.fixture
def plain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(FIXTURES / "v2_adam_step", tmp_path / "m")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(["checkpoint", *arguments])
    out = capsys.readouterr()
    return status, out.out, out.err


def test_listing(plain: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "m")
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "m/model.ckpt-0: V2, 29 keys, 508 values"
    assert "  net/fc1/kernel           [5,8]  float32  + Adam, Adam_1" in lines
    assert lines[lines.index("of the optimizer:") + 1 :] == ["  beta1_power  []  float32", "  beta2_power  []  float32"]
    assert "Adam" not in lines[1] and not any(line.startswith("  net/fc1/kernel/Adam") for line in lines)


def test_listing_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, str(FIXTURES / "tf_1.2.1" / "model.ckpt"), "--format", "json")
    data = json.loads(out)
    assert (status, data["kind"], data["tensorflow"], len(data["tensors"])) == (0, "V2", "1.2.1", 32)
    by_key = {tensor["key"]: tensor for tensor in data["tensors"]}
    assert by_key["dense/kernel/Adam"]["companion"] == {"kind": "slot", "of": "dense/kernel", "role": "Adam"}
    said = [name for name, _ in json.loads((FIXTURES / "tf_1.2.1" / "truth.json").read_text())["variables"]]
    assert sorted(by_key, key=lambda key: by_key[key]["order"]) == said
    assert by_key["dense/bias"]["trainable"] and not by_key["beta1_power"]["trainable"]


def test_slices_and_full_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        "  emb/table                [10,4]  float32  4 slices [3,4] [3,4] [2,4] [2,4]\n"
        in run(capsys, str(FIXTURES / "v2_partitioned"))[1]
    )
    out = run(capsys, str(FIXTURES / "object_graph_mode"))[1]
    assert (
        "  d1/kernel     [5,4]  float32  + m, v  key model/layer_with_weights-0/kernel/.ATTRIBUTES/VARIABLE_VALUE\n"
        in out
    )
    assert "_CHECKPOINTABLE_OBJECT_GRAPH" not in out
    assert "no variables:\n  vocab-keys " in run(capsys, str(FIXTURES / "v2_hashtable_string"))[1]


def test_verifying(plain: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "m", "--verify")
    assert (status, err) == (0, "") and "  beta1_power " in out
    assert "  global_step              []     int64    = 0\n" in out
    shard = plain / "m" / "model.ckpt-0.data-00000-of-00001"
    data = bytearray(shard.read_bytes())
    data[7] ^= 1
    shard.write_bytes(data)
    status, out, err = run(capsys, "m", "--verify")
    assert status == 2 and out.count("values not read") == 1
    assert err.count("\n") == 1 and "damaged: the checksum of bytes 4 to 8 does not agree" in err
    assert run(capsys, "m")[0] == 0


def test_missing_data_is_listed_and_said(plain: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (plain / "m" / "model.ckpt-0.data-00000-of-00001").unlink()
    status, out, err = run(capsys, "m")
    assert status == 2 and out.startswith("m/model.ckpt-0: V2, 29 keys")
    assert err == "scopelint: m/model.ckpt-0.data-00000-of-00001: missing: no values of 'beta1_power' and 28 more\n"


def test_what_a_shell_makes_of_a_pattern_is_one_checkpoint(capsys: pytest.CaptureFixture[str]) -> None:
    files = sorted(str(path) for path in (FIXTURES / "v1_sharded").glob("model.ckpt-v1-*"))
    assert len(files) == 2
    status, out, _ = run(capsys, *files)
    assert status == 0 and "V1, 2 keys in 2 shards" in out.splitlines()[0]
    files = sorted(str(path) for path in (FIXTURES / "v2_sharded").glob("model.ckpt.*"))
    assert len(files) == 3 and run(capsys, *files)[0] == 0


def test_renaming(plain: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (plain / "map").write_text("net/fc1/kernel -> head/w\nglobal_step -> step\n")
    status, out, err = run(capsys, "m", "--rename-to", "new.ckpt", "--map", "map", "--drop-slots")
    assert (status, err) == (0, "")
    assert out == "new.ckpt: 2 renamed, 9 as before, 18 left out; its data linked, not copied\n"
    listed = run(capsys, "new.ckpt", "--format", "json")[1]
    keys = {tensor["key"] for tensor in json.loads(listed)["tensors"]}
    assert {"head/w", "step", "net/fc1/bias"} <= keys and "net/fc1/kernel" not in keys and len(keys) == 11
    assert run(capsys, "m", "--rename-to", "new.ckpt") == (2, "", "scopelint: new.ckpt.index: exists already\n")
    assert run(capsys, "m", "--rename-to", "b", "--link", "--copy")[0] == 2
    assert run(capsys, "m", "--rename-to", "b", "--copy", "--state")[1].endswith("; its data copied\n")
    assert (plain / "checkpoint").read_text().startswith('model_checkpoint_path: "b"\n')
    (plain / "map").write_text("no such key -> x\n")
    status, _, err = run(capsys, "m", "--rename-to", "c", "--map", "map")
    assert status == 2 and err == "scopelint: m: no key 'no such key' in it, which the map names\n"
    assert sorted(name for name in os.listdir(plain) if name.startswith("c")) == ["checkpoint"]


PROGRAM = """
import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 5])
with tf.variable_scope("SCOPE"):
    for i in range(1, 3):
        x = tf.layers.dense(x, 8, name="fc%d" % i)
        if i == 1:
            x = tf.layers.batch_normalization(x, name="bn1")
    tf.layers.dense(x, 3, name="logits")
with tf.Session() as session:
    tf.train.Saver().restore(session, "m/model.ckpt-0")
"""


def test_names_that_a_program_wants(plain: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (plain / "load.py").write_text(PROGRAM.replace("SCOPE", "other"))
    status, out, _ = run(capsys, "m", "load.py", "--no-cache", "--rename-to", "new.ckpt", "--drop-slots")
    assert (status, out) == (0, "new.ckpt: 10 renamed, 1 as before, 18 left out; its data linked, not copied\n")
    keys = {tensor["key"] for tensor in json.loads(run(capsys, "new.ckpt", "--format", "json")[1])["tensors"]}
    said = json.loads((FIXTURES / "v2_plain" / "truth.json").read_text())["tensors"]
    assert keys == {name.replace("net/", "other/") for name in said} | {"global_step"}
    (plain / "load.py").write_text(PROGRAM.replace("SCOPE", "net"))
    status, out, err = run(capsys, "m", "load.py", "--no-cache", "--rename-to", "b")
    assert (status, out) == (2, "") and err.endswith("renaming would not help it\n")
    assert run(capsys, "m", "load.py", "--rename-to", "b", "--map", "x")[0] == 2
    assert run(capsys, "m", "m", "--rename-to", "b")[0] == 2
    assert not (plain / "b.index").exists()


def test_values_that_are_missing_do_not_load(plain: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (plain / "load.py").write_text(PROGRAM.replace("SCOPE", "net"))
    assert run(capsys, "m", "load.py", "--no-cache")[0] == 0
    (plain / "m" / "model.ckpt-0.data-00000-of-00001").unlink()
    status, out, err = run(capsys, "m", "load.py", "--no-cache")
    assert status == 1 and out and "missing: no values of" in err


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nowhere",),
        ("gs://bucket/model.ckpt",),
        ("m", "--format", "sarif"),
        ("m", "--map", "x"),
        ("m\0", ),
        ("map",),
        ("",),
    ],
)  # fmt: skip
def test_errors_take_one_line(arguments: tuple[str, ...], plain: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (plain / "map").write_text("text")
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (2, "")
    assert err.startswith("scopelint: ") and err.count("\n") == 1 and "please report" not in err


def test_names_that_would_move_the_cursor(plain: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (plain / "map").write_text(json.dumps({"global_step": "a\x1b[2Jb\ud800"[:-1] + "\n"}))
    assert run(capsys, "m", "--rename-to", "odd", "--map", "map")[0] == 0
    out = run(capsys, "odd")[1]
    assert "a\\x1b[2Jb\\n" in out and "\x1b" not in out
