"""Memory over time: of the language server over many edits, and of `check` over ever more files.

    python benchmarks/memory.py editor [--edits 10000]
    python benchmarks/memory.py files [--files 400]

`editor` prints the memory of the server and of the processes that it keeps, in megabytes, ten times on the way; an edit
in ten is waited for, every other one changes what is made. `files` prints the largest memory of a run over a quarter,
half and all of so many copies of the fixtures' programs, each of which is a file of its own and imports a module of its
own. A quarter should hold each program once (there are some 70): what it imports of scopelint is what all need.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]


def resident(number: int) -> float:
    """Megabytes of a process and of all below it; what they share counts once."""
    total = 0.0
    waiting = [number]
    while waiting:
        each = waiting.pop()
        try:
            status = Path(f"/proc/{each}/smaps_rollup").read_text()
            children = Path(f"/proc/{each}/task/{each}/children").read_text()
        except OSError:
            continue
        total += int(status.split("Pss:")[1].split()[0]) / 1000
        waiting += map(int, children.split())
    return total


def editor(edits: int) -> None:
    text = (ROOT / "fixtures" / "models" / "towers.py").read_text()
    lines = text.split("\n")
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen([sys.executable, "-m", "scopelint", "lsp"], cwd=folder, stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)})  # fmt: skip
        assert server.stdin is not None and server.stdout is not None

        def send(method: str, params: object, **more: object) -> None:
            body = json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **more}).encode()
            server.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)  # type: ignore[union-attr]
            server.stdin.flush()  # type: ignore[union-attr]

        def until(version: int) -> None:
            while True:
                size = 0
                while (line := server.stdout.readline()).strip():  # type: ignore[union-attr]
                    if line.lower().startswith(b"content-length:"):
                        size = int(line.split(b":")[1])
                message = json.loads(server.stdout.read(size))  # type: ignore[union-attr]
                if "method" in message and "id" in message:
                    body = json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": None}).encode()
                    server.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)  # type: ignore[union-attr]
                    server.stdin.flush()  # type: ignore[union-attr]
                if message.get("method", "").endswith("publishDiagnostics"):
                    if (message["params"].get("version") or 0) >= version:
                        return
                elif version == 0 and message.get("id") == 1:
                    return

        send("initialize", {"processId": None, "rootUri": None, "capabilities": {}, "initializationOptions":
             {"debounce": 1}}, id=1)  # fmt: skip
        until(0)
        send("initialized", {})
        uri = (Path(folder) / "towers.py").as_uri()
        item = {"uri": uri, "languageId": "python", "version": 1, "text": text}
        send("textDocument/didOpen", {"textDocument": item})
        until(1)
        for version in range(2, edits + 2):
            at = chance.randrange(len(lines))
            if version % 2:
                changed = [*lines[:at], lines[at] + f"  # {version}" if lines[at].strip() else "", *lines[at + 1 :]]
            else:
                # What was run before it need not be run again: some processes wait, stopped there.
                changed = [*lines, f"tf.get_variable('late_{version}', [{version}])", ""]
            send(
                "textDocument/didChange",
                {"textDocument": {"uri": uri, "version": version}, "contentChanges": [{"text": "\n".join(changed)}]},
            )
            if version % 10 == 0:
                until(version)
            if version % max(1, edits // 10) == 0:
                print(f"{version:7} edits  {resident(server.pid):6.0f} MB", flush=True)
        server.kill()


def files(count: int) -> None:
    sources = [p for p in (ROOT / "fixtures" / "names").glob("*.py") if p.stat().st_size < 20_000]
    for share in (count // 4, count // 2, count):
        with tempfile.TemporaryDirectory() as folder:
            for number in range(share):
                text = sources[number % len(sources)].read_text()
                (Path(folder) / f"f{number}.py").write_text(f"# {number}\n{text}\nimport m{number}\n")
                lines = [f"def f{each}(a, b=1):\n    return a * b + {number}\n" for each in range(200)]
                (Path(folder) / f"m{number}.py").write_text("\n".join(lines))
            code = (
                "import resource, sys; from scopelint.cli import main; "
                "main(['check', '--no-cache', '--jobs', sys.argv[1], '--exit-zero', '--format', 'concise', '.']); "
                "m = max(resource.getrusage(w).ru_maxrss for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)); "
                "sys.stderr.write(str(m // 1000))"
            )
            for jobs in ("1", "2"):
                done = subprocess.run([sys.executable, "-c", code, jobs], cwd=folder, capture_output=True, text=True,
                                      env={**os.environ, "PYTHONPATH": str(ROOT)})  # fmt: skip
                print(f"{share:5} files, {jobs} jobs: {done.stderr.split()[-1]} MB in the largest process", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("editor", "files"))
    parser.add_argument("--edits", type=int, default=10_000)
    parser.add_argument("--files", type=int, default=400)
    chosen = parser.parse_args()
    if chosen.what == "editor":
        editor(chosen.edits)
    else:
        files(chosen.files)


if __name__ == "__main__":
    main()
