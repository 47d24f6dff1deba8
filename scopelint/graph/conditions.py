"""Conditions: what an event hangs on, a test of the program or an assumption of ours."""

from __future__ import annotations

from collections.abc import Iterable

When = tuple[str, ...]
"""The conditions of an event. One of the program stands as the program writes it (`is_training`, `not (x > 0)`); an
assumption begins with a word that no expression or statement of Python's begins with, so the two are told apart in
whatever form a record is kept."""

_ASSUMING = "assuming "
_SUPPOSED = " is called so"


def assumption(what: str) -> str:
    """What we take for granted, as a condition: `assuming zoo.Network() makes no variable`."""
    return _ASSUMING + what


def is_assumption(condition: str) -> bool:
    return condition.startswith(_ASSUMING)


def supposition(entry: str) -> str:
    """What all hangs on that an entry does which perhaps nobody has."""
    return f"{entry}{_SUPPOSED}"


def is_supposition(condition: str) -> bool:
    return condition.endswith(_SUPPOSED)


def negate(condition: str) -> str:
    """The other side of an undecided test."""
    return condition[5:-1] if condition.startswith("not (") else f"not ({condition})"


def added(when: When, more: Iterable[str]) -> When:
    """The conditions, and those of the others that are not among them."""
    if not more:
        return when
    return (*when, *(condition for condition in dict.fromkeys(more) if condition not in when))


def common(one: When, two: When) -> When:
    """Under what something holds that holds under either: the tests around both, and the assumptions of each."""
    tests = [
        a
        for a, b in zip(
            (c for c in one if not is_assumption(c)), (c for c in two if not is_assumption(c)), strict=False
        )
        if a == b
    ]
    return added(tuple(tests), (c for c in (*one, *two) if is_assumption(c)))


def phrase(when: Iterable[str]) -> str:
    """As reports say it: `if is_training and n > 1, assuming zoo makes no variable`."""
    conditions = list(when)
    tests = " and ".join(_test(c) for c in conditions if not is_assumption(c))
    taken = " and ".join(c.removeprefix(_ASSUMING) for c in conditions if is_assumption(c))
    return ", ".join([*(["if " + tests] if tests else []), *([_ASSUMING + taken] if taken else [])])


def _test(condition: str) -> str:
    """A test as the middle of a sentence. That a loop is entered is one too: it is no expression, and needs words."""
    for begin, said in (("", "comes round"), ("not (", "does not come round")):
        inside = condition[len(begin) : -1 if begin else None]
        if condition.startswith(begin) and inside.startswith(("for ", "while ")):
            return f"`{inside}` {said}"
    return condition
