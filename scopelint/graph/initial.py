"""Initial values: what a variable starts from, and which operations that leaves in the graph."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scopelint.graph import refusals
from scopelint.tuples import NamedTuple
from scopelint.values.base import Unknown, Value
from scopelint.values.tensors import NOT_CONSTANT, Dims, DType, Tensor, num_elements

Ops = tuple[tuple[str, str], ...]
"""Operations below a scope: (name relative to it, type)."""


class PartitionInfo(NamedTuple):
    """TF: _PartitionInfo. Which part of a partitioned variable is being made."""

    full_shape: tuple[Any, ...]
    var_offset: tuple[Any, ...]


class Initializer(Value):
    """What is given as `initializer=` or as an initial value. One of:

    - known operations: `ops(shape, dtype)` lists what the initializer leaves below `w/Initializer/`;
    - a function: `call(shape, dtype, partition_info)` runs it there and gives a `Tensor`, or an `Initializer` that
      is a value. All three are None where TF calls it without arguments; `takes_shape` says that it needs them;
    - a value: of `shape` and `dtype`, already a `tensor` or still to become a constant.
    """

    __slots__ = ("call", "const", "dtype", "label", "ops", "shape", "takes_shape", "tensor")

    def __init__(
        self,
        label: str = "",
        ops: Callable[[Dims, Any], Ops] | None = None,
        call: Callable[[Dims, Any, PartitionInfo | None], Any] | None = None,
        takes_shape: bool = True,
        shape: Dims = None,
        dtype: DType | Unknown | None = None,
        tensor: Tensor | None = None,
        const: object = NOT_CONSTANT,
    ) -> None:
        self.label = label
        self.ops = ops
        self.call = call
        self.takes_shape = takes_shape
        self.shape = shape
        self.dtype = dtype
        self.tensor = tensor
        self.const: Any = const

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"Initializer({self.label!r})"

    @property
    def is_value(self) -> bool:
        return self.ops is None and self.call is None


def of_value(shape: Dims, dtype: DType | Unknown, const: object = NOT_CONSTANT) -> Initializer:
    """A Python value that is still to become a constant."""
    return Initializer("value", shape=shape, dtype=dtype, const=const)


def of_tensor(tensor: Tensor) -> Initializer:
    return Initializer("tensor", shape=tensor.shape, dtype=tensor.dtype, tensor=tensor)


def of_function(
    call: Callable[[Dims, Any, PartitionInfo | None], Any], takes_shape: bool = True, label: str = "function"
) -> Initializer:
    return Initializer(label, call=call, takes_shape=takes_shape)


_UNIFORM: Ops = tuple(
    (f"random_uniform/{leaf}" if leaf else "random_uniform", type)
    for leaf, type in (
        ("shape", "Const"), ("min", "Const"), ("max", "Const"), ("RandomUniform", "RandomUniform"), ("sub", "Sub"),
        ("mul", "Mul"), ("", "Add"),
    )
)  # fmt: skip


def _normal(kind: str, leaf: str) -> Ops:
    rows = (
        ("shape", "Const"), ("mean", "Const"), ("stddev", "Const"), (leaf, leaf), ("mul", "Mul"), ("", "Add"),
    )  # fmt: skip
    return tuple((f"{kind}/{name}" if name else kind, type) for name, type in rows)


_RANDOM_NORMAL = _normal("random_normal", "RandomStandardNormal")
_TRUNCATED_NORMAL = _normal("truncated_normal", "TruncatedNormal")


def fill_ops(name: str, shape: Dims) -> Ops:
    """TF: array_ops.zeros and ones. Under 1,000 elements one constant, above a Fill."""
    size = num_elements(shape)
    if isinstance(size, int) and size < 1000:
        return ((name, "Const"),)
    return ((f"{name}/shape_as_tensor", "Const"), (f"{name}/Const", "Const"), (name, "Fill"))


def uniform_ops(dtype: object) -> Ops:
    """TF: random_ops.random_uniform. Integers are drawn as they are."""
    if isinstance(dtype, DType) and dtype.is_integer:
        return tuple(
            (f"random_uniform/{leaf}" if leaf else "random_uniform", type)
            for leaf, type in (("shape", "Const"), ("min", "Const"), ("max", "Const"), ("", "RandomUniformInt"))
        )
    return _UNIFORM


ZEROS = Initializer("zeros", lambda shape, dtype: fill_ops("zeros", shape))
ONES = Initializer("ones", lambda shape, dtype: fill_ops("ones", shape))
CONSTANT = Initializer("constant", lambda shape, dtype: (("Const", "Const"),))
RANDOM_UNIFORM = Initializer("random_uniform", lambda shape, dtype: uniform_ops(dtype))
RANDOM_NORMAL = Initializer("random_normal", lambda shape, dtype: _RANDOM_NORMAL)
TRUNCATED_NORMAL = Initializer("truncated_normal", lambda shape, dtype: _TRUNCATED_NORMAL)
GLOROT_UNIFORM = Initializer("glorot_uniform", lambda shape, dtype: _UNIFORM)
GLOROT_NORMAL = Initializer("glorot_normal", lambda shape, dtype: _TRUNCATED_NORMAL)


def with_shape(initializer: Initializer, shape: Dims, dtype: object) -> Initializer:
    """The initializer as a call without arguments: `lambda: initializer(shape, dtype=dtype)`."""
    if initializer.is_value:
        return initializer
    ops, call = initializer.ops, initializer.call
    if ops is not None:
        bound = Initializer(initializer.label, ops=lambda _shape, _dtype: ops(shape, dtype), takes_shape=False)
        bound.shape = shape
        return bound
    assert call is not None
    return Initializer(initializer.label, call=lambda _s, _d, _i: call(shape, dtype, None), takes_shape=False)


def default_initializer(name: str, dtype: object) -> Initializer:
    """TF: _VariableStore._get_default_initializer."""
    if not isinstance(dtype, DType) or dtype.is_floating:
        return GLOROT_UNIFORM
    if dtype.is_integer or dtype.is_bool or dtype.base_name == "string":
        return ZEROS
    raise refusals.initializer_required(name, dtype)
