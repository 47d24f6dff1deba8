"""The picture: at the terminal, as diagrams, as an event file."""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import struct
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from scopelint.reports import to_diagrams, to_tensorboard, to_tree
from scopelint.reports.tree import trees
from tests.reports.browser import fetch, free_port
from tests.reports.views import MODELS, ODD, ROOT, view


def test_sizes() -> None:
    [tree] = trees(view(MODELS / "mlp.py")[0])
    assert (tree.size.variables, tree.size.parameters, tree.size.open) == (21, 354_849, False)
    kernel = tree.under("classifier/layer_0/kernel")
    assert kernel.variable is not None and kernel.variable.shape == (784, 128)
    assert kernel.size.parameters == 3 * 784 * 128 and len(kernel.sharings) == 1


def test_at_the_terminal() -> None:
    stream = io.StringIO()
    to_tree.write([view(MODELS / "towers.py")[0], view(Path("odd.py"), ODD)[0]], stream)
    text = stream.getvalue()
    for said in (
        "word_embeddings", "[1000,64] float32", "64,000", "shared ×1", "refused: Variable head/output_bias already",
        "layer_{i}/", "if `for i in range(n)` comes round", "name scope, no variable sees it", "at least ",
    ):  # fmt: skip
        assert said in text, said
    assert "\x1b" not in text
    to_tree.write([view(MODELS / "mlp.py")[0]], stream, color=True)
    assert "\x1b[" in stream.getvalue()


