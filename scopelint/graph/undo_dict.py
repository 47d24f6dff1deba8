"""A dict that forks can undo and join at the cost of what they changed, not of what it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from scopelint.values.trail import TRAIL, Mutable


class _Missing:
    __slots__ = ()

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Any = _Missing()


class Looked(dict[Any, Any]):
    """A dict that knows when each of its keys was asked for last, whether it was there or not, and when all of them
    were. `turns` holds the number of the run's turn."""

    __slots__ = ("seen", "turns", "whole")

    def __init__(self, turns: list[int]) -> None:
        super().__init__()
        self.turns = turns
        self.seen: dict[Any, int] = {}
        self.whole = 0

    def when(self, key: object) -> int:
        return max(self.whole, self.seen.get(key, 0))

    def get(self, key: Any, default: Any = None) -> Any:
        self.seen[key] = self.turns[0]
        return dict.get(self, key, default)

    def __getitem__(self, key: Any) -> Any:
        self.seen[key] = self.turns[0]
        return dict.__getitem__(self, key)

    def __contains__(self, key: object) -> bool:
        self.seen[key] = self.turns[0]
        return dict.__contains__(self, key)

    def setdefault(self, key: Any, default: Any = None) -> Any:
        self.seen[key] = self.turns[0]
        return dict.setdefault(self, key, default)

    def _look(self) -> None:
        self.whole = self.turns[0]

    def __iter__(self) -> Iterator[Any]:
        self._look()
        return dict.__iter__(self)

    def __len__(self) -> int:
        self._look()
        return dict.__len__(self)

    def __bool__(self) -> bool:
        self._look()
        return dict.__len__(self) > 0

    def keys(self) -> Any:
        self._look()
        return dict.keys(self)

    def values(self) -> Any:
        self._look()
        return dict.values(self)

    def items(self) -> Any:
        self._look()
        return dict.items(self)

    def copy(self) -> dict[Any, Any]:
        self._look()
        return dict.copy(self)


class UndoDict(Mutable):
    """While a fork is under way each change is logged with what it replaced. `combine` joins one key. Outside of forks
    `items` may be changed as they are."""

    __slots__ = ("_log", "combine", "items")

    def __init__(self, combine: Callable[[Any, Any, Any, Callable[[Any, Any], Any]], Any]) -> None:
        super().__init__()
        self.items: dict[Any, Any] = {}
        self.combine = combine
        self._log: list[tuple[Any, Any]] = []

    def get(self, key: object, default: object = None) -> Any:
        return self.items.get(key, default)

    def __contains__(self, key: object) -> bool:
        return key in self.items

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.items)

    def set(self, key: object, value: object) -> None:
        if TRAIL.forked:
            self.touch()
            self._log.append((key, self.items.get(key, MISSING)))
        elif self._log:
            self._log.clear()
        if value is MISSING:
            self.items.pop(key, None)
        else:
            self.items[key] = value

    def save(self) -> int:
        return len(self._log)

    def after(self, before: int) -> dict[Any, Any]:
        return {key: self.items.get(key, MISSING) for key, _ in self._log[before:]}

    def restore(self, state: int | dict[Any, Any]) -> None:
        """Back to a length of the log, or on to what a fork changed."""
        if isinstance(state, dict):
            items = self.items
            if TRAIL.forked:
                self.touch()
                self._log += [(key, items.get(key, MISSING)) for key in state]
            for key, value in state.items():
                if value is MISSING:
                    items.pop(key, None)
                else:
                    items[key] = value
            return
        for key, value in reversed(self._log[state:]):
            if value is MISSING:
                self.items.pop(key, None)
            else:
                self.items[key] = value
        del self._log[state:]

    def join_states(self, a: dict[Any, Any], b: dict[Any, Any], join: Callable[[Any, Any], Any]) -> Any:
        joined = {}
        for key in {**a, **b}:
            now = self.items.get(key, MISSING)
            one, two = a.get(key, now), b.get(key, now)
            joined[key] = one if one is two else self.combine(key, one, two, join)
        return joined
