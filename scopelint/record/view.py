"""What editors, pictures and `why` are drawn from: variables, sharings, refusals and scopes of all runs of one file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from scopelint.graph.events import (
    NotKnown,
    Refused,
    RestoreSite,
    ScopeOpened,
    VariableMade,
    VariableRefused,
    VariableReused,
)
from scopelint.graph.outcome import Outcome
from scopelint.record.completeness import gaps
from scopelint.record.names import shape_data
from scopelint.site import Calls, CallSite, Site
from scopelint.tuples import NamedTuple

Scopes = tuple[tuple[str, Site], ...]
"""Each part of a name's prefix with the scope that gave it."""


class Variable(NamedTuple):
    """A variable that is made. `shape`: None where nothing of it is known, None for a dimension likewise."""

    name: str
    shape: tuple[int | None, ...] | None
    dtype: str
    trainable: bool | None
    site: Site
    calls: Calls
    scopes: Scopes
    when: tuple[str, ...]
    graph: int
    entry: str
    by: str
    scope: str
    name_scope: str
    reuse: str
    collections: tuple[str, ...]


class Sharing(NamedTuple):
    """A `get_variable` that found a variable made before, at `first`."""

    name: str
    site: Site
    calls: Calls
    scopes: Scopes
    when: tuple[str, ...]
    graph: int
    entry: str
    first: Site
    scope: str
    name_scope: str
    reuse: str


class Refusal(NamedTuple):
    """What TF raised on; `first` has line 0 where no other place is involved."""

    name: str
    message: str
    error: str
    site: Site
    calls: Calls
    when: tuple[str, ...]
    graph: int
    entry: str
    first: Site
    caught: bool
    variable: bool


class Opened(NamedTuple):
    """A scope that was entered. `kind`: "name" or "variable"."""

    kind: str
    prefix: str
    site: Site
    graph: int
    entry: str
    reopened: bool


class Gap(NamedTuple):
    """Something that decides names and is not known."""

    reason: str
    site: Site
    may_make: bool


class Load(NamedTuple):
    """A line that loads a checkpoint: what it reads, as (key, variable). `certain`: these and no others; `first`: where
    its Saver was made, with line 0 where that is no place of its own."""

    what: str
    pairs: tuple[tuple[str, str], ...]
    certain: bool
    checkpoint: str
    site: Site
    when: tuple[str, ...]
    graph: int
    entry: str
    first: Site
    after: tuple[str, ...]


class Run(NamedTuple):
    """One run of the file: is its list of variables complete, and what first keeps it from being so."""

    entry: str
    complete: bool
    gaps: int
    reason: str
    site: Site


class Operation(NamedTuple):
    """An operation of the whole graph, kept for pictures alone. `inputs`: as a GraphDef has them, `name`, `name:1`, and
    `^name` for those of control; None for one that is not known, or for all. `shapes`, `dtypes`: of its outputs."""

    name: str
    type: str
    inputs: tuple[str | None, ...] | None
    shapes: tuple[tuple[int | None, ...] | None, ...]
    dtypes: tuple[str, ...]
    device: str
    site: Site
    when: tuple[str, ...]
    graph: int
    entry: str


