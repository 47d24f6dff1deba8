"""How layer objects number and scope themselves: those of tf.layers, and those of keras."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from scopelint.graph import refusals
from scopelint.graph.arguments import Flag, Function, Given
from scopelint.graph.initial import Initializer, default_initializer, with_shape
from scopelint.graph.names import Graph, NameScope, Used
from scopelint.graph.scope_context import ScopeContext
from scopelint.graph.scope_store import ReuseMode
from scopelint.graph.scopes import VariableScope, VariableScopeContext, either_reuse, variable_scope
from scopelint.graph.store import get_variable, variable
from scopelint.values.base import Unknown, Value
from scopelint.values.tensors import FLOAT32, DType, PartitionedVariable, as_dtype, as_shape
from scopelint.values.text import hole
from scopelint.values.trail import Mutable

if TYPE_CHECKING:
    from scopelint.graph.state import GraphState


def unique_object_name(
    graph: Graph, name: str, zero_based: bool = False, namespace: str = "", avoid: frozenset[str] = frozenset()
) -> str:
    """TF: backend.unique_object_name. tf.layers and keras count together, per graph: a keras layer is `dense`,
    `dense_1`; a tf.layers object is `dense_1`, `dense_2` for `.name`, which its variables do not use."""
    counts = graph.layer_names
    key = f"{namespace}/{name}"
    while True:
        count = counts.get(key, 0)
        if isinstance(count, Used):
            counts.set(key, count._replace(given=count.given + 1))
            return name + hole("_n") if zero_based and count.least == 0 else f"{name}_{hole('n')}"
        counts.set(key, count + 1)
        number = count if zero_based else count + 1
        proposed = f"{name}_{number}" if number else name
        if proposed not in avoid:
            return proposed


def to_snake_case(name: str) -> str:
    """TF: generic_utils.to_snake_case, which makes a layer's name of its class's."""
    middle = re.sub("(.)([A-Z][a-z0-9]+)", r"\1_\2", name)
    snake = re.sub("([a-z])([A-Z])", r"\1_\2", middle).lower()
    return snake if snake[:1] != "_" else "private" + snake


def _check_initializer(state: GraphState, name: str, initializer: object) -> None:
    """TF: initializers.get, in keras Layer.add_weight. A value, which get_variable would take, is refused."""
    if isinstance(initializer, Initializer) and initializer.is_value:
        shown = initializer.tensor if initializer.tensor is not None else initializer.const
        raise state.refuse(refusals.initializer_identifier(name, shown))


def _both(one: object, two: object) -> Any:
    """`one and two` of flags, of which either may not be known."""
    if one is False or two is False:
        return False
    return two if isinstance(two, Unknown) else one if isinstance(one, Unknown) else bool(one and two)


class LegacyLayer(Value, Mutable):
    """TF: layers/base.py Layer. `open` surrounds a call; `add_weight` may be called inside or outside of one."""

    __slots__ = (
        "_always_reuse", "_scope_argument", "base_name", "built", "current_scope", "dtype", "name", "reuse", "scope",
        "state", "trainable", "use_resource",
    )  # fmt: skip

    def __init__(
        self,
        state: GraphState,
        class_name: str,
        name: str | VariableScope | None = None,
        scope: str | VariableScope | None = None,
        reuse: Flag | ReuseMode = None,
        trainable: Flag = True,
        dtype: DType | Unknown | None = None,
    ) -> None:
        Mutable.__init__(self)
        self.state = state
        self.reuse: Any = reuse
        self.trainable: Any = trainable
        self.dtype: Any = dtype
        self.built: Any = False
        self.use_resource: Any = False
        self.current_scope: VariableScope | None = None
        self._always_reuse: VariableScopeContext | None = None
        self._set_name(name, to_snake_case(class_name))
        self.scope: VariableScope | None = None
        if scope:
            with variable_scope(state, scope) as captured:
                self.scope = captured

    def __bool__(self) -> bool:
        return True

    def _set_name(self, name: str | VariableScope | None, class_base: str) -> None:
        """TF: Layer._init_set_name."""
        if name and not isinstance(name, VariableScope):
            self.name = self.base_name = name
            return
        self.name = unique_object_name(self.state.default, class_base)
        self.base_name = name.name if isinstance(name, VariableScope) else class_base

    def save(self) -> Any:
        return self.scope, self.built, self.current_scope, self._always_reuse, self.dtype, self.trainable

    def restore(self, state: tuple[Any, ...]) -> None:
        self.scope, self.built, self.current_scope, self._always_reuse, self.dtype, self.trainable = state

    def join_states(self, a: tuple[Any, ...], b: tuple[Any, ...], join: Callable[[Any, Any], Any]) -> Any:
        built = a[1] if a[1] == b[1] else join(a[1], b[1])
        return a[0] or b[0], built, a[2] or b[2], a[3] or b[3], a[4] or b[4], a[5]

    def set_scope(self, scope: str | VariableScope | None = None) -> None:
        """TF: Layer._set_scope. The scope is found once, at the first use: that opens it and leaves it again."""
        if self.scope is not None:
            return
        self.touch()
        if self.reuse:
            with variable_scope(self.state, scope if scope is not None else self.base_name) as captured:
                self.scope = captured
        else:
            with variable_scope(self.state, scope, default_name=self.base_name) as captured:
                self.scope = captured

    def open(self, scope: str | VariableScope | None = None) -> LayerCall:
        """TF: Layer.__call__, but for what it calls: a context for `build` and `call`."""
        return LayerCall(self, scope)

    def add_weight(
        self,
        name: str,
        shape: Given,
        dtype: DType | Unknown | None = None,
        initializer: Initializer | Unknown | None = None,
        regularizer: Function = None,
        trainable: Flag = True,
        constraint: Function = None,
        partitioner: Function = None,
        use_resource: Flag = None,
        by: str = "layer",
    ) -> Any:
        """TF: Layer.add_weight. A regularizer is applied to new variables, in the layer's name scope."""
        state = self.state
        self.set_scope(None)
        reuse = either_reuse(self.built, self.reuse)
        if dtype is None:
            dtype = self.dtype or FLOAT32
        if trainable is None:
            trainable = True
        regularize = regularizer if callable(regularizer) else None
        known = {id(item) for item in state.default.get_collection("variables")} if regularize else ()
        with variable_scope(state, self.scope, reuse=reuse, auxiliary_name_scope=False) as scope:
            self.touch()
            self.current_scope = scope
            with state.default.name_scope(scope.original_name_scope):
                if initializer is None:
                    initializer = scope.initializer
                _check_initializer(state, name, initializer)
                made = get_variable(
                    state,
                    name,
                    shape=() if shape is None else shape,
                    dtype=dtype,
                    initializer=initializer,
                    trainable=_both(trainable, self.trainable),
                    partitioner=partitioner,
                    constraint=constraint,
                    use_resource=use_resource or self.use_resource or scope.use_resource,
                    by=by,
                )
                parts = made.parts if isinstance(made, PartitionedVariable) else (made,)
                if regularize and not any(id(part) in known for part in parts):
                    self._regularize(name, parts, regularize)
        return made

    def _regularize(self, name: str, parts: tuple[Any, ...], regularizer: Callable[[Any], Any]) -> None:
        """TF: Layer._handle_weight_regularization and add_loss."""
        graph = self.state.default
        losses = graph.get_collection_ref("regularization_losses")
        for part in parts:
            with graph.name_scope(f"{name}/Regularizer"):
                loss = regularizer(part)
            if loss is not None and not any(loss is item for item in losses.items):
                losses.append(loss)


