"""What is known of a collection that holds others only if something that was not followed made and listed them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scopelint.tuples import NamedTuple
from scopelint.values.base import Cause, Unknown, Why
from scopelint.values.containers import Container, ListValue, ViewValue
from scopelint.values.objects import IteratorValue


class Seen(NamedTuple):
    """The members that are known, and why there may be others."""

    members: list[Any]
    rest: Unknown


def is_unseen(rest: Unknown | None) -> bool:
    """Are there other members only if an assumption does not hold that is told already? While it holds there are none,
    so that a loop over them is at its end, and a list of what was made of each is whole."""
    return rest is not None and rest.cause.why is Why.UNSEEN


def is_hidden(rest: Unknown | None) -> bool:
    """Are there other members, none of which has to do with what is made elsewhere?"""
    return rest is not None and rest.cause.why is Why.HIDDEN


def may_be_object(value: Any) -> bool:
    """Is it of a module that nobody found, which may give a layer or a variable as well as anything else?"""
    return isinstance(value, Unknown) and value.cause.why is Why.MODULE


def unseen(why: Unknown) -> Unknown:
    """Why what holds such an object may hold variables: only if a call that was not followed made some, and that is
    told where it was called."""
    return Unknown(why.reason, why.label, why.site, Cause(Why.UNSEEN)) if may_be_object(why) else why


def seen_members(value: Any) -> Seen | None:
    """The parts of such a collection, None of anything else."""
    if isinstance(value, ListValue):
        if value.maybe:
            return None
        # The list itself, so that a loop over it sees what its body appends.
        return Seen(value.items, value.rest) if value.rest is not None and is_unseen(value.rest) else None
    if isinstance(value, IteratorValue):
        return Seen(list(value.members()), value.rest) if value.rest is not None else None
    of = value.of if isinstance(value, ViewValue) else value
    rest = getattr(of, "rest", None) if isinstance(of, Container) else None
    if rest is None or not is_unseen(rest):
        return None
    return Seen(value.members() if isinstance(value, ViewValue) else list(of.items), rest)


def add_behind(held: ListValue, added: Iterable[Any]) -> None:
    """Members that come after what may stand there unseen."""
    if held.firm is None:
        held.firm = len(held.items)
    held.items += added


def with_more(made: Iterable[Any], rest: Unknown) -> ListValue:
    """A list of which more may follow, or stand between what is known."""
    out = ListValue(made, rest)
    out.firm = 0
    return out


def length_of(known: int, rest: Unknown) -> Unknown:
    """How many they are: those that are known, and maybe more."""
    length = rest.derive("")
    length.at_least = known if is_unseen(rest) else None
    return length
