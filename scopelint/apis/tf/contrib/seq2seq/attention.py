"""tf.contrib.seq2seq: attention mechanisms and the cell that asks them."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.stdlib.collections import tuple_class
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.contrib.rnn.cells import composite_op, last_dim, variable, with_last
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework import operations, python_values
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.framework.callables import is_callable
from scopelint.apis.tf.framework.control_flow_contexts import waiting
from scopelint.apis.tf.framework.conversion import is_set
from scopelint.apis.tf.framework.dims import dims_of
from scopelint.apis.tf.framework.structures import flatten, items_of, refill
from scopelint.apis.tf.ops import variables
from scopelint.apis.tf.ops.tensor_array import is_array, new_array, write_array
from scopelint.apis.tf.rnn.cells import (
    CELL,
    batch_of,
    init_cell,
    inside,
    is_nested,
    like_cell,
    sizes,
    tf,
    zero_tensor,
)
from scopelint.apis.tf.rnn.lstm_and_gru import parts
from scopelint.graph.state import GraphState
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import ClassValue, InstanceValue, NativeFunction, PropertyValue
from scopelint.values.tensors import FLOAT32, INT32, DType, Tensor, TensorShape
from scopelint.values.truth import is_given, is_not_off

api = Namespace("tf.contrib.seq2seq")
private = Namespace("tensorflow.contrib.seq2seq.python.ops.attention_wrapper")


def field(made: Any, name: str, read: Any) -> None:
    made.cls.attrs[name] = PropertyValue(NativeFunction(name, read, f"{made.cls.canonical}.{name}"))


def named_tuple(name: str, fields: list[str]) -> ClassValue:
    """One of TF's named tuples, which programs take apart by name."""

    made: ClassValue = tuple_class(None, name, fields, {}, "tensorflow.contrib.seq2seq.python.ops")
    made.canonical = "tf.contrib.seq2seq." + name
    api.constant(name, made)
    return made


def tuple_of(cls: ClassValue, *values: Any) -> InstanceValue:
    return InstanceValue(cls, None, values)


# Mechanisms

mechanism = api.type("AttentionMechanism")
base = private.type("_BaseAttentionMechanism", bases=(mechanism.cls,))


def memory_of(call: Call, memory: AnyValue, lengths: AnyValue) -> Any:
    """TF: _prepare_memory: what lies past a sequence's end is made zero."""
    leaves = []
    for leaf in flatten(memory):
        tensor = operations.convert(call, leaf, None, "memory")
        if isinstance(tensor.shape, tuple) and any(d is None for d in tensor.shape[2:]):
            shown = call.to_string(TensorShape(tensor.shape))
            call.raise_(
                "ValueError",
                f"Expected memory {tensor.tf_name} to have fully defined inner dims, but saw shape: {shown}",
                kind="shape",
            )
        leaves.append(tensor)
    if is_set(lengths) and leaves:
        steps = call.getitem(tf(call, "shape", leaves[0]), 1)
        mask = tf(call, "sequence_mask", lengths, maxlen=steps, dtype=python_values.base(leaves[0].dtype))
        leaves = [masked(call, leaf, mask) for leaf in leaves]
    return refill(memory, iter(leaves))


def masked(call: Call, tensor: Tensor, mask: AnyValue) -> Tensor:
    """TF: _maybe_mask."""
    rank = len(tensor.shape) if isinstance(tensor.shape, tuple) else tf(call, "rank", tensor)
    others = tf(call, "ones", call.binary("-", rank, 2), dtype=INT32)
    sizes = tf(call, "concat", (tf(call, "shape", mask), others), 0)
    made: Tensor = call.binary("*", tensor, tf(call, "reshape", mask, sizes))
    made.shape = tensor.shape
    return made


