"""What `scopelint names` says: the variables of Outcomes as plain data, and that data as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TextIO

from scopelint.graph.events import (
    Event,
    NotKnown,
    OpMade,
    Shape,
    Stopped,
    VariableMade,
    VariableRefused,
    VariableReused,
)
from scopelint.graph.outcome import Outcome
from scopelint.reports.places import calls_data, shown, split_cell


def shape_data(shape: Shape, known: bool = True) -> list[int | None] | None:
    """Dimensions as numbers, null where one is not known; null for a shape of which nothing is known."""
    if shape is None or not known:
        return None
    return [d if isinstance(d, int) and not isinstance(d, bool) else None for d in shape]


def names_data(outcomes: Iterable[Outcome], ops: bool = False, accesses: bool = False) -> dict[str, Any]:
    """The variables, and what is not known. Graphs are numbered through: each entry of a module has its own."""
    variables: list[dict[str, Any]] = []
    unknown: list[dict[str, Any]] = []
    stopped: list[dict[str, Any]] = []
    made: list[dict[str, Any]] = []
    asked: list[dict[str, Any]] = []
    first_graph = 0
    seen = set()
    for outcome in outcomes:
        graphs = 0
        for event in outcome.events:
            graphs = max(graphs, event.graph + 1)
            place = {"file": event.site.path, "line": event.site.line}
            graph = first_graph + event.graph
            # One in no collection is nothing that `tf.global_variables()`, a Saver or an initializer ever sees.
            if isinstance(event, VariableMade) and event.collections:
                variables.append(
                    {
                        "name": event.name,
                        "shape": shape_data(event.shape, event.shape_known),
                        "dtype": event.dtype or None,
                        "trainable": event.trainable,
                        "collections": sorted(event.collections),
                        "graph": graph,
                        **place,
                        "column": event.site.column + 1,
                        "certain": not event.when,
                        "when": list(event.when),
                        "calls": calls_data(event.calls),
                        "entry": outcome.entry,
                    }
                )
            elif isinstance(event, NotKnown):
                key = (event.site, event.reason)
                if key not in seen:
                    seen.add(key)
                    unknown.append({**place, "reason": event.reason, "may_make_variables": event.may_make})
            elif isinstance(event, Stopped):
                stopped.append({**place, "error": event.error, "message": event.message, "entry": outcome.entry})
            if accesses:
                access = _access(event)
                if access is not None:
                    asked.append({**access, "graph": graph, **place, "certain": not event.when})
            if ops and isinstance(event, OpMade):
                # The inner ones stand below theirs, so that user code's own come first of all.
                made.append({"name": event.name, "type": event.type, "graph": graph, **place, "user": event.user})
                for name, kind in event.inner:
                    made.append({"name": f"{event.name}/{name}", "type": kind, "graph": graph, **place, "user": False})
        first_graph += graphs
    data: dict[str, Any] = {"variables": variables, "unknown": unknown, "stopped": stopped}
    if accesses:
        data["accesses"] = asked
    if ops:
        data["ops"] = sorted(made, key=lambda op: not op.pop("user"))
    return data


def _access(event: Event) -> dict[str, Any] | None:
    """One get_variable, as the oracle records them."""
    if isinstance(event, VariableMade):
        if event.by == "Variable" or not event.key:
            return None
        return {"name": event.key, "variable": event.name, "outcome": "created", "by": event.by, "error": None}
    if isinstance(event, VariableReused):
        return {"name": event.key, "variable": event.name, "outcome": "reused", "by": event.by, "error": None}
    if isinstance(event, VariableRefused):
        error = f"{event.error}: {event.message}"
        return {"name": event.name, "variable": None, "outcome": "raised", "by": event.by, "error": error}
    return None


def merged(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The data of several files as one, with graphs numbered through and places as reports write them."""
    whole: dict[str, Any] = {}
    first_graph = 0
    for part in parts:
        graphs = 0
        for kind, rows in part.items():
            into = whole.setdefault(kind, [])
            for row in rows:
                file, cell = split_cell(row["file"])
                row = {**row, "file": shown(file)}
                if cell:
                    row["cell"] = cell
                if "graph" in row:
                    graphs = max(graphs, row["graph"] + 1)
                    row["graph"] += first_graph
                if "calls" in row:
                    row["calls"] = [{**call, "file": shown(call["file"])} for call in row["calls"]]
                into.append(row)
        first_graph += graphs
    return whole


def with_sites(data: dict[str, Any], site: Callable[[str, int], tuple[str, int]]) -> dict[str, Any]:
    """The same data with other places: a notebook's lines become lines of cells."""
    for rows in data.values():
        for row in rows if isinstance(rows, list) else ():
            row["file"], row["line"] = site(row["file"], row["line"])
            for call in row.get("calls", ()):
                call["file"], call["line"] = site(call["file"], call["line"])
    return data


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
