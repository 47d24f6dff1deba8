"""What a graph collects: the lists behind `tf.get_collection`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from scopelint.graph.undo_dict import MISSING
from scopelint.values.base import Unknown, first_doubt
from scopelint.values.containers import ListValue
from scopelint.values.tensors import Variable


class Members(list[Any]):
    """What a collection holds. `rest`: why it may hold more; only the first `firm` of them have their place then."""

    def __init__(
        self,
        items: Iterable[Any] = (),
        rest: Unknown | None = None,
        firm: int | None = None,
        unsure: Iterable[Any] = (),
    ) -> None:
        super().__init__(items)
        self.rest = rest
        self.firm = firm
        self.unsure = unsure

    def __add__(self, other: list[Any]) -> Members:
        rest = self.rest if self.rest is not None else getattr(other, "rest", None)
        firm = self.firm if self.rest is not None else None
        unsure = [*self.unsure, *getattr(other, "unsure", ())]
        return Members([*self, *other], rest, len(self) if firm is None and rest is not None else firm, unsure)


class Collection(ListValue):
    """One of a graph's collections. The program can get hold of the list itself. `unsure` are members that may not
    be in it: of variables those whose arguments are not known, of others those that one side of a branch put there."""

    __slots__ = ("unsure",)

    def __init__(self, items: Iterable[Any] = ()) -> None:
        super().__init__(items)
        self.unsure: tuple[Any, ...] = ()

    def save(self) -> Any:
        return (self.items[:], self.rest, self.firm, self.unsure)

    def restore(self, state: tuple[Any, ...]) -> None:
        self.items, self.rest, self.firm, self.unsure = state[0][:], *state[1:]

    def open(self, rest: Unknown) -> None:
        """From here on it may hold what we do not see."""
        if self.rest is None:
            self.touch()
            self.rest, self.firm = rest, len(self.items)

    def append(self, item: object) -> None:
        self.touch()
        self.items.append(item)

    def join_states(self, a: tuple[Any, ...], b: tuple[Any, ...], join: Callable[[Any, Any], Any]) -> Any:
        """What either branch added, one of two that have one name."""
        seen = {id(item) for item in a[0]}
        names = {getattr(item, "tf_name", None) for item in a[0]} - {None}
        more = [i for i in b[0] if id(i) not in seen and getattr(i, "tf_name", None) not in names]
        named = {i.tf_name: i for i in b[0] if isinstance(i, Variable)}
        both = [join(i, named[i.tf_name]) if isinstance(i, Variable) and i.tf_name in named else i for i in a[0]]
        there = {id(item) for item in b[0]}
        others = {getattr(item, "tf_name", None) for item in b[0]} - {None}
        alone = [
            i
            for i in (*a[0], *more)
            if not isinstance(i, Variable)
            and not (id(i) in seen and id(i) in there)
            and getattr(i, "tf_name", None) not in names & others
        ]
        unsure = tuple({id(item): item for item in (*a[3], *b[3], *alone)}.values())
        return both + more, first_doubt(a[1], b[1]), a[2] if a[2] is not None else b[2], unsure


def join_collections(key: object, one: Collection, two: Collection, join: Callable[[Any, Any], Any]) -> Any:
    """Both branches began the collection, or one did: a branch may be joined with what was there before it."""
    one, two = (Collection() if each is MISSING else each for each in (one, two))
    joined = Collection()
    joined.restore(joined.join_states(one.save(), two.save(), join))
    return joined
