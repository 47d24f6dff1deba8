"""tf.keras.layers: recurrent layers and their cells, Bidirectional, ConvLSTM2D, the cuDNN forms."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.tf.framework import dims
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.framework.bare_op import make
from scopelint.apis.tf.framework.dims import dimension
from scopelint.apis.tf.framework.keras_state import keras
from scopelint.apis.tf.framework.op_inputs import deps_of
from scopelint.apis.tf.framework.operations import scope
from scopelint.apis.tf.framework.python_values import as_dtype, dtype_of, is_tensor
from scopelint.apis.tf.framework.structures import flatten, is_sequence, items_of, mapped
from scopelint.apis.tf.keras import declaring as types
from scopelint.apis.tf.keras.base_layer import LAYER, call_layer, call_parameters, weight
from scopelint.apis.tf.keras.by_name import regularizer
from scopelint.apis.tf.keras.input_spec import spec
from scopelint.apis.tf.keras.layers.core import method
from scopelint.apis.tf.keras.variable_scopes import has_own_scope, set_scope
from scopelint.graph.releases import KERAS_CELL_SCOPE, KERAS_CELLS_NAMED
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import ClassValue, InstanceValue, NativeFunction, PropertyValue
from scopelint.values.tensors import Tensor, TensorShape, shapes_compatible
from scopelint.values.text import hole
from scopelint.values.truth import NO, is_on

# cells


def _cell(name: str, gates: int) -> None:
    """SimpleRNNCell, GRUCell, LSTMCell: one kernel for the input, one for the state, a bias."""

    def build(call: Call, self: InstanceValue, input_shape: AnyValue) -> None:
        """TF: recurrent.LSTMCell.build and its like."""
        attrs = self.attrs
        units = attrs["units"]
        width = dimension(dims.dims_of(input_shape), -1)
        each = call.binary("*", units, gates) if gates > 1 else units
        weight(call, self, "kernel", (width, each))
        weight(call, self, "recurrent_kernel", (units, each), prefix="recurrent")
        shape: tuple[Any, ...] = (each,)
        if gates == 3 and is_on(attrs.get("reset_after")):
            shape = (2, each)
        weight(call, self, "bias", shape, when=attrs["use_bias"], **forget_bias(call, self))
        self.set("built", True)

    def step(call: Call, self: InstanceValue, inputs: AnyValue, states: AnyValue, training: AnyValue = None) -> Any:
        batch = dimension(dims.dims_of(inputs), 0, "batch")
        held = [self.attrs.get(k) for k in ("kernel", "recurrent_kernel", "bias")]
        made = make(
            call,
            "AddV2" if gates != 1 else "Tanh",
            "add" if gates != 1 else None,
            (batch, self.attrs["units"]),
            dtype_of(inputs),
            deps_of(inputs, states, held),
        )
        return made, ListValue([made] * (2 if gates == 4 else 1))

    made = types.layer_type(name, prepare=lambda call, self: self.set("state_size", state_size(self, gates)))
    method(made, "build", build)
    made.cls.attrs["call"] = NativeFunction("call", step, f"tf.keras.layers.{name}.call")
    made.cls.attrs["output_size"] = PropertyValue(
        NativeFunction("output_size", lambda call, args, kwargs: args[0].attrs.get("units"), "", raw=True)
    )
    made.cls.attrs["get_initial_state"] = NativeFunction(
        "get_initial_state", zero_state, f"tf.keras.layers.{name}.get_initial_state"
    )


def zero_state(call: Call, self: InstanceValue, inputs: AnyValue, batch_size: AnyValue, dtype: AnyValue) -> Any:
    """TF: _generate_zero_filled_state_for_cell, which tf.nn.dynamic_rnn asks for."""
    if inputs is not None:
        batch_size, dtype = call.getitem(call.new("tf.shape", inputs), 0), dtype_of(inputs)
    sizes = self.attrs.get("state_size")
    if isinstance(sizes, ListValue):
        return ListValue([call.new("tf.zeros", ListValue([batch_size, size]), dtype) for size in sizes.items])
    return call.new("tf.zeros", ListValue([batch_size, sizes]), dtype)


def state_size(self: InstanceValue, gates: int) -> Any:
    units = self.attrs["units"]
    return ListValue([units, units]) if gates == 4 else units


def forget_bias(call: Call, self: InstanceValue) -> dict[str, Any]:
    """The bias of an LSTM starts with ones for the forget gate."""
    if self.attrs.get("unit_forget_bias") is not True:
        return {}

    def initial(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return make(
            call, "ConcatV2", "concat", dims.dims_of(args[0] if args else None), as_dtype(call, kwargs.get("dtype"))
        )

    return {"initializer": NativeFunction("bias_initializer", initial, "", raw=True)}


_cell("SimpleRNNCell", 1)
_cell("GRUCell", 3)
_cell("LSTMCell", 4)

stacked = types.layer_type("StackedRNNCells")


@stacked.method(name="__init__")
def stacked_init(call: Call, self: InstanceValue, cells: AnyValue, kwargs: dict[str, Any]) -> None:
    call.setattr(self, "cells", cells)
    kwargs = {k: v for k, v in kwargs.items() if k != "reverse_state_order"}
    call.invoke(tools.super_method(self, stacked.cls, "__init__"), **kwargs)


def cells_of(self: InstanceValue) -> list[Any]:
    return items_of(self.attrs.get("cells"))


def other_cells(self: InstanceValue) -> Unknown | None:
    """Why there may be cells that are not seen."""
    held = self.attrs.get("cells")
    return held if isinstance(held, Unknown) else getattr(held, "rest", None)


def _state_sizes(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    others = other_cells(args[0])
    return tuple(call.getattr(c, "state_size") for c in cells_of(args[0])) if others is None else others.derive("")


stacked.cls.attrs["state_size"] = PropertyValue(NativeFunction("state_size", _state_sizes, "", raw=True))


def _last_width(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    cells = cells_of(args[0])
    others = other_cells(args[0])
    if others is not None:
        return others.derive("")
    return width_of(call, cells[-1]) if cells else call.unknown("the width of cells that are not known")


stacked.cls.attrs["output_size"] = PropertyValue(NativeFunction("output_size", _last_width, "", raw=True))


@stacked.method(name="build")
def stacked_build(call: Call, self: InstanceValue, input_shape: AnyValue) -> None:
    """TF: StackedRNNCells.build. All cells' variables are in the layer's own scope."""
    shape = dims.dims_of(input_shape)
    batch = dimension(shape, 0, "batch")
    others, held = other_cells(self), self.attrs.get("cells")
    firm = len(held.placed) if isinstance(held, ListValue) else len(cells_of(self))
    for at, cell in enumerate(cells_of(self)):
        if at == firm:
            shape = Unknown("the cells before are not known")
        build_cell(call, cell, shape)
        shape = (batch, width_of(call, cell)) if at < firm else shape
    if others is not None:
        call.cannot_know("not all cells of a StackedRNNCells are known", may_make=True)
    self.set("built", True)


@stacked.method(name="call", raw=True)
def stacked_call(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    self, inputs = args[0], args[1]
    states = items_of(args[2] if len(args) > 2 else kwargs.get("states"))
    rest = {k: v for k, v in kwargs.items() if k != "states"}
    new = []
    for at, cell in enumerate(cells_of(self)):
        given = states[at] if at < len(states) else ListValue([inputs])
        if not is_sequence(given):
            given = ListValue([given])
        takes = {k: v for k, v in rest.items() if k in call_parameters(call, cell)[0]}
        made = items_of(call.method(cell, "call", inputs, given, **takes))
        inputs = made[0]
        new.append(made[1] if len(made) > 1 else ListValue())
    others = other_cells(self)
    return (inputs, tuple(new)) if others is None else (others.derive(""), others.derive(""))


def build_cell(call: Call, cell: AnyValue, shape: AnyValue) -> None:
    if isinstance(cell, InstanceValue) and cell.cls.derives_from(LAYER) and cell.attrs.get("built") is not True:
        if cell.attrs.get("<dtype>") is None:
            cell.set("<dtype>", keras(call).float_dtype)
        with _scope_of_cell(call, cell):
            call.method(cell, "build", TensorShape(shape))
        cell.set("built", True)


def _scope_of_cell(call: Call, cell: InstanceValue) -> Any:
    """Where a cell's variables lie: in its layer's scope, or in one of its own below it."""
    if has_own_scope(call, cell):
        return nullcontext()
    return scope(call, call.getattr(cell, "name")) if KERAS_CELL_SCOPE.at(call.state.release) else nullcontext()


def width_of(call: Call, cell: AnyValue) -> Any:
    """The last dimension of what a cell gives: its output size, or that of its first state."""
    size = call.getattr(cell, "output_size", None)
    if size is None:
        size = call.getattr(cell, "state_size", None)
        if is_sequence(size):
            size = items_of(size)[0]
    if isinstance(size, (TensorShape, tuple, ListValue)):
        dims = items_of(size)
        return dims[-1] if dims else Unknown("the size of a cell's output is not known")
    return tools.integer(size)


# RNN


rnn = types.layer_type("RNN", canonical="tf.keras.layers.RNN")
RNN = rnn.cls


@rnn.method(name="__init__", raw=True)
def rnn_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: recurrent.RNN.__init__."""
    self = args[0]
    given, extra = bind(call, "tf.keras.layers.RNN", args[1:], kwargs)
    init_rnn(call, self, RNN, given.pop("cell"), given, extra)