def scoring(call: Call, function: AnyValue, lengths: AnyValue, value: AnyValue) -> Any:
    """TF: _maybe_mask_score, before the mechanism's own function of the scores."""

    def of_scores(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        score, *rest = args or (kwargs.pop("score"),)
        checked = call.new("tf.assert_positive", lengths)
        with waiting(call, [checked]):
            steps = call.getitem(tf(call, "shape", score), 1)
            mask = tf(call, "sequence_mask", lengths, maxlen=steps)
        least = call.binary("*", value if is_set(value) else float("-inf"), tf(call, "ones_like", score))
        chosen = tf(call, "where", mask, score, least)
        if isinstance(chosen, Tensor) and isinstance(score, Tensor):
            chosen.shape = score.shape
        return call.invoke(function, chosen, *rest, **kwargs)

    return NativeFunction("<lambda>", of_scores, raw=True)


@base.method(name="__init__", raw=True)
def base_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    self, *rest = args
    names = (
        "query_layer",
        "memory",
        "probability_fn",
        "memory_sequence_length",
        "memory_layer",
        "check_inner_dims_defined",
        "score_mask_value",
        "custom_key_value_fn",
        "name",
    )
    prepare(call, self, **{**dict(zip(names, rest, strict=False)), **kwargs})


def prepare(
    call: Call,
    self: InstanceValue,
    query_layer: AnyValue = None,
    memory: AnyValue = None,
    probability_fn: AnyValue = None,
    memory_sequence_length: AnyValue = None,
    memory_layer: AnyValue = None,
    custom_key_value_fn: AnyValue = None,
    score_mask_value: AnyValue = None,
    name: AnyValue = None,
    **others: Any,
) -> None:
    """TF: _BaseAttentionMechanism.__init__: the memory layer is called at once, where the mechanism is made."""
    self.set("_query_layer", query_layer)
    self.set("_memory_layer", memory_layer)
    self.set("dtype", call.getattr(memory_layer, "dtype") if memory_layer is not None else FLOAT32)
    if not isinstance(probability_fn, Unknown) and not is_callable(probability_fn):
        kind = call.class_of(probability_fn).name
        call.raise_("TypeError", f"probability_fn must be callable, saw type: {kind}", kind="argument")
    if is_set(memory_sequence_length) and is_callable(probability_fn):
        probability_fn = scoring(call, probability_fn, memory_sequence_length, score_mask_value)
    self.set("_probability_fn", probability_fn)
    self.set("_lengths", memory_sequence_length)
    with operations.scope(call, name, "BaseAttentionMechanismInit"):
        values = memory_of(call, memory, memory_sequence_length)
        keys = call.invoke(memory_layer, values) if memory_layer is not None else values
        if is_set(custom_key_value_fn):
            keys, values = parts(call, call.invoke(custom_key_value_fn, keys, values), 2)
        self.set("_values", values)
        self.set("_keys", keys)
        tensor = keys if isinstance(keys, Tensor) else operations.convert(call, keys)
        self.set("_batch_size", batch_of(call, tensor, 0))
        self.set("_alignments_size", batch_of(call, tensor, 1))


for _name in ("memory_layer", "query_layer", "values", "keys", "batch_size", "alignments_size"):
    field(base, _name, (lambda key: lambda call, self: self.attrs.get("_" + key))(_name))
field(base, "state_size", lambda call, self: self.attrs.get("_alignments_size"))


@base.method(raw=True)
def initial_alignments(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    self = args[0]
    batch = args[1] if len(args) > 1 else kwargs.get("batch_size")
    dtype = args[2] if len(args) > 2 else kwargs.get("dtype")
    return zero_tensor(call, batch, self.attrs["_alignments_size"], dtype)


@base.method(raw=True)
def initial_state(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return call.method(args[0], "initial_alignments", *args[1:], **kwargs)


def luong_score(call: Call, query: AnyValue, keys: AnyValue, scale: AnyValue = None) -> Any:
    """TF: _luong_score."""
    product = tf(call, "matmul", tf(call, "expand_dims", query, 1), keys, transpose_b=True)
    score = tf(call, "squeeze", product, ListValue([1]))
    return call.binary("*", scale, score) if scale is not None else score


def bahdanau_score(call: Call, query: AnyValue, keys: AnyValue, v: AnyValue, *normal: Any) -> Any:
    """TF: _bahdanau_score. `normal`: what normalizes it, a factor and an offset."""
    query = tf(call, "expand_dims", query, 1)
    if not normal:
        terms = call.binary("*", v, tf(call, "tanh", call.binary("+", keys, query)))
        return tf(call, "reduce_sum", terms, ListValue([2]))
    factor = call.binary("*", normal[0], v)
    length = tf(call, "rsqrt", tf(call, "reduce_sum", tf(call, "square", v)))
    normed = call.binary("*", factor, length)
    total = call.binary("+", call.binary("+", keys, query), normal[1])
    return tf(call, "reduce_sum", call.binary("*", normed, tf(call, "tanh", total)), ListValue([2]))


def aligned(call: Call, self: InstanceValue, query: AnyValue, state: AnyValue, score: AnyValue) -> tuple[Any, Any]:
    """The alignments: a distribution over the memory's steps."""
    steps = self.attrs["_alignments_size"]
    score = score if isinstance(score, Tensor) else operations.convert(call, score)
    score.shape = with_last(query, None if isinstance(steps, Tensor) else steps)
    function = self.attrs.get("_probability_fn")
    if function is not None and is_callable(function):
        alignments = call.invoke(function, score, state)
        if isinstance(alignments, Tensor):
            return alignments, alignments
    alignments = composite_op(call, "Softmax", score.shape, score)
    return alignments, alignments


def probabilities(given: AnyValue, monotonic: bool, mode: AnyValue = None) -> Any:
    """What a mechanism hands on as `probability_fn(score, previous)`: softmax of the scores where none is given.

    Of the monotonic ones, `hard` asks which scores are positive, through which no gradient passes.
    """

    def of_scores(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        score = args[0] if args else kwargs.get("score")
        if monotonic:
            if isinstance(mode, str) and mode not in ("recursive", "parallel", "hard"):
                call.raise_("ValueError", "mode must be 'recursive', 'parallel', or 'hard'.", kind="argument")
            previous = args[1] if len(args) > 1 else kwargs.get("previous_alignments")
            return composite_op(call, "Mul", dims_of(score), previous if mode == "hard" else score)
        return call.new("tf.nn.softmax", score) if not is_set(given) else call.invoke(given, score)

    return NativeFunction("<lambda>", of_scores, raw=True)


def dense(call: Call, units: AnyValue, name: str, dtype: AnyValue) -> Any:
    return call.new("tf.layers.Dense", units, name=name, use_bias=False, dtype=dtype)


def declare_mechanism(name: str, kind: str) -> None:
    made = api.type(name, bases=(base.cls,))
    canonical = f"tf.contrib.seq2seq.{name}"
    monotonic = "Monotonic" in name
    luong = kind == "luong"
    scope = "_".join(filter(None, (kind, "monotonic" if monotonic else "", "attention")))

    def init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self, *rest = args
        bound, _ = bind(call, canonical, tuple(rest), kwargs)
        dtype = bound.get("dtype") if is_set(bound.get("dtype")) else FLOAT32
        units = bound["num_units"]
        query = None if luong else dense(call, units, "query_layer", dtype)
        memory = dense(call, units, "memory_layer", dtype)
        prepare(
            call,
            self,
            query_layer=query,
            memory=bound["memory"],
            probability_fn=probabilities(bound.get("probability_fn"), monotonic, bound.get("mode")),
            memory_sequence_length=bound["memory_sequence_length"],
            memory_layer=memory,
            custom_key_value_fn=bound.get("custom_key_value_fn"),
            score_mask_value=bound.get("score_mask_value"),
            name=bound["name"],
        )
        self.set("_num_units", units)
        self.set("_scale", bound.get("scale"))
        self.set("_normalize", bound.get("normalize"))
        self.set("_score_bias_init", bound.get("score_bias_init"))
        self.set("_name", bound["name"])

    def query_it(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        self = args[0]
        query = args[1] if len(args) > 1 else kwargs.get("query")
        state = args[2] if len(args) > 2 else kwargs.get("state")
        attrs = self.attrs
        query = query if isinstance(query, Unknown) else operations.convert(call, query)
        dtype = python_values.base(getattr(query, "dtype", FLOAT32))
        keys = attrs["_keys"]
        with inside(call):
            with tools.variable_scope(call, None, scope):
                if luong:
                    scale = None
                    if attrs["_scale"]:
                        ones = call.new("tf.ones_initializer")
                        scale = variable(call, "attention_g", dtype=dtype, initializer=ones)
                    check_units(call, self, query)
                    score = luong_score(call, query, keys, scale)
                else:
                    if attrs["_query_layer"] is not None:
                        query = call.invoke(attrs["_query_layer"], query)
                    v = variable(call, "attention_v", attrs["_num_units"], dtype=dtype)
                    normal = []
                    if attrs["_normalize"]:
                        start = call.new("tf.constant_initializer", 1.0)
                        normal.append(variable(call, "attention_g", dtype=dtype, initializer=start))
                        start = call.new("tf.zeros_initializer")
                        count = attrs["_num_units"]
                        normal.append(variable(call, "attention_b", count, dtype=dtype, initializer=start))
                    score = bahdanau_score(call, query, keys, v, *normal)
                if monotonic:
                    bias = variables.get(
                        call, "attention_score_bias", by="cell", dtype=dtype, initializer=attrs["_score_bias_init"]
                    )
                    score = call.binary("+", score, bias)
            return aligned(call, self, query, state, score)

    made.method(init, name="__init__", raw=True)
    made.method(query_it, name="__call__", raw=True)


def check_units(call: Call, self: InstanceValue, query: Any) -> None:
    """TF: _luong_score: query and keys have to be of one depth."""
    depth, units = last_dim(query), last_dim(self.attrs["_keys"])
    if isinstance(depth, int) and isinstance(units, int) and depth != units:
        keys = self.attrs["_keys"]
        call.raise_(
            "ValueError",
            "Incompatible or unknown inner dimensions between query and keys.  Query "
            f"({query}) has units: {depth}.  Keys ({keys}) have units: {units}.  Perhaps you "
            f"need to set num_units to the keys' dimension ({units})?",
            kind="shape",
        )


for _name, _kind in (
    ("BahdanauAttention", "bahdanau"),
    ("BahdanauMonotonicAttention", "bahdanau"),
    ("LuongAttention", "luong"),
    ("LuongMonotonicAttention", "luong"),
):
    declare_mechanism(_name, _kind)


@api.function
def hardmax(call: Call, logits: AnyValue, name: AnyValue) -> Any:
    tensor = operations.convert(call, logits)
    with operations.scope(call, name, "Hardmax"):
        return composite_op(call, "OneHot", tensor.shape, tensor)


# The wrapper

STATE = named_tuple(
    "AttentionWrapperState", ["cell_state", "attention", "time", "alignments", "alignment_history", "attention_state"]
)


def _clone(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    fields = STATE.attrs["_fields"]
    held = args[0].payload
    return InstanceValue(STATE, None, tuple(kwargs.get(name, value) for name, value in zip(fields, held, strict=True)))


STATE.attrs["clone"] = NativeFunction("clone", _clone, raw=True)

wrapper = api.type("AttentionWrapper", bases=(CELL,))


@wrapper.method(name="__init__", raw=True)
def wrapper_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: AttentionWrapper.__init__."""
    self, *rest = args
    bound, _ = bind(call, "tf.contrib.seq2seq.AttentionWrapper", tuple(rest), kwargs)
    init_cell(call, self, name=bound["name"], dtype=bound.get("dtype"))
    like_cell(call, "cell", bound["cell"])
    given = bound["attention_mechanism"]
    multi = is_nested(given)
    more = getattr(given, "rest", None)
    if more is not None:
        # How many there are is not known, nor what becomes of each.
        given = more.derive("")
    mechanisms = items_of(given) if multi and more is None else [given]
    size, layer = bound["attention_layer_size"], bound.get("attention_layer")
    is_sized = is_given(size)
    has_layer = is_given(layer)
    if is_sized and has_layer:
        call.raise_("ValueError", "Only one of attention_layer_size and attention_layer should be set", kind="argument")
    layers: Any = None
    if is_sized:
        counts = items_of(size) if is_nested(size) else [size]
        if isinstance(size, Unknown):
            counts = [size.derive("") for _ in mechanisms]
        if more is not None:
            call.cannot_know("how many mechanisms an AttentionWrapper has", may_make=True)
            counts = counts[:1]
        if len(counts) != len(mechanisms):
            call.raise_(
                "ValueError",
                "If provided, attention_layer_size must contain exactly one integer per "
                f"attention_mechanism, saw: {len(counts)} vs {len(mechanisms)}",
                kind="argument",
            )
        layers = tuple(
            dense(call, count, "attention_layer", call.getattr(m, "dtype"))
            for count, m in zip(counts, mechanisms, strict=True)
        )
        total: Any = sum_of(counts)
    elif has_layer:
        layers = tuple(items_of(layer)) if is_nested(layer) else (layer,)
        total = sum_of([call.getattr(each, "units", Unknown("units of a layer")) for each in layers])
    else:
        total = sum_of([last_dim(call.getattr(m, "values")) for m in mechanisms])
    for key, value in (
        ("_is_multi", multi),
        ("_cell", bound["cell"]),
        ("_attention_mechanisms", tuple(mechanisms)),
        ("_cell_input_fn", bound["cell_input_fn"]),
        ("_output_attention", bound["output_attention"]),
        ("_alignment_history", bound["alignment_history"]),
        ("_attention_layers", layers),
        ("_attention_layer_size", total),
        ("_attention_fn", bound.get("attention_fn")),
    ):
        self.set(key, value)
    with operations.scope(call, bound["name"], "AttentionWrapperInit"):
        state = bound["initial_cell_state"]
        if is_set(state):
            leaves = [
                leaf if is_array(leaf) else copy_of(call, leaf, "check_initial_cell_state") for leaf in flatten(state)
            ]
            state = refill(state, iter(leaves))
        self.set("_initial_cell_state", state if is_set(state) else None)


def batch_checks(call: Call, self: InstanceValue, size: AnyValue) -> list[Any]:
    """TF: _batch_size_checks."""
    sizes = [call.getattr(each, "batch_size") for each in self.attrs["_attention_mechanisms"]]
    return [call.new("tf.assert_equal", size, each, message="") for each in sizes]


def sum_of(values: list[Any]) -> Any:
    total: Any = 0
    for value in values:
        total = total + value if value is not None else Unknown("a size that is not known")
    return total


def copy_of(call: Call, value: AnyValue, name: str) -> Any:
    tensor = operations.convert(call, value)
    full = call.graph.op("Identity", name)
    call.graph.draw(full, tensor)
    return Tensor(full, 0, "Identity", tensor.shape, python_values.base(tensor.dtype), call.graph, tensor.deps)


def item_or_tuple(self: InstanceValue, values: list[Any]) -> Any:
    return tuple(values) if self.attrs["_is_multi"] else values[0]


def wrapper_state(call: Call, self: InstanceValue) -> Any:
    attrs = self.attrs
    held = [call.getattr(m, "alignments_size") for m in attrs["_attention_mechanisms"]]
    states = [call.getattr(m, "state_size") for m in attrs["_attention_mechanisms"]]
    history = [size if attrs["_alignment_history"] else () for size in held]
    return tuple_of(
        STATE,
        call.getattr(attrs["_cell"], "state_size"),
        attrs["_attention_layer_size"],
        TensorShape(()),
        item_or_tuple(self, held),
        item_or_tuple(self, history),
        item_or_tuple(self, states),
    )


def wrapper_output(call: Call, self: InstanceValue) -> Any:
    if is_not_off(self.attrs["_output_attention"]):
        return self.attrs["_attention_layer_size"]
    return call.getattr(self.attrs["_cell"], "output_size")


sizes(wrapper, wrapper_state, wrapper_output)


@wrapper.method(name="_item_or_tuple")
def private_item_or_tuple(call: Call, self: InstanceValue, seq: AnyValue) -> Any:
    """TF: AttentionWrapper._item_or_tuple, which derived decoders ask."""
    found = call.members(seq)
    return found if isinstance(found, Unknown) or not found else item_or_tuple(self, found)


@wrapper.method(name="zero_state")
def wrapper_zero_state(call: Call, self: InstanceValue, batch_size: AnyValue, dtype: AnyValue) -> Any:
    """TF: AttentionWrapper.zero_state."""
    attrs = self.attrs
    with operations.scope(call, self.cls.name + "ZeroState"):
        state = attrs["_initial_cell_state"]
        if state is None:
            state = call.method(attrs["_cell"], "get_initial_state", batch_size=batch_size, dtype=dtype)
        with waiting(call, batch_checks(call, self, batch_size)):
            leaves = [leaf if is_array(leaf) else copy_of(call, leaf, "checked_cell_state") for leaf in flatten(state)]
        state = refill(state, iter(leaves))
        mechanisms = attrs["_attention_mechanisms"]
        alignments = [call.method(m, "initial_alignments", batch_size, dtype) for m in mechanisms]
        time = Tensor(call.graph.op("Const", "zeros"), 0, "Const", (), INT32, call.graph)
        attention = zero_tensor(call, batch_size, attrs["_attention_layer_size"], dtype)
        states = [call.method(m, "initial_state", batch_size, dtype) for m in mechanisms]
        kind = dtype if isinstance(dtype, DType) else FLOAT32
        history = [
            new_array(call, kind, 0, None, dims_of(a)) if attrs["_alignment_history"] else () for a in alignments
        ]
    return tuple_of(
        STATE,
        state,
        attention,
        time,
        item_or_tuple(self, alignments),
        item_or_tuple(self, history),
        item_or_tuple(self, states),
    )


@wrapper.method(name="call")
def wrapper_call(call: Call, self: InstanceValue, inputs: AnyValue, state: AnyValue) -> Any:
    """TF: AttentionWrapper.call."""
    attrs = self.attrs
    if isinstance(state, Unknown):
        return call.cannot_know("the state of an AttentionWrapper", may_make=True)
    if not (isinstance(state, InstanceValue) and state.cls.derives_from(STATE)):
        call.raise_(
            "TypeError",
            "Expected state to be instance of AttentionWrapperState. Received type "
            f"{call.to_string(call.class_of(state))} instead.",
            kind="argument",
        )
    with inside(call):
        own, attention, time, _, histories, attention_states = state.payload
        function = attrs["_cell_input_fn"]
        if function is None:
            given = tf(call, "concat", ListValue([inputs, attention]), -1)
        else:
            given = call.invoke(function, inputs, attention)
        output, next_state = parts(call, call.invoke(attrs["_cell"], given, own), 2)
        if not is_nested(output):
            output = operations.convert(call, output)
            with waiting(call, batch_checks(call, self, batch_of(call, output, 0))):
                output = copy_of(call, output, "checked_cell_output")
        multi = attrs["_is_multi"]
        states = list(attention_states) if multi else [attention_states]
        held = list(histories) if multi else [histories]
        layers = attrs["_attention_layers"]
        found: list[tuple[Any, Any, Any]] = []
        for at, each in enumerate(attrs["_attention_mechanisms"]):
            layer = layers[at] if layers else None
            if attrs["_attention_fn"] is not None:
                made = parts(call, call.invoke(attrs["_attention_fn"], each, output, states[at], layer), 3)
                found.append((made[0], made[1], made[2]))
            else:
                found.append(attend(call, each, output, states[at], layer))
        written = [
            write_array(call, array, time, one[1]) if attrs["_alignment_history"] and is_array(array) else ()
            for array, one in zip(held, found, strict=True)
        ]
        joined = tf(call, "concat", ListValue([one[0] for one in found]), 1)
        following = call.binary("+", time, 1)
    new = tuple_of(
        STATE,
        next_state,
        joined,
        following,
        item_or_tuple(self, [one[1] for one in found]),
        item_or_tuple(self, written),
        item_or_tuple(self, [one[2] for one in found]),
    )
    return (joined if is_not_off(attrs["_output_attention"]) else output, new)


def attend(call: Call, each: AnyValue, output: Any, state: GraphState, layer: AnyValue) -> tuple[Any, Any, Any]:
    """TF: _compute_attention."""
    alignments, following = parts(call, call.invoke(each, output, state=state), 2)
    values = call.getattr(each, "values")
    product = tf(call, "matmul", tf(call, "expand_dims", alignments, 1), values)
    context = tf(call, "squeeze", product, ListValue([1]))
    if isinstance(context, Tensor):
        context.shape = with_last(output, last_dim(values))
    if layer is None:
        return context, alignments, following
    attention = call.invoke(layer, tf(call, "concat", ListValue([output, context]), 1))
    return attention, alignments, following
