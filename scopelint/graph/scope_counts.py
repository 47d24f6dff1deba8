"""How often each variable scope of a graph was opened, which is what a scope without a name is numbered by."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from scopelint.graph.undo_dict import MISSING, UndoDict
from scopelint.values.trail import Mutable


class Journal:
    """The counts that were replaced since a scope was entered by its object, the latest last."""

    __slots__ = ("outer", "replaced")

    def __init__(self, outer: Journal | None, replaced: list[tuple[UndoDict, str, Any]]) -> None:
        self.outer = outer
        self.replaced = replaced


class ScopeCounts(Mutable):
    """TF: _VariableScopeStore.variable_scopes_count. A count of None is one that two branches differ in.

    TF copies the whole dict where a scope is entered by its object, and looks through all of it where one is left: a
    program of n scopes costs n² of that. Here each costs what it changes."""

    __slots__ = ("_below", "_counts", "_free", "_journal")

    def __init__(self) -> None:
        super().__init__()
        self._counts = UndoDict(_combine)
        # By the name of a scope, the names below it that may have been opened since it was last left. A name more does
        # no harm: so what one side of a fork adds may stay.
        self._below = UndoDict(_either)
        # By a name, a number below which all numbers of it are taken.
        self._free = UndoDict(_least)
        self._journal: Journal | None = None

    def parts(self) -> tuple[Mutable, ...]:
        """All that changes of it."""
        return self, self._counts, self._below, self._free

    def save(self) -> Journal | None:
        return self._journal

    def restore(self, state: Journal | None) -> None:
        self._journal = state

    def join_states(self, a: Journal | None, b: Journal | None, join: Callable[[Any, Any], Any]) -> Journal | None:
        if a is b or a is None or b is None:
            return a or b
        return Journal(a.outer, a.replaced + b.replaced)

    def of(self, name: str) -> int | None:
        found: int | None = self._counts.get(name, 0)
        return found

    def open(self, name: str) -> None:
        """TF: open_variable_scope."""
        self._set(self._counts, name, (self.of(name) or 0) + 1)

    def free(self, name: str) -> int | None:
        """The first number of `name` that is not taken; None where it hangs on a branch."""
        counts = self._counts.items
        first: int = self._free.get(name, 1)
        number = first
        while (count := counts.get(f"{name}_{number}", 0)) != 0:
            if count is None:
                return None
            number += 1
        if number != first:
            self._set(self._free, name, number)
        return number

    def close_below(self, name: str) -> None:
        """TF: close_variable_subscopes. Below, numbers start again. It sets to 0 what is left out here: the same."""
        below = self._below.get(name)
        if below is None:
            return
        self._below.set(name, MISSING)
        counts, numbers = self._counts, self._free
        for inner in below:
            if inner in counts:
                self._set(counts, inner, MISSING)
            if inner in numbers:
                self._set(numbers, inner, MISSING)

    def remember(self) -> Journal | None:
        """From here on what is changed can be taken back. Gives what `take_back` asks for."""
        self.touch()
        outer = self._journal
        self._journal = Journal(outer, [])
        return outer

    def take_back(self, outer: Journal | None) -> None:
        """Counts are again as they were at the `remember` that gave `outer`."""
        self.touch()
        while self._journal is not None and self._journal is not outer:
            journal, self._journal = self._journal, None
            for held, name, value in reversed(journal.replaced):
                self._set(held, name, value)
            self._journal = journal.outer

    def _set(self, held: UndoDict, name: str, value: Any) -> None:
        if self._journal is not None:
            self._journal.replaced.append((held, name, held.get(name, MISSING)))
        held.set(name, value)
        if value is not MISSING:
            below = self._below
            for scope in _above(name):
                inner = below.get(scope)
                if inner is None:
                    below.set(scope, {name: None})
                else:
                    inner[name] = None


def _above(name: str) -> Iterator[str]:
    """The scopes that TF takes `name` to lie below: it looks at letters alone."""
    end = name.find("/")
    while end >= 0:
        yield name[:end]
        end = name.find("/", end + 1)


def _combine(name: object, one: Any, two: Any, join: object) -> int | None:
    one, two = (0 if count is MISSING else count for count in (one, two))
    if one == two:
        return one  # type: ignore[no-any-return]
    return None if not one or not two else max(one, two)


def _either(scope: object, one: Any, two: Any, join: object) -> Any:
    return {**one, **two} if one is not MISSING and two is not MISSING else two if one is MISSING else one


def _least(name: object, one: Any, two: Any, join: object) -> Any:
    return MISSING if one is MISSING or two is MISSING else min(one, two)