def init_rnn(
    call: Call, self: InstanceValue, after: ClassValue, cell: AnyValue, given: dict[str, Any], extra: dict[str, Any]
) -> None:
    if isinstance(cell, (ListValue, tuple)):
        cell = call.new("tf.keras.layers.StackedRNNCells", cell)
    if isinstance(cell, (str, int, float)):
        said = f"('`cell` should have a `call` method. The RNN was passed:', {cell!r})"
        call.raise_("ValueError", said, "argument")
    extra = {k: v for k, v in extra.items() if k != "zero_output_for_mask"}
    if "input_shape" not in extra and ("input_dim" in extra or "input_length" in extra):
        extra["input_shape"] = (extra.pop("input_length", None), extra.pop("input_dim", None))
    call.invoke(tools.super_method(self, after, "__init__"), **extra)
    if cell is not None:
        call.setattr(self, "cell", cell)
    for key, value in given.items():
        self.set(key, value)
    self.set("supports_masking", True)
    self.set("_states", None)


def step_shape(self: InstanceValue, shape: AnyValue) -> Any:
    if not isinstance(shape, tuple):
        return shape
    return shape[1:] if is_on(self.attrs.get("time_major")) else shape[:1] + shape[2:]


@rnn.method(name="build")
def rnn_build(call: Call, self: InstanceValue, input_shape: AnyValue) -> None:
    """TF: RNN.build."""
    if isinstance(input_shape, ListValue):
        input_shape = input_shape.items[0]
    shape = dims.dims_of(input_shape)
    if isinstance(shape, tuple) and len(shape) < 2:
        call.raise_("IndexError", "list assignment index out of range", "shape")
    cell = self.attrs.get("cell")
    if has_own_scope(call, self) and not KERAS_CELL_SCOPE.at(call.state.release) and isinstance(cell, InstanceValue):
        # Before there were cells, the layer itself made the variables.
        set_scope(call, self)
        cell.set("_scope", self.attrs["_scope"])
    build_cell(call, cell, step_shape(self, shape))
    check_initial(call, self)
    if is_on(self.attrs.get("stateful")):
        make_states(call, self, dimension(shape, 0, "batch"))
    self.set("built", True)


