"""What `scopelint names` says: the record of several files as one, as a table and as one line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TextIO

from scopelint.reports.places import row_data


def merged(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The data of several files as one, with graphs numbered through and places as reports write them."""
    whole: dict[str, Any] = {}
    first_graph = 0
    for part in parts:
        graphs = 0
        for kind, rows in part.items():
            into = whole.setdefault(kind, [])
            for row in rows:
                row = row_data(row)
                if "graph" in row:
                    graphs = max(graphs, row["graph"] + 1)
                    row["graph"] += first_graph
                if "calls" in row:
                    row["calls"] = [row_data(call) for call in row["calls"]]
                into.append(row)
        first_graph += graphs
    return whole


def write_table(data: dict[str, Any], stream: TextIO, color: bool = False) -> None:
    """One line per variable: name, shape, dtype, place; then the accesses and the operations where asked for."""
    bold, dim, end = ("\x1b[1m", "\x1b[2m", "\x1b[0m") if color else ("", "", "")
    rows = []
    several = len({v["graph"] for v in data["variables"]}) > 1
    for variable in data["variables"]:
        shape = variable["shape"]
        written = "[?]" if shape is None else "[" + ",".join("?" if d is None else str(d) for d in shape) + "]"
        notes = []
        if variable["trainable"] is False:
            notes.append("not trainable")
        if not variable["certain"]:
            notes.append("if " + " and ".join(variable["when"]))
        if several:
            notes.append(f"graph {variable['graph']}")
        where = f"{variable['file']}:{variable['line']}"
        rows.append((variable["name"], written, variable["dtype"] or "?", where, ", ".join(notes)))
    _columns(rows, stream, bold, dim, end)
    if "accesses" in data:
        stream.write("\n")
        _columns(
            [
                (a["name"], a["outcome"], a["by"], f"{a['file']}:{a['line']}", a["error"] or "")
                for a in data["accesses"]
            ],
            stream,
            bold,
            dim,
            end,
        )
    if "ops" in data:
        stream.write("\n")
        _columns(
            [(o["name"], o["type"], "", f"{o['file']}:{o['line']}", "") for o in data["ops"]], stream, bold, dim, end
        )


def _columns(rows: Sequence[tuple[str, ...]], stream: TextIO, bold: str, dim: str, end: str) -> None:
    widths = [min(max((len(row[i]) for row in rows), default=0), 60) for i in range(4)]
    for row in rows:
        name, *rest = (cell.ljust(width) for cell, width in zip(row, widths, strict=False))
        line = f"{bold}{name}{end}  " + "  ".join(
            cell for cell, width in zip(rest[:2], widths[1:3], strict=True) if width
        )
        line += f"  {dim}{rest[2]}{end}"
        stream.write((f"{line}  {row[4]}" if row[4] else line).rstrip() + "\n")


def summary(data: dict[str, Any]) -> str:
    """One line about where the program ends in an error and what is not known; empty where all is well."""
    said = [
        f"the program stops at {row['file']}:{row['line']}: {row['error']}: {row['message']}"
        for row in data["stopped"][:1]
    ]
    return "; ".join([*said, *_not_known(data)])


def _not_known(data: dict[str, Any]) -> list[str]:
    count = len(data["unknown"])
    if not count:
        return []
    makers = sum(row["may_make_variables"] for row in data["unknown"])
    reasons = data["unknown"][0]
    first = f"{reasons['file']}:{reasons['line']}: {reasons['reason']}"
    return [f"{count} things are not known, {makers} of them may make variables; first {first}"]
