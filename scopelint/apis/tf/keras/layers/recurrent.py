"""tf.keras.layers: recurrent layers."""

from __future__ import annotations

from types import NoneType
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
from scopelint.apis.tf.framework.python_values import dtype_of, is_tensor
from scopelint.apis.tf.framework.structures import flatten, is_sequence, items_of, mapped
from scopelint.apis.tf.keras import declaring as types
from scopelint.apis.tf.keras.base_layer import LAYER, call_layer
from scopelint.apis.tf.keras.by_name import regularizer
from scopelint.apis.tf.keras.input_spec import spec
from scopelint.apis.tf.keras.layers.recurrent_cells import (
    build_cell,
    cells_of,
    check_step,
    slices_of,
    stacked,
    width_of,
)
from scopelint.apis.tf.keras.variable_scopes import has_own_scope, set_scope
from scopelint.graph.releases import KERAS_CELL_SCOPE, KERAS_CELLS_NAMED
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import MISSING, ClassValue, InstanceValue, NativeFunction, PropertyValue
from scopelint.values.tensors import Tensor, TensorShape, shapes_compatible
from scopelint.values.text import Text, hole
from scopelint.values.truth import NO, is_on

# RNN


rnn = types.layer_type("RNN", canonical="tf.keras.layers.RNN")
RNN = rnn.cls


@rnn.method(name="__init__", raw=True)
def rnn_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: recurrent.RNN.__init__."""
    self = args[0]
    given, extra = bind(call, "tf.keras.layers.RNN", args[1:], kwargs)
    cell = given.pop("cell")
    if isinstance(cell, (ListValue, tuple)):
        cell = call.new("tf.keras.layers.StackedRNNCells", cell)
    if call.getattr(cell, "call", MISSING) is MISSING:
        said = f"('`cell` should have a `call` method. The RNN was passed:', {call.to_string(cell)})"
        call.raise_("ValueError", said, "argument")
    if call.getattr(cell, "state_size", MISSING) is MISSING:
        said = "The RNN cell should have an attribute `state_size` (tuple of integers, one integer per RNN state)."
        call.raise_("ValueError", said, "argument")
    init_rnn(call, self, RNN, cell, given, extra)


def init_rnn(
    call: Call,
    self: InstanceValue,
    after: ClassValue,
    cell: AnyValue,
    given: dict[str, Any],
    extra: dict[str, Any],
    passed: tuple[str, ...] = ("time_major",),
) -> None:
    """TF: RNN.__init__, with what comes to it by `passed` of its subclasses' **kwargs."""
    given = {**given, **{key: extra[key] for key in passed if key in extra}}
    extra = {k: v for k, v in extra.items() if k not in passed}
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


def settle_spec(self: InstanceValue, shape: Any) -> None:
    """TF: RNN.build. What comes at later calls has the sizes of the first, but for batch and time."""
    own: Any = None
    if isinstance(shape, tuple):
        sizes = list(shape)
        batch, steps = (1, 0) if is_on(self.attrs.get("time_major")) else (0, 1)
        sizes[steps] = None
        if not is_on(self.attrs.get("stateful")):
            sizes[batch] = None
        own = ListValue([spec(shape=tuple(sizes), ndim=len(sizes))])
    self.set("<own spec>", own)
    if self.attrs.get("<full>") is not True:
        self.set("_input_spec", own)


def step_shape(self: InstanceValue, shape: AnyValue) -> Any:
    if not isinstance(shape, tuple):
        return shape
    return shape[1:] if is_on(self.attrs.get("time_major")) else shape[:1] + shape[2:]


@rnn.method(name="build")
def rnn_build(call: Call, self: InstanceValue, input_shape: AnyValue) -> None:
    """TF: RNN.build."""
    types.as_list(call, input_shape)
    if isinstance(input_shape, ListValue):
        input_shape = input_shape.items[0]
    shape = dims.dims_of(input_shape)
    if isinstance(shape, tuple) and len(shape) < 2:
        call.raise_("IndexError", "list assignment index out of range", "shape")
    settle_spec(self, shape)
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
    """TF: RNN.reset_states, called by the program."""
    self, states = args[0], args[1] if len(args) > 1 else kwargs.get("states")
    if self.attrs.get("stateful") is False:
        call.raise_("AttributeError", "Layer must be stateful.", "layer")
    held = self.attrs.get("_states")
    if held is None and is_on(self.attrs.get("stateful")) and not isinstance(self.attrs.get("stateful"), Unknown):
        make_states(call, self, None)
    wanted, given = flatten(held), flatten(states) if isinstance(states, (ListValue, tuple)) else []
    if not given or isinstance(held, Unknown) or getattr(states, "rest", None) is not None:
        return
    name = self.attrs.get("_name")
    if len(wanted) != len(given):
        said = f"Layer {name} expects {len(wanted)} states, but it received {len(given)} state values."
        call.raise_("ValueError", said, "layer")
    for at, (one, value) in enumerate(zip(wanted, given, strict=True)):
        found = call.getattr(value, "shape", None)
        if isinstance(found, tuple) and shapes_compatible(dims.dims_of(one), found) is NO:
            said = f"State {at} is incompatible with layer {name}: expected another shape, found shape="
            call.raise_("ValueError", said + str(call.to_string(found)), "layer")


