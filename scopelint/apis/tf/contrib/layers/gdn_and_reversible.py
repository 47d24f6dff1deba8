"""tf.contrib.layers: GDN, reversible blocks, scaled gradients, summaries."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Namespace
from scopelint.apis.tf.contrib.layers.layers import contrib
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework import operations
from scopelint.apis.tf.framework.arguments import bind
from scopelint.apis.tf.framework.bare_op import make, op_like
from scopelint.apis.tf.framework.conversion import graph_name
from scopelint.apis.tf.framework.dims import dimension, dims_of, rank_of
from scopelint.apis.tf.framework.op_inputs import deps_of
from scopelint.apis.tf.framework.python_values import as_dtype, base, dtype_of
from scopelint.apis.tf.framework.structures import items_of
from scopelint.apis.tf.keras.input_spec import spec
from scopelint.graph.scopes import get_variable_scope
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.objects import InstanceValue, NativeFunction
from scopelint.values.tensors import UNKNOWN_TYPE, Tensor, Variable
from scopelint.values.text import hole, text
from scopelint.values.truth import is_on

slim = Namespace("tf.contrib.slim")


@contrib.function
def scale_gradient(call: Call, inputs: AnyValue, gradient_multiplier: AnyValue) -> Any:
    """TF: contrib.layers.scale_gradient, a Defun: the call's name ends in a mark of the function's definition."""
    tensors = [operations.convert(call, each) for each in (inputs, gradient_multiplier)]
    name, deps = call.graph.get_name_scope(), tensors[0].deps
    full = f"{name}/{hole('scale_gradient')}" if name else hole("scale_gradient")
    return Tensor(full, 0, UNKNOWN_TYPE, tensors[0].shape, base(tensors[0].dtype), call.graph, deps)


# GDN

gdn_layer = contrib.type("GDN", bases=("tf.layers.Layer",))


@gdn_layer.method(name="__init__", raw=True)
def gdn_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: contrib.layers.GDN.__init__."""
    self = args[0]
    given, extra = bind(call, "tf.contrib.layers.GDN", args[1:], kwargs)
    base = {key: given.pop(key) for key in ("trainable", "name", "activity_regularizer")}
    call.invoke(tools.super_method(self, gdn_layer.cls, "__init__"), **base, **extra)
    for key, value in given.items():
        self.set(key, value)
    self.set("_input_spec", spec(min_ndim=3, max_ndim=5))


