"""The picture: at the terminal, as diagrams, as an event file, and the page driven in a real headless browser."""

from __future__ import annotations

import io
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scopelint.project.check import check_source
from scopelint.project.config import Config
from scopelint.record.view import View, view_from
from scopelint.reports import to_diagrams, to_html, to_tensorboard, to_tree
from scopelint.reports.tree import trees

ROOT = Path(__file__).parents[2]
MODELS = ROOT / "fixtures" / "models"
ODD = """import tensorflow as tf

def build(x, name, n):
    with tf.variable_scope(name):
        for i in range(n):
            with tf.variable_scope("layer_%d" % i):
                tf.get_variable("w", [4, 4])
    with tf.name_scope("unseen"):
        return tf.reduce_sum(x)  # "</script><b>"
"""


def view(path: Path, text: str | None = None, kind: str = "view") -> tuple[View, list[Any]]:
    data = text.encode() if text is not None else path.read_bytes()
    report = check_source(str(path), data, Config({"cache": False, "jobs": 1}), kind=kind)
    # As the cache gives it.
    return view_from(str(path), json.loads(json.dumps(report.names[0][1]))), report.findings


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
"""What TF 1.15 writes of it is WRITTEN below: name, type, inputs and the first output's shape."""
WRITTEN = json.loads((Path(__file__).parent / "branches.json").read_text())


def test_the_whole_graph_is_as_tf_writes_it(tmp_path: Path) -> None:
    drawn, _ = view(Path("branches.py"), BRANCHES, "picture")
    [path] = to_tensorboard.write([drawn], str(tmp_path))
    events = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    accumulator = events.EventAccumulator(path)
    accumulator.Reload()

    def shape(node: Any) -> list[int] | None:
        found = node.attr["_output_shapes"].list.shape[0]
        return None if found.unknown_rank else [d.size for d in found.dim]

    nodes = {n.name: [n.op, list(n.input), shape(n), n.device] for n in accumulator.Graph().node}
    assert nodes == {name: rest for name, *rest in WRITTEN}


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


