"""From a change in an editor to its diagnostics, by a real client, against the bare LibCST parse of the same file."""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import sys
import time
from pathlib import Path

import libcst
from lsprotocol import types
from pygls.lsp.client import LanguageClient


class Client(LanguageClient):
    """Remembers which version of the file was last spoken of."""

    def __init__(self) -> None:
        super().__init__("benchmark", "1")
        self.versions: asyncio.Queue[int] = asyncio.Queue()

        @self.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def published(params: types.PublishDiagnosticsParams) -> None:
            self.versions.put_nowait(params.version or 0)

    async def until(self, version: int) -> None:
        while await asyncio.wait_for(self.versions.get(), 60) < version:
            pass


async def measure(path: Path, edits: int, debounce: int) -> list[float]:
    client = Client()
    await client.start_io(sys.executable, "-c", "from scopelint.cli import main; main(['lsp'])")
    await client.initialize_async(
        types.InitializeParams(capabilities=types.ClientCapabilities(), initialization_options={"debounce": debounce})
    )
    client.initialized(types.InitializedParams())
    text = path.read_text()
    lines = text.split("\n")
    item = types.TextDocumentItem(path.as_uri(), "python", 1, text)
    client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    await client.until(1)
    rng = random.Random(1)
    inner = [n for n, line in enumerate(lines) if line.startswith("    ") and line.rstrip().endswith(")")]
    times = []
    for version in range(2, edits + 2):
        # A comment behind a statement somewhere in the file: that part has to be parsed and all to be interpreted.
        line = rng.choice(inner)
        width = len(lines[line])
        lines[line] += f"  # {version}"
        where = types.Range(types.Position(line, width), types.Position(line, width))
        started = time.perf_counter()
        client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(uri=path.as_uri(), version=version),
                [types.TextDocumentContentChangePartial(range=where, text=f"  # {version}")],
            )
        )
        await client.until(version)
        times.append(time.perf_counter() - started)
    await client.shutdown_async(None)
    client.exit(None)
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, help="BERT's modeling.py, say")
    parser.add_argument("--edits", type=int, default=60)
    parser.add_argument("--debounce", type=int, default=0, help="milliseconds; as shipped it is 60")
    options = parser.parse_args()
    source = options.file.read_bytes()
    parses = []
    for _ in range(9):
        started = time.perf_counter()
        libcst.parse_module(source)
        parses.append(time.perf_counter() - started)
    times = sorted(asyncio.run(measure(options.file.resolve(), options.edits, options.debounce)))
    parse = statistics.median(parses)
    median, slow = statistics.median(times), times[int(len(times) * 0.95)]
    print(
        json.dumps(
            {
                "LibCST parse, ms": round(parse * 1000, 1),
                "change to diagnostics, median ms": round(median * 1000, 1),
                "change to diagnostics, 95th percentile ms": round(slow * 1000, 1),
                "median / parse": round(median / parse, 2),
                "95th percentile / parse": round(slow / parse, 2),
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
