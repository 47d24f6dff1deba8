"""How int, float, bool, complex, None, slice and Ellipsis answer Python's operators."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.builtins.formatting import format_value
from scopelint.apis.python.support import (
    NUMBERS,
    MethodTable,
    all_plain,
    bare,
    check_bits,
    derived,
    guarded,
    lift,
    too_large,
)
from scopelint.apis.registry import BEHAVIOURS, find
from scopelint.limits import INTEGER_BITS, ITEMS
from scopelint.values.base import AnyValue, Unknown, Value
from scopelint.values.containers import ListValue
from scopelint.values.numbers import FLOATS, INTEGERS, Float64, NumpyInt, NumpyScalar, is_numpy
from scopelint.values.objects import MISSING, BoundMethod, InstanceValue, NativeFunction
from scopelint.values.text import Text, text

BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
    "<<": operator.lshift,
    ">>": operator.rshift,
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
    "@": operator.matmul,
}
COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
UNARY: dict[str, Callable[[Any], Any]] = {"-": operator.neg, "+": operator.pos, "~": operator.invert}


def arithmetic(call: Call, sign: str, left: AnyValue, right: AnyValue) -> Any:
    """An operator on two numbers, its result bounded before it is computed."""
    if type(left) is float and isinstance(right, NumpyInt):
        # Python's float would answer for both, and forget that one is numpy's.
        left = Float64(left)
    if isinstance(left, int) and isinstance(right, int):
        if sign == "**":
            if type(right) is int and right > 64:
                unknown = check_bits(call, left.bit_length() * right)
                if unknown is not None:
                    return unknown
        elif sign == "<<":
            if type(right) is int and right > INTEGER_BITS and left:
                return check_bits(call, right)
        elif sign == "*" and type(left) is int and type(right) is int and left > 1 << 512:
            unknown = check_bits(call, left.bit_length() + right.bit_length())
            if unknown is not None:
                return unknown
    try:
        return BINARY[sign](left, right)
    except (ArithmeticError, TypeError, ValueError) as error:
        call.raise_(type(error).__name__, str(error))


def compare_constants(call: Call, sign: str, left: AnyValue, right: AnyValue) -> Any:
    """A comparison of two plain constants; CPython's own answer or error."""
    try:
        return COMPARE[sign](left, right)
    except TypeError as error:
        call.raise_("TypeError", str(error))


def operand(value: AnyValue) -> Any:
    """The number that an instance of a user's number class (IntEnum too) counts as."""
    return bare(value) if type(value) is InstanceValue and type(value.payload) in NUMBERS else value


_NUMPY_TYPES: dict[type, str] = {
    bool: "bool_",
    int: "int64",
    float: "float64",
    **{kind: name for name, kind in (FLOATS | INTEGERS).items()},
}

NUMPY_ATTRIBUTES: dict[str, Any] = {"shape": (), "size": 1, "ndim": 0}
NUMPY_METHODS = frozenset(
    {
        "reshape",
        "ravel",
        "copy",
        "sum",
        "mean",
        "max",
        "min",
        "prod",
        "squeeze",
        "round",
        "any",
        "all",
        "std",
        "clip",
        "argmax",
        "transpose",
        "flatten",
        "repeat",
    }
)
"""numpy's scalars are plain numbers here, so numbers answer what those do; `hasattr` says that they do not."""


