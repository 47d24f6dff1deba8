"""tf.nn.rnn_cell: recurrent cells, what they are built of and how they find their variables again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from scopelint.apis.python.stdlib.collections import tuple_class
from scopelint.apis.registry import Namespace, TypeBuilder
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework import operations, python_values
from scopelint.apis.tf.framework.arguments import bind, opaque
from scopelint.apis.tf.framework.conversion import graph_dtype, is_set
from scopelint.apis.tf.framework.dims import dims_of
from scopelint.apis.tf.framework.python_values import as_dtype
from scopelint.apis.tf.framework.structures import flatten, items_of, refill
from scopelint.apis.tf.keras import by_name
from scopelint.apis.tf.keras.base_layer import LEGACY, spec
from scopelint.apis.tf.ops.variable_options import asked_getter
from scopelint.values.base import Unknown
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
    shape_text,
    shapes_compatible,
)
from scopelint.values.truth import NO

Build = TypeVar("Build", bound=Callable[..., Any])

api = Namespace("tf.nn.rnn_cell")


def tf(call: Any, name: str, /, *args: Any, **kwargs: Any) -> Any:
    """`tf.matmul(a, b)`, from inside of TF."""
    return call.new("tf." + name, *args, **kwargs)


class inside:
    """TF's own code is running: what it makes is not the user's own."""

    __slots__ = ("_state",)

    def __init__(self, call: Any) -> None:
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


def map_all(call: Any, function: Any, structure: Any, *others: Any) -> Any:
    """TF: nest.map_structure over several structures of one form."""
    leaves = [flatten(each) for each in (structure, *others)]
    if len({len(each) for each in leaves}) > 1:
        unknown = next((leaf for each in leaves for leaf in each if isinstance(leaf, Unknown)), None)
        return (
            unknown.derive("")
            if unknown is not None
            else call.raise_("ValueError", "The two structures don't have the same nested structure.", kind="argument")
        )
    return refill(structure, iter([function(*group) for group in zip(*leaves, strict=True)]))


# Sizes and zero states


def dims_of_size(size: Any) -> Any:
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


def with_batch(batch: Any, size: Any) -> Any:
    """TF: _concat(batch, size, static=True)."""
    dims = dims_of_size(size)
    if isinstance(batch, (ListValue, tuple, TensorShape)):
        # TF: as_shape takes a list of sizes as well as one.
        leading = batch.dims if isinstance(batch, TensorShape) else tuple(items_of(batch))
        leading = tuple(d.value if isinstance(d, Dimension) else d for d in leading or ())
        return (*leading, *dims) if isinstance(dims, tuple) else dims
    first = (
        batch.const
        if isinstance(batch, Tensor) and isinstance(batch.const, int)
        else (None if isinstance(batch, Tensor) else batch)
    )
    if isinstance(first, Dimension):
        first = first.value
    return (first, *dims) if isinstance(dims, tuple) else dims


def zero_tensor(call: Any, batch: Any, size: Any, dtype: Any) -> Tensor:
    """TF: _zero_state_tensors, one leaf: shapes are joined twice, once as tensors and once as far as they are known."""
    graph = call.graph
    if batch is None or size is None:
        message = f"Provided a prefix or suffix of None: {call.to_string(batch)} and {call.to_string(size)}"
        call.raise_("ValueError", message, kind="argument")
    for turn in (0, 1):
        if isinstance(batch, (Tensor, Unknown)):
            graph.op("ExpandDims", "ExpandDims", inner=(("dim", "Const"),))
        else:
            graph.op("Const", "Const")
        graph.op("Const", "Const")
        if turn == 0:
            graph.op("ConcatV2", "concat", inner=(("axis", "Const"),))
            name = graph.op("Fill", "zeros", inner=(("Const", "Const"),))
    return Tensor(
        name, 0, "Fill", with_batch(batch, size), python_values.base(graph_dtype(call, dtype)) or FLOAT32, graph
    )


def zero_state_of(call: Any, sizes: Any, batch: Any, dtype: Any) -> Any:
    return refill(sizes, iter([zero_tensor(call, batch, size, dtype) for size in flatten(sizes)]))


@Namespace("tensorflow.python.ops.rnn_cell_impl").function(name="_zero_state_tensors")
def zero_state_tensors(call: Any, state_size: Any, batch_size: Any, dtype: Any) -> Any:
    """TF: rnn_cell_impl._zero_state_tensors, which libraries' own cells call."""
    return zero_state_of(call, state_size, batch_size, dtype)


# RNNCell

cell_class = api.type("RNNCell", bases=("tf.layers.Layer",))
CELL = cell_class.cls


