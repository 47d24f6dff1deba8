"""Scopes as contexts: tf.variable_scope, tf.name_scope and their older forms."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from scopelint.graph import refusals
from scopelint.graph.arguments import Flag, Function, Given
from scopelint.graph.events import ScopeOpened
from scopelint.graph.names import Graph, NameScope
from scopelint.graph.scope_context import ScopeContext
from scopelint.graph.scope_counts import Journal
from scopelint.graph.scope_store import (
    AUTO_REUSE,
    HANDED_DOWN,
    ReuseMode,
    ScopeStore,
    Sites,
    VariableScope,
    either_reuse,
    get_variable_scope,
    reuse_text,
    scope_store,
)
from scopelint.site import Site
from scopelint.values.base import Unknown, Value

if TYPE_CHECKING:
    from scopelint.graph.state import GraphState

__all__ = [
    "AUTO_REUSE", "NameScopeContext", "PureScope", "ReuseMode", "ScopeStore", "Sites", "VariableScope",
    "VariableScopeContext", "either_reuse", "get_variable_scope", "graph_of", "name_scope", "op_scope", "reuse_text",
    "scope_store", "variable_op_scope", "variable_scope", "wrap_getter",
]  # fmt: skip


def graph_of(state: GraphState, values: Iterable[Any]) -> Graph:
    """TF: _get_graph_from_inputs. The graph that tensors among `values` live in, else the default one."""
    if state.default.building_function:
        return state.default
    found: Any = None
    first: Any = None
    for value in values:
        graph = getattr(value, "graph", None)
        if not isinstance(graph, Graph):
            continue
        if found is None:
            found, first = graph, value
        elif graph is not found:
            raise state.refuse(refusals.other_graph(str(value), str(first)))
    return found if found is not None else state.default


def wrap_getter(custom_getter: object, old: object) -> Any:
    """TF: _maybe_wrap_custom_getter. The inner scope's getter is asked first and given the outer one's to call. The
    store calls the outermost by keywords alone; what this one calls gets its getter without one."""
    if old is None or not callable(custom_getter) or not callable(old):
        return custom_getter

    def wrapped(getter: object, *args: object, **kwargs: object) -> Any:
        return custom_getter(partial(old, getter), *args, **kwargs)

    return wrapped


class PureScope(ScopeContext):
    """TF: _pure_variable_scope. The variable scope without its name scope."""

    __slots__ = (
        "_depth", "_graph", "_last", "_made", "_nested", "_old", "_options", "_site", "_store", "name_or_scope",
        "new_name", "old_name_scope", "reuse",
    )  # fmt: skip

    def __init__(
        self, graph: Graph, name_or_scope: object, reuse: object, options: dict[str, Any], old_name_scope: str | None,
        site: Site,
    ) -> None:  # fmt: skip
        self._graph = graph
        self._store = scope_store(graph)
        self._site = site
        self.name_or_scope: Any = name_or_scope
        self.reuse: Any = reuse
        self.old_name_scope = old_name_scope
        self._options = options
        # One place each, as in TF: a context that is entered within itself forgets what was before.
        self._old: tuple[VariableScope, Journal | None] | None = None
        self._last: VariableScope | None = None
        self._depth = 0
        self._nested = False
        self._made: VariableScope | None = None
        if isinstance(name_or_scope, VariableScope):
            given = name_or_scope
            scope = VariableScope(
                given.reuse if not isinstance(reuse, Unknown) and not reuse else reuse,
                given.name,
                given.original_name_scope,
                given.sites,
            )
            self._hand_down(scope, given)
            self._made = scope

    def _hand_down(self, scope: VariableScope, outer: VariableScope) -> None:
        options = self._options
        for field in HANDED_DOWN:
            given = options.get(field)
            if given is None:
                given = getattr(outer, field)
            elif field == "custom_getter":
                given = wrap_getter(given, outer.custom_getter)
            setattr(scope, field, given)
        # The one option that is not handed down: an inner scope without a constraint has none.
        scope.constraint = options.get("constraint")

    def enter(self) -> VariableScope:
        store = self._store
        old = store.current
        if self._made is not None:
            scope = self._made
            store.open(scope.name)
            before = store.counts.remember()
        else:
            asked = self.name_or_scope
            name = f"{old.name}/{asked}" if old.name else asked
            # TF writes this into the context itself, so a context entered a second time under another scope still
            # reuses because the first did.
            self.reuse = either_reuse(self.reuse, old.reuse)
            name_scope = asked if self.old_name_scope is None else self.old_name_scope
            scope = VariableScope(self.reuse, name, name_scope, (*old.sites, (asked, self._site)))
            self._hand_down(scope, old)
            store.open(name)
            before = None
        self._old = old, before
        self._last = scope
        self._nested = self._nested or self._depth > 0
        self._depth += 1
        store.touch()
        store.current = scope
        self.new_name = scope.name
        return scope

    def exit(self) -> None:
        """TF: _pure_variable_scope.__exit__."""
        store = self._store
        if self._old is None or not self._depth:
            return
        current, last = store.current, self._last
        # Two sides of a branch enter it each for itself: another scope object of the same name is no other scope.
        if current is not last and (self._nested or (last is not None and current.name != last.name)):
            raise self._graph.state.refuse(refusals.scope_nesting())
        self._depth -= 1
        old, before = self._old
        store.touch()
        if self._made is not None:
            store.counts.take_back(before)
        else:
            store.counts.close_below(self.new_name)
        store.current = old


class VariableScopeContext(ScopeContext, Value):
    """TF: variable_scope. The object that `with` enters; a program may hold it and enter it again."""

    __slots__ = (
        "_auxiliary", "_default_name", "_graph", "_name_or_scope", "_name_scope", "_options", "_pure", "_reuse",
        "_site", "state",
    )  # fmt: skip

    def __init__(
        self, state: GraphState, name_or_scope: object, default_name: str | None, values: Iterable[Any], reuse: object,
        auxiliary_name_scope: object, options: dict[str, Any],
    ) -> None:  # fmt: skip
        self.state = state
        if default_name is None and name_or_scope is None:
            raise state.refuse(refusals.scope_required())
        if reuse is False:
            reuse = None
        if not (reuse is True or reuse is None or reuse is AUTO_REUSE or isinstance(reuse, Unknown)):
            raise state.refuse(refusals.reuse_value())
        self._graph = graph_of(state, values)
        if not isinstance(auxiliary_name_scope, (bool, Unknown)):
            raise state.refuse(refusals.auxiliary_type(auxiliary_name_scope))
        self._auxiliary = auxiliary_name_scope
        self._default_name = default_name
        self._name_or_scope: Any = name_or_scope
        self._options = options
        self._reuse: Any = reuse
        self._pure: PureScope | None = None
        self._name_scope: NameScope | None = None
        self._site = state.site()

    def enter(self) -> VariableScope:
        """TF: variable_scope.__enter__."""
        state, graph = self.state, self._graph
        state.push_graph(graph)
        if self._pure is not None:
            if self._name_scope is not None:
                self._name_scope.enter()
            scope = self._pure.enter()
            self._tell(scope, True)
            return scope
        try:
            scope = self._enter_uncached(state, graph)
        except BaseException:
            state.pop_graph()
            raise
        return scope

    def _enter_uncached(self, state: GraphState, graph: Graph) -> VariableScope:
        """TF: variable_scope._enter_scope_uncached."""
        name_scope: NameScope | None = None
        if isinstance(self._auxiliary, bool) and not self._auxiliary:
            current = graph.get_name_scope()
            name_scope = graph.name_scope(current + "/" if current else "")
        given = self._name_or_scope
        if given is None:
            if self._reuse is True or self._reuse is AUTO_REUSE:
                raise state.refuse(refusals.reuse_without_name())
            default_name = self._default_name
            assert default_name is not None
            name_scope = name_scope or graph.name_scope(default_name)
            entered = name_scope.enter()
            name = scope_store(graph).unique_variable_scope(graph, default_name)
            return self._enter_pure(PureScope(graph, name, None, self._options, entered, self._site), name_scope)
        if not isinstance(given, (VariableScope, str)):
            raise state.refuse(refusals.scope_type())
        leaf = given if isinstance(given, str) else given.name.rsplit("/", 1)[-1]
        original: str | None = None
        if leaf or name_scope is not None:
            name_scope = name_scope or graph.name_scope(leaf)
            entered = name_scope.enter()
            original = entered if isinstance(given, str) else given.original_name_scope
        return self._enter_pure(PureScope(graph, given, self._reuse, self._options, original, self._site), name_scope)

    def _enter_pure(self, pure: PureScope, name_scope: NameScope | None) -> VariableScope:
        scope = pure.enter()
        self._pure = pure
        self._name_scope = name_scope
        self._tell(scope, False)
        return scope

    def _tell(self, scope: VariableScope, again: bool) -> None:
        store = scope_store(self._graph)
        given = self._name_or_scope
        if isinstance(given, VariableScope):
            asked, how = given.name, "object"
        elif given is None:
            asked, how = self._default_name or "", "default_name"
        else:
            asked, how = given, "name"
        self.state.emit(
            ScopeOpened,
            graph=self._graph.index,
            kind="variable",
            asked=asked,
            prefix=scope.name,
            name_scope=self._graph.get_name_scope(),
            reuse=reuse_text(scope.reuse),
            reopened=again or how == "object" or scope.name in store.entered,
            how=how,
        )
        store.entered.add(scope.name)

    def exit(self) -> None:
        """TF: variable_scope.__exit__."""
        try:
            if self._pure is not None:
                self._pure.exit()
        finally:
            if self._name_scope is not None:
                self._name_scope.exit()
            self.state.pop_graph()


def variable_scope(
    state: GraphState,
    name_or_scope: Given,
    default_name: str | None = None,
    values: Iterable[Any] | None = None,
    initializer: Given = None,
    regularizer: Function = None,
    caching_device: Given = None,
    partitioner: Function = None,
    custom_getter: Function = None,
    reuse: Given = None,
    dtype: Given = None,
    use_resource: Flag = None,
    constraint: Function = None,
    auxiliary_name_scope: Given = True,
) -> VariableScopeContext:
    """TF: variable_scope.__init__."""
    options = {
        "initializer": initializer,
        "regularizer": regularizer,
        "caching_device": caching_device,
        "partitioner": partitioner,
        "custom_getter": custom_getter,
        "dtype": dtype,
        "use_resource": use_resource,
        "constraint": constraint,
    }
    return VariableScopeContext(state, name_or_scope, default_name, values or (), reuse, auxiliary_name_scope, options)


def variable_op_scope(
    state: GraphState,
    values: Iterable[Any] | None,
    name_or_scope: Given,
    default_name: str | None = None,
    **options: Any,
) -> VariableScopeContext:
    """TF: variable_op_scope. The old order of arguments."""
    return variable_scope(state, name_or_scope, default_name, values, **options)


class NameScopeContext(ScopeContext, Value):
    """TF: name_scope, the class that programs use. It picks the graph that its values live in."""

    __slots__ = ("_entered", "_name", "_values", "default_name", "state")

    def __init__(self, state: GraphState, name: object, default_name: object, values: Iterable[Any] | None) -> None:
        if not (default_name is None or isinstance(default_name, str)):
            raise state.refuse(refusals.default_name_type(type(default_name).__name__))
        self.state = state
        self._name: Any = default_name if name is None else name
        self.default_name: Any = default_name
        self._values = values
        self._entered: list[tuple[NameScope, bool]] = []

    @property
    def name(self) -> Any:
        return self._name

    def enter(self) -> str:
        """TF: name_scope.__enter__."""
        state = self.state
        if self._name is None and self._values is not None:
            raise state.refuse(refusals.name_required(self._name, self.default_name))
        graph = state.default
        other = graph_of(state, self._values) if self._values else graph
        moved = other is not graph
        if moved:
            state.push_graph(other)
        if self._entered:
            # TF drops the context of the entry before, which Python then closes.
            self.exit()
        scope = other.name_scope(self._name)
        try:
            text = scope.enter()
        except BaseException:
            if moved:
                state.pop_graph()
            raise
        self._entered.append((scope, moved))
        if state.user_depth == 0:
            asked = self._name or ""
            state.emit(
                ScopeOpened,
                graph=other.index,
                kind="name",
                asked=asked,
                prefix=text,
                name_scope=other.get_name_scope(),
                reuse="",
                reopened=asked.endswith("/"),
                how="name",
            )
        return text

    def exit(self) -> None:
        if self._entered:
            scope, moved = self._entered.pop()
            scope.exit()
            if moved:
                self.state.pop_graph()


def name_scope(
    state: GraphState, name: object, default_name: object = None, values: Iterable[Any] | None = None
) -> NameScopeContext:
    """TF: name_scope.__init__."""
    return NameScopeContext(state, name, default_name, values)


def op_scope(
    state: GraphState, values: Iterable[Any] | None, name: object, default_name: object = None
) -> NameScopeContext:
    """TF: op_scope. The old order of arguments."""
    return NameScopeContext(state, name, default_name, values)