class NumberBehaviour(MethodTable):
    """int, float, bool, complex."""

    def getattr(self, call: Call, value: Any, name: str) -> Any:
        if name in ("real", "imag", "numerator", "denominator") and hasattr(value, name):
            return getattr(value, name)
        if name in NUMPY_ATTRIBUTES:
            return NUMPY_ATTRIBUTES[name]
        if name == "T" and isinstance(value, NumpyScalar):
            return value
        if name == "dtype":
            return find("numpy." + _NUMPY_TYPES.get(type(value), "complex128"))
        if name in NUMPY_METHODS:
            function = find("numpy." + ("ravel" if name == "flatten" else name))
            return BoundMethod(function, value) if function is not MISSING else MISSING
        if name == "setflags":
            return NativeFunction(name, lambda call, **flags: None, static=True)
        return super().getattr(call, value, name)

    def binary(self, call: Call, sign: str, left: AnyValue, right: AnyValue) -> Any:
        if type(left) in NUMBERS and type(right) in NUMBERS:
            return arithmetic(call, sign, left, right)
        if type(right) is Unknown or type(left) is Unknown:
            return unknown_binary(sign, left, right)
        left, right = operand(left), operand(right)
        if type(left) in NUMBERS and type(right) in NUMBERS:
            return arithmetic(call, sign, left, right)
        sides = (left, right)
        if sign != "*" and any(map(is_numpy, sides)) and any(isinstance(side, (ListValue, tuple)) for side in sides):
            # numpy's numbers take a list for an array, but for repeating it.
            return find("numpy.<operate>").impl(call, sign, left, right)
        return NotImplemented

    def unary(self, call: Call, sign: str, value: Any) -> Any:
        return guarded(call, UNARY[sign], operand(value))

    def compare(self, call: Call, sign: str, left: AnyValue, right: AnyValue) -> Any:
        left, right = operand(left), operand(right)
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            return unknown_compare(sign, left, right)
        if isinstance(left, Value) or isinstance(right, Value):
            return NotImplemented
        if sign in ("==", "!=") and (type(left) is tuple or type(right) is tuple):
            return sign == "!="
        return compare_constants(call, sign, left, right)

    def getitem(self, call: Call, value: Any, key: Any) -> Any:
        # numpy's scalars answer `x[()]` and `x[...]`.
        if key is Ellipsis or (type(key) is tuple and not key):
            return value
        return find("numpy.<take scalar>").impl(call, value, key) if isinstance(value, NumpyScalar) else NotImplemented

    def truth(self, call: Call, value: AnyValue) -> Any:
        return bool(value)


class PlainBehaviour(MethodTable):
    """None, Ellipsis, slice: constants without operators."""

    def getattr(self, call: Call, value: Any, name: str) -> Any:
        if type(value) is slice and name in ("start", "stop", "step"):
            return getattr(value, name)
        return super().getattr(call, value, name)

    def compare(self, call: Call, sign: str, left: AnyValue, right: AnyValue) -> Any:
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            return unknown_compare(sign, left, right)
        if isinstance(left, Value) or isinstance(right, Value):
            return NotImplemented
        if sign == "==":
            return left is right
        if sign == "!=":
            return left is not right
        return compare_constants(call, sign, left, right)

    def truth(self, call: Call, value: AnyValue) -> Any:
        return value is not None


def unknown_binary(sign: str, left: Any, right: Any) -> Any:
    """An operator of which one side is not known."""
    if isinstance(left, Unknown):
        return left._binary(right, sign)
    return right._binary(left, sign, True)


def unknown_compare(sign: str, left: AnyValue, right: AnyValue) -> Any:
    """A comparison of which one side is not known."""
    if left is right and sign in ("==", "<=", ">="):
        return True
    if left is right and sign in ("!=", "<", ">"):
        return False
    if type(right) is int and isinstance(left, Unknown) and left.at_least is not None and left.at_least > right:
        return sign in ("!=", ">", ">=")
    return unknown_binary(sign, left, right)


def plain_method(kind: type, name: str) -> Callable[..., Any]:
    """CPython's own method of a constant type, asked where all arguments are constants."""
    function = getattr(kind, name)

    def method(call: Call, self: InstanceValue, *args: Any, **kwargs: Any) -> Any:
        if not isinstance(self, kind) and all_plain((self, *args), kwargs):
            call.raise_(
                "TypeError",
                f"descriptor '{name}' requires a '{kind.__name__}' object but received a '{type(self).__name__}'",
            )
        if isinstance(self, Value) or not all_plain(args, kwargs):
            return derived(self, *args, *kwargs.values())
        return lift(guarded(call, function, self, *args, **kwargs))

    return method


