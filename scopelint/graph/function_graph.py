"""Graphs that functions are traced in: they share the outer graph's variables and scopes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from scopelint.graph import refusals
from scopelint.graph.collected import Collection, Members
from scopelint.graph.names import Graph
from scopelint.graph.scopes import get_variable_scope
from scopelint.values.base import Unknown

if TYPE_CHECKING:
    from scopelint.graph.state import GraphState

SHARED = frozenset({"variables", "local_variables", "trainable_variables"})
"""TF: func_graph.WHITELIST_COLLECTIONS. Others are read as they were, and what is added to them is not seen outside."""


class FunctionGraph(Graph):
    """TF: FuncGraph. The graph that a function is traced in: its operations are none of the program's graphs'."""

    __slots__ = ("converts", "outer")

    def __init__(self, state: GraphState, converts: bool = False) -> None:
        self.outer: Graph = state.default
        super().__init__(state, self.outer.index)
        self.building_function = True
        self.scopes = self.outer.scopes
        self.store = self.outer.store
        # Does AutoGraph make operations of the tests and loops of what is traced here?
        self.converts = converts

    @property
    def outermost(self) -> Graph:
        """TF: init_scope: where the variables go."""
        found = self.outer
        while isinstance(found, FunctionGraph):
            found = found.outer
        return found

    def made(self, type: str, full: str, asked: str, inner: tuple[tuple[str, str], ...]) -> None:
        return None

    def doubt(self, about: str, assuming: str, why: Unknown) -> None:
        self.outer.doubt(about, assuming, why)

    def get_collection_ref(self, name: Any) -> Collection:
        if name in SHARED:
            return self.outer.get_collection_ref(name)
        if self.collections.get(name) is None:
            own = Collection()
            for item in self.outer.get_collection(name):
                own.append(item)
            self.collections.set(name, own)
        return super().get_collection_ref(name)

    def get_collection(self, name: Any, scope: str | None = None) -> Members:
        own = name not in SHARED and self.collections.get(name) is not None
        return super().get_collection(name, scope) if own else self.outer.get_collection(name, scope)


@contextmanager
def traced(state: GraphState, converts: bool = False) -> Iterator[FunctionGraph]:
    """TF: func_graph_from_py_func. Within, variables are resources unless they are told otherwise."""
    graph = FunctionGraph(state, converts)
    state.push_graph(graph)
    scope = get_variable_scope(state)
    former = scope.use_resource
    scope.touch()
    scope.use_resource = True
    try:
        yield graph
    finally:
        scope.touch()
        scope.use_resource = former
        state.pop_graph()


@contextmanager
def lifted(state: GraphState) -> Iterator[None]:
    """TF: init_scope. Out of all functions, in the name scope that is open within them."""
    graph = state.default
    if not isinstance(graph, FunctionGraph):
        yield
        return
    scope = graph.get_name_scope()
    home = graph.outermost
    state.push_graph(home)
    try:
        with home.name_scope(f"{scope}/" if scope else None):
            yield
    finally:
        state.pop_graph()


def check_initial_value(state: GraphState, tensor: Any) -> None:
    """TF: ResourceVariable._init_from_args. A tensor of the function is not there where the variable is."""
    if isinstance(getattr(tensor, "graph", None), FunctionGraph):
        raise state.refuse(refusals.initializer_of_function())
