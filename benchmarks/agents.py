"""`scopelint mcp` by the official client: start beside the import of mcp, first and later calls, beside the command."""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import anyio
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client


def timed_process(words: Sequence[str], folder: Path) -> float:
    times = []
    for _ in range(3):
        started = time.perf_counter()
        subprocess.run([sys.executable, *words], cwd=folder, capture_output=True, check=False)
        times.append(time.perf_counter() - started)
    return min(times)


async def session(folder: Path, questions: Sequence[tuple[str, dict[str, Any]]], repeats: int) -> list[list[float]]:
    """Seconds: of the handshake, then of each question's first and later calls."""
    server = StdioServerParameters(
        command=sys.executable, args=["-m", "scopelint", "mcp"], cwd=str(folder), env=dict(os.environ)
    )
    started = time.perf_counter()
    async with Client(stdio_client(server)) as client:
        out = [[time.perf_counter() - started]]
        for tool, arguments in questions:
            times = []
            for _ in range(repeats):
                started = time.perf_counter()
                answer = await client.call_tool(tool, arguments)
                times.append(time.perf_counter() - started)
            if answer.is_error:
                print(f"{tool}: {answer.content[0].text}", file=sys.stderr)
            out.append(times)
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=Path, help="a Python file that makes variables")
    parser.add_argument("--call", default="", help="expression that enters it")
    parser.add_argument("--old", default="", help="text of the file that an edit replaces")
    parser.add_argument("--new", default="")
    parser.add_argument("--repeats", type=int, default=6)
    arguments = parser.parse_args()
    folder, name = arguments.program.parent, arguments.program.name
    call = {"call": arguments.call} if arguments.call else {}
    questions: list[tuple[str, dict[str, Any]]] = [
        ("variable_names", {"path": name, **call}),
        ("check", {"paths": [name], **call}),
        ("why", {"path": name, "name": "global_step"}),
    ]
    if arguments.old:
        edit = {"old": arguments.old, "new": arguments.new}
        questions.append(("what_if", {"path": name, "edits": [edit], **call}))
    imported = timed_process(["-c", "import mcp.server.mcpserver"], folder)
    flags = ["--call", arguments.call] if arguments.call else []
    commands = {
        "variable_names": timed_process(["-m", "scopelint", "names", name, "--format", "json", *flags], folder),
        "check": timed_process(["-m", "scopelint", "check", name, "--format", "json", *flags], folder),
        "why": timed_process(["-m", "scopelint", "why", "global_step", name, "--format", "json"], folder),
    }
    starts = [anyio.run(session, folder, (), 1)[0][0] for _ in range(3)]
    print(f"import of mcp.server  {imported:6.3f} s")
    print(f"start to handshake    {min(starts):6.3f} s, {min(starts) - imported:.3f} s beside the import")
    times = anyio.run(session, folder, questions, arguments.repeats)
    print(f"{'tool':18} {'first':>8} {'later':>8} {'command, warm':>14}")
    for (tool, _), row in zip(questions, times[1:], strict=True):
        command = f"{commands[tool]:12.3f} s" if tool in commands else ""
        print(f"{tool:18} {row[0]:6.3f} s {statistics.median(row[1:]):6.3f} s {command}")


if __name__ == "__main__":
    main()