def binary_dunder(sign: str, swap: bool = False) -> Callable[..., Any]:
    def method(call: Call, self: InstanceValue, other: Any) -> Any:
        left, right = (other, self) if swap else (self, other)
        return BEHAVIOURS[type(self)].binary(call, sign, left, right)

    return method


def compare_dunder(sign: str) -> Callable[..., Any]:
    def method(call: Call, self: InstanceValue, other: Any) -> Any:
        return BEHAVIOURS[type(self)].compare(call, sign, self, bare(other))

    return method


DUNDERS = {
    "__add__": "+",
    "__sub__": "-",
    "__mul__": "*",
    "__truediv__": "/",
    "__floordiv__": "//",
    "__mod__": "%",
    "__pow__": "**",
    "__and__": "&",
    "__or__": "|",
    "__xor__": "^",
    "__lshift__": "<<",
    "__rshift__": ">>",
}
COMPARE_DUNDERS = {"__eq__": "==", "__ne__": "!=", "__lt__": "<", "__le__": "<=", "__gt__": ">", "__ge__": ">="}


def operator_methods(kind: type) -> dict[str, Callable[..., Any]]:
    """The operator methods that CPython's type has, answered by the type's behaviour."""
    out: dict[str, Callable[..., Any]] = {}
    for name, sign in DUNDERS.items():
        if hasattr(kind, name):
            out[name] = binary_dunder(sign)
        right = "__r" + name[2:]
        if hasattr(kind, right):
            out[right] = binary_dunder(sign, swap=True)
    for name, sign in COMPARE_DUNDERS.items():
        if getattr(kind, name, None) is not getattr(object, name):
            out[name] = compare_dunder(sign)
    out["__hash__"] = lambda call, self: hash(self) if all_plain((self,)) else derived(self)
    return out


def _negate_method(call: Call, self: InstanceValue) -> Any:
    return BEHAVIOURS[type(self)].unary(call, "-", self)


def _item(call: Call, self: InstanceValue, *index: Any) -> Any:
    return float(self) if isinstance(self, float) else int(self) if isinstance(self, NumpyInt) else self


def _astype(call: Call, self: InstanceValue, dtype: AnyValue, *rest: Any, **kwargs: Any) -> Any:
    """numpy's scalars are plain numbers here, so numbers answer `astype` as those do."""
    convert = find("numpy.<cast scalar>")
    return derived(self) if convert is MISSING else convert.impl(call, self, dtype)


def _to_bytes(call: Call, self: InstanceValue, length: AnyValue, byteorder: AnyValue, signed: AnyValue = False) -> Any:
    if not all_plain((self, length, byteorder, signed)):
        return derived(length, byteorder)
    if type(length) is int and length > ITEMS:
        return too_large(call, "a bytes object")
    return guarded(call, int.to_bytes, self, length, byteorder, signed=bool(signed))


def _number_methods(kind: type, names: str) -> dict[str, Callable[..., Any]]:
    methods = {name: plain_method(kind, name) for name in names.split()}
    methods.update(operator_methods(kind))
    methods["__neg__"] = _negate_method
    methods["__abs__"] = lambda call, self: guarded(call, abs, self)
    methods["__bool__"] = lambda call, self: bool(self)
    methods["__format__"] = lambda call, self, spec="": format_value(call, self, "", spec)
    if kind is int:
        methods["to_bytes"] = _to_bytes
    methods["item"] = methods["tolist"] = _item
    methods["astype"] = _astype
    return methods


_INT = "bit_length conjugate as_integer_ratio __int__ __float__ __index__ __round__ __str__ __repr__"
_FLOAT = "is_integer hex conjugate as_integer_ratio __int__ __float__ __round__ __str__ __repr__"

