"""What a program asks of checkpoints, as plain data that a cache can hold, and read back from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from scopelint.checkpoints.demands import Demand, Part, Place, Variable, demand_of_all
from scopelint.graph.events import Event, Noted, NotKnown, ProgramRaised, RestoreSite, VariableMade
from scopelint.graph.outcome import Outcome
from scopelint.record.names import shape_data
from scopelint.site import Site

CHECKED = "restore_checked"
"""A `Noted` of this kind tells that the program has it checked that all of a checkpoint was used."""


def restores_data(outcomes: Iterable[Outcome], put: Callable[[Site], Site] = lambda site: site) -> dict[str, Any]:
    """The variables of each graph, and the lines that load into it. `put` gives the places of a notebook's cells."""
    runs: list[dict[str, Any]] = []
    for outcome in outcomes:
        graphs = sorted({event.graph for event in outcome.events if isinstance(event, (VariableMade, RestoreSite))})
        for graph in graphs:
            runs.append(_run(outcome, graph, put))
    return {"runs": runs}


def _run(outcome: Outcome, graph: int, put: Callable[[Site], Site]) -> dict[str, Any]:
    variables: list[dict[str, Any]] = []
    sites: list[dict[str, Any]] = []
    stopped: list[dict[str, Any]] = []
    unknown = 0
    checked: dict[tuple[str, int], str] = {}
    for event in outcome.events:
        if isinstance(event, NotKnown):
            unknown += event.may_make
        elif isinstance(event, ProgramRaised):
            stopped.append({**_place(event, put), "error": event.error, "message": event.message})
        if event.graph != graph:
            continue
        if isinstance(event, VariableMade) and "variables" in event.collections:
            variables.append(
                {
                    "name": event.name,
                    "shape": shape_data(event.shape, event.shape_known),
                    "dtype": event.dtype,
                    "trainable": event.trainable,
                    "slot": event.by == "slot",
                    "resource": event.is_resource,
                    "store": event.key,
                    "certain": not event.when and "{" not in event.name,
                    "calls": [_where(put(call.site)) for call in event.calls[:-1]],
                    **_place(event, put),
                }
            )
        elif isinstance(event, RestoreSite):
            sites.append(
                {
                    "kind": event.kind,
                    "what": event.what,
                    "pairs": [list(pair) for pair in event.pairs],
                    "certain": event.certain and not event.when,
                    "path": event.path,
                    "made_at": _where(put(event.made_at)) if event.made_at else None,
                    "after": list(event.after),
                    "slices": [[name, shape_data(whole), list(offset)] for name, whole, offset in event.slices],
                    "map": [list(pair) for pair in event.assignment_map],
                    "options": list(event.options),
                    **_place(event, put),
                }
            )
        elif isinstance(event, Noted) and event.kind == CHECKED:
            place = put(event.fact("made_at") or event.site)
            checked[place.path, place.line] = str(event.fact("how"))
    for site in sites:
        how = checked.get((site["file"], site["line"]))
        if how:
            site["options"].append(how)
    return {"entry": outcome.entry, "variables": variables, "sites": sites, "stopped": stopped, "unknown": unknown}


def _place(event: Event, put: Callable[[Site], Site]) -> dict[str, Any]:
    site = put(event.site)
    return {"file": site.path, "line": site.line}


def _where(site: Site) -> list[Any]:
    return [site.path, site.line]


def demands(
    data: dict[str, Any], shown: Callable[[str], str] = lambda path: path, everything: bool = False
) -> list[Demand]:
    """The lines that load, in order; of a run without one all its variables."""
    found: list[Demand] = []
    runs = [run for run in data.get("runs", ()) if run["variables"] or run["sites"]]
    for run in runs:
        variables = tuple(_variable(row, shown) for row in run["variables"])
        for site in run["sites"]:
            found.append(_demand(site, variables, run, shown))
    if not found:
        for run in runs:
            variables = tuple(_variable(row, shown) for row in run["variables"])
            last = variables[-1].place if variables else Place()
            note = () if everything else ("no line that restores is found in it: all its global variables are taken",)
            found.append(demand_of_all(variables, last, (*note, *_stops(run, shown, None))))
    return found


def all_variables(data: dict[str, Any], shown: Callable[[str], str] = lambda path: path) -> list[Demand]:
    """As if no line loaded: what `--all` compares."""
    return demands({"runs": [{**run, "sites": []} for run in data.get("runs", ())]}, shown, True)


def _variable(row: dict[str, Any], shown: Callable[[str], str]) -> Variable:
    shape = row["shape"]
    return Variable(
        row["name"],
        None if shape is None else tuple(shape),
        row["dtype"],
        row["trainable"],
        row["slot"],
        Place(shown(row["file"]), row["line"]),
        tuple(Place(shown(file), line) for file, line in row["calls"]),
        row["store"],
        row["certain"],
        row["resource"],
    )


def _demand(
    site: dict[str, Any], variables: tuple[Variable, ...], run: dict[str, Any], shown: Callable[[str], str]
) -> Demand:
    parts = {
        name: Part(None if whole is None else tuple(whole), tuple(offset)) for name, whole, offset in site["slices"]
    }
    made_at = site["made_at"]
    refused = ""
    for stop in run["stopped"]:
        if (stop["file"], stop["line"]) == (site["file"], site["line"]) and site["kind"] in ("init", "warm_start"):
            refused = stop["message"]
    return Demand(
        site["kind"],
        site["what"],
        Place(shown(site["file"]), site["line"]),
        tuple((key, name) for key, name in site["pairs"]),
        variables,
        site["certain"],
        site["path"],
        Place(shown(made_at[0]), made_at[1]) if made_at else Place(),
        tuple(site["after"]),
        parts,
        tuple((key, value) for key, value in site["map"]),
        tuple(site["options"]),
        refused,
        _stops(run, shown, site["line"]),
    )


def _stops(run: dict[str, Any], shown: Callable[[str], str], line: int | None) -> tuple[str, ...]:
    said = [
        f"the program stops at {shown(stop['file'])}:{stop['line']}: {stop['error']}: {stop['message']}"
        for stop in run["stopped"]
        if stop["line"] != line
    ]
    if run["unknown"]:
        count = run["unknown"]
        said.append(
            f"{count} thing{'s' * (count != 1)} in the program {'are' if count != 1 else 'is'} not known and may make "
            "variables; `scopelint names` lists them"
        )
    return tuple(said)