def init_cell(call: Any, self: InstanceValue, **given: Any) -> None:
    """TF: RNNCell.__init__, through tf.layers.Layer's."""
    given = {key: value for key, value in given.items() if key in ("_reuse", "_scope", "autocast") or is_set(value)}
    call.invoke(LEGACY.attrs["__init__"], self, **given)
    self.set("_is_tf_rnn_cell", True)


@cell_class.method(name="__init__", raw=True)
def rnn_cell_init(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    self, *rest = args
    init_cell(call, self, **dict(zip(("trainable", "name", "dtype"), rest, strict=False)), **kwargs)


@cell_class.method
def build(call: Any, self: InstanceValue, _: Any) -> None:
    """TF: RNNCell.build does nothing, and does not mark the cell as built."""


@cell_class.method(raw=True)
def _rnn_get_variable(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: RNNCell._rnn_get_variable: what is made inside of the cell becomes its own."""
    self = args[0]
    getter, name, given = asked_getter(args[1:], kwargs)
    variable = call.engine.invoke(getter, (name,), given)
    if isinstance(variable, (Variable, PartitionedVariable)):
        part = variable.parts[0] if isinstance(variable, PartitionedVariable) else variable
        which = "_non_trainable_weights" if part.trainable is False else "_trainable_weights"
        held = self.attrs.get(which)
        if not isinstance(held, ListValue) or not any(member is variable for member in held.items):
            tools.append(self, which, variable)
    return variable


def base_call(call: Any, self: InstanceValue, inputs: Any, state: Any, *rest: Any, **kwargs: Any) -> Any:
    """TF: base_layer.Layer.__call__ of tf.layers."""
    with asked_by(call, self):
        return LEGACY.attrs["__call__"].impl(call, (self, inputs, state, *rest), kwargs)


def asked_by(call: Any, self: InstanceValue) -> AbstractContextManager[None]:
    """While a cell is called, what is made and refused says so: two cells in one scope, one cell for two layers."""
    return call.state.on_behalf("shared cell" if self.attrs.get("built") is True else "cell")  # type: ignore[no-any-return]


@cell_class.method(name="__call__")
def rnn_cell_call(call: Any, self: InstanceValue, inputs: Any, state: Any, scope: Any = None) -> Any:
    """TF: RNNCell.__call__. Without a scope it is the one of the first call, kept as a context and entered again."""
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
    def read(call: Any, self: InstanceValue) -> Any:
        return call.raise_("NotImplementedError", "Abstract method")

    cell_class.cls.attrs[name] = PropertyValue(NativeFunction(name, read, f"tf.nn.rnn_cell.RNNCell.{name}"))


abstract("state_size")
abstract("output_size")


@cell_class.method
def zero_state(call: Any, self: InstanceValue, batch_size: Any, dtype: Any) -> Any:
    sizes = call.getattr(self, "state_size")
    with operations.scope(call, self.cls.name + "ZeroState"):
        return zero_state_of(call, sizes, batch_size, dtype)


@cell_class.method
def get_initial_state(call: Any, self: InstanceValue, inputs: Any, batch_size: Any, dtype: Any) -> Any:
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


def batch_of(call: Any, tensor: Tensor, axis: int) -> Any:
    """The batch size: a number, or a tensor cut out of the shape."""
    dims = tensor.shape
    first = dims if isinstance(dims, Unknown) else None
    if isinstance(dims, tuple) and len(dims) > axis:
        first = dims[axis]
    if isinstance(first, (int, Unknown)):
        return first
    return call.getitem(tf(call, "shape", tensor), axis)


def like_cell(call: Any, label: str, cell: Any) -> None:
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


def has(call: Any, value: Any, name: str) -> bool:
    """TF: _hasattr. An abstract property is there, though reading it raises."""
    if isinstance(value, InstanceValue):
        return value.cls.find(name) is not MISSING or name in value.attrs or value.cls.unknown_base is not None
    return call.getattr(value, name, MISSING) is not MISSING


layer_cell = Namespace("tf.contrib.rnn").type("LayerRNNCell", bases=(CELL,))


@layer_cell.method(name="__call__", raw=True)
def layer_cell_call(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: LayerRNNCell.__call__: that of tf.layers, `scope` handed on."""
    self, *rest = args
    bound = dict(zip(("inputs", "state", "scope"), rest, strict=False))
    kwargs = dict(kwargs)
    for key in ("inputs", "state", "scope"):
        if key in kwargs:
            bound[key] = kwargs.pop(key)
    note_scope(call, self)
    with asked_by(call, self):
        return LEGACY.attrs["__call__"].impl(
            call, (self, bound.get("inputs"), bound.get("state"), *rest[3:]), {**kwargs, "scope": bound.get("scope")}
        )


def note_scope(call: Any, self: InstanceValue) -> None:
    """A cell called in a second scope keeps the variables of the first, in silence: rules want to know."""
    scope = call.new("tf.get_variable_scope").name
    first = self.attrs.get("<called in>")
    if first is None:
        self.set("<called in>", (scope, call.state.where()[0]))
    elif isinstance(first, tuple) and first[0] != scope:
        call.note("layer_shared", layer=f"this {self.cls.name}", scope=scope, first_scope=first[0], first_site=first[1])


# The cells


def depth_of(call: Any, inputs_shape: Any) -> Any:
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


def weight(call: Any, self: InstanceValue, attribute: str, name: str, *shape: Any, **options: Any) -> Any:
    made = call.method(self, "add_variable", name, shape=ListValue(shape), **options)
    self.set(attribute, made)
    return made


def check_dtype(call: Any, self: InstanceValue) -> None:
    """TF: _check_supported_dtypes, which TF's own four cells ask before they are built."""
    dtype = as_dtype(call, call.getattr(self, "dtype", None))
    if isinstance(dtype, DType) and not (dtype.is_floating or dtype.is_complex):
        call.raise_(
            "ValueError", f"RNN cell only supports floating point inputs, but saw dtype: {dtype}", kind="argument"
        )


def zeros_for(call: Any, self: InstanceValue) -> Any:
    return call.new("tf.zeros_initializer")


def declare(name: str, names: str, namespace: Namespace = api, base: ClassValue = layer_cell.cls) -> TypeBuilder:
    """A cell's class: its constructor keeps the parameters as `_num_units` and so on."""
    made = namespace.type(name, bases=(base,))
    fields = names.split()

    def init(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
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
        def raw(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            return impl(call, args[0], args[1] if len(args) > 1 else next(iter(kwargs.values()), None))

        made.method(raw, name="build", raw=True)
        return impl

    return declare_build


def sizes(made: Any, state: Any, output: Any) -> None:
    """The properties `state_size` and `output_size`."""
    for name, read in (("state_size", state), ("output_size", output)):
        made.cls.attrs[name] = PropertyValue(NativeFunction(name, read, f"{made.cls.canonical}.{name}"))


def units(call: Any, self: InstanceValue) -> Any:
    return self.attrs["_num_units"]


def checked(call: Any, *structures: Any) -> None:
    """TF: _check_rnn_cell_input_dtypes."""
    for leaf in flatten(tuple(structures)):
        dtype = getattr(leaf, "dtype", None)
        if isinstance(dtype, DType) and not (dtype.is_floating or dtype.is_complex):
            call.raise_(
                "ValueError", f"RNN cell only supports floating point inputs, but saw dtype: {dtype}", kind="argument"
            )


basic = declare("BasicRNNCell", "num_units activation")
sizes(basic, units, units)


@builds(basic)
def basic_build(call: Any, self: InstanceValue, inputs_shape: Any) -> None:
    check_dtype(call, self)
    n = self.attrs["_num_units"]
    weight(call, self, "_kernel", "kernel", depth_of(call, inputs_shape) + n, n)
    weight(call, self, "_bias", "bias", n, initializer=zeros_for(call, self))
    self.set("built", True)


def linear(call: Any, parts: list[Any], kernel: Any, bias: Any) -> Any:
    """`bias_add(matmul(concat(parts, 1), kernel), bias)`."""
    product = tf(call, "matmul", tf(call, "concat", ListValue(parts), 1), kernel)
    return tf(call, "nn.bias_add", product, bias)


@basic.method(name="call")
def basic_call(call: Any, self: InstanceValue, inputs: Any, state: Any) -> Any:
    with inside(call):
        checked(call, inputs, state)
        output = call.invoke(
            self.attrs["_activation"], linear(call, [inputs, state], self.attrs["_kernel"], self.attrs["_bias"])
        )
    return (output, output)


gru = declare("GRUCell", "num_units activation kernel_initializer bias_initializer")
sizes(gru, units, units)


@builds(gru)
def gru_build(call: Any, self: InstanceValue, inputs_shape: Any) -> None:
    check_dtype(call, self)
    n, depth = self.attrs["_num_units"], depth_of(call, inputs_shape)
    kernel, bias = self.attrs["_kernel_initializer"], self.attrs["_bias_initializer"]
    weight(call, self, "_gate_kernel", "gates/kernel", depth + n, 2 * n, initializer=kernel)
    weight(
        call,
        self,
        "_gate_bias",
        "gates/bias",
        2 * n,
        initializer=bias if bias is not None else call.new("tf.constant_initializer", 1.0),
    )
    weight(call, self, "_candidate_kernel", "candidate/kernel", depth + n, n, initializer=kernel)
    weight(
        call,
        self,
        "_candidate_bias",
        "candidate/bias",
        n,
        initializer=bias if bias is not None else zeros_for(call, self),
    )
    self.set("built", True)


@gru.method(name="call")
def gru_call(call: Any, self: InstanceValue, inputs: Any, state: Any) -> Any:
    """TF: GRUCell.call."""
    attrs = self.attrs
    with inside(call):
        checked(call, inputs, state)
        gates = linear(call, [inputs, state], attrs["_gate_kernel"], attrs["_gate_bias"])
        value = tf(call, "sigmoid", gates)
        reset, update = parts(call, tf(call, "split", value=value, num_or_size_splits=2, axis=1), 2)
        candidate = linear(
            call, [inputs, call.binary("*", reset, state)], attrs["_candidate_kernel"], attrs["_candidate_bias"]
        )
        c = call.invoke(attrs["_activation"], candidate)
        one = call.binary("*", update, state)
        two = call.binary("*", call.binary("-", 1, update), c)
        new = call.binary("+", one, two)
    return (new, new)


def parts(call: Any, value: Any, count: int) -> list[Any]:
    """`a, b = value`, of what may not be known."""
    if isinstance(value, Unknown):
        return [value] * count
    if isinstance(value, Tensor) and value.op_type:
        # AutoGraph makes nothing else of taking a tensor apart.
        call.raise_(
            "TypeError",
            "Tensor objects are only iterable when eager execution is enabled. To iterate over this tensor use "
            "tf.map_fn.",
            kind="argument",
        )
    members = items_of(value)
    return members if len(members) == count else [Unknown("part of a split")] * count


# LSTM


def make_state_tuple() -> ClassValue:
    made: ClassValue = tuple_class(None, "LSTMStateTuple", ["c", "h"], {}, "tensorflow.python.ops.rnn_cell_impl")
    made.canonical = "tf.nn.rnn_cell.LSTMStateTuple"
    made.attrs["dtype"] = PropertyValue(
        NativeFunction(
            "dtype", lambda call, self: call.getattr(self.payload[0], "dtype"), "tf.nn.rnn_cell.LSTMStateTuple.dtype"
        )
    )
    return made


STATE_TUPLE = make_state_tuple()
api.constant("LSTMStateTuple", STATE_TUPLE)


def state_tuple(c: Any, h: Any) -> InstanceValue:
    return InstanceValue(STATE_TUPLE, None, (c, h))


def lstm_state(self: InstanceValue) -> Any:
    attrs = self.attrs
    n, out = attrs["_num_units"], attrs.get("_num_proj")
    out = out if out is not None and not (isinstance(out, int) and not out) else n
    return state_tuple(n, out) if attrs["_state_is_tuple"] is not False else n + out


def lstm_output(self: InstanceValue) -> Any:
    out = self.attrs.get("_num_proj")
    return out if out is not None and not (isinstance(out, int) and not out) else self.attrs["_num_units"]


basic_lstm = declare("BasicLSTMCell", "num_units forget_bias state_is_tuple activation")
sizes(basic_lstm, lambda call, self: lstm_state(self), units)


@builds(basic_lstm)
def basic_lstm_build(call: Any, self: InstanceValue, inputs_shape: Any) -> None:
    check_dtype(call, self)
    n = self.attrs["_num_units"]
    weight(call, self, "_kernel", "kernel", depth_of(call, inputs_shape) + n, 4 * n)
    weight(call, self, "_bias", "bias", 4 * n, initializer=zeros_for(call, self))
    self.set("built", True)


def split_state(call: Any, self: InstanceValue, state: Any, one: Any = 1) -> tuple[Any, Any]:
    if self.attrs["_state_is_tuple"] is not False:
        c, h = parts(call, state, 2)
    else:
        c, h = parts(call, tf(call, "split", value=state, num_or_size_splits=2, axis=one), 2)
    return c, h


@basic_lstm.method(name="call")
def basic_lstm_call(call: Any, self: InstanceValue, inputs: Any, state: Any) -> Any:
    """TF: BasicLSTMCell.call."""
    attrs = self.attrs
    with inside(call):
        checked(call, inputs, state)
        one = tf(call, "constant", 1, dtype=INT32)
        c, h = split_state(call, self, state, one)
        gates = linear(call, [inputs, h], attrs["_kernel"], attrs["_bias"])
        i, j, f, o = parts(call, tf(call, "split", value=gates, num_or_size_splits=4, axis=one), 4)
        forget = tf(call, "constant", attrs["_forget_bias"], dtype=getattr(f, "dtype", FLOAT32))
        kept = tf(call, "multiply", c, tf(call, "sigmoid", tf(call, "add", f, forget)))
        added = tf(call, "multiply", tf(call, "sigmoid", i), call.invoke(attrs["_activation"], j))
        new_c = tf(call, "add", kept, added)
        new_h = tf(call, "multiply", call.invoke(attrs["_activation"], new_c), tf(call, "sigmoid", o))
        return (new_h, joined(call, self, new_c, new_h))


def joined(call: Any, self: InstanceValue, c: Any, h: Any) -> Any:
    """The new state: a tuple, or one tensor."""
    if self.attrs["_state_is_tuple"] is not False:
        return state_tuple(c, h)
    return tf(call, "concat", ListValue([c, h]), 1)


lstm = declare(
    "LSTMCell",
    "num_units use_peepholes cell_clip initializer num_proj proj_clip num_unit_shards "
    "num_proj_shards forget_bias state_is_tuple activation",
)
sizes(lstm, lambda call, self: lstm_state(self), lambda call, self: lstm_output(self))


def sharded(call: Any, count: Any) -> Any:
    return call.new("tf.fixed_size_partitioner", count) if count is not None else None


@builds(lstm)
def lstm_build(call: Any, self: InstanceValue, inputs_shape: Any) -> None:
    """TF: LSTMCell.build."""
    check_dtype(call, self)
    attrs = self.attrs
    n, proj, initializer = attrs["_num_units"], attrs["_num_proj"], attrs["_initializer"]
    depth = depth_of(call, inputs_shape)
    weight(
        call,
        self,
        "_kernel",
        "kernel",
        depth + (n if proj is None else proj),
        4 * n,
        initializer=initializer,
        partitioner=sharded(call, attrs["_num_unit_shards"]),
    )
    weight(call, self, "_bias", "bias", 4 * n, initializer=zeros_for(call, self))
    if attrs["_use_peepholes"]:
        for name in ("w_f_diag", "w_i_diag", "w_o_diag"):
            weight(call, self, "_" + name, name, n, initializer=initializer)
    if proj is not None:
        weight(
            call,
            self,
            "_proj_kernel",
            "projection/kernel",
            n,
            proj,
            initializer=initializer,
            partitioner=sharded(call, attrs["_num_proj_shards"]),
        )
    self.set("built", True)


def sigmoid(call: Any, value: Any) -> Any:
    return tf(call, "sigmoid", value)


@lstm.method(name="call")
def lstm_call(call: Any, self: InstanceValue, inputs: Any, state: Any) -> Any:
    """TF: LSTMCell.call."""
    attrs = self.attrs
    with inside(call):
        checked(call, inputs, state)
        n, proj = attrs["_num_units"], attrs["_num_proj"]
        if attrs["_state_is_tuple"] is not False:
            c, m = parts(call, state, 2)
        else:
            c = tf(call, "slice", state, ListValue([0, 0]), ListValue([-1, n]))
            m = tf(call, "slice", state, ListValue([0, n]), ListValue([-1, n if proj is None else proj]))
        gates = linear(call, [inputs, m], attrs["_kernel"], attrs["_bias"])
        i, j, f, o = parts(call, tf(call, "split", value=gates, num_or_size_splits=4, axis=1), 4)
        peeps = attrs["_use_peepholes"] is True
        act = attrs["_activation"]
        binary = call.binary
        forget = binary("+", f, attrs["_forget_bias"])
        if peeps:
            forget = binary("+", forget, binary("*", attrs["_w_f_diag"], c))
        kept = binary("*", sigmoid(call, forget), c)
        gate = binary("+", i, binary("*", attrs["_w_i_diag"], c)) if peeps else i
        added = binary("*", sigmoid(call, gate), call.invoke(act, j))
        new_c = binary("+", kept, added)
        if attrs["_cell_clip"] is not None:
            limit = attrs["_cell_clip"]
            new_c = tf(call, "clip_by_value", new_c, call.unary("-", limit), limit)
        gate = binary("+", o, binary("*", attrs["_w_o_diag"], new_c)) if peeps else o
        new_m = binary("*", sigmoid(call, gate), call.invoke(act, new_c))
        if proj is not None:
            new_m = tf(call, "matmul", new_m, attrs["_proj_kernel"])
            if attrs["_proj_clip"] is not None:
                limit = attrs["_proj_clip"]
                new_m = tf(call, "clip_by_value", new_m, call.unary("-", limit), limit)
        return (new_m, joined(call, self, new_c, new_m))


# Wrappers

wrapper = Namespace("tensorflow.python.ops.rnn_cell_impl").type("_RNNCellWrapperV1", bases=(CELL,))


def init_wrapper(call: Any, self: InstanceValue, cell: Any, **kwargs: Any) -> None:
    init_cell(call, self, **kwargs)
    like_cell(call, "cell", cell)
    self.set("cell", cell)
    self.set("_cell", cell)


@wrapper.method(name="__init__", raw=True)
def wrapper_init(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    self, *rest = args
    kwargs = dict(kwargs)
    init_wrapper(call, self, rest[0] if rest else kwargs.pop("cell", None), **kwargs)


@wrapper.method(name="__call__")
def wrapper_call(call: Any, self: InstanceValue, inputs: Any, state: Any, scope: Any = None) -> Any:
    """TF: _RNNCellWrapperV1.__call__: no scope of its own, the wrapped cell opens its."""
    cell = self.attrs["cell"]
    return call.method(self, "_call_wrapped_cell", inputs, state, call.getattr(cell, "__call__"), scope=scope)


sizes(
    wrapper,
    lambda call, self: call.getattr(self.attrs["cell"], "state_size"),
    lambda call, self: call.getattr(self.attrs["cell"], "output_size"),
)


@wrapper.method(name="zero_state")
def wrapper_zero_state(call: Any, self: InstanceValue, batch_size: Any, dtype: Any) -> Any:
    with operations.scope(call, self.cls.name + "ZeroState"):
        return call.method(self.attrs["cell"], "zero_state", batch_size, dtype)


def _weights_of(name: str) -> Any:
    return lambda call, self: call.getattr(self.attrs["cell"], name)


for _name in ("trainable_weights", "non_trainable_weights"):
    wrapper.cls.attrs[_name] = PropertyValue(
        NativeFunction(_name, _weights_of(_name), f"tensorflow.python.ops.rnn_cell_impl._RNNCellWrapperV1.{_name}")
    )

dropout_wrapper = api.type("DropoutWrapper", bases=(wrapper.cls,))


@dropout_wrapper.method(name="__init__", raw=True)
def dropout_init(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: DropoutWrapperBase.__init__. The three probabilities become constants while the wrapper is made."""
    self, *rest = args
    names = (
        "cell",
        "input_keep_prob",
        "output_keep_prob",
        "state_keep_prob",
        "variational_recurrent",
        "input_size",
        "dtype",
        "seed",
        "dropout_state_filter_visitor",
    )
    bound = {**dict(zip(names, rest, strict=False)), **kwargs}
    extra = {key: value for key, value in bound.items() if key not in names}
    init_wrapper(call, self, bound.get("cell"), dtype=bound.get("dtype"), **extra)
    with operations.scope(call, "DropoutWrapperInit"):
        for name in ("input_keep_prob", "state_keep_prob", "output_keep_prob"):
            given = bound.get(name, 1.0)
            tensor = operations.convert(call, given)
            const = tensor.const if isinstance(tensor.const, (int, float)) else None
            if const is not None and not 0 <= const <= 1:
                call.raise_("ValueError", f"Parameter {name} must be between 0 and 1: {int(const)}", kind="argument")
            self.set(
                "_" + name, float(const) if const is not None else (given if isinstance(given, Unknown) else tensor)
            )
        recurrent = bound.get("variational_recurrent", False)
        self.set("_variational_recurrent", recurrent)
        self.set("_input_size", bound.get("input_size"))
        self.set("_seed", bound.get("seed"))
        self.set("_dropout_state_filter", bound.get("dropout_state_filter_visitor"))
        self.set("_noise", None)
        if recurrent is True:
            _recurrent_noise(call, self, bound)


def _recurrent_noise(call: Any, self: InstanceValue, bound: dict[str, Any]) -> None:
    if bound.get("dtype") is None:
        call.raise_("ValueError", "When variational_recurrent=True, dtype must be provided", kind="argument")
    cell = self.attrs["cell"]
    wanted = []
    keep = self.attrs["_input_keep_prob"]
    if not isinstance(keep, float) or keep < 1.0:
        if bound.get("input_size") is None:
            call.raise_(
                "ValueError",
                "When variational_recurrent=True and input_keep_prob < 1.0 or is unknown, input_size must be provided",
                kind="argument",
            )
        wanted.append(("input", bound["input_size"]))
    wanted += [("state", call.getattr(cell, "state_size")), ("output", call.getattr(cell, "output_size"))]
    noise = {}
    for which, structure in wanted:

        def one(size: Any) -> Any:
            dims = dims_of_size(size)
            shape = tf(call, "concat", (ListValue([1]), ListValue(dims if isinstance(dims, tuple) else ())), 0)
            made = tf(call, "random_uniform", shape, dtype=bound["dtype"])
            return made

        noise[which] = map_all(call, one, structure)
    self.set("_noise", DictValue(noise))


def drop(call: Any, self: InstanceValue, which: str, values: Any, keep: Any, filtered: Any = None) -> Any:
    """TF: DropoutWrapperBase._dropout."""
    noise = self.attrs["_noise"]
    leaves = flatten(values)
    wanted = flatten(filtered) if filtered is not None else [True] * len(leaves)
    if len(wanted) != len(leaves):
        wanted = [True] * len(leaves)
    noises = flatten(noise.items.get(which)) if isinstance(noise, DictValue) else [None] * len(leaves)
    out = []
    for leaf, want, held in zip(leaves, wanted, noises, strict=False):
        if want is False:
            out.append(leaf)
        elif held is None:
            out.append(tf(call, "nn.dropout", leaf, rate=call.binary("-", 1.0, keep)))
        else:
            mask = tf(call, "floor", call.binary("+", keep, held))
            out.append(call.binary("*", tf(call, "div", leaf, keep), mask))
    return refill(values, iter(out)) if len(out) == len(leaves) else values


def default_filter(call: Any, state: Any) -> Any:
    """TF: _default_dropout_state_filter_visitor: of an LSTM's state only `h` is dropped."""
    if isinstance(state, InstanceValue) and state.cls is STATE_TUPLE:
        return state_tuple(False, True)
    if isinstance(state, InstanceValue) and isinstance(state.payload, tuple):
        return tuple(default_filter(call, member) for member in state.payload)
    if isinstance(state, (tuple, ListValue)):
        return tuple(default_filter(call, member) for member in items_of(state))
    return True


def is_dropping(keep: Any) -> bool:
    return not isinstance(keep, float) or keep < 1


@dropout_wrapper.method(name="_call_wrapped_cell", raw=True)
def dropout_call(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    self, inputs, state, cell_call = args
    attrs = self.attrs
    if is_dropping(attrs["_input_keep_prob"]):
        with inside(call):
            inputs = drop(call, self, "input", inputs, attrs["_input_keep_prob"])
    output, new_state = parts(call, call.engine.invoke(cell_call, (inputs, state), kwargs), 2)
    with inside(call):
        if is_dropping(attrs["_state_keep_prob"]):
            new_state = drop(call, self, "state", new_state, attrs["_state_keep_prob"], default_filter(call, new_state))
        if is_dropping(attrs["_output_keep_prob"]):
            output = drop(call, self, "output", output, attrs["_output_keep_prob"])
    return (output, new_state)


residual_wrapper = api.type("ResidualWrapper", bases=(wrapper.cls,))


@residual_wrapper.method(name="__init__", raw=True)
def residual_init(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    self, *rest = args
    bound = {**dict(zip(("cell", "residual_fn"), rest, strict=False)), **kwargs}
    init_wrapper(call, self, bound.pop("cell", None), **{k: v for k, v in bound.items() if k != "residual_fn"})
    self.set("_residual_fn", bound.get("residual_fn"))


@residual_wrapper.method(name="_call_wrapped_cell", raw=True)
def residual_call(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    self, inputs, state, cell_call = args
    output, new_state = parts(call, call.engine.invoke(cell_call, (inputs, state), kwargs), 2)
    function = self.attrs["_residual_fn"]
    if function is not None:
        return (call.invoke(function, inputs, output), new_state)
    with inside(call):
        return (map_all(call, lambda a, b: same_shape(call, a, b), inputs, output), new_state)


def same_shape(call: Any, inputs: Any, output: Any) -> Any:
    """TF: ResidualWrapper's assert_shape_match, and the sum."""
    one, two = getattr(inputs, "shape", None), getattr(output, "shape", None)
    if shapes_compatible(one, two) is NO:
        call.raise_("ValueError", f"Shapes {shape_text(one)} and {shape_text(two)} are incompatible", kind="shape")
    return call.binary("+", inputs, output)


device_wrapper = api.type("DeviceWrapper", bases=(wrapper.cls,))


@device_wrapper.method(name="__init__", raw=True)
def device_init(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    self, *rest = args
    bound = {**dict(zip(("cell", "device"), rest, strict=False)), **kwargs}
    init_wrapper(call, self, bound.pop("cell", None), **{k: v for k, v in bound.items() if k != "device"})


@device_wrapper.method(name="_call_wrapped_cell", raw=True)
def device_call(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return call.engine.invoke(args[3], (args[1], args[2]), kwargs)


# MultiRNNCell

multi = api.type("MultiRNNCell", bases=(CELL,))


@multi.method(name="__init__")
def multi_init(call: Any, self: InstanceValue, cells: Any, state_is_tuple: Any) -> None:
    init_cell(call, self)
    if isinstance(cells, Unknown):
        self.set("_cells", cells)
    elif not is_nested(cells):
        call.raise_("TypeError", f"cells must be a list or tuple, but saw: {call.to_string(cells)}.", kind="argument")
    elif not items_of(cells) and getattr(cells, "rest", None) is None:
        call.raise_("ValueError", "Must specify at least one cell for MultiRNNCell.", kind="argument")
    self.set("_cells", cells)
    self.set("_state_is_tuple", state_is_tuple)
    if state_is_tuple is False:
        held = [call.getattr(c, "state_size") for c in cells_of(self)]
        if any(is_nested(size) for size in held):
            call.raise_(
                "ValueError",
                "Some cells return tuples of states, but the flag state_is_tuple is not set.  "
                f"State sizes are: {call.to_string(ListValue(held))}",
                kind="argument",
            )


def cells_of(self: InstanceValue) -> list[Any]:
    held = self.attrs["_cells"]
    return [] if isinstance(held, Unknown) else items_of(held)


def multi_state(call: Any, self: InstanceValue) -> Any:
    cells = cells_of(self)
    if isinstance(self.attrs["_cells"], Unknown):
        return self.attrs["_cells"].derive("")
    held = [call.getattr(cell, "state_size") for cell in cells]
    if self.attrs["_state_is_tuple"] is not False:
        return tuple(held)
    total: Any = 0
    for size in held:
        total = total + size
    return total


def multi_output(call: Any, self: InstanceValue) -> Any:
    cells = cells_of(self)
    return call.getattr(cells[-1], "output_size") if cells else Unknown("the output of cells that are not known")


sizes(multi, multi_state, multi_output)
multi.cls.attrs["cells"] = PropertyValue(
    NativeFunction("cells", lambda call, self: ListValue(cells_of(self)), "tf.nn.rnn_cell.MultiRNNCell.cells")
)


@multi.method(name="zero_state")
def multi_zero_state(call: Any, self: InstanceValue, batch_size: Any, dtype: Any) -> Any:
    with operations.scope(call, self.cls.name + "ZeroState"):
        if self.attrs["_state_is_tuple"] is not False:
            return tuple(call.method(cell, "zero_state", batch_size, dtype) for cell in cells_of(self))
        return CELL.attrs["zero_state"].impl(call, self, batch_size, dtype)


def _gathered(name: str) -> Any:
    def read(call: Any, self: InstanceValue) -> Any:
        out: list[Any] = []
        for cell in cells_of(self):
            if isinstance(cell, InstanceValue) and cell.cls.derives_from("tf.keras.layers.Layer"):
                out += items_of(call.getattr(cell, name))
        return ListValue(out)

    return read


for _name in ("trainable_weights", "non_trainable_weights"):
    multi.cls.attrs[_name] = PropertyValue(
        NativeFunction(_name, _gathered(_name), f"tf.nn.rnn_cell.MultiRNNCell.{_name}")
    )


@multi.method(name="call")
def multi_call(call: Any, self: InstanceValue, inputs: Any, state: Any) -> Any:
    """TF: MultiRNNCell.call: each cell in a scope `cell_0`, `cell_1`."""
    cells = cells_of(self)
    if isinstance(self.attrs["_cells"], Unknown):
        return call.cannot_know("the cells of a MultiRNNCell", may_make=True)
    as_tuple = self.attrs["_state_is_tuple"] is not False
    if as_tuple and not is_nested(state) and not isinstance(state, Unknown):
        call.raise_(
            "ValueError",
            f"Expected state to be a tuple of length {len(cells)}, but received: {call.to_string(state)}",
            kind="argument",
        )
    position: Any = 0
    new_states = []
    for number, cell in enumerate(cells):
        with tools.variable_scope(call, f"cell_{number}"):
            if as_tuple:
                own = state if isinstance(state, Unknown) else call.getitem(state, number)
            else:
                size = call.getattr(cell, "state_size")
                with inside(call):
                    own = tf(call, "slice", state, ListValue([0, position]), ListValue([-1, size]))
                position = position + size
            inputs, new = parts(call, call.invoke(cell, inputs, own), 2)
            new_states.append(new)
    if as_tuple:
        return (inputs, tuple(new_states))
    with inside(call):
        return (inputs, tf(call, "concat", ListValue(new_states), 1))
