"""tf.nn.rnn_cell: recurrent cells, what they are built of and how they find their variables again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace, TypeBuilder
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework import operations, python_values
from scopelint.apis.tf.framework.arguments import bind, opaque
from scopelint.apis.tf.framework.bare_op import make as node
from scopelint.apis.tf.framework.conversion import graph_dtype, is_set
from scopelint.apis.tf.framework.dims import dims_of
from scopelint.apis.tf.framework.python_values import as_dtype
from scopelint.apis.tf.framework.structures import flatten, items_of, refill, unsettled
from scopelint.apis.tf.keras import by_name
from scopelint.apis.tf.keras.input_spec import spec
from scopelint.apis.tf.layers.base import LEGACY
from scopelint.apis.tf.rnn.cells_as_functions import call_as_function, is_function, leaf_name
from scopelint.graph.state import GraphState
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import MISSING, BoundMethod, ClassValue, InstanceValue, NativeFunction, PropertyValue
from scopelint.values.tensors import (
    FLOAT32,
    INT32,
    Dimension,
    DType,
    PartitionedVariable,
    Tensor,
    TensorShape,
    Variable,
)

Build = TypeVar("Build", bound=Callable[..., Any])

api = Namespace("tf.nn.rnn_cell")


def tf(call: Call, name: str, /, *args: Any, **kwargs: Any) -> Any:
    """`tf.matmul(a, b)`, from inside of TF."""
    return call.new("tf." + name, *args, **kwargs)


class inside:
    """TF's own code is running: what it makes is not the user's own."""

    __slots__ = ("_state",)

    def __init__(self, call: Call) -> None:
        self._state = call.state

    def __enter__(self) -> None:
        self._state.user_depth += 1

    def __exit__(self, *error: object) -> None:
        self._state.user_depth -= 1


def is_nested(value: Any) -> bool:
    """TF: nest.is_sequence."""
    if isinstance(value, (ListValue, tuple, DictValue)):
        return True
    return isinstance(value, InstanceValue) and isinstance(value.payload, (tuple, ListValue, DictValue))


def map_all(call: Call, function: Any, structure: Any, *others: Any) -> Any:
    """TF: nest.map_structure over several structures of one form."""
    leaves = [flatten(each) for each in (structure, *others)]
    if len({len(each) for each in leaves}) > 1:
        unknown = unsettled(structure, *others)
        return (
            unknown.derive("")
            if unknown is not None
            else call.raise_("ValueError", "The two structures don't have the same nested structure.", kind="argument")
        )
    return refill(structure, iter([function(*group) for group in zip(*leaves, strict=True)]))


# Sizes and zero states


def dims_of_size(size: AnyValue) -> Any:
    """A state's size as dimensions: a number, a TensorShape or a list."""
    if isinstance(size, Dimension):
        return (size.value,)
    if isinstance(size, TensorShape):
        return size.dims
    if isinstance(size, (int, Unknown)) or size is None:
        return (size,)
    if isinstance(size, Tensor):
        const = size.const
        if isinstance(const, tuple):
            return tuple(const)
        if size.shape == ():
            return (const if isinstance(const, int) else None,)
        known = size.shape[0] if isinstance(size.shape, tuple) and len(size.shape) == 1 else None
        return (None,) * known if isinstance(known, int) else Unknown("a size that is a tensor")
    members = items_of(size)
    return tuple(m.value if isinstance(m, Dimension) else m for m in members)


def with_batch(batch: AnyValue, size: AnyValue) -> Any:
    """TF: _concat(batch, size, static=True)."""
    dims = dims_of_size(size)
    if isinstance(batch, (ListValue, tuple, TensorShape)):
        # TF: as_shape takes a list of sizes as well as one.
        leading = batch.dims if isinstance(batch, TensorShape) else tuple(items_of(batch))
        leading = tuple(d.value if isinstance(d, Dimension) else d for d in leading or ())
        return (*leading, *dims) if isinstance(dims, tuple) else dims
    first = (
        batch.const
        if isinstance(batch, Tensor) and isinstance(batch.const, (int, Unknown))
        else (None if isinstance(batch, Tensor) else batch)
    )
    if isinstance(first, Dimension):
        first = first.value
    return (first, *dims) if isinstance(dims, tuple) else dims


def zero_tensor(call: Call, batch: AnyValue, size: AnyValue, dtype: AnyValue) -> Tensor:
    """TF: _zero_state_tensors, one leaf: shapes are joined twice, once as tensors and once as far as they are known."""
    graph = call.graph
    if batch is None or size is None:
        message = f"Provided a prefix or suffix of None: {call.to_string(batch)} and {call.to_string(size)}"
        call.raise_("ValueError", message, kind="argument")
    shape = with_batch(batch, size)
    sizes = joined_sizes(call, batch, shape)
    name = graph.op("Fill", "zeros", inner=(("Const", "Const"),))
    graph.draw(name, sizes, f"{name}/Const")
    two_sizes(call, batch, shape)
    return Tensor(name, 0, "Fill", shape, python_values.base(graph_dtype(call, dtype)) or FLOAT32, graph)


