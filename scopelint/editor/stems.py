"""Many names as one: `encoder/layer_{0..11}/query/{kernel,bias}`, or what they share and dots."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from math import prod

_WORDS = 3
"""Different parts that are written out; more of them would not be read."""

_LOOKED_AT = 64
"""Names that the longest beginning is looked for in: each length is tried."""

_NUMBER = re.compile(r"(\d+)$")
_MORE = "..."


def shared_stem(names: Iterable[str]) -> str:
    """What several names have in common. Braces mean that each choice goes with each other: where the names are not
    all of these, the first few that are stand for them, with dots behind."""
    split = [tuple(name.split("/")) for name in dict.fromkeys(names)]
    if not split:
        return ""
    whole = _product(split)
    if whole:
        return whole
    leaf, depth = split[0][-1], len(split[0])
    alike = [parts for parts in split if len(parts) == depth and parts[-1] == leaf]
    # A product of those of the first length that end as the first does: `layer_{0..11}/kernel ...`.
    found = _product(alike) or _first_product(alike)
    return f"{found} {_MORE}"


def _product(split: Sequence[tuple[str, ...]]) -> str:
    """All names as one with braces; empty where they are not each choice of each part, or have too many."""
    if len({len(parts) for parts in split}) != 1:
        return ""
    columns = [tuple(dict.fromkeys(column)) for column in zip(*split, strict=True)]
    if prod(map(len, columns)) != len(split):
        return ""
    written = [_one(column) for column in columns]
    return "/".join(part or "" for part in written) if None not in written else ""


def _first_product(split: Sequence[tuple[str, ...]]) -> str:
    """The longest beginning of the list that is a product; a single name always is."""
    for count in range(min(len(split) - 1, _LOOKED_AT), 1, -1):
        if found := _product(split[:count]):
            return found
    return "/".join(split[0])


def _one(parts: tuple[str, ...]) -> str | None:
    """One part of a name, or its choices; None where there are too many to be written out."""
    if len(parts) == 1:
        return parts[0]
    stems = {_NUMBER.sub("", part) for part in parts}
    if len(stems) == 1:
        (stem,) = stems
        tails = [part[len(stem) :] for part in parts]
        numbers = sorted(int(tail or 0) for tail in tails)
        # TF leaves out the number of the first: `dense`, `dense_1`, `dense_2`.
        if "" not in tails and [str(n) for n in numbers] == sorted(tails, key=int) and _is_run(numbers):
            return f"{stem}{{{numbers[0]}..{numbers[-1]}}}"
    bare = {part[: -len(_tail(part))] if _tail(part) else part for part in parts}
    if len(bare) == 1:
        (stem,) = bare
        numbers = sorted(int(_tail(part)[1:] or 0) if _tail(part) else 0 for part in parts)
        if numbers[0] == 0 and stem in parts and _is_run(numbers):
            more = ",".join(f"_{n}" for n in numbers[1:]) if len(parts) <= _WORDS else f"_1.._{numbers[-1]}"
            return f"{stem}{{,{more}}}"
    return "{" + ",".join(parts) + "}" if len(parts) <= _WORDS else None


def _tail(part: str) -> str:
    """`_2` of `dense_2`."""
    found = re.search(r"_[1-9]\d*$", part)
    return found[0] if found else ""


def _is_run(numbers: Sequence[int]) -> bool:
    return list(numbers) == list(range(numbers[0], numbers[0] + len(numbers)))
