"""Arguments of the program as TensorFlow's names, shapes and dtypes."""

from __future__ import annotations

from math import isfinite, isnan
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.registry import Default
from scopelint.apis.tables import Opaque
from scopelint.apis.tf.framework.node import unequal
from scopelint.values.base import AnyValue, Unknown, Value
from scopelint.values.containers import DictValue, ListValue, SetValue
from scopelint.values.numbers import NumpyFloat, NumpyInt, integer_dtype
from scopelint.values.objects import MISSING, ClassValue, InstanceValue
from scopelint.values.tensors import (
    BOOL,
    DTYPES,
    FLOAT32,
    INT32,
    INT64,
    STRING,
    Dimension,
    Dims,
    DType,
    PartitionedVariable,
    Tensor,
    TensorShape,
    Variable,
    as_dtype,
    merge_shapes,
    shapes_compatible,
)
from scopelint.values.text import Text, escaped, hole
from scopelint.values.truth import NO


def graph_name(value: AnyValue, default: str | None = None) -> Any:
    """A name as the graph layer takes it: unknown parts in braces. What is no name stays, and is refused there.

    With a default, that for None and "": TF's `name or default`."""
    if type(value) is str and default is None:
        return value if "{" not in value and "}" not in value else escaped(value)
    if default is not None and is_blank(value):
        return default
    if isinstance(value, Text):
        return str(value)
    if isinstance(value, Unknown):
        return hole(value.label)
    if isinstance(value, InstanceValue) and isinstance(value.payload, (str, Text)):
        return graph_name(value.payload)
    return escaped(value) if type(value) is str else value


def none_if_default(value: AnyValue) -> Any:
    """None for a parameter that was not given and whose default is an object."""
    return None if isinstance(value, Default) else value


def is_set(value: AnyValue) -> bool:
    return value is not None and not isinstance(value, Default)


def is_blank(name: AnyValue) -> bool:
    """Is a name None or empty? One that is not known, or in part only, counts as given."""
    return name is None or (isinstance(name, str) and not name)


def graph_shape(call: Call, shape: AnyValue) -> Dims:
    """TF: tensor_shape.as_shape: a list of dimensions, one number, a TensorShape."""
    if isinstance(shape, Unknown) and isinstance(shape.last, Dimension):
        return shape.ending(shape.last.value)
    if shape is None or isinstance(shape, Unknown):
        return shape
    if isinstance(shape, TensorShape):
        return shape.dims
    if isinstance(shape, (str, bytes, Text)):
        call.raise_(
            "TypeError",
            f"A string has ambiguous TensorShape, please wrap in a list or convert to an int: {call.to_string(shape)}",
            kind="argument",
        )
    if isinstance(shape, (int, float)):
        return (dimension(call, shape),)
    if isinstance(shape, (Tensor, Variable)):
        return Unknown("a shape that is a tensor")
    if isinstance(shape, ListValue) and shape.rest is not None:
        return shape.rest
    if type(shape) is tuple or isinstance(shape, ListValue):
        return tuple(dimension(call, d) for d in (shape if isinstance(shape, tuple) else shape.items))
    if isinstance(shape, Dimension):
        return (shape.value,)
    members = call.members(shape)
    return members if isinstance(members, Unknown) else tuple(dimension(call, d) for d in members)


def require_finite(call: Call, value: Any) -> None:
    """What Python's `int` raises of a float that is none."""
    if isinstance(value, float) and not isfinite(value):
        error, kind = ("ValueError", "NaN") if isnan(value) else ("OverflowError", "infinity")
        call.raise_(error, f"cannot convert float {kind} to integer", kind="argument")


def dimension(call: Call, value: Any) -> Any:
    """TF: Dimension.__init__."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (int, float)):
        require_finite(call, value)
        if value != int(value):
            call.raise_("ValueError", f"Ambiguous dimension: {value}", kind="argument")
        if value < 0:
            call.raise_("ValueError", f"Dimension {int(value)} must be >= 0", kind="argument")
        return int(value)
    if value is None or isinstance(value, Unknown):
        return value
    if isinstance(value, Dimension):
        return value.value
    if isinstance(value, Tensor) and "{" in value.op_name:
        return Unknown("a dimension that is a tensor")
    if isinstance(value, (Tensor, Variable)):
        kind = (
            "Tensor"
            if isinstance(value, Tensor)
            else "ResourceVariable"
            if value.is_resource is True
            else "RefVariable"
        )
        call.raise_(
            "TypeError",
            f"int() argument must be a string, a bytes-like object or a number, not '{kind}'",
            kind="argument",
        )
    if isinstance(value, str):
        if not value.strip().lstrip("+-").isdigit():
            call.raise_("ValueError", f"invalid literal for int() with base 10: {value!r}", kind="argument")
        return dimension(call, int(value))
    held = getattr(value, "data", None)
    if isinstance(held, list) and len(held) == 1:
        # numpy's int() of an array of one member.
        return dimension(call, held[0])
    if isinstance(value, (ListValue, tuple)):
        kind = "list" if isinstance(value, ListValue) else "tuple"
        call.raise_(
            "TypeError",
            f"int() argument must be a string, a bytes-like object or a number, not '{kind}'",
            kind="argument",
        )
    found = call.getattr(value, "value", MISSING) if isinstance(value, Value) else MISSING
    if found is None or isinstance(found, (int, Unknown)):
        return found
    return Unknown("dimension is not known")


_CLASS_DTYPES = {
    "builtins.float": FLOAT32,
    "builtins.bool": BOOL,
    "builtins.object": STRING,
}
"""TF: dtypes._PYTHON_TO_TF. It holds no other of Python's types: `int` and `str` are no dtypes."""


