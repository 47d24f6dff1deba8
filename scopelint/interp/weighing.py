"""What values take: those beyond their bound are not known, large ones are charged to the memory of the run."""

from __future__ import annotations

from typing import Any

from scopelint import clock, heap, limits
from scopelint.interp.options import Options, most_words
from scopelint.values.containers import ListValue


class LimitReached(Exception):
    """A bound of limits.py on the whole run."""


class Weighing:
    """Part of the interpreter. `deadline`: processor time that its thread may have spent. `ceiling`: bytes that the
    process may hold."""

    options: Options
    deadline: float
    ceiling: int
    charged: int = 0
    sizes: dict[int, tuple[Any, int]]
    cannot_know: Any

    def bound(self, begun: float, held: int) -> None:
        """The run's time and memory count from when its thread had spent `begun` and the process held `held`."""
        self.deadline = begun + self.options.max_seconds
        self.ceiling = held + int(self.options.max_memory * 1e6)

    def words_left(self) -> float:
        """Of one more source: as many as can be read in what is left of the bounds."""
        return most_words(self.deadline - clock.spent(), self.ceiling - heap.resident())

    def weigh(self, value: Any) -> Any:
        """Called with what a native function or an operator gives: a sequence beyond its bound is not known, a large
        one is charged to the memory of the run."""
        kind = type(value)
        if kind is ListValue:
            items, size = value.items, 8
        elif kind is tuple:
            value = self.weigh_tuple(value)
            if type(value) is not tuple:
                return value
            items, size = value, 8
        elif kind is str or kind is bytes:
            items, size = value, 1
        else:
            return value
        count = len(items)
        if count * size < limits.CHARGED:
            return value
        if count > (limits.ITEMS if size == 8 else limits.STRING):
            return self.cannot_know("a value is larger than the analysis allows")
        self.charge(count * size)
        return value

    def weigh_tuple(self, value: tuple[Any, ...]) -> Any:
        """A tuple that holds others, which Python compares and hashes through to their ends, shared or not: not known
        where it has more members in all than a container may have."""
        for member in value:
            if type(member) is tuple:
                break
        else:
            return value
        if self._all_members(value) > limits.ITEMS:
            return self.cannot_know("a tuple of more members than the analysis allows")
        return value

    def _all_members(self, value: tuple[Any, ...]) -> int:
        known = self.sizes.get(id(value))
        if known is not None:
            return known[1]
        size = len(value) + sum([self._all_members(member) for member in value if type(member) is tuple])
        if size > 100:
            # Kept with its size, so that no other tuple gets its number.
            self.sizes[id(value)] = (value, size)
        return size

    def charge(self, size: int) -> None:
        """So many bytes more may be held now; looks at the whole every LOOKS of them."""
        self.charged += size
        if self.charged > limits.LOOKS:
            self.charged = 0
            if heap.resident() > self.ceiling:
                raise LimitReached(limits.TOO_LARGE)
