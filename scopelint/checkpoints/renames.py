"""One rule that renames many variables: what differs between two names, and how many pairs of names tell the same."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

_DIGITS = re.compile(r"\d+")
_NUMBER_BEHIND = re.compile(r"_\d+$")
_HOLE = "\x00"

WORDS = (
    # What one and the same tensor of a layer is called: contrib and slim, tf.layers and Keras, Sonnet, by hand.
    ("weights", "kernel", "weight", "w", "W", "Weights", "Matrix", "filter", "filters", "kernels"),
    ("biases", "bias", "b", "Bias", "B"),
    ("gamma", "scale", "g"),
    ("beta", "offset", "shift"),
    ("moving_mean", "mean", "pop_mean", "running_mean", "mu", "moving_avg"),
    ("moving_variance", "variance", "pop_var", "running_var", "moving_var", "var", "pop_variance"),
    ("embedding", "embeddings", "embedding_table", "word_embeddings", "lookup_table"),
)
_CLASS = {word: number for number, words in enumerate(WORDS) for word in words}

Where = Literal["front", "inside", "leaf"]


def leaf_class(leaf: str) -> int | str:
    """What a leaf stands for: equal for `weights` and `kernel`. Another leaf stands for itself without its number."""
    if leaf in _CLASS:
        return _CLASS[leaf]
    return _DIGITS.sub(_HOLE, _NUMBER_BEHIND.sub("", leaf))


@lru_cache(maxsize=1 << 16)
def parts_of(name: str) -> tuple[str, ...]:
    return tuple(name.split("/"))


@lru_cache(maxsize=1 << 14)
def _shape_of(parts: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The parts with holes for numbers, and the numbers."""
    text = "/".join(parts)
    return tuple(_DIGITS.sub(_HOLE, text).split("/")) if parts else (), tuple(_DIGITS.findall(text))


@dataclass(frozen=True, slots=True)
class Rename:
    """`before` becomes `after`. "front": at the beginning of the name, both end in `/` or are empty; "inside": whole
    parts anywhere; "leaf": the last part. Numbers that stay the same are holes, written `{n}`."""

    where: Where
    before: str
    after: str
    beside: str = ""
    """Where nothing is replaced but put in or left out inside: the part in front of it."""

    def shown(self) -> str:
        before, after = self.before or "(nothing)", self.after or "(nothing)"
        return f"{before} -> {after}"


Signature = tuple[Rename, ...]
"""All that differs between two names: one place, or two where the leaf has another word for the same."""


def lone_parts(held: Iterable[str], wanted: Iterable[str]) -> frozenset[str]:
    """The parts, with holes for numbers, that on both sides have one number alone: no family of layers."""
    found = []
    for names in (held, wanted):
        numbers: dict[str, set[str]] = {}
        for part in {part for name in names for part in parts_of(name)}:
            numbers.setdefault(_DIGITS.sub(_HOLE, part), set()).add(part)
        found.append({shape for shape, parts in numbers.items() if len(parts) == 1})
    return frozenset(found[0] & found[1])


def signature(held: str, wanted: str, lone: frozenset[str] = frozenset()) -> Signature | None:
    """What would have to be renamed; None where names differ in too much, or in numbers alone.

    A difference in numbers alone is a shift, no rename: names cannot tell it from a coincidence. Only a part in `lone`
    has no others to be mistaken for."""
    a, b = parts_of(held), parts_of(wanted)
    leaf: tuple[Rename, ...] = ()
    if a[-1] != b[-1]:
        if a[:-1] == b[:-1]:
            found = _rename("leaf", (a[-1],), (b[-1],), "", lone)
            return None if found is None else (found,)
        if _CLASS.get(a[-1], -1) != _CLASS.get(b[-1], -2):
            # Of a name that shares neither its scope nor the meaning of its leaf nothing is learned.
            return None
        leaf = (Rename("leaf", a[-1], b[-1]),)
    a, b = a[:-1], b[:-1]
    front = 0
    least = min(len(a), len(b))
    while front < least and a[front] == b[front]:
        front += 1
    back = 0
    while back < least - front and a[-1 - back] == b[-1 - back]:
        back += 1
    if front == len(a) == len(b):
        return leaf or None
    # Where a part is put in beside an equal one, either may be the new one; it is told at the front.
    before, after = a[front : len(a) - back], b[front : len(b) - back]
    if front == 0:
        scope = _rename("front", before, after, "", lone)
    else:
        scope = _rename("inside", before, after, "" if before and after else a[front - 1], lone)
    return None if scope is None else (scope, *leaf)