class LayerCall(ScopeContext, Value):
    """The scopes that a tf.layers object opens around one call: its variable scope without a new name scope, then
    the name scope that it first had."""

    __slots__ = ("_context", "_given", "_name_scope", "layer")

    def __init__(self, layer: LegacyLayer, scope: str | VariableScope | None) -> None:
        self.layer = layer
        self._given: Any = scope
        self._context: VariableScopeContext | None = None
        self._name_scope: NameScope | None = None

    def enter(self) -> VariableScope:
        layer = self.layer
        state = layer.state
        layer.set_scope(self._given)
        layer.touch()
        if not layer.built:
            context = variable_scope(state, layer.scope, reuse=layer.reuse, auxiliary_name_scope=False)
        else:
            # One context is kept from the first call after building, with what the scope handed down then.
            if layer._always_reuse is None:
                layer._always_reuse = variable_scope(state, layer.scope, reuse=True, auxiliary_name_scope=False)
            context = layer._always_reuse
        scope = context.enter()
        layer.current_scope = scope
        self._context = context
        self._name_scope = state.default.name_scope(scope.original_name_scope)
        self._name_scope.enter()
        return scope

    def exit(self) -> None:
        if self._name_scope is not None:
            self._name_scope.exit()
        if self._context is not None:
            self._context.exit()


class KerasLayer(Value):
    """TF: keras Layer. Its variables are plain `tf.Variable`s, of the resource kind, in the name scope of the call
    that builds it."""

    __slots__ = ("dtype", "name", "state", "trainable")

    def __init__(
        self,
        state: GraphState,
        class_name: str,
        name: str | None = None,
        trainable: Flag = True,
        dtype: DType | Unknown | None = None,
    ) -> None:
        self.state = state
        self.trainable: Any = trainable
        self.dtype: Any = dtype
        self.name = name or unique_object_name(state.default, to_snake_case(class_name), zero_based=True)

    def __bool__(self) -> bool:
        return True

    def open(self) -> NameScope:
        """TF: Layer.__call__: a name scope of the layer's name, numbered anew at each call."""
        return self.state.default.name_scope(self.name)

    def add_weight(
        self,
        name: str,
        shape: Given,
        dtype: DType | Unknown | None = None,
        initializer: Initializer | None = None,
        trainable: Flag = True,
        constraint: Function = None,
        use_resource: Flag = None,
        collections: Sequence[str] | None = None,
        by: str = "layer",
    ) -> Any:
        """TF: Layer.add_weight through make_variable. Regularizers wait until the losses are asked for."""
        dtype = as_dtype(dtype or self.dtype or FLOAT32)
        if initializer is None:
            initializer = default_initializer(str(name), dtype)
        _check_initializer(self.state, name, initializer)
        dims = as_shape(() if shape is None else shape)
        return variable(
            self.state,
            with_shape(initializer, dims, dtype),
            name=name,
            trainable=True if trainable is None else trainable,
            dtype=dtype,
            collections=collections,
            constraint=constraint,
            use_resource=True if use_resource is None else use_resource,
            shape=dims or None,
            by=by,
        )
