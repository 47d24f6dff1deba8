"""`scopelint why`: from a name, or the line of an error, to the line, the scopes and the calls that make it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scopelint.cli import main
from scopelint.record.making import asked_name

PROGRAM = """\
import tensorflow as tf

tf.app.flags.DEFINE_boolean("train", False, "")


def discriminator(x):
    with tf.variable_scope("d", reuse=tf.AUTO_REUSE):
        return tf.layers.dense(x, 1, name="h")


with tf.name_scope("inputs"):
    real = discriminator(tf.zeros([8, 4]))
fake = discriminator(tf.ones([8, 4]))
table = tf.get_variable("table", [10, 4], partitioner=tf.fixed_size_partitioner(2))
with tf.name_scope("ns"):
    weight = tf.get_variable("weight", [3])
    plain = tf.Variable(tf.zeros([3]), name="plain")
for i in range(3):
    tf.layers.dense(real, 2, name="layer_%d" % i)
if tf.app.flags.FLAGS.train:
    tf.get_variable("only_in_training", [])
train = tf.train.AdamOptimizer().minimize(tf.reduce_mean(real - fake))
saver = tf.train.Saver({"old/weight": weight})
with tf.Session() as session:
    saver.restore(session, "model.ckpt")
"""


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "gan.py"
    path.write_text(PROGRAM)
    return path


def asked(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict]:
    status = main(["why", *words, "--format", "json", "--no-cache"])
    return status, json.loads(capsys.readouterr().out)


def test_a_variable_leads_to_line_scopes_calls_and_where_it_is_shared(
    program: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, data = asked(capsys, "d/h/kernel", "gan.py")
    assert status == 0
    (variable,) = data["variables"]
    assert (variable["file"], variable["line"], variable["shape"], variable["dtype"]) == (
        "gan.py",
        8,
        [4, 1],
        "float32",
    )
    assert [(scope["part"], scope["line"]) for scope in variable["scopes"]] == [("d", 7), ("h", 8)]
    assert variable["name_scope"] == "inputs/d/h"
    assert [(call["line"], call["function"]) for call in variable["calls"]] == [(12, "<module>"), (8, "discriminator")]
    assert variable["calls"][0]["text"] == "real = discriminator(tf.zeros([8, 4]))"
    assert [call["line"] for shared in variable["shared"] for call in shared["calls"]] == [13, 8]
    assert [(slot["name"], slot["line"]) for slot in variable["slots"]] == [
        ("d/h/kernel/Adam", 22),
        ("d/h/kernel/Adam_1", 22),
    ]
    assert variable["collections"] == ["trainable_variables", "variables"]
    assert variable["certain"] and variable["complete"] and data["complete"]


def test_a_slot_leads_to_its_variable_and_to_the_optimizer(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, data = asked(capsys, "d/h/kernel/Adam_1:0", "gan.py")
    assert status == 0
    (variable,) = data["variables"]
    assert variable["line"] == 22
    assert variable["belongs_to"] == {"name": "d/h/kernel", "role": "Adam_1", "file": "gan.py", "line": 8}


@pytest.mark.parametrize(
    ("key", "names"), [("old/weight", ["weight"]), ("table", ["table/part_0", "table/part_1"])], ids=str
)
def test_a_key_of_a_saver_leads_to_what_is_saved_under_it(
    program: Path, capsys: pytest.CaptureFixture[str], key: str, names: list[str]
) -> None:
    status, data = asked(capsys, key, "gan.py")
    assert status == 0
    assert [variable["name"] for variable in data["variables"]] == names
    assert [near["name"] for near in data["near"]] == names


@pytest.mark.parametrize(
    ("name", "near", "word", "line"),
    [
        ("inputs/d/h/kernel", "d/h/kernel", "heed no name scope", 8),
        ("plain", "ns/plain", "takes the name scope", 17),
        ("d", "d/h/kernel", "a scope", 7),
        ("d_1/h/kernel", "d/h/kernel", "shared", 8),
        ("layer_7/kernel", "layer_2/kernel", "numbered layers end here", 19),
        ("d/h/kernel/Momentum", "d/h/kernel", "trains with Adam", 8),
        ("layer_0/kernel/Adam", "layer_0/kernel", "does not depend on it", 19),
        ("d/h/kernel/ExponentialMovingAverage", "d/h/kernel", "no ExponentialMovingAverage", 8),
        ("d/h/weights", "d/h/kernel", "other words for the same", 8),
        ("gan/d/h/kernel", "d/h/kernel", "one rename away", 8),
        ("inputs/d/h/MatMul", "inputs/d/h/MatMul", "an operation (MatMul)", 8),
        ("d/h/kernel/Initializer/random_uniform/shape", "d/h/kernel", "operations under", 8),
        ("only_in_training", "only_in_training", "--train=True", 21),
    ],
)
def test_near_misses_come_with_the_reason(
    program: Path, capsys: pytest.CaptureFixture[str], name: str, near: str, word: str, line: int
) -> None:
    status, data = asked(capsys, name, "gan.py")
    assert status == 1
    assert data["variables"] == []
    first = data["near"][0]
    assert (first["name"], first["line"], first["sure"]) == (near, line, True)
    assert word in first["reason"]


def test_what_resembles_nothing_has_no_near_miss(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(capsys, "zzz", "gan.py")[1]["near"] == []


def test_what_tensorflow_refuses_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "twice.py"
    path.write_text('import tensorflow as tf\n\ntf.get_variable("w", [3])\ntf.get_variable("w", [3])\n')
    status, data = asked(capsys, "w", str(path))
    assert status == 0
    assert [(row["line"], row["error"]) for row in data["variables"][0]["refused"]] == [(4, "ValueError")]
    path.write_text(
        'import tensorflow as tf\n\nwith tf.variable_scope("a", reuse=True):\n    tf.get_variable("w", [3])\n'
    )
    status, data = asked(capsys, "a/w", str(path))
    assert status == 1
    assert data["near"][0]["line"] == 4
    assert "TensorFlow refuses it: Variable a/w does not exist" in data["near"][0]["reason"]


def test_what_is_not_known_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "part.py"
    path.write_text(
        "import tensorflow as tf\nimport nets_not_here\n\n"
        'def build(n, is_training):\n    tf.get_variable("layer_%d" % n, [3])\n'
        '    if is_training:\n        tf.get_variable("ema", [])\n    nets_not_here.net()\n'
    )
    status, data = asked(capsys, "layer_3", str(path))
    assert status == 1
    assert data["near"][0]["reason"] == "one of these: the part in braces is not known"
    assert not data["complete"]
    assert data["incomplete"][0]["line"] == 2
    status, data = asked(capsys, "ema", str(path))
    assert status == 0
    assert data["variables"][0]["certain"] is False
    assert data["variables"][0]["when"] == ["is_training"]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("d/h/kernel", "d/h/kernel"),
        ("'d/h/kernel:0'", "d/h/kernel"),
        ("NotFoundError: Key d/h/kernel not found in checkpoint", "d/h/kernel"),
        ("ValueError: Variable d/h/kernel already exists, disallowed. Did you mean to set reuse=True", "d/h/kernel"),
        ("ValueError: Variable d/h/kernel does not exist, or was not created with tf.get_variable()", "d/h/kernel"),
        ("ValueError: Trying to share variable w, but specified shape (2,) and found shape (3,).", "w"),
        ("FailedPreconditionError: Attempting to use uninitialized value d/h/kernel\n\t [[{{node x}}]]", "d/h/kernel"),
    ],
)
def test_the_name_is_found_in_what_tensorflow_says(said: str, name: str) -> None:
    assert asked_name(said) == name


def test_text_shows_the_source(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["why", "d/h/kernel/Adam", "gan.py", "--no-cache"]) == 0
    text = capsys.readouterr().out
    assert 'd/h/kernel [4,1] as Adam, made at gan.py:8: return tf.layers.dense(x, 1, name="h")' in text
    assert "gan.py:22: train = tf.train.AdamOptimizer().minimize" in text
    assert main(["why", "nothing", "gan.py", "--no-cache"]) == 1
    assert "no variable of 1 file has this name" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "name a variable"),
        (["gan.py"], "the name comes first"),
        (["w", "absent.py"], "absent.py: no such file or folder"),
        (["w", "gan.py", "--format", "sarif"], "why knows text, json"),
        (["''", "gan.py"], "the name is empty"),
    ],
)
def test_wrong_usage_is_one_line(
    program: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert main(["why", *words]) == 2
    told = capsys.readouterr().err
    assert said in told and told.count("\n") == 1


def test_a_file_that_cannot_be_read_is_a_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "broken.py"
    path.write_text("import tensorflow as tf\ndef (:\n")
    assert main(["why", "w", str(path), "--no-cache"]) == 2
    assert "broken.py:2" in capsys.readouterr().err
