"""The editor's server under messages out of order, of the wrong shape, huge, and for files that are not there."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Any

import pytest

pytest.importorskip("pygls")

METHODS = [
    "textDocument/didOpen", "textDocument/didChange", "textDocument/didClose", "textDocument/didSave",
    "textDocument/hover", "textDocument/definition", "textDocument/references", "textDocument/inlayHint",
    "textDocument/codeAction", "textDocument/documentSymbol", "workspace/symbol", "workspace/executeCommand",
    "workspace/didChangeConfiguration", "workspace/didChangeWatchedFiles", "notebookDocument/didOpen",
    "notebookDocument/didChange", "notebookDocument/didClose", "$/cancelRequest", "codeAction/resolve",
    "no/such/method", "initialized", "textDocument/diagnostic", "textDocument/prepareRename", "textDocument/rename",
    "inlayHint/resolve",
]  # fmt: skip


class Client:
    """Speaks the protocol's frames, well-formed or not."""

    def __init__(self, folder: Path, *command: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, *(command or ("-m", "scopelint", "lsp"))], cwd=folder, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )  # fmt: skip
        self.heard: Queue[dict[str, Any]] = Queue()
        Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while True:
            size = 0
            while (line := stream.readline()).strip():
                if line.lower().startswith(b"content-length:"):
                    size = int(line.split(b":")[1])
            if not line:
                return
            self.heard.put(json.loads(stream.read(size)))

    def send_bytes(self, body: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def send(self, method: str, params: object, number: object = None) -> None:
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        self.send_bytes(json.dumps({**message, "id": number} if number is not None else message).encode())

    def answer(self, number: object, seconds: float = 600) -> dict[str, Any]:
        """The response to a request; server requests are answered on the way."""
        while True:
            try:
                message = self.heard.get(timeout=seconds)
            except Empty:
                raise AssertionError(f"no answer to {number}, exit code {self.process.poll()}") from None
            if "method" in message and "id" in message:
                self.send_bytes(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": None}).encode())
            elif message.get("id") == number:
                return message

    def start(self, folder: Path, **capabilities: object) -> None:
        self.send("initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": capabilities}, "first")
        assert "result" in self.answer("first")
        self.send("initialized", {})

    def end(self) -> None:
        self.send("shutdown", None, "last")
        assert "error" not in self.answer("last")
        self.send("exit", None)
        assert self.process.wait(600) == 0


def test_a_client_that_answers_late_is_told_of_no_error(tmp_path: Path) -> None:
    """The analysis has ended before the client says that it made the progress bar."""
    early = "import scopelint.editor.scheduler as s; s._OVERDUE = 0; from scopelint.cli import main; main(['lsp'])"
    client = Client(tmp_path, "-c", early)
    client.start(tmp_path, window={"workDoneProgress": True})
    uri = (tmp_path / "a.py").as_uri()
    text = "import tensorflow as tf\ntf.get_variable('w', [2])\n"
    document = {"uri": uri, "languageId": "python", "version": 1, "text": text}
    client.send("textDocument/didOpen", {"textDocument": document})
    asked: list[object] = []
    while (message := client.heard.get(timeout=600)).get("method") != "textDocument/publishDiagnostics":
        if message.get("method") == "window/workDoneProgress/create":
            asked.append(message["id"])
    assert len(asked) == 1
    client.send_bytes(json.dumps({"jsonrpc": "2.0", "id": asked[0], "result": None}).encode())
    client.send("textDocument/hover", {"textDocument": {"uri": uri}, "position": {"line": 1, "character": 5}}, 1)
    while (message := client.heard.get(timeout=600)).get("id") != 1:
        assert message.get("method") not in ("window/showMessage", "$/progress"), message
    client.end()


def test_files_that_may_change_are_asked_for_and_a_long_search_is_shown(tmp_path: Path) -> None:
    for number in range(40):
        (tmp_path / f"m{number}.py").write_text(f"import tensorflow as tf\ntf.get_variable('v{number}', [2])\n")
    client = Client(tmp_path)
    client.start(
        tmp_path, window={"workDoneProgress": True}, workspace={"didChangeWatchedFiles": {"dynamicRegistration": True}}
    )
    client.send("workspace/symbol", {"query": "v39"}, 1)
    seen: list[dict[str, Any]] = []
    while (message := client.heard.get(timeout=600)).get("id") != 1:
        seen.append(message)
        if "method" in message and "id" in message:
            client.send_bytes(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": None}).encode())
    assert [each["name"] for each in message["result"]] == ["v39"]
    [asked] = [each for each in seen if each["method"] == "client/registerCapability"]
    [registration] = asked["params"]["registrations"]
    assert registration["method"] == "workspace/didChangeWatchedFiles"
    assert {"globPattern": "**/*.py"} in registration["registerOptions"]["watchers"]
    kinds = [each["params"]["value"]["kind"] for each in seen if each["method"] == "$/progress"]
    assert kinds[0] == "begin" and kinds[-1] == "end" and "report" in kinds
    client.end()


def params(folder: Path, chance: random.Random) -> Any:
    """Parameters that fit some method more or less."""
    uri = chance.choice(
        [(folder / "a.py").as_uri(), (folder / "gone.py").as_uri(), "file:///no/such/file.py", "untitled:1", "", "http://x/y",
         "file:///%00", "file:///etc/passwd", (folder / "a.ipynb").as_uri() + "#c1", 7, None]
    )  # fmt: skip
    place = {"line": chance.choice([0, 1, 10**9, 2**31 - 1]), "character": chance.choice([0, 5, 10**9])}
    text = chance.choice(
        ["", "import tensorflow as tf\ntf.get_variable('w', [2])\n", "def (", "\x00\x1b\ufffe",
         "x = '" + "a" * 1000, "import tensorflow as tf\n" * 50]
    )  # fmt: skip
    number = chance.randrange(3)
    whole: dict[str, Any] = {
        "textDocument": {"uri": uri, "languageId": "python", "version": chance.choice([1, -5, 2**31]), "text": text},
        "contentChanges": [{"text": text}, {"range": {"start": place, "end": place}, "text": text}][: number],
        "position": place, "range": {"start": place, "end": place},
        "context": {"diagnostics": [], "includeDeclaration": True},
        "query": text[:20], "newName": text[:5], "label": "w [2]",
        "command": chance.choice(["scopelint.names", "scopelint.picture", "nothing", ""]),
        "arguments": [uri], "settings": chance.choice([{"scopelint": {"select": 3}}, None, [], {"maxSeconds": "x"}]),
        "changes": [{"uri": uri, "type": 1}], "id": chance.randrange(100),
    }  # fmt: skip
    kind = chance.randrange(6)
    if kind == 0:
        return chance.choice([None, [], {}, 3, "x", [whole]])
    if kind == 1:
        del whole[chance.choice(sorted(whole))]
    if kind == 2:
        whole[chance.choice(sorted(whole))] = chance.choice([None, -1, "", [], {}, True])
    return whole


def test_two_thousand_messages_in_no_order(tmp_path: Path) -> None:
    chance = random.Random(11)
    (tmp_path / "a.py").write_text("import tensorflow as tf\ntf.get_variable('w', [2])\n")
    client = Client(tmp_path)
    client.send("textDocument/hover", {}, "early")
    client.start(tmp_path)
    asked = []
    for number in range(2000):
        method = chance.choice(METHODS)
        wants = not method.startswith(
            ("textDocument/did", "workspace/did", "notebookDocument/", "$/")
        ) or not chance.randrange(9)
        client.send(method, params(tmp_path, chance), number if wants and method != "initialized" else None)
        if wants and method != "initialized":
            asked.append(number)
        if number % 400 == 399:
            assert client.process.poll() is None, number
    left = set(asked)
    client.send("workspace/symbol", {"query": ""}, "check")
    while left:
        message = client.heard.get(timeout=600)
        if "method" not in message:
            left.discard(message.get("id"))
            if message.get("id") == "check":
                break
    # It is of use still.
    uri = (tmp_path / "fresh.py").as_uri()
    text = "import tensorflow as tf\ntf.get_variable('w', [2])\ntf.get_variable('w', [2])\n"
    client.send(
        "textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": "python", "version": 1, "text": text}}
    )
    while True:
        message = client.heard.get(timeout=600)
        if message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == uri:
            codes = {each["code"] for each in message["params"]["diagnostics"]}
            if "TFS201" in codes:
                break
    client.end()


