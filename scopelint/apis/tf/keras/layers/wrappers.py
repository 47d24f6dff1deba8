"""tf.keras.layers: layers around a layer: Wrapper, TimeDistributed, Bidirectional."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework.bare_op import op_like
from scopelint.apis.tf.framework.callables import parameter_names
from scopelint.apis.tf.framework.dims import dimension, dims_of
from scopelint.apis.tf.framework.op_inputs import deps_of
from scopelint.apis.tf.framework.operations import scope
from scopelint.apis.tf.framework.python_values import is_tensor
from scopelint.apis.tf.framework.structures import items_of
from scopelint.apis.tf.keras import declaring as types
from scopelint.apis.tf.keras.base_layer import LAYER, call_layer
from scopelint.apis.tf.keras.input_spec import spec
from scopelint.apis.tf.keras.layers.recurrent import are_keras, check_shaped, members_of, taken_apart
from scopelint.graph.releases import KERAS_DIRECTIONS
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import (
    MISSING,
    BoundMethod,
    ClassValue,
    FunctionValue,
    InstanceValue,
    NativeFunction,
    PropertyValue,
)
from scopelint.values.tensors import Tensor, TensorShape
from scopelint.values.text import hole, text
from scopelint.values.truth import is_on

# Wrapper, TimeDistributed


def refuse_no_layer(call: Call, layer: AnyValue, said: str) -> None:
    none = isinstance(layer, (bool, int, float, str, Tensor, FunctionValue, NativeFunction, ClassValue, type(None)))
    if none or (isinstance(layer, InstanceValue) and layer.cls.canonical and not layer.cls.derives_from(LAYER)):
        call.raise_("ValueError", f"{said} You passed: {call.to_string(layer)}", "argument")


wrapper = types.layer_type("Wrapper")


@wrapper.method(name="__init__")
def wrapper_init(call: Call, self: InstanceValue, layer: AnyValue, kwargs: dict[str, Any]) -> None:
    """TF: keras.layers.Wrapper.__init__, and what TimeDistributed says before."""
    if self.cls.derives_from("tf.keras.layers.TimeDistributed"):
        refuse_no_layer(call, layer, "Please initialize `TimeDistributed` layer with a `Layer` instance.")
    if isinstance(layer, (bool, int, float, str, Tensor, FunctionValue, NativeFunction, ClassValue, type(None))):
        call.raise_("AssertionError", "assert isinstance(layer, Layer)", "argument")
    call.setattr(self, "layer", layer)
    call.invoke(tools.super_method(self, wrapper.cls, "__init__"), **kwargs)


@wrapper.method(name="build")
def wrapper_build(call: Call, self: InstanceValue, input_shape: AnyValue) -> None:
    inner = self.attrs.get("layer")
    if isinstance(inner, InstanceValue) and inner.attrs.get("built") is not True:
        call.method(inner, "build", input_shape)
        inner.set("built", True)
    self.set("built", True)


_HELD = "<layer>"
"""In the configuration of a wrapper: the layer, whose class is not told by its name."""


@wrapper.method(name="get_config")
def wrapper_config(call: Call, self: InstanceValue) -> Any:
    """TF: Wrapper.get_config, Bidirectional.get_config."""
    out: DictValue = LAYER.attrs["get_config"].impl(call, self)
    inner = self.attrs.get("layer")
    if not isinstance(inner, InstanceValue):
        return call.unknown("the configuration of a wrapper around what is not known")
    held = {"class_name": inner.cls.name, "config": call.method(inner, "get_config"), _HELD: inner}
    out.items["layer"] = DictValue(held)
    for key in ("merge_mode",):
        if key in self.attrs:
            out.items[key] = self.attrs[key]
    return out


@wrapper.classmethod
def from_config(call: Call, cls: ClassValue, config: AnyValue) -> Any:
    """TF: Wrapper.from_config."""
    held = config.items.get("layer") if isinstance(config, DictValue) and config.rest is None else None
    if not isinstance(config, DictValue) or not isinstance(held, DictValue):
        return call.unknown("a wrapper from a configuration that is not known")
    inner = held.items.get(_HELD)
    made = (
        call.method(inner.cls, "from_config", held.items["config"])
        if isinstance(inner, InstanceValue)
        else call.new("tf.keras.layers.deserialize", held)
    )
    others = {key: value for key, value in config.items.items() if isinstance(key, str) and key != "layer"}
    return call.invoke(cls, made, **others)


time_distributed = types.layer_type("TimeDistributed", "tf.keras.layers.Wrapper")
for _name in ("__init__",):
    time_distributed.cls.attrs.pop(_name)


@time_distributed.method(name="build")
def time_build(call: Call, self: InstanceValue, input_shape: AnyValue) -> None:
    """TF: TimeDistributed.build. The inner layer is built for one step, in the wrapper's own name scope."""
    types.one_shape(call, input_shape)
    types.as_list(call, input_shape)
    shape = dims_of(input_shape)
    if isinstance(shape, tuple) and len(shape) < 3:
        said = "`TimeDistributed` Layer should be passed an `input_shape ` with at least 3 dimensions, received: "
        call.raise_("ValueError", said + call.to_string(ListValue(list(shape))), "shape")
    if isinstance(shape, tuple):
        self.set("_input_spec", spec(shape=(None, None, *shape[2:]), ndim=len(shape)))
    inner = self.attrs.get("layer")
    if isinstance(inner, InstanceValue) and inner.attrs.get("built") is not True:
        child = TensorShape((shape[0], *shape[2:]) if isinstance(shape, tuple) else shape)
        call.method(inner, "build", child)
        inner.set("built", True)
    self.set("built", True)


