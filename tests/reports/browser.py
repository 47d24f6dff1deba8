"""A real headless Chromium for tests, driven without a library."""

from __future__ import annotations

import json
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

KEYS = {"ArrowDown": 40, "ArrowUp": 38, "ArrowLeft": 37, "ArrowRight": 39, "Home": 36, "End": 35, "Enter": 13, "Tab": 9}


def fetch(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as reply:
        return bytes(reply.read())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class NotStarted(Exception):
    """The driver does not answer: its port was taken meanwhile, or the machine has too much else to do."""


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
        else:
            self._driver.kill()
            raise NotStarted
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

    def cdp(self, command: str, **parameters: Any) -> Any:
        """A command of Chromium's own protocol."""
        return self.call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def size(self, width: int, height: int) -> None:
        mobile = width < 500
        self.cdp(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=2 if mobile else 1,
            mobile=mobile,
        )  # fmt: skip

    def key(self, name: str) -> None:
        for kind in ("rawKeyDown", "keyUp"):
            code = KEYS[name]
            self.cdp("Input.dispatchKeyEvent", type=kind, key=name, code=name, windowsVirtualKeyCode=code)

    def wait(self, script: str) -> Any:
        """What a script gives as soon as that is not null."""
        for _ in range(300):
            found = self.run(script)
            if found is not None:
                return found
            time.sleep(0.1)
        raise AssertionError(f"nothing came of {script}")

    def close(self) -> None:
        try:
            self.call("DELETE", "")
        finally:
            self._driver.terminate()
            self._driver.wait(10)
