"""How numpy's arrays answer Python's operators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from scopelint.apis.call import Call
from scopelint.apis.python.numpy.array import (
    COMPARISONS,
    ArrayValue,
    as_array,
    broadcast,
    broadcast_members,
    elementwise,
    is_static,
    operate,
    product,
    select,
    shape_of,
    take,
    transpose,
)
from scopelint.apis.python.numpy.dtypes import KINDS, cast, dtype_class
from scopelint.apis.python.support import NUMBERS, MethodTable, bare, derived, too_large
from scopelint.limits import ITEMS
from scopelint.values.base import AnyValue, Unknown, Value
from scopelint.values.containers import ListValue


class ArrayBehaviour(MethodTable):
    """Operators, subscripts and attributes of arrays."""

    attributes: ClassVar[dict[str, Callable[[Any, ArrayValue], Any]]] = {
        "shape": lambda call, v: v.shape,
        "ndim": lambda call, v: len(v.shape),
        "size": lambda call, v: product(v.shape),
        "dtype": lambda call, v: dtype_class(v.dtype),
        "itemsize": lambda call, v: KINDS[v.dtype][1],
        "nbytes": lambda call, v: product(v.shape) * KINDS[v.dtype][1],
        "T": lambda call, v: transpose(v, tuple(reversed(range(len(v.shape))))),
        "real": lambda call, v: v,
        "flat": lambda call, v: ArrayValue((product(v.shape),), v.dtype, v.data),
        "base": lambda call, v: None,
    }

    def getattr(self, call: Call, value: Any, name: str) -> Any:
        attribute = self.attributes.get(name)
        if attribute is not None:
            return attribute(call, value)
        return super().getattr(call, value, name)

    def setattr(self, call: Call, value: Any, name: str, new: Any) -> bool:
        if name == "shape":
            shape = shape_of(call, new)
            value.touch()
            value.shape = shape if isinstance(shape, tuple) else (shape,)
            return True
        return name in ("dtype", "flags")

    def binary(self, call: Call, sign: str, left: AnyValue, right: AnyValue) -> Any:
        left, right = bare(left), bare(right)
        for side in (left, right):
            if not isinstance(side, (ArrayValue, ListValue, tuple, Unknown)) and type(side) not in NUMBERS:
                return NotImplemented
        return operate(call, sign, left, right)

    def unary(self, call: Call, sign: str, value: AnyValue) -> Any:
        return elementwise(
            call,
            {
                "-": lambda v: -v,
                "+": lambda v: v,
                "~": lambda v: not v if v in (True, False) and type(v) is bool else ~v,
            }[sign],
            [value],
        )

    def compare(self, call: Call, sign: str, left: AnyValue, right: AnyValue) -> Any:
        left, right = bare(left), bare(right)
        if right is None or left is None:
            return sign == "!="
        for side in (left, right):
            if isinstance(side, Value) and not isinstance(side, (ArrayValue, ListValue, Unknown)):
                return NotImplemented
        return elementwise(call, COMPARISONS[sign], [left, right], "bool")

    def contains(self, call: Call, value: Any, member: Any) -> Any:
        if value.data is None:
            return derived(member, reason="the members of a large array")
        return (
            any(not isinstance(v, Value) and v == member for v in value.data)
            if not isinstance(member, Value)
            else derived(member)
        )

    def getitem(self, call: Call, value: Any, key: Any) -> Any:
        return take(call, value, key)

    def setitem(self, call: Call, value: Any, key: Any, new: Any) -> bool:
        found = select(call, value, key) if not isinstance(key, Unknown) else key
        value.touch()
        if value.data is None:
            return True
        part = as_array(call, new)
        if isinstance(found, Unknown) or found[1] is None or not isinstance(part, ArrayValue) or part.data is None:
            if not isinstance(found, Unknown) and found[1] is not None and isinstance(part, Unknown):
                for at in found[1]:
                    value.data[at] = part
                return True
            value.data = None
            return True
        shape, positions = found[0], list(found[1])
        trimmed = part
        while len(trimmed.shape) > len(shape) and trimmed.shape and trimmed.shape[0] == 1:
            trimmed = ArrayValue(trimmed.shape[1:], trimmed.dtype, trimmed.data)
        if len(trimmed.shape) > len(shape):
            # An array of objects takes the inner lists as its members; any other would raise.
            value.data = None
            return True
        broadcast(call, [shape, trimmed.shape])
        if len(trimmed.data or ()) not in (1, len(positions)) and not is_static(shape):
            value.data = None
            return True
        for at, one in zip(positions, broadcast_members(trimmed, shape), strict=False):
            value.data[at] = cast(one, value.dtype)
        return True

    def iterate(self, call: Call, value: Any) -> Any:
        count = value.shape[0]
        if isinstance(count, Unknown):
            return count
        if count > ITEMS:
            return too_large(call, "an array")
        return (take(call, value, at) for at in range(count))

    def length(self, call: Call, value: Any) -> Any:
        return value.shape[0]

    def truth(self, call: Call, value: Any) -> Any:
        size = product(value.shape)
        if isinstance(size, int) and size > 1:
            call.raise_(
                "ValueError",
                "The truth value of an array with more than one element is ambiguous. Use a.any() or a.all()",
            )
        if size == 0:
            return False
        return bool(value.data[0]) if value.data and not isinstance(value.data[0], Value) else derived(size)

    def as_number(self, call: Call, value: Any) -> Any:
        if value.data is not None and len(value.data) == 1:
            return value.data[0]
        return derived(reason="an array taken as a number")

    def represent(self, call: Call, value: AnyValue) -> Any:
        return Unknown("the text of an array")