_OF_ONE_RELEASE = ("GRU", "LSTM", "GRUCell", "LSTMCell", "CuDNNGRU", "CuDNNLSTM", "BatchNormalization", "DenseFeatures")


def is_builtin(inner: AnyValue) -> bool:
    """TF: layer_utils.is_builtin_layer. One of keras's own, but of those that are in tf.compat.v1 only."""
    if not isinstance(inner, InstanceValue) or inner.cls.derives_from("tf.keras.Model"):
        return isinstance(inner, InstanceValue)
    if any(inner.cls.derives_from(f"tf.keras.layers.{name}") for name in _OF_ONE_RELEASE):
        return False
    return inner.cls.find("<prepare>") is not MISSING or inner.cls.canonical.startswith(("tf.keras.", "tf.layers."))


@time_distributed.method(name="call")
def time_call(
    call: Call, self: InstanceValue, inputs: AnyValue, training: AnyValue = None, mask: AnyValue = None
) -> Any:
    """TF: TimeDistributed.call. With a known batch `backend.rnn` steps through time, else time goes into the batch."""
    inputs = tools.as_tensor(call, inputs)
    shape = dims_of(inputs)
    inner = self.attrs.get("layer")
    given = {}
    if (
        isinstance(inner, InstanceValue)
        and training is not None
        and "training" in parameter_names(call, BoundMethod(inner.cls.find("call"), inner))[0]
    ):
        given["training"] = training
    batch = dimension(shape, 0, "batch")
    own = isinstance(inner, InstanceValue) and (not is_builtin(inner) or is_on(inner.attrs.get("stateful")))
    if isinstance(inner, InstanceValue) and own and isinstance(batch, int) and batch:
        return stepped(call, inner, inputs, shape, given)
    folded_shape = shape
    if isinstance(shape, tuple):
        both = shape[0] * shape[1] if isinstance(shape[0], int) and isinstance(shape[1], int) else None
        folded_shape = (both, *shape[2:])
    made = call.invoke(inner, op_like(call, inputs, "Reshape", shape=folded_shape), **given)
    out = dims_of(made)
    if isinstance(out, tuple) and isinstance(shape, tuple):
        # What is left of the batch TF does not know where it does not know the time.
        out = (None if shape[1] is None else shape[0], shape[1], *out[1:])
    return op_like(call, made, "Reshape", shape=out) if is_tensor(made) else made


def stepped(call: Call, inner: InstanceValue, inputs: Any, shape: Any, given: dict[str, Any]) -> Any:
    """TF: backend.rnn, which calls the layer twice: to see what it gives, and as the body of its loop."""
    call.graph.op("Transpose", "transpose")
    for _ in range(2):
        call.graph.op("StridedSlice", "strided_slice")
    step = (shape[0], *shape[2:])
    call.invoke(inner, op_like(call, inputs, "StridedSlice", hole("step"), shape=step), **given)
    with scope(call, "while"):
        read = op_like(call, inputs, "TensorArrayReadV3", "TensorArrayReadV3", shape=step)
        made = call.invoke(inner, read, **given)
    out = dims_of(made)
    call.graph.op("StridedSlice", "strided_slice")
    if not is_tensor(made):
        return made
    return op_like(
        call, made, "Transpose", "transpose", shape=(*shape[:2], *out[1:]) if isinstance(out, tuple) else out
    )