def two_sizes(call: Call, batch: AnyValue, shape: Any) -> tuple[Tensor, Tensor]:
    """TF: _concat: the batch's size and those of a state, each as a vector."""
    if isinstance(batch, (Tensor, Unknown)):
        rows = node(call, "ExpandDims", "ExpandDims", (1,), INT32, inner=(("dim", "Const"),))
        call.graph.draw(rows.op_name, batch, f"{rows.op_name}/dim")
    else:
        rows = node(call, "Const", "Const", (1,), INT32)
    count = len(shape) - 1 if isinstance(shape, tuple) else shape
    return rows, node(call, "Const", "Const", (count,), INT32)


def joined_sizes(call: Call, batch: AnyValue, shape: Any) -> Tensor:
    rows, others = two_sizes(call, batch, shape)
    count = len(shape) if isinstance(shape, tuple) else shape
    made = node(call, "ConcatV2", "concat", (count,), INT32, inner=(("axis", "Const"),))
    call.graph.draw(made.op_name, rows, others, f"{made.op_name}/axis")
    return made


def zero_state_of(call: Call, sizes: AnyValue, batch: AnyValue, dtype: AnyValue) -> Any:
    made = refill(sizes, iter([zero_tensor(call, batch, size, dtype) for size in flatten(sizes)]))
    if isinstance(sizes, Unknown) and (sizes.options is not None or sizes.attribute == "state_size"):
        # It may be of several sizes.
        return made.stands_for(sizes)
    return made


@Namespace("tensorflow.python.ops.rnn_cell_impl").function(name="_zero_state_tensors")
def zero_state_tensors(call: Call, state_size: AnyValue, batch_size: AnyValue, dtype: AnyValue) -> Any:
    """TF: rnn_cell_impl._zero_state_tensors, which libraries' own cells call."""
    return zero_state_of(call, state_size, batch_size, dtype)


# RNNCell

cell_class = api.type("RNNCell", bases=("tf.layers.Layer",))
CELL = cell_class.cls


def init_cell(call: Call, self: InstanceValue, **given: Any) -> None:
    """TF: RNNCell.__init__, through tf.layers.Layer's."""
    given = {key: value for key, value in given.items() if key in ("_reuse", "_scope", "autocast") or is_set(value)}
    call.invoke(LEGACY.attrs["__init__"], self, **given)
    self.set("_is_tf_rnn_cell", True)


@cell_class.method(name="__init__", raw=True)
def rnn_cell_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    self, *rest = args
    init_cell(call, self, **dict(zip(("trainable", "name", "dtype"), rest, strict=False)), **kwargs)


@cell_class.method
def build(call: Call, self: InstanceValue, _: AnyValue) -> None:
    """TF: RNNCell.build does nothing, and does not mark the cell as built."""


