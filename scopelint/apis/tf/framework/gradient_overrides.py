"""Graph.gradient_override_map: operations that pass on a gradient as another operation, or a function, says."""

from __future__ import annotations

from typing import Any

from scopelint.apis.tf.framework.op_defs import op_def
from scopelint.values.containers import DictValue
from scopelint.values.dependences import doubted_deps
from scopelint.values.objects import MISSING

UNKNOWN: dict[Any, Any] = {"": None}
"""What is in force where it is not known which types are overridden."""


class Overrides:
    """The context: what is made in it keeps its gradient for good."""

    __slots__ = ("_graph", "_map", "_old")

    def __init__(self, graph: Any, given: Any) -> None:
        self._graph = graph
        self._map: dict[Any, Any] = given.items if isinstance(given, DictValue) else UNKNOWN
        if isinstance(given, DictValue) and given.rest is not None:
            self._map = {**self._map, **UNKNOWN}
        self._old: list[dict[Any, Any]] = []

    def enter(self) -> None:
        self._old.append(self._graph.overrides)
        self._graph.overrides = {**self._graph.overrides, **self._map}
        for type_ in self._map:
            self._graph.overridden.add(f":{type_}")

    def exit(self) -> None:
        if self._old:
            self._graph.overrides = self._old.pop()


def may_be_overridden(graph: Any, op_name: str, type_: str) -> bool:
    """Was this operation made where its type's gradient was overridden, or may it have been? `overridden` has names of
    operations, and types behind a colon, which no operation has in its name."""
    return op_name in graph.overridden or f":{type_}" in graph.overridden or ":" in graph.overridden


def overridden_deps(graph: Any, type_: str, full: str, deps: int, cuts: bool) -> int | None:
    """What an operation's outputs depend on that takes what depends on `deps`; None where its gradient is its own.
    `cuts`: would that be none?"""
    wanted = graph.overrides.get(type_, MISSING)
    if wanted is MISSING and not (cuts and "" in graph.overrides):
        return None
    graph.overridden.add(full)
    definition = op_def(wanted) if isinstance(wanted, str) else None
    if definition is not None and definition.gradient == "some":
        return deps
    # A function of the program may give None: of what depends for certain it is left that it may.
    return doubted_deps(deps)
