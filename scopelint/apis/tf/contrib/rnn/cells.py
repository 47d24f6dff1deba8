"""tf.contrib.rnn: cells that keep their variables with `get_variable`, block cells, wrappers with a projection.

What these cells compute is told by few operations; which variables they make, by all of them.
"""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace, TypeBuilder
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework import operations, python_values
from scopelint.apis.tf.framework.arguments import bind, opaque
from scopelint.apis.tf.framework.bare_op import make
from scopelint.apis.tf.framework.conversion import is_set
from scopelint.apis.tf.framework.dims import dims_of
from scopelint.apis.tf.framework.structures import items_of, sizes_of
from scopelint.apis.tf.keras.input_spec import spec
from scopelint.apis.tf.ops import variables
from scopelint.apis.tf.ops.variable_options import scope_options
from scopelint.apis.tf.rnn.cells import (
    CELL,
    init_cell,
    inside,
    is_nested,
    sizes,
    tf,
    zeros_for,
)
from scopelint.apis.tf.rnn.cells_as_functions import are_functions, leaf_name
from scopelint.apis.tf.rnn.lstm_and_gru import parts, state_tuple
from scopelint.graph.state import GraphState
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import ClassValue, InstanceValue
from scopelint.values.tensors import FLOAT32, Tensor, TensorShape
from scopelint.values.truth import is_not_off, is_on

api = Namespace("tf.contrib.rnn")
private = Namespace("tensorflow.contrib.rnn.python.ops.rnn_cell")
core = Namespace("tensorflow.contrib.rnn.python.ops.core_rnn_cell")


def cell(name: str, names: str, base: ClassValue = CELL, namespace: Namespace = api, **defaults: Any) -> TypeBuilder:
    """A cell's class: its constructor keeps the parameters as `_num_units` and so on."""
    made = namespace.type(name, bases=(base,))
    fields = names.split()

    def init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self, *rest = args
        bound, extra = bind(call, f"{namespace.path}.{name}", tuple(rest), kwargs)
        given = {key: bound[key] for key in ("name", "dtype") if key in bound}
        init_cell(call, self, _reuse=bound.get("reuse"), **given, **extra)
        for field in fields:
            self.set("_" + field, opaque(call, bound.get(field)))
        if "activation" in fields and not is_set(self.attrs["_activation"]):
            self.set("_activation", call.find("tf.tanh"))
        for key, value in defaults.items():
            self.set(key, value)
        if base is not CELL:
            call.setattr(self, "input_spec", spec(ndim=2))

    made.method(init, name="__init__", raw=True)
    return made


def last_dim(value: AnyValue) -> Any:
    shape = dims_of(value)
    if isinstance(shape, tuple) and shape:
        return shape[-1]
    return Unknown("the depth of an input is not known")


def with_last(value: Any, size: AnyValue) -> Any:
    shape = dims_of(value)
    return (*shape[:-1], size) if isinstance(shape, tuple) and shape else shape


def composite_op(call: Call, kind: str, shape: AnyValue, *inputs: Any) -> Tensor:
    """One operation that stands for a formula of several."""
    deps = 0
    for value in inputs:
        deps |= getattr(value, "deps", 0)
    dtype = next((python_values.base(v.dtype) for v in inputs if hasattr(v, "dtype")), FLOAT32)
    return make(call, kind, kind, shape, dtype, deps)


def op_like(call: Call, kind: str, source: Any, *inputs: Any) -> Tensor:
    return composite_op(call, kind, dims_of(source), source, *inputs)


def variable(call: Call, name: str, *shape: Any, **options: Any) -> Any:
    """`vs.get_variable` in a cell's own scope."""

    return variables.get(call, leaf_name(call, name), by="cell", shape=ListValue(shape), **options)


def constant(call: Call, value: AnyValue) -> Any:
    return call.new("tf.constant_initializer", value)


# Linear maps


