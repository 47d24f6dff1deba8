"""A process of real TF 1.15 that answers one JSON line after another."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

PROGRAMS = 200
"""So many a process runs. TF keeps part of each graph: after a thousand a program takes five times as long."""


class RealTF:
    """`python` is TF's own, `script` the program of this folder that it runs."""

    def __init__(self, python: str, script: str) -> None:
        self.command = [python, str(Path(__file__).resolve().parent / script)]
        self.process = self.start()
        self.asked = 0

    def start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    def run(self, program: Any) -> Any:
        """What TF made of it; None where it took TF's C++ down, as a Slice out of bounds does."""
        self.asked += 1
        if self.asked % PROGRAMS == 0:
            self.close()
            self.process = self.start()
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(program) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            self.process = self.start()
            return None
        return json.loads(line)

    def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait()
