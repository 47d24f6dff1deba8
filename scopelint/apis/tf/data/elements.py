"""What the elements of a dataset are made of: a shape and a dtype for each component."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.tf.framework.operations import convert
from scopelint.apis.tf.framework.python_values import dtype_of, shape_of
from scopelint.values.base import AnyValue, Unknown, Value
from scopelint.values.containers import DictValue, ListValue
from scopelint.values.objects import InstanceValue
from scopelint.values.tensors import DTYPES, SparseTensor, Tensor


class Spec(Value):
    """One component of a dataset's elements: a tensor of this shape and dtype, or (`inner`) a dataset of its own."""

    __slots__ = ("dtype", "inner", "shape", "sparse")

    def __init__(self, shape: Any, dtype: Any, sparse: bool = False, inner: Any = None) -> None:
        self.shape = shape
        self.dtype = dtype
        self.sparse = sparse
        self.inner = inner

    def __bool__(self) -> bool:
        return True

    def batched(self, size: AnyValue) -> Spec:
        shape = (size, *self.shape) if isinstance(self.shape, tuple) else self.shape
        return Spec(shape, self.dtype, self.sparse, self.inner)


SPEC = "<spec>"


def spec_of(call: Call, value: AnyValue) -> Any:
    """The element structure of a dataset; Unknown for what is none."""
    if isinstance(value, InstanceValue) and SPEC in value.attrs:
        return value.attrs[SPEC]
    if isinstance(value, Unknown):
        return value
    return call.unknown("elements of a dataset that is not known")


def component(call: Call, leaf: AnyValue) -> Spec | Unknown:
    """The component that a tensor, or what becomes one, makes; Unknown for what may be several."""
    if isinstance(leaf, (Spec, Unknown)):
        return leaf
    if isinstance(leaf, Tensor) and leaf.is_stand_in:
        return Unknown("components that are not known")
    if isinstance(leaf, SparseTensor):
        return Spec(leaf.shape, dtype_of(leaf.values), True)
    if isinstance(leaf, InstanceValue) and SPEC in leaf.attrs:
        return Spec((), DTYPES["variant"], inner=leaf.attrs[SPEC])
    return Spec(shape_of(leaf), dtype_of(leaf))


def leaves(call: Call, structure: AnyValue, function: Callable[[Any], Any]) -> Any:
    """TF: data/util/nest.map_structure. Unlike elsewhere a list is no structure but a tensor to be."""
    if isinstance(structure, ListValue):
        return function(structure)
    if isinstance(structure, tuple):
        return tuple(leaves(call, member, function) for member in structure)
    if isinstance(structure, DictValue):
        keys = sorted(structure.items) if all(isinstance(k, str) for k in structure.items) else list(structure.items)
        found = {key: leaves(call, structure.items[key], function) for key in keys}
        return DictValue({key: found[key] for key in structure.items}, structure.rest)
    if isinstance(structure, InstanceValue) and isinstance(structure.payload, tuple):
        inner = tuple(leaves(call, member, function) for member in structure.payload)
        return InstanceValue(structure.cls, dict(structure.attrs), inner)
    return function(structure)


def normalized(call: Call, tensors: AnyValue) -> Any:
    """TF: structure.normalize_element. Components that are no tensors become constants."""
    count = 0

    def one(leaf: AnyValue) -> Spec | Unknown:
        nonlocal count
        count += 1
        nested = isinstance(leaf, InstanceValue) and SPEC in leaf.attrs
        if nested or isinstance(leaf, (Tensor, SparseTensor, Unknown)):
            return component(call, leaf)
        return component(call, convert(call, leaf, None, f"component_{count - 1}"))

    with call.graph.name_scope("normalize_element"):
        return leaves(call, tensors, one)
