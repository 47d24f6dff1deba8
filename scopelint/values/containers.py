"""Lists, dictionaries and sets of the program under analysis. A tuple is a Python tuple of values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from scopelint.values.base import AnyValue, Cause, Undecided, Unknown, Value, Why, first_doubt
from scopelint.values.trail import TRAIL, Mutable

Join = Callable[[Any, Any], Any]

_MAYBE = 64
"""Members that one side of a branch has are kept up to so many; more are a vocabulary, and no list of layers."""


class Container(Mutable, Value):
    """`rest` is None where all members are known; else why there may be others, and it stands for each of them.

    `cls` is the ClassValue of a user's subclass instance that holds this as its payload, else None.
    """

    __slots__ = ()


BRANCH = Unknown("a member is added on one side of a branch only", cause=Cause(Why.BRANCH))


def weaker(one: Unknown | None, two: Unknown) -> Unknown:
    """Of two reasons why there may be more the one that says less."""
    return two if one is None or _KNOWN.get(two.cause.why, 0) < _KNOWN.get(one.cause.why, 0) else one


_KNOWN = {Why.BRANCH: 2, Why.UNSEEN: 1}
"""How much is known of what more there may be, by the cause: all of it; that there is none while we are right."""


class ListValue(Container):
    """A list. `items` are the members known, in order; with `rest`, more may follow, and after the first `firm` of
    them others may stand between. `maybe` are those that follow if they are there at all: one side of a branch put
    them there. Made of items that say themselves what more there may be, it takes that over."""

    __slots__ = ("firm", "items", "maybe", "rest")

    def __init__(self, items: Iterable[Any] = (), rest: Unknown | None = None) -> None:
        self.epoch = TRAIL.epoch
        self.items: list[Any] = list(items)
        self.rest: Unknown | None = rest
        self.firm: int | None = None
        self.maybe: list[Any] = []
        if type(items) is not list and type(items) is not tuple:
            if rest is None:
                self.rest = getattr(items, "rest", None)
            self.firm = getattr(items, "firm", None)
            self.maybe = getattr(items, "maybe", [])[:]

    def lose(self, why: Unknown) -> None:
        """More may be in it from here on, in any order: nothing stands certainly where it stood, or is there at all."""
        self.items, self.maybe, self.rest, self.firm = [], [], why, None

    def like(self, items: Iterable[Any]) -> ListValue:
        """One made of what became of each member: as much of it is known."""
        made = ListValue(items, self.rest)
        made.firm = self.firm
        return made

    @property
    def is_bounded(self) -> bool:
        """Is all that may be in it known?"""
        return self.rest is None or self.rest.cause.why is Why.BRANCH

    @property
    def placed(self) -> list[Any]:
        """The members whose index is known."""
        return self.items if self.rest is None or self.firm is None else self.items[: self.firm]

    def __repr__(self) -> str:
        return f"ListValue({self.items!r})"

    def save(self) -> Any:
        return (self.items[:], self.rest, self.firm, self.maybe)

    def restore(self, state: tuple[Any, ...]) -> None:
        self.items, self.rest, self.firm, self.maybe = state[0][:], *state[1:]

    def join_states(self, a: tuple[Any, ...], b: tuple[Any, ...], join: Join) -> Any:
        short = min(len(a[0]), len(b[0]))
        items = [join(x, y) for x, y in zip(a[0], b[0], strict=False)]
        rest = None
        for side in (a, b):
            rest = rest if side[1] is None else weaker(rest, side[1])
        firms = [len(side[0]) if side[1] is None or side[2] is None else side[2] for side in (a, b)]
        firm = min(*firms, short) if rest is not None else None
        maybe = a[3] + [item for item in b[3] if not any(item is other for other in a[3])]
        if len(a[0]) != len(b[0]):
            longer = a if len(a[0]) > short else b
            maybe = longer[0][short:] + maybe
            # What is not known weighs more than what one side alone has.
            rest = weaker(rest, BRANCH if len(maybe) <= _MAYBE else Unknown(BRANCH.reason))
        if len(maybe) > _MAYBE:
            maybe, rest = [], Unknown(BRANCH.reason)
        return (items, rest, firm, maybe)


class OpenTuple(ListValue):
    """A tuple of which not all members are known."""

    __slots__ = ()


def closed(key: AnyValue) -> AnyValue:
    """What is looked up in a table: a tuple of which not all members are known is no key that is known."""
    if isinstance(key, OpenTuple):
        return Unknown("not all members of a tuple are known") if key.rest is None else key.rest.derive("")
    return key


class DictValue(Container):
    """A dictionary (also OrderedDict, defaultdict: `factory`). Keys are constants or values compared by identity.
    `maybe` are members that one side of a branch put there or left there; `rest` stands beside them."""

    __slots__ = ("factory", "items", "maybe", "rest")

    of_names = False
    """Are its keys names, and those of something's attributes?"""

    def __init__(
        self, items: dict[Any, Any] | None = None, rest: Unknown | None = None, factory: object = None
    ) -> None:
        self.epoch = TRAIL.epoch
        self.items: dict[Any, Any] = {} if items is None else items
        self.rest = rest
        self.maybe: dict[Any, Any] = {}
        self.factory: Any = factory

    def __repr__(self) -> str:
        return f"DictValue({self.items!r})"

    def save(self) -> Any:
        return (self.items.copy(), self.rest, self.maybe.copy())

    def restore(self, state: tuple[Any, ...]) -> None:
        self.items, self.rest, self.maybe = state[0].copy(), state[1], state[2].copy()

    def join_states(self, a: tuple[Any, ...], b: tuple[Any, ...], join: Join) -> Any:
        rest = first_doubt(a[1], b[1])
        items: dict[Any, Any] = {}
        maybe = {**a[2], **b[2]}
        for key in {**a[0], **b[0]}:
            if key in a[0] and key in b[0]:
                items[key] = join(a[0][key], b[0][key])
                continue
            value, other = (a[0][key], b[2]) if key in a[0] else (b[0][key], a[2])
            maybe[key] = join(value, other[key]) if key in other else value
            rest = first_doubt(rest, Unknown("a key is set on one side of a branch only"))
        return (items, rest, maybe)


