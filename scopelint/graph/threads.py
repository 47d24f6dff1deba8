"""What TF keeps for each thread apart: the stack of default graphs, and where each graph's scopes stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scopelint.graph.scope_context import ScopeContext
from scopelint.graph.scope_counts import ScopeCounts
from scopelint.graph.scope_store import VariableScope

if TYPE_CHECKING:
    from scopelint.graph.names import Graph
    from scopelint.graph.state import GraphState


class OtherThread(ScopeContext):
    """TF: _DefaultGraphStack, Graph._thread_local and _VariableScopeStore are `threading.local`: a thread begins with a
    default graph that is nobody else's, and in each graph at the root of all scopes, none of which it has opened.
    What it leaves is there when it is entered again, as the threads of a pool are."""

    __slots__ = ("_others", "_own", "_state")

    def __init__(self, state: GraphState) -> None:
        self._state = state
        self._own: _View = ([], None, {})

    def enter(self) -> None:
        self._others = self._change(self._own)

    def exit(self) -> None:
        self._own = self._change(self._others)

    def _change(self, view: _View) -> _View:
        """Makes one thread's view the one that counts, and gives the former."""
        state, (stack, default, places) = self._state, view
        former: _View = (list(state._stack), state._the_default, {})
        state.touch()
        state._stack[:] = stack
        state._the_default = default
        for graph in state.graphs:
            graph.touch()
            graph.scopes.touch()
            former[2][graph] = (graph.name_stack, graph.scopes.current, graph.scopes.counts)
            at: Any = places.get(graph) or (None, VariableScope(False), ScopeCounts())
            graph.name_stack, graph.scopes.current, graph.scopes.counts = at
        return former


_View = tuple[list["Graph"], "Graph | None", dict["Graph", Any]]
"""A thread's stack of default graphs, its global one, and for each graph where its scopes stand."""