rnn.cls.attrs["states"] = PropertyValue(
    NativeFunction("states", lambda call, args, kwargs: args[0].attrs.get("_states"), "", raw=True),
    NativeFunction("states", lambda call, args, kwargs: args[0].set("_states", args[1]), "", raw=True),
)


def taken_apart(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, Any, Any]:
    """TF: _standardize_args, of what `__call__` is given; what is given by keyword is taken out of `kwargs`. Inputs and
    states in one list, and states always in one."""
    inputs = args[1] if len(args) > 1 else kwargs.pop("inputs")
    initial = args[2] if len(args) > 2 else kwargs.pop("initial_state", None)
    constants = args[3] if len(args) > 3 else kwargs.pop("constants", None)
    if isinstance(inputs, ListValue) and inputs.rest is None and inputs.items:
        if initial is not None or constants is not None:
            call.raise_("AssertionError", "", "argument")
        inputs, initial = inputs.items[0], ListValue(inputs.items[1:]) if inputs.items[1:] else None
    made = []
    for one in (initial, constants):
        if isinstance(one, tuple):
            one = ListValue(one)
        made.append(one if one is None or isinstance(one, (ListValue, Unknown)) else ListValue([one]))
    return inputs, made[0], made[1]


def members_of(*lists: AnyValue) -> list[Any]:
    return [one for held in lists if isinstance(held, (ListValue, Unknown)) for one in items_of(held)]


def check_shaped(call: Call, states: list[Any]) -> None:
    """TF: backend.int_shape, of what is given as a state."""
    for one in states:
        if isinstance(one, (bool, int, float, str, Text, NoneType)):
            kind = "NoneType" if one is None else call.class_of(one).name
            call.raise_("AttributeError", f"'{kind}' object has no attribute 'shape'", "argument")


def are_keras(call: Call, states: list[Any], said: str) -> bool:
    """TF: RNN.__call__. Are these tensors of keras's? A mix of both is refused."""
    found = [keras(call).history(one) is not None for one in states]
    if any(found) and not all(found) and not any(isinstance(one, Unknown) for one in states):
        call.raise_("ValueError", said, "layer")
    return bool(found) and all(found)


_MIXED = "The initial state or constants of an RNN layer cannot be specified with a mix of Keras tensors and non-Keras "
_MIXED += "tensors"


