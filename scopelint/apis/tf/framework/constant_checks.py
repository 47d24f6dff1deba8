"""What TF refuses of a Python value that becomes a constant."""

from __future__ import annotations

from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.builtins.formatting import represent
from scopelint.apis.tf.framework.python_values import array_parts, list_shape
from scopelint.values.base import AnyValue, Unknown
from scopelint.values.containers import ListValue
from scopelint.values.numbers import NumpyScalar
from scopelint.values.tensors import STRING, Dims, DType, num_elements
from scopelint.values.text import Text

_STRINGS = (str, bytes, Text)
_LEAVES = (int, float, complex, *_STRINGS)


def check_constant(call: Call, value: AnyValue, shape: Dims, dtype: AnyValue) -> None:
    """TF: tensor_util.make_tensor_proto: a value of another kind, lists of different lengths, or more members than
    there is room for. What is not known to its last member is let through."""
    room = num_elements(shape)
    flat = flat_members(value)
    if not flat:
        held = num_elements(list_shape(value)) if array_parts(value) is not None else None
        if type(held) is int and type(room) is int and held > room:
            told = f"Too many elements provided. Needed at most {room}, but received {held}"
            call.raise_("ValueError", told, kind="shape")
        return
    if holds_nothing(value, shape):
        if dtype is STRING and not all(isinstance(member, _STRINGS) for member in flat):
            refuse_mixed(call, value)
        return
    if isinstance(dtype, DType):
        wrong = refused_member(call, value, dtype)
        if wrong:
            call.raise_("TypeError", wrong, kind="argument")
    elif None in flat or any(isinstance(m, _STRINGS) is not isinstance(flat[0], _STRINGS) for m in flat):
        refuse_mixed(call, value)
    check_dense(call, value, dtype)
    if isinstance(room, int) and len(flat) > room and isinstance(value, (ListValue, tuple)):
        call.raise_(
            "ValueError", f"Too many elements provided. Needed at most {room}, but received {len(flat)}", kind="shape"
        )


def holds_nothing(value: AnyValue, shape: Dims) -> bool:
    """TF: make_tensor_proto looks at no member of a list, nor at a number, where the shape has room for none."""
    room = num_elements(shape)
    # A size that is not known is not asked whether it is none: that would be a branch of the program's.
    return value is not None and array_parts(value) is None and isinstance(room, int) and room == 0


def refused_member(call: Call, value: AnyValue, dtype: DType) -> str:
    """TF: _AssertCompatible: what it says of the first member that is no such number; "" where all are."""
    if isinstance(value, NumpyScalar):
        # numpy's scalars are cast as its arrays are.
        return ""
    for member in flat_members(value):
        if not fits(member, dtype):
            return f"Expected {dtype.name}, got {represent(call, member)} of type '{kind_of(member)}' instead."
    return ""


def kind_of(value: AnyValue) -> str:
    if value is None or isinstance(value, Text):
        return "NoneType" if value is None else "str"
    return "list" if isinstance(value, ListValue) else type(value).__name__


def refuse_mixed(call: Call, value: AnyValue) -> None:
    kind = "list" if isinstance(value, ListValue) else "tuple"
    call.raise_(
        "TypeError",
        f"Failed to convert object of type <class '{kind}'> to Tensor. Contents: "
        f"{call.to_string(value)}. Consider casting elements to a supported type.",
        kind="argument",
    )


def fits(member: AnyValue, dtype: DType) -> bool:
    """TF: _FilterInt, _FilterFloat and their kin."""
    if dtype.name.startswith("q"):
        return True
    if dtype.name == "string":
        return isinstance(member, _STRINGS)
    if dtype.is_bool:
        return isinstance(member, bool)
    if dtype.is_integer:
        return isinstance(member, int)
    if dtype.is_complex:
        return isinstance(member, (int, float, complex))
    return not dtype.is_floating or isinstance(member, (int, float))


def check_dense(call: Call, value: AnyValue, dtype: AnyValue) -> None:
    """TF: _GetDenseDimensions, against what numpy makes of it."""
    wanted, at = [], value
    while isinstance(at, (ListValue, tuple)):
        items = at.items if isinstance(at, ListValue) else at
        wanted.append(len(items))
        if not items:
            return
        at = items[0]
    found = common_shape(value)
    if found == wanted:
        return
    if isinstance(dtype, DType):
        call.raise_("ValueError", "setting an array element with a sequence.", kind="shape")
    if len(found) > len(wanted) or len(wanted) == len(found) or not isinstance(value, (ListValue, tuple)):
        return
    call.raise_(
        "ValueError",
        f"Argument must be a dense tensor: {call.to_string(value)} - got shape {found}, but wanted {wanted}.",
        kind="shape",
    )


def common_shape(value: AnyValue) -> list[int]:
    """The dimensions that all of nested lists share, as numpy finds them."""
    if not isinstance(value, (ListValue, tuple)):
        return []
    items = value.items if isinstance(value, ListValue) else value
    below = [common_shape(item) for item in items]
    shared = []
    for sizes in zip(*below, strict=False):
        if any(size != sizes[0] for size in sizes):
            break
        shared.append(sizes[0])
    return [len(items), *shared]


def flat_members(value: AnyValue) -> list[Any]:
    """The constants in nested lists; empty where one is not known, or is no constant."""
    if isinstance(value, (ListValue, tuple)):
        if isinstance(value, ListValue) and value.rest is not None:
            return []
        out: list[Any] = []
        for member in value.items if isinstance(value, ListValue) else value:
            if member is None:
                out.append(None)
                continue
            flat = flat_members(member)
            if not flat:
                return []
            out += flat
        return out
    return [value] if isinstance(value, _LEAVES) and not isinstance(value, Unknown) else []


_DRAWN = ("float16", "bfloat16", "float32", "float64", "int32", "int64")


def check_drawn(call: Call, dtype: AnyValue) -> None:
    """TF: random_ops.random_uniform, of the dtypes that it draws."""
    if isinstance(dtype, DType) and dtype.base_name not in _DRAWN:
        call.raise_("ValueError", f"Invalid dtype {dtype!r}", kind="argument")