@cell_class.method(raw=True)
def _rnn_get_variable(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: RNNCell._rnn_get_variable: what is made inside of the cell becomes its own."""
    self = args[0]
    positional, given = args[1:], dict(kwargs)
    getter = given.pop("getter") if "getter" in given else positional[0]
    # What came by its name goes on by its name: a getter of the program's may want it so, or not so.
    variable = call.engine.invoke(getter, positional if "getter" in kwargs else positional[1:], given)
    if isinstance(variable, (Variable, PartitionedVariable)):
        part = variable.parts[0] if isinstance(variable, PartitionedVariable) else variable
        which = "_non_trainable_weights" if part.trainable is False else "_trainable_weights"
        held = self.attrs.get(which)
        if not isinstance(held, ListValue) or not any(member is variable for member in held.items):
            tools.append(self, which, variable)
    return variable


def base_call(call: Call, self: InstanceValue, inputs: AnyValue, state: GraphState, *rest: Any, **kwargs: Any) -> Any:
    """TF: base_layer.Layer.__call__ of tf.layers."""
    with asked_by(call, self):
        return LEGACY.attrs["__call__"].impl(call, (self, inputs, state, *rest), kwargs)


def asked_by(call: Call, self: InstanceValue) -> AbstractContextManager[None]:
    """While a cell is called, what is made and refused says so: two cells in one scope, one cell for two layers."""
    return call.state.on_behalf("shared cell" if self.attrs.get("built") is True else "cell")


@cell_class.method(name="__call__")
def rnn_cell_call(call: Call, self: InstanceValue, inputs: AnyValue, state: GraphState, scope: AnyValue = None) -> Any:
    """TF: RNNCell.__call__. Without a scope it is the one of the first call, kept as a context and entered again."""
    if is_function(call, self):
        return call_as_function(call, self, inputs, state, scope)
    getter = BoundMethod(self.cls.find("_rnn_get_variable"), self)
    if is_set(scope):
        context = call.new("tf.variable_scope", scope, custom_getter=getter)
        entered = context.payload.enter()
        try:
            return base_call(call, self, inputs, state, scope=entered)
        finally:
            context.payload.exit()
    context = self.attrs.get("rnncell_scope")
    if context is None:
        context = call.new("tf.variable_scope", call.new("tf.get_variable_scope"), custom_getter=getter)
        self.set("rnncell_scope", context)
    context.payload.enter()
    try:
        return base_call(call, self, inputs, state)
    finally:
        context.payload.exit()


def abstract(name: str) -> None:
    def read(call: Call, self: InstanceValue) -> Any:
        return call.raise_("NotImplementedError", "Abstract method")

    cell_class.cls.attrs[name] = PropertyValue(NativeFunction(name, read, f"tf.nn.rnn_cell.RNNCell.{name}"))


abstract("state_size")
abstract("output_size")


@cell_class.method
def zero_state(call: Call, self: InstanceValue, batch_size: AnyValue, dtype: AnyValue) -> Any:
    sizes = call.getattr(self, "state_size")
    with operations.scope(call, self.cls.name + "ZeroState"):
        return zero_state_of(call, sizes, batch_size, dtype)


@cell_class.method
def get_initial_state(call: Call, self: InstanceValue, inputs: AnyValue, batch_size: Any, dtype: Any) -> Any:
    """TF: RNNCell.get_initial_state."""
    if is_set(inputs):
        with inside(call):
            tensor = operations.convert(call, inputs, None, "inputs")
            batch_size, dtype = batch_of(call, tensor, 0), python_values.base(tensor.dtype)
    if not is_set(batch_size) or not is_set(dtype):
        call.raise_(
            "ValueError",
            "batch_size and dtype cannot be None while constructing initial state: "
            f"batch_size={batch_size}, dtype={dtype}",
            kind="argument",
        )
    return call.method(self, "zero_state", batch_size, dtype)


def batch_of(call: Call, tensor: Tensor, axis: int) -> Any:
    """The batch size: a number, or a tensor cut out of the shape."""
    dims = tensor.shape
    first = dims if isinstance(dims, Unknown) else None
    if isinstance(dims, tuple) and len(dims) > axis:
        first = dims[axis]
    if isinstance(first, (int, Unknown)):
        return first
    return call.getitem(tf(call, "shape", tensor), axis)


def like_cell(call: Call, label: str, cell: AnyValue) -> None:
    """TF: assert_like_rnncell."""
    if isinstance(cell, Unknown):
        return
    errors = []
    for name in ("output_size", "state_size"):
        if not has(call, cell, name):
            errors.append(f"'{name}' property is missing")
    if not has(call, cell, "get_initial_state") and not has(call, cell, "zero_state"):
        errors.append("either 'zero_state' or 'get_initial_state' method is required")
    if isinstance(cell, (int, float, str, tuple, ListValue, DictValue)):
        errors.append("is not callable")
    if errors:
        call.raise_(
            "TypeError",
            f"The argument {label!r} ({call.to_string(cell)}) is not an RNNCell: {', '.join(errors)}.",
            kind="argument",
        )


def has(call: Call, value: Any, name: str) -> bool:
    """TF: _hasattr. An abstract property is there, though reading it raises."""
    if isinstance(value, InstanceValue):
        return value.cls.find(name) is not MISSING or name in value.attrs or value.cls.unknown_base is not None
    return call.getattr(value, name, MISSING) is not MISSING


layer_cell = Namespace("tf.contrib.rnn").type("LayerRNNCell", bases=(CELL,))


@layer_cell.method(name="__call__", raw=True)
def layer_cell_call(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: LayerRNNCell.__call__: that of tf.layers, `scope` handed on."""
    self, *rest = args
    bound = dict(zip(("inputs", "state", "scope"), rest, strict=False))
    kwargs = dict(kwargs)
    for key in ("inputs", "state", "scope"):
        if key in kwargs:
            bound[key] = kwargs.pop(key)
    if is_function(call, self):
        return call_as_function(call, self, bound.get("inputs"), bound.get("state"), bound.get("scope"))
    note_scope(call, self)
    with asked_by(call, self):
        return LEGACY.attrs["__call__"].impl(
            call, (self, bound.get("inputs"), bound.get("state"), *rest[3:]), {**kwargs, "scope": bound.get("scope")}
        )


def note_scope(call: Call, self: InstanceValue) -> None:
    """A cell called in a second scope keeps the variables of the first, in silence: rules want to know."""
    scope = call.new("tf.get_variable_scope").name
    first = self.attrs.get("<called in>")
    if first is None:
        self.set("<called in>", (scope, call.state.where()[0]))
    elif isinstance(first, tuple) and isinstance(first[0], str) and first[0] != scope:
        call.note("layer_shared", layer=f"this {self.cls.name}", scope=scope, first_scope=first[0], first_site=first[1])


# The cells


def depth_of(call: Call, inputs_shape: AnyValue) -> Any:
    """The last dimension of a cell's inputs, which has to be known."""
    if isinstance(inputs_shape, (ListValue, tuple)) and is_nested(items_of(inputs_shape)[0]):
        inputs_shape = items_of(inputs_shape)[0]
    dims = dims_of(inputs_shape)
    if not isinstance(dims, tuple):
        return Unknown("depth of a cell's inputs is not known")
    if dims[-1] is None:
        shown = "(" + ", ".join(str(d) for d in dims) + ("," if len(dims) == 1 else "") + ")"
        call.raise_("ValueError", f"Expected inputs.shape[-1] to be known, saw shape: {shown}", kind="shape")
    return dims[-1]


def weight(call: Call, self: InstanceValue, attribute: str, name: str, *shape: Any, **options: Any) -> Any:
    name = leaf_name(call, name)
    if is_function(call, self):
        made = call.new("tf.get_variable", name, shape=ListValue(shape), **options)
    else:
        made = call.method(self, "add_variable", name, shape=ListValue(shape), **options)
    self.set(attribute, made)
    return made


def check_dtype(call: Call, self: InstanceValue) -> None:
    """TF: _check_supported_dtypes, which TF's own four cells ask before they are built."""
    dtype = as_dtype(call, call.getattr(self, "dtype", None))
    if isinstance(dtype, DType) and not (dtype.is_floating or dtype.is_complex):
        call.raise_(
            "ValueError", f"RNN cell only supports floating point inputs, but saw dtype: {dtype}", kind="argument"
        )


def zeros_for(call: Call, self: InstanceValue) -> Any:
    return call.new("tf.zeros_initializer")


def declare(name: str, names: str, namespace: Namespace = api, base: ClassValue = layer_cell.cls) -> TypeBuilder:
    """A cell's class: its constructor keeps the parameters as `_num_units` and so on."""
    made = namespace.type(name, bases=(base,))
    fields = names.split()

    def init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self, *rest = args
        bound, extra = bind(call, f"{namespace.path}.{name}", tuple(rest), kwargs)
        init_cell(
            call,
            self,
            _reuse=bound.pop("reuse", None),
            name=bound.pop("name", None),
            dtype=bound.pop("dtype", None),
            **extra,
        )
        call.setattr(self, "input_spec", spec(ndim=2))
        for field in fields:
            self.set("_" + field, opaque(call, bound.get(field)))
        activation = self.attrs.get("_activation")
        if "activation" in fields:
            self.set(
                "_activation", call.find("tf.tanh") if not is_set(activation) else by_name.activation(call, activation)
            )
        for field in ("kernel_initializer", "bias_initializer", "initializer"):
            if field in fields:
                self.set("_" + field, by_name.initializer(call, self.attrs["_" + field]))
        check_dtype(call, self)

    made.method(init, name="__init__", raw=True)
    return made


def builds(made: TypeBuilder) -> Callable[[Build], Build]:
    """Declares `build(inputs_shape)`, of which TF's decorator hides the parameter's name."""

    def declare_build(impl: Build) -> Build:
        def raw(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            return impl(call, args[0], args[1] if len(args) > 1 else next(iter(kwargs.values()), None))

        made.method(raw, name="build", raw=True)
        return impl

    return declare_build


def sizes(made: Any, state: Any, output: Any) -> None:
    """The properties `state_size` and `output_size`."""
    for name, read in (("state_size", state), ("output_size", output)):
        made.cls.attrs[name] = PropertyValue(NativeFunction(name, read, f"{made.cls.canonical}.{name}"))


def units(call: Call, self: InstanceValue) -> Any:
    return self.attrs["_num_units"]


def check_dtypes(call: Call, *structures: Any) -> None:
    """TF: _check_rnn_cell_input_dtypes."""
    for leaf in flatten(tuple(structures)):
        dtype = getattr(leaf, "dtype", None)
        if isinstance(dtype, DType) and not (dtype.is_floating or dtype.is_complex):
            call.raise_(
                "ValueError", f"RNN cell only supports floating point inputs, but saw dtype: {dtype}", kind="argument"
            )


# LSTM


# Wrappers


# MultiRNNCell