def fetch(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as reply:
        return bytes(reply.read())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# the page


def page(folder: Path, *models: tuple[View, list[Any]], texts: dict[str, str] | None = None) -> Path:
    target = folder / "page.html"
    with target.open("w", encoding="utf-8") as stream:
        findings = [finding for _, found in models for finding in found]
        to_html.write([each for each, _ in models], findings, to_html.reader(texts or {}), stream)
    return target


def test_the_page_stands_alone(tmp_path: Path) -> None:
    text = page(tmp_path, view(MODELS / "towers.py"), view(Path("odd.py"), ODD), texts={"odd.py": ODD}).read_text()
    assert "http:" not in text and "https:" not in text and "src=" not in text
    assert text.count("</script>") == 1 and "\\u003c/script>\\u003cb>" in text


class Browser:
    """Chromium through chromedriver's own protocol: a few requests, no library."""

    def __init__(self, folder: Path) -> None:
        self._port = free_port()
        self._driver = subprocess.Popen(
            ["chromedriver", f"--port={self._port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        flags = [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--window-size=1400,850", f"--user-data-dir={tempfile.mkdtemp(dir=folder)}",
        ]  # fmt: skip
        self._session = ""
        for _ in range(600):
            try:
                ready = self.call("GET", "/status")["ready"]
            except OSError:
                ready = False
            if ready:
                break
            time.sleep(0.1)
        wanted = {"alwaysMatch": {"goog:chromeOptions": {"args": flags}, "goog:loggingPrefs": {"browser": "ALL"}}}
        self._session = "/session/" + self.call("POST", "/session", {"capabilities": wanted})["sessionId"]

    def call(self, method: str, path: str, body: Any = None) -> Any:
        data = json.dumps(body).encode() if body is not None else None
        url = f"http://127.0.0.1:{self._port}{self._session}{path}"
        request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=60) as reply:
            return json.loads(reply.read())["value"]

    def open(self, path: Path, mark: str = "") -> None:
        self.call("POST", "/url", {"url": "about:blank"})
        self.call("POST", "/url", {"url": path.as_uri() + mark})

    def run(self, script: str) -> Any:
        return self.call("POST", "/execute/sync", {"script": script, "args": []})

    def errors(self) -> list[str]:
        return [entry["message"] for entry in self.call("POST", "/se/log", {"type": "browser"})]

    def close(self) -> None:
        try:
            self.call("DELETE", "")
        finally:
            self._driver.terminate()
            self._driver.wait(10)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if not shutil.which("chromedriver") or not (shutil.which("chromium") or shutil.which("google-chrome")):
        pytest.skip("chromium and chromedriver are not installed")
    made = Browser(tmp_path_factory.mktemp("browser"))
    yield made
    made.close()


ROWS = "[...document.querySelectorAll('#tree .row')]"
NAME = "r.querySelector('.name').textContent"
SHOWN = f"return {ROWS}.filter(r => r.offsetParent).map(r => {NAME})"
CLICK = ROWS + ".find(r => r.offsetParent && " + NAME + " === {0!r}).click();"
FILTER = "const f = document.getElementById('filter'); f.value = {0!r}; f.dispatchEvent(new Event('input'))"
CONTRAST = """
const rgb = color => {
  const pen = document.createElement('canvas').getContext('2d');
  pen.fillStyle = color; pen.fillRect(0, 0, 1, 1);
  return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
};
const bright = color => rgb(color).map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
  .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
const style = getComputedStyle(document.documentElement), light = n => bright(style.getPropertyValue('--' + n).trim());
const ratio = (a, b) => (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
const names = ['text', 'soft', 'green', 'purple', 'red', 'accent', 'key', 'str', 'num', 'com'];
return Object.fromEntries(names.map(n => [n, ratio(light(n), light('panel'))]));
"""
LIT = "return [...document.querySelectorAll('.line.lit')].map(l => +l.id.slice(1))"


def test_the_page_in_a_browser(browser: Browser, tmp_path: Path) -> None:
    browser.open(page(tmp_path, view(MODELS / "towers.py")))
    source = (MODELS / "towers.py").read_text().split("\n")
    facts = browser.run("return document.getElementById('facts').textContent")
    assert "34 variables" in facts and "1 refused" in facts
    # Folded and unfolded.
    assert "query" not in browser.run(SHOWN)
    browser.run("document.getElementById('expand').click()")
    assert browser.run(SHOWN).count("query") == 3
    browser.run("document.getElementById('fold').click()")
    assert browser.run(SHOWN) == ["bert", "head"]
    # Filtered by name.
    browser.run(FILTER.format("layer_1 query"))
    assert browser.run(SHOWN) == ["bert", "encoder", "layer_1", "attention", "query", "kernel", "bias"]
    browser.run(FILTER.format(""))
    # From the tree to the source, the sharing line beside the making one.
    browser.run("document.getElementById('expand').click();" + CLICK.format("word_embeddings"))
    lit = browser.run(LIT)
    assert lit == [n for n, line in enumerate(source, 1) if "word_embeddings" in line]
    # And back: a line of the source lights up what it makes.
    line = next(n for n, text in enumerate(source, 1) if 'name="key"' in text)
    browser.run(f"document.getElementById('fold').click(); document.getElementById('L{line}').click()")
    lit_names = browser.run(f"return {ROWS}.filter(r => r.classList.contains('lit')).map(r => {NAME})")
    assert lit_names == ["kernel", "bias"] * 3
    assert "attention" in browser.run(SHOWN)
    # Refused variables say why, in red.
    why = browser.run("return document.querySelector('.why').textContent")
    assert "head/output_bias already exists" in why
    assert browser.errors() == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_both_themes_can_be_read(browser: Browser, tmp_path: Path, theme: str) -> None:
    """Text against its ground: at least the contrast of 3 that large or secondary text needs, 7 for the source."""
    browser.open(page(tmp_path, view(Path("odd.py"), ODD), texts={"odd.py": ODD}), f"#theme={theme}")
    ratios = browser.run(CONTRAST)
    assert ratios.pop("text") > 7 and min(ratios.values()) > 3, ratios
    assert browser.run("return document.querySelectorAll('.hole').length") >= 1
    assert "unseen" in browser.run(SHOWN)
    browser.run("document.getElementById('idle').click()")
    assert "unseen" not in browser.run(SHOWN)


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