class OwnDict(DictValue):
    """What an object of TF's keeps for itself, an optimizer its slots. What one side of a branch put there is there: on
    the other side the program holds another object, or has not come to use this one."""

    __slots__ = ()

    def join_states(self, a: tuple[Any, ...], b: tuple[Any, ...], join: Join) -> Any:
        items = {**a[0], **b[0]}
        for key, value in a[0].items():
            if key in b[0]:
                items[key] = join(value, b[0][key])
        return (items, first_doubt(a[1], b[1]), {**a[2], **b[2]})


class ViewValue(Value):
    """`d.keys()`, `d.values()`, `d.items()`: sees later changes of the dict."""

    __slots__ = ("kind", "of")

    def __init__(self, of: DictValue, kind: str) -> None:
        self.of = of
        self.kind = kind

    def members(self) -> list[Any]:
        if self.kind == "keys":
            return list(self.of.items)
        return list(self.of.items.values()) if self.kind == "values" else list(self.of.items.items())


class SetValue(Container):
    """A set or frozenset; `items` keeps the order of insertion, since Python's own order may not be relied on."""

    __slots__ = ("frozen", "items", "rest")

    def __init__(self, items: Iterable[Any] = (), rest: Unknown | None = None, frozen: bool = False) -> None:
        self.epoch = TRAIL.epoch
        self.items: dict[Any, None] = {}
        for item in items:
            try:
                self.items[item] = None
            except Undecided as doubt:
                # Two texts of one template: whether they are one member is not known.
                rest = first_doubt(rest, Unknown(getattr(doubt.value, "reason", "a member that is not known")))
        self.rest = rest
        self.frozen = frozen

    def save(self) -> Any:
        return (self.items.copy(), self.rest)

    def restore(self, state: tuple[Any, ...]) -> None:
        self.items, self.rest = state[0].copy(), state[1]

    def join_states(self, a: tuple[Any, ...], b: tuple[Any, ...], join: Join) -> Any:
        rest = first_doubt(a[1], b[1])
        if a[0].keys() != b[0].keys():
            rest = first_doubt(rest, Unknown("a member is added on one side of a branch only"))
        return ({key: None for key in a[0] if key in b[0]}, rest)
