"""What `scopelint why` says: how variables of a name come about, or what stands near it, as text and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TextIO

from scopelint.escapes import dump, printable
from scopelint.graph.conditions import phrase
from scopelint.graph.reasons import first_sentence
from scopelint.record.making import Making
from scopelint.record.near_misses import NearMiss
from scopelint.record.view import Run, Sharing, Variable, written
from scopelint.reports.places import calls_data, place_data, shown
from scopelint.site import Site
from scopelint.tuples import NamedTuple

SCHEMA = 1
_WORD = 13
_LISTED = 8
_BOLD, _DIM, _END = "\x1b[1m", "\x1b[2m", "\x1b[0m"
Line = Callable[[str, int], str]


class Why(NamedTuple):
    """`makings`: of the variables of this name, or of those that are saved under it as their key, which `near` then
    says; else `near` has what stands near it. `incomplete`: the runs that may make more than is known."""

    name: str
    makings: Sequence[Making]
    near: Sequence[NearMiss]
    incomplete: Sequence[Run]
    files: int


def write_text(why: Why, line: Line, stream: TextIO, color: bool = False) -> None:
    def paint(code: str, text: str) -> str:
        return f"{code}{text}{_END}" if color else text

    for miss in why.near if why.makings else ():
        stream.write(f"{paint(_BOLD, why.name)}  the key of {miss.name}: {miss.reason}  {_at(miss.site)}\n")
    for number, making in enumerate(why.makings):
        if number or why.near:
            stream.write("\n")
        variable = making.variable
        trainable = {True: "trainable", False: "not trainable", None: "trainable or not, not known"}
        head = f"{written(variable.shape)} {variable.dtype or 'dtype not known'}, {trainable[variable.trainable]}"
        stream.write(f"{paint(_BOLD, variable.name)}  {head}\n")
        for word, text in _rows(making, line):
            stream.write(f"  {paint(_DIM, word.ljust(_WORD)) if word else ' ' * _WORD}{text}\n")
    if not why.makings:
        files = f"{why.files} file{'s' * (why.files != 1)}"
        stream.write(f"{paint(_BOLD, why.name)}  no variable of {files} has this name\n")
        for miss in why.near:
            at = f"  {_at(miss.site)}"
            word = "near" if miss.sure else "like it"
            stream.write(
                f"  {paint(_DIM, word.ljust(_WORD))}{printable(f'{miss.name or why.name}: {miss.reason}{at}')}\n"
            )
    for run in why.incomplete[:1]:
        more = sum(each.gaps for each in why.incomplete)
        stream.write(
            f"  {paint(_DIM, 'incomplete'.ljust(_WORD))}{more} not followed, "
            f"first {printable(f'{_at(run.site)} {run.reason}')}\n"
        )


def _at(site: Site) -> str:
    return f"{shown(site.path)}:{site.line}"


def _with_text(site: Site, line: Line, function: str = "") -> str:
    text = line(site.path, site.line).strip()
    # What stands in somebody's source may colour a terminal that colours are let through to.
    return printable(_at(site) + (f" in {function}" if function else "") + (f": {text}" if text else ""))


def _rows(making: Making, line: Line) -> Iterator[tuple[str, str]]:
    variable = making.variable
    base = making.base
    if base is not None:
        yield "belongs to", f"{base.name} {written(base.shape)} as {making.role}, made at {_with_text(base.site, line)}"
    yield "made at", _with_text(variable.site, line)
    word = "scopes"
    for part, site in _scopes(variable):
        yield word, f"{part.rstrip('/')}/  {_with_text(site, line)}"
        word = ""
    if variable.name_scope.rstrip("/") != variable.scope.rstrip("/") and variable.by != "slot":
        yield "name scope", variable.name_scope.rstrip("/") + "/" if variable.name_scope else "(root)"
    if variable.reuse not in ("", "False", "None"):
        yield "reuse", variable.reuse
    if len(variable.calls) > 1:
        word = "calls"
        for call in variable.calls:
            yield word, _with_text(call.site, line, call.function)
            word = ""
    if variable.entry:
        yield "entered at", variable.entry
    yield from _several("shared at", [_shared(row, line) for row in making.sharings])
    yield from _several(
        "refused at", [f"{_at(r.site)}: {r.error}: {first_sentence(r.message)}" for r in making.refusals]
    )
    if making.slots:
        names = [slot.name for slot in making.slots]
        places = ", ".join(dict.fromkeys(_at(slot.site) for slot in making.slots))
        yield "slots", f"{', '.join(names[:_LISTED])}{', ...' * (len(names) > _LISTED)}, made at {places}"
    reads = []
    for load, key in making.reads:
        under = f" under the key {key}" if key != variable.name else ""
        source = f" from {load.checkpoint}" if load.checkpoint else ""
        reads.append(f"{_at(load.site)} by {load.what}{under}{source}")
    yield from _several("restored at", reads)
    yield "collections", ", ".join(variable.collections) or "none"
    yield "hangs on" if variable.when else "certain", phrase(variable.when) if variable.when else "yes"


def _scopes(variable: Variable) -> tuple[tuple[str, Site], ...]:
    """A slot stands where its variable does: no scope of the program gave it its name."""
    return () if variable.by == "slot" else tuple((part, site) for part, site in variable.scopes if part)


def _several(word: str, texts: Sequence[str]) -> Iterator[tuple[str, str]]:
    unique = list(dict.fromkeys(texts))
    for text in unique[:_LISTED]:
        yield word, text
        word = ""
    if len(unique) > _LISTED:
        yield "", f"and {len(unique) - _LISTED} more"


def _shared(row: Sharing, line: Line) -> str:
    """The call where its way parts from the first one's says more than the line that all share."""
    outer = row.calls[0].site if len(row.calls) > 1 else None
    return _with_text(row.site, line) + (f", called from {_with_text(outer, line)}" if outer is not None else "")