def total_depth(call: Call, args: list[Any]) -> Any:
    """TF: the sum of the last dimensions, all of which have to be known."""
    total: Any = 0
    for arg in args:
        shape = dims_of(arg)
        if isinstance(shape, tuple) and len(shape) != 2:
            shown = ", ".join(call.to_string(call.getattr(a, "shape")) for a in args)
            call.raise_("ValueError", f"linear is expecting 2D arguments: [{shown}]", kind="shape")
        dim = last_dim(arg)
        if dim is None:
            shown = call.to_string(TensorShape(shape))
            call.raise_(
                "ValueError", f"linear expects shape[1] to be provided for shape {shown}, but saw ?", kind="shape"
            )
        total = total + dim
    return total


def linear(
    call: Call,
    args: Any,
    size: AnyValue,
    bias: AnyValue,
    bias_initializer: AnyValue = None,
    kernel_initializer: AnyValue = None,
    add_bias: bool = True,
) -> Any:
    """TF: core_rnn_cell._linear."""
    members = items_of(args) if is_nested(args) else [args]
    tensors = [operations.convert(call, member) for member in members]
    with tools.variable_scope(call, call.new("tf.get_variable_scope")) as outer:
        kernel = variable(
            call,
            "kernel",
            total_depth(call, tensors),
            size,
            dtype=python_values.base(tensors[0].dtype),
            initializer=kernel_initializer,
        )
        joined = tensors[0] if len(tensors) == 1 else tf(call, "concat", ListValue(tensors), 1)
        result = tf(call, "matmul", joined, kernel)
        if bias is False:
            return result
        with tools.variable_scope(call, outer) as inner:
            inner.set_partitioner(None)
            made = variable(
                call,
                "bias",
                size,
                dtype=python_values.base(tensors[0].dtype),
                initializer=bias_initializer if bias_initializer is not None else constant(call, 0.0),
            )
    return tf(call, "nn.bias_add", result, made) if add_bias else result


@core.function(name="_linear")
def core_linear(
    call: Call,
    args: tuple[Any, ...],
    output_size: AnyValue,
    bias: AnyValue,
    bias_initializer: AnyValue,
    kernel_initializer: AnyValue,
) -> Any:
    return linear(call, args, output_size, bias, bias_initializer, kernel_initializer)


linear_class = core.type("_Linear")


@linear_class.method(name="__init__")
def linear_init(
    call: Call,
    self: InstanceValue,
    args: tuple[Any, ...],
    output_size: AnyValue,
    build_bias: AnyValue,
    bias_initializer: AnyValue,
    kernel_initializer: AnyValue,
) -> None:
    """TF: core_rnn_cell._Linear: the variables are made here, once."""
    members = items_of(args) if is_nested(args) else [args]
    tensors = [operations.convert(call, member) for member in members]
    dtype = python_values.base(tensors[0].dtype)
    with tools.variable_scope(call, call.new("tf.get_variable_scope")) as outer:
        self.set(
            "_weights",
            variable(
                call, "kernel", total_depth(call, tensors), output_size, dtype=dtype, initializer=kernel_initializer
            ),
        )
        self.set("_biases", None)
        if is_not_off(build_bias):
            with tools.variable_scope(call, outer) as inner:
                inner.set_partitioner(None)
                initializer = bias_initializer if is_set(bias_initializer) else constant(call, 0.0)
                self.set("_biases", variable(call, "bias", output_size, dtype=dtype, initializer=initializer))


