"""What TF knows of a tensor's value while the graph is built: tensor_util.constant_value, and C++'s folding of small
graphs during shape inference.

A constant is a number or nested tuples. In those of shapes None stands for what TF itself does not know yet.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

from scopelint.values.base import AnyValue, Undecided, Unknown
from scopelint.values.tensors import NOT_CONSTANT, DType, num_elements

LIMIT = 256


VOLATILE = (
    "Random",
    "Truncated",
    "Stateless",
    "Multinomial",
    "PyFunc",
    "Placeholder",
    "Variable",
    "Queue",
    "Iterator",
    "Read",
    "Enter",
    "Exit",
    "Switch",
    "Merge",
    "TensorArray",
)
"""Beginnings of types whose value no folding can know, whatever their inputs are."""


def fold(node: Any) -> Any:
    """The value of the node's only output, where it can be known; an Unknown where TF knows it and we do not."""
    function = FOLDS.get(node.type)
    value = NOT_CONSTANT
    if function is not None:
        try:
            value = function(node)
        except (Undecided, ArithmeticError, TypeError, ValueError, IndexError):
            value = NOT_CONSTANT
    if value is NOT_CONSTANT and node.ins and not node.type.startswith(VOLATILE):
        consts = [tensor.const for held in node.ins.values() for tensor in (held if isinstance(held, list) else [held])]
        if consts and all(const is not NOT_CONSTANT and not _has_none(const) for const in consts):
            return Unknown("a constant that is not known")
    return value


def _has_none(const: AnyValue) -> bool:
    return const is None or (isinstance(const, tuple) and any(_has_none(member) for member in const))


def _shape(node: Any) -> Any:
    shape = node.shape("input")
    if isinstance(shape, Unknown):
        # TF may well know it.
        return shape.derive("")
    return shape if isinstance(shape, tuple) and len(shape) <= LIMIT else NOT_CONSTANT


def _size(node: Any) -> Any:
    found = num_elements(node.shape("input"))
    return NOT_CONSTANT if found is None else found


def _rank(node: Any) -> Any:
    shape = node.shape("input")
    if isinstance(shape, Unknown):
        return shape.derive("")
    return len(shape) if isinstance(shape, tuple) else NOT_CONSTANT


def _pack(node: Any) -> Any:
    values = [tensor.const for tensor in node.ins["values"]]
    if len(values) > LIMIT or node.attrs.get("axis") not in (0, None):
        return NOT_CONSTANT
    # What is not known to TF is a None among the others, as in a shape of its own.
    if all(value is NOT_CONSTANT for value in values):
        return NOT_CONSTANT
    if any(isinstance(value, tuple) for value in values):
        return tuple(values) if all(isinstance(v, tuple) for v in values) else NOT_CONSTANT
    return tuple(None if value is NOT_CONSTANT else value for value in values)


def _concat(node: Any) -> Any:
    out: list[Any] = []
    for tensor in node.ins["values"]:
        value = tensor.const
        if isinstance(value, tuple):
            out += value
        elif isinstance(tensor.shape, tuple) and len(tensor.shape) == 1 and isinstance(tensor.shape[0], int):
            size = value.derive("") if isinstance(value, Unknown) else None
            out += [size] * min(tensor.shape[0], LIMIT + 1)
        else:
            return NOT_CONSTANT
    return tuple(out) if len(out) <= LIMIT else NOT_CONSTANT


def _same(key: str) -> Callable[[Any], Any]:
    return lambda node: node.const(key)


def _cast(node: Any) -> Any:
    dtype = node.attrs.get("DstT")
    if not isinstance(dtype, DType):
        return NOT_CONSTANT
    if dtype.is_integer:
        return each(node.const("x"), int)
    return each(node.const("x"), float) if dtype.is_floating else NOT_CONSTANT


