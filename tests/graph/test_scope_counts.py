"""Numbers of variable scopes, against the dict that TF keeps, over random programs and forks; and what they cost."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from scopelint.graph.scope_counts import ScopeCounts
from scopelint.values.join import join_values
from scopelint.values.trail import TRAIL


class InTF:
    """TF: _VariableScopeStore and _get_unique_variable_scope, as they are written there."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}

    def open(self, name: str) -> None:
        self.counts[name] = self.counts.get(name, 0) + 1

    def close_below(self, name: str) -> None:
        for key in self.counts:
            if key.startswith(name + "/"):
                self.counts[key] = 0

    def remember(self) -> dict[str, int]:
        return self.counts.copy()

    def take_back(self, before: dict[str, int]) -> None:
        self.counts = before

    def free(self, name: str) -> int:
        number = 1
        while self.counts.get(f"{name}_{number}", 0) > 0:
            number += 1
        return number

    def of(self, name: str) -> int:
        return self.counts.get(name, 0)


@pytest.fixture(autouse=True)
def _own_trail() -> Iterator[None]:
    TRAIL.reset()
    yield
    TRAIL.reset()


def run(counts: Any, steps: list[Any], seen: list[Any]) -> None:
    for step, name, inner in steps:
        if step == "scope":
            counts.open(name)
            run(counts, inner, seen)
            counts.close_below(name)
        elif step == "object":
            counts.open(name)
            before = counts.remember()
            run(counts, inner, seen)
            counts.take_back(before)
        else:
            number = counts.free(name)
            seen.append((name, counts.of(name), number))
            if step == "numbered":
                counts.open(f"{name}_{number}")


def program(source: random.Random, depth: int = 0) -> list[Any]:
    out: list[Any] = []
    for _ in range(source.randint(1, 6)):
        name = "/".join(source.choice(["a", "b", "a_1", "", "b_2"]) for _ in range(source.randint(1, 3)))
        step = source.choice(["scope", "object", "numbered", "numbered", "asked"])
        inner = program(source, depth + 1) if step in ("scope", "object") and depth < 3 else []
        out.append((step, name, inner))
    return out


@pytest.mark.parametrize("number", range(150))
def test_numbers_are_those_of_tf(number: int) -> None:
    before, side, after = (program(random.Random(f"{number} {part}")) for part in range(3))
    for how in ("plain", "taken back", "kept", "joined"):
        counts, theirs = ScopeCounts(), InTF()
        ours: list[Any] = []
        wanted: list[Any] = []
        run(counts, before, ours)
        run(theirs, before, wanted)

        def work(counts: ScopeCounts = counts) -> None:
            run(counts, side, [])

        if how == "plain":
            work()
        elif how == "taken back":
            TRAIL.attempt(work, KeyError)
        elif how == "kept":
            TRAIL.keep(TRAIL.attempt(work, KeyError))
        else:
            TRAIL.join(TRAIL.attempt(work, KeyError), TRAIL.attempt(work, KeyError), join_values)
        if how != "taken back":
            run(theirs, side, [])
        run(counts, after, ours)
        run(theirs, after, wanted)
        assert ours == wanted, how


def test_a_number_that_one_side_takes_is_not_known() -> None:
    counts = ScopeCounts()
    for name in ("a", "a_1"):
        counts.open(name)
    assert counts.free("a") == 2
    TRAIL.join(TRAIL.attempt(lambda: counts.open("a_2"), KeyError), TRAIL.attempt(lambda: None, KeyError), join_values)
    assert counts.free("a") is None


def test_a_scope_costs_what_it_changes() -> None:
    """Counted in calls, of which a loop over all that was ever opened makes some for each."""

    def calls(scopes: int) -> int:
        counts = ScopeCounts()
        made = 0

        def count(frame: object, event: str, argument: object) -> None:
            nonlocal made
            made += event in ("call", "c_call")

        sys.setprofile(count)
        try:
            for at in range(scopes):
                counts.open(f"net/block_{counts.free('net/block')}")
                before = counts.remember()
                counts.open(f"net/own_{at}/inner")
                counts.close_below(f"net/own_{at}")
                counts.take_back(before)
                counts.open("net/other/inner")
                counts.close_below("net/other")
        finally:
            sys.setprofile(None)
        return made

    calls(1)
    assert calls(800) < 4.2 * calls(200)
