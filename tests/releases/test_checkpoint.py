"""`scopelint checkpoint` asks what the program makes under the release of TensorFlow that saved the file."""

import json
from pathlib import Path

import pytest

from scopelint.cli import main

SAVED = Path(__file__).parents[2] / "fixtures" / "checkpoints" / "tf_1.0.1" / "model.ckpt"
PROGRAM = """import tensorflow as tf
rc = tf.contrib.rnn
with tf.variable_scope({scope!r}):
    tf.nn.dynamic_rnn(rc.GRUCell(8), tf.placeholder(tf.float32, [2, 3, {depth}]), dtype=tf.float32)
saver = tf.train.Saver()
with tf.Session() as session:
    saver.restore(session, "model.ckpt")
"""


@pytest.fixture
def depth(capsys):
    assert main(["checkpoint", str(SAVED), "--format", "json"]) == 0
    tensors = json.loads(capsys.readouterr().out)["tensors"]
    (kernel,) = [t for t in tensors if t["key"] == "decoder/rnn/gru_cell/candidate/weights"]
    rows, units = kernel["shape"]
    return rows - units, units


def compare(tmp_path, capsys, source, *flags):
    path = tmp_path / "load.py"
    path.write_text(source)
    status = main(["checkpoint", str(SAVED), str(path), *flags])
    return status, capsys.readouterr().out


def test_the_program_is_the_same_and_the_release_renamed(tmp_path, capsys, depth):
    source = PROGRAM.format(scope="decoder", depth=depth[0]).replace("GRUCell(8)", f"GRUCell({depth[1]})")
    status, said = compare(tmp_path, capsys, source)
    assert status == 1
    assert "TensorFlow 1.0.1, which saved it, names 4 of these variables otherwise; the program is the same" in said
    status, written = compare(tmp_path, capsys, source, "--write-map", "json")
    assert json.loads(written) == {
        f"decoder/rnn/gru_cell/{part}/{old}": f"decoder/rnn/gru_cell/{part}/{new}"
        for part in ("gates", "candidate")
        for old, new in (("weights", "kernel"), ("biases", "bias"))
    }
    # Under the release that saved it, it loads.
    assert compare(tmp_path, capsys, source, "--tf", "1.0.1")[0] == 0


def test_another_program_is_not_called_the_same(tmp_path, capsys, depth):
    source = PROGRAM.format(scope="encoder", depth=depth[0]).replace("GRUCell(8)", f"GRUCell({depth[1]})")
    status, said = compare(tmp_path, capsys, source)
    assert status == 1
    assert "which saved it, names" not in said
