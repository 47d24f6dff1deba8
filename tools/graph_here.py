"""Runs graph programs on scopelint's own restatement: the other half of `graph_in_tf.py`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graph_programs import Refusal

from scopelint.graph import initial, layers, scopes, slots, store
from scopelint.graph.events import VariableMade
from scopelint.graph.initial import Initializer
from scopelint.graph.names import Graph
from scopelint.graph.refusals import TFError
from scopelint.graph.state import GraphState
from scopelint.site import NOWHERE
from scopelint.values.tensors import DTYPES, PartitionedVariable, Tensor, TensorShape, Variable, is_fully_defined
from scopelint.values.truth import YES

FLOAT, INT = DTYPES["float32"], DTYPES["int32"]


def _guarded(method: Callable[..., Any]) -> Callable[..., Any]:
    def wrapped(self: Any, *args: Any) -> Any:
        try:
            return method(self, *args)
        except TFError as error:
            raise Refusal(error.kind, error.message.split("\n")[0]) from None

    return wrapped


def _two(shape: TensorShape, dtype: Any) -> list[int]:
    return [min(2, shape.dims[0])] + [1] * (len(shape.dims) - 1)


def _last(shape: TensorShape, dtype: Any) -> list[int]:
    return [1] * (len(shape.dims) - 1) + [min(3, shape.dims[-1])]


PARTITIONERS = {
    "two": _two,
    "last": _last,
    "one": lambda shape, dtype: [1] * len(shape.dims),
    "short": lambda shape, dtype: [1],
    "both": lambda shape, dtype: [2] * len(shape.dims),
    "zero": lambda shape, dtype: [0] * len(shape.dims),
}


def _same(getter: Any, *args: Any, **kwargs: Any) -> Any:
    return getter(*args, **kwargs)


def _rename(getter: Any, name: Any, *args: Any, **kwargs: Any) -> Any:
    if name is None:
        raise TFError("TypeError", "unsupported operand type(s) for +: 'NoneType' and 'str'", "argument")
    return getter(name + "_r", *args, **kwargs)


def _untrained(getter: Any, name: str, *args: Any, **kwargs: Any) -> Any:
    kwargs["trainable"] = False
    return getter(name, *args, **kwargs)


GETTERS = {"same": _same, "rename": _rename, "untrained": _untrained}


class Context:
    """A graph made the default one, as a context."""

    def __init__(self, state: GraphState, graph: Graph) -> None:
        self.state = state
        self.graph = graph

    def enter(self) -> Graph:
        self.state.push_graph(self.graph)
        return self.graph

    def exit(self) -> None:
        self.state.pop_graph()


class Here:
    def __init__(self, state: GraphState | None = None) -> None:
        self.state = GraphState(lambda: (NOWHERE, ())) if state is None else state
        self.layers: dict[int, layers.LegacyLayer] = {}
        self.kernels: dict[int, Any] = {}
        self.keras_layers: dict[int, layers.KerasLayer] = {}
        self.made_graphs: dict[int, Graph] = {}

    def _zeros(self, shape: Any, dtype: Any, name: str) -> Tensor:
        ops = initial.fill_ops(name, shape)
        graph = self.state.default
        full = graph.op(ops[-1][1], name, inner=tuple((n.split("/")[1], t) for n, t in ops[:-1]))
        return Tensor(full, 0, ops[-1][1], shape, dtype, graph)

    def _function(self, shape: Any, dtype: Any, partition_info: Any) -> Tensor:
        self.state.default.op("NoOp", "made")
        return self._zeros(shape, dtype, "mine")

    def _value(self, kind: str) -> Initializer:
        simple = {
            "zeros": initial.ZEROS, "ones": initial.ONES, "constant": initial.CONSTANT, "normal": initial.RANDOM_NORMAL,
            "uniform": initial.RANDOM_UNIFORM, "truncated": initial.TRUNCATED_NORMAL,
        }  # fmt: skip
        if kind in simple:
            return simple[kind]
        if kind == "tensor":
            graph = self.state.default
            return initial.of_tensor(Tensor(graph.constant("given"), 0, "Const", (3,), FLOAT, graph))
        if kind == "placeholder":
            graph = self.state.default
            return initial.of_tensor(Tensor(graph.op("Placeholder", "given"), 0, "Placeholder", None, FLOAT, graph))
        if kind == "lambda":
            return self._plain(lambda: self._zeros((2,), FLOAT, "mine"))
        if kind == "python_lambda":
            return self._plain(lambda: initial.of_value((2,), FLOAT))
        if kind == "int":
            return initial.of_value((), INT, 3)
        if kind == "floats":
            return initial.of_value((2, 3), FLOAT, [[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]])
        return initial.of_function(self._function)

    def _plain(self, function: Callable[[], Any]) -> Initializer:
        def call(shape: Any, dtype: Any, partition_info: Any) -> Any:
            if shape is not None:
                raise TFError("TypeError", "<lambda>() got an unexpected keyword argument 'dtype'", "argument")
            return function()

        return initial.of_function(call, takes_shape=False)

    def _read(self, variable: Any, name: str) -> str:
        graph = self.state.default
        if isinstance(variable, PartitionedVariable):
            with graph.name_scope(name) as scope:
                try:
                    store.as_tensor(self.state, variable)
                except TFError:
                    self._cannot_convert(variable)
                return graph.op("Identity", scope)
        inner = (("ReadVariableOp", "ReadVariableOp"),) if variable.is_resource else ()
        return graph.op("Identity", name, inner=inner)

    def _cannot_convert(self, variable: PartitionedVariable) -> None:
        """TF: _apply_op_helper, which tries again to learn the dtype that it may name in its message."""
        try:
            store.as_tensor(self.state, variable)
        except TFError as error:
            message = f"Tried to convert 'input' to a tensor and failed. Error: {error.sentence}"
            raise TFError(error.kind, message, error.reason) from None

    def _regularizer(self, variable: Variable) -> Any:
        return Tensor(self._read(variable, "reg"), 0, "Identity", variable.shape, variable.dtype, variable.graph)

    def _convert(self, options: dict[str, Any]) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key, value in options.items():
            if value is not None:
                if key == "partitioner":
                    value = PARTITIONERS[value]
                elif key == "custom_getter":
                    value = GETTERS[value]
                elif key == "regularizer":
                    value = self._regularizer if value == "identity" else lambda v: None
                elif key == "initializer":
                    value = self._value(value)
                elif key == "dtype":
                    value = DTYPES[value]
                elif key == "reuse" and value == "auto":
                    value = scopes.AUTO_REUSE
                elif key == "collections":
                    value = list(value)
            out[key] = value
        return out

    @_guarded
    def get_variable(self, name: str, shape: Any, options: dict[str, Any]) -> Any:
        options = self._convert(options)
        if shape != "absent":
            options["shape"] = shape
        return store.get_variable(self.state, name, **options)

    @_guarded
    def get_local_variable(self, name: str, shape: Any) -> Any:
        return store.get_local_variable(self.state, name, shape)

    @_guarded
    def variable(self, name: str, value: str, options: dict[str, Any]) -> Any:
        return store.variable(self.state, self._value(value), name=name, **self._convert(options))

    @_guarded
    def op(self, kind: str, name: str | None) -> str:
        graph = self.state.default
        return graph.constant(name) if kind == "Const" else graph.op(kind, name)

    @_guarded
    def use(self, variable: Any) -> str:
        return self._read(variable, "use")

    def is_here(self, variable: Any) -> bool:
        return variable.graph is self.state.default

    def has_shape(self, variable: Any) -> bool:
        first = variable.parts[0] if isinstance(variable, PartitionedVariable) else variable
        return is_fully_defined(first.shape) is YES

    def unique_name(self, name: str, mark: bool) -> str:
        return self.state.default.unique_name(name, mark)

    def collection(self, name: str, scope: str) -> list[str]:
        return [item.tf_name for item in self.state.default.get_collection(name, scope)]

    def describe(self, variable: Any) -> list[Any]:
        if isinstance(variable, PartitionedVariable):
            return [variable.name, variable.shape, variable.dtype.name, True]
        return [variable.name, variable.shape, getattr(variable.tf_dtype, "name", "?"), False]

    def reuse_variables(self) -> None:
        scopes.get_variable_scope(self.state).reuse_variables()

    def set_on_scope(self, field: str, value: Any) -> None:
        getattr(scopes.get_variable_scope(self.state), "set_" + field)(self._convert({field: value})[field])

    @_guarded
    def reset(self) -> None:
        self.state.reset_default_graph()

    @_guarded
    def slot(self, variable: Any, name: str) -> Any:
        if isinstance(variable, PartitionedVariable):
            variable = variable.parts[0]
        return slots.create_zeros_slot(self.state, variable, name)

    @_guarded
    def layer(self, number: int, options: dict[str, Any]) -> list[Any]:
        options = dict(options)
        new, scope = options.pop("new"), options.pop("scope", None)
        regularizer = options.pop("regularizer", None)
        if new or number not in self.layers:
            self.layers[number] = layers.LegacyLayer(
                self.state, "MyLayer", options["name"], options.get("_scope"), options.get("_reuse")
            )
            self.kernels[number] = regularizer
        layer = self.layers[number]
        self._zeros((2, 2), FLOAT, "input")
        with layer.open(scope):
            if not layer.built:
                given = self._regularizer if self.kernels[number] == "identity" else None
                self.kernels[number] = layer.add_weight("kernel", [2, 3], regularizer=given)
                layer.add_weight("bias", [3], initializer=initial.ZEROS, trainable=False)
                layer.built = True
            self.state.default.op("NoOp", "Call")
        kernel, own = self.kernels[number], layer.scope
        assert own is not None
        return [layer.name, own.name, "parts" if isinstance(kernel, PartitionedVariable) else kernel.name]

    @_guarded
    def keras(self, number: int, options: dict[str, Any]) -> list[Any]:
        if number not in self.keras_layers:
            self.keras_layers[number] = layers.KerasLayer(self.state, "MyKeras", **options)
        layer = self.keras_layers[number]
        self._zeros((2, 2), FLOAT, "input")
        with layer.open():
            if (number, "kernel") not in self.kernels:
                self.kernels[number, "kernel"] = layer.add_weight("kernel", [2, 3])
                layer.add_weight("bias", [3], initializer=initial.ZEROS, trainable=False)
            self.state.default.op("NoOp", "Call")
        return [layer.name, self.kernels[number, "kernel"].name]

    def current_scope(self) -> Any:
        return scopes.get_variable_scope(self.state)

    def name_of_scope(self, scope: Any) -> str:
        return scope.name

    @_guarded
    def variable_scope(self, name_or_scope: Any, default: Any, options: dict[str, Any]) -> Any:
        return scopes.variable_scope(self.state, name_or_scope, default, **self._convert(options))

    @_guarded
    def variable_op_scope(self, name_or_scope: Any, default: Any, options: dict[str, Any]) -> Any:
        return scopes.variable_op_scope(self.state, [], name_or_scope, default, **self._convert(options))

    @_guarded
    def op_scope(self, name: Any, default: Any) -> Any:
        return scopes.op_scope(self.state, [], name, default)

    def describe_scope(self, scope: Any) -> list[Any]:
        return [scope.name, scope.original_name_scope, scopes.reuse_text(scope.reuse), scope.dtype.name]

    @_guarded
    def name_scope(self, name: Any, default: Any, values: bool) -> Any:
        return scopes.name_scope(self.state, name, default, [] if values else None)

    @_guarded
    def graph(self, number: int) -> Context:
        if number not in self.made_graphs:
            self.made_graphs[number] = self.state.new_graph()
        return Context(self.state, self.made_graphs[number])

    @_guarded
    def enter(self, context: Any) -> Any:
        return context.enter()

    def exit(self, context: Any) -> None:
        context.exit()

    def record(self) -> dict[str, Any]:
        made = [event for event in self.state.events.items if isinstance(event, VariableMade)]
        graphs = []
        for graph in self.state.graphs:
            variables = [
                [event.name, event.shape, event.dtype, sorted(event.collections)]
                for event in made
                if event.graph == graph.index and event.collections
            ]
            variables.sort(key=lambda row: graph.has_op(row[0]))
            keys = {str(key): getattr(graph.store.find(key), "name", "") for key in graph.store.vars}
            ops = sorted([name, type] for name, type in graph.ops.items.items())
            graphs.append({"variables": variables, "keys": keys, "ops": ops})
        return {"graphs": graphs}