class View(NamedTuple):
    """`path`: of the file analysed; sites may lie in others that it imports."""

    path: str
    variables: tuple[Variable, ...] = ()
    sharings: tuple[Sharing, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    scopes: tuple[Opened, ...] = ()
    gaps: tuple[Gap, ...] = ()
    loads: tuple[Load, ...] = ()
    runs: tuple[Run, ...] = ()
    operations: tuple[Operation, ...] = ()


_ROWS: dict[str, type[Any]] = {
    "variables": Variable,
    "sharings": Sharing,
    "refusals": Refusal,
    "scopes": Opened,
    "gaps": Gap,
    "loads": Load,
    "runs": Run,
    "operations": Operation,
}
_NOWHERE = Site("", 0)


def view_data(
    path: str, outcomes: Iterable[Outcome], put: Callable[[Site], Site] = lambda site: site
) -> dict[str, Any]:
    """A View as plain data. `put` moves sites, of a notebook's program into its cells."""
    data: dict[str, list[Any]] = {kind: [] for kind in _ROWS}
    seen: set[tuple[object, ...]] = set()
    first_graph = 0
    for outcome in outcomes:
        graphs = 0
        for event in outcome.events:
            graphs = max(graphs, event.graph + 1)
            graph, entry = first_graph + event.graph, outcome.entry

            def scopes(event: VariableMade | VariableReused) -> Scopes:
                return tuple((part, put(site)) for part, site in event.prefix_sites)

            site = put(event.site)
            if isinstance(event, ScopeOpened):
                key = (event.kind, event.prefix, site, graph)
                if key not in seen:
                    seen.add(key)
                    data["scopes"].append(Opened(event.kind, event.prefix, site, graph, entry, event.reopened))
                continue
            if isinstance(event, NotKnown):
                if (event.reason, site) not in seen:
                    seen.add((event.reason, site))
                    data["gaps"].append(Gap(event.reason, site, event.may_make))
                continue
            if isinstance(event, RestoreSite):
                row = (event.what, site, graph, event.pairs, event.after)
                if row in seen:
                    continue
                seen.add(row)
                made_at = put(event.made_at) if event.made_at and event.made_at != event.site else _NOWHERE
                data["loads"].append(
                    Load(event.what, event.pairs, event.certain, event.path, site, event.when, graph, entry, made_at,
                         event.after)
                )  # fmt: skip
                continue
            if not isinstance(event, (VariableMade, VariableReused, VariableRefused, Refused)):
                continue
            calls = tuple(CallSite(put(call.site), call.function) for call in event.calls)
            if isinstance(event, VariableMade):
                shape = shape_data(event.shape, event.shape_known)
                data["variables"].append(
                    Variable(
                        event.name, None if shape is None else tuple(shape), event.dtype, event.trainable, site, calls,
                        scopes(event), event.when, graph, entry, event.by, event.scope, event.name_scope, event.reuse,
                        tuple(sorted(event.collections)),
                    )
                )  # fmt: skip
            elif isinstance(event, VariableReused):
                data["sharings"].append(
                    Sharing(
                        event.name, site, calls, scopes(event), event.when, graph, entry, put(event.first_site),
                        event.scope, event.name_scope, event.reuse,
                    )
                )  # fmt: skip
            else:
                first = getattr(event, "first_site", None)
                data["refusals"].append(
                    Refusal(
                        event.name, event.message, event.error, site, calls, event.when, graph, entry,
                        put(first) if first else _NOWHERE, event.caught, isinstance(event, VariableRefused),
                    )
                )  # fmt: skip
        for node in outcome.nodes:
            graphs = max(graphs, node.graph + 1)
            shapes = tuple(None if shape is None else tuple(shape_data(shape) or ()) for shape in node.shapes)
            data["operations"].append(
                Operation(
                    node.name, node.type, node.inputs, shapes, node.dtypes, node.device, put(node.site), node.when,
                    first_graph + node.graph, outcome.entry,
                )
            )  # fmt: skip
        first_graph += graphs
        missing = gaps(outcome)
        first_gap, why = missing[0] if missing else (None, "")
        at = put(first_gap.site) if first_gap is not None else _NOWHERE
        data["runs"].append(Run(outcome.entry, not missing, len(missing), why, at))
    return {"path": path, **data}


def names_of(view: View) -> dict[str, Any]:
    """The variables of a view as a names record has them."""
    variables = [
        {
            "name": row.name,
            "shape": None if row.shape is None else list(row.shape),
            "dtype": row.dtype or None,
            "trainable": row.trainable,
            "by": row.by,
            "collections": list(row.collections),
            "graph": row.graph,
            "file": row.site.path,
            "line": row.site.line,
            "column": row.site.column + 1,
            "certain": not row.when,
            "when": list(row.when),
            "calls": [
                {"file": call.site.path, "line": call.site.line, "function": call.function} for call in row.calls
            ],
            "entry": row.entry,
        }
        for row in view.variables
        if row.collections
    ]
    unknown = [
        {"file": gap.site.path, "line": gap.site.line, "reason": gap.reason, "may_make_variables": gap.may_make}
        for gap in view.gaps
    ]
    return {"variables": variables, "unknown": unknown, "stopped": []}


def view_from(path: str, data: dict[str, Any]) -> View:
    """The View again, from what the cache or another process gives; empty data gives an empty one."""
    fields = {kind: tuple(_row(cls, row) for row in data.get(kind, ())) for kind, cls in _ROWS.items()}
    return View(path, **fields)


def _row(cls: type[Any], row: Sequence[object]) -> Any:  # noqa: ANN401
    if isinstance(row, cls):
        return row
    return cls(*(_field(name, value) for name, value in zip(cls._fields, row, strict=True)))


def _field(name: str, value: Any) -> Any:  # noqa: ANN401
    if name in ("site", "first"):
        return Site(*value)
    if name == "calls":
        return tuple(CallSite(Site(*site), function) for site, function in value)
    if name == "pairs":
        return tuple((key, variable) for key, variable in value)
    if name == "shapes":
        return tuple(None if shape is None else tuple(shape) for shape in value)
    if name == "scopes":
        return tuple((part, Site(*site)) for part, site in value)
    return tuple(value) if isinstance(value, list) else value


def written(shape: tuple[int | None, ...] | None) -> str:
    """`[784,128]`, with `?` for what is not known."""
    return "[?]" if shape is None else "[" + ",".join("?" if d is None else str(d) for d in shape) + "]"


def chain(row: Variable | Sharing | Refusal) -> Iterable[CallSite]:
    """The calls that led there, without the place itself."""
    return row.calls[:-1]