@linear_class.method(name="__call__", raw=True)
def linear_call(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    self, given = args
    members = items_of(given) if is_nested(given) else [given]
    joined = members[0] if len(members) == 1 else tf(call, "concat", ListValue(members), 1)
    result = tf(call, "matmul", joined, self.attrs["_weights"])
    return result if self.attrs["_biases"] is None else tf(call, "nn.bias_add", result, self.attrs["_biases"])


def kept_linear(call: Call, self: InstanceValue, key: str, args: Any, size: AnyValue, bias: bool = True) -> Any:
    """`if self._linear is None: self._linear = _Linear(...)`: variables are made at the first call only."""
    if are_functions(call):
        return linear(call, args, size, bias)
    made = self.attrs.get(key)
    if made is None:
        made = call.new("tensorflow.contrib.rnn.python.ops.core_rnn_cell._Linear", args, size, bias)
        self.set(key, made)
    return call.invoke(made, args)


# Wrappers


def wraps(made: Any, output: Any = None) -> None:
    def state(call: Call, self: InstanceValue) -> Any:
        return call.getattr(self.attrs["_cell"], "state_size")

    sizes(made, state, output or (lambda call, self: call.getattr(self.attrs["_cell"], "output_size")))

    def zero_state(call: Call, self: InstanceValue, batch_size: AnyValue, dtype: AnyValue) -> Any:
        with operations.scope(call, self.cls.name + "ZeroState"):
            return call.method(self.attrs["_cell"], "zero_state", batch_size, dtype)

    made.method(zero_state, name="zero_state")


# LSTMs with normalisation


def norm(call: Call, self: InstanceValue, value: AnyValue, scope: str, dtype: AnyValue = None) -> Any:
    """TF: _norm: gamma and beta are made, then shared by layer_norm."""
    width = last_dim(value)
    with tools.variable_scope(call, scope):
        for name, start in (("gamma", self.attrs["_norm_gain"]), ("beta", self.attrs["_norm_shift"])):
            variable(call, name, width, initializer=constant(call, start), **({"dtype": dtype} if dtype else {}))
    return tf(call, "contrib.layers.layer_norm", value, reuse=True, scope=scope)


norm_basic = cell(
    "LayerNormBasicLSTMCell", "num_units forget_bias activation layer_norm norm_gain norm_shift dropout_keep_prob"
)


def num_units(call: Call, self: InstanceValue) -> Any:
    return self.attrs["_num_units"]


def pair_of_units(call: Call, self: InstanceValue) -> Any:
    return state_tuple(self.attrs["_num_units"], self.attrs["_num_units"])


sizes(norm_basic, pair_of_units, num_units)


@norm_basic.method(name="call")
def norm_basic_call(call: Call, self: InstanceValue, inputs: AnyValue, state: AnyValue) -> Any:
    """TF: LayerNormBasicLSTMCell.call."""
    attrs = self.attrs
    with inside(call):
        c, h = parts(call, state, 2)
        joined = tf(call, "concat", ListValue([inputs, h]), 1)
        dtype = python_values.base(getattr(joined, "dtype", FLOAT32))
        size = 4 * attrs["_num_units"]
        gates = tf(call, "matmul", joined, variable(call, "kernel", last_dim(joined), size, dtype=dtype))
        normed = is_not_off(attrs["_layer_norm"])
        if not normed:
            gates = tf(call, "nn.bias_add", gates, variable(call, "bias", size, dtype=dtype))
        i, j, f, o = parts(call, tf(call, "split", value=gates, num_or_size_splits=4, axis=1), 4)
        if normed:
            i, j, f, o = (
                norm(call, self, value, scope, dtype)
                for value, scope in ((i, "input"), (j, "transform"), (f, "forget"), (o, "output"))
            )
        g = call.invoke(attrs["_activation"], j)
        keep = attrs["_dropout_keep_prob"]
        if not isinstance(keep, float) or keep < 1:
            g = tf(call, "nn.dropout", g, keep)
        new_c = op_like(call, "AddV2", c, i, f, g)
        if normed:
            new_c = norm(call, self, new_c, "state", dtype)
        new_h = op_like(call, "Mul", new_c, o)
    return (new_h, state_tuple(new_c, new_h))


def projected_state(call: Call, self: InstanceValue) -> Any:
    proj = self.attrs["_num_proj"] or self.attrs["_num_units"]
    if not is_not_off(self.attrs.get("_state_is_tuple")):
        return self.attrs["_num_units"] + proj
    return state_tuple(self.attrs["_num_units"], proj)


def projected_output(call: Call, self: InstanceValue) -> Any:
    return self.attrs["_num_proj"] or self.attrs["_num_units"]


norm_lstm = cell(
    "LayerNormLSTMCell",
    "num_units use_peepholes cell_clip initializer num_proj proj_clip forget_bias "
    "activation layer_norm norm_gain norm_shift",
    namespace=private,
)
sizes(norm_lstm, projected_state, projected_output)


@norm_lstm.method(name="call")
def norm_lstm_call(call: Call, self: InstanceValue, inputs: Any, state: Any) -> Any:
    """TF: LayerNormLSTMCell.call."""
    attrs = self.attrs
    n, proj = attrs["_num_units"], attrs["_num_proj"]
    normed = is_on(attrs["_layer_norm"])
    with inside(call):
        c, m = parts(call, state, 2)
        with tools.variable_scope(call, call.new("tf.get_variable_scope"), **_initializing(call, attrs)) as unit:
            gates = linear(call, ListValue([inputs, m]), 4 * n, True, add_bias=not normed)
            i, j, f, o = parts(call, tf(call, "split", value=gates, num_or_size_splits=4, axis=1), 4)
            if normed:
                i, j, f, o = (
                    norm(call, self, value, scope)
                    for value, scope in ((i, "input"), (j, "transform"), (f, "forget"), (o, "output"))
                )
            peeps: list[Any] = []
            if is_on(attrs["_use_peepholes"]):
                with tools.variable_scope(call, unit):
                    for name in ("w_f_diag", "w_i_diag", "w_o_diag"):
                        peeps.append(variable(call, name, n, dtype=python_values.base(inputs.dtype)))
            new_c = op_like(call, "AddV2", c, i, j, f, *peeps[:2])
            if normed:
                new_c = norm(call, self, new_c, "state")
            new_m = op_like(call, "Mul", new_c, o, *peeps[2:])
            if proj is not None:
                with tools.variable_scope(call, "projection"):
                    new_m = linear(call, new_m, proj, False)
    return (new_m, state_tuple(new_c, new_m))


def _initializing(call: Call, attrs: dict[str, Any]) -> dict[str, Any]:
    return scope_options(call, {"initializer": attrs["_initializer"]})


coupled = cell(
    "CoupledInputForgetGateLSTMCell",
    "num_units use_peepholes initializer num_proj proj_clip "
    "num_unit_shards num_proj_shards forget_bias state_is_tuple activation layer_norm norm_gain norm_shift",
)
sizes(coupled, projected_state, projected_output)


def sharded(call: Call, name: str, rows: Any, columns: Any, dtype: Any, shards: Any) -> Any:
    """TF: _get_concat_variable: `W_0`, `W_1`... joined."""
    if not isinstance(shards, int):
        return variable(call, name + "_0", rows, columns, dtype=dtype)
    made = []
    for at in range(shards):
        size = rows // shards + (1 if isinstance(rows, int) and at < rows % shards else 0)
        made.append(variable(call, f"{name}_{at}", size, columns, dtype=dtype))
    return made[0] if len(made) == 1 else tf(call, "concat", ListValue(made), 0, name=name + "/concat")


@coupled.method(name="call")
def coupled_call(call: Call, self: InstanceValue, inputs: Any, state: Any) -> Any:
    """TF: CoupledInputForgetGateLSTMCell.call."""
    attrs = self.attrs
    n = attrs["_num_units"]
    proj = n if attrs["_num_proj"] is None else attrs["_num_proj"]
    normed = is_on(attrs["_layer_norm"])
    with inside(call):
        if is_not_off(attrs["_state_is_tuple"]):
            c, m = parts(call, state, 2)
        else:
            c, m = (
                composite_op(call, "Slice", with_last(state, n), state),
                composite_op(call, "Slice", with_last(state, proj), state),
            )
        dtype = python_values.base(inputs.dtype)
        kernel = sharded(call, "W", last_dim(inputs) + proj, 3 * n, dtype, attrs["_num_unit_shards"])
        bias = variable(call, "B", 3 * n, initializer=zeros_for(call, self), dtype=dtype)
        gates = tf(call, "matmul", tf(call, "concat", ListValue([inputs, m]), 1), kernel)
        if not normed:
            gates = tf(call, "nn.bias_add", gates, bias)
        j, f, o = parts(call, tf(call, "split", value=gates, num_or_size_splits=3, axis=1), 3)
        if normed:
            j, f, o = (
                norm(call, self, value, scope) for value, scope in ((j, "transform"), (f, "forget"), (o, "output"))
            )
        peepholes = ("W_F_diag", "W_O_diag") if is_on(attrs["_use_peepholes"]) else ()
        diagonals = [variable(call, name, n, dtype=dtype) for name in peepholes]
        new_c = op_like(call, "AddV2", c, j, f, *diagonals[:1])
        if normed:
            new_c = norm(call, self, new_c, "state")
        new_m = op_like(call, "Mul", new_c, o, *diagonals[1:])
        if attrs["_num_proj"] is not None:
            kernel = sharded(call, "W_P", n, proj, dtype, attrs["_num_proj_shards"])
            new_m = tf(call, "matmul", new_m, kernel)
        if is_not_off(attrs["_state_is_tuple"]):
            return (new_m, state_tuple(new_c, new_m))
        return (new_m, tf(call, "concat", ListValue([new_c, new_m]), 1))


# Other gates

ugrnn = cell("UGRNNCell", "num_units initializer forget_bias activation")
sizes(ugrnn, num_units, num_units)


@ugrnn.method(name="call")
def ugrnn_call(call: Call, self: InstanceValue, inputs: AnyValue, state: GraphState) -> Any:
    with inside(call), tools.variable_scope(call, call.new("tf.get_variable_scope"), **_initializing(call, self.attrs)):
        joined = tf(call, "concat", ListValue([inputs, state]), 1)
        gates = kept_linear(call, self, "_linear", joined, 2 * self.attrs["_num_units"])
        new = op_like(call, "AddV2", state, gates)
    return (new, new)


intersection = cell("IntersectionRNNCell", "num_units num_in_proj initializer forget_bias y_activation")
sizes(intersection, num_units, num_units)


@intersection.method(name="call")
def intersection_call(call: Call, self: InstanceValue, inputs: Any, state: AnyValue) -> Any:
    n = self.attrs["_num_units"]
    with inside(call), tools.variable_scope(call, call.new("tf.get_variable_scope"), **_initializing(call, self.attrs)):
        depth = last_dim(inputs)
        if not isinstance(depth, Unknown) and depth != n:
            if not self.attrs["_num_in_proj"]:
                call.raise_(
                    "ValueError",
                    "Must have input size == output size for Intersection RNN. To fix, "
                    "num_in_proj should be set to num_units at cell init.",
                    kind="shape",
                )
            with tools.variable_scope(call, "in_projection"):
                inputs = kept_linear(call, self, "_linear1", inputs, n)
        gates = kept_linear(call, self, "_linear2", tf(call, "concat", ListValue([inputs, state]), 1), 4 * n)
        new_state, new_y = op_like(call, "AddV2", state, gates), op_like(call, "AddV2", inputs, gates)
    return (new_y, new_state)


glstm = cell("GLSTMCell", "num_units initializer num_proj number_of_groups forget_bias activation")
sizes(glstm, projected_state, projected_output)


@glstm.method(name="call")
def glstm_call(call: Call, self: InstanceValue, inputs: Any, state: Any) -> Any:
    """TF: GLSTMCell.call."""
    attrs = self.attrs
    n, groups, proj = attrs["_num_units"], attrs["_number_of_groups"], attrs["_num_proj"]
    with inside(call):
        c, m = parts(call, state, 2)
        if not isinstance(groups, int):
            return (call.cannot_know("the number of groups of a GLSTMCell", may_make=True), state)
        gates: list[Any] = []
        with tools.variable_scope(call, call.new("tf.get_variable_scope"), **_initializing(call, attrs)):
            for group in range(groups):
                with tools.variable_scope(call, f"group{group}"):
                    width = last_dim(inputs) // groups + (proj or n) // groups
                    x = composite_op(call, "ConcatV2", with_last(inputs, width), inputs, m)
                    gates.append(kept_linear(call, self, f"_linear1_{group}", x, 4 * (n // groups), False))
            i, j, f, o = (
                variable(call, name, n, dtype=python_values.base(inputs.dtype), initializer=constant(call, 0.0))
                for name in ("bias_i", "bias_j", "bias_f", "bias_o")
            )
        new_c = op_like(call, "AddV2", c, *gates, i, j, f)
        new_m = composite_op(call, "Mul", with_last(c, n), new_c, o)
        if proj is not None:
            with tools.variable_scope(call, "projection"):
                new_m = kept_linear(call, self, "_linear2", new_m, proj, False)
    return (new_m, state_tuple(new_c, new_m))


conv = cell("ConvLSTMCell", "conv_ndims input_shape output_channels kernel_shape use_bias skip_connection forget_bias")


def conv_sizes(self: InstanceValue) -> tuple[Any, Any]:
    attrs = self.attrs
    shape = items_of(attrs["_input_shape"])
    channels = attrs["_output_channels"]
    total = channels + shape[-1] if is_on(attrs["_skip_connection"]) else channels
    return TensorShape((*shape[:-1], channels)), TensorShape((*shape[:-1], total))


sizes(
    conv,
    lambda call, self: state_tuple(conv_sizes(self)[0], conv_sizes(self)[0]),
    lambda call, self: conv_sizes(self)[1],
)


@conv.method(name="call", raw=True)
def conv_call(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: ConvLSTMCell.call, _conv."""
    self, inputs, state = args[:3]
    attrs = self.attrs
    channels = attrs["_output_channels"]
    with inside(call):
        c, h = parts(call, state, 2)
        kernel = sizes_of(attrs["_kernel_shape"])
        inputs = tools.as_tensor(call, inputs)
        dtype = python_values.base(inputs.dtype)
        depths = last_dim(inputs) + last_dim(h), 4 * channels
        shape = kernel if isinstance(kernel, Unknown) else ListValue([*kernel, *depths])
        used = [variables.get(call, leaf_name(call, "kernel"), by="cell", shape=shape, dtype=dtype)]
        if is_not_off(attrs["_use_bias"]):
            used.append(variable(call, "biases", 4 * channels, dtype=dtype, initializer=constant(call, 0.0)))
        new_c = composite_op(call, "AddV2", with_last(inputs, channels), inputs, c, h, *used)
        output = op_like(call, "Mul", new_c, inputs, h, *used)
        if is_on(attrs["_skip_connection"]):
            output = tf(call, "concat", ListValue([output, inputs]), axis=-1)
    return (output, state_tuple(new_c, output))


def _conv_of(dims: int) -> None:
    name = f"Conv{dims}DLSTMCell"
    made = api.type(name, bases=(conv.cls,))

    def init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        given = {"name": args[1] if len(args) > 1 else f"conv_{dims}d_lstm_cell", **kwargs}
        call.invoke(conv.cls.attrs["__init__"], args[0], conv_ndims=dims, **given)

    made.method(init, name="__init__", raw=True)


for _dims in (1, 2, 3):
    _conv_of(_dims)


phased = cell("PhasedLSTMCell", "num_units use_peepholes ratio_on trainable_ratio_on")
sizes(phased, pair_of_units, num_units)


@phased.method(name="call")
def phased_call(call: Call, self: InstanceValue, inputs: Any, state: Any) -> Any:
    """TF: PhasedLSTMCell.call."""
    n, peeps = self.attrs["_num_units"], is_on(self.attrs["_use_peepholes"])
    with inside(call):
        c, h = parts(call, state, 2)
        _, x = parts(call, inputs, 2)
        gates = []
        for scope, key, size, held in (
            ("mask_gates", "_linear1", 2 * n, [x, h, c] if peeps else [x, h]),
            ("new_input", "_linear2", n, [x, h]),
            ("output_gate", "_linear3", n, [x, h, c] if peeps else [x, h]),
        ):
            with tools.variable_scope(call, scope):
                gates.append(kept_linear(call, self, key, ListValue(held), size))
        phases = [
            variable(call, name, n, initializer=call.new("tf.random_uniform_initializer"))
            for name in ("period", "phase")
        ]
        ratio = variable(
            call,
            "ratio_on",
            n,
            initializer=constant(call, self.attrs["_ratio_on"]),
            trainable=self.attrs["_trainable_ratio_on"],
        )
        new_c = op_like(call, "AddV2", c, *gates[:2], *phases, ratio)
        new_h = op_like(call, "AddV2", h, new_c, gates[2])
    return (new_h, state_tuple(new_c, new_h))


# Cells with `build`


# Fused cells


# Stacks
