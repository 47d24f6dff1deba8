"""A string known in part: literal pieces and named holes, `layer_{i}/w`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scopelint import later
from scopelint.limits import HOLES, STRING
from scopelint.patterns import fits
from scopelint.values.base import Unknown, Value

_MARK = "\ue000"
"""Stands for a hole; no program's string has it."""
_HOLE = later.pattern(r"(\{[^{}]*\})")


class Text(Value):
    """Literal pieces (str) and holes (`Unknown`) in turn. Built by `text`, which keeps it normal: no empty
    pieces, no two literal pieces in a row, at least one hole."""

    __slots__ = ("parts",)

    def __init__(self, parts: tuple[str | Unknown, ...]) -> None:
        self.parts = parts

    def __str__(self) -> str:
        """The template, an unknown part in braces: what the graph layer takes for a name."""
        return "".join(p if isinstance(p, str) else hole(p.label) for p in self.parts)

    def __repr__(self) -> str:
        return f"Text({str(self)!r})"

    @property
    def unknown(self) -> Unknown:
        """The first hole: why the string is not known."""
        return next(p for p in self.parts if isinstance(p, Unknown))

    def may_equal(self, other: str | Text) -> bool:
        """Could the two be the same string? Known ends that differ say no."""
        if isinstance(other, str):
            return fits("".join(p if isinstance(p, str) else _MARK for p in self.parts).split(_MARK), other)
        a, b = self.parts, other.parts
        if isinstance(a[0], str) and isinstance(b[0], str) and not (a[0].startswith(b[0]) or b[0].startswith(a[0])):
            return False
        if isinstance(a[-1], str) and isinstance(b[-1], str) and not (a[-1].endswith(b[-1]) or b[-1].endswith(a[-1])):
            return False
        return True

    def same(self, other: Text) -> bool:
        """The very same pieces and holes? (Tuples of Unknowns are not compared: their `==` is no bool.)"""
        return len(self.parts) == len(other.parts) and all(
            a is b or (isinstance(a, str) and isinstance(b, str) and a == b)
            for a, b in zip(self.parts, other.parts, strict=True)
        )

    def __eq__(self, other: object) -> Any:
        if other is self:
            return True
        if isinstance(other, Text) and self.same(other):
            return True
        if isinstance(other, (str, Text)):
            return self.unknown.derive("") if self.may_equal(other) else False
        return False if not isinstance(other, Unknown) else other.derive("")

    def __ne__(self, other: object) -> Any:
        same = self == other
        return (not same) if isinstance(same, bool) else same

    def __hash__(self) -> int:
        return hash(str(self))

    def __bool__(self) -> bool:
        # A lone hole decides as its Unknown does, which is what a replayed summary assumes about.
        return True if any(isinstance(p, str) for p in self.parts) else bool(self.unknown)

    def __add__(self, other: object) -> Any:
        return text([*self.parts, other])

    def __radd__(self, other: object) -> Any:
        return text([other, *self.parts])


def text(parts: Iterable[object]) -> str | Text:
    """The string that the parts make: a str where all are known, else a Text. Numbers are written out. An Unknown where
    it would be larger than the analysis allows."""
    out: list[str | Unknown] = []
    size = 0
    for part in parts:
        pieces = part.parts if isinstance(part, Text) else (part,)
        for piece in pieces:
            if not isinstance(piece, Unknown):
                piece = str(piece)
                if not piece:
                    continue
                size += len(piece)
                if size > STRING:
                    too_large: Any = Unknown("a string is larger than the analysis allows")
                    return too_large  # type: ignore[no-any-return]
                if out and isinstance(out[-1], str):
                    out[-1] += piece
                    continue
            out.append(piece)
        if len(out) > HOLES:
            too_many: Any = Unknown("a string of more parts than the analysis allows")
            return too_many  # type: ignore[no-any-return]
    if not out:
        return ""
    if len(out) == 1 and isinstance(out[0], str):
        return out[0]
    return Text(tuple(out))


_HOLES: set[str] = set()
"""Each hole that was written into a template in this run, so that a brace of the program's own is told from one."""
_MOST_HOLES = 100_000
"""So many are told apart; past them every brace is taken for one."""


def hole(label: str) -> str:
    """An unknown part of a name, as templates have it."""
    if "{" in label or "}" in label:
        label = label.translate(_NO_BRACES)
    made = "{" + (label or "?") + "}"
    if len(_HOLES) < _MOST_HOLES:
        _HOLES.add(made)
    return made


def holes() -> set[str]:
    """Those that this run has written so far."""
    return _HOLES.copy()


def forget_holes() -> None:
    """Another run begins: what was not known in the one before says nothing of its braces."""
    _HOLES.clear()


_NO_BRACES = str.maketrans("", "", "{}")
_ESCAPES = str.maketrans({"{": "\ue002", "}": "\ue003"})
_UNESCAPES = str.maketrans({"\ue002": "{", "\ue003": "}"})


def escaped(name: str) -> str:
    """A string of the program's as the graph layer takes it: braces that are no holes are characters that TF takes in
    no name, as it takes no braces. `"layer_{i}"` is what is left where an `f` was forgotten."""
    if ("{" in name or "}" in name) and len(_HOLES) < _MOST_HOLES:
        pieces = _HOLE.split(name)
        return "".join(each if each in _HOLES else each.translate(_ESCAPES) for each in pieces)
    return name


def unescaped(name: str) -> str:
    """The braces again, to be shown and to be read."""
    return name if name.isascii() else name.translate(_UNESCAPES)


def from_template(name: str) -> str | Text:
    """A graph layer's name as a value: braces become holes again."""
    if "{" not in name:
        return unescaped(name)
    return text(
        Unknown("part of a name that is not known", piece[1:-1]) if piece.startswith("{") else unescaped(piece)
        for piece in _HOLE.split(name)
        if piece
    )