INT = NumberBehaviour("builtins.int", _number_methods(int, _INT))
BOOL = NumberBehaviour("builtins.bool", _number_methods(int, _INT))
FLOAT = NumberBehaviour("builtins.float", _number_methods(float, _FLOAT))
COMPLEX = NumberBehaviour("builtins.complex", _number_methods(complex, "conjugate __str__ __repr__"))

BEHAVIOURS.update(
    {
        int: INT,
        bool: BOOL,
        float: FLOAT,
        complex: COMPLEX,
        type(None): PlainBehaviour(
            "builtins.NoneType",
            {"__bool__": lambda call, self: False, "__eq__": compare_dunder("=="), "__ne__": compare_dunder("!=")},
        ),
        type(Ellipsis): PlainBehaviour("builtins.ellipsis", {}),
        type(NotImplemented): PlainBehaviour("builtins.NotImplementedType", {}),
        slice: PlainBehaviour(
            "builtins.slice",
            {
                "indices": lambda call, self, length: (
                    lift(guarded(call, self.indices, length))
                    if all_plain((self, length))
                    else derived(self.start, self.stop, self.step, length)
                )
            },
        ),
    }
)
for _name, _kind in FLOATS.items():
    BEHAVIOURS[_kind] = NumberBehaviour(f"numpy.{_name}", _number_methods(float, _FLOAT))
for _name, _whole in INTEGERS.items():
    BEHAVIOURS[_whole] = NumberBehaviour(f"numpy.{_name}", _number_methods(int, _INT))


class UnknownBehaviour(MethodTable):
    """What is not known answers everything with what is not known."""

    def getattr(self, call: Call, value: Any, name: str) -> Any:
        return value.derive(f"{value.label}.{name}" if value.label else name)

    def setattr(self, call: Call, value: AnyValue, name: str, new: AnyValue) -> bool:
        return True

    def binary(self, call: Call, sign: str, left: AnyValue, right: AnyValue) -> Any:
        if sign == "+" and (isinstance(left, (str, Text)) or isinstance(right, (str, Text))):
            # What is added to a string is a string: it becomes a hole in it.
            return text([left, right]) if isinstance(left, (str, Text, Unknown)) else derived(right, left)
        if sign == "+" and type(right) is tuple and right and isinstance(left, Unknown):
            return left.ending(right[-1])
        return unknown_binary(sign, left, right)

    def unary(self, call: Call, sign: str, value: Any) -> Any:
        return value.derive(f"{sign}{value.label}" if value.label else "")

    def compare(self, call: Call, sign: str, left: AnyValue, right: AnyValue) -> Any:
        return unknown_compare(sign, left, right)

    def contains(self, call: Call, value: Any, member: Any) -> Any:
        return value.derive("")

    def getitem(self, call: Call, value: Any, key: Any) -> Any:
        if not value.label:
            return value.derive("")
        if isinstance(key, str):
            return value.derive(f"{value.label}.{key}" if key.isidentifier() else f"{value.label}[{key!r}]")
        label = key.label if isinstance(key, Unknown) else str(key) if isinstance(key, int) else ""
        return value.derive(f"{value.label}[{label}]" if label else "")

    def setitem(self, call: Call, value: AnyValue, key: AnyValue, new: AnyValue) -> bool:
        return True

    def delitem(self, call: Call, value: AnyValue, key: AnyValue) -> bool:
        return True

    def iterate(self, call: Call, value: AnyValue) -> Any:
        return value

    def length(self, call: Call, value: Any) -> Any:
        return value.derive(f"len({value.label})" if value.label else "")

    def truth(self, call: Call, value: AnyValue) -> Any:
        return value

    def invoke(self, call: Call, value: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return value.derive(f"{value.label}()" if value.label else "")

    def enter(self, call: Call, value: Any) -> Any:
        return value.derive("")

    def exit(self, call: Call, value: AnyValue, error: AnyValue) -> Any:
        return False


BEHAVIOURS[Unknown] = UnknownBehaviour("builtins.object", {})
