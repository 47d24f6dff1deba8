"""Cells around other cells: dropout, residuals, devices, MultiRNNCell."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework import operations
from scopelint.apis.tf.framework.structures import flatten, items_of, refill
from scopelint.apis.tf.rnn.cells import (
    CELL,
    dims_of_size,
    init_cell,
    inside,
    is_nested,
    like_cell,
    map_all,
    sizes,
    tf,
)
from scopelint.apis.tf.rnn.lstm_and_gru import STATE_TUPLE, parts, state_tuple
from scopelint.graph.state import GraphState
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import InstanceValue, NativeFunction, PropertyValue
from scopelint.values.seen import is_unseen
from scopelint.values.tensors import shape_text, shapes_compatible
from scopelint.values.truth import NO, is_not_off

api = Namespace("tf.nn.rnn_cell")


wrapper = Namespace("tensorflow.python.ops.rnn_cell_impl").type("_RNNCellWrapperV1", bases=(CELL,))


def init_wrapper(call: Call, self: InstanceValue, cell: AnyValue, **kwargs: Any) -> None:
    init_cell(call, self, **kwargs)
    like_cell(call, "cell", cell)
    self.set("cell", cell)
    self.set("_cell", cell)


@wrapper.method(name="__init__", raw=True)
def wrapper_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    self, *rest = args
    kwargs = dict(kwargs)
    init_wrapper(call, self, rest[0] if rest else kwargs.pop("cell", None), **kwargs)


@wrapper.method(name="__call__")
def wrapper_call(call: Call, self: InstanceValue, inputs: AnyValue, state: GraphState, scope: AnyValue = None) -> Any:
    """TF: _RNNCellWrapperV1.__call__: no scope of its own, the wrapped cell opens its."""
    cell = self.attrs["cell"]
    return call.method(self, "_call_wrapped_cell", inputs, state, call.getattr(cell, "__call__"), scope=scope)


sizes(
    wrapper,
    lambda call, self: call.getattr(self.attrs["cell"], "state_size"),
    lambda call, self: call.getattr(self.attrs["cell"], "output_size"),
)


@wrapper.method(name="zero_state")
def wrapper_zero_state(call: Call, self: InstanceValue, batch_size: AnyValue, dtype: AnyValue) -> Any:
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
def dropout_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
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


def _recurrent_noise(call: Call, self: InstanceValue, bound: dict[str, Any]) -> None:
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

        def one(size: AnyValue) -> Any:
            dims = dims_of_size(size)
            shape = tf(call, "concat", (ListValue([1]), ListValue(dims if isinstance(dims, tuple) else ())), 0)
            made = tf(call, "random_uniform", shape, dtype=bound["dtype"])
            return made

        noise[which] = map_all(call, one, structure)
    self.set("_noise", DictValue(noise))


def drop(
    call: Call, self: InstanceValue, which: str, values: AnyValue, keep: AnyValue, filtered: AnyValue = None
) -> Any:
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


def default_filter(call: Call, state: GraphState) -> Any:
    """TF: _default_dropout_state_filter_visitor: of an LSTM's state only `h` is dropped."""
    if isinstance(state, InstanceValue) and state.cls is STATE_TUPLE:
        return state_tuple(False, True)
    if isinstance(state, InstanceValue) and isinstance(state.payload, tuple):
        return tuple(default_filter(call, member) for member in state.payload)
    if isinstance(state, (tuple, ListValue)):
        return tuple(default_filter(call, member) for member in items_of(state))
    return True


def is_dropping(keep: AnyValue) -> bool:
    return not isinstance(keep, float) or keep < 1


