"""Shape functions of operations, by type: what TF's C++ shape inference gives. Convolutions and their like are in
`shapes_nn`.

A shape function takes the `ops.Node` and gives one shape, or a list with one for each output.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from scopelint.apis.tf.framework.conversion import graph_shape
from scopelint.apis.tf.framework.node import unequal
from scopelint.apis.tf.framework.python_values import left_open
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.tensors import (
    NOT_CONSTANT,
    Tensor,
    TensorShape,
    merge_shapes,
    shapes_compatible,
)
from scopelint.values.truth import NO

if TYPE_CHECKING:
    from scopelint.apis.tf.framework.node import Node

ShapeFunction = Callable[[Any], Any]


def unknown(reason: str = "shape is not known") -> Unknown:
    return Unknown(reason)


# Dimensions: an int, None where TF does not know, an Unknown where we do not


def add(a: Any, b: Any) -> Any:
    return None if a is None or b is None else a + b


def sub(a: Any, b: Any) -> Any:
    return None if a is None or b is None else a - b


def mul(a: Any, b: Any) -> Any:
    return None if a is None or b is None else a * b


def floordiv(a: Any, b: Any) -> Any:
    return None if a is None or b is None else a // b


def least(a: Any, b: Any) -> Any:
    """TF: InferenceContext::Min, of sizes of which none is 0."""
    if isinstance(a, int) and isinstance(b, int):
        return min(a, b)
    return next((each for each in (a, b) if isinstance(each, Unknown)), None)


def size_at(shape: Any, place: int) -> Any:
    """One size of a shape; as little of it is known as of the shape."""
    if isinstance(shape, tuple):
        return shape[place] if -len(shape) <= place < len(shape) else unknown()
    return shape


def product(dims: Any) -> Any:
    out: Any = 1
    for dim in dims:
        out = mul(out, dim)
    return out


def from_const(value: AnyValue) -> Any:
    """TF: constant_value_as_shape: a vector of sizes as a shape; -1 stands for a size that is not known."""
    if isinstance(value, Unknown):
        return unknown() if value.last is None else value
    if value is NOT_CONSTANT:
        return None
    if not isinstance(value, tuple):
        return None
    return tuple(None if isinstance(d, int) and d < 0 else _dim(d) for d in value)


def _dim(value: AnyValue) -> Any:
    if value is None or isinstance(value, Unknown):
        return value
    return int(value) if isinstance(value, (int, float)) else unknown()


def from_vector(tensor: Tensor) -> Any:
    """The shape that a tensor of sizes describes; of its rank where no more is known."""
    found = from_const(tensor.const)
    if found is not None:
        return found
    if isinstance(tensor.shape, tuple) and len(tensor.shape) == 1 and isinstance(tensor.shape[0], int):
        return (None,) * min(tensor.shape[0], 16)
    return left_open(tensor.shape)


def normal_axis(axis: AnyValue, rank: int) -> int | None:
    """An axis as a place from the front; None where it is not known or does not exist."""
    if isinstance(axis, tuple) and len(axis) == 1:
        axis = axis[0]
    if isinstance(axis, int) and -rank <= axis < rank:
        return axis % rank
    return None


# General rules


def check_sizes(node: Node, name: str) -> None:
    """TF: MakeShapeFromShapeTensor, of an input that is taken for a shape."""
    sizes = node.const(name)
    for size in sizes if isinstance(sizes, tuple) else ():
        if type(size) is int and size < -1:
            said = f"Invalid value in tensor used for shape: {size}"
            node.call.raise_("ValueError", said, kind="shape")


def shaped_by(name: str) -> ShapeFunction:
    def function(node: Node) -> Any:
        check_sizes(node, name)
        return from_vector(node.ins[name])

    return function


def same(name: str) -> ShapeFunction:
    return lambda node: node.shape(name)


def first(node: Node) -> Any:
    """As the first input."""
    held = next(iter(node.ins.values()))
    return held.shape if not isinstance(held, list) else held[0].shape


def fixed(*shape: Any) -> ShapeFunction:
    return lambda node: shape


def given_shape(node: Node) -> Any:
    """The attribute `shape`, as programs write it."""

    value = node.attrs.get("shape")
    return graph_shape(node.call, value.dims if isinstance(value, TensorShape) else value)


def with_default(node: Node) -> Any:
    """TF: the shape function of PlaceholderWithDefault: that of its attribute, which the default has to fit."""
    shape = given_shape(node)
    own = node.shape("input")
    if shapes_compatible(own, shape) is NO:
        node.refuse(unequal(own, shape))
    return shape


def merged(node: Node, one: AnyValue, two: AnyValue) -> Any:
    """TF: InferenceContext::Merge. Refuses shapes that differ."""
    if shapes_compatible(one, two) is NO:
        node.refuse(unequal(one, two))
        return None
    return merge_shapes(one, two)


def merged_from_last(node: Any, tensors: Any) -> Any:
    """The shape that all of a list have, as AddN and Pack find it: each is merged with what comes after it."""
    shape: Any = None
    for at in range(len(tensors) - 1, -1, -1):
        own = tensors[at].shape
        if shapes_compatible(own, shape) is NO:
            node.refuse(f"{unequal(own, shape)}\n\tFrom merging shape {at} with other shapes.")
            return None
        shape = merge_shapes(own, shape)
    return shape


# Mathematics


def _none(node: Node) -> Any:
    return None


def assign(node: Node) -> Any:
    return merge_shapes(node.shape("ref"), node.shape("value")) if "value" in node.ins else node.shape("ref")
