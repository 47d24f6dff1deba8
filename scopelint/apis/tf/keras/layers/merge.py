"""tf.keras.layers: merging, embeddings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import TypeBuilder
from scopelint.apis.tf.framework import layer_helpers as tools
from scopelint.apis.tf.framework.bare_op import make, op_like
from scopelint.apis.tf.framework.dims import dims_of, rank_of
from scopelint.apis.tf.framework.keras_state import keras
from scopelint.apis.tf.framework.op_inputs import deps_of
from scopelint.apis.tf.framework.python_values import as_dtype, dtype_of
from scopelint.apis.tf.framework.structures import flatten, items_of
from scopelint.apis.tf.keras import declaring as types
from scopelint.apis.tf.keras.base_layer import keras_layers, weight
from scopelint.apis.tf.keras.layers.core import method, supports_masking
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.dependences import of_rows
from scopelint.values.objects import (
    MISSING,
    InstanceValue,
)
from scopelint.values.tensors import DType, Tensor, Variable, broadcast_shapes
from scopelint.values.text import hole
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


def _refuse_others(call: Call, inputs: AnyValue, refusal: str) -> None:
    """TF takes a list, and no tuple or dictionary, of tensors to merge."""
    real = isinstance(inputs, Variable) or (isinstance(inputs, Tensor) and bool(inputs.op_type))
    # A tensor without an operation stands for what is not known, a list perhaps.
    if real or inputs is None or isinstance(inputs, (tuple, DictValue)):
        call.raise_("ValueError", refusal, "argument")


def _shapes_of(call: Call, input_shape: AnyValue, refusal: str) -> list[Any] | None:
    """TF: tf_utils.shape_type_conversion. The shapes that `build` is given, of which nothing is known where it is not
    known how many there are."""
    types.as_list(call, input_shape)
    if isinstance(input_shape, Unknown) or isinstance(getattr(input_shape, "dims", None), Unknown):
        return None
    if not isinstance(input_shape, ListValue):
        call.raise_("ValueError", refusal, "argument")
    return None if input_shape.rest is not None else [dims_of(shape) for shape in input_shape.items]


_NO_LIST = "A merge layer should be called on a list of inputs."


def _broadcast(call: Call, one: Any, two: Any) -> Any:
    """TF: _Merge._compute_elemwise_op_output_shape."""
    if not isinstance(one, tuple) or not isinstance(two, tuple):
        return Unknown("a shape to merge")
    if len(one) < len(two):
        one, two = two, one
    head = one[: len(one) - len(two)]
    out: list[Any] = []
    for i, j in zip(one[len(head) :], two, strict=True):
        if isinstance(i, Unknown) or isinstance(j, Unknown):
            out.append(Unknown("a size to merge"))
        elif i is None or j is None:
            out.append(None)
        elif i != j and 1 not in (i, j):
            said = f"Operands could not be broadcast together with shapes {call.to_string(one)} {call.to_string(two)}"
            call.raise_("ValueError", said, "argument")
        else:
            out.append(max(i, j) if 0 not in (i, j) else 0)
    return (*head, *out)


def _merge_build(call: Call, self: InstanceValue, input_shape: AnyValue) -> None:
    """TF: keras.layers._Merge.build, Subtract.build."""
    shapes = _shapes_of(call, input_shape, _NO_LIST)
    self.set("built", True)
    if shapes is None:
        return
    if len(shapes) < 2:
        said = f"A merge layer should be called on a list of at least 2 inputs. Got {len(shapes)} inputs."
        call.raise_("ValueError", said, "argument")
    if any(isinstance(shape, tuple) and not shape for shape in shapes):
        call.raise_("IndexError", "tuple index out of range", "shape")
    batches = {shape[0] for shape in shapes if isinstance(shape, tuple) and isinstance(shape[0], int)}
    if len(batches) > 1:
        said = f"Can not merge tensors with different batch sizes. Got tensors with shapes : {shown(call, shapes)}"
        call.raise_("ValueError", said, "argument")
    out: Any = shapes[0][1:] if isinstance(shapes[0], tuple) else shapes[0]
    for shape in shapes[1:]:
        out = _broadcast(call, out, shape[1:] if isinstance(shape, tuple) else shape)
    if self.cls.derives_from("tf.keras.layers.Subtract") and len(shapes) != 2:
        call.raise_("ValueError", "A `Subtract` layer should be called on exactly 2 inputs", "argument")
    known = all(isinstance(shape, tuple) for shape in shapes)
    self.set("_reshape_required", known and len({len(shape) for shape in shapes}) > 1)


def shown(call: Call, shapes: list[Any]) -> Any:
    return call.to_string(ListValue(shapes))


def _level(call: Call, leaves: list[Any]) -> list[Any]:
    """TF: _Merge.call. Tensors of fewer dimensions get some behind the batch."""
    ranks = [rank_of(leaf) for leaf in leaves]
    if not all(isinstance(rank, int) for rank in ranks):
        return leaves
    out = []
    for leaf, rank in zip(leaves, ranks, strict=True):
        level = leaf
        for _ in range(max(ranks) - rank):
            level = call.new("tf.expand_dims", level, axis=1)
        out.append(level)
    return out


def _merge(name: str, combine: Callable[[Call, Any, Any], Any]) -> TypeBuilder:
    def merge_call(call: Call, self: InstanceValue, inputs: AnyValue) -> Any:
        _refuse_others(call, inputs, _NO_LIST)
        leaves = _leaves(call, inputs, "A merge layer should be called on a list of at least 2 inputs. Got 0 inputs.")
        if not _is_settled(inputs, leaves):
            deps, shape = deps_of(leaves), dims_of(leaves[0])
            for other in leaves[1:]:
                shape = broadcast_shapes(shape, dims_of(other))[0]
            return make(call, "", hole(name.lower()), shape, dtype_of(leaves[0]), deps)
        if self.attrs.get("_reshape_required") is True:
            leaves = _level(call, leaves)
        made = leaves[0]
        for other in leaves[1:]:
            made = combine(call, made, other)
        return call.binary("/", made, len(leaves)) if name == "Average" else made

    made = types.layer_type(name, canonical="tf.keras.layers." + name, prepare=supports_masking)
    method(made, "build", _merge_build)
    method(made, "call", merge_call)
    return made


_merge("Add", lambda call, one, two: call.binary("+", one, two))
_merge("Subtract", lambda call, one, two: call.binary("-", one, two))
_merge("Multiply", lambda call, one, two: call.binary("*", one, two))
_merge("Average", lambda call, one, two: call.binary("+", one, two))
_merge("Maximum", lambda call, one, two: call.new("tf.maximum", one, two))
_merge("Minimum", lambda call, one, two: call.new("tf.minimum", one, two))

concatenate = types.layer_type("Concatenate", prepare=supports_masking)


@concatenate.method(name="build")
def concatenate_build(call: Call, self: InstanceValue, input_shape: AnyValue) -> None:
    """TF: keras.layers.Concatenate.build. All sizes but one are the same, those that TF does not know too."""
    refusal = "A `Concatenate` layer should be called on a list of at least 2 inputs"
    shapes, axis = _shapes_of(call, input_shape, refusal), self.attrs.get("axis")
    self.set("built", True)
    if shapes is None:
        return
    if len(shapes) < 2:
        call.raise_("ValueError", refusal, "argument")
    if axis is None or isinstance(axis, (str, float)):
        said = f"list indices must be integers or slices, not {call.class_of(axis).name}"
        call.raise_("TypeError", said, "argument")
    left: Any = None
    for shape in shapes:
        if not isinstance(shape, tuple) or not isinstance(axis, int):
            return
        if not -len(shape) <= axis < len(shape):
            call.raise_("IndexError", "list assignment index out of range", "shape")
        at = axis % len(shape)
        rest = (*shape[:at], *shape[at + 1 :])
        if left is not None and are_unlike(left, rest):
            said = "A `Concatenate` layer requires inputs with matching shapes except for the concat axis. Got inputs "
            call.raise_("ValueError", f"{said}shapes: {shown(call, shapes)}", "shape")
        left = rest


def are_unlike(one: tuple[Any, ...], two: tuple[Any, ...]) -> bool:
    """Are two shapes certainly not the same, as Python compares them?"""
    pairs = [
        (i, j) for i, j in zip(one, two, strict=False) if not isinstance(i, Unknown) and not isinstance(j, Unknown)
    ]
    return len(one) != len(two) or any(i != j for i, j in pairs)


@concatenate.method(name="call")
def concatenate_call(call: Call, self: InstanceValue, inputs: AnyValue) -> Any:
    """TF: keras.layers.Concatenate._merge_function, through backend.concatenate."""
    _refuse_others(call, inputs, _NO_LIST)
    leaves = _leaves(call, inputs, "A `Concatenate` layer should be called on a list of at least 2 inputs")
    axis = self.attrs.get("axis")
    rank = rank_of(leaves[0])
    if isinstance(axis, int) and axis < 0 and isinstance(rank, int):
        axis %= rank or 1
    return call.new("tf.concat", ListValue(leaves), axis)


def _dot_axes(call: Call, self: InstanceValue) -> None:
    """TF: Dot.__init__."""
    supports_masking(call, self)
    axes = self.attrs.get("axes")
    if isinstance(axes, (int, Unknown)):
        return
    if not isinstance(axes, (ListValue, tuple)):
        call.raise_("TypeError", "Invalid type for `axes` - should be a list or an int.", "argument")
    if getattr(axes, "rest", None) is not None:
        return
    pair = items_of(axes)
    if len(pair) != 2:
        call.raise_("ValueError", "Invalid format for `axes` - should contain two elements.", "argument")
    if any(not isinstance(axis, (int, Unknown)) for axis in pair):
        call.raise_("ValueError", 'Invalid format for `axes` - list elements should be "int".', "argument")


dot = types.layer_type("Dot", prepare=_dot_axes)


def _pair(axes: AnyValue) -> tuple[Any, ...]:
    return (axes, axes) if isinstance(axes, int) else tuple(items_of(axes)) if axes is not None else ()


@dot.method(name="build")
def dot_build(call: Call, self: InstanceValue, input_shape: AnyValue) -> None:
    """TF: keras.layers.Dot.build."""
    refusal = "A `Dot` layer should be called on a list of 2 inputs."
    shapes = _shapes_of(call, input_shape, refusal)
    self.set("built", True)
    if shapes is None:
        return
    if len(shapes) != 2:
        call.raise_("ValueError", refusal, "argument")
    a, b = shapes
    axes = _pair(self.attrs.get("axes"))
    if len(axes) != 2 or not all(isinstance(axis, int) for axis in axes):
        return
    for axis, shape in zip(axes, shapes, strict=True):
        if isinstance(shape, tuple) and not -len(shape) <= axis < len(shape):
            call.raise_("IndexError", "tuple index out of range", "shape")
    if isinstance(a, tuple) and isinstance(b, tuple):
        i, j = a[axes[0]], b[axes[1]]
        if are_unlike((i,), (j,)):
            whole = f"{call.to_string(a)}, {call.to_string(b)}"
            call.raise_("ValueError", f"Dimension incompatibility {i} != {j}. Layer shapes: {whole}", "argument")


@dot.method(name="call")
def dot_call(call: Call, self: InstanceValue, inputs: AnyValue) -> Any:
    """TF: keras.layers.Dot._merge_function."""
    _refuse_others(call, inputs, _NO_LIST)
    refusal = "A `Dot` layer should be called on exactly 2 inputs"
    leaves = _leaves(call, inputs, refusal)
    settled = _is_settled(inputs, leaves)
    if len(leaves) != 2 and settled:
        call.raise_("ValueError", refusal, "argument")
    one, two = leaves[0], leaves[min(1, len(leaves) - 1)]
    ranks: list[Any] = [rank_of(one), rank_of(two)]
    axes = _pair(self.attrs.get("axes"))
    known = len(axes) == 2 and all(isinstance(x, int) for x in (*axes, *ranks))
    if not settled or not known or min(ranks) < 1:
        return make(call, "", hole("dot"), Unknown("the axes are not known"), dtype_of(one), deps_of(one, two))
    at = [axis % rank if axis < 0 else axis for axis, rank in zip(axes, ranks, strict=True)]
    if is_on(self.attrs.get("normalize")):
        one, two = (call.new("tf.nn.l2_normalize", x, axis=axis) for x, axis in zip((one, two), at, strict=True))
    return batch_dot(call, one, two, at)


def batch_dot(call: Call, one: Any, two: Any, axes: list[int]) -> Any:
    """TF: backend.batch_dot, of tensors whose ranks are known."""

    def widened(x: Any) -> Any:
        sizes = ListValue([call.new("tf.shape", x), ListValue([1] * more)])
        return call.new("tf.reshape", x, call.new("tf.concat", sizes, axis=0))

    ranks: list[int] = [rank_of(one), rank_of(two)]
    more = abs(ranks[0] - ranks[1])
    if ranks[0] > ranks[1]:
        two = widened(two)
    elif more:
        one = widened(one)
    rank = max(ranks)
    if rank == 2:
        same = axes[0] == axes[1]
        turned = one if same else call.new("tf.transpose", one, ListValue([1, 0]))
        out = call.new("tf.reduce_sum", call.new("tf.multiply", turned, two), axes[0 if same else 1])
    else:
        out = call.new("tf.matmul", one, two, adjoint_a=axes[0] != rank - 1, adjoint_b=axes[1] == rank - 1)
    if more:
        first = sum(ranks) - 3 if ranks[0] > ranks[1] else ranks[0] - 1
        out = call.new("tf.squeeze", out, ListValue(list(range(first, first + more))))
    return call.new("tf.expand_dims", out, 1) if rank_of(out) == 1 else out


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
