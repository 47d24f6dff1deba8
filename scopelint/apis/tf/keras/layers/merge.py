"""tf.keras.layers: merging, embeddings, attention, wrappers."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import TypeBuilder
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework.bare_op import make, op_like
from scopelint.apis.tf.framework.callables import parameter_names
from scopelint.apis.tf.framework.dims import dimension, dims_of, rank_of
from scopelint.apis.tf.framework.keras_state import keras
from scopelint.apis.tf.framework.op_inputs import deps_of
from scopelint.apis.tf.framework.python_values import as_dtype, dtype_of, is_tensor, left_open
from scopelint.apis.tf.framework.structures import flatten, items_of
from scopelint.apis.tf.keras import declaring as types
from scopelint.apis.tf.keras.base_layer import keras_layers, weight
from scopelint.apis.tf.keras.layers.core import method, supports_masking
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.dependences import of_rows
from scopelint.values.objects import (
    MISSING,
    BoundMethod,
    FunctionValue,
    InstanceValue,
    NativeFunction,
    PropertyValue,
)
from scopelint.values.tensors import DType, Tensor, TensorShape, Variable, broadcast_shapes
from scopelint.values.truth import is_on

# Merging


def _leaves(call: Call, inputs: AnyValue, refusal: str) -> list[Any]:
    """The tensors to merge. One that is not known stands for a list of which nothing is; TF refuses an empty one."""
    rest = getattr(inputs, "rest", None)
    if rest is not None:
        return [tools.as_tensor(call, rest)]
    leaves = [tools.as_tensor(call, x) for x in flatten(inputs)]
    if not leaves:
        call.raise_("ValueError", refusal, "argument")
    return leaves


def _is_settled(inputs: AnyValue, leaves: list[Any]) -> bool:
    """Are these certainly all the tensors to merge?"""
    if isinstance(inputs, Unknown) or getattr(inputs, "rest", None) is not None:
        return False
    return not any(isinstance(leaf, Tensor) and leaf.is_stand_in for leaf in leaves)


def _check(call: Call, inputs: AnyValue, leaves: list[Any]) -> None:
    """TF: keras.layers._Merge.build."""
    if isinstance(inputs, (Tensor, Variable)):
        if isinstance(inputs, Tensor) and not inputs.op_type:
            # It stands for what is not known, a list perhaps.
            return
        call.raise_("ValueError", "A merge layer should be called on a list of inputs.", "argument")
    if len(leaves) < 2 and not isinstance(inputs, Unknown) and getattr(inputs, "rest", None) is None:
        said = f"A merge layer should be called on a list of at least 2 inputs. Got {len(leaves)} inputs."
        call.raise_("ValueError", said, "argument")
    former: Any = None
    for leaf in leaves:
        shape = dims_of(leaf)
        if shape == () and is_tensor(leaf):
            call.raise_("IndexError", "tuple index out of range", "shape")
        if not isinstance(shape, tuple) or not shape or any(isinstance(d, Unknown) for d in shape):
            return
        if former is not None:
            for i, j in zip(former[::-1], shape[:0:-1], strict=False):
                if i not in (None, 1, j) and j not in (None, 1):
                    said = f"Operands could not be broadcast together with shapes {former} {shape[1:]}"
                    call.raise_("ValueError", said, "argument")
            former = broadcast_shapes(former, shape[1:])[0]
        else:
            former = shape[1:]


def _merge(name: str, type: str, op_name: str | None = None) -> TypeBuilder:
    def merge_call(call: Call, self: InstanceValue, inputs: AnyValue) -> Any:
        leaves = _leaves(call, inputs, "A merge layer should be called on a list of at least 2 inputs. Got 0 inputs.")
        _check(call, inputs, leaves)
        shape = dims_of(leaves[0])
        made = None
        for other in leaves[1:]:
            shape = broadcast_shapes(shape, dims_of(other))[0]
            made = op_like(call, leaves[0], type, op_name, shape=shape, deps=deps_of(leaves))
        if name == "Average":
            deps, divisor = deps_of(leaves), (("y", "Const"),)
            made = op_like(call, leaves[0], "RealDiv", "truediv", shape=shape, deps=deps, inner=divisor)
        return made if made is not None else leaves[0]

    made = types.layer_type(name, canonical="tf.keras.layers." + name, prepare=supports_masking)
    method(made, "call", merge_call)
    return made


_merge("Add", "AddV2", "add")
_merge("Subtract", "Sub", "sub")
_merge("Multiply", "Mul", "mul")
_merge("Average", "AddV2", "add")
_merge("Maximum", "Maximum")
_merge("Minimum", "Minimum")

concatenate = types.layer_type("Concatenate", prepare=supports_masking)


@concatenate.method(name="call")
def concatenate_call(call: Call, self: InstanceValue, inputs: AnyValue) -> Any:
    """TF: keras.layers.Concatenate._merge_function, through backend.concatenate."""
    refusal = "A `Concatenate` layer should be called on a list of at least 2 inputs"
    leaves = _leaves(call, inputs, refusal)
    if len(leaves) == 1 and is_tensor(leaves[0]) and _is_settled(inputs, leaves):
        call.raise_("ValueError", refusal, "argument")
    axis = self.attrs.get("axis")
    for leaf in leaves if _is_settled(inputs, leaves) else []:
        shape = dims_of(leaf) if is_tensor(leaf) else None
        if isinstance(axis, int) and isinstance(shape, tuple) and not -len(shape) <= axis < len(shape):
            call.raise_("IndexError", "list assignment index out of range", "shape")
    rank = rank_of(leaves[0])
    if isinstance(axis, int) and axis < 0 and isinstance(rank, int):
        axis %= rank or 1
    return call.new("tf.concat", ListValue(leaves), axis)


dot = types.layer_type("Dot", prepare=supports_masking)


@dot.method(name="call")
def dot_call(call: Call, self: InstanceValue, inputs: AnyValue) -> Any:
    """TF: keras.layers.Dot._merge_function."""
    refusal = "A `Dot` layer should be called on a list of 2 inputs."
    leaves = _leaves(call, inputs, refusal)
    if len(leaves) != 2 and _is_settled(inputs, leaves):
        call.raise_("ValueError", refusal, "argument")
    one, two = leaves[0], leaves[min(1, len(leaves) - 1)]
    a, b = dims_of(one), dims_of(two)
    axes = self.attrs.get("axes")
    out: Any = Unknown("the axes are not known")
    if isinstance(a, tuple) and isinstance(b, tuple):
        pair = (axes, axes) if isinstance(axes, int) else tuple(items_of(axes))
        if len(pair) == 2 and all(isinstance(x, int) for x in pair):
            if not -len(a) <= pair[0] < len(a) or not -len(b) <= pair[1] < len(b):
                call.raise_("IndexError", "tuple index out of range", "shape")
            i, j = pair[0] % len(a), pair[1] % len(b)
            if isinstance(a[i], int) and isinstance(b[j], int) and a[i] != b[j]:
                shapes = f"{call.to_string(a)}, {call.to_string(b)}"
                said = f"Dimension incompatibility {a[i]} != {b[j]}. Layer shapes: {shapes}"
                call.raise_("ValueError", said, "argument")
            out = (*a[:i], *a[i + 1 :], *b[1:j], *b[j + 1 :])
            out = out if len(out) > 1 else (out[0] if out else None, 1)
    return make(call, "BatchMatMulV2", "MatMul", out, dtype_of(one), deps_of(one, two))


def _merge_function(name: str, cls: str) -> None:
    def impl(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        inputs, rest = (args[0], args[1:]) if args else (kwargs.pop("inputs"), ())
        return call.invoke(call.new("tf.keras.layers." + cls, *rest, **kwargs), inputs)

    keras_layers.function(impl, name=name, raw=True)


for _function, _class in (
    ("add", "Add"),
    ("subtract", "Subtract"),
    ("multiply", "Multiply"),
    ("average", "Average"),
    ("maximum", "Maximum"),
    ("minimum", "Minimum"),
    ("concatenate", "Concatenate"),
    ("dot", "Dot"),
):
    _merge_function(_function, _class)


# Embedding


embedding = types.layer_type("Embedding")
embedding.cls.attrs["<late activity>"] = True


@embedding.method(name="__init__", raw=True)
def embedding_init(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """TF: keras.layers.Embedding.__init__."""
    kwargs = dict(kwargs)
    length = kwargs.get("input_length", args[8] if len(args) > 8 else None)
    if "input_shape" not in kwargs and "batch_input_shape" not in kwargs:
        kwargs["input_shape"] = tuple(items_of(length)) if length is not None else (None,)
    kwargs.setdefault("dtype", keras(call).floatx)
    types.construct(call, args[0], embedding.cls, embedding.cls, args[1:], kwargs)
    args[0].set("supports_masking", args[0].attrs["mask_zero"])


@embedding.method(name="build")
def embedding_build(call: Call, self: InstanceValue, input_shape: AnyValue) -> None:
    types.as_list(call, input_shape)
    weight(call, self, "embeddings", (self.attrs["input_dim"], self.attrs["output_dim"]))
    self.set("built", True)


@embedding.method(name="call")
def embedding_call(call: Call, self: InstanceValue, inputs: AnyValue) -> Any:
    """TF: keras.layers.Embedding.call."""
    if isinstance(inputs, (ListValue, tuple, DictValue)):
        said = f"'{call.class_of(inputs).name}' object has no attribute 'dtype'"
        call.raise_("AttributeError", said, "argument")
    inputs = tools.as_tensor(call, inputs)
    shape = dims_of(inputs)
    dtype = dtype_of(inputs)
    if isinstance(dtype, DType) and dtype.name not in ("int32", "int64"):
        call.graph.op("Cast")
    out = (*shape, self.attrs["output_dim"]) if isinstance(shape, tuple) else shape
    table = self.attrs.get("embeddings")
    made = make(
        call,
        "ResourceGather" if getattr(table, "is_resource", True) else "GatherV2",
        "embedding_lookup",
        out,
        dtype_of(table),
        of_rows(deps_of(table)),
    )
    call.graph.op("Identity", "embedding_lookup/Identity")
    return op_like(call, made, "Identity", "embedding_lookup/Identity_1")


@embedding.method(name="compute_mask")
def embedding_mask(call: Call, self: InstanceValue, inputs: AnyValue, mask: AnyValue) -> Any:
    if not is_on(self.attrs.get("mask_zero")):
        return None
    return op_like(call, inputs, "NotEqual", dtype=as_dtype(call, "bool"), deps=0)


# Attention


def _attention(name: str) -> TypeBuilder:
    def attention_call(call: Call, self: InstanceValue, inputs: AnyValue, mask: AnyValue = None) -> Any:
        leaves = _leaves(call, inputs, f"{name} layer must be called on a list of inputs, namely [query, value].")
        query, value = leaves[0], leaves[min(1, len(leaves) - 1)]
        a, b = dims_of(query), dims_of(value)
        for shape in (a, b):
            if isinstance(shape, tuple) and len(shape) < 2:
                said = f"Shape must be rank 2 but is rank {len(shape)}"
                said = said if name == "Attention" else "dim -3 not in the interval [-2, 1]"
                call.raise_("ValueError", said, "shape")
        out = (*a[:-1], b[-1]) if isinstance(a, tuple) and isinstance(b, tuple) else left_open(a, b)
        held = [v for v in (self.attrs.get("scale"),) if isinstance(v, Variable)]
        return make(call, "BatchMatMulV2", "MatMul_1", out, dtype_of(query), deps_of(leaves, held))

    made = types.layer_type(name)
    method(made, "call", attention_call)
    return made


attention = _attention("Attention")
additive = _attention("AdditiveAttention")


@attention.method(name="build")
def attention_build(call: Call, self: InstanceValue, input_shape: AnyValue) -> None:
    """TF: keras.layers.Attention.build."""
    wanted = self.attrs.get("use_scale")
    weight(call, self, "scale", (), when=wanted, initializer="ones", dtype=self.attrs.get("<dtype>"))
    self.set("built", True)


@additive.method(name="build")
def additive_build(call: Call, self: InstanceValue, input_shape: AnyValue) -> None:
    """TF: keras.layers.AdditiveAttention.build."""
    shapes = items_of(input_shape)
    width = dimension(dims_of(shapes[1]), -1) if len(shapes) > 1 else Unknown("the width is not known")
    weight(
        call,
        self,
        "scale",
        ListValue([width]),
        when=self.attrs.get("use_scale"),
        initializer="glorot_uniform",
        dtype=self.attrs.get("<dtype>"),
    )
    self.set("built", True)


# Wrapper, TimeDistributed


wrapper = types.layer_type("Wrapper")


@wrapper.method(name="__init__")
def wrapper_init(call: Call, self: InstanceValue, layer: AnyValue, kwargs: dict[str, Any]) -> None:
    """TF: keras.layers.Wrapper.__init__, and what TimeDistributed says before."""
    if isinstance(layer, (bool, int, float, str, Tensor, FunctionValue, NativeFunction, type(None))):
        if self.cls.derives_from("tf.keras.layers.TimeDistributed"):
            said = "Please initialize `TimeDistributed` layer with a `Layer` instance. You passed: "
            said += call.to_string(layer)
            call.raise_("ValueError", said, "argument")
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


time_distributed = types.layer_type("TimeDistributed", "tf.keras.layers.Wrapper")
for _name in ("__init__",):
    time_distributed.cls.attrs.pop(_name)


@time_distributed.method(name="build")
def time_build(call: Call, self: InstanceValue, input_shape: AnyValue) -> None:
    """TF: TimeDistributed.build. The inner layer is built for one step, in the wrapper's own name scope."""
    shape = dims_of(input_shape)
    if isinstance(shape, tuple) and len(shape) < 3:
        said = "`TimeDistributed` Layer should be passed an `input_shape ` with at least 3 dimensions, received: "
        call.raise_("ValueError", said + call.to_string(ListValue(list(shape))), "shape")
    inner = self.attrs.get("layer")
    if isinstance(inner, InstanceValue) and inner.attrs.get("built") is not True:
        child = TensorShape((shape[0], *shape[2:]) if isinstance(shape, tuple) else shape)
        call.method(inner, "build", child)
        inner.set("built", True)
    self.set("built", True)


