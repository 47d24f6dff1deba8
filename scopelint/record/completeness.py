"""Is a list of variables complete: what was not followed, and what is taken for granted."""

from __future__ import annotations

from collections import Counter
from typing import Any

from scopelint.graph.conditions import is_assumption
from scopelint.graph.events import Event, NotKnown, VariableMade
from scopelint.graph.outcome import Outcome


def gaps(outcome: Outcome) -> list[tuple[Event, str]]:
    """What keeps this run's list from being complete, each with why, first things first; one place counts once. Where
    the program may end on a test that is not known, it is taken to go on: what it then makes is in the list."""
    found: dict[tuple[object, ...], tuple[Event, str]] = {}
    for event in outcome.events:
        if isinstance(event, NotKnown) and event.may_make:
            found.setdefault((event.site, event.about), (event, event.reason))
    if not found:
        # What hangs on an assumption has its cause above; a test that is not known, or a name, speaks for itself.
        for event in outcome.events:
            if isinstance(event, VariableMade) and event.collections and (event.when or is_template(event.name)):
                why = " and ".join(event.when) or "its name is known in part"
                found.setdefault((event.site,), (event, f"{event.name}: {why}"))
    return list(found.values())


def is_template(name: str) -> bool:
    """Is a part of the name not known? (TF has no name with a brace.)"""
    return "{" in name


def entry_data(outcome: Outcome) -> dict[str, Any]:
    """One run as a row: how many variables there are, and whether that is all of them."""
    variables = [e for e in outcome.events if isinstance(e, VariableMade) and e.collections]
    missing = gaps(outcome)
    first = missing[0] if missing else None
    site = first[0].site if first is not None else None
    return {
        "entry": outcome.entry,
        "file": site.path if site is not None else outcome.path,
        "line": site.line if site is not None else 1,
        "complete": not missing,
        "gaps": len(missing),
        "reason": first[1] if first is not None else "",
        "variables": len(variables),
        "trainable": sum(variable.trainable is True for variable in variables),
        "parameters": _parameters(variables),
    }


def _parameters(variables: list[VariableMade]) -> int | None:
    """How many numbers the variables hold; None where the shape of one is not known."""
    total = 0
    for variable in variables:
        if variable.shape is None or not variable.shape_known:
            return None
        size = 1
        for dimension in variable.shape:
            if not isinstance(dimension, int):
                return None
            size *= dimension
        total += size
    return total


def assumptions_data(outcomes: list[Outcome]) -> list[dict[str, Any]]:
    """What the names hang on that we take for granted, once for each thing it is about, with how many names do."""
    names: Counter[str] = Counter()
    first: dict[str, VariableMade] = {}
    for outcome in outcomes:
        for event in outcome.events:
            if isinstance(event, VariableMade) and event.collections:
                for condition in event.when:
                    if is_assumption(condition):
                        names[condition] += 1
                        first.setdefault(condition, event)
    rows: dict[str, dict[str, Any]] = {}
    for outcome in outcomes:
        for event in outcome.events:
            if isinstance(event, NotKnown) and names.get(event.assuming):
                count = names.pop(event.assuming)
                place = {"file": event.site.path, "line": event.site.line}
                row = rows.setdefault(event.about, {"about": event.about, "names": 0, "assuming": [], **place})
                row["names"] = max(row["names"], count)
                row["assuming"].append(event.assuming)
    # Others are about no call: they stand with the first variable that hangs on them.
    for condition, count in names.items():
        place = {"file": first[condition].site.path, "line": first[condition].site.line}
        rows[condition] = {"about": condition, "names": count, "assuming": [condition], **place}
    return list(rows.values())
