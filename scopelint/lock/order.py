"""Natural order: `layer_2` before `layer_10`, and what lies in one scope stays together."""

from __future__ import annotations

import re

Key = tuple[tuple[tuple[int, int, str], ...], ...]


def natural(name: str) -> tuple[Key, str]:
    """A key to sort names by: part by part, digits as numbers. The name itself decides between `w1` and `w01`."""
    return tuple(
        tuple(
            (0, int(piece), "") if piece.isdecimal() and piece.isascii() else (1, 0, piece)
            for piece in re.split(r"([0-9]+)", part)
            if piece
        )
        for part in name.split("/")
    ), name