@time_distributed.method(name="call")
def time_call(
    call: Call, self: InstanceValue, inputs: AnyValue, training: AnyValue = None, mask: AnyValue = None
) -> Any:
    """TF: TimeDistributed.call. With a known batch `backend.rnn` steps through time, else time goes into the batch."""
    inputs = tools.as_tensor(call, inputs)
    shape = dims_of(inputs)
    inner = self.attrs.get("layer")
    step_shape = (None, *shape[2:]) if isinstance(shape, tuple) else shape
    folded = op_like(call, inputs, "Reshape", shape=step_shape)
    given = {}
    if (
        isinstance(inner, InstanceValue)
        and training is not None
        and "training" in parameter_names(call, BoundMethod(inner.cls.find("call"), inner))[0]
    ):
        given["training"] = training
    made = call.invoke(inner, folded, **given)
    out = dims_of(made)
    full = (shape[0], shape[1], *out[1:]) if isinstance(out, tuple) and isinstance(shape, tuple) else out
    return op_like(call, made, "Reshape", shape=full) if is_tensor(made) else made


def _wrapped(name: str) -> None:
    def get(call: Call, self: InstanceValue) -> Any:
        inner = self.attrs.get("layer")
        return call.getattr(inner, name) if isinstance(inner, InstanceValue) else None

    wrapper.cls.attrs[name] = PropertyValue(NativeFunction(name, get, f"tf.keras.layers.Wrapper.{name}"))


_wrapped("activity_regularizer")


@keras_layers.function
def serialize(call: Call, layer: AnyValue) -> Any:
    return call.unknown("a layer's configuration is not kept")


@keras_layers.function(raw=True)
def deserialize(call: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """A layer by its name or from {class_name, config}."""
    config: Any = args[0] if args else kwargs.get("config")
    if isinstance(config, str):
        cls = call.find("tf.keras.layers." + config)
        return call.invoke(cls) if cls is not MISSING else call.unknown("no such layer")
    name = config.items.get("class_name") if hasattr(config, "items") else None
    cls = call.find(f"tf.keras.layers.{name}") if isinstance(name, str) else MISSING
    if cls is MISSING:
        return call.unknown("a layer from a configuration that is not known")
    return call.method(cls, "from_config", config.items.get("config"))