def _spec(shape: AnyValue) -> str:
    """TF: InputSpec.__repr__, of one made of a shape."""
    if not isinstance(shape, tuple):
        return "InputSpec(shape=None)"
    sizes = ", ".join(str(dim) if not isinstance(dim, Unknown) else hole(dim.label) for dim in shape)
    return f"InputSpec(shape=({sizes}{',' if len(shape) == 1 else ''}), ndim={len(shape)})"


def check_initial(call: Call, self: InstanceValue) -> None:
    """TF: RNN._validate_state_spec: the states given at the first call, against those of the cell."""
    given, sizes = self.attrs.get("<initial>"), sizes_of(call, self)
    if not isinstance(given, ListValue) or given.rest is not None or not all(isinstance(s, int) for s in sizes):
        return
    shapes = [dims.dims_of(x) if is_tensor(x) else Unknown("the shape of a state") for x in given.items]
    if len(shapes) == len(sizes) and all(
        shapes_compatible(shape[1:] if isinstance(shape, tuple) else shape, (size,)) is not NO
        for shape, size in zip(shapes, sizes, strict=True)
    ):
        return
    call.raise_(
        "ValueError",
        "An `initial_state` was passed that is not compatible with `cell.state_size`. Received `state_spec`="
        f"ListWrapper([{', '.join(map(_spec, shapes))}]); however `cell.state_size` is {sizes}",
        "layer_input",
    )


def make_states(call: Call, self: InstanceValue, batch: AnyValue) -> None:
    """TF: RNN.reset_states. A stateful layer keeps its states in variables."""
    if batch is None:
        call.raise_(
            "ValueError",
            "If a RNN is stateful, it needs to know its batch size. Specify the batch size of your input tensors: ",
            "layer",
        )
    if self.attrs.get("_states") is not None:
        return
    sizes = sizes_of(call, self)
    self.set("_states", ListValue([call.new("tf.keras.backend.zeros", ListValue([batch, size])) for size in sizes]))