def test_parameters_of_another_shape_are_answered(tmp_path: Path) -> None:
    client = Client(tmp_path)
    client.start(tmp_path)
    for number, (method, given) in enumerate(
        [
            ("textDocument/hover", {"position": 3}),
            ("textDocument/diagnostic", None),
            ("workspace/symbol", {}),
            ("codeAction/resolve", []),
            ("workspace/executeCommand", {"command": "no such"}),
        ],
        100,
    ):
        client.send(method, given, number)
        assert client.answer(number)["error"]["code"] == -32602, method
    client.end()


def test_what_comes_before_the_start_or_after_the_end_is_answered(tmp_path: Path) -> None:
    client = Client(tmp_path)
    client.send("workspace/symbol", {"query": "a"}, 1)
    assert client.answer(1)["error"]["code"] == -32002
    client.start(tmp_path)
    client.send("shutdown", None, 2)
    assert "error" not in client.answer(2)
    client.send("workspace/symbol", {"query": "a"}, 3)
    assert client.answer(3)["error"]["code"] == -32600
    client.send("exit", None)
    assert client.process.wait(600) == 0


@pytest.mark.parametrize(
    "body", [b"", b"{", b"null", b"[]", b"7", b"\xff\xfe", b'{"jsonrpc": "2.0"}',
             b'{"jsonrpc": "1.0", "method": 3}', b"[" * 10_000,
             b'{"jsonrpc": "2.0", "id": {"a": 1}, "method": "shutdown"}']
)  # fmt: skip
def test_a_body_that_is_no_message(tmp_path: Path, body: bytes) -> None:
    client = Client(tmp_path)
    client.start(tmp_path)
    client.send_bytes(body)
    client.end()


def test_a_huge_document(tmp_path: Path) -> None:
    client = Client(tmp_path)
    client.start(tmp_path)
    uri = (tmp_path / "big.py").as_uri()
    text = "import tensorflow as tf\n" + "x = 1\n" * 1_000_000
    client.send(
        "textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": "python", "version": 1, "text": text}}
    )
    client.send("textDocument/documentSymbol", {"textDocument": {"uri": uri}}, 1)
    assert "id" in client.answer(1)
    client.end()


def test_a_client_that_goes_away_in_the_middle_of_a_message(tmp_path: Path) -> None:
    client = Client(tmp_path)
    client.start(tmp_path)
    assert client.process.stdin is not None
    client.process.stdin.write(b"Content-Length: 1000\r\n\r\n{")
    client.process.stdin.close()
    assert client.process.wait(600) is not None
