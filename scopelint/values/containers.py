"""Lists, dictionaries and sets of the program under analysis. A tuple is a Python tuple of values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from scopelint.values.base import Undecided, Unknown, Value, either
from scopelint.values.trail import TRAIL, Mutable

Join = Callable[[Any, Any], Any]


class Container(Mutable, Value):
    """`rest` is None where all members are known; else why there may be others, and it stands for each of them.

    `cls` is the ClassValue of a user's subclass instance that holds this as its payload, else None.
    """

    __slots__ = ()


class ListValue(Container):
    """A list. `items` are the members known, in order; with `rest`, more may follow, and after the first `firm` of
    them others may stand between. Made of items that say themselves what more there may be, it takes that over."""

    __slots__ = ("firm", "items", "rest")

    def __init__(self, items: Iterable[Any] = (), rest: Unknown | None = None) -> None:
        self.epoch = TRAIL.epoch
        self.items: list[Any] = list(items)
        self.rest: Unknown | None = rest if rest is not None else getattr(items, "rest", None)
        self.firm: int | None = getattr(items, "firm", None)

    @property
    def placed(self) -> list[Any]:
        """The members whose index is known."""
        return self.items if self.rest is None or self.firm is None else self.items[: self.firm]

    def __repr__(self) -> str:
        return f"ListValue({self.items!r})"

    def save(self) -> Any:
        return (self.items[:], self.rest)

    def restore(self, state: tuple[Any, ...]) -> None:
        self.items, self.rest = state[0][:], state[1]

    def join_states(self, a: tuple[Any, ...], b: tuple[Any, ...], join: Join) -> Any:
        short = min(len(a[0]), len(b[0]))
        items = [join(x, y) for x, y in zip(a[0], b[0], strict=False)]
        rest = either(a[1], b[1])
        if len(a[0]) != len(b[0]):
            rest = either(rest, Unknown("its length differs between the two sides of a branch"))
            longer = a[0] if len(a[0]) > short else b[0]
            items += longer[short:] if len(longer) - short <= 64 else []
        return (items, rest)


class DictValue(Container):
    """A dictionary (also OrderedDict, defaultdict: `factory`). Keys are constants or values compared by identity."""

    __slots__ = ("factory", "items", "rest")

    def __init__(
        self, items: dict[Any, Any] | None = None, rest: Unknown | None = None, factory: object = None
    ) -> None:
        self.epoch = TRAIL.epoch
        self.items: dict[Any, Any] = {} if items is None else items
        self.rest = rest
        self.factory: Any = factory

    def __repr__(self) -> str:
        return f"DictValue({self.items!r})"

    def save(self) -> Any:
        return (self.items.copy(), self.rest)

    def restore(self, state: tuple[Any, ...]) -> None:
        self.items, self.rest = state[0].copy(), state[1]

    def join_states(self, a: tuple[Any, ...], b: tuple[Any, ...], join: Join) -> Any:
        rest = either(a[1], b[1])
        items: dict[Any, Any] = {}
        for key in {**a[0], **b[0]}:
            if key in a[0] and key in b[0]:
                items[key] = join(a[0][key], b[0][key])
            else:
                items[key] = a[0][key] if key in a[0] else b[0][key]
                rest = either(rest, Unknown("a key is set on one side of a branch only"))
        return (items, rest)


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
                rest = either(rest, Unknown(getattr(doubt.value, "reason", "a member that is not known")))
        self.rest = rest
        self.frozen = frozen

    def save(self) -> Any:
        return (self.items.copy(), self.rest)

    def restore(self, state: tuple[Any, ...]) -> None:
        self.items, self.rest = state[0].copy(), state[1]

    def join_states(self, a: tuple[Any, ...], b: tuple[Any, ...], join: Join) -> Any:
        rest = either(a[1], b[1])
        if a[0].keys() != b[0].keys():
            rest = either(rest, Unknown("a member is added on one side of a branch only"))
        return ({**a[0], **b[0]}, rest)