def sizes_of(call: Call, self: InstanceValue) -> list[Any]:
    cell = self.attrs.get("cell")
    size = call.getattr(cell, "state_size", None) if cell is not None else self.attrs.get("state_size")
    return flatten(size)


@rnn.method(name="reset_states", raw=True)
def rnn_reset(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    return None


rnn.cls.attrs["states"] = PropertyValue(
    NativeFunction("states", lambda call, args, kwargs: args[0].attrs.get("_states"), "", raw=True),
    NativeFunction("states", lambda call, args, kwargs: args[0].set("_states", args[1]), "", raw=True),
)


@rnn.method(name="__call__", raw=True)
def rnn_dunder_call(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: RNN.__call__. States and constants that are keras tensors count as inputs."""
    self, kwargs = args[0], dict(kwargs)
    inputs = args[1] if len(args) > 1 else kwargs.pop("inputs")
    initial = args[2] if len(args) > 2 else kwargs.pop("initial_state", None)
    constants = args[3] if len(args) > 3 else kwargs.pop("constants", None)
    more = []
    for extra in (initial, constants):
        if extra is not None:
            more += items_of(extra) if isinstance(extra, (ListValue, tuple)) else [extra]
    if initial is not None and not isinstance(initial, Unknown):
        self.set("<initial>", initial if isinstance(initial, ListValue) else ListValue(flatten(initial)))
    if more and all(keras(call).history(x) is not None for x in flatten(ListValue(more))):
        self.set("_input_spec", None)
        return call_layer(call, self, ListValue([inputs, *more]), (), kwargs)
    if initial is not None:
        kwargs["initial_state"] = initial
    if constants is not None:
        kwargs["constants"] = constants
    return call_layer(call, self, inputs, (), kwargs)


@rnn.method(name="call", raw=True)
def rnn_call(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: RNN.call. The program's own cell is stepped once, as the body of the loop is traced once."""
    self = args[0]
    inputs = args[1] if len(args) > 1 else kwargs.get("inputs")
    initial = kwargs.get("initial_state")
    if isinstance(inputs, ListValue):
        members = inputs.items
        if len(members) > 1:
            initial = ListValue(members[1:])
        inputs = members[0]
    if isinstance(inputs, tuple) and inputs:
        inputs = flatten(inputs)[0]
    inputs = tools.as_tensor(call, inputs)
    attrs, cell = self.attrs, self.attrs.get("cell")
    shape = dims.dims_of(inputs)
    batch, steps = (dimension(shape, 0, "batch"), dimension(shape, 1, "steps"))
    if is_on(attrs.get("time_major")):
        batch, steps = steps, batch
    dtype = dtype_of(inputs)
    graph = call.graph
    out = step_output(call, self, inputs, cell, batch, initial)
    deps = deps_of(inputs, initial, items_of(call.getattr(self, "weights")))
    full = (batch, steps, *out) if not is_on(attrs.get("time_major")) else (steps, batch, *out)
    if attrs.get("return_sequences"):
        output = make(call, "Transpose", "transpose_1", full, dtype, deps)
    else:
        graph.op("TensorArrayGatherV3", "TensorArrayStack/TensorArrayGatherV3")
        output = make(call, "StridedSlice", "strided_slice_6", (batch, *out), dtype, deps)
    output = output.stands_for(cell)
    if attrs.get("return_state"):
        states = [
            make(call, "Exit", "while/Exit", (batch, *dims_of(size)), dtype, deps) for size in sizes_of(call, self)
        ]
        return ListValue([output, *states])
    return output


def dims_of(size: AnyValue) -> tuple[Any, ...]:
    return tuple(items_of(size)) if isinstance(size, (TensorShape, tuple, ListValue)) else (size,)


def step_output(
    call: Call, self: InstanceValue, inputs: AnyValue, cell: AnyValue, batch: AnyValue, initial: AnyValue
) -> tuple[Any, ...]:
    """The shape of one step's output without its batch."""
    if not isinstance(cell, InstanceValue):
        return (self.attrs.get("units"),)
    own = cell.cls.find("call")
    if isinstance(own, NativeFunction) and not cell.cls.derives_from(stacked.cls):
        return (width_of(call, cell),)
    step = Tensor(
        hole("step"),
        0,
        "TensorArrayReadV3",
        step_shape(self, dims.dims_of(inputs)),
        dtype_of(inputs),
        call.graph,
        deps_of(inputs),
    )
    states = mapped(
        lambda size: Tensor(
            hole("state"),
            0,
            "Identity",
            (batch, *dims_of(size)),
            dtype_of(inputs),
            call.graph,
            deps_of(inputs, initial),
        ),
        call.getattr(cell, "state_size", None),
    )
    states = states if is_sequence(states) else ListValue([states])
    with scope(call, "while"):
        made = call.method(cell, "call", step, states)
    made = items_of(made)
    found = dims.dims_of(made[0]) if made and is_tensor(made[0]) else None
    return found[1:] if isinstance(found, tuple) and len(found) > 1 else (width_of(call, cell),)


@rnn.method(name="compute_output_shape")
def rnn_shape(call: Call, self: InstanceValue, input_shape: AnyValue) -> Any:
    """TF: RNN.compute_output_shape."""
    if isinstance(input_shape, ListValue):
        input_shape = input_shape.items[0]
    shape = dims.dims_of(input_shape)
    batch, steps = dimension(shape, 0, "batch"), dimension(shape, 1, "steps")
    cell = self.attrs.get("cell")
    width = width_of(call, cell) if cell is not None else self.attrs.get("units")
    out = TensorShape((batch, steps, width) if is_on(self.attrs.get("return_sequences")) else (batch, width))
    if is_on(self.attrs.get("return_state")):
        return ListValue([out, *(TensorShape((batch, size)) for size in sizes_of(call, self))])
    return out


@rnn.method(name="compute_mask")
def rnn_mask(call: Call, self: InstanceValue, inputs: AnyValue, mask: AnyValue) -> Any:
    if isinstance(mask, ListValue):
        mask = mask.items[0]
    return mask if is_on(self.attrs.get("return_sequences")) else None


OF_CELL = (
    "units",
    "activation",
    "recurrent_activation",
    "use_bias",
    "kernel_initializer",
    "recurrent_initializer",
    "bias_initializer",
    "unit_forget_bias",
    "kernel_regularizer",
    "recurrent_regularizer",
    "bias_regularizer",
    "kernel_constraint",
    "recurrent_constraint",
    "bias_constraint",
    "dropout",
    "recurrent_dropout",
    "implementation",
    "reset_after",
)
OF_LAYER = ("return_sequences", "return_state", "go_backwards", "stateful", "unroll", "time_major")


def _layer(name: str, cell_name: str) -> None:
    """SimpleRNN, GRU, LSTM: an RNN around a cell of its own."""
    made = types.layer_type(name, "tf.keras.layers.RNN")
    cls = made.cls

    def init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self = args[0]
        given, extra = bind(call, f"tf.keras.layers.{name}", args[1:], kwargs)
        options = {k: given[k] for k in OF_CELL if k in given}
        if extra.get("dtype") is not None:
            options["dtype"] = extra["dtype"]
        if KERAS_CELLS_NAMED.at(call.state.release):
            options["name"] = tools.snake_case(cell_name)
        cell = call.new(f"tf.keras.layers.{cell_name}", **options)
        init_rnn(call, self, RNN, cell, {k: given[k] for k in OF_LAYER if k in given}, extra)
        if given.get("activity_regularizer") is not None:
            self.set("_activity_regularizer", regularizer(call, given["activity_regularizer"]))
        self.set("_input_spec", ListValue([spec(ndim=3)]))
        self.set("<parameters>", tuple(given))

    cls.attrs["__init__"] = NativeFunction("__init__", init, f"tf.keras.layers.{name}.__init__", raw=True)
    for attribute in OF_CELL:
        cls.attrs[attribute] = PropertyValue(
            NativeFunction(
                attribute, lambda call, args, kwargs, a=attribute: call.getattr(args[0].attrs["cell"], a), "", raw=True
            )
        )


_layer("SimpleRNN", "SimpleRNNCell")
_layer("GRU", "GRUCell")
_layer("LSTM", "LSTMCell")


@rnn.method(name="get_config")
def rnn_config(call: Call, self: InstanceValue) -> Any:
    """TF: RNN.get_config and its subclasses'. A cell of the program's own stays as it is."""
    base = LAYER.attrs["get_config"].impl(call, self)
    for key in OF_LAYER:
        if key in self.attrs:
            base.items[key] = self.attrs[key]
    names = self.attrs.get("<parameters>", ())
    for key in names:
        if key in OF_CELL:
            base.items[key] = call.getattr(self, key)
    if not names:
        base.items["cell"] = self.attrs.get("cell")
    if "dtype" in base.items and base.items["dtype"] is None:
        del base.items["dtype"]
    return base