def _rename(
    where: Where, before: tuple[str, ...], after: tuple[str, ...], beside: str, lone: frozenset[str]
) -> Rename | None:
    one, its_numbers = _shape_of(before)
    two, other_numbers = _shape_of(after)
    if one == two and not all(part in lone or a == b for part, a, b in zip(one, before, after, strict=True)):
        return None
    if its_numbers and its_numbers == other_numbers and _stay(before, after):
        texts = ["/".join(part.replace(_HOLE, "{n}") for part in parts) for parts in (one, two)]
    else:
        texts = ["/".join(before), "/".join(after)]
    if where == "front":
        texts = [text and text + "/" for text in texts]
    return Rename(where, texts[0], texts[1], beside)


def _stay(before: tuple[str, ...], after: tuple[str, ...]) -> bool:
    """Do numbers stay in their parts? Where parts were joined or cut that cannot be asked."""
    if len(before) != len(after):
        return True
    return all(_DIGITS.findall(a) == _DIGITS.findall(b) for a, b in zip(before, after, strict=True))


def is_other_word(rename: Rename) -> bool:
    """Is it but another word for the same tensor of a layer: `weights -> kernel`?"""
    return rename.where == "leaf" and leaf_class(rename.before) == leaf_class(rename.after)


def moves_numbers(rename: Rename) -> bool:
    """Are numbers replaced by others along with words? Of `down_2 -> up_1` names do not tell which was which."""
    if _DIGITS.sub("", rename.before) == _DIGITS.sub("", rename.after):
        return False
    before, after = tuple(rename.before.split("/")), tuple(rename.after.split("/"))
    one, two = _DIGITS.findall(rename.before), _DIGITS.findall(rename.after)
    return bool(one and two) and (one != two or not _stay(before, after))


@lru_cache(maxsize=1 << 12)
def _pattern(rename: Rename) -> re.Pattern[str]:
    text = re.escape(rename.before).replace(r"\{n\}", r"(\d+)")
    if rename.where == "front":
        return re.compile("^" + text)
    if rename.where == "leaf":
        return re.compile(f"(?<![^/]){text}$")
    if rename.beside:
        # The part in front is kept: `applied` puts it there again.
        return re.compile(f"(?<![^/])(?:{re.escape(rename.beside)}){'/' + text if text else ''}(?=/)")
    return re.compile(f"(?<![^/]){text}(?=/)")


def applied(signature: Signature, name: str) -> str | None:
    """The name that these renames make of it; None where they do not speak of it."""
    for rename in reversed(signature):
        found = _pattern(rename).search(name)
        if found is None:
            return None
        numbers = iter(found.groups())
        after = re.sub(r"\{n\}", lambda _, numbers=numbers: next(numbers), rename.after)  # type: ignore[misc]
        if rename.beside:
            after = f"{rename.beside}/{after}" if after else rename.beside
        name = name[: found.start()] + after + name[found.end() :]
    return name


def likeness(held: str, wanted: str) -> float:
    """0 to 1: parts from the leaf up, equal numbers counting most of all."""
    a, b = parts_of(held), parts_of(wanted)
    score = 0.0
    weight_sum = 0.0
    for depth in range(max(len(a), len(b))):
        weight = 1.0 / (depth + 1)
        weight_sum += weight
        if depth < len(a) and depth < len(b):
            score += weight * _part_likeness(a[-1 - depth], b[-1 - depth])
    return 0.7 * score / weight_sum + 0.3 * _common(a, b)


def _common(a: Sequence[str], b: Sequence[str]) -> float:
    """How many of the parts both have, in whatever place."""
    union = set(a) | set(b)
    return len(set(a) & set(b)) / len(union)


@lru_cache(maxsize=1 << 15)
def _part_likeness(one: str, two: str) -> float:
    if one == two:
        return 1.0
    if leaf_class(one) == leaf_class(two):
        numbers = _DIGITS.findall(one), _DIGITS.findall(two)
        return 0.9 if numbers[0] == numbers[1] else 0.4
    a, b = one.lower().strip("_"), two.lower().strip("_")
    if a == b:
        return 0.9
    words = set(re.split(r"[_\W]+", a)), set(re.split(r"[_\W]+", b))
    shared = len(words[0] & words[1]) / len(words[0] | words[1])
    short, long = sorted((a, b), key=len)
    # An abbreviation begins with what it stands for: q and query, conv and convolution.
    start = 0.0
    if short and long.startswith(short):
        start = 0.5 + 0.3 * len(short) / len(long)
    return max(shared * 0.8, start, 0.7 * _grams(a, b))


def _grams(a: str, b: str) -> float:
    one, two = set(_pairs(a)), set(_pairs(b))
    return 2 * len(one & two) / (len(one) + len(two)) if one and two else 0.0


def _pairs(text: str) -> Iterator[str]:
    for first, second in itertools.pairwise(text):
        yield first + second
