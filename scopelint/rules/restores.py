"""What a run loads from checkpoints, as the rules of loading ask for it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from typing import Any

from scopelint.graph.events import Event, Noted, RestoreSite, VariableMade
from scopelint.rules.base import Record, Related

LISTED = 3
"""Names that a message spells out."""

STATISTICS = ("moving_mean", "moving_variance", "moving_stddev", "renorm_mean", "renorm_stddev")
"""What batch normalization keeps besides its parameters."""


def loads(outcome: Record, *kinds: str, certain: bool = True) -> Iterator[RestoreSite]:
    """The lines that load, unless not `certain` those of which it is known what they ask for; each line once per state
    of what it asks for."""
    seen = set()
    for site in outcome.of(RestoreSite):
        key = (site.site, site.graph, site.pairs)
        if (site.certain or not certain) and (not kinds or site.kind in kinds) and key not in seen:
            seen.add(key)
            yield site


def notes(outcome: Record, kind: str) -> Iterator[Noted]:
    return outcome.of(Noted, kind=kind)


def order(outcome: Record, event: Event) -> int:
    """Where an event stands in the run."""
    table = outcome.notes.get("order")
    if table is None:
        table = outcome.notes["order"] = {id(each): at for at, each in enumerate(outcome.events)}
    found: int = table[id(event)]
    return found


def saved_variables(outcome: Record, graph: int) -> list[VariableMade]:
    """The graph's global variables, in the order in which they are made."""
    table: dict[int, list[VariableMade]] | None = outcome.notes.get("global variables")
    if table is None:
        table = outcome.notes["global variables"] = {}
        for made in outcome.of(VariableMade):
            if "variables" in made.collections:
                table.setdefault(made.graph, []).append(made)
    return table.get(graph, [])


def before(outcome: Record, event: Event) -> list[VariableMade]:
    """The global variables that are there when this happens."""
    at = order(outcome, event)
    return [made for made in saved_variables(outcome, event.graph) if order(outcome, made) < at]


def after(outcome: Record, event: Event) -> list[VariableMade]:
    """Those that are made later."""
    at = order(outcome, event)
    return [made for made in saved_variables(outcome, event.graph) if order(outcome, made) > at]


def is_slot(made: VariableMade) -> bool:
    """Is it an optimizer's, which the model itself does not need?"""
    return made.by == "slot"


def is_statistic(made: VariableMade) -> bool:
    """Is it a moving mean or variance?"""
    return made.trainable is False and made.name.rpartition("/")[2] in STATISTICS


def is_of_the_model(made: VariableMade) -> bool:
    """Does what the network computes hang on it? A program's own optimizer makes slots of its own too, not trained."""
    return made.trainable is True or is_statistic(made)


def targets(site: RestoreSite) -> set[str]:
    return {name for _, name in site.pairs}


def loaded_elsewhere(outcome: Record, site: RestoreSite) -> set[str]:
    """What other lines load in the same graph."""
    here = (site.site.path, site.site.line)
    others = (each for each in outcome.of(RestoreSite) if (each.site.path, each.site.line) != here)
    return {name for each in others if each.graph == site.graph for _, name in each.pairs}


def listed(names: Iterable[str]) -> str:
    """`a, b, c and 4 more`."""
    held = list(dict.fromkeys(names))
    more = f" and {len(held) - LISTED} more" if len(held) > LISTED else ""
    return ", ".join(held[:LISTED]) + more


def makers(made: Iterable[VariableMade], message: str = "{name} is made here") -> tuple[Related, ...]:
    """The places that make these variables, each once."""
    places: dict[Any, str] = {}
    for each in made:
        places.setdefault(each.site, each.name)
    shown = list(places.items())
    # The last one says where the last of them is there.
    shown = shown if len(shown) <= LISTED else [*shown[: LISTED - 1], shown[-1]]
    return tuple(Related(site, message.format(name=name)) for site, name in shown)


def nearest(name: str, known: Iterable[str]) -> str:
    """The name that it may be a slip of; empty where none is near."""
    found = difflib.get_close_matches(name, list(dict.fromkeys(known)), 1, 0.6)
    return found[0] if found else ""


def prefixes(names: Iterable[str]) -> list[str]:
    """Every scope that these variables stand in, without its slash."""
    out: dict[str, None] = {}
    for name in names:
        parts = name.split("/")
        for end in range(1, len(parts)):
            out["/".join(parts[:end])] = None
    return list(out)
