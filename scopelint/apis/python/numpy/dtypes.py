"""numpy's dtypes: their names, their classes, how they promote, and what a number becomes in them."""

from __future__ import annotations

import math
import struct
from typing import Any

from scopelint.apis.call import Call
from scopelint.apis.python.support import bare
from scopelint.apis.registry import Namespace, find
from scopelint.values.base import AnyValue, Unknown, Value
from scopelint.values.numbers import NumpyScalar
from scopelint.values.objects import ClassValue
from scopelint.values.text import Text

UNKNOWN_DTYPE = "unknown"
"""Stands for the dtype of an array that is not known."""
KINDS = {
    "bool": ("b", 1),
    "int8": ("i", 1),
    "uint8": ("u", 1),
    "int16": ("i", 2),
    "uint16": ("u", 2),
    "int32": ("i", 4),
    "uint32": ("u", 4),
    "int64": ("i", 8),
    "uint64": ("u", 8),
    "float16": ("f", 2),
    "float32": ("f", 4),
    "float64": ("f", 8),
    "complex64": ("c", 8),
    "complex128": ("c", 16),
    "string": ("U", 4),
    "object": ("O", 8),
    UNKNOWN_DTYPE: ("?", 8),
}
"""dtype -> its kind's letter and its size in bytes."""
ORDER = {name: at for at, name in enumerate(KINDS)}
RANK = {"b": 0, "u": 1, "i": 1, "f": 2, "c": 3, "U": 4, "O": 5, "?": 6}


def dtype_class(name: str) -> Any:
    """The class that stands for a dtype: `numpy.float32`."""
    if name == UNKNOWN_DTYPE:
        return Unknown("the dtype of an array is not known")
    cls = find("numpy." + {"bool": "bool_", "object": "object_", "string": "str_"}.get(name, name))
    assert isinstance(cls, ClassValue), name
    return cls


DTYPE_NAMES = {
    "float": "float64",
    "int": "int64",
    "bool_": "bool",
    "str": "string",
    "str_": "string",
    "bytes": "string",
    "object_": "object",
    "double": "float64",
    "single": "float32",
    "half": "float16",
    "f": "float32",
    "d": "float64",
    "i": "int32",
    "f4": "float32",
    "f8": "float64",
    "i4": "int32",
    "i8": "int64",
    "u1": "uint8",
    "<f4": "float32",
    "<f8": "float64",
    "<i4": "int32",
    "<i8": "int64",
    "uint": "uint64",
    "int_": "int64",
    "float_": "float64",
    "intp": "int64",
    "complex": "complex128",
    "b": "int8",
    "?": "bool",
    "B": "uint8",
    "U": "string",
    "S": "string",
    "O": "object",
    "long": "int64",
    "longlong": "int64",
    "intc": "int32",
    "byte": "int8",
    "ubyte": "uint8",
    "short": "int16",
    "e": "float16",
}


def dtype_name(call: Call, value: AnyValue) -> str | None:
    """A dtype as programs give it: a class, a string, TF's own. None where it is none."""
    value = bare(value)
    if isinstance(value, (Unknown, Text)):
        return UNKNOWN_DTYPE
    name = value if isinstance(value, str) else getattr(value, "base_name", None) or getattr(value, "name", None)
    if not isinstance(name, str):
        return None
    name = DTYPE_NAMES.get(name, name)
    return name if name in KINDS else None


def dtype_of(value: AnyValue) -> str:
    """numpy's dtype for a member."""
    kind = type(value)
    if isinstance(value, NumpyScalar):
        return value.dtype
    if isinstance(value, Unknown):
        return {float: "float64", int: "int64"}.get(value.number or str, UNKNOWN_DTYPE)
    return {bool: "bool", int: "int64", float: "float64", complex: "complex128", str: "string", bytes: "string"}.get(
        kind, "string" if kind is Text else "object"
    )


def promote(a: str, b: str) -> str:
    """numpy.promote_types, nearly."""
    if a == b:
        return a
    (kind_a, size_a), (kind_b, size_b) = KINDS[a], KINDS[b]
    if RANK[kind_a] < RANK[kind_b]:
        a, b, kind_a, kind_b, size_a, size_b = b, a, kind_b, kind_a, size_b, size_a
    if kind_b == "b" or kind_a in "UO?":
        return a
    if kind_a == "f" and kind_b in "iu":
        needed = {1: 2, 2: 4, 4: 8, 8: 8}[size_b]
        return f"float{8 * max(size_a, needed)}"
    if kind_a == "c":
        return "complex64" if a == "complex64" and ((kind_b == "f" and size_b <= 4) or size_b <= 2) else "complex128"
    if kind_a != kind_b:
        unsigned, signed = (size_a, size_b) if kind_a == "u" else (size_b, size_a)
        bits = 8 * max(signed, 2 * unsigned)
        return f"int{bits}" if bits <= 64 else "float64"
    return a if size_a >= size_b else b


def cast(value: Any, dtype: str) -> Any:
    """A number as an array of that dtype holds it."""
    if isinstance(value, Value):
        return value.derive(value.label) if isinstance(value, Unknown) else value
    kind, size = KINDS[dtype]
    if kind == "?":
        return Unknown("a number of a dtype that is not known")
    try:
        if kind == "b":
            return bool(value)
        if kind in "iu":
            whole = int(value)
            span = 1 << 8 * size
            whole %= span
            return whole - span if kind == "i" and whole >= span >> 1 else whole
        if kind == "f":
            number = float(value)
            if size == 8 or math.isinf(number) or math.isnan(number):
                return number
            return struct.unpack("e" if size == 2 else "f", struct.pack("e" if size == 2 else "f", number))[0]
        if kind == "c":
            return complex(value)
    except OverflowError:
        return math.inf if kind == "f" else 0
    except (TypeError, ValueError):
        return Unknown("what numpy makes of this value")
    return str(value) if kind == "U" else value


api = Namespace("numpy")
