"""Our `NamedTuple` does what `typing`'s does: the two are asked the same."""

from __future__ import annotations

import copy
import pickle
import typing
from typing import Any

import pytest

from scopelint import tuples
from scopelint.site import Site


def _pair(base: Any) -> Any:
    class Pair(base):  # type: ignore[misc]
        """Two things."""

        first: int
        second: str = "b"

        @property
        def both(self) -> str:
            return f"{self.first}{self.second}"

        def __str__(self) -> str:
            return f"<{self.both}>"

    return Pair


def _many(base: Any) -> Any:
    class Many(base):  # type: ignore[misc]
        a: int
        b: int
        c: int
        d: int
        e: int
        f: int
        g: int
        h: int = 8
        i: int = 9

    return Many


OURS, THEIRS = (
    (_pair(tuples.NamedTuple), _many(tuples.NamedTuple)),
    (_pair(typing.NamedTuple), _many(typing.NamedTuple)),
)

QUESTIONS = {
    "pair": lambda pair, many: (pair(1), pair(1, "x"), pair(second="x", first=2), pair(1)._fields, pair.__doc__),
    "text": lambda pair, many: (str(pair(1)), repr(pair(1)), pair(1).both, repr(many(1, 2, 3, 4, 5, 6, 7))),
    "many": lambda pair, many: (many(1, 2, 3, 4, 5, 6, 7), many(*range(9)), many(1, 2, 3, 4, 5, g=7, f=6, i=0)),
    "fields": lambda pair, many: (pair._field_defaults, many._field_defaults, many._fields, pair.__match_args__),
    "changes": lambda pair, many: (pair(1)._replace(first=3), pair(1)._asdict(), pair._make([4, "y"])),
    "tuple": lambda pair, many: (pair(1) == (1, "b"), hash(pair(1)) == hash((1, "b")), [*pair(1)], pair(1)[1]),
    "copies": lambda pair, many: (copy.copy(pair(1)), copy.deepcopy(many(*range(9)))),
}  # fmt: skip


@pytest.mark.parametrize("name", QUESTIONS)
def test_it_answers_as_that_of_typing(name: str) -> None:
    ask = QUESTIONS[name]
    assert ask(*OURS) == ask(*THEIRS)


MISTAKES = {
    "one too few": lambda pair, many: pair(),
    "one too many": lambda pair, many: pair(1, "b", 3),
    "another word": lambda pair, many: pair(1, third=3),
    "one twice": lambda pair, many: pair(1, first=2),
    "too few of many": lambda pair, many: many(1, 2),
    "too many of many": lambda pair, many: many(*range(10)),
    "another word of many": lambda pair, many: many(*range(7), z=1),
    "one of many twice": lambda pair, many: many(*range(7), a=1),
    "make of too few": lambda pair, many: pair._make([1]),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_it_refuses_what_that_of_typing_refuses(name: str) -> None:
    for both in (OURS, THEIRS):
        with pytest.raises(TypeError):
            MISTAKES[name](*both)


def test_a_default_may_not_come_before_a_field_without_one() -> None:
    with pytest.raises(TypeError):
        type(tuples.NamedTuple)("Odd", (tuples.NamedTuple,), {"__annotations__": {"a": "int", "b": "int"}, "a": 1})


def test_it_goes_to_another_process() -> None:
    site = Site("a.py", 3, 4)
    assert pickle.loads(pickle.dumps(site)) == site and type(pickle.loads(pickle.dumps(site))) is Site