def each(value: AnyValue, function: Callable[..., Any], *others: Any) -> Any:
    """The function on each member; None and Unknown stay."""
    if value is NOT_CONSTANT or any(other is NOT_CONSTANT for other in others):
        return NOT_CONSTANT
    operands = (value, *others)
    width = next((len(operand) for operand in operands if isinstance(operand, tuple)), None)
    if width is not None:
        spread = [operand if isinstance(operand, tuple) else (operand,) * width for operand in operands]
        width = max(len(operand) for operand in spread)
        spread = [operand * width if len(operand) == 1 else operand for operand in spread]
        return tuple(each(members[0], function, *members[1:]) for members in zip(*spread, strict=True))
    if any(operand is None for operand in operands):
        return None
    for operand in operands:
        if isinstance(operand, Unknown):
            return operand.derive("") if function in (int, float) or len(operands) == 1 else function(*operands)
    return function(*operands)


def _binary(function: Callable[[Any, Any], Any]) -> Callable[[Any], Any]:
    def apply(node: Any) -> Any:
        value = each(node.const("x"), function, node.const("y"))
        return value if not isinstance(value, (int, float)) or abs(value) < 1 << 63 else NOT_CONSTANT

    return apply


def _reduce(function: Callable[[list[Any]], Any]) -> Callable[[Any], Any]:
    def apply(node: Any) -> Any:
        value, axis = node.const("input"), node.const("reduction_indices")
        if not isinstance(value, tuple) or node.attrs.get("keep_dims") or axis not in (0, -1, (0,), (-1,)):
            return value if isinstance(value, (int, float)) else NOT_CONSTANT
        if any(isinstance(member, tuple) for member in value):
            return NOT_CONSTANT
        return None if any(member is None for member in value) else function(list(value))

    return apply


def _product(values: list[Any]) -> Any:
    out: Any = 1
    for value in values:
        out = out * value
    return out


def _extreme(function: Callable[..., Any]) -> Callable[[list[Any]], Any]:
    def apply(values: list[Any]) -> Any:
        unknown = next((value for value in values if isinstance(value, Unknown)), None)
        return unknown.derive("") if unknown is not None else function(values)

    return apply