def _wrapped(name: str) -> None:
    def get(call: Call, self: InstanceValue) -> Any:
        inner = self.attrs.get("layer")
        return call.getattr(inner, name) if isinstance(inner, InstanceValue) else None

    wrapper.cls.attrs[name] = PropertyValue(NativeFunction(name, get, f"tf.keras.layers.Wrapper.{name}"))


_wrapped("activity_regularizer")


# Bidirectional


bidirectional = types.layer_type("Bidirectional", "tf.keras.layers.Wrapper")
BIDIRECTIONAL = bidirectional.cls


@bidirectional.method(name="__init__")
def bidirectional_init(
    call: Call,
    self: InstanceValue,
    layer: Any,
    merge_mode: Any,
    weights: Any,
    backward_layer: Any,
    kwargs: dict[str, Any],
) -> None:
    """TF: wrappers.Bidirectional.__init__. Both directions are made anew from the layer's configuration."""
    refuse_no_layer(call, layer, "Please initialize `Bidirectional` layer with a `Layer` instance.")
    if backward_layer is not None:
        refuse_no_layer(call, backward_layer, "`backward_layer` need to be a `Layer` instance.")
    if not isinstance(merge_mode, Unknown) and merge_mode not in ("sum", "mul", "ave", "concat", None):
        said = 'Invalid merge mode. Merge mode should be one of {"sum", "mul", "ave", "concat", None}'
        call.raise_("ValueError", said, "argument")
    if isinstance(layer, Unknown):
        self.set("layer", layer)
        call.cannot_know("the layer in a Bidirectional is not known", may_make=True)
    else:
        forward = recreate(call, layer)
        backward = recreate(call, layer, True) if backward_layer is None else backward_layer
        for made, word in ((forward, "forward_"), (backward, "backward_")):
            made.set("_name", text([word, call.getattr(made, "name")]))
        check_directions(call, forward, backward)
        self.set("forward_layer", forward)
        self.set("backward_layer", backward)
    self.set("merge_mode", merge_mode)
    for key in ("stateful", "return_sequences", "return_state"):
        self.set(key, call.getattr(layer, key))
    self.set("_self_setattr_tracking", False)
    call.invoke(tools.super_method(self, BIDIRECTIONAL, "__init__"), layer, **kwargs)
    self.set("_self_setattr_tracking", True)
    self.set("supports_masking", True)
    self.set("_input_spec", layer.attrs.get("_input_spec") if isinstance(layer, InstanceValue) else None)
    self.set(
        "_layers",
        ListValue([v for v in (self.attrs.get("forward_layer"), self.attrs.get("backward_layer")) if v is not None]),
    )


def recreate(call: Call, layer: InstanceValue, backwards: bool = False) -> InstanceValue:
    config = call.method(layer, "get_config")
    if backwards and isinstance(config, DictValue):
        if "go_backwards" not in config.items and config.rest is None:
            call.raise_("KeyError", "'go_backwards'", "argument")
        config.items["go_backwards"] = config.items.get("go_backwards") is not True
    made = call.method(layer.cls, "from_config", config)
    return made if isinstance(made, InstanceValue) else layer


def check_directions(call: Call, forward: AnyValue, backward: AnyValue) -> None:
    """TF: Bidirectional._verify_layer_config."""
    one, two = (call.getattr(each, "go_backwards", None) for each in (forward, backward))
    if isinstance(one, bool) and isinstance(two, bool) and one == two:
        said = "Forward layer and backward layer should have different `go_backwards` value."
        call.raise_("ValueError", said, "argument")
    for name in ("stateful", "return_sequences", "return_state"):
        one, two = (call.getattr(each, name, None) for each in (forward, backward))
        if isinstance(one, bool) and isinstance(two, bool) and one != two:
            said = "Forward layer and backward layer are expected to have the same value for attribute "
            call.raise_("ValueError", f"{said}{name}, got {one} and {two}", "argument")


_MIXED = (
    "The initial state of a Bidirectional layer cannot be specified with a mix of Keras tensors and non-Keras tensors"
)


