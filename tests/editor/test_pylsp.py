"""python-lsp-server shows our findings through flake8, with nothing of ours configured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pylsp")
pytest.importorskip("flake8")

ROOT = Path(__file__).parents[2]


class Wire:
    """Bare JSON-RPC: pylsp's answers are not strict enough for a typed client."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "pylsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip

    def send(self, method: str, params: Any, number: int | None = None) -> None:
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        if number is not None:
            message["id"] = number
        data = json.dumps(message).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(data) + data)
        self._process.stdin.flush()

    def receive(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        length = 0
        while line := self._process.stdout.readline().strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        found: dict[str, Any] = json.loads(self._process.stdout.read(length))
        return found

    def close(self) -> None:
        self._process.kill()
        self._process.wait()


def test_findings_through_flake8(tmp_path: Path) -> None:
    path = tmp_path / "towers.py"
    path.write_text((ROOT / "fixtures" / "models" / "towers.py").read_text())
    flake8 = f"{sys.executable} -m flake8"
    plugins = {"flake8": {"enabled": True, "executable": flake8, "maxLineLength": 120}}
    plugins.update({name: {"enabled": False} for name in ("pycodestyle", "pyflakes", "mccabe")})
    wire = Wire(tmp_path)
    try:
        wire.send("initialize", {"processId": None, "rootUri": tmp_path.as_uri(), "capabilities": {}}, 1)
        while wire.receive().get("id") != 1:
            pass
        wire.send("initialized", {})
        wire.send("workspace/didChangeConfiguration", {"settings": {"pylsp": {"plugins": plugins}}})
        document = {"uri": path.as_uri(), "languageId": "python", "version": 1, "text": path.read_text()}
        wire.send("textDocument/didOpen", {"textDocument": document})
        for _ in range(20):
            message = wire.receive()
            found = message.get("params", {}).get("diagnostics") if "params" in message else None
            if found:
                break
        assert [(d["code"], d["range"]["start"]["line"]) for d in found or ()] == [("TFS201", 42)]
    finally:
        wire.close()
