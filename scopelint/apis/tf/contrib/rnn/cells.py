"""tf.contrib.rnn: cells that keep their variables with `get_variable`, block cells, wrappers with a projection.

What these cells compute is told by few operations; which variables they make, by all of them.
"""

from __future__ import annotations

from typing import Any

from scopelint.apis.registry import Namespace, TypeBuilder
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework import operations, python_values
from scopelint.apis.tf.framework.arguments import bind, opaque
from scopelint.apis.tf.framework.bare_op import make
from scopelint.apis.tf.framework.conversion import is_set
from scopelint.apis.tf.framework.dims import dims_of
from scopelint.apis.tf.framework.structures import flatten, items_of
from scopelint.apis.tf.keras.base_layer import LEGACY, spec
from scopelint.apis.tf.nn import rnn
from scopelint.apis.tf.nn.rnn import run_dynamic, run_static
from scopelint.apis.tf.nn.rnn_cell import (
    CELL,
    builds,
    init_cell,
    inside,
    is_nested,
    layer_cell,
    like_cell,
    map_all,
    parts,
    sizes,
    state_tuple,
    tf,
    weight,
    zeros_for,
)
from scopelint.apis.tf.ops import variables
from scopelint.apis.tf.ops.variable_options import scope_options
from scopelint.values.base import Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import ClassValue, InstanceValue, NativeFunction, PropertyValue
from scopelint.values.tensors import FLOAT32, Tensor, TensorShape

api = Namespace("tf.contrib.rnn")
private = Namespace("tensorflow.contrib.rnn.python.ops.rnn_cell")
core = Namespace("tensorflow.contrib.rnn.python.ops.core_rnn_cell")


def cell(name: str, names: str, base: ClassValue = CELL, namespace: Namespace = api, **defaults: Any) -> TypeBuilder:
    """A cell's class: its constructor keeps the parameters as `_num_units` and so on."""
    made = namespace.type(name, bases=(base,))
    fields = names.split()

    def init(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
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


def last_dim(value: Any) -> Any:
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple) and shape:
        return shape[-1]
    return Unknown("the depth of an input is not known")


def with_last(value: Any, size: Any) -> Any:
    shape = getattr(value, "shape", None)
    return (*shape[:-1], size) if isinstance(shape, tuple) and shape else shape


def mixed(call: Any, kind: str, shape: Any, *inputs: Any) -> Tensor:
    """One operation that stands for a formula of several."""
    deps = 0
    for value in inputs:
        deps |= getattr(value, "deps", 0)
    dtype = next((python_values.base(v.dtype) for v in inputs if hasattr(v, "dtype")), FLOAT32)
    return make(call, kind, kind, shape, dtype, deps)


def like(call: Any, kind: str, source: Any, *inputs: Any) -> Tensor:
    return mixed(call, kind, getattr(source, "shape", None), source, *inputs)


def variable(call: Any, name: str, *shape: Any, **options: Any) -> Any:
    """`vs.get_variable` in a cell's own scope."""

    return variables.get(call, name, by="cell", shape=ListValue(shape), **options)


def constant(call: Any, value: Any) -> Any:
    return call.new("tf.constant_initializer", value)


# Linear maps


def total_depth(call: Any, args: list[Any]) -> Any:
    """TF: the sum of the last dimensions, all of which have to be known."""
    total: Any = 0
    for arg in args:
        shape = getattr(arg, "shape", None)
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
    call: Any,
    args: Any,
    size: Any,
    bias: Any,
    bias_initializer: Any = None,
    kernel_initializer: Any = None,
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
    call: Any, args: Any, output_size: Any, bias: Any, bias_initializer: Any, kernel_initializer: Any
) -> Any:
    return linear(call, args, output_size, bias, bias_initializer, kernel_initializer)


linear_class = core.type("_Linear")


