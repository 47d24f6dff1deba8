"""Mode: a flag of the program's that decides what it builds, and what else it may be."""

from __future__ import annotations

from scopelint.site import Site
from scopelint.tuples import NamedTuple


class Mode(NamedTuple):
    """`others`: what the flag may be besides, as a command line gives it. `weight`: how many calls stand on the sides
    of branches that it decides."""

    flag: str
    value: str
    others: tuple[str, ...]
    weight: int
    site: Site