@pytest.mark.parametrize("write", [to_diagrams.write_dot, to_diagrams.write_mermaid])
def test_diagrams(write: Any) -> None:
    stream = io.StringIO()
    write([view(MODELS / "towers.py")[0], view(Path("odd.py"), ODD)[0]], stream)
    text = stream.getvalue()
    assert "word_embeddings" in text and "refused" in text
    if write is to_diagrams.write_dot:
        assert text.count("{") - text.count("{i}") == text.count("}") - text.count("{i}")
        if shutil.which("dot"):
            done = subprocess.run(["dot", "-Tsvg"], input=text, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
    else:
        assert text.count("subgraph") == sum(line.strip() == "end" for line in text.splitlines())


def test_event_file(tmp_path: Path) -> None:
    [path] = to_tensorboard.write([view(MODELS / "mlp.py")[0]], str(tmp_path))
    data = Path(path).read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    assert data[12 : 12 + length].endswith(b"brain.Event:2")
    assert to_tensorboard.crc32c(b"123456789") == 0xE3069283
    events = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    accumulator = events.EventAccumulator(path)
    accumulator.Reload()
    nodes = {node.name: node for node in accumulator.Graph().node}
    kernel = nodes["classifier/layer_0/kernel"]
    assert kernel.op == "VariableV2" and [d.size for d in kernel.attr["shape"].shape.dim] == [784, 128]
    assert len(nodes) == 21


BRANCHES = """import tensorflow as tf

with tf.device("/cpu:0"):
    x = tf.placeholder(tf.float32, [None, 4], name="x")
training = tf.placeholder(tf.bool, [], name="training")
with tf.variable_scope("net"):
    h = tf.layers.dense(x, 3, name="h")
h = tf.cond(training, lambda: h * 2.0, lambda: h, name="choice")
with tf.control_dependencies([h]):
    count = tf.constant(1, name="count")
last = tf.while_loop(lambda i: i < 5, lambda i: i + count, [tf.constant(0, name="start")], name="turns")
total = tf.add(tf.reduce_sum(h, name="sum"), tf.cast(last, tf.float32, name="turned"), name="total")
"""
TRAINING = """import tensorflow as tf
x = tf.placeholder(tf.float32, [8, 12, 12, 3], name="x")
y = tf.placeholder(tf.int32, [8], name="y")
h = tf.layers.conv2d(x, 4, 3, activation=tf.nn.relu, name="c")
h = tf.layers.batch_normalization(h, training=True, name="bn")
h = tf.layers.max_pooling2d(h, 2, 2)
h = tf.layers.flatten(h)
h = tf.layers.dense(h, 5, activation=tf.tanh, name="d")
h2 = tf.layers.dense(h, 5, name="e")
l = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=h + h2))
l += 0.1 * tf.nn.l2_loss(tf.trainable_variables()[0])
tf.train.AdamOptimizer(0.1).minimize(l)
"""
LOSSES = """import tensorflow as tf

x = tf.placeholder(tf.float32, [8, 3], name="x")
y = tf.placeholder(tf.float32, [8, 3], name="y")
w = tf.placeholder(tf.float32, [8, 3], name="w")
tf.losses.mean_squared_error(y, x)
tf.losses.absolute_difference(y, x, weights=w, scope="weighted")
tf.losses.sigmoid_cross_entropy(y, x, weights=2.0)
total = tf.losses.get_total_loss()
"""
PROGRAMS = {"branches": BRANCHES, "training": TRAINING, "losses": LOSSES}
"""What TF 1.15 writes of each lies beside: name, type, inputs, the first output's shape, device."""


@pytest.mark.parametrize("name, program", PROGRAMS.items())
def test_the_whole_graph_is_as_tf_writes_it(tmp_path: Path, name: str, program: str) -> None:
    drawn, _ = view(Path(f"{name}.py"), program, "picture")
    [path] = to_tensorboard.write([drawn], str(tmp_path))
    events = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    accumulator = events.EventAccumulator(path)
    accumulator.Reload()

    def shape(node: Any) -> list[int] | None:
        listed = node.attr["_output_shapes"].list.shape
        return None if not listed or listed[0].unknown_rank else [d.size for d in listed[0].dim]

    written = json.loads((Path(__file__).parent / f"{name}.json").read_text())
    nodes = {n.name: [n.op, sorted(n.input), shape(n), n.device] for n in accumulator.Graph().node}
    assert nodes == {name: [op, sorted(inputs), *rest] for name, op, inputs, *rest in written}


@pytest.mark.parametrize("path", sorted((ROOT / "fixtures" / "pictures").glob("*.py")), ids=lambda path: path.stem)
def test_loops_and_conds_with_their_gradients_are_as_tf_makes_them(path: Path) -> None:
    """Every node, and all that each takes and waits for; shapes where they are said. Beside each program lies what TF
    wrote of it (tools/picture_in_tf.py)."""
    drawn, _ = view(path, path.read_text(), "picture")
    with gzip.open(path.with_suffix(".json.gz"), "rt") as stream:
        [graph] = json.load(stream)["graphs"]

    def sorted_inputs(inputs: Any) -> list[str]:
        data = [each for each in inputs if not each.startswith("^")]
        return data + sorted(each for each in inputs if each.startswith("^"))

    theirs = {name: (kind, sorted_inputs(inputs)) for name, kind, inputs, _, _ in graph}
    assert {op.name: (op.type, sorted_inputs(op.inputs or ())) for op in drawn.operations} == theirs
    shapes = {name: given for name, _, _, given, _ in graph}
    for op in drawn.operations:
        for said, real in zip(op.shapes, shapes[op.name], strict=False):
            known = None if said is None else [-1 if size is None else size for size in said]
            assert known is None or known == real, op.name


def test_tensorboards_own_server_shows_it(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    to_tensorboard.write([view(MODELS / "mlp.py")[0]], str(tmp_path))
    port = free_port()
    command = [sys.executable, "-m", "tensorboard.main", "--logdir", str(tmp_path), "--port", str(port), "--host",
               "127.0.0.1", "--load_fast=false"]  # fmt: skip
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(240):
            time.sleep(0.25)
            try:
                base = f"http://127.0.0.1:{port}/data/plugin/graphs"
                runs = json.loads(fetch(f"{base}/info"))
                if runs.get("mlp", {}).get("run_graph"):
                    graph = fetch(f"{base}/graph?run=mlp&conceptual=false&large_attrs_key=_too_large_attrs")
                    assert b"classifier/layer_0/kernel" in graph
                    return
            except OSError:
                continue
        pytest.fail("tensorboard shows no graph")
    finally:
        server.terminate()
        server.wait(20)


def test_watching(tmp_path: Path) -> None:
    """`--watch` reports again when a file changes, imported ones too."""
    (tmp_path / "net.py").write_text("import tensorflow as tf\ndef net():\n    tf.get_variable('w', [3])\n")
    (tmp_path / "main.py").write_text("import net\nnet.net()\n")
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "scopelint", "names", "--watch", "main.py"], cwd=tmp_path, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("w  [3]")
        assert process.stdout.readline().endswith(": complete\n")
        time.sleep(0.5)
        (tmp_path / "net.py").write_text("import tensorflow as tf\ndef net():\n    tf.get_variable('w', [3, 5])\n")
        assert process.stdout.readline().startswith("w  [3,5]")
    finally:
        process.kill()
        process.wait()


def test_the_command(tmp_path: Path) -> None:
    def scopelint(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "scopelint", *arguments], cwd=tmp_path, capture_output=True, text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip

    shutil.copy(MODELS / "mlp.py", tmp_path)
    for _ in range(2):  # The second is answered by the cache.
        done = scopelint("tree", "mlp.py")
        assert done.returncode == 0 and done.stdout.startswith("mlp.py  21 variables, 354,849 parameters")
    assert scopelint("tree", "mlp.py", "--format", "html", "--output-file", "a.html").returncode == 0
    assert "classifier" in (tmp_path / "a.html").read_text()
    done = scopelint("tree", "mlp.py", "--format", "tensorboard", "--output-file", "logs")
    assert Path(tmp_path, done.stdout.strip()).exists()
    for wrong in (("tree", "--format", "sarif"), ("check", "--format", "html"), ("names", "--format", "dot")):
        done = scopelint(*wrong, "mlp.py")
        assert done.returncode == 2 and "Traceback" not in done.stderr