def _pick(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def apply(a: AnyValue, b: AnyValue) -> Any:
        for operand in (a, b):
            if isinstance(operand, Unknown):
                return operand.derive("")
        return function(a, b)

    return apply


def _strided_slice(node: Any) -> Any:
    value = node.const("input")
    begin, end, strides = (node.const(key) for key in ("begin", "end", "strides"))
    if not isinstance(value, tuple) or not all(isinstance(v, tuple) and len(v) == 1 for v in (begin, end, strides)):
        return NOT_CONSTANT
    masks = node.attrs
    if masks.get("ellipsis_mask") or masks.get("new_axis_mask"):
        return NOT_CONSTANT
    first, last, step = begin[0], end[0], strides[0]
    if not all(isinstance(v, int) for v in (first, last, step)) or step == 0:
        return NOT_CONSTANT
    if masks.get("shrink_axis_mask"):
        # Of a shape that is known in part, C++ takes parts but no single size.
        if None in value:
            return None
        return value[first] if -len(value) <= first < len(value) else NOT_CONSTANT
    return value[slice(None if masks.get("begin_mask") else first, None if masks.get("end_mask") else last, step)]


def _slice(node: Any) -> Any:
    value, begin, size = node.const("input"), node.const("begin"), node.const("size")
    if not (isinstance(value, tuple) and isinstance(begin, tuple) and isinstance(size, tuple) and len(begin) == 1):
        return NOT_CONSTANT
    if not isinstance(begin[0], int) or not isinstance(size[0], int):
        return NOT_CONSTANT
    return value[begin[0] :] if size[0] == -1 else value[begin[0] : begin[0] + size[0]]


def _gather(node: Any) -> Any:
    value, indices = node.const("params"), node.const("indices")
    if not isinstance(value, tuple):
        return NOT_CONSTANT
    partly = None in value
    return each(indices, lambda i: None if partly else value[i])


def _range(node: Any) -> Any:
    start, limit, delta = (node.const(key) for key in ("start", "limit", "delta"))
    if not all(isinstance(v, int) for v in (start, limit, delta)) or delta == 0:
        return NOT_CONSTANT
    made = range(start, limit, delta)
    return tuple(made) if len(made) <= LIMIT else NOT_CONSTANT


def _fill(node: Any) -> Any:
    dims, value = node.const("dims"), node.const("value")
    if isinstance(dims, tuple) and len(dims) == 1 and isinstance(dims[0], int) and dims[0] <= LIMIT:
        return (value,) * dims[0] if isinstance(value, (int, float)) else NOT_CONSTANT
    return NOT_CONSTANT


def _expand(node: Any) -> Any:
    value = node.const("input")
    return (value,) if isinstance(value, (int, float, Unknown)) or value is None else NOT_CONSTANT


def _reshape(node: Any) -> Any:
    value, shape = node.const("tensor"), node.const("shape")
    if isinstance(value, tuple):
        if isinstance(shape, tuple) and len(shape) == 1:
            return value
        return value[0] if shape == () and len(value) == 1 else NOT_CONSTANT
    return (value,) if value is not NOT_CONSTANT and isinstance(shape, tuple) and len(shape) == 1 else NOT_CONSTANT


def _squeeze(node: Any) -> Any:
    value = node.const("input")
    single = isinstance(value, tuple) and len(value) == 1 and not isinstance(value[0], tuple)
    return value[0] if single else NOT_CONSTANT


def _reverse(node: Any) -> Any:
    value = node.const("tensor")
    return value[::-1] if isinstance(value, tuple) and node.const("axis") in ((0,), (-1,)) else NOT_CONSTANT


def _truediv(a: Any, b: Any) -> Any:
    return a / b


def _compared(function: Callable[[Any, Any], bool]) -> Callable[[Any], Any]:
    """Strings, truths and numbers that are compared. What is near to equal hangs on how floats are rounded."""

    def one(a: Any, b: Any) -> Any:
        a, b = (side.encode() if isinstance(side, str) else side for side in (a, b))
        for side in (a, b):
            if not isinstance(side, (bool, int, float, bytes)):
                raise TypeError(side)
        if not isinstance(a, bytes) and not isinstance(b, bytes):
            whole = float(a).is_integer() and float(b).is_integer()
            if not whole and math.isclose(a, b, rel_tol=1e-3, abs_tol=1e-6):
                raise ValueError(a)
        return function(a, b)

    return _binary(_pick(one))


FOLDS: dict[str, Callable[[Any], Any]] = {
    "Shape": _shape, "Size": _size, "Rank": _rank, "Pack": _pack, "ConcatV2": _concat, "Identity": _same("input"),
    "Cast": _cast, "StridedSlice": _strided_slice, "Slice": _slice, "GatherV2": _gather, "Range": _range,
    "Fill": _fill, "ExpandDims": _expand, "Reshape": _reshape, "Squeeze": _squeeze, "ReverseV2": _reverse,
    "Add": _binary(lambda a, b: a + b), "AddV2": _binary(lambda a, b: a + b), "Sub": _binary(lambda a, b: a - b),
    "Mul": _binary(lambda a, b: a * b), "FloorDiv": _binary(lambda a, b: a // b), "RealDiv": _binary(_truediv),
    "FloorMod": _binary(lambda a, b: a % b), "Maximum": _binary(_pick(max)), "Minimum": _binary(_pick(min)),
    "Neg": lambda node: each(node.const("x"), lambda a: -a),
    "Ceil": lambda node: each(node.const("x"), math.ceil), "Floor": lambda node: each(node.const("x"), math.floor),
    "Equal": _compared(operator.eq), "NotEqual": _compared(operator.ne), "Less": _compared(operator.lt),
    "LessEqual": _compared(operator.le), "Greater": _compared(operator.gt), "GreaterEqual": _compared(operator.ge),
    "LogicalAnd": _binary(_pick(lambda a, b: a and b)), "LogicalOr": _binary(_pick(lambda a, b: a or b)),
    "LogicalNot": lambda node: each(node.const("x"), lambda a: not a),
    "Prod": _reduce(_product), "Sum": _reduce(sum), "Max": _reduce(_extreme(max)), "Min": _reduce(_extreme(min)),
}  # fmt: skip
