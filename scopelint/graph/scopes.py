"""Variable scopes: what they are called, what they hand down, how default names are numbered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from scopelint.graph import refusals
from scopelint.graph.events import ScopeOpened
from scopelint.graph.names import Graph, NameScope
from scopelint.site import Site
from scopelint.values.base import Unknown, Value
from scopelint.values.tensors import FLOAT32
from scopelint.values.trail import Mutable

if TYPE_CHECKING:
    from types import TracebackType

    from scopelint.graph.state import GraphState

Sites = tuple[tuple[str, Site], ...]


class ReuseMode(Value):
    """`tf.AUTO_REUSE`: true in Python, but not True."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return "_ReuseMode.AUTO_REUSE"


AUTO_REUSE = ReuseMode()


def reuse_text(reuse: Any) -> str:
    """How events write a reuse mode."""
    if isinstance(reuse, Unknown):
        return "unknown"
    return "AUTO_REUSE" if reuse is AUTO_REUSE else str(reuse)


def either_reuse(one: Any, two: Any) -> Any:
    """Python's `one or two` on reuse modes, of which the first may not be known."""
    if isinstance(one, Unknown):
        return True if two is True else one
    return one or two


_HANDED_DOWN = ("initializer", "regularizer", "caching_device", "partitioner", "custom_getter", "dtype", "use_resource")


class VariableScope(Value, Mutable):
    """TF: VariableScope. What `with tf.variable_scope(...) as scope` gives. `sites`: the program text that gave each
    part of the name."""

    __slots__ = (
        "caching_device", "constraint", "custom_getter", "dtype", "initializer", "name", "original_name_scope",
        "partitioner", "regularizer", "reuse", "sites", "use_resource",
    )  # fmt: skip

    def __init__(self, reuse: Any, name: str = "", name_scope: str = "", sites: Sites = ()) -> None:
        Mutable.__init__(self)
        self.reuse = reuse
        self.name = name
        self.original_name_scope = name_scope
        self.sites = sites
        self.dtype: Any = FLOAT32
        self.initializer: Any = None
        self.regularizer: Any = None
        self.caching_device: Any = None
        self.partitioner: Any = None
        self.custom_getter: Any = None
        self.use_resource: Any = None
        self.constraint: Any = None

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"VariableScope({self.name!r}, reuse={reuse_text(self.reuse)})"

    def save(self) -> Any:
        return self.reuse, self.constraint, *(getattr(self, field) for field in _HANDED_DOWN)

    def restore(self, state: Any) -> None:
        self.reuse, self.constraint, *rest = state
        for field, value in zip(_HANDED_DOWN, rest, strict=True):
            setattr(self, field, value)

    def join_states(self, a: Any, b: Any, join: Callable[[Any, Any], Any]) -> Any:
        return tuple(x if x is y else join(x, y) for x, y in zip(a, b, strict=True))

    def reuse_variables(self) -> None:
        """TF: VariableScope.reuse_variables."""
        self.touch()
        self.reuse = True

    def _set(self, field: str, value: Any) -> None:
        self.touch()
        setattr(self, field, value)

    def set_initializer(self, initializer: Any) -> None:
        self._set("initializer", initializer)

    def set_dtype(self, dtype: Any) -> None:
        self._set("dtype", dtype)

    def set_use_resource(self, use_resource: Any) -> None:
        self._set("use_resource", use_resource)

    def set_regularizer(self, regularizer: Any) -> None:
        self._set("regularizer", regularizer)

    def set_caching_device(self, caching_device: Any) -> None:
        self._set("caching_device", caching_device)

    def set_partitioner(self, partitioner: Any) -> None:
        self._set("partitioner", partitioner)

    def set_custom_getter(self, custom_getter: Any) -> None:
        self._set("custom_getter", custom_getter)


