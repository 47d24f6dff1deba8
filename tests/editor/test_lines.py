"""Where lines went, and how columns are counted."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("pygls")

from scopelint.editor.documents import Document, Library
from scopelint.editor.stems import shared_stem
from scopelint.syntax.lines import moved

TEXTS = st.lists(st.sampled_from(["a", "b", "c", "d", ""]), max_size=12)


UNHURRIED = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
"""A loaded machine is no failure."""


@UNHURRIED
@given(TEXTS, TEXTS)
def test_a_line_is_only_found_where_it_reads_the_same(old: list[str], new: list[str]) -> None:
    places = moved(old, new)
    assert len(places) == len(old)
    kept = [place for place in places if place is not None]
    assert kept == sorted(set(kept))
    assert all(place is None or new[place] == old[line] for line, place in enumerate(places))


@UNHURRIED
@given(TEXTS, st.integers(0, 12), TEXTS)
def test_lines_around_an_insertion_stay(old: list[str], at: int, more: list[str]) -> None:
    at = min(at, len(old))
    fresh = [f"new {line}" for line in more]
    assert moved(old, old[:at] + fresh + old[at:]) == [*range(at), *range(at + len(fresh), len(old) + len(fresh))]


@pytest.mark.parametrize(("encoding", "units"), [("utf-8", 8), ("utf-16", 5), ("utf-32", 4)])
def test_columns(encoding: str, units: int) -> None:
    library = Library()
    library.encoding = encoding
    text = "aé\U0001d11ebc"
    assert library.units(text, 4) == units
    assert library.column(text, units) == 4


def test_an_edited_line_has_no_place() -> None:
    document = Document("file:///a.py", "/a.py", "one\ntwo\nthree")
    document.keep("one\ntwo\nthree")
    document.change("zero\none\ntwo!\nthree", 2)
    assert [document.line_now(line) for line in (1, 2, 3, 4, 0)] == [1, None, 3, None, None]
    assert document.line_then(1) == 1 and document.line_then(0) is None


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (
            [f"b/layer_{n}/q/{leaf}" for n in range(12) for leaf in ("kernel", "bias")],
            "b/layer_{0..11}/q/{kernel,bias}",
        ),
        ([*(f"layer_{n}/kernel" for n in range(12)), "pooler/kernel"], "layer_{0..11}/kernel ..."),
        (["layer_1/w", "layer_3/w"], "{layer_1,layer_3}/w"),
        (["dense/kernel", "dense/bias", "out/kernel"], "{dense,out}/kernel ..."),
        (["dense/w", "dense_1/w", "dense_2/w", "dense_3/w"], "dense{,_1.._3}/w"),
        (["w", "w_1"], "w{,_1}"),
        (["a/w", "a/b/w"], "a/w ..."),
        (["d/a", "d/b", "d/c", "d/d"], "d/a ..."),
        (["m01/w", "m02/w", "m03/w", "m04/w"], "{m01,m02,m03}/w ..."),
        (["w", "w"], "w"),
    ],
)
def test_what_names_share(names: list[str], said: str) -> None:
    assert shared_stem(names) == said


@given(st.lists(st.text("ab_01/", min_size=1, max_size=6), min_size=1, max_size=8, unique=True))
def test_braces_stand_for_these_names_and_no_others(names: list[str]) -> None:
    said = shared_stem(names)
    if not said.endswith(" ..."):
        assert sorted(expanded(said)) == sorted(names)
    else:
        assert set(expanded(said.removesuffix(" ..."))) < set(names)


def expanded(pattern: str) -> list[str]:
    """As a shell expands braces."""
    before, mark, rest = pattern.partition("{")
    if not mark:
        return [before]
    inner, _, after = rest.partition("}")
    choices = inner.split(",")
    if ".." in choices[-1]:
        first, last = choices.pop().split("..")
        stem = "_" if first.startswith("_") else ""
        choices += [f"{stem}{n}" for n in range(int(first.lstrip("_")), int(last.lstrip("_")) + 1)]
    return [before + choice + tail for choice in choices for tail in expanded(after)]
