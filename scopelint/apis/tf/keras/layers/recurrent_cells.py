"""tf.keras.layers: the cells of recurrent layers, and cells one above the other."""

from __future__ import annotations

from contextlib import nullcontext
from types import NoneType
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.tf.framework import dims
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework.bare_op import make
from scopelint.apis.tf.framework.dims import dimension
from scopelint.apis.tf.framework.keras_state import keras
from scopelint.apis.tf.framework.op_inputs import deps_of
from scopelint.apis.tf.framework.operations import scope
from scopelint.apis.tf.framework.python_values import as_dtype, dtype_of
from scopelint.apis.tf.framework.structures import is_sequence, items_of
from scopelint.apis.tf.keras import declaring as types
from scopelint.apis.tf.keras.base_layer import LAYER, call_parameters, weight
from scopelint.apis.tf.keras.layers.core import method
from scopelint.apis.tf.keras.variable_scopes import has_own_scope
from scopelint.graph.releases import KERAS_CELL_SCOPE
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import MISSING, InstanceValue, NativeFunction, PropertyValue
from scopelint.values.tensors import DType, TensorShape
from scopelint.values.text import hole
from scopelint.values.truth import is_on

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
        check_step(call, self, inputs, training)
        if isinstance(states, ListValue) and states.rest is None and len(states.items) < (2 if gates == 4 else 1):
            call.raise_("IndexError", "list index out of range", "argument")
        former = states.items[0] if isinstance(states, ListValue) and states.items else None
        width = None if former is None else dimension(dims.dims_of(former), -1)
        if isinstance(width, int) and isinstance(self.attrs["units"], int) and width != self.attrs["units"]:
            said = f"Dimensions must be equal, but are {width} and {self.attrs['units']} for '"
            call.raise_("ValueError", f"{said}{call.graph.get_name_scope()}/MatMul' (op: 'MatMul')", "shape")
        batch = dimension(dims.dims_of(inputs), 0, "batch")
        held = [self.attrs.get(k) for k in ("kernel", "recurrent_kernel", "bias")]
        plain = self.attrs.get("implementation", 1) == 1
        kind, name = ("Tanh", None) if gates == 1 else ("Mul", "mul") if gates == 4 and plain else ("AddV2", "add")
        for _ in range(5 if gates > 1 and plain else 0):
            call.graph.op(kind, name)
        deps, shape = deps_of(inputs, states, held), (batch, self.attrs["units"])
        made = make(call, kind, name, shape, dtype_of(inputs), deps)
        if gates != 4:
            return made, ListValue([made])
        for _ in range(5 if plain else 0):
            call.graph.op("AddV2", "add")
        carry = make(call, "AddV2", "add" if plain else hole("carry"), shape, dtype_of(inputs), deps)
        return made, ListValue([made, carry])

    def prepare(call: Call, self: InstanceValue) -> None:
        self.set("state_size", state_size(self, gates))
        limit_dropout(call, self)
        if isinstance(self.attrs.get("reset_after"), (int, float, str)):
            self.set("reset_after", bool(self.attrs["reset_after"]))

    made = types.layer_type(name, prepare=prepare)
    made.cls.attrs["<slices>"] = gates
    method(made, "build", build)
    made.cls.attrs["call"] = NativeFunction("call", step, f"tf.keras.layers.{name}.call")
    made.cls.attrs["output_size"] = PropertyValue(
        NativeFunction("output_size", lambda call, args, kwargs: args[0].attrs.get("units"), "", raw=True)
    )
    made.cls.attrs["get_initial_state"] = NativeFunction(
        "get_initial_state", zero_state, f"tf.keras.layers.{name}.get_initial_state"
    )


def limit_dropout(call: Call, self: InstanceValue) -> None:
    """TF: LSTMCell.__init__ and its like: min(1., max(0., dropout))."""
    for key in ("dropout", "recurrent_dropout"):
        rate = self.attrs.get(key)
        if key in self.attrs and isinstance(rate, (str, NoneType)):
            kind = call.class_of(rate).name
            call.raise_("TypeError", f"'>' not supported between instances of '{kind}' and 'float'", "argument")
        if isinstance(rate, (int, float)):
            self.set(key, min(1.0, max(0.0, rate)))


def check_step(call: Call, cell: AnyValue, inputs: AnyValue, training: AnyValue = None) -> None:
    """TF: LSTMCell.call and its like: what is refused of inputs of another dtype, and of dropping all."""
    if not isinstance(cell, InstanceValue) or cell.cls.find("<slices>") is MISSING:
        return
    for key in ("dropout", "recurrent_dropout"):
        if cell.attrs.get(key) == 1.0 and training is not False:
            said = "rate must be a scalar tensor or a float in the range [0, 1), got 1"
            call.raise_("ValueError", said, "argument")
    one, two = dtype_of(inputs), dtype_of(cell.attrs.get("kernel"))
    if isinstance(one, DType) and isinstance(two, DType) and one.base_name != two.base_name:
        said = f"Input 'b' of 'MatMul' Op has type {two.base_name} that does not match type {one.base_name} of "
        call.raise_("TypeError", said + "argument 'a'.", "argument")


def slices_of(call: Call, cell: AnyValue) -> int:
    """How often a step of TF's own cells takes a slice of what it holds."""
    if not isinstance(cell, InstanceValue):
        return 0
    if cell.cls.derives_from(stacked.cls):
        return sum(slices_of(call, one) for one in cells_of(cell))
    gates = cell.cls.find("<slices>")
    if not isinstance(gates, int) or gates == 1:
        return 0
    apart, after = cell.attrs.get("implementation") == 1, is_on(cell.attrs.get("reset_after"))
    if gates == 4:
        return 4 if apart else 0
    if not apart:
        return 6 if after else 7
    # Of both kernels, and of the bias or of both.
    return 6 + (0 if cell.attrs.get("use_bias") is False else 6 if after else 3)


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
    if isinstance(cells, InstanceValue) and cells.cls.derives_from(LAYER):
        call.raise_("TypeError", f"'{cells.cls.name}' object is not iterable", "argument")
    for cell in items_of(cells):
        for wanted, kind in (("call", "method"), ("state_size", "attribute")):
            if call.getattr(cell, wanted, MISSING) is MISSING:
                said = f"('All cells must have a `{wanted}` {kind}. received cells:', {call.to_string(cells)})"
                call.raise_("ValueError", said, "argument")
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


@stacked.method(name="get_initial_state")
def stacked_initial(call: Call, self: InstanceValue, inputs: AnyValue, batch_size: AnyValue, dtype: AnyValue) -> Any:
    """TF: StackedRNNCells.get_initial_state."""
    others = other_cells(self)
    if others is not None:
        return others.derive("")
    states = []
    for cell in cells_of(self):
        own = call.getattr(cell, "get_initial_state", MISSING)
        if own is MISSING:
            states.append(zero_state(call, cell, inputs, batch_size, dtype))
        else:
            states.append(call.invoke(own, inputs=inputs, batch_size=batch_size, dtype=dtype))
    return tuple(states)


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
