"""A whole session of the official client with `scopelint mcp` in a process of its own: finds, explains and mends."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mcp")

import anyio
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

ROOT = Path(__file__).parents[2]

GAN = """\
import tensorflow as tf


def discriminator(x):
    with tf.variable_scope("d"):
        return tf.layers.dense(x, 1, name="h")


real = discriminator(tf.zeros([8, 4]))
fake = discriminator(tf.ones([8, 4]))
"""

LIBRARY = """\
import tensorflow as tf


def classifier(x):
    with tf.variable_scope("classifier"):
        return tf.layers.dense(x, 10, name="logits")
"""

TRAIN = """\
import tensorflow as tf
from library import classifier

logits = classifier(tf.zeros([8, 4]))
train = tf.train.AdamOptimizer().minimize(tf.reduce_mean(logits))
"""


class Talk:
    """The tools by their names; an answer is data, an error its text."""

    def __init__(self, client: Client) -> None:
        self.client = client

    async def ask(self, tool: str, **arguments: Any) -> dict[str, Any]:
        answer = await self.client.call_tool(tool, arguments)
        text = "".join(part.text for part in answer.content)
        assert not answer.is_error, text
        assert len(text.encode()) <= 4_000 or "limit" in arguments
        return json.loads(text)

    async def refused(self, tool: str, **arguments: Any) -> str:
        answer = await self.client.call_tool(tool, arguments)
        text = "".join(part.text for part in answer.content)
        assert answer.is_error, text
        assert "\n" not in text and "Traceback" not in text
        return text.removeprefix(f"Error executing tool {tool}: ")


def talk(root: Path, work: Callable[[Talk], Awaitable[None]], *roots: Path) -> None:
    """A session from the handshake to the end of the process."""
    arguments = ["-m", "scopelint", "mcp", *(word for folder in (root, *roots) for word in ("--root", str(folder)))]
    server = StdioServerParameters(
        command=sys.executable, args=arguments, env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=str(root)
    )

    failed: list[BaseException] = []

    async def session() -> None:
        with anyio.fail_after(120):
            async with Client(stdio_client(server)) as client:
                try:
                    await work(Talk(client))
                except Exception as problem:
                    # Out of the client's groups of tasks it would come wrapped up.
                    failed.append(problem)

    anyio.run(session)
    for problem in failed:
        raise problem


def git(folder: Path, *arguments: str) -> None:
    env = {**os.environ, "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a",
           "GIT_COMMITTER_EMAIL": "a@b"}  # fmt: skip
    subprocess.run(["git", *arguments], cwd=folder, env=env, check=True, capture_output=True)


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {str(path): path.read_bytes() for path in found}


def test_a_reuse_conflict_is_found_explained_and_mended(tmp_path: Path) -> None:
    program = tmp_path / "gan.py"
    program.write_text(GAN)

    async def work(talk: Talk) -> None:
        tools = (await talk.client.list_tools()).tools
        assert {tool.name for tool in tools} == {
            "variable_names", "check", "explain", "why", "checkpoint_against_source", "names_diff", "what_if"
        }  # fmt: skip
        assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools)
        found = await talk.ask("check", paths=["gan.py"])
        [finding] = found["findings"]
        assert (finding["code"], finding["at"], finding["certain"]) == ("TFS210", "gan.py:6:16", True)
        assert finding["tensorflow"].startswith("Variable d/h/kernel already exists")
        assert finding["calls"] == ["gan.py:10 in <module>", "gan.py:6 in discriminator"]
        page = await talk.ask("explain", code=finding["code"])
        assert "AUTO_REUSE" in page["page"]
        origin = await talk.ask("why", path="gan.py", name=finding["tensorflow"])
        [variable] = origin["variables"]
        assert [scope["at"] for scope in variable["scopes"]] == ["gan.py:5", "gan.py:6"]
        assert [refusal["at"] for refusal in variable["refused"]] == ["gan.py:6"]

        before = files(tmp_path)
        edit = {"old": 'tf.variable_scope("d")', "new": 'tf.variable_scope("d", reuse=tf.AUTO_REUSE)'}
        tried = await talk.ask("what_if", path="gan.py", edits=[edit])
        assert [each["code"] for each in tried["findings_gone"]] == ["TFS210"]
        assert "findings_new" not in tried and not tried["breaks_checkpoints"] and tried["complete"]
        assert tried["variables_after"] == 2
        assert files(tmp_path) == before

        program.write_text(GAN.replace(edit["old"], edit["new"]))
        assert (await talk.ask("check", paths=["gan.py"]))["findings"] == []
        names = await talk.ask("variable_names", path="gan.py")
        assert [row["name"] for row in names["variables"]] == ["d/h/kernel", "d/h/bias"]
        assert names["complete"] and all(row["certain"] for row in names["variables"])

    talk(tmp_path, work)


def test_a_renamed_scope_is_found_explained_and_mended(tmp_path: Path) -> None:
    (tmp_path / "library.py").write_text(LIBRARY)
    (tmp_path / "train.py").write_text(TRAIN)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "as it was")
    edit = {"old": 'tf.variable_scope("classifier")', "new": 'tf.variable_scope("head")'}

    async def work(talk: Talk) -> None:
        tried = await talk.ask("what_if", path="train.py", edits=[{**edit, "path": "library.py"}])
        [renamed, slots] = tried["changes"]
        assert (renamed["kind"], renamed["level"], renamed["what"]) == ("renamed", "breaking", "classifier/ -> head/")
        assert (slots["kind"], slots["level"]) == ("slots", "warning")
        assert tried["breaks_checkpoints"] and tried["edited"] == ["library.py"]
        pairs = [(row["old"], row["new"]) for row in tried["names"] if not row.get("slot")]
        assert pairs == [
            ("classifier/logits/kernel", "head/logits/kernel"),
            ("classifier/logits/bias", "head/logits/bias"),
        ]
        assert all(row["certain"] for row in tried["names"])

        (tmp_path / "library.py").write_text(LIBRARY.replace(edit["old"], edit["new"]))
        found = await talk.ask("names_diff", path="train.py")
        assert found["breaking"] == 2 and found["complete"]
        assert [row["what"] for row in found["changes"] if row["kind"] == "renamed"] == ["classifier/ -> head/"]
        assert found["changes"][0]["at"] == "library.py:6"
        origin = await talk.ask("why", path="train.py", name="Key classifier/logits/kernel not found in checkpoint")
        assert origin["variables"] == [] and origin["near"][0]["name"] == "head/logits/kernel"
        assert origin["near"][0]["at"] == "library.py:6"

        back = {"old": edit["new"], "new": edit["old"], "path": "library.py"}
        tried = await talk.ask("what_if", path="train.py", edits=[back])
        assert [row["what"] for row in tried["changes"] if row["kind"] == "renamed"] == ["head/ -> classifier/"]
        (tmp_path / "library.py").write_text(LIBRARY)
        found = await talk.ask("names_diff", path="train.py")
        assert (found["breaking"], found["changes"]) == (0, [])

    talk(tmp_path, work)


def test_names_of_another_release(tmp_path: Path) -> None:
    """TF 1.1 called them weights and biases, as its release notes of 1.2 say."""
    (tmp_path / "cell.py").write_text(
        "import tensorflow as tf\ncell = tf.contrib.rnn.BasicLSTMCell(4)\n"
        "tf.nn.dynamic_rnn(cell, tf.zeros([2, 3, 5]), dtype=tf.float32)\n"
    )

    async def work(talk: Talk) -> None:
        old = await talk.ask("variable_names", path="cell.py", tf="1.1")
        assert [row["name"] for row in old["variables"]] == [
            "rnn/basic_lstm_cell/weights", "rnn/basic_lstm_cell/biases"
        ]  # fmt: skip
        assert old["tensorflow"][0].startswith("1.1")
        now = await talk.ask("variable_names", path="cell.py")
        assert [row["name"] for row in now["variables"]] == ["rnn/basic_lstm_cell/kernel", "rnn/basic_lstm_cell/bias"]
        assert "a release such as" in await talk.refused("variable_names", path="cell.py", tf="one")

    talk(tmp_path, work)


def test_a_checkpoint_is_held_against_a_program(tmp_path: Path) -> None:
    """The story was recorded under TF 1.15, which told the first key and no cause."""
    story = ROOT / "fixtures" / "checkpoint_stories" / "conv_scope_under_model"
    truth = json.loads((story / "truth.json").read_text())
    shutil.copytree(story, tmp_path / "story")

    async def work(talk: Talk) -> None:
        found = await talk.ask("checkpoint_against_source", ckpt="story/model.ckpt", path="story/load.py")
        [site] = found["restores"]
        # TF tells whichever key its threads come upon first.
        assert truth["load"]["error"]["type"] in site["tensorflow"]
        assert found["keys"] == len(truth["checkpoint"])
        assert not found["loads"] and site["verdict"] == "would fail"
        assert site["causes"][0]["message"].startswith("moved:") and site["causes"][0]["certain"]
        names = dict(re.findall(r'"(\S+)": "(\S+)"', site["fix"]))
        assert names == truth["maps"]
        said = await talk.refused("checkpoint_against_source", ckpt="story/absent.ckpt", path="story/load.py")
        assert said == "story/absent.ckpt: no such checkpoint; in that folder are model.ckpt"

    talk(tmp_path, work)


def test_errors_say_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "gan.py").write_text(GAN)
    (tmp_path / "broken.py").write_text("import tensorflow as tf\ndef (:\n")
    (tmp_path / "model.py").write_text(
        "import tensorflow as tf\n\nclass Model(object):\n    def __init__(self, n, train):\n"
        "        tf.get_variable('w', [n])\n        if train:\n            tf.get_variable('t', [n])\n"
    )

    async def work(talk: Talk) -> None:
        assert await talk.refused("variable_names", path="absent.py") == (
            "absent.py: no such file or folder; . holds broken.py, gan.py, model.py"
        )
        assert "broken.py:2" in await talk.refused("variable_names", path="broken.py")
        assert "--call Model(: " in await talk.refused("variable_names", path="model.py", call="Model(")
        assert "TFS211x: no such rule; near: TFS211" in await talk.refused("explain", code="TFS211x")
        twice = await talk.refused("what_if", path="gan.py", edits=[{"old": "discriminator", "new": "d"}])
        assert twice == "gan.py: `old` stands there 3 times, at lines 4, 9, 10: give more of the text"
        absent = await talk.refused("what_if", path="gan.py", edits=[{"old": "return tf.nn.relu(x)", "new": ""}])
        assert absent.startswith("gan.py: `old` does not stand there")
        half = await talk.refused("what_if", path="gan.py", edits=[{"old": "def discriminator(x):", "new": "def ("}])
        assert "after the edits: gan.py:4" in half
        assert "not a git repository" in await talk.refused("names_diff")
        assert "edits: at least one" in await talk.refused("what_if", path="gan.py", edits=[])
        called = await talk.ask("variable_names", path="model.py", call="Model(3, False)")
        assert [row["name"] for row in called["variables"]] == ["w"]
        entered = await talk.ask("variable_names", path="model.py")
        assert [(row["name"], row["certain"]) for row in entered["variables"]] == [("w", True), ("t", False)]

    talk(tmp_path, work)


def test_long_answers_come_in_pages(tmp_path: Path) -> None:
    (tmp_path / "deep.py").write_text(
        "import tensorflow as tf\nx = tf.zeros([1, 4])\nfor i in range(60):\n"
        "    x = tf.layers.dense(x, 4, name='layer_%d' % i)\n"
    )

    async def work(talk: Talk) -> None:
        names: list[str] = []
        offset: int | None = 0
        while offset is not None:
            page = await talk.ask("variable_names", path="deep.py", offset=offset)
            assert page["count"] == 120
            names += [row["name"] for row in page["variables"]]
            offset = page.get("next_offset")
        assert names == [f"layer_{i}/{leaf}" for i in range(60) for leaf in ("kernel", "bias")]
        whole = await talk.ask("variable_names", path="deep.py", limit=200)
        assert len(whole["variables"]) == 120 and "next_offset" not in whole
        few = await talk.ask("variable_names", path="deep.py", prefix="layer_7/")
        assert [row["name"] for row in few["variables"]] == ["layer_7/kernel", "layer_7/bias"]
        edit = {"old": "layer_%d", "new": "block_%d"}
        tried = await talk.ask("what_if", path="deep.py", edits=[edit])
        assert tried["count"] == 120 and 0 < len(tried["names"]) < 120

    talk(tmp_path, work)


@pytest.mark.parametrize("absent", ["mcp", "mcp_types", "pydantic"])
def test_without_mcp_it_is_one_line(tmp_path: Path, absent: str) -> None:
    program = f"import sys; sys.modules[{absent!r}] = None; from scopelint.cli import main; sys.exit(main(['mcp']))"
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, timeout=600,
                          env={**os.environ, "PYTHONPATH": str(ROOT)})  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "scopelint: the server for agents needs mcp: pip install 'scopelint[mcp]'\n"


def test_a_root_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "scopelint", "mcp", "--root", "absent"], cwd=tmp_path,
                          capture_output=True, text=True, timeout=600,
                          env={**os.environ, "PYTHONPATH": str(ROOT)})  # fmt: skip
    assert (done.returncode, done.stderr) == (2, "scopelint: --root absent: no such folder\n")
