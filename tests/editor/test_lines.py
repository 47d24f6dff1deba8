"""Where lines went, and how columns are counted."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("pygls")

from scopelint.editor.documents import Document, Library
from scopelint.editor.hints import collapsed
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


def test_names_collapsed() -> None:
    assert collapsed(["a/layer_0/w", "a/layer_1/w"]) == "a/layer_*/w"
    assert collapsed(["a/w", "a/b/w"]) == "" and collapsed(["a/w", "a/b"]) == ""