@dropout_wrapper.method(name="_call_wrapped_cell", raw=True)
def dropout_call(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
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
def residual_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    self, *rest = args
    bound = {**dict(zip(("cell", "residual_fn"), rest, strict=False)), **kwargs}
    init_wrapper(call, self, bound.pop("cell", None), **{k: v for k, v in bound.items() if k != "residual_fn"})
    self.set("_residual_fn", bound.get("residual_fn"))


@residual_wrapper.method(name="_call_wrapped_cell", raw=True)
def residual_call(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    self, inputs, state, cell_call = args
    output, new_state = parts(call, call.engine.invoke(cell_call, (inputs, state), kwargs), 2)
    function = self.attrs["_residual_fn"]
    if function is not None:
        return (call.invoke(function, inputs, output), new_state)
    with inside(call):
        return (map_all(call, lambda a, b: same_shape(call, a, b), inputs, output), new_state)


def same_shape(call: Call, inputs: Any, output: AnyValue) -> Any:
    """TF: ResidualWrapper's assert_shape_match, and the sum."""
    one, two = getattr(inputs, "shape", None), getattr(output, "shape", None)
    if shapes_compatible(one, two) is NO:
        call.raise_("ValueError", f"Shapes {shape_text(one)} and {shape_text(two)} are incompatible", kind="shape")
    return call.binary("+", inputs, output)


device_wrapper = api.type("DeviceWrapper", bases=(wrapper.cls,))


@device_wrapper.method(name="__init__", raw=True)
def device_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    self, *rest = args
    bound = {**dict(zip(("cell", "device"), rest, strict=False)), **kwargs}
    init_wrapper(call, self, bound.pop("cell", None), **{k: v for k, v in bound.items() if k != "device"})


@device_wrapper.method(name="_call_wrapped_cell", raw=True)
def device_call(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return call.engine.invoke(args[3], (args[1], args[2]), kwargs)


multi = api.type("MultiRNNCell", bases=(CELL,))


@multi.method(name="__init__")
def multi_init(call: Call, self: InstanceValue, cells: AnyValue, state_is_tuple: AnyValue) -> None:
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


def other_cells(self: InstanceValue) -> Unknown | None:
    """Why there may be cells that we do not see."""
    held = self.attrs["_cells"]
    rest = held if isinstance(held, Unknown) else getattr(held, "rest", None)
    return None if is_unseen(rest) else rest


def multi_state(call: Call, self: InstanceValue) -> Any:
    cells = cells_of(self)
    others = other_cells(self)
    if others is not None:
        return others.derive("")
    held = [call.getattr(cell, "state_size") for cell in cells]
    if is_not_off(self.attrs["_state_is_tuple"]):
        return tuple(held)
    total: Any = 0
    for size in held:
        total = total + size
    return total


def multi_output(call: Call, self: InstanceValue) -> Any:
    cells = cells_of(self)
    if other_cells(self) is not None or not cells:
        return Unknown("the output of cells that are not known")
    return call.getattr(cells[-1], "output_size")


sizes(multi, multi_state, multi_output)


multi.cls.attrs["cells"] = PropertyValue(
    NativeFunction("cells", lambda call, self: ListValue(cells_of(self)), "tf.nn.rnn_cell.MultiRNNCell.cells")
)


@multi.method(name="zero_state")
def multi_zero_state(call: Call, self: InstanceValue, batch_size: AnyValue, dtype: AnyValue) -> Any:
    with operations.scope(call, self.cls.name + "ZeroState"):
        if is_not_off(self.attrs["_state_is_tuple"]):
            held = tuple(call.method(cell, "zero_state", batch_size, dtype) for cell in cells_of(self))
            others = other_cells(self)
            return held if others is None else others.derive("")
        return CELL.attrs["zero_state"].impl(call, self, batch_size, dtype)


def _gathered(name: str) -> Any:
    def read(call: Call, self: InstanceValue) -> Any:
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
def multi_call(call: Call, self: InstanceValue, inputs: AnyValue, state: Any) -> Any:
    """TF: MultiRNNCell.call: each cell in a scope `cell_0`, `cell_1`."""
    cells, others = cells_of(self), other_cells(self)
    if others is not None:
        cells = cells[: getattr(self.attrs["_cells"], "firm", None)]
    as_tuple = is_not_off(self.attrs["_state_is_tuple"])
    if others is None and as_tuple and not is_nested(state) and not isinstance(state, Unknown):
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
                own = state if isinstance(state, Unknown) else others
                own = call.getitem(state, number) if own is None else own.derive("")
            else:
                size = call.getattr(cell, "state_size")
                with inside(call):
                    own = tf(call, "slice", state, ListValue([0, position]), ListValue([-1, size]))
                position = position + size
            inputs, new = parts(call, call.invoke(cell, inputs, own), 2)
            new_states.append(new)
    if others is not None:
        return call.cannot_know("the cells of a MultiRNNCell", may_make=True)
    if as_tuple:
        return (inputs, tuple(new_states))
    with inside(call):
        return (inputs, tf(call, "concat", ListValue(new_states), 1))
