"""VariableScope objects and the store that counts them: the part of variable scopes that lasts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from scopelint.graph.known_in_part import KnownInPart
from scopelint.graph.scope_counts import ScopeCounts
from scopelint.graph.undo_dict import MISSING
from scopelint.site import Site
from scopelint.values.base import Unknown, Value
from scopelint.values.tensors import FLOAT32
from scopelint.values.text import hole
from scopelint.values.trail import Mutable

if TYPE_CHECKING:
    from scopelint.graph.names import Graph
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


def reuse_text(reuse: object) -> str:
    """How events write a reuse mode."""
    if isinstance(reuse, Unknown):
        return "unknown"
    return "AUTO_REUSE" if reuse is AUTO_REUSE else str(reuse)


def either_reuse(one: object, two: object) -> Any:
    """Python's `one or two` on reuse modes, of which the first may not be known."""
    if isinstance(one, Unknown):
        return True if two is True else one
    return one or two


HANDED_DOWN = ("initializer", "regularizer", "caching_device", "partitioner", "custom_getter", "dtype", "use_resource")


class VariableScope(Value, Mutable):
    """TF: VariableScope. What `with tf.variable_scope(...) as scope` gives. `sites`: the program text that gave each
    part of the name."""

    __slots__ = (
        "caching_device", "constraint", "custom_getter", "dtype", "initializer", "name", "original_name_scope",
        "partitioner", "regularizer", "reuse", "sites", "use_resource",
    )  # fmt: skip

    def __init__(self, reuse: object, name: str = "", name_scope: str = "", sites: Sites = ()) -> None:
        Mutable.__init__(self)
        self.reuse: Any = reuse
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
        return self.reuse, self.constraint, *(getattr(self, field) for field in HANDED_DOWN)

    def restore(self, state: tuple[Any, ...]) -> None:
        self.reuse, self.constraint, *rest = state
        for field, value in zip(HANDED_DOWN, rest, strict=True):
            setattr(self, field, value)

    def join_states(self, a: tuple[Any, ...], b: tuple[Any, ...], join: Callable[[Any, Any], Any]) -> Any:
        return tuple(x if x is y else join(x, y) for x, y in zip(a, b, strict=True))

    def reuse_variables(self) -> None:
        """TF: VariableScope.reuse_variables."""
        self.touch()
        self.reuse = True

    def _set(self, field: str, value: object) -> None:
        self.touch()
        setattr(self, field, value)

    def set_initializer(self, initializer: object) -> None:
        self._set("initializer", initializer)

    def set_dtype(self, dtype: object) -> None:
        self._set("dtype", dtype)

    def set_use_resource(self, use_resource: object) -> None:
        self._set("use_resource", use_resource)

    def set_regularizer(self, regularizer: object) -> None:
        self._set("regularizer", regularizer)

    def set_caching_device(self, caching_device: object) -> None:
        self._set("caching_device", caching_device)

    def set_partitioner(self, partitioner: object) -> None:
        self._set("partitioner", partitioner)

    def set_custom_getter(self, custom_getter: object) -> None:
        self._set("custom_getter", custom_getter)


class ScopeStore(Mutable):
    """TF: _VariableScopeStore. The current scope of one graph, and how often each name was opened."""

    __slots__ = ("counts", "current", "entered", "in_part")

    def __init__(self) -> None:
        super().__init__()
        self.current = VariableScope(False)
        self.counts = ScopeCounts()
        self.in_part = KnownInPart()
        self.entered: set[str] = set()

    def save(self) -> Any:
        return self.current, self.counts

    def restore(self, state: tuple[Any, ...]) -> None:
        self.current, self.counts = state

    def join_states(self, a: tuple[Any, ...], b: tuple[Any, ...], join: Callable[[Any, Any], Any]) -> Any:
        return a

    def unique_variable_scope(self, graph: Graph, prefix: str) -> str:
        """TF: _get_unique_variable_scope."""
        found = self._numbered(prefix)
        full = f"{self.current.name}/{found}" if self.current.name else found
        doubtful = graph.doubtful_scopes
        if graph.doubts:
            doubtful.set(full, graph.assumed)
        elif full in doubtful.items:
            doubtful.set(full, MISSING)
        if self.in_part:
            graph.compare_scope(f"{self.current.name}/{prefix}" if self.current.name else prefix, full)
        return found

    def open(self, name: str) -> None:
        """TF: open_variable_scope."""
        self.counts.open(name)
        if "{" in name:
            self.in_part.take(name)

    def _numbered(self, prefix: str) -> str:
        name = f"{self.current.name}/{prefix}" if self.current.name else prefix
        count = self.counts.of(name)
        if count == 0:
            return prefix
        if count is None:
            return prefix + hole("_n")
        number = self.counts.free(name)
        return f"{prefix}_{hole('n')}" if number is None else f"{prefix}_{number}"


def scope_store(graph: Graph) -> ScopeStore:
    """TF: get_variable_scope_store."""
    return graph.scopes


def get_variable_scope(state: GraphState) -> VariableScope:
    """TF: get_variable_scope."""
    return scope_store(state.default).current
