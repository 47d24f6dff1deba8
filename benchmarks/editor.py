"""From a change in an editor to its diagnostics, by a real client that types, in processor time.

    python benchmarks/editor.py FILE ...
    python benchmarks/editor.py --lines 500 3000

Somebody types at places all over the file: comments, new lines, other numbers and names, and whole statements key by
key with brackets that close themselves. After each key the client waits for the diagnostics; the time is that which the
server and its processes took of the processor meanwhile, so that it says the same on a busy machine. `--lines` makes
programs of that many lines, one that builds all at the top of the file and one of functions. Beside the times stand the
programs' own: how long one analysis from nothing takes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from lsprotocol import types
from pygls.lsp.client import LanguageClient

ROOT = Path(__file__).parents[1]
COMMAND = [sys.executable, "-c", "from scopelint.cli import main; main(['lsp'])"]
TICK = os.sysconf("SC_CLK_TCK")


class Client(LanguageClient):
    """Remembers which version of the file was last spoken of."""

    def __init__(self) -> None:
        super().__init__("benchmark", "1")
        self.versions: asyncio.Queue[int] = asyncio.Queue()

        @self.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def published(params: types.PublishDiagnosticsParams) -> None:
            self.versions.put_nowait(params.version or 0)

    async def until(self, version: int) -> None:
        while await asyncio.wait_for(self.versions.get(), 300) < version:
            pass


def spent(number: int) -> float:
    """Seconds of the processor of a process and of all below it."""
    total = 0.0
    waiting = [number]
    while waiting:
        each = waiting.pop()
        try:
            fields = Path(f"/proc/{each}/stat").read_text().rsplit(")", 1)[1].split()
            children = Path(f"/proc/{each}/task/{each}/children").read_text()
        except OSError:
            continue
        # Its own, and that of children which have ended.
        total += sum(map(int, fields[11:15])) / TICK
        waiting += map(int, children.split())
    return total


def edits(lines: list[str], count: int) -> Iterator[tuple[str, int, str]]:
    """What is typed: its kind, a line, and that line as it is then. `+` before it: a new line behind that one."""
    rng = random.Random(1)
    inner = [
        n
        for n, line in enumerate(lines)
        if line.startswith("    ") and line.endswith(")") and line.count("(") == line.count(")") and "#" not in line
    ]
    made = 0
    while made < count:
        at = rng.choice(inner)
        text = lines[at]
        indent = text[: len(text) - len(text.lstrip())]
        kind = rng.choice(["comment", "line", "number", "name", "statement"])
        if kind == "comment":
            keys = [text + "  # it"[:n] for n in range(3, 7)]
        elif kind == "number":
            digits = [n for n, char in enumerate(text) if char.isdigit()]
            if not digits:
                continue
            keys = [text[: digits[-1]] + char + text[digits[-1] + 1 :] for char in ("7", text[digits[-1]])]
        elif kind == "name":
            mark = text.find("name='")
            if mark < 0:
                continue
            keys = [text[: mark + 6] + "n" + text[mark + 6 :], text]
        elif kind == "line":
            yield kind, at, "+"
            yield kind, at + 1, "-"
            made += 2
            continue
        else:
            typed = "y = tf.zeros([1])"
            yield kind, at, "+"
            for n in range(1, len(typed) + 1):
                head = typed[:n]
                open_ones = [close for open_, close in ("()", "[]") if head.count(open_) > head.count(close)]
                yield kind, at + 1, indent + head + "".join(reversed(open_ones))
            yield kind, at + 1, "-"
            made += len(typed) + 2
            continue
        for each in keys:
            yield kind, at, each
            made += 1
        if keys[-1] != text:
            yield kind, at, text
            made += 1


async def measure(path: Path, count: int, debounce: int, pause: float) -> tuple[float, dict[str, list[float]]]:
    client = Client()
    await client.start_io(*COMMAND)
    server = client._server  # type: ignore[attr-defined]
    await client.initialize_async(
        types.InitializeParams(capabilities=types.ClientCapabilities(), initialization_options={"debounce": debounce})
    )
    client.initialized(types.InitializedParams())
    text = path.read_text()
    lines, uri = text.split("\n"), path.as_uri()
    await asyncio.sleep(3)
    begun = spent(server.pid)
    client.text_document_did_open(types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "python", 1, text)))
    await client.until(1)
    first = spent(server.pid) - begun
    times: dict[str, list[float]] = {}
    version = 1
    for kind, at, new in edits(list(lines), count):
        version += 1
        if new == "+":
            lines.insert(at + 1, "")
            where, typed = types.Range(types.Position(at + 1, 0), types.Position(at + 1, 0)), "\n"
        elif new == "-":
            del lines[at]
            where, typed = types.Range(types.Position(at, 0), types.Position(at + 1, 0)), ""
        else:
            where, typed = types.Range(types.Position(at, 0), types.Position(at, len(lines[at]))), new
            lines[at] = new
        await asyncio.sleep(pause)
        begun = spent(server.pid)
        client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(uri=uri, version=version),
                [types.TextDocumentContentChangePartial(range=where, text=typed)],
            )
        )
        await client.until(version)
        times.setdefault(kind, []).append(spent(server.pid) - begun)
    await client.shutdown_async(None)
    client.exit(None)
    await server.wait()
    await client.stop()
    return first, times


def flat(count: int) -> str:
    """A program that builds layer upon layer at the top of the file, and trains it."""
    out = ["import tensorflow as tf", "", "x = tf.placeholder(tf.float32, [None, 64])", "h = x"]
    while len(out) < count - 3:
        number = len(out)
        out += [
            f"with tf.variable_scope('block_{number}'):",
            "    a = tf.layers.dense(h, 64, activation=tf.nn.relu, name='up')",
            "    b = tf.layers.batch_normalization(a, training=True)",
            "    c = tf.get_variable('scale', [64], initializer=tf.ones_initializer())",
            "    h = h + tf.nn.dropout(b * c, 0.9)",
        ]
    return "\n".join([*out, "loss = tf.reduce_mean(tf.square(h))", "tf.train.AdamOptimizer(1e-3).minimize(loss)", ""])


def functions(count: int) -> str:
    """The same size in functions that one of them calls."""
    out, names = ["import tensorflow as tf"], []
    while len(out) < count - 12 - len(names):
        names.append(f"block_{len(names)}")
        out += [
            "", "", f"def {names[-1]}(h, training=True):", f"    with tf.variable_scope('{names[-1]}'):",
            "        a = tf.layers.conv2d(h, 32, 3, padding='same', name='conv')",
            "        a = tf.layers.batch_normalization(a, training=training, name='norm')",
            "        b = tf.layers.conv2d(tf.nn.relu(a), 32, 3, padding='same', name='conv2')",
            "        return h + b * tf.get_variable('scale', [32])",
        ]  # fmt: skip
    out += ["", "", "def model(x):", "    h = tf.layers.conv2d(x, 32, 3, padding='same', name='stem')"]
    out += [f"    h = {name}(h)" for name in names]
    out += ["    return tf.layers.dense(tf.reduce_mean(h, [1, 2]), 10, name='logits')", "", ""]
    out += ["loss = tf.reduce_sum(model(tf.placeholder(tf.float32, [None, 32, 32, 3])))"]
    return "\n".join([*out, "tf.train.AdamOptimizer(1e-3).minimize(loss)", ""])


def at(times: list[float], share: float) -> int:
    ordered = sorted(times)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="*")
    parser.add_argument("--lines", type=int, nargs="*", default=[])
    parser.add_argument("--edits", type=int, default=150)
    parser.add_argument("--debounce", type=int, default=0, help="milliseconds; as shipped it is 60")
    parser.add_argument(
        "--pause", type=float, default=0.3, help="seconds between two keys, in which the worker tidies up"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        made = [
            (Path(folder) / f"{make.__name__}_{lines}.py", make(lines))
            for lines in options.lines
            for make in (flat, functions)
        ]
        for path, text in made:
            path.write_text(text)
        for path in [*(path for path, _ in made), *(file.resolve() for file in options.files)]:
            first, times = asyncio.run(measure(path, options.edits, options.debounce, options.pause))
            every = [each for those in times.values() for each in those]
            print(
                json.dumps(
                    {
                        "file": path.name,
                        "lines": len(path.read_text().split("\n")),
                        "edits": len(every),
                        "from nothing, ms": round(first * 1000),
                        "median, ms": at(every, 0.5),
                        "95th percentile, ms": at(every, 0.95),
                        **{
                            f"{kind}, median and 95th": [at(those, 0.5), at(those, 0.95)]
                            for kind, those in times.items()
                        },
                    }
                ),
                flush=True,
            )


if __name__ == "__main__":
    main()