def graph_dtype(call: Call, value: AnyValue) -> Any:
    """TF: dtypes.as_dtype of what a program gives: a dtype, its name, numpy's or Python's class. None stays None."""
    if value is None or isinstance(value, (DType, Unknown)):
        return value
    if isinstance(value, Default):
        return None
    if isinstance(value, Opaque):
        return DTYPES.get(value.name.removeprefix("tf.")) or DTYPES.get(value.name.rpartition(":")[2])
    if isinstance(value, ClassValue):
        known = _CLASS_DTYPES.get(value.canonical)
        if known is not None:
            return known
        if value.canonical.startswith("builtins."):
            message = f"Cannot convert value {call.to_string(value)} to a TensorFlow DType."
            call.raise_("TypeError", message, kind="argument")
        return as_dtype(value.name) or Unknown("a dtype that is not known")
    if isinstance(value, (str, int)):
        made = as_dtype(value)
        if made is None:
            call.raise_("TypeError", f"Cannot convert value {value!r} to a TensorFlow DType.", kind="argument")
        return made
    if isinstance(value, (ListValue, DictValue, SetValue)):
        # TF looks it up in a table.
        kind = call.class_of(value).name
        call.raise_("TypeError", f"unhashable type: '{kind}'", kind="argument")
    if isinstance(value, tuple):
        call.raise_(
            "TypeError", f"Cannot convert value {call.to_string(value)} to a TensorFlow DType.", kind="argument"
        )
    name = getattr(value, "name", None)
    if not isinstance(name, str) and isinstance(value, Value):
        name = call.getattr(value, "name", None)
    return (as_dtype(name) if isinstance(name, str) else None) or Unknown("a dtype that is not known")


def _packed_shape(call: Call, items: list[Any], first: Dims) -> Dims:
    """TF: _autopacking_helper, for a list that holds tensors: the shape that its members have in common."""
    if not _holds_tensor(items):
        return first
    shape: Dims = None
    for at in range(len(items) - 1, -1, -1):
        own = value_of(call, items[at])[0]
        if shapes_compatible(own, shape) is NO:
            message = f"{unequal(own, shape)}\n\tFrom merging shape {at} with other shapes."
            call.raise_("ValueError", message, kind="shape")
        shape = merge_shapes(own, shape)
    return shape


def _holds_tensor(items: Any, depth: int = 0) -> bool:
    for item in items:
        held = item.payload if isinstance(item, InstanceValue) else item
        if isinstance(held, (Tensor, Variable, PartitionedVariable)):
            return True
        inner = held.items if isinstance(held, ListValue) else held if isinstance(held, tuple) else ()
        if depth < 8 and inner and _holds_tensor(inner, depth + 1):
            return True
    return False


def value_of(call: Call, value: Any) -> tuple[Dims, Any]:
    """TF: the shape and dtype that a Python value gets as a tensor."""
    if isinstance(value, bool):
        return (), BOOL
    if isinstance(value, NumpyInt):
        return (), DTYPES[value.dtype]
    if isinstance(value, int):
        return (), INT32 if -(2**31) <= value < 2**31 else INT64
    if isinstance(value, float):
        return (), DTYPES[value.dtype] if isinstance(value, NumpyFloat) else FLOAT32
    if isinstance(value, Unknown) and value.number is not None:
        return (), FLOAT32 if value.number is float else INT32
    if isinstance(value, (str, bytes, Text)):
        return (), STRING
    if isinstance(value, complex):
        return (), DTYPES["complex128"]
    if isinstance(value, (Tensor, Variable, PartitionedVariable)):
        return value.shape, value.dtype.base_dtype if isinstance(value.dtype, DType) else value.dtype
    if isinstance(value, (ListValue, tuple)):
        items = value.items if isinstance(value, ListValue) else list(value)
        rest = value.rest if isinstance(value, ListValue) else None
        if not items:
            return (0,) if rest is None else rest.derive(""), FLOAT32
        shape, dtype = value_of(call, items[0])
        if isinstance(items[0], (int, float)):
            # Members of one list become one dtype: a float among ints makes all floats, numpy's scalars too.
            some = [int(item) if isinstance(item, NumpyInt) else item for item in items[:1000]]
            kinds = [FLOAT32 if isinstance(item, float) else value_of(call, item)[1] for item in some]
            dtype = next((k for k in kinds if k is FLOAT32), None) or next((k for k in kinds if k is INT64), kinds[0])
            own = integer_dtype(items[:1000])
            dtype = DTYPES[own] if own and own != "int64" else dtype
        if rest is None:
            shape = _packed_shape(call, items, shape)
        size: Any = len(items) if rest is None else rest.derive("")
        return ((size, *shape) if isinstance(shape, tuple) else Unknown("shape of a value is not known")), dtype
    if isinstance(value, Unknown):
        return value.derive(""), value.derive("")
    if isinstance(value, InstanceValue):
        if value.payload is not None:
            return value_of(call, value.payload)
        return Unknown("shape of a value is not known"), Unknown("dtype of a value is not known")
    if isinstance(value, Value):
        shape = call.getattr(value, "shape", MISSING)
        dtype = call.getattr(value, "dtype", MISSING)
        if shape is not MISSING:
            dims = graph_shape(call, shape)
            return dims, Unknown("dtype") if dtype is MISSING else graph_dtype(call, dtype)
    return Unknown("shape of a value is not known"), Unknown("dtype of a value is not known")
