"""The agents' server: questions of any shape are answered, by facts or in one line, and none leads out of the roots."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mcp")

from tests.agents.test_session import GAN, Talk, files, talk

COUNT = int(os.environ.get("SCOPELINT_QUESTIONS", "150"))
"""Questions of a run of the suite; a longer one is asked for by hand."""
SECRET = "hunter2"
WORDS = (
    "gan.py", "broken.py", "library.py", ".", "", "..", "../secret.py", "link.py", "/etc/passwd", "/proc/self/environ",
    "gan.py\0", "\u202e", "\x1b[31m", "a" * 10_000, "-", "--help", "-o", "gan.py::f", "names.lock", "HEAD", "HEAD~99",
    "--output=x", "@{upstream}", "d/h/kernel", "{", "*", "(a*)*b", "TFS201", "tfs999", "1.15", "9.9", "main(", "f()",
    "f(" * 300, "open('../secret.py').read()", "__import__('os').system('touch pwned')", "lambda: 0", "~", "$HOME",
    "file:///etc/passwd", "gs://bucket/x", "\n", "model.ckpt", "big.ipynb",
)  # fmt: skip
NUMBERS = (None, 1, 7, 5_000, 0, -1, 10**30, True, "3", 1.5, [], {})


def question(chance: random.Random) -> tuple[str, dict[str, Any]]:
    def word() -> Any:
        return chance.choice(WORDS) if chance.random() < 0.95 else chance.choice((None, 3, [], {}, ["gan.py"]))

    number, page = chance.choice(NUMBERS), {}
    if chance.random() < 0.3:
        page = {"limit": number}
    file = "gan.py" if chance.random() < 0.4 else word()
    edits = [{"new": word(), "old": word()}, {"new": GAN, "path": word()}, {"new": "(" * 500}, {"old": "h"}, word()]
    return chance.choice(
        [
            ("variable_names", {"path": file, "call": word(), "prefix": word(), "tf": word(), **page}),
            ("variable_names", {"path": file, "offset": number}),
            ("check", {"paths": [file, word()], "fixes": chance.random() < 0.5, **page}),
            ("check", {"paths": word(), "call": word()}),
            ("explain", {"code": word()}),
            ("why", {"path": file, "name": word()}),
            ("checkpoint_against_source", {"ckpt": word(), "path": file, "at": number}),
            ("names_diff", {"rev1": word(), "rev2": word(), "path": file, **page}),
            ("what_if", {"path": file, "edits": chance.sample(edits, chance.randrange(4)), "call": word()}),
            ("what_if", {"path": word(), "edits": word()}),
            (word() or "none", {"path": file}),
        ]
    )


def test_questions_of_any_shape(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "gan.py").write_text(GAN)
    (root / "broken.py").write_text("import tensorflow as tf\ndef (:\n")
    (root / "library.py").write_text("def f(x):\n    return x\n")
    (root / "names.lock").write_text("@ nothing\n")
    (root / "big.ipynb").write_text('{"cells": ' + "[" * 3000)
    (tmp_path / "secret.py").write_text(f"{SECRET} = (\n")
    (root / "link.py").symlink_to(tmp_path / "secret.py")
    chance = random.Random(3)
    before = files(root)

    async def work(it: Talk) -> None:
        for _ in range(COUNT):
            tool, arguments = question(chance)
            try:
                answer = await it.client.call_tool(tool, arguments)
            except Exception as problem:  # the client, or the protocol, refuses it
                assert "Traceback" not in str(problem)
                continue
            text = "".join(part.text for part in answer.content)
            for bad in ("please report it", "Traceback", SECRET, "root:x:"):
                assert bad not in text, (tool, arguments, text)
        names = await it.ask("variable_names", path="gan.py")
        assert "d/h/kernel" in str(names)

    talk(root, work)
    assert files(root) == before