@bidirectional.method(name="__call__", raw=True)
def bidirectional_dunder(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: Bidirectional.__call__. Each direction gets half of the states."""
    self, kwargs = args[0], dict(kwargs)
    inputs, initial, constants = taken_apart(call, args, kwargs)
    states = items_of(initial) if isinstance(initial, ListValue) and initial.rest is None else []
    if len(states) % 2:
        said = (
            "When passing `initial_state` to a Bidirectional RNN, the state should be a list containing the states of "
        )
        call.raise_("ValueError", f"{said}the underlying RNNs. Found: {call.to_string(initial)}", "argument")
    more = members_of(initial, constants)
    check_shaped(call, more)
    half = len(states) // 2
    for name, part in (("forward_layer", states[:half]), ("backward_layer", states[half:])):
        inner = self.attrs.get(name)
        if part and isinstance(inner, InstanceValue):
            inner.set("<initial>", ListValue(part))
    if more and are_keras(call, more, _MIXED):
        former = self.attrs.get("_input_spec")
        self.set("_input_spec", None)
        try:
            return call_layer(call, self, ListValue([inputs, *more]), (), kwargs)
        finally:
            self.set("_input_spec", former)
    for key, value in (("initial_state", initial), ("constants", constants)):
        if value is not None:
            kwargs[key] = value
    return call_layer(call, self, inputs, (), kwargs)


@bidirectional.method(name="build")
def bidirectional_build(call: Call, self: InstanceValue, input_shape: AnyValue) -> None:
    """TF: Bidirectional.build."""
    shape = input_shape.items[0] if isinstance(input_shape, ListValue) else input_shape
    for name in ("forward_layer", "backward_layer"):
        inner = self.attrs.get(name)
        if isinstance(inner, InstanceValue):
            named = KERAS_DIRECTIONS.at(call.state.release)
            with scope(call, call.getattr(inner, "name")) if named else nullcontext():
                call.method(inner, "build", shape)
            inner.set("built", True)
    self.set("built", True)


@bidirectional.method(name="call", raw=True)
def bidirectional_call(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: Bidirectional.call."""
    self, inputs = args[0], args[1] if len(args) > 1 else kwargs.get("inputs")
    attrs = self.attrs
    given = {k: v for k, v in kwargs.items() if k in ("training", "mask") and v is not None}
    one_given = two_given = inputs
    if isinstance(inputs, ListValue) and len(inputs.items) > 1:
        half = len(inputs.items) // 2 + 1
        one_given = ListValue([inputs.items[0], *inputs.items[1:half]])
        two_given = ListValue([inputs.items[0], *inputs.items[half:]])
    initial = kwargs.get("initial_state")
    states = items_of(initial) if initial is not None else []
    half = len(states) // 2
    made = []
    for name, x, part in (("forward_layer", one_given, states[:half]), ("backward_layer", two_given, states[half:])):
        inner = attrs.get(name)
        if not isinstance(inner, InstanceValue):
            return Unknown("the layer in a Bidirectional is not known")
        more = {"initial_state": ListValue(part)} if part else {}
        made.append(call.invoke(inner, x, **given, **more))
    ends: list[Any] = []
    if is_on(attrs.get("return_state")):
        parts = [items_of(m) for m in made]
        ends = parts[0][1:] + parts[1][1:]
        made = [parts[0][0], parts[1][0]]
    mode = attrs.get("merge_mode")
    if is_on(attrs.get("return_sequences")):
        made[1] = op_like(call, made[1], "ReverseV2", inner=(("axis", "Const"),))
    if mode is None:
        return ListValue([*made, *ends])
    shape = dims_of(made[0])
    if mode == "concat":
        width = dimension(dims_of(made[1]), -1)
        if isinstance(shape, tuple):
            last = None if shape[-1] is None or width is None else shape[-1] + width
            shape = (*shape[:-1], last)
        output = op_like(
            call, made[0], "ConcatV2", "concat", shape=shape, deps=deps_of(made), inner=(("axis", "Const"),)
        )
    else:
        type, name = (
            {"sum": ("AddV2", "add"), "mul": ("Mul", "mul")}.get(mode, ("RealDiv", "truediv"))
            if isinstance(mode, str)
            else ("AddV2", hole("merge"))
        )
        output = op_like(call, made[0], type, name, deps=deps_of(made))
    return ListValue([output, *ends]) if ends else output
