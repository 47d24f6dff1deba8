"""How much of the code that calls TensorFlow was reached, as text and as plain data."""

from __future__ import annotations

from typing import Any, Protocol, TextIO

_PARTS = 12
"""The largest parts that were not reached; of the rest the number is told."""


class Coverage(Protocol):
    @property
    def files(self) -> tuple[Any, ...]: ...
    @property
    def parts(self) -> tuple[Any, ...]: ...
    @property
    def lines(self) -> int: ...
    @property
    def reached(self) -> int: ...


def write(coverage: Coverage, stream: TextIO) -> None:
    stream.write(f"\n{_share(coverage.reached, coverage.lines)} of the lines that call TensorFlow were reached\n")
    width = max((len(file.file) for file in coverage.files), default=0)
    for file in sorted(coverage.files, key=lambda each: (each.reached - each.lines, each.file)):
        if file.reached < file.lines:
            stream.write(f"  {file.file:{width}}  {_share(file.reached, file.lines)}\n")
    if coverage.parts:
        stream.write("not reached, the largest first:\n")
    for part in coverage.parts[:_PARTS]:
        lines = f"{part.lines} line{'s' * (part.lines != 1)}"
        where = f"{part.name}()" if part.name else "outside of functions"
        stream.write(f"  {part.file}:{part.line}-{part.end_line} {where}, {lines}: {part.why}\n")
    if len(coverage.parts) > _PARTS:
        stream.write(f"  and {len(coverage.parts) - _PARTS} more\n")


def _share(reached: int, lines: int) -> str:
    return f"{reached} of {lines} ({_percent(reached, lines):.1f} %)"


def _percent(reached: int, lines: int) -> float:
    return 100.0 * reached / lines if lines else 100.0


def as_data(coverage: Coverage) -> dict[str, Any]:
    return {
        "lines": coverage.lines,
        "reached": coverage.reached,
        "percent": round(_percent(coverage.reached, coverage.lines), 2),
        "files": [{"file": file.file, "lines": file.lines, "reached": file.reached} for file in coverage.files],
        "parts": [
            {
                "file": part.file,
                "line": part.line,
                "end_line": part.end_line,
                "function": part.name,
                "lines": part.lines,
                "why": part.why,
            }
            for part in coverage.parts
        ],
    }
