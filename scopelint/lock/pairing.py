"""Which entry before is which entry after: of one file by name and graph, of one graph by the names it holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from scopelint.lock.variables import Made
from scopelint.tuples import NamedTuple


class Met(NamedTuple):
    """Two entries that are one. `again`: the old one is paired already, this is another graph with its variables."""

    old: Made | None
    new: Made | None
    again: bool = False


def meet(old: Iterable[Made], new: Iterable[Made]) -> list[Met]:
    """Pairs the entries, in the order of the new ones, then those that are gone. Graphs of an entry are numbered as
    they are made, so one that is made before the others shifts the numbers: names tell which is which."""
    olds = {key: list(group) for key, group in groupby(sorted(old, key=_key), _key)}
    out: list[Met] = []
    for key, group in groupby(sorted(new, key=_key), _key):
        out += _graphs(olds.pop(key, []), list(group))
    return out + [Met(made, None) for group in olds.values() for made in group]


def _key(made: Made) -> tuple[str, str]:
    return made.entry.file, made.entry.entry


def _graphs(old: Sequence[Made], new: Sequence[Made]) -> list[Met]:
    if len(old) <= 1 and len(new) <= 1:
        return [Met(old[0] if old else None, new[0] if new else None)]
    ranked = sorted(
        ((_common(a, b), a.entry.graph == b.entry.graph, -i, -j) for i, a in enumerate(old) for j, b in enumerate(new)),
        reverse=True,
    )
    whose: dict[int, int] = {}
    best: dict[int, int] = {}
    for _, _, i, j in ranked:
        best.setdefault(-j, -i)
        if -i not in whose.values() and -j not in whose:
            whose[-j] = -i
    out = [
        Met(old[whose[j]], made) if j in whose else Met(old[best[j]] if old else None, made, bool(old))
        for j, made in enumerate(new)
    ]
    return out + [Met(made, None) for i, made in enumerate(old) if i not in whose.values()]


def _common(a: Made, b: Made) -> int:
    return len({variable.name for variable in a.variables} & {variable.name for variable in b.variables})
