"""Findings out of names held against a lock file: TFS420 to TFS422, one a line that makes what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from scopelint.lock.comparing import Change, Comparison
from scopelint.lock.file import written_shape
from scopelint.lock.updating import acceptance
from scopelint.lock.variables import Place, Variable
from scopelint.rules.findings import Finding, Related
from scopelint.rules.registry import rule
from scopelint.site import CallSite, Site

_CODES = {"gone": "TFS420", "renamed": "TFS420", "shape": "TFS421", "dtype": "TFS421", "new": "TFS422"}


def lock_findings(comparisons: Iterable[Comparison], file: str, lock: str) -> list[Finding]:
    """What the comparisons of one file with the lock found. `file`: as the run names it, `lock` likewise; notes are
    no findings."""
    out: list[Finding] = []
    for comparison in comparisons:
        groups: dict[tuple[object, ...], list[Change]] = {}
        for change in comparison.changes:
            code = _CODES.get(change.kind)
            if code is not None:
                place = change.new.place if change.new is not None else None
                rename = str(change.rule) if change.rule is not None else ""
                key = (code, change.kind, place and (place.path, place.line), rename, change.variable.slot)
                groups.setdefault(key, []).append(change)
        for changes in groups.values():
            out.append(_finding(_CODES[changes[0].kind], changes, comparison, file, lock))
    return out


def _finding(code: str, changes: Sequence[Change], comparison: Comparison, file: str, lock: str) -> Finding:
    found = rule(code)
    first = changes[0]
    place = first.new.place if first.new is not None else None
    said = _said(first, len(changes), lock)
    more = comparison.gaps if first.kind == "gone" else ()
    if more:
        said += f", unless what is not known makes it: {more[0]}"
    return Finding(
        code,
        found.rule_name(),
        found.message.format(said=said),
        found.severity if first.level == "breaking" else "warning",
        _site(place) if place is not None else Site(file, 1),
        tuple(_related(changes, lock)),
        tuple(CallSite(_site(call), call.function) for call in (first.new.calls if first.new is not None else ())),
        first.variable.name,
        tensorflow=_tensorflow(first),
        entry=comparison.entry.entry,
        parts=_parts(first, said),
    )


def _tensorflow(change: Change) -> str:
    """What TF says when a checkpoint saved before is loaded."""
    old, new = change.old, change.new
    if change.level != "breaking" or old is None:
        return ""
    if change.kind == "renamed" and new is not None:
        return f"Key {new.name} not found in checkpoint"
    if change.kind == "shape" and new is not None:
        shapes = (written_shape(variable.form.shape) for variable in (new, old))
        return "Assign requires shapes of both tensors to match. lhs shape= {} rhs shape= {}".format(*shapes)
    return ""


def _parts(change: Change, said: str) -> tuple[tuple[str, str], ...]:
    accept = acceptance(change)
    return (("said", said), *((("accept", accept),) if accept else ()))


def _site(place: Place) -> Site:
    return Site(place.path or place.file, place.line, place.column)


def _related(changes: Sequence[Change], lock: str) -> Iterator[Related]:
    old = changes[0].old
    if old is not None and old.place is not None and old.place.line:
        yield Related(Site(lock, old.place.line), "locked here")


def _said(change: Change, count: int, lock: str) -> str:
    name = _short(lock)
    others = f" and {count - 1} more" if count > 1 else ""
    old, new = change.old, change.new
    if change.kind == "renamed" and old is not None and new is not None:
        was = "was" if change.certain else "may have been"
        return f"{_kind(new)} {new.name}{others} {was} {old.name} in {name}; {command(change)}"
    if change.kind == "gone" and old is not None:
        return f"{_kind(old)} {old.name}{others} of {name} is no longer made"
    if change.kind in ("shape", "dtype") and old is not None and new is not None:
        return f"{_kind(new)} {new.name}{others} is {new.form}, in {name} it is {old.form}"
    return f"{_kind(change.variable)} {change.variable.name}{others} is not in {name}"


def command(change: Change) -> str:
    word = acceptance(change)
    return f"accept with scopelint lock --accept '{word}'" if word else "`scopelint lock` takes it"


def _kind(variable: Variable) -> str:
    return "slot" if variable.slot else "variable"


def _short(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2]
