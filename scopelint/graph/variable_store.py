"""VariableStore: what one graph's variables are found by."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from scopelint.graph.known_in_part import HOLE, KnownInPart, may_be_one
from scopelint.graph.undo_dict import MISSING, UndoDict
from scopelint.patterns import fits
from scopelint.values.tensors import Variable, join_variables

if TYPE_CHECKING:
    from scopelint.graph.names import Graph


class MaybeEntry:
    """A variable that one branch made and another did not."""

    __slots__ = ("variable",)

    def __init__(self, variable: object) -> None:
        self.variable: Any = variable


def _join_entries(key: str, one: object, two: object, join: Callable[[Any, Any], Any]) -> Any:
    maybe = one is MISSING or two is MISSING or isinstance(one, MaybeEntry) or isinstance(two, MaybeEntry)
    a = one.variable if isinstance(one, MaybeEntry) else one
    b = two.variable if isinstance(two, MaybeEntry) else two
    if a is MISSING or b is MISSING:
        joined = b if a is MISSING else a
    elif isinstance(a, Variable) and isinstance(b, Variable):
        joined = join_variables(a, b, join)
    else:
        joined = a
    return MaybeEntry(joined) if maybe else joined


class VariableStore:
    """TF: _VariableStore. The variables of one graph by key, and the partitioned ones."""

    __slots__ = ("_in_part", "graph", "partitioned", "vars")

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.vars = UndoDict(_join_entries)
        self.partitioned = UndoDict(_join_entries)
        self._in_part = KnownInPart()

    def put(self, key: str, variable: Variable) -> None:
        """From here on this variable is found under this key."""
        self.vars.set(key, variable)
        if isinstance(key, str) and "{" in key:
            self._in_part.take(key)

    def find(self, key: str) -> Variable | None:
        """The variable under this key, whether or not it is certain to be there."""
        found = self.vars.get(key)
        return found.variable if isinstance(found, MaybeEntry) else found  # type: ignore[no-any-return]

    def like(self, key: str) -> Variable | None:
        """A variable whose key could be the same, where one of the two keys has unknown parts."""
        if not isinstance(key, str):
            return None
        if "{" in key:
            pieces = HOLE.split(key)
            other = next((other for other in self.vars if fits(pieces, str(other))), None)
        else:
            other = self.may_be(key)
        return None if other is None else self.find(other)

    def may_be(self, key: str) -> str | None:
        """A key that this one may be, where one of the two has unknown parts."""
        if "{" in key:
            return next((other for other in self.vars if isinstance(other, str) and may_be_one(key, other)), None)
        return next((other for other in self._in_part.all(key) if other in self.vars), None)


def variable_store(graph: Graph) -> VariableStore:
    """TF: _get_default_variable_store."""
    return graph.store
