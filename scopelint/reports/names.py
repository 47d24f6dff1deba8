"""What `scopelint names` says: the record of several files as one, as a table and as one line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TextIO

from scopelint.escapes import printable
from scopelint.graph.conditions import is_assumption, phrase
from scopelint.graph.reasons import first_sentence
from scopelint.reports.places import row_data, row_place


def merged(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The data of several files as one, with graphs numbered through and places as reports write them."""
    whole: dict[str, Any] = {}
    first_graph = 0
    calls: dict[tuple[Any, ...], dict[str, Any]] = {}
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
                    row["calls"] = [_shared(call, calls) for call in row["calls"]]
                into.append(row)
        first_graph += graphs
    return whole


def _shared(call: dict[str, Any], calls: dict[tuple[Any, ...], dict[str, Any]]) -> dict[str, Any]:
    """Many variables are made below the same calls: one row for all, which a report then writes once."""
    key = tuple(call.values())
    row = calls.get(key)
    if row is None:
        row = calls[key] = row_data(call)
    return row


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
            tests = [condition for condition in variable["when"] if not is_assumption(condition)]
            # An assumption is told once below, not with each of the names that hang on it.
            notes += [phrase(tests)] if tests else ["assumed"]
        if several:
            notes.append(f"graph {variable['graph']}")
        where = row_place(variable)
        rows.append((variable["name"], written, variable["dtype"] or "?", where, ", ".join(notes)))
    _columns(rows, stream, bold, dim, end)
    for line in _ends(data):
        stream.write(f"{dim}{printable(line)}{end}\n")
    if "accesses" in data:
        stream.write("\n")
        _columns(
            [(a["name"], a["outcome"], a["by"], row_place(a), a["error"] or "") for a in data["accesses"]],
            stream,
            bold,
            dim,
            end,
        )
    if "ops" in data:
        stream.write("\n")
        _columns([(o["name"], o["type"], "", row_place(o), "") for o in data["ops"]], stream, bold, dim, end)


def _ends(data: dict[str, Any]) -> Iterator[str]:
    """What the list hangs on, and whether it is complete."""
    for row in data["assumptions"]:
        count = row["names"]
        taken = phrase(row["assuming"][:1])
        more = len(row["assuming"]) - 1
        yield f"{taken}{f' (and {more} more)' if more else ''}: {count} name{'s' * (count != 1)}"
    if data.get("modes"):
        told = [f"--{row['flag']}={row['value']} (or {', '.join(row['others'])})" for row in data["modes"]]
        yield f"modes: {', '.join(told[:_MODES])}" + (f" and {len(told) - _MODES} more" if told[_MODES:] else "")
    for row in data["entries"]:
        if row["variables"] or not row["complete"] or len(data["entries"]) == 1:
            yield (f"{row['entry']}: " if row["entry"] else "") + _entry(row)


_MODES = 6


def _entry(row: dict[str, Any]) -> str:
    made = row["variables"]
    said = [f"{made} variable{'s' * (made != 1)}", f"{row['trainable']} trainable"]
    if row["parameters"] is not None:
        said.append(f"{_short(row['parameters'])} parameters")
    line = ", ".join(said)
    if row["complete"]:
        return f"{line}: complete"
    count = row["gaps"]
    where = row_place(row)
    return f"{line}: incomplete: {count} thing{'s' * (count != 1)} not followed, first {where} {row['reason']}"


def _short(number: int) -> str:
    for size, unit in ((1_000_000_000, "G"), (1_000_000, "M"), (10_000, "k")):
        if number >= size:
            return f"{number / (1000 if unit == 'k' else size):.1f} {unit}"
    return str(number)


def _columns(rows: Sequence[tuple[str, ...]], stream: TextIO, bold: str, dim: str, end: str) -> None:
    rows = [tuple(map(printable, row)) for row in rows]
    widths = [max((len(row[i]) for row in rows), default=0) for i in range(4)]
    for row in rows:
        name, *rest = (cell.ljust(width) for cell, width in zip(row, widths, strict=False))
        line = f"{bold}{name}{end}  " + "  ".join(
            cell for cell, width in zip(rest[:2], widths[1:3], strict=True) if width
        )
        line += f"  {dim}{rest[2]}{end}"
        stream.write((f"{line}  {row[4]}" if row[4] else line).rstrip() + "\n")


def summary(data: dict[str, Any]) -> str:
    """One line about where the program ends in an error; empty where it does not, or where it was not read at all."""
    said = [
        f"the program {'may stop' if row['when'] else 'stops'} at {row_place(row)}: "
        f"{row['error']}: {first_sentence(row['message'])}".rstrip(": ")
        for row in sorted(data.get("stopped", ()), key=lambda row: bool(row["when"]))[:1]
        if data["entries"]
    ]
    return "; ".join(said)