class ScopeStore(Mutable):
    """TF: _VariableScopeStore. The current scope of one graph, and how often each name was opened. A count of None
    is one that two branches differ in."""

    __slots__ = ("counts", "current", "entered")

    def __init__(self) -> None:
        super().__init__()
        self.current = VariableScope(False)
        self.counts: dict[str, int | None] = {}
        self.entered: set[str] = set()

    def save(self) -> Any:
        return self.current, self.counts.copy()

    def restore(self, state: Any) -> None:
        self.current, counts = state
        self.counts = counts.copy()

    def join_states(self, a: Any, b: Any, join: Callable[[Any, Any], Any]) -> Any:
        joined: dict[str, int | None] = dict(a[1])
        for name in {**a[1], **b[1]}:
            one, two = a[1].get(name, 0), b[1].get(name, 0)
            joined[name] = one if one == two else (None if not one or not two else max(one, two))
        return a[0], joined

    def open_variable_scope(self, name: str) -> None:
        """TF: _VariableScopeStore.open_variable_scope."""
        self.touch()
        self.counts[name] = (self.counts.get(name, 0) or 0) + 1

    def close_variable_subscopes(self, name: str) -> None:
        """TF: _VariableScopeStore.close_variable_subscopes. Below a scope that is left, numbers start again."""
        self.touch()
        prefix, counts = name + "/", self.counts
        # TF sets them to 0; left out they say the same, and there are not thousands to look through.
        for key in [key for key in counts if key.startswith(prefix)]:
            del counts[key]

    def unique_variable_scope(self, prefix: str) -> str:
        """TF: _get_unique_variable_scope."""
        name = f"{self.current.name}/{prefix}" if self.current.name else prefix
        count = self.counts.get(name, 0)
        if count == 0:
            return prefix
        if count is None:
            return prefix + "{_n}"
        number = 1
        while (count := self.counts.get(f"{name}_{number}", 0)) != 0:
            if count is None:
                return prefix + "_{n}"
            number += 1
        return f"{prefix}_{number}"


def scope_store(graph: Graph) -> ScopeStore:
    """TF: get_variable_scope_store."""
    return graph.scopes


def get_variable_scope(state: GraphState) -> VariableScope:
    """TF: get_variable_scope."""
    return scope_store(state.default).current


def graph_of(state: GraphState, values: Iterable[Any]) -> Graph:
    """TF: _get_graph_from_inputs. The graph that tensors among `values` live in, else the default one."""
    found: Any = None
    first: Any = None
    for value in values:
        graph = getattr(value, "graph", None)
        if not isinstance(graph, Graph):
            continue
        if found is None:
            found, first = graph, value
        elif graph is not found:
            raise state.refuse("graph", refusals.other_graph(str(value), str(first)))
    return found if found is not None else state.default


def wrap_getter(getter: Any, old: Any) -> Any:
    """TF: _maybe_wrap_custom_getter. The inner scope's getter is asked first and given the outer one's to call."""
    if old is None or not callable(getter) or not callable(old):
        return getter

    def wrapped(true_getter: Any, *args: Any, **kwargs: Any) -> Any:
        def outer(*inner_args: Any, **inner_kwargs: Any) -> Any:
            return old(true_getter, *inner_args, **inner_kwargs)

        return getter(outer, *args, **kwargs)

    return wrapped


class _PureScope:
    """TF: _pure_variable_scope. The variable scope without its name scope."""

    __slots__ = (
        "_made", "_olds", "_options", "_site", "_store", "name_or_scope", "new_name", "old_name_scope", "reuse",
    )  # fmt: skip

    def __init__(
        self, graph: Graph, name_or_scope: Any, reuse: Any, options: dict[str, Any], old_name_scope: str | None,
        site: Site,
    ) -> None:  # fmt: skip
        self._store = scope_store(graph)
        self._site = site
        self.name_or_scope = name_or_scope
        self.reuse = reuse
        self.old_name_scope = old_name_scope
        self._options = options
        self._olds: list[tuple[VariableScope, dict[str, int | None]]] = []
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
        for field in _HANDED_DOWN:
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
            store.open_variable_scope(scope.name)
            counts = store.counts.copy()
        else:
            asked = self.name_or_scope
            name = f"{old.name}/{asked}" if old.name else asked
            # TF writes this into the context itself, so a context entered a second time under another scope still
            # reuses because the first did.
            self.reuse = either_reuse(self.reuse, old.reuse)
            name_scope = asked if self.old_name_scope is None else self.old_name_scope
            scope = VariableScope(self.reuse, name, name_scope, (*old.sites, (asked, self._site)))
            self._hand_down(scope, old)
            store.open_variable_scope(name)
            counts = {}
        self._olds.append((old, counts))
        store.touch()
        store.current = scope
        self.new_name = scope.name
        return scope

    def exit(self) -> None:
        store = self._store
        if not self._olds:
            return
        old, counts = self._olds.pop()
        store.touch()
        if self._made is not None:
            store.counts = counts
        else:
            store.close_variable_subscopes(self.new_name)
        store.current = old


