"""The client for VS Code: its own tests, by node, against this checkout's server."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pygls")

ROOT = Path(__file__).parents[2]
CLIENT = ROOT / "editors" / "vscode"


def node_version() -> int:
    node = shutil.which("node")
    if node is None:
        return 0
    said = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=60).stdout
    return int(said.lstrip("v").partition(".")[0] or 0)


@pytest.mark.skipif(node_version() < 18, reason="node 18 is not installed")
def test_the_client_starts_the_server_and_shows_what_it_gives() -> None:
    tests = sorted(map(str, (CLIENT / "test").glob("*.test.js")))
    assert len(tests) == 3
    env = {**os.environ, "SCOPELINT_PYTHON": sys.executable, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(["node", "--test", *tests], cwd=CLIENT, env=env, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout[-6000:]
    assert "\n# fail 0\n" in done.stdout.replace("ℹ", "#")