@gdn_layer.method(name="build")
def gdn_build(call: Call, self: InstanceValue, input_shape: AnyValue) -> None:
    """TF: contrib.layers.GDN.build."""
    asked = self.attrs.get("data_format")
    if isinstance(asked, str) and asked not in ("channels_first", "channels_last"):
        call.raise_("ValueError", f"Unsupported `data_format` for GDN layer: {asked}.", "argument")
    axis = 1 if asked == "channels_first" else -1
    channels = dimension(dims_of(input_shape), axis)
    if channels is None:
        call.raise_("ValueError", "The channel dimension of the inputs to `GDN` must be defined.", "input_not_defined")
    for _ in range(3):
        call.graph.op("Const")
    for leaf, shape in (("beta", (channels,)), ("gamma", (channels, channels))):

        def initial(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            return make(call, "Sqrt", None, dims_of(args[0]), as_dtype(call, kwargs.get("dtype")))

        held = call.method(
            self,
            "add_variable",
            f"reparam_{leaf}",
            shape=ListValue(shape),
            initializer=NativeFunction("initializer", initial, "", raw=True),
            trainable=True,
        )
        call.graph.op("Maximum", "GDNLowerBound")
        call.graph.op("Square")
        self.set(leaf, make(call, "Sub", "sub", shape, dtype_of(held), deps_of(held)))
    self.set("built", True)


@gdn_layer.method(name="call")
def gdn_call(call: Call, self: InstanceValue, inputs: AnyValue) -> Any:
    """TF: contrib.layers.GDN.call."""
    for type in ("Reshape", "Square", "Conv2D", "BiasAdd", "Sqrt"):
        call.graph.op(type, "convolution" if type == "Conv2D" else None)
    deps = deps_of(inputs, self.attrs.get("beta"), self.attrs.get("gamma"))
    inverse = is_on(self.attrs.get("inverse"))
    return op_like(call, inputs, "Mul" if inverse else "RealDiv", "mul" if inverse else "truediv", deps=deps)


@contrib.function(raw=True)
def gdn(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: contrib.layers.gdn."""
    given, _ = bind(call, "tf.contrib.layers.gdn", args, kwargs)
    inputs, reuse = given.pop("inputs"), given.pop("reuse")
    layer = call.invoke(gdn_layer.cls, dtype=dtype_of(inputs), _scope=given["name"], _reuse=reuse, **given)
    return call.method(layer, "apply", inputs)


# reversible blocks

rev = contrib.type("RevBlock", bases=("tf.layers.Layer",))


@rev.method(name="__init__", raw=True)
def rev_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: contrib.layers.RevBlock.__init__."""
    self = args[0]
    given, extra = bind(call, "tf.contrib.layers.RevBlock", args[1:], kwargs)
    call.invoke(tools.super_method(self, rev.cls, "__init__"), name=given["name"], **extra)
    for key in ("f", "g"):
        held, wanted = given[key], given["num_layers"]
        if isinstance(held, ListValue) and held.rest is None and isinstance(wanted, int) and len(held.items) != wanted:
            call.raise_("AssertionError", "", "argument")
    for key in ("f", "g", "num_layers", "f_side_input", "g_side_input"):
        self.set(key, given[key])


@rev.method(name="build", raw=True)
def rev_build(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    args[0].set("built", True)


def _half(call: Call, self: InstanceValue, which: str, at: int, x: AnyValue) -> Any:
    held = self.attrs[which]
    function = items_of(held)[at] if isinstance(held, ListValue) else held
    side = self.attrs.get(f"{which}_side_input")
    more = () if side is None or (isinstance(side, ListValue) and not side.items) else (side,)
    with tools.variable_scope(call, f"revlayer_{at}/{which}", use_resource=True):
        return call.invoke(function, x, *more)


@rev.method(name="call", raw=True)
def rev_call(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: contrib.layers.RevBlock.call. Backwards it makes nothing new."""
    self, inputs = args[0], items_of(args[1])
    count = self.attrs["num_layers"]
    if len(inputs) != 2 or not isinstance(count, int):
        return Unknown("the inputs of a reversible block are not known")
    before = len(call.graph.get_collection("variables"))
    one, two = inputs
    for at in range(count):
        one = call.binary("+", one, _half(call, self, "f", at, two))
        two = call.binary("+", two, _half(call, self, "g", at, one))
    for made in call.graph.get_collection("variables")[before:]:
        if isinstance(made, Variable):
            which = "_non_trainable_weights" if made.trainable is False else "_trainable_weights"
            tools.append(self, which, made)
    return one, two


@rev.method(name="forward")
def rev_forward(call: Call, self: InstanceValue, x1: AnyValue, x2: AnyValue) -> Any:
    return call.method(self, "apply", ListValue([x1, x2]))


@contrib.function(raw=True)
def rev_block(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: contrib.layers.rev_block."""
    given, _ = bind(call, "tf.contrib.layers.rev_block", args, kwargs)
    options = {key: given[key] for key in ("f", "g", "num_layers", "f_side_input", "g_side_input")}
    block = call.invoke(rev.cls, **options, _reuse=get_variable_scope(call.state).reuse)
    return call.method(block, "forward", given["x1"], given["x2"])


# summaries


def op_name(tensor: AnyValue) -> Any:
    if isinstance(tensor, Unknown):
        return hole(tensor.label or "tensor")
    return getattr(tensor, "op_name", "") or getattr(tensor, "name", "")


@contrib.function
def summarize_tensor(call: Call, tensor: AnyValue, tag: AnyValue) -> Any:
    """TF: summaries.summarize_tensor."""
    dtype = dtype_of(tensor)
    if getattr(dtype, "name", "") in ("string", "bool"):
        return None
    if tag is None:
        tag = text([op_name(tensor), "_summary"])
    kind = "scalar" if rank_of(tensor) == 0 else "histogram"
    return call.new(f"tf.summary.{kind}", tag, tensor)


@contrib.function
def summarize_activation(call: Call, op: AnyValue) -> Any:
    """TF: summaries.summarize_activation."""
    if isinstance(op, Tensor) and op.op_type in ("Relu", "Softplus", "Relu6"):
        share = make(call, "Mean", None, (), dtype_of(op))
        call.new("tf.summary.scalar", text([op_name(op), "/zeros"]), share)
    return call.new("tf.summary.histogram", text([op_name(op), "/activation"]), op)


@contrib.function(raw=True)
def summarize_tensors(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: summaries.summarize_tensors."""
    tensors = args[0] if args else kwargs.get("tensors")
    summarizer = args[1] if len(args) > 1 else kwargs.get("summarizer")
    members = call.members(tensors)
    if isinstance(members, Unknown):
        return members
    function = call.find("tf.contrib.layers.summarize_tensor") if summarizer is None else summarizer
    return ListValue([call.invoke(function, tensor) for tensor in members])


def _of_collection(call: Call, collection: AnyValue, name_filter: AnyValue, summarizer: AnyValue) -> Any:
    items = call.graph.get_collection(graph_name(collection), graph_name(name_filter))
    more = () if summarizer is None else (summarizer,)
    return call.new("tf.contrib.layers.summarize_tensors", ListValue(items), *more)


@contrib.function(raw=True)
def summarize_collection(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """TF: summaries.summarize_collection."""
    given = dict(zip(("collection", "name_filter", "summarizer"), args, strict=False)) | kwargs
    return _of_collection(call, given.get("collection"), given.get("name_filter"), given.get("summarizer"))


@contrib.function(raw=True)
def summarize_activations(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    given = dict(zip(("name_filter", "summarizer"), args, strict=False)) | kwargs
    default = call.find("tf.contrib.layers.summarize_activation")
    return _of_collection(call, "activations", given.get("name_filter"), given.get("summarizer", default))


for _name, _collection in (("variables", "variables"), ("weights", "weights"), ("biases", "biases")):

    def _summarize(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any], held: str = _collection) -> Any:
        return _of_collection(call, held, args[0] if args else kwargs.get("name_filter"), kwargs.get("summarizer"))

    slim.function(_summarize, name=f"summarize_{_name}", raw=True)