def why_data(why: Why, line: Line) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "name": why.name,
        "variables": [_making_data(making, line) for making in why.makings],
        "near": [
            {"name": miss.name, "reason": miss.reason, "sure": miss.sure, **place_data(miss.site)} for miss in why.near
        ],
        "complete": not why.incomplete,
        "incomplete": [{"reason": run.reason, "entry": run.entry, **place_data(run.site)} for run in why.incomplete],
        "files": why.files,
    }


def _making_data(making: Making, line: Line) -> dict[str, Any]:
    variable, base = making.variable, making.base
    calls = calls_data(variable.calls)
    for call, row in zip(variable.calls, calls, strict=True):
        row["text"] = line(call.site.path, call.site.line).strip()
    return {
        "name": variable.name,
        "shape": None if variable.shape is None else list(variable.shape),
        "dtype": variable.dtype or None,
        "trainable": variable.trainable,
        "by": variable.by,
        **place_data(variable.site),
        "column": variable.site.column + 1,
        "text": line(variable.site.path, variable.site.line).strip(),
        "scopes": [{"part": part, **place_data(site)} for part, site in _scopes(variable)],
        "scope": variable.scope,
        "name_scope": variable.name_scope,
        "reuse": variable.reuse,
        "calls": calls,
        "entry": variable.entry,
        "collections": list(variable.collections),
        "belongs_to": None if base is None else {"name": base.name, "role": making.role, **place_data(base.site)},
        "slots": [{"name": slot.name, **place_data(slot.site)} for slot in making.slots],
        "shared": [{**place_data(row.site), "calls": calls_data(row.calls)} for row in making.sharings],
        "refused": [
            {**place_data(row.site), "error": row.error, "message": first_sentence(row.message)}
            for row in making.refusals
        ],
        "restored": [
            {**place_data(load.site), "what": load.what, "key": key, "checkpoint": load.checkpoint or None}
            for load, key in making.reads
        ],
        "certain": not variable.when,
        "when": list(variable.when),
        "complete": making.run.complete if making.run is not None else True,
    }


def write_json(why: Why, line: Line, stream: TextIO) -> None:
    dump(why_data(why, line), stream)