@rnn.method(name="__call__", raw=True)
def rnn_dunder_call(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: RNN.__call__. States and constants that are keras tensors count as inputs."""
    self, kwargs = args[0], dict(kwargs)
    inputs, initial, constants = taken_apart(call, args, kwargs)
    more = members_of(initial, constants)
    check_shaped(call, flatten(ListValue(more)))
    if isinstance(initial, ListValue):
        self.set("<initial>", initial)
    if more and are_keras(call, flatten(ListValue(more)), _MIXED):
        self.set("_input_spec", None)
        self.set("<full>", True)
        try:
            return call_layer(call, self, ListValue([inputs, *more]), (), kwargs)
        finally:
            self.set("<full>", False)
            self.set("_input_spec", self.attrs.get("<own spec>"))
    if initial is not None:
        kwargs["initial_state"] = initial
    if constants is not None:
        kwargs["constants"] = constants
    return call_layer(call, self, inputs, (), kwargs)


def check_call(call: Call, self: InstanceValue, steps: AnyValue, initial: AnyValue, kwargs: dict[str, Any]) -> None:
    """TF: RNN.call, RNN._process_inputs, and what backend.rnn asks of a mask."""
    cell = self.attrs.get("cell")
    if kwargs.get("constants") is not None:
        if self.cls.find("<no constants>") is True:
            call.raise_("TypeError", "call() got an unexpected keyword argument 'constants'", "argument")
        cls = cell.cls if isinstance(cell, InstanceValue) else None
        if cls is not None and isinstance(cls.find("call"), NativeFunction) and not cls.derives_from(stacked.cls):
            call.raise_("ValueError", "RNN cell does not support constants", "argument")
    size = call.getattr(cell, "state_size", None) if cell is not None else self.attrs.get("state_size")
    if isinstance(initial, ListValue) and initial.rest is None and not isinstance(size, Unknown):
        count = len(items_of(size)) if isinstance(size, (ListValue, tuple)) else 1
        if getattr(size, "rest", None) is None and count != len(initial.items):
            said = f"Layer has {count} states but was passed {len(initial.items)} initial states."
            call.raise_("ValueError", said, "layer")
    if is_on(self.attrs.get("unroll")) and not isinstance(self.attrs.get("unroll"), Unknown):
        if steps is None:
            call.raise_("ValueError", "Cannot unroll a RNN if the time dimension is undefined. ", "layer")
        if steps == 0 and isinstance(steps, int):
            call.raise_("IndexError", "list index out of range", "shape")
    mask = kwargs.get("mask")
    if isinstance(mask, (int, float, str)):
        call.raise_("AttributeError", f"'{call.class_of(mask).name}' object has no attribute 'dtype'", "argument")


@rnn.method(name="call", raw=True)
def rnn_call(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: RNN.call, backend.rnn. The program's own cell is stepped to see what it gives, and as the loop's body."""
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
    check_call(call, self, steps, initial, kwargs)
    first = cell
    if isinstance(cell, InstanceValue) and cell.cls.derives_from(stacked.cls):
        first = next(iter(cells_of(cell)), None)
    check_step(call, first, inputs, kwargs.get("training"))
    graph = call.graph

    def slices(count: int) -> None:
        for _ in range(count):
            graph.op("StridedSlice", "strided_slice")

    slices(0 if initial is not None or is_on(attrs.get("stateful")) else 1)
    turns = not is_on(attrs.get("time_major"))
    for _ in range(turns * (2 if kwargs.get("mask") is not None else 1)):
        graph.op("Transpose", "transpose")
    fused = self.cls.find("<slices>")
    slices(fused if isinstance(fused, int) else 2 + slices_of(call, cell))
    dtype = dtype_of(inputs)
    out = step_output(call, self, inputs, cell, batch, initial)
    deps = deps_of(inputs, initial, items_of(call.getattr(self, "weights")))
    states: list[Any] = []
    if isinstance(fused, int):
        if is_on(attrs.get("return_state")) or is_on(attrs.get("stateful")):
            sizes = sizes_of(call, self)
            states = [make(call, "StridedSlice", "strided_slice", (batch, size), dtype, deps) for size in sizes]
    else:
        for _ in range(3 if kwargs.get("mask") is not None else 2):
            graph.op("Exit", "while/Exit")
        if is_on(attrs.get("return_state")):
            sizes = sizes_of(call, self)
            states = [make(call, "Exit", "while/Exit", (batch, *dims_of(size)), dtype, deps) for size in sizes]
    full = (batch, steps, *out) if turns else (steps, batch, *out)
    if attrs.get("return_sequences"):
        if is_on(attrs.get("unroll")):
            output = make(call, "Pack", hole("steps"), full, dtype, deps)
        elif turns:
            output = make(call, "Transpose", "transpose", full, dtype, deps)
        else:
            output = make(call, "TensorArrayGatherV3", "TensorArrayStack/TensorArrayGatherV3", full, dtype, deps)
    elif is_on(attrs.get("unroll")):
        output = make(call, "Identity", hole("step"), (batch, *out), dtype, deps)
    else:
        if not isinstance(fused, int):
            graph.op("TensorArrayGatherV3", "TensorArrayStack/TensorArrayGatherV3")
        output = make(call, "StridedSlice", "strided_slice", (batch, *out), dtype, deps)
    output = output.stands_for(cell)
    return ListValue([output, *states]) if is_on(attrs.get("return_state")) else output


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
    call.method(cell, "call", step, states)
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
        if name == "SimpleRNN":
            # Said to be deprecated, and forgotten.
            extra.pop("implementation", None)
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

    cls.attrs["<no constants>"] = True
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


def cell_again(call: Call, cell: AnyValue) -> Any:
    """TF: RNN.from_config, which makes cells of its own of those of the configuration. Of the program's own cells only
    those that say how they are made."""
    if not isinstance(cell, InstanceValue):
        return cell
    if cell.cls.canonical == "tf.keras.layers.StackedRNNCells":
        return call.invoke(cell.cls, ListValue([cell_again(call, one) for one in cells_of(cell)]))
    own = cell.cls.find("get_config")
    native = isinstance(cell.cls.find("__init__"), NativeFunction) and cell.cls.derives_from(LAYER)
    if own is MISSING or (own is LAYER.attrs["get_config"] and not native):
        return cell
    made = call.method(cell.cls, "from_config", call.method(cell, "get_config"))
    return made if isinstance(made, InstanceValue) else cell


@rnn.classmethod
def from_config(call: Call, cls: ClassValue, config: AnyValue) -> Any:
    """TF: RNN.from_config."""
    if not isinstance(config, DictValue) or config.rest is not None:
        return call.unknown("a layer from a configuration that is not known")
    given = {key: value for key, value in config.items.items() if isinstance(key, str)}
    if "cell" in given:
        given["cell"] = cell_again(call, given["cell"])
    return call.invoke(cls, **given)