class VariableScopeContext(Value):
    """TF: variable_scope. The object that `with` enters; a program may hold it and enter it again."""

    __slots__ = (
        "_auxiliary", "_default_name", "_graph", "_name_or_scope", "_name_scope", "_options", "_pure", "_reuse",
        "_site", "state",
    )  # fmt: skip

    def __init__(
        self, state: GraphState, name_or_scope: Any, default_name: str | None, values: Iterable[Any], reuse: Any,
        auxiliary_name_scope: bool, options: dict[str, Any],
    ) -> None:  # fmt: skip
        self.state = state
        if default_name is None and name_or_scope is None:
            raise state.refuse("argument", refusals.scope_required())
        if reuse is False:
            reuse = None
        if not (reuse is True or reuse is None or reuse is AUTO_REUSE or isinstance(reuse, Unknown)):
            raise state.refuse("argument", refusals.reuse_value())
        self._graph = graph_of(state, values)
        if not isinstance(auxiliary_name_scope, (bool, Unknown)):
            raise state.refuse("argument", refusals.auxiliary_type(auxiliary_name_scope))
        self._auxiliary = auxiliary_name_scope
        self._default_name = default_name
        self._name_or_scope = name_or_scope
        self._options = options
        self._reuse = reuse
        self._pure: _PureScope | None = None
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
                raise state.refuse("reuse_without_name", refusals.reuse_without_name())
            default_name = self._default_name
            assert default_name is not None
            name_scope = name_scope or graph.name_scope(default_name)
            entered = name_scope.enter()
            name = scope_store(graph).unique_variable_scope(default_name)
            return self._enter_pure(_PureScope(graph, name, None, self._options, entered, self._site), name_scope)
        if not isinstance(given, (VariableScope, str)):
            raise state.refuse("argument", refusals.scope_type())
        leaf = given if isinstance(given, str) else given.name.rsplit("/", 1)[-1]
        original: str | None = None
        if leaf or name_scope is not None:
            name_scope = name_scope or graph.name_scope(leaf)
            entered = name_scope.enter()
            original = entered if isinstance(given, str) else given.original_name_scope
        return self._enter_pure(_PureScope(graph, given, self._reuse, self._options, original, self._site), name_scope)

    def _enter_pure(self, pure: _PureScope, name_scope: NameScope | None) -> VariableScope:
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
        if self._pure is not None:
            self._pure.exit()
        if self._name_scope is not None:
            self._name_scope.exit()
        self.state.pop_graph()

    def __enter__(self) -> VariableScope:
        return self.enter()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.exit()


def variable_scope(
    state: GraphState,
    name_or_scope: Any,
    default_name: str | None = None,
    values: Iterable[Any] | None = None,
    initializer: Any = None,
    regularizer: Any = None,
    caching_device: Any = None,
    partitioner: Any = None,
    custom_getter: Any = None,
    reuse: Any = None,
    dtype: Any = None,
    use_resource: Any = None,
    constraint: Any = None,
    auxiliary_name_scope: Any = True,
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
    return VariableScopeContext(
        state, name_or_scope, default_name, values or (), reuse, auxiliary_name_scope, options
    )


def variable_op_scope(
    state: GraphState, values: Iterable[Any] | None, name_or_scope: Any, default_name: str | None = None, **options: Any
) -> VariableScopeContext:
    """TF: variable_op_scope. The old order of arguments."""
    return variable_scope(state, name_or_scope, default_name, values, **options)


class NameScopeContext(Value):
    """TF: name_scope, the class that programs use. It picks the graph that its values live in."""

    __slots__ = ("_entered", "_name", "_values", "default_name", "state")

    def __init__(self, state: GraphState, name: Any, default_name: Any, values: Iterable[Any] | None) -> None:
        if not (default_name is None or isinstance(default_name, str)):
            raise state.refuse("argument", refusals.default_name_type(type(default_name).__name__))
        self.state = state
        self._name = default_name if name is None else name
        self.default_name = default_name
        self._values = values
        self._entered: list[tuple[NameScope, bool]] = []

    @property
    def name(self) -> Any:
        return self._name

    def enter(self) -> str:
        """TF: name_scope.__enter__."""
        state = self.state
        if self._name is None and self._values is not None:
            raise state.refuse("argument", refusals.name_required(self._name, self.default_name))
        graph = state.default
        other = graph_of(state, self._values) if self._values else graph
        moved = other is not graph
        if moved:
            state.push_graph(other)
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

    def __enter__(self) -> str:
        return self.enter()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.exit()


def name_scope(
    state: GraphState, name: Any, default_name: Any = None, values: Iterable[Any] | None = None
) -> NameScopeContext:
    """TF: name_scope.__init__."""
    return NameScopeContext(state, name, default_name, values)


def op_scope(
    state: GraphState, values: Iterable[Any] | None, name: Any, default_name: Any = None
) -> NameScopeContext:
    """TF: op_scope. The old order of arguments."""
    return NameScopeContext(state, name, default_name, values)
