"""Answers that fit: a list is cut where it would grow too long, and says how much is left and how to ask for it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

SIZE = 4_000
"""Bytes of an answer unless more was asked for: what an agent reads it pays for."""

_ROOM = 160
"""Bytes kept for the counts that are put behind a list that was cut."""


def text(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def size(data: object) -> int:
    return len(json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode())


def paged(
    head: dict[str, Any], name: str, rows: Sequence[dict[str, Any]], offset: int, limit: int | None
) -> dict[str, Any]:
    """The head, and of the rows as many as fit, or as many as were asked for; `next_offset` where there are more."""
    out = {**head, "count": len(rows), name: []}
    left = SIZE - size(out) - _ROOM
    taken: list[dict[str, Any]] = []
    for row in rows[offset : None if limit is None else offset + limit]:
        left -= size(row) + 1
        if limit is None and left < 0 and taken:
            break
        taken.append(row)
    out[name] = taken
    if offset:
        out["offset"] = offset
    if offset + len(taken) < len(rows):
        out["next_offset"] = offset + len(taken)
    return out


def fitted(data: dict[str, Any], lists: Iterable[str], room: int = SIZE) -> dict[str, Any]:
    """The data with its lists, the least telling first, cut until it fits; `<name>_left_out` counts what was cut."""
    out = dict(data)
    for name in lists:
        rows = out.get(name)
        over = size(out) - room + _ROOM
        if over <= 0 or not isinstance(rows, list) or not rows:
            continue
        kept = list(rows)
        while kept and over > 0:
            over -= size(kept.pop()) + 1
        out[name] = kept
        out[f"{name}_left_out"] = len(rows) - len(kept)
    return out


def shortened(said: str, length: int = 400) -> str:
    said = " ".join(said.split())
    return said if len(said) <= length else said[: length - 3] + "..."