@linear_class.method(name="__init__")
def linear_init(
    call: Any,
    self: InstanceValue,
    args: Any,
    output_size: Any,
    build_bias: Any,
    bias_initializer: Any,
    kernel_initializer: Any,
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
        if build_bias is not False:
            with tools.variable_scope(call, outer) as inner:
                inner.set_partitioner(None)
                initializer = bias_initializer if is_set(bias_initializer) else constant(call, 0.0)
                self.set("_biases", variable(call, "bias", output_size, dtype=dtype, initializer=initializer))


@linear_class.method(name="__call__", raw=True)
def linear_call(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    self, given = args
    members = items_of(given) if is_nested(given) else [given]
    joined = members[0] if len(members) == 1 else tf(call, "concat", ListValue(members), 1)
    result = tf(call, "matmul", joined, self.attrs["_weights"])
    return result if self.attrs["_biases"] is None else tf(call, "nn.bias_add", result, self.attrs["_biases"])


def kept_linear(call: Any, self: InstanceValue, key: str, args: Any, size: Any, bias: bool = True) -> Any:
    """`if self._linear is None: self._linear = _Linear(...)`: variables are made at the first call only."""
    made = self.attrs.get(key)
    if made is None:
        made = call.new("tensorflow.contrib.rnn.python.ops.core_rnn_cell._Linear", args, size, bias)
        self.set(key, made)
    return call.invoke(made, args)


# Wrappers


def wraps(made: Any, output: Any = None) -> None:
    def state(call: Any, self: InstanceValue) -> Any:
        return call.getattr(self.attrs["_cell"], "state_size")

    sizes(made, state, output or (lambda call, self: call.getattr(self.attrs["_cell"], "output_size")))

    def zero_state(call: Any, self: InstanceValue, batch_size: Any, dtype: Any) -> Any:
        with operations.scope(call, self.cls.name + "ZeroState"):
            return call.method(self.attrs["_cell"], "zero_state", batch_size, dtype)

    made.method(zero_state, name="zero_state")


embedding = cell("EmbeddingWrapper", "cell embedding_classes embedding_size initializer")
wraps(embedding)


@embedding.method(name="call")
def embedding_call(call: Any, self: InstanceValue, inputs: Any, state: Any) -> Any:
    attrs = self.attrs
    with inside(call):
        initializer = attrs["_initializer"]
        if initializer is None and call.new("tf.get_variable_scope").initializer is None:
            initializer = call.new("tf.random_uniform_initializer", -1.7, 1.7)
        leaf = flatten(state)[0]
        table = variable(
            call,
            "embedding",
            attrs["_embedding_classes"],
            attrs["_embedding_size"],
            initializer=initializer,
            dtype=python_values.base(getattr(leaf, "dtype", None)) or FLOAT32,
        )
        flat = tf(call, "reshape", inputs, ListValue([-1]))
        found = tf(call, "nn.embedding_lookup", table, flat)
    return call.invoke(attrs["_cell"], found, state)


input_projection = cell("InputProjectionWrapper", "cell num_proj activation")
wraps(input_projection)


def activated(call: Any, self: InstanceValue, value: Any) -> Any:
    activation = self.attrs["_given_activation"]
    return value if activation is None else call.invoke(activation, value)


def _keep_activation(made: Any) -> None:
    """Their activation may be None, which is the identity and not tanh."""
    init = made.cls.attrs["__init__"].impl

    def wrapped(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        bound, _ = bind(call, made.cls.canonical, args[1:], kwargs)
        init(call, args, kwargs)
        args[0].set("_given_activation", opaque(call, bound.get("activation")))
        like_cell(call, "cell", args[0].attrs["_cell"])

    made.method(wrapped, name="__init__", raw=True)


_keep_activation(input_projection)


@input_projection.method(name="call")
def input_projection_call(call: Any, self: InstanceValue, inputs: Any, state: Any) -> Any:
    with inside(call):
        projected = activated(call, self, kept_linear(call, self, "_linear", inputs, self.attrs["_num_proj"]))
    return call.invoke(self.attrs["_cell"], projected, state)


output_projection = cell("OutputProjectionWrapper", "cell output_size activation")
wraps(output_projection, lambda call, self: self.attrs["_output_size"])
_keep_activation(output_projection)


@output_projection.method(name="call")
def output_projection_call(call: Any, self: InstanceValue, inputs: Any, state: Any) -> Any:
    output, new_state = parts(call, call.invoke(self.attrs["_cell"], inputs, state), 2)
    with inside(call):
        projected = kept_linear(call, self, "_linear", output, self.attrs["_output_size"])
        return (activated(call, self, projected), new_state)


highway = cell("HighwayWrapper", "cell couple_carry_transform_gates carry_bias_init")
wraps(highway)


@highway.method(name="__call__")
def highway_call(call: Any, self: InstanceValue, inputs: Any, state: Any, scope: Any = None) -> Any:
    """TF: HighwayWrapper.__call__: its variables lie in the scope of the caller."""
    outputs, new_state = parts(call, call.invoke(self.attrs["_cell"], inputs, state, scope=scope), 2)
    with inside(call):

        def through(given: Any, out: Any) -> Any:
            size = last_dim(given)
            variable(call, "carry_w", size, size)
            bias = self.attrs["_carry_bias_init"]
            variable(call, "carry_b", size, initializer=constant(call, bias))
            if self.attrs["_couple_carry_transform_gates"] is False:
                variable(call, "transform_w", size, size)
                variable(call, "transform_b", size, initializer=constant(call, call.unary("-", bias)))
            return like(call, "AddV2", given, out)

        return (map_all(call, through, inputs, outputs), new_state)


attention = cell("AttentionCellWrapper", "cell attn_length attn_size attn_vec_size input_size state_is_tuple")


def attention_size(call: Any, self: InstanceValue) -> Any:
    size = self.attrs["_attn_size"]
    return call.getattr(self.attrs["_cell"], "output_size") if size is None else size


def attention_state(call: Any, self: InstanceValue) -> Any:
    size = attention_size(call, self)
    inner = call.getattr(self.attrs["_cell"], "state_size")
    held = (inner, size, call.binary("*", size, self.attrs["_attn_length"]))
    return held if self.attrs["_state_is_tuple"] is not False else held[0] + held[1] + held[2]


sizes(attention, attention_state, attention_size)


@attention.method(name="call")
def attention_call(call: Any, self: InstanceValue, inputs: Any, state: Any) -> Any:
    """TF: AttentionCellWrapper.call."""
    attrs = self.attrs
    size, length = attention_size(call, self), attrs["_attn_length"]
    vector = size if attrs["_attn_vec_size"] is None else attrs["_attn_vec_size"]
    with inside(call):
        if attrs["_state_is_tuple"] is not False:
            inner, attns, attn_states = parts(call, state, 3)
        else:
            width = call.getattr(attrs["_cell"], "state_size")
            inner = mixed(call, "Slice", with_last(state, width), state)
            attns = mixed(call, "Slice", with_last(state, size), state)
            attn_states = mixed(call, "Slice", with_last(state, size * length), state)
        depth = attrs["_input_size"] if attrs["_input_size"] is not None else last_dim(inputs)
        inputs = kept_linear(call, self, "_linear1", ListValue([inputs, attns]), depth)
        output, new_state = parts(call, call.invoke(attrs["_cell"], inputs, inner), 2)
        query = new_state
        if attrs["_state_is_tuple"] is not False:
            query = tf(call, "concat", ListValue(flatten(new_state)), 1)
        with tools.variable_scope(call, "attention"):
            w = variable(call, "attn_w", 1, 1, size, vector)
            v = variable(call, "attn_v", vector)
            memory = tf(call, "reshape", attn_states, ListValue([-1, length, size]))
            hidden = tf(call, "reshape", memory, ListValue([-1, length, 1, size]))
            features = tf(call, "nn.conv2d", hidden, w, ListValue([1, 1, 1, 1]), "SAME")
            y = tf(call, "reshape", kept_linear(call, self, "_linear3", query, vector), ListValue([-1, 1, 1, vector]))
            score = call.binary("*", v, tf(call, "tanh", call.binary("+", features, y)))
            a = tf(call, "nn.softmax", tf(call, "reduce_sum", score, ListValue([2, 3])))
            weighted = call.binary("*", tf(call, "reshape", a, ListValue([-1, length, 1, 1])), hidden)
            d = tf(call, "reduce_sum", weighted, ListValue([1, 2]))
            new_attns = tf(call, "reshape", d, ListValue([-1, size]))
            rest = tf(call, "slice", memory, ListValue([0, 1, 0]), ListValue([-1, -1, -1]))
        with tools.variable_scope(call, "attn_output_projection"):
            result = kept_linear(call, self, "_linear2", ListValue([output, new_attns]), size)
        kept = tf(call, "concat", ListValue([rest, tf(call, "expand_dims", result, 1)]), 1)
        new_states = tf(call, "reshape", kept, ListValue([-1, call.binary("*", length, size)]))
        if attrs["_state_is_tuple"] is not False:
            return (result, (new_state, new_attns, new_states))
        return (result, tf(call, "concat", ListValue([new_state, new_attns, new_states]), 1))


# LSTMs with normalisation


def norm(call: Any, self: InstanceValue, value: Any, scope: str, dtype: Any = None) -> Any:
    """TF: _norm: gamma and beta are made, then shared by layer_norm."""
    width = last_dim(value)
    with tools.variable_scope(call, scope):
        for name, start in (("gamma", self.attrs["_norm_gain"]), ("beta", self.attrs["_norm_shift"])):
            variable(call, name, width, initializer=constant(call, start), **({"dtype": dtype} if dtype else {}))
    return tf(call, "contrib.layers.layer_norm", value, reuse=True, scope=scope)


norm_basic = cell(
    "LayerNormBasicLSTMCell", "num_units forget_bias activation layer_norm norm_gain norm_shift dropout_keep_prob"
)


def num_units(call: Any, self: InstanceValue) -> Any:
    return self.attrs["_num_units"]


def pair_of_units(call: Any, self: InstanceValue) -> Any:
    return state_tuple(self.attrs["_num_units"], self.attrs["_num_units"])


sizes(norm_basic, pair_of_units, num_units)


@norm_basic.method(name="call")
def norm_basic_call(call: Any, self: InstanceValue, inputs: Any, state: Any) -> Any:
    """TF: LayerNormBasicLSTMCell.call."""
    attrs = self.attrs
    with inside(call):
        c, h = parts(call, state, 2)
        joined = tf(call, "concat", ListValue([inputs, h]), 1)
        dtype = python_values.base(getattr(joined, "dtype", FLOAT32))
        size = 4 * attrs["_num_units"]
        gates = tf(call, "matmul", joined, variable(call, "kernel", last_dim(joined), size, dtype=dtype))
        normed = attrs["_layer_norm"] is not False
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
        new_c = like(call, "AddV2", c, i, f, g)
        if normed:
            new_c = norm(call, self, new_c, "state", dtype)
        new_h = like(call, "Mul", new_c, o)
    return (new_h, state_tuple(new_c, new_h))


def projected_state(call: Any, self: InstanceValue) -> Any:
    proj = self.attrs["_num_proj"] or self.attrs["_num_units"]
    if self.attrs.get("_state_is_tuple") is False:
        return self.attrs["_num_units"] + proj
    return state_tuple(self.attrs["_num_units"], proj)


def projected_output(call: Any, self: InstanceValue) -> Any:
    return self.attrs["_num_proj"] or self.attrs["_num_units"]


norm_lstm = cell(
    "LayerNormLSTMCell",
    "num_units use_peepholes cell_clip initializer num_proj proj_clip forget_bias "
    "activation layer_norm norm_gain norm_shift",
    namespace=private,
)
sizes(norm_lstm, projected_state, projected_output)


@norm_lstm.method(name="call")
def norm_lstm_call(call: Any, self: InstanceValue, inputs: Any, state: Any) -> Any:
    """TF: LayerNormLSTMCell.call."""
    attrs = self.attrs
    n, proj = attrs["_num_units"], attrs["_num_proj"]
    normed = attrs["_layer_norm"] is True
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
            if attrs["_use_peepholes"] is True:
                with tools.variable_scope(call, unit):
                    for name in ("w_f_diag", "w_i_diag", "w_o_diag"):
                        variable(call, name, n, dtype=python_values.base(inputs.dtype))
            new_c = like(call, "AddV2", c, i, j, f)
            if normed:
                new_c = norm(call, self, new_c, "state")
            new_m = like(call, "Mul", new_c, o)
            if proj is not None:
                with tools.variable_scope(call, "projection"):
                    new_m = linear(call, new_m, proj, False)
    return (new_m, state_tuple(new_c, new_m))


def _initializing(call: Any, attrs: dict[str, Any]) -> dict[str, Any]:
    return scope_options(call, {"initializer": attrs["_initializer"]})


coupled = cell(
    "CoupledInputForgetGateLSTMCell",
    "num_units use_peepholes initializer num_proj proj_clip "
    "num_unit_shards num_proj_shards forget_bias state_is_tuple activation layer_norm norm_gain norm_shift",
)
sizes(coupled, projected_state, projected_output)


def sharded(call: Any, name: str, rows: Any, columns: Any, dtype: Any, shards: Any) -> Any:
    """TF: _get_concat_variable: `W_0`, `W_1`... joined."""
    if not isinstance(shards, int):
        return variable(call, name + "_0", rows, columns, dtype=dtype)
    made = []
    for at in range(shards):
        size = rows // shards + (1 if isinstance(rows, int) and at < rows % shards else 0)
        made.append(variable(call, f"{name}_{at}", size, columns, dtype=dtype))
    return made[0] if len(made) == 1 else tf(call, "concat", ListValue(made), 0, name=name + "/concat")


@coupled.method(name="call")
def coupled_call(call: Any, self: InstanceValue, inputs: Any, state: Any) -> Any:
    """TF: CoupledInputForgetGateLSTMCell.call."""
    attrs = self.attrs
    n = attrs["_num_units"]
    proj = n if attrs["_num_proj"] is None else attrs["_num_proj"]
    normed = attrs["_layer_norm"] is True
    with inside(call):
        if attrs["_state_is_tuple"] is not False:
            c, m = parts(call, state, 2)
        else:
            c, m = mixed(call, "Slice", with_last(state, n), state), mixed(call, "Slice", with_last(state, proj), state)
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
        if attrs["_use_peepholes"] is True:
            for name in ("W_F_diag", "W_O_diag"):
                variable(call, name, n, dtype=dtype)
        new_c = like(call, "AddV2", c, j, f)
        if normed:
            new_c = norm(call, self, new_c, "state")
        new_m = like(call, "Mul", new_c, o)
        if attrs["_num_proj"] is not None:
            kernel = sharded(call, "W_P", n, proj, dtype, attrs["_num_proj_shards"])
            new_m = tf(call, "matmul", new_m, kernel)
        if attrs["_state_is_tuple"] is not False:
            return (new_m, state_tuple(new_c, new_m))
        return (new_m, tf(call, "concat", ListValue([new_c, new_m]), 1))


# Other gates

ugrnn = cell("UGRNNCell", "num_units initializer forget_bias activation")
sizes(ugrnn, num_units, num_units)


@ugrnn.method(name="call")
def ugrnn_call(call: Any, self: InstanceValue, inputs: Any, state: Any) -> Any:
    with inside(call), tools.variable_scope(call, call.new("tf.get_variable_scope"), **_initializing(call, self.attrs)):
        joined = tf(call, "concat", ListValue([inputs, state]), 1)
        gates = kept_linear(call, self, "_linear", joined, 2 * self.attrs["_num_units"])
        new = like(call, "AddV2", state, gates)
    return (new, new)


intersection = cell("IntersectionRNNCell", "num_units num_in_proj initializer forget_bias y_activation")
sizes(intersection, num_units, num_units)


@intersection.method(name="call")
def intersection_call(call: Any, self: InstanceValue, inputs: Any, state: Any) -> Any:
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
        new_state, new_y = like(call, "AddV2", state, gates), like(call, "AddV2", inputs, gates)
    return (new_y, new_state)


glstm = cell("GLSTMCell", "num_units initializer num_proj number_of_groups forget_bias activation")
sizes(glstm, projected_state, projected_output)


@glstm.method(name="call")
def glstm_call(call: Any, self: InstanceValue, inputs: Any, state: Any) -> Any:
    """TF: GLSTMCell.call."""
    attrs = self.attrs
    n, groups, proj = attrs["_num_units"], attrs["_number_of_groups"], attrs["_num_proj"]
    with inside(call):
        c, m = parts(call, state, 2)
        if not isinstance(groups, int):
            return (call.cannot_know("the number of groups of a GLSTMCell", may_make=True), state)
        with tools.variable_scope(call, call.new("tf.get_variable_scope"), **_initializing(call, attrs)):
            for group in range(groups):
                with tools.variable_scope(call, f"group{group}"):
                    width = last_dim(inputs) // groups + (proj or n) // groups
                    x = mixed(call, "ConcatV2", with_last(inputs, width), inputs, m)
                    kept_linear(call, self, f"_linear1_{group}", x, 4 * (n // groups), False)
            for name in ("bias_i", "bias_j", "bias_f", "bias_o"):
                variable(call, name, n, dtype=python_values.base(inputs.dtype), initializer=constant(call, 0.0))
        new_c = like(call, "AddV2", c, inputs, m)
        new_m = mixed(call, "Mul", with_last(c, n), new_c)
        if proj is not None:
            with tools.variable_scope(call, "projection"):
                new_m = kept_linear(call, self, "_linear2", new_m, proj, False)
    return (new_m, state_tuple(new_c, new_m))


conv = cell("ConvLSTMCell", "conv_ndims input_shape output_channels kernel_shape use_bias skip_connection forget_bias")


def conv_sizes(self: InstanceValue) -> tuple[Any, Any]:
    attrs = self.attrs
    shape = items_of(attrs["_input_shape"])
    channels = attrs["_output_channels"]
    total = channels + shape[-1] if attrs["_skip_connection"] is True else channels
    return TensorShape((*shape[:-1], channels)), TensorShape((*shape[:-1], total))


sizes(
    conv,
    lambda call, self: state_tuple(conv_sizes(self)[0], conv_sizes(self)[0]),
    lambda call, self: conv_sizes(self)[1],
)


@conv.method(name="call", raw=True)
def conv_call(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: ConvLSTMCell.call, _conv."""
    self, inputs, state = args[:3]
    attrs = self.attrs
    channels = attrs["_output_channels"]
    with inside(call):
        c, h = parts(call, state, 2)
        kernel = items_of(attrs["_kernel_shape"])
        inputs = tools.as_tensor(call, inputs)
        dtype = python_values.base(inputs.dtype)
        variable(call, "kernel", *kernel, last_dim(inputs) + last_dim(h), 4 * channels, dtype=dtype)
        if attrs["_use_bias"] is not False:
            variable(call, "biases", 4 * channels, dtype=dtype, initializer=constant(call, 0.0))
        new_c = mixed(call, "AddV2", with_last(inputs, channels), inputs, c, h)
        output = like(call, "Mul", new_c, inputs)
        if attrs["_skip_connection"] is True:
            output = tf(call, "concat", ListValue([output, inputs]), axis=-1)
    return (output, state_tuple(new_c, output))


def _conv_of(dims: int) -> None:
    name = f"Conv{dims}DLSTMCell"
    made = api.type(name, bases=(conv.cls,))

    def init(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        given = {"name": args[1] if len(args) > 1 else f"conv_{dims}d_lstm_cell", **kwargs}
        call.invoke(conv.cls.attrs["__init__"], args[0], conv_ndims=dims, **given)

    made.method(init, name="__init__", raw=True)


for _dims in (1, 2, 3):
    _conv_of(_dims)


phased = cell("PhasedLSTMCell", "num_units use_peepholes ratio_on trainable_ratio_on")
sizes(phased, pair_of_units, num_units)


@phased.method(name="call")
def phased_call(call: Any, self: InstanceValue, inputs: Any, state: Any) -> Any:
    """TF: PhasedLSTMCell.call."""
    n, peeps = self.attrs["_num_units"], self.attrs["_use_peepholes"] is True
    with inside(call):
        c, h = parts(call, state, 2)
        _, x = parts(call, inputs, 2)
        for scope, key, size, held in (
            ("mask_gates", "_linear1", 2 * n, [x, h, c] if peeps else [x, h]),
            ("new_input", "_linear2", n, [x, h]),
            ("output_gate", "_linear3", n, [x, h, c] if peeps else [x, h]),
        ):
            with tools.variable_scope(call, scope):
                kept_linear(call, self, key, ListValue(held), size)
        for name in ("period", "phase"):
            variable(call, name, n, initializer=call.new("tf.random_uniform_initializer"))
        variable(
            call,
            "ratio_on",
            n,
            initializer=constant(call, self.attrs["_ratio_on"]),
            trainable=self.attrs["_trainable_ratio_on"],
        )
        new_c, new_h = like(call, "AddV2", c, x, h), like(call, "AddV2", h, x, c)
    return (new_h, state_tuple(new_c, new_h))


# Cells with `build`


def simple_state(call: Any, self: InstanceValue) -> Any:
    return self.attrs["_num_units"]


def second_dim(call: Any, shape: Any, axis: int = 1) -> Any:
    dims = dims_of(shape)
    return dims[axis] if isinstance(dims, tuple) and len(dims) > axis else Unknown("depth of a cell's inputs")


def gated(call: Any, self: InstanceValue, inputs: Any, state: Any) -> Any:
    """The call of a cell whose only state is its output."""
    with inside(call):
        held = [value for key, value in self.attrs.items() if isinstance(key, str) and hasattr(value, "is_resource")]
        product = (
            tf(call, "matmul", inputs, held[0])
            if held and getattr(held[0], "shape", (0,))[0] == last_dim(inputs)
            else inputs
        )
        new = like(call, "AddV2", state, product, *held)
    return (new, new)


def gated_lstm(call: Any, self: InstanceValue, inputs: Any, state: Any) -> Any:
    """The call of a cell with the two states of an LSTM."""
    with inside(call):
        held = [value for key, value in self.attrs.items() if isinstance(key, str) and hasattr(value, "is_resource")]
        c, h = parts(call, state, 2)
        new_c = like(call, "AddV2", c, inputs, h, *held)
        new_h = like(call, "Mul", h, new_c)
    return (new_h, state_tuple(new_c, new_h))


gru_block = cell("GRUBlockCell", "num_units cell_size", layer_cell.cls)
sizes(gru_block, lambda call, self: block_units(self), lambda call, self: block_units(self))
gru_block.method(lambda call, self, inputs, h_prev: gated(call, self, inputs, h_prev), name="call")


def block_units(self: InstanceValue) -> Any:
    n = self.attrs["_num_units"]
    return self.attrs["_cell_size"] if n is None else n


def _gru_block(names: tuple[str, str, str, str]) -> Any:
    def build(call: Any, self: InstanceValue, shape: Any) -> None:
        n, depth = block_units(self), second_dim(call, shape)
        if depth is None:
            call.raise_("ValueError", "Expecting input_size to be set.", kind="shape")
        weight(call, self, "_gate_kernel", names[0], depth + n, n * 2)
        weight(call, self, "_gate_bias", names[1], n * 2, initializer=constant(call, 1.0))
        weight(call, self, "_candidate_kernel", names[2], depth + n, n)
        weight(call, self, "_candidate_bias", names[3], n, initializer=constant(call, 0.0))
        self.set("built", True)

    return build


builds(gru_block)(_gru_block(("w_ru", "b_ru", "w_c", "b_c")))
gru_block_2 = cell("GRUBlockCellV2", "num_units cell_size", gru_block.cls)
builds(gru_block_2)(_gru_block(("gates/kernel", "gates/bias", "candidate/kernel", "candidate/bias")))

lstm_block = cell("LSTMBlockCell", "num_units forget_bias cell_clip use_peephole", layer_cell.cls)
sizes(lstm_block, pair_of_units, num_units)
lstm_block.method(gated_lstm, name="call")


def lstm_weights(call: Any, self: InstanceValue, depth: Any) -> None:
    n = self.attrs["_num_units"]
    weight(call, self, "_kernel", "kernel", depth + n, n * 4)
    weight(call, self, "_bias", "bias", n * 4, initializer=constant(call, 0.0))
    if self.attrs["_use_peephole"] is True:
        for name in ("w_i_diag", "w_f_diag", "w_o_diag"):
            weight(call, self, "_" + name, name, n)
    self.set("built", True)


@builds(lstm_block)
def lstm_block_build(call: Any, self: InstanceValue, shape: Any) -> None:
    depth = second_dim(call, shape)
    if depth is None:
        call.raise_("ValueError", f"Expecting inputs_shape[1] to be set: {call.to_string(shape)}", kind="shape")
    lstm_weights(call, self, depth)


nas = cell("NASCell", "num_units num_proj use_bias", layer_cell.cls)
sizes(nas, projected_state, projected_output)
nas.method(gated_lstm, name="call")


@builds(nas)
def nas_build(call: Any, self: InstanceValue, shape: Any) -> None:
    n, proj = self.attrs["_num_units"], self.attrs["_num_proj"]
    weight(call, self, "recurrent_kernel", "recurrent_kernel", n if proj is None else proj, 8 * n)
    weight(call, self, "kernel", "kernel", second_dim(call, shape), 8 * n)
    if self.attrs["_use_bias"] is True:
        weight(call, self, "bias", "bias", 8 * n, initializer=zeros_for(call, self))
    if proj is not None:
        weight(call, self, "projection_weights", "projection_weights", n, proj)
    self.set("built", True)


# Fused cells

lstm_wrapper = api.type("LSTMBlockWrapper", bases=(LEGACY,))
fused = api.type("LSTMBlockFusedCell", bases=(lstm_wrapper.cls,))
fused.cls.attrs["num_units"] = PropertyValue(
    NativeFunction("num_units", num_units, "tf.contrib.rnn.LSTMBlockFusedCell.num_units")
)


@fused.method(name="__init__", raw=True)
def fused_init(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    self, *rest = args
    bound, _ = bind(call, "tf.contrib.rnn.LSTMBlockFusedCell", tuple(rest), kwargs)
    call.invoke(
        LEGACY.attrs["__init__"],
        self,
        _reuse=bound["reuse"],
        name=bound["name"],
        **({"dtype": bound["dtype"]} if bound["dtype"] is not None else {}),
    )
    for field in ("num_units", "forget_bias", "cell_clip", "use_peephole"):
        self.set("_" + field, bound[field])
    call.setattr(self, "input_spec", spec(ndim=3))


@builds(fused)
def fused_build(call: Any, self: InstanceValue, shape: Any) -> None:
    lstm_weights(call, self, second_dim(call, shape, 2))


@lstm_wrapper.method(name="call", raw=True)
def fused_call(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: LSTMBlockWrapper.call: the whole sequence in one operation."""
    self, inputs = args[0], args[1]
    with inside(call):
        n = self.attrs["_num_units"]
        is_list = isinstance(inputs, ListValue)
        tensor = tf(call, "stack", inputs) if is_list else operations.convert(call, inputs)
        held = [self.attrs["_kernel"], self.attrs["_bias"]]
        outputs: Any = mixed(call, "BlockLSTM", with_last(tensor, n), tensor, *held)
        shape = outputs.shape[1:] if isinstance(outputs.shape, tuple) else outputs.shape
        c, h = mixed(call, "StridedSlice", shape, outputs), mixed(call, "StridedSlice", shape, outputs)
        if is_list:
            outputs = tf(call, "unstack", outputs)
    return (outputs, state_tuple(c, h))


fused_base = api.type("FusedRNNCell")
adaptor = api.type("FusedRNNCellAdaptor", bases=(fused_base.cls,))


@adaptor.method(name="__init__")
def adaptor_init(call: Any, self: InstanceValue, cell: Any, use_dynamic_rnn: Any) -> None:
    self.set("_cell", cell)
    self.set("_use_dynamic_rnn", use_dynamic_rnn)


_FUSED = ("inputs", "initial_state", "dtype", "sequence_length", "scope")


@adaptor.method(name="__call__", raw=True)
def adaptor_call(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    self, *rest = args
    bound = {**dict.fromkeys(_FUSED), **dict(zip(_FUSED, rest, strict=False)), **kwargs}
    inputs = bound["inputs"]
    is_list = isinstance(inputs, ListValue)
    own = self.attrs["_cell"]
    with inside(call):
        if self.attrs["_use_dynamic_rnn"] is True:
            inputs = tf(call, "stack", inputs) if is_list else inputs
            outputs, state = run_dynamic(
                call,
                own,
                inputs,
                bound["sequence_length"],
                bound["initial_state"],
                bound["dtype"],
                True,
                bound["scope"],
            )
            return (tf(call, "unstack", outputs) if is_list else outputs, state)
        inputs = inputs if is_list else tf(call, "unstack", inputs)
        outputs, state = run_static(
            call, own, inputs, bound["initial_state"], bound["dtype"], bound["sequence_length"], bound["scope"]
        )
        return (outputs if is_list else tf(call, "stack", outputs), state)


reversed_cell = api.type("TimeReversedFusedRNN", bases=(fused_base.cls,))


@reversed_cell.method(name="__init__")
def reversed_init(call: Any, self: InstanceValue, cell: Any) -> None:
    self.set("_cell", cell)


@reversed_cell.method(name="__call__", raw=True)
def reversed_call(call: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    self, *rest = args
    bound = {**dict.fromkeys(_FUSED), **dict(zip(_FUSED, rest, strict=False)), **kwargs}

    def turn(value: Any) -> Any:
        if isinstance(value, ListValue):
            return ListValue(value.items[::-1], value.rest)
        return like(
            call,
            "ReverseV2" if bound["sequence_length"] is None else "ReverseSequence",
            operations.convert(call, value),
        )

    with inside(call):
        given = turn(bound.pop("inputs"))
        outputs, state = parts(call, call.invoke(self.attrs["_cell"], given, **bound), 2)
        return (turn(outputs), state)


@api.function
def transpose_batch_time(call: Any, x: Any) -> Any:
    return rnn.transpose_batch_time(call, x)


@api.function
def best_effort_input_batch_size(call: Any, flat_input: Any) -> Any:
    return rnn.batch_size_of(call, items_of(flat_input))


# Stacks


def stacked(call: Any, cells_fw: Any, cells_bw: Any) -> list[tuple[Any, Any]] | None:
    for label, cells in (("fw", cells_fw), ("bw", cells_bw)):
        if isinstance(cells, Unknown) or getattr(cells, "rest", None) is not None:
            return None
        if not items_of(cells):
            call.raise_("ValueError", f"Must specify at least one {label} cell for BidirectionalRNN.", kind="argument")
        if not isinstance(cells, ListValue):
            call.raise_("ValueError", f"cells_{label} must be a list of RNNCells (one per layer).", kind="argument")
    one, two = cells_fw.items, cells_bw.items
    if len(one) != len(two):
        call.raise_("ValueError", "Forward and Backward cells must have the same depth.", kind="argument")
    return list(zip(one, two, strict=True))


def state_at(states: Any, at: int) -> Any:
    return items_of(states)[at] if is_set(states) and len(items_of(states)) > at else None


@api.function
def stack_bidirectional_dynamic_rnn(
    call: Any,
    cells_fw: Any,
    cells_bw: Any,
    inputs: Any,
    initial_states_fw: Any,
    initial_states_bw: Any,
    dtype: Any,
    sequence_length: Any,
    time_major: Any,
    scope: Any,
) -> Any:
    """TF: stack_bidirectional_dynamic_rnn."""
    pairs = stacked(call, cells_fw, cells_bw)
    if pairs is None:
        return call.cannot_know("the cells of a stack", may_make=True)
    states_fw, states_bw = [], []
    layer = inputs
    with inside(call), tools.variable_scope(call, scope if is_set(scope) else "stack_bidirectional_rnn"):
        for at, (fw, bw) in enumerate(pairs):
            with tools.variable_scope(call, f"cell_{at}"):
                outputs, states = call.new(
                    "tf.nn.bidirectional_dynamic_rnn",
                    fw,
                    bw,
                    layer,
                    initial_state_fw=state_at(initial_states_fw, at),
                    initial_state_bw=state_at(initial_states_bw, at),
                    sequence_length=sequence_length,
                    dtype=dtype,
                    time_major=time_major,
                )
                layer = tf(call, "concat", outputs, 2)
            states_fw.append(states[0])
            states_bw.append(states[1])
    return (layer, tuple(states_fw), tuple(states_bw))


@api.function
def stack_bidirectional_rnn(
    call: Any,
    cells_fw: Any,
    cells_bw: Any,
    inputs: Any,
    initial_states_fw: Any,
    initial_states_bw: Any,
    dtype: Any,
    sequence_length: Any,
    scope: Any,
) -> Any:
    """TF: stack_bidirectional_rnn."""
    pairs = stacked(call, cells_fw, cells_bw)
    if pairs is None:
        return call.cannot_know("the cells of a stack", may_make=True)
    states_fw, states_bw = [], []
    layer = inputs
    with inside(call), tools.variable_scope(call, scope if is_set(scope) else "stack_bidirectional_rnn"):
        for at, (fw, bw) in enumerate(pairs):
            with tools.variable_scope(call, f"cell_{at}") as own:
                layer, state_fw, state_bw = call.new(
                    "tf.nn.static_bidirectional_rnn",
                    fw,
                    bw,
                    layer,
                    initial_state_fw=state_at(initial_states_fw, at),
                    initial_state_bw=state_at(initial_states_bw, at),
                    sequence_length=sequence_length,
                    dtype=dtype,
                    scope=own,
                )
            states_fw.append(state_fw)
            states_bw.append(state_bw)
    return (layer, tuple(states_fw), tuple(states_bw))
