"""The variables of Outcomes as plain data, with what is not known and where the program ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from scopelint.graph.events import (
    Event,
    NotKnown,
    OpMade,
    ProgramRaised,
    Shape,
    VariableMade,
    VariableRefused,
    VariableReused,
)
from scopelint.graph.modes import Mode
from scopelint.graph.outcome import Outcome
from scopelint.record.completeness import assumptions_data, entry_data
from scopelint.site import Calls


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
    outcomes = list(outcomes)
    for outcome in outcomes:
        graphs = 0
        for event in outcome.events:
            graphs = max(graphs, event.graph + 1)
            if not ops and type(event) is OpMade:
                continue
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
                        "by": event.by,
                        "collections": sorted(event.collections),
                        "graph": graph,
                        **place,
                        "column": event.site.column + 1,
                        "certain": not event.when,
                        "when": list(event.when),
                        "calls": _calls(event.calls),
                        "entry": outcome.entry,
                    }
                )
            elif isinstance(event, NotKnown):
                key = (event.site, event.reason)
                if key not in seen:
                    seen.add(key)
                    unknown.append({**place, "reason": event.reason, "may_make_variables": event.may_make})
            elif isinstance(event, ProgramRaised):
                stop = {
                    **place,
                    "error": event.error,
                    "message": event.message,
                    "entry": outcome.entry,
                    "when": list(event.when),
                }
                # A loop may come by as often as it likes.
                if stop not in stopped[-1:]:
                    stopped.append(stop)
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
    data: dict[str, Any] = {
        "variables": variables,
        "unknown": unknown,
        "stopped": stopped,
        "assumptions": assumptions_data(outcomes),
        "entries": [entry_data(outcome) for outcome in outcomes],
        "modes": [mode_data(mode) for outcome in outcomes for mode in outcome.modes],
    }
    if accesses:
        data["accesses"] = asked
    if ops:
        data["ops"] = sorted(made, key=lambda op: not op.pop("user"))
    return data


def mode_data(mode: Mode) -> dict[str, Any]:
    """A flag that decides what is built: what it is taken to be, and what else it may be."""
    place = {"file": mode.site.path, "line": mode.site.line}
    return {"flag": mode.flag, "value": mode.value, "others": list(mode.others), **place}


def _calls(calls: Calls) -> list[dict[str, Any]]:
    return [{"file": call.site.path, "line": call.site.line, "function": call.function} for call in calls]


OUTCOMES = {VariableMade: "created", VariableReused: "reused", VariableRefused: "raised"}
"""What the JSON has called these events from the first, where all else says made, reused and refused."""


def _access(event: Event) -> dict[str, Any] | None:
    """One get_variable, as the oracle records them."""
    name: str
    variable: str | None
    error: str | None
    if isinstance(event, VariableRefused):
        name, variable, error = event.name, None, f"{event.error}: {event.message}{event.leads}"
    elif isinstance(event, VariableReused) or (
        isinstance(event, VariableMade) and event.by != "Variable" and event.key
    ):
        name, variable, error = event.key, event.name, None
    else:
        return None
    return {"name": name, "variable": variable, "outcome": OUTCOMES[type(event)], "by": event.by, "error": error}


def with_sites(data: dict[str, Any], site: Callable[[str, int], tuple[str, int]]) -> dict[str, Any]:
    """The same data with other places: a notebook's lines become lines of cells."""
    for rows in data.values():
        for row in rows if isinstance(rows, list) else ():
            row["file"], row["line"] = site(row["file"], row["line"])
            for call in row.get("calls", ()):
                call["file"], call["line"] = site(call["file"], call["line"])
    return data
